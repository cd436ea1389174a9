"""What colleagues are shown where there is nothing for them: words, and the way back."""

import pytest

from alliance.accounts.permissions import Role


@pytest.mark.parametrize(("path", "status"), [("/staff/nowhere", 404), ("/staff/imports", 403)])
def test_an_error_in_the_workspace_leads_back_to_the_workspace(staff, path, status):
    answer = staff(Role.EDITOR).get(path)
    assert answer.status_code == status
    assert 'href="/staff/">Back to the workspace' in answer.text
    assert "To the first page" not in answer.text


def test_an_error_elsewhere_leads_to_the_first_page(client):
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "To the first page" in answer.text
    assert "Back to the workspace" not in answer.text
