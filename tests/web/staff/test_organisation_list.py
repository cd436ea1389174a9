"""The list of organisations: what stands there, for whom, and what its address may ask for."""

import pytest

from alliance.accounts.permissions import Role


@pytest.fixture
def reader(staff):
    return staff(Role.EDITOR)


@pytest.mark.parametrize("url", ["/staff/organisations", "/staff/palette", "/staff/palette?q=har", "/staff/search?q=har", "/staff/search", "/staff/views/organisations", "/staff/views/new/organisations?category=company"])
def test_the_list_opens(reader, url):
    response = reader.get(url)
    assert response.status_code == 200, response.text[:3000]
