"""The API keeps the promises of its own description, whatever is sent to it."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("phases", ["examples,coverage", "fuzzing", "stateful"])
def test_schemathesis_finds_no_answer_that_is_not_as_described(example_address, tmp_path, phases):
    command = (
        *(sys.executable, "-m", "schemathesis.cli", "run"),
        f"{example_address}/api/v1/openapi.json",
        *("--phases", phases, "--max-examples", "30", "--generation-deterministic"),
        *("--workers", "1", "--no-color"),
    )
    ran = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "7 selected / 7 total" in ran.stdout
