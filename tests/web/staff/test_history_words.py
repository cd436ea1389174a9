"""The history in words: sentences, labels and values that a person understands."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from alliance.accounts.permissions import ROLES, Role
from alliance.core.actor import ActorKind
from alliance.web.staff.activity import activity_of
from alliance.web.staff.labels import field_label, subject_label
from alliance.web.staff.sentences import sentence
from alliance.web.staff.values import value_text

ALL = ROLES[Role.ADMINISTRATOR]
AUDITOR = ROLES[Role.AUDITOR]


@dataclass
class Told:
    """An entry with what the words need of it."""

    action: str = "changed"
    changes: dict[str, Any] = field(default_factory=dict)
    subject_kind: str = "organisation"
    subject_name: str = "Harbour Light"
    subject_id: int = 12
    actor_name: str = "Ada"
    actor_kind: ActorKind = ActorKind.PERSON
    id: int = 5
    at: datetime = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    reason: str | None = None
    cause: str | None = None


@pytest.fixture
def request_(app):
    with app.test_request_context("/staff/"):
        app.preprocess_request()
        yield


def plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (Told("created"), "Ada added “Harbour Light”."),
        (Told("removed"), "Ada removed “Harbour Light” for good."),
        (Told(changes={"city": [None, "X"]}), "Ada changed City of “Harbour Light”."),
        (
            Told(changes={key: [None, "X"] for key in ("city", "street", "phone", "website")}),
            "Ada changed City, Street, Telephone and 1 more field of “Harbour Light”.",
        ),
        (Told(changes={"archived_on": [None, "2026-01-01"]}), "Ada archived “Harbour Light”."),
        (Told(changes={"delete_on": [None, "2026-01-01"]}), "Ada deleted “Harbour Light”."),
        (Told(changes={"delete_on": ["2026-01-01", None]}), "Ada restored “Harbour Light”."),
        (
            Told("created", actor_name="system", actor_kind=ActorKind.SYSTEM),
            "The service added “Harbour Light”.",
        ),
        (
            Told("exported", {"count": [None, 2]}, "history", ""),
            "Ada exported 2 entries of: History.",
        ),
        (Told("created", subject_kind="sector"), "Ada added Sector “Harbour Light”."),
        (Told("turned_over", subject_kind="thing"), "Ada: turned over, Thing “Harbour Light”."),
    ],
)
def test_an_entry_is_one_sentence(request_, entry, told):
    assert plain(sentence(entry, ALL)) == told


def test_hidden_fields_are_neither_named_nor_told(request_):
    entry = Told(changes={"notes": [None, "secret"], "city": [None, "X"]})
    assert "notes" not in sentence(entry, AUDITOR)
    (item,) = activity_of([entry], AUDITOR)
    assert [step.field for step in item.steps] == ["city"]
    assert activity_of([Told(changes={"notes": [None, "secret"]})], AUDITOR) == []
    assert len(activity_of([Told(changes={"notes": [None, "secret"]})], ALL)) == 1


def test_an_item_leads_on_only_for_those_who_may(request_):
    entry = Told(changes={"city": ["A", "B"]}, cause="change_set:3")
    (item,) = activity_of([entry], ALL)
    assert (item.url, item.cause) == (
        "/staff/history/5", ("Change set 3", "/staff/change-sets/3"),
    )  # fmt: skip
    (item,) = activity_of([entry], ROLES[Role.EDITOR])
    assert (item.url, item.cause) == ("", ("Change set 3", ""))
    assert [(step.before, step.after) for step in item.steps] == [("A", "B")]


@pytest.mark.parametrize(
    ("kind", "field", "value", "told"),
    [
        ("organisation", "country", "KE", "Kenya"),
        ("organisation", "country", "??", "??"),
        ("organisation", "is_listed", False, "no"),
        ("organisation", "dissolved_on", "2026-01-09", "9 Jan 2026"),
        ("organisation", "dissolved_on", "never", "never"),
        ("organisation", "sectors", [987654], "987654"),
        ("organisation", "city", None, "nothing"),
        ("organisation", "language", "ar", "Arabic"),
        (
            "organisation",
            "memberships",
            [{"joined_on": "2020-03-01", "precision": "day", "ended_on": "2021-01-01"}],
            "from 1 Mar 2020 until 1 Jan 2021",
        ),
        ("organisation", "visibility", {"website": "portal"}, "Website: members"),
        ("contact", "addresses", [{"email": "a@b.example"}], "a@b.example"),
        ("contact", "addresses", "as it once was", "as it once was"),
        ("thing", "unknown", {"a": 1, "b": []}, "a: 1"),
    ],
)
def test_values_are_told_in_words(request_, kind, field, value, told):
    assert value_text(kind, field, value) == told


def test_every_field_and_kind_has_a_name(request_):
    assert field_label("organisation", "is_listed") == "Shown to the public"
    assert field_label("contact", "delete_on") == field_label("organisation", "delete_on")
    assert field_label("thing", "some_field") == "Some field"
    assert subject_label("change_set") == "Change set"
