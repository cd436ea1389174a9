"""Versions of records: equal for equal documents, found again through what history tells."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from alliance.audit.operations import diff
from alliance.core.errors import Conflict
from alliance.directory.rules.documents import document
from alliance.directory.rules.records import Name, NameKind, OrganisationRecord
from alliance.directory.rules.versions import as_it_was, clashes, version_of, version_of_document

ONE = OrganisationRecord("Harbour Light", "civil_society", id=1, city="Nairobi")

documents = st.dictionaries(
    st.sampled_from(["name", "city", "names", "is_listed"]),
    st.one_of(st.text(min_size=1), st.booleans(), st.lists(st.text(min_size=1), min_size=1)),
)


def test_the_id_and_the_order_of_collections_do_not_count():
    names = (Name(NameKind.SHORT, "b"), Name(NameKind.SHORT, "a"))
    one, other = replace(ONE, names=names), replace(ONE, id=2, names=names[::-1])
    assert version_of(one) == version_of(other)


def test_every_field_counts():
    changed = [
        replace(ONE, city="Mombasa"),
        replace(ONE, is_listed=False),
        replace(ONE, archived_on=date(2024, 1, 1)),
        replace(ONE, notes="x"),
    ]
    assert len({version_of(one) for one in (ONE, *changed)}) == 5


@given(st.lists(documents, min_size=1, max_size=6))
def test_any_earlier_version_is_found_again_through_the_history(states):
    changes = [diff(earlier, later) for earlier, later in pairwise(states)]
    newest_first = [{key: list(pair) for key, pair in one.items()} for one in changes[::-1]]
    for state in states:
        assert as_it_was(states[-1], newest_first, version_of_document(state)) == state


def test_a_version_that_never_was_is_not_found():
    assert as_it_was(document(ONE), [], "f" * 20) is None


def test_only_fields_that_both_changed_clash():
    base = {"city": "A", "street": "A", "phone": "A", "email": "A"}
    current = {"city": "B", "street": "A", "phone": "B", "email": "B"}
    wanted = {"city": "C", "street": "C", "phone": "B", "email": "A", "names": []}
    assert clashes(base, current, wanted) == {"city": Conflict("A", "B", "C")}


def test_emptying_and_filling_at_once_clash():
    assert clashes({"city": "A"}, {"city": "B"}, {"city": None}) == {
        "city": Conflict("A", "B", None)
    }
    assert clashes({}, {"city": "B"}, {"city": "C"}) == {"city": Conflict(None, "B", "C")}
    assert clashes({}, {"names": ["B"]}, {"names": []}) == {}
