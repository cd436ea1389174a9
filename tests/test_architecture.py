"""The rules of the house that no linter knows, kept by reading the code and walking the routes."""

import ast
import re
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from alliance.accounts.permissions import permission_of
from config import ROOT

PACKAGE = ROOT / "alliance"
MODULES = sorted(PACKAGE.rglob("*.py"))
EDGES = [
    path for path in MODULES if path.relative_to(PACKAGE).parts[0] in ("web", "api", "cli", "jobs")
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
LONGEST_FILE = 400
MADE_BY_TOOLS = {
    ".git", ".hypothesis", ".import_linter_cache", ".mypy_cache", ".pytest_cache", ".ruff_cache",
    ".venv", "__pycache__", "instance", "node_modules",
}  # fmt: skip
LONGEST_FUNCTION = 50

# Asking the time, by the last two names of the call.
CLOCKS = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("func", "now"), ("func", "current_date"), ("func", "current_timestamp"),
}  # fmt: skip
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
INLINE = re.compile(
    r"""<[^>{]*\sstyle\s*=|<[^>{]*\son[a-z]+\s*=\s*["']|<style\b|<script(?![^>]*\ssrc=)""", re.I
)
OPT_OUTS = re.compile(r"\|\s*safe\b|autoescape\s+false|Markup\(", re.I)


def names(paths):
    return [str(path.relative_to(ROOT)) for path in paths]


def calls(path):
    """All calls in a module, each as (line, names from left to right)."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func).split(".")


def tracked():
    """The files under version control or about to be; without git, all but what tools make."""
    said = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    ) if shutil.which("git") else None  # fmt: skip
    if said is not None and said.returncode == 0:
        return [ROOT / line for line in said.stdout.splitlines() if (ROOT / line).is_file()]
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not MADE_BY_TOOLS & set(path.relative_to(ROOT).parts[:-1])
        and not path.relative_to(ROOT).parts[0].startswith(".venv")
    ]  # fmt: skip


def test_the_floors_and_rooms_are_kept(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(ROOT))
    status = lint_imports(config_filename=str(ROOT / ".importlinter"), cache_dir=str(tmp_path))
    assert status == 0, capsys.readouterr().out


@pytest.mark.parametrize("path", MODULES, ids=names(MODULES))
def test_files_and_functions_are_short_enough_to_read(path):
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


def test_only_the_reactions_commit():
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in MODULES
        for line, name in calls(path)
        if name[-1] == "commit" and len(name) > 1 and path.name != "reactions.py"
        and not name[0].endswith("reactions")
    ]  # fmt: skip
    assert found == []


def test_edges_write_no_queries():
    found = [
        f"{path.relative_to(ROOT)}:{line} {'.'.join(name)}"
        for path in EDGES
        for line, name in calls(path)
        if (name[-1] in ("select", "insert", "update", "delete") and len(name) == 1)
        or (name[-1] in ("query", "scalars") and "session" in name[-2:-1])
    ]  # fmt: skip
    assert found == []


def test_only_the_clock_asks_the_time():
    found = [
        f"{path.relative_to(ROOT)}:{line} {'.'.join(name)}"
        for path in MODULES
        for line, name in calls(path)
        if tuple(name[-2:]) in CLOCKS and path != PACKAGE / "core" / "clock.py"
    ]
    assert found == []


def test_statements_do_not_ask_the_server_for_the_time():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        and re.search(r"\b(SELECT|INSERT|UPDATE|DELETE)\b", node.value)
        and re.search(r"\b(now\(\)|current_(date|timestamp)\b)", node.value, re.I)
    ]  # fmt: skip
    assert found == []


def test_every_route_declares_a_permission(worker_app):
    bare = [
        rule.rule
        for rule in worker_app.url_map.iter_rules()
        if permission_of(worker_app.view_functions[rule.endpoint]) is None
    ]
    assert bare == []
    assert len(list(worker_app.url_map.iter_rules())) > 2


def test_every_package_that_is_imported_is_named_among_the_requirements():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    named = {re.match(r"[\w-]+", line)[0] for line in lines if line and line[0] not in "#-"}
    providers = packages_distributions()
    imported = {
        name.partition(".")[0]
        for path in [*MODULES, ROOT / "config.py", ROOT / "wsgi.py", ROOT / "migrations/env.py"]
        for node in ast.walk(ast.parse(path.read_text()))
        for name in (
            [each.name for each in node.names] if isinstance(node, ast.Import)
            else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        )
    } - {*sys.stdlib_module_names, "alliance", "config"}  # fmt: skip
    unnamed = {
        name for name in imported
        if not named & {each.lower().replace("_", "-") for each in providers.get(name, ())}
    }  # fmt: skip
    assert unnamed == set()


def test_templates_hold_no_inline_style_or_script_and_escape_everything():
    found = [
        f"{path.relative_to(ROOT)}: {match.group()[:80]}"
        for path in TEMPLATES
        if path.suffix in (".html", ".svg", ".xml", ".txt")
        for match in [*INLINE.finditer(path.read_text()), *OPT_OUTS.finditer(path.read_text())]
    ]
    assert found == []


def test_nothing_that_a_tool_makes_anew_is_kept():
    assert [each for each in tracked() if MADE_BY_TOOLS & set(each.relative_to(ROOT).parts)] == []


def test_nothing_is_marked_as_unfinished():
    own = {".py", ".html", ".css", ".js", ".md", ".toml", ".txt", ".sh", ".svg", ""}
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked()
        if path.suffix in own and "vendor" not in path.parts and path != Path(__file__)
        and "data" not in path.parts
        for match in UNFINISHED.finditer(path.read_text(errors="replace"))
    ]  # fmt: skip
    assert found == []


def test_the_application_starts_without_a_deprecation_warning(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning", "-c",
         "import config, alliance.app as a; a.create_app(config.Config.from_env())"],
        cwd=ROOT, env={"INSTANCE_PATH": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
