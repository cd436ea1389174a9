"""Contacts as vCards that two independent readers understand, whatever stands in a name."""

import re
from datetime import date

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from alliance.directory.rules.exporting import ContactRow, Wording
from alliance.directory.rules.records import Address, AffiliationRecord, ContactRecord
from alliance.directory.rules.vcards import by_contact, vcard

WORDS = Wording({}, {}, {}, {}, {"primary_contact": "Primary contact"})
PAGE = "https://alliance.example/staff/contacts/5"


def row(ended_on=None, **values) -> ContactRow:
    known = {
        "name": "ليلى حداد", "latin_name": "Layla Haddad", "id": 5,
        "addresses": (Address("layla@shelter.example"), Address("l@h.example")),
        "phones": ("+962 6 555 0100",), "language": "ar", "time_zone": "Asia/Amman",
    }  # fmt: skip
    affiliation = AffiliationRecord(5, 7, "primary_contact", id=1, job_title="Head; of care, all",
                                    started_on=date(2020, 1, 1), ended_on=ended_on)  # fmt: skip
    return ContactRow(ContactRecord(**{**known, **values}), affiliation, "Shelter, Amman")


def read(card: str) -> dict[str, list[str]]:
    """The values by property, unfolded and unescaped as RFC 6350 says; a reader of our own."""
    found: dict[str, list[str]] = {}
    for line in re.sub("\r\n ", "", card).split("\r\n"):
        if line:
            name, _, value = line.partition(":")
            told = re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], value)
            found.setdefault(name.partition(";")[0], []).append(told)
    return found


def test_a_card_tells_name_addresses_and_work():
    told = read(vcard([row()], WORDS, source=PAGE))
    assert told["VERSION"] == ["4.0"]
    assert told["FN"] == ["ليلى حداد"]
    assert told["EMAIL"] == ["layla@shelter.example", "l@h.example"]
    assert told["TEL"] == ["+962 6 555 0100"]
    assert told["ORG"] == ["Shelter, Amman"]
    assert told["TITLE"] == ["Head; of care, all"]
    assert told["ROLE"] == ["Primary contact"]
    other = vobject.readOne(
        vcard([row()], WORDS, source=PAGE).replace("VERSION:4.0", "VERSION:3.0")
    )
    assert other.fn.value == "ليلى حداد"
    assert [one.value for one in other.email_list] == ["layla@shelter.example", "l@h.example"]


def test_work_that_has_ended_is_not_told():
    told = read(vcard([row(ended_on=date(2024, 1, 1))], WORDS, source=PAGE))
    assert "ORG" not in told
    assert "TITLE" not in told


def test_hidden_fields_are_in_no_card():
    card = vcard([row()], WORDS, source=PAGE, hidden={"addresses", "phones"})
    assert "shelter.example" not in card
    assert "555" not in card
    assert "FN:ليلى حداد" in card


@pytest.mark.parametrize("name", ["A\nEND:VCARD", "X;Y,Z\\n", "=HYPERLINK(1)", "é" * 300])
def test_a_name_cannot_break_out_of_its_line(name):
    card = vcard([row(name=name)], WORDS, source=PAGE)
    assert read(card)["FN"] == [name]
    assert card.count("\r\nEND:VCARD\r\n") == 1
    assert max(len(line.encode()) for line in card.split("\r\n")) <= 75


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=200))
def test_any_name_comes_back_as_it_was(name):
    assert read(vcard([row(name=name)], WORDS, source=PAGE))["FN"] == [name]
    assert vobject.readOne(
        vcard([row(name=name, latin_name=None)], WORDS, source=PAGE).replace("4.0", "3.0")
    ).fn.value == name.replace("\x85", "")


def test_the_affiliations_of_one_person_make_one_card():
    rows = [row(), row(), row(id=6)]
    assert [len(person) for person in by_contact(iter(rows))] == [2, 1]
