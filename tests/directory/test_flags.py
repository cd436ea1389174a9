"""What is let in but shown to a reviewer: shared domains, look-alikes, imitated names."""

from alliance.directory.queries.flags import flags_of
from alliance.directory.rules.records import Domain, Name, NameKind
from tests.factories.directory import make_organisation


def domains(*names: str) -> tuple[Domain, ...]:
    return tuple(Domain(name) for name in names)


def test_two_organisations_that_claim_one_domain_are_told_of_each_other(session):
    first = make_organisation(session, "Harbour Light", domains=domains("harbour.example"))
    second = make_organisation(session, "Safe Shore", domains=domains("harbour.example"))
    assert flags_of(session, first) == ("harbour.example is claimed by “Safe Shore” too.",)
    assert flags_of(session, second) == ("harbour.example is claimed by “Harbour Light” too.",)


def test_a_domain_that_looks_like_a_members_is_told_with_the_reason(session):
    make_organisation(session, "Harbour Light", domains=domains("harbour-light.example"))
    other = make_organisation(session, "Impostor", domains=domains("hаrbour-light.example"))
    (told,) = flags_of(session, other)
    assert told == (
        "hаrbour-light.example could be taken for harbour-light.example of “Harbour Light”:"
        " letters that are drawn alike."
    )


def test_a_name_that_imitates_by_its_letters_is_told(session):
    stored = make_organisation(
        session, "Ministry of Јustice", names=(Name(NameKind.ACRONYM, "МОJ"),)
    )
    assert len(flags_of(session, stored)) == 2


def test_an_ordinary_organisation_raises_no_flag(session):
    make_organisation(session, "Safe Shore", domains=domains("safe-shore.example"))
    stored = make_organisation(session, domains=domains("harbour-light.example", "hl.example"))
    assert flags_of(session, stored) == ()
