"""After a change the workspace reads again what was touched, and not the whole public directory."""

from alliance.accounts.permissions import Role
from alliance.directory.queries import snapshots
from alliance.reactions import commit
from tests.factories.directory import change_organisation, make_organisation


def test_the_workspace_does_not_wait_for_the_public_directory(staff, session, client, monkeypatch):
    one = make_organisation(session)
    commit(session)
    read = []
    bits = snapshots._read_bits
    monkeypatch.setattr(
        snapshots, "_read_bits", lambda *given: (read.append(given[1]), bits(*given))[1]
    )
    member = staff(Role.MEMBERSHIP_MANAGER)
    for path in ("/staff/", "/staff/organisations", f"/staff/organisations/{one.id}"):
        change_organisation(session, one.id, city=f"Kisumu {path.count('/')}")
        commit(session)
        assert member.get(path).status_code == 200
    assert read == []
    assert client.get("/members").status_code == 200
    assert len(read) == 1
