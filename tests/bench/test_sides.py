"""The benchmark compares like with like: both sides show the same members and the same counts."""

import re
import threading
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from alliance.app import create_app
from alliance.core.db import db
from bench import bare, bare_desk, datagen
from bench.databases import furnish
from bench.desk_workloads import desk_workloads
from bench.frames import take, take_desk
from bench.load import load
from bench.passes import make_passes, signed
from bench.quality import precision_and_recall
from bench.servers import headers
from bench.workloads import COUNTRIES, workloads

SIZE = 300
OPEN = re.compile(r'class="table__name" href="([^"]+)"')
FOUND = re.compile(r'role="status"><strong>([\d,]+) ')
CHOSEN = re.compile(r'class="palette__option"[^>]* href="([^"]+)"')
COUNT = re.compile(r'role="status">([\d,]+) member')
ROW = re.compile(r'class="rows__name"><a href="/members/([^"?]+)')
OPTION = re.compile(
    r'name="(\w+)" value="([^"]+)"(?: checked)?><span class="facet__label">[^<]*</span>'
    r'<span class="facet__count">([\d,]+)</span>'
)
HEADERS = {"Accept-Language": "en"}


@pytest.fixture(scope="module")
def sides(databases, tmp_path_factory):
    """Clients of both sides on one small generated database, and its workloads."""
    place = tmp_path_factory.mktemp("bench")
    datagen.main(["--orgs", str(SIZE), "--engagements", "0", "--out", str(place / "data")])
    config = signed(databases.clone())
    app = create_app(config)
    with app.app_context():
        ids = load(db.session(), place / "data")
        db.session.remove()
    address = make_url(config.owner_database_url or config.database_url)
    conninfo = address.set(drivername="postgresql").render_as_string(hide_password=False)
    client = app.test_client(use_cookies=False)
    passes = make_passes(config, tokens=2)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        furnish(connection, ids)
        every = [*workloads(connection, place / "data"), *desk_workloads(connection, passes)]
        wanted = {one.code: one for one in every}
        (member,) = connection.execute("SELECT min(id) FROM bench.documents").fetchone()
    slug = wanted["W5"].product[0].rpartition("/")[2]
    take(lambda path: client.get(path, headers=HEADERS).text, slug, place / "frames")
    entered = headers(passes.cookie)
    take_desk(
        lambda path: client.get(path, headers=entered).text, member, COUNTRIES[0], place / "frames"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BENCH_DATABASE", conninfo)
        patch.setenv("BENCH_FRAMES", str(place / "frames"))
        patch.setattr(bare, "_local", threading.local())
        patch.setattr(bare, "_lists", None)
        yield client, bare_desk.app.test_client(), wanted
        bare.connection().close()
    databases.drop(config)


def shown(page):
    """What a page says: how many, who, and the counts beside each filter."""
    options = {(name, value): number for name, value, number in OPTION.findall(page)}
    facets = {key: int(number.replace(",", "")) for key, number in options.items()}
    count = COUNT.search(page)
    return {
        "count": int(count[1].replace(",", "")) if count else None,
        "members": ROW.findall(page),
        "facets": {key: number for key, number in facets.items() if number},
    }


def test_both_sides_show_the_same_members_and_counts(sides):
    service, lean, wanted = sides
    for code, few in (("W1", 1), ("W4", 40), ("day", 10)):
        for path, other in list(zip(wanted[code].product, wanted[code].bare, strict=True))[:few]:
            own, bare_ = service.get(path, headers=HEADERS), lean.get(other)
            assert own.status_code == bare_.status_code == 200, path
            assert shown(own.text) == shown(bare_.text), path
    for path in wanted["W2"].product[:60]:
        assert (
            shown(service.get(path, headers=HEADERS).text)["count"]
            == (shown(lean.get(path).text)["count"])
        ), path
    assert len(shown(service.get("/members", headers=HEADERS).text)["members"]) == 25


def both(sides, code, few):
    """The pages of both sides for the first addresses of a workload that asks who one is."""
    service, lean, wanted = sides
    one = wanted[code]
    for path, other in list(zip(one.product, one.bare, strict=True))[:few]:
        own = service.get(path, headers=headers(one.headers[0]))
        bare_ = lean.get(other)
        assert own.status_code == bare_.status_code == 200, path
        yield path, own, bare_


@pytest.mark.parametrize("code", ["D1", "D4"])
def test_both_sides_show_the_same_rows_of_the_workspace(sides, code):
    rows = 0
    for path, own, bare_ in both(sides, code, 25):
        assert OPEN.findall(own.text) == OPEN.findall(bare_.text), path
        assert FOUND.findall(own.text) == FOUND.findall(bare_.text), path
        rows += len(OPEN.findall(own.text))
    assert rows > 100


def test_both_sides_show_a_record_and_find_while_one_types(sides):
    for path, own, bare_ in both(sides, "D2", 10):
        (name,) = re.findall("<h1>.*</h1>", own.text)
        assert name in bare_.text, path
        assert len(bare_.text) == pytest.approx(len(own.text), rel=0.15), path
    for path, own, bare_ in both(sides, "D3", 20):
        assert all(CHOSEN.findall(page.text) for page in (own, bare_)), path


def test_both_sides_send_the_same_records_to_machines(sides):
    for path, own, bare_ in both(sides, "D5", 5):
        own, bare_ = own.get_json(), bare_.get_json()
        assert [one["id"] for one in own["items"]] == [one["id"] for one in bare_["items"]], path
        assert own["items"][0].keys() == bare_["items"][0].keys(), path


def test_both_sides_send_the_same_list_to_machines(sides):
    service, lean, wanted = sides
    for path in wanted["W6"].product[:5]:
        own, bare_ = service.get(path).get_json(), lean.get(path).get_json()
        assert [one["id"] for one in own["items"]] == [one["id"] for one in bare_["items"]]
        assert own["items"][0].keys() == bare_["items"][0].keys()


def test_pages_of_both_sides_are_about_equally_long(sides):
    service, lean, wanted = sides
    for code in ("W1", "W4", "W5", "W6", "home", "map"):
        one = wanted[code]
        own = len(service.get(one.product[0], headers=HEADERS).data)
        assert len(lean.get(one.bare[0]).data) == pytest.approx(own, rel=0.1), code


def test_a_wrong_match_costs_precision_and_a_missed_one_recall():
    verdicts = [
        {"row": "2", "verdict": "duplicate", "match": "1", "reason": ""},
        {"row": "3", "verdict": "duplicate", "match": "2", "reason": ""},
        {"row": "4", "verdict": "new", "match": "", "reason": ""},
        {"row": "5", "verdict": "duplicate", "match": "", "reason": "row 4 of this file: same"},
        {"row": "6", "verdict": "error", "match": "", "reason": "row 2"},
    ]
    truth = [{"e": one} for one in ("A", "A", "N", "N", "B")]
    found = precision_and_recall(verdicts, truth, "e", {1: "A", 2: "B"})
    assert found == {"claimed": 3, "precision": 0.6667, "recall": 0.5}


def test_the_generator_of_load_counts_answers_and_errors(tmp_path: Path):
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    from bench.generator import run

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.send_response(404 if self.path == "/lost" else 200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        told = run(server.server_port, ["/found", "/lost"], 2, 0.2, 0.0)
    finally:
        server.shutdown()
        server.server_close()
    assert told["requests"] == len(told["times"]) > 2
    assert abs(told["errors"] - told["requests"] / 2) <= 2
