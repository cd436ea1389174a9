"""What rows say of memberships that the directory knows already."""

from dataclasses import replace
from datetime import date

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
