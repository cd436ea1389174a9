"""The API keeps the promises of its own description, whatever is sent to it."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from alliance.accounts.permissions import Scope
from alliance.app import create_app
from alliance.core.db import db
from alliance.reactions import commit
from tests.api.conftest import make_token
from tests.browsers import served
from tests.factories.directory import make_affiliation

PUBLIC = (
    "listOrganisations",
    "showOrganisation",
    "showOrganisationBySlug",
    "listCountries",
    "listRegions",
    "listSectors",
    "listCategories",
)
# What is well-formed may still be refused: by the rules (422), or because the made-up version in
# If-Match is not the record's (412). What is deleted can be read for another month.
CONDUCT = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "412", "422", "429"]
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "412", "413", "415", "422", "428"]
[checks.missing_required_header]
expected-statuses = ["401", "403", "404", "428"]
[checks.use_after_free]
enabled = false
[phases.coverage]
unexpected-methods = ["PUT"]
"""


@dataclass(frozen=True)
class Service:
    """A service that is served for real, and a token of every scope."""

    address: str
    token: str


@pytest.fixture(scope="module")
def service(databases) -> Iterator[Service]:
    """A service of its own, for what is sent there changes it."""
    config = databases.clone()
    app = create_app(config)
    with app.app_context():
        session = db.session()
        make_affiliation(session)
        commit(session)
        token = make_token(session, *(scope.value for scope in Scope))
        db.session.remove()
    with pytest.MonkeyPatch.context() as patch, served(app) as address:
        patch.setattr("alliance.api.auth.A_MINUTE", 1_000_000)
        yield Service(address, token)
    databases.drop(config)


def run(address, folder, *arguments):
    """Try the API below an address; what schemathesis says of it."""
    (folder / "schemathesis.toml").write_text(CONDUCT)
    command = (
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{address}/api/v1/openapi.json"),
        *("--generation-deterministic", "--workers", "1", "--no-color", *arguments),
    )
    ran = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_the_public_part_answers_as_it_is_described(example_address, tmp_path):
    said = run(
        example_address,
        tmp_path,
        *("--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "20"),
        *(part for name in PUBLIC for part in ("--include-operation-id", name)),
    )
    assert f"Selected: {len(PUBLIC)}/" in said


@pytest.mark.parametrize("part", ["--include-path-regex", "--exclude-path-regex"])
def test_a_token_of_every_scope_meets_no_answer_that_is_not_described(service, tmp_path, part):
    header = f"Authorization: Bearer {service.token}"
    phases = ("--phases", "examples,coverage,fuzzing", "--max-examples", "3")
    run(service.address, tmp_path, *phases, "-H", header, part, "organisations|sectors")


def test_nobody_meets_no_answer_that_is_not_described(service, tmp_path):
    run(service.address, tmp_path, "--phases", "fuzzing", "--max-examples", "1")
