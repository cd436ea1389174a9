"""What rows say of memberships that the directory knows already."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from alliance.core.actor import command_actor
from alliance.directory.operations.saving import save_organisations
from alliance.directory.queries.records import records_of
from alliance.directory.rules.records import Membership
from alliance.imports.operations.applying import apply
from alliance.imports.operations.staging import Source, stage
from tests.factories.directory import make_organisation
from tests.imports.builders import write_csv

CLERK = command_actor("clerk")


def test_a_first_day_after_the_end_begins_another_stretch(session: Session, tmp_path):
    known = make_organisation(session, name="Telesur Móvil", country="ES")
    left = (Membership(date(2015, 3, 1), ended_on=date(2023, 12, 10)),)
    save_organisations(session, [replace(known, memberships=left)], actor=CLERK)
    file = write_csv(
        tmp_path / "members.csv",
        [["Name", "Category", "Country", "Member since"],
         ["Telesur Móvil", known.category, "Spain", "2026"]],
    )  # fmt: skip
    report = apply(session, stage(session, Source(file)), actor=CLERK)
    assert not report.faults
    ledger = records_of(session, [known.id])[known.id].memberships
    assert [(one.joined_on, one.ended_on) for one in ledger] == [
        (date(2015, 3, 1), date(2023, 12, 10)),
        (date(2026, 1, 1), None),
    ]
    again = apply(session, stage(session, Source(file)), actor=CLERK)
    assert [one.verdict.value for one in again.verdicts] == ["same"]


@pytest.mark.parametrize(
    ("name", "country"),
    [("Republic of Kenya", "Kenya"), ("Government of Kenya", "Kenya"), ("كينيا", "KE")],
)
def test_a_government_by_another_name_of_its_country_is_a_probable_duplicate(
    session: Session, tmp_path, name, country
):
    kenya = make_organisation(session, name="Kenya", category="government", country="KE")
    file = write_csv(
        tmp_path / "members.csv",
        [["Name", "Category", "Country"],
         [name, "government", country],
         ["Ministry of Interior", "government", country]],
    )  # fmt: skip
    verdicts = stage(session, Source(file)).report.verdicts
    assert [(one.verdict.value, one.match) for one in verdicts] == [
        ("duplicate", kenya.id),
        ("new", None),
    ]


def test_the_report_counts_who_will_not_be_shown_for_want_of_a_first_day(session, tmp_path):
    file = write_csv(
        tmp_path / "members.csv",
        [["Name", "Category", "Country", "Member since"],
         ["Kestrel Cloud", "company", "Norway", ""],
         ["Nordlys Trust", "company", "Norway", "2021"]],
    )  # fmt: skip
    assert stage(session, Source(file)).report.never_joined == 1
