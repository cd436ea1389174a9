"""Each contract of the architecture notices a deliberate breach of it."""

import shutil
import subprocess
import sys

import pytest

from config import ROOT

BREACHES = [
    ("audit/sentences.py", "import alliance.directory.events", "Floors"),
    ("api/__init__.py", "import alliance.web.health", "Floors"),
    ("utils.py", "", "Floors"),
    ("directory/helpers.py", "", "Rooms"),
    ("directory/queries/reference.py", "import alliance.directory.operations.saving", "Rooms"),
    ("directory/events.py", "import flask", "Features know nothing"),
    ("directory/events.py", "import marshmallow", "Only the API and the importer"),
    ("web/health.py", "import marshmallow", "Pages and commands"),
    ("web/health.py", "import alliance.imports.rows", "Edges see nothing"),
    ("directory/rules/records.py", "import alliance.core.clock", "Rules are pure"),
    ("directory/rules/records.py", "import random", "Rules are pure"),
    ("imports/reading/table.py", "import alliance.imports.queries", "Imports"),
    ("imports/rows/cells.py", "import alliance.core.clock", "Rows are understood"),
    ("web/health.py", "import alliance.audit.models", "Edges reach tables"),
    ("core/errors.py", "import alliance.core.events", "No circles"),
]


@pytest.mark.parametrize(("file", "line", "contract"), BREACHES, ids=lambda value: value[:40])
def test_a_breach_is_caught_by_its_contract(tmp_path, file, line, contract):
    ignored = shutil.ignore_patterns("__pycache__", "data", "translations")
    shutil.copytree(ROOT / "alliance", tmp_path / "alliance", ignore=ignored)
    shutil.copy(ROOT / ".importlinter", tmp_path)
    with (tmp_path / "alliance" / file).open("a") as module:
        module.write(f"\n{line}\n")
    if contract == "No circles":
        with (tmp_path / "alliance/core/events.py").open("a") as module:
            module.write("\nimport alliance.core.errors\n")
    code = (
        "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    broken = [each for each in done.stdout.splitlines() if each.endswith("BROKEN")]
    assert done.returncode == 1, done.stdout + done.stderr
    assert [each for each in broken if each.startswith(contract)], done.stdout
