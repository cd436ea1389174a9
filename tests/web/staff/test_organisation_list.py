"""The list of organisations: what stands there, for whom, and what its address may ask for."""

import pytest

from alliance.accounts.permissions import Role


@pytest.fixture
def reader(staff):
    return staff(Role.EDITOR)


def test_the_list_opens(reader):
    response = reader.get("/staff/organisations")
    assert response.status_code == 200, response.text[:3000]
