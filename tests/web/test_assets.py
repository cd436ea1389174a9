"""Static files are known by their content, and by nothing else."""

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from alliance.web.assets import Assets, register


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "css/order.txt": "# first to last\nlayers.css\ncomponents/pill.css\n",
        "css/layers.css": "@layer base, components;\n",
        "css/components/pill.css": '/* why */\n.pill {\n  src: url("../../type/a.woff2");\n}\n',
        "css/components/unlisted.css": ".unlisted {}",
        "type/a.woff2": "not really a font",
        "js/menu.js": "export const open = true;\n",
        "vendor/vendor.mjs": "// a tool, not for browsers",
        "vendor/package.json": "{}",
        "vendor/node_modules/left.js": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def assets(folder: Path) -> Assets:
    return Assets(folder)


@pytest.fixture
def client(assets: Assets) -> FlaskClient:
    app = Flask(__name__, static_folder=None)
    register(app, assets)
    return app.test_client()


def test_the_listed_sheets_are_one_file_in_their_order(assets: Assets, client: FlaskClient) -> None:
    sheet = client.get(assets.url("css")).text
    assert sheet.index("@layer") < sheet.index(".pill")
    assert "unlisted" not in sheet
    assert "why" not in sheet


def test_a_sheet_names_the_hashed_address_of_its_font(assets: Assets, client: FlaskClient) -> None:
    assert f'url("{assets.url("type/a.woff2")}")' in client.get(assets.url("css")).text


def test_an_address_changes_with_the_content_and_only_with_it(folder: Path) -> None:
    before = Assets(folder)
    (folder / "js" / "menu.js").write_text("changed", encoding="utf-8")
    after = Assets(folder)
    assert before.url("js/menu.js") != after.url("js/menu.js")
    assert before.url("css") == after.url("css")


def test_fresh_assets_follow_the_folder(folder: Path) -> None:
    assets = Assets(folder, fresh=True)
    before = assets.url("js/menu.js")
    (folder / "js" / "menu.js").write_text("changed", encoding="utf-8")
    assert assets.url("js/menu.js") != before


def test_a_file_may_be_kept_for_ever_and_not_be_guessed_at(
    assets: Assets, client: FlaskClient
) -> None:
    answer = client.get(assets.url("js/menu.js"))
    assert answer.status_code == 200
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_text_is_compressed_for_those_who_accept_it(assets: Assets, client: FlaskClient) -> None:
    plain = client.get(assets.url("js/menu.js"))
    zipped = client.get(assets.url("js/menu.js"), headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert plain.headers["Vary"] == zipped.headers["Vary"] == "Accept-Encoding"


def test_a_font_is_sent_as_it_is(assets: Assets, client: FlaskClient) -> None:
    font = client.get(assets.url("type/a.woff2"), headers={"Accept-Encoding": "gzip"})
    assert font.content_type == "font/woff2"
    assert "Content-Encoding" not in font.headers


@pytest.mark.parametrize(
    "path",
    [
        "/static/js/menu.js",
        "/static/js/menu.000000000000.js",
        "/static/css/order.txt",
        "/static/vendor/vendor.mjs",
        "/static/vendor/package.json",
        "/static/../wsgi.py",
        "/static/%2e%2e/wsgi.py",
        "/static//etc/passwd",
    ],
)
def test_no_other_name_is_answered(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in (308, 404)


@pytest.mark.parametrize(
    "path", ["js/absent.js", "vendor/vendor.mjs", "vendor/node_modules/left.js"]
)
def test_a_page_that_names_an_absent_file_fails_at_once(assets: Assets, path: str) -> None:
    with pytest.raises(KeyError):
        assets.url(path)


def test_imports_of_a_module_lead_to_hashed_addresses(folder: Path) -> None:
    (folder / "js/desk.js").write_text('import { open } from "./menu.js";\nimport "../a/b.js";\n')
    (folder / "a").mkdir()
    (folder / "a/b.js").write_text('import "./not-ours.js";\n')
    assets = Assets(folder)
    name = assets.url("js/desk.js").removeprefix("/static/")
    file = assets.find(name)
    assert file is not None
    body = file.body.decode()
    assert f'import {{ open }} from "{assets.url("js/menu.js")}";' in body
    assert f'import "{assets.url("a/b.js")}";' in body


def test_a_module_is_named_anew_when_what_it_imports_changes(folder: Path) -> None:
    (folder / "js/desk.js").write_text('import "./menu.js";\n')
    before = Assets(folder).url("js/desk.js")
    (folder / "js/menu.js").write_text("export const open = false;\n")
    assert Assets(folder).url("js/desk.js") != before


def test_modules_that_import_one_another_in_a_circle_are_refused(folder: Path) -> None:
    (folder / "js/one.js").write_text('import "./other.js";\n')
    (folder / "js/other.js").write_text('import "./one.js";\n')
    with pytest.raises(ValueError, match="imports itself"):
        Assets(folder)


def test_the_sheets_of_the_workspace_are_a_file_of_their_own(folder: Path) -> None:
    (folder / "css/staff.txt").write_text("components/unlisted.css\n")
    assets = Assets(folder)
    file = assets.find(assets.url("css/staff").removeprefix("/static/"))
    assert file is not None
    assert ".unlisted" in file.body.decode()
    assert ".pill" not in file.body.decode()
