"""What the pages about people cost, and that whoever looks at a person is noted."""

from datetime import date

import pytest

from alliance.accounts.permissions import Role
from alliance.accounts.queries.recent import who_looked
from tests.factories.directory import make_affiliation, make_contact, make_organisation
from tests.statements import statements_sent

MOST = 4


@pytest.mark.database
@pytest.mark.parametrize(
    "path",
    ["/staff/contacts/{id}", "/staff/contacts/{id}/peek", "/staff/contacts/{id}/history",
     "/staff/contacts", "/staff/contacts?role=press&q=wanjiru&sort=-name&page=2"],
)  # fmt: skip
def test_a_page_about_people_sends_a_handful_of_statements(app, session, staff, path):
    contact = make_contact(session)
    for number in range(5):
        place = make_organisation(session, f"Place {number}")
        make_affiliation(session, organisation=place, contact=contact, role="press")
        make_contact(session, f"Wanjiru {number}")
    client = staff()
    address = path.format(id=contact.id)
    client.get(address)
    with statements_sent(app) as sent:
        assert client.get(address).status_code == 200
    assert len(sent) <= MOST, sent


def test_who_looks_at_a_person_is_noted_with_how_often(session, staff):
    contact = make_contact(session)
    client = staff(Role.AUDITOR)
    for path in ("", "", "/peek"):
        client.get(f"/staff/contacts/{contact.id}{path}")
    (looked,) = who_looked(session, "contact", contact.id)
    assert (looked.name, looked.times) == (client.account.name, 3)
    client.get(f"/staff/contacts/{contact.id + 1}")
    assert list(who_looked(session, "contact", contact.id + 1)) == []


def test_what_happened_is_told_by_role_and_organisation(session, staff):
    contact = make_contact(session)
    make_affiliation(
        session, organisation=make_organisation(session, "Harbour Light"), contact=contact,
        started_on=date(2100, 1, 1),
    )  # fmt: skip
    page = staff().get(f"/staff/contacts/{contact.id}").get_data(as_text=True)
    assert "Primary contact, Harbour Light" in page
    assert "from 1 Jan 2100" in page
    assert f"contact {contact.id} at organisation" not in page
