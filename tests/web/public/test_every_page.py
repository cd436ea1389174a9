"""What holds for all public pages: links lead somewhere, little is sent, errors help."""

import gzip
import re
from collections import deque
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from urllib.parse import urlsplit

import pytest
from sqlalchemy.exc import OperationalError

from alliance.app import create_app
from alliance.core.settings import Setting
from alliance.directory.queries import snapshots
from alliance.reactions import commit
from alliance.web import page_cache, shell
from tests.factories.directory import change_organisation

MOST_TRANSFERRED = 150_000
LINK = re.compile(r'\s(?:href|src|action|hx-get)="([^"]*)"')
PAGES = ("/", "/members", "/members?view=table", "/members?view=map", "/members/codebook")
STANDING = ("/about", "/accessibility", "/privacy", "/gallery", "/members/ethiopia")


def links(text):
    found = (urlsplit(unescape(one)) for one in LINK.findall(text))
    return {
        f"{one.path}?{one.query}" if one.query else one.path
        for one in found
        if not one.scheme and not one.netloc and one.path
    }


def test_every_link_on_every_page_leads_somewhere(client, alliance):
    waiting, seen = deque(["/"]), {"/"}
    while waiting and len(seen) < 400:
        path = waiting.popleft()
        answer = client.get(path)
        assert answer.status_code in (200, 303), path
        # Filters can be combined without end; one step into each is enough.
        is_combined = path.count("=") > 1
        if answer.mimetype == "text/html" and not is_combined and not path.startswith("/api"):
            found = sorted(links(answer.get_data(as_text=True)) - seen)
            seen.update(found)
            waiting.extend(found)
    assert len(seen) > 60


@pytest.mark.parametrize("path", ["/", "/members", "/members?view=map", "/members/ethiopia"])
def test_a_first_page_with_all_it_needs_is_light(client, alliance, path):
    page = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert page.content_encoding == "gzip"
    text = gzip.decompress(page.data).decode()
    needed = {one for one in links(text) if one.startswith("/static/")}
    sheet = next(one for one in needed if one.endswith(".css"))
    # Whatever script a page needs text in decides what fonts are fetched; here Latin and Arabic.
    fonts = re.findall(r'url\("(/static/[^"]+woff2)"\)', client.get(sheet).get_data(as_text=True))
    needed |= {one for one in fonts if re.search(r"/(latin|arabic)\.", one)}
    sizes = {
        one: len(client.get(one, headers={"Accept-Encoding": "gzip"}).data)
        for one in sorted(needed)
    }
    assert len(page.data) + sum(sizes.values()) < MOST_TRANSFERRED, sizes


@pytest.mark.parametrize("path", [*PAGES, *STANDING])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_stand_in_both_languages(client, alliance, path, language):
    joint = "&" if "?" in path else "?"
    page = client.get(f"{path}{joint}lang={language}")
    assert page.status_code == 200
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}"' in page.get_data(as_text=True)
    again = client.get(path).get_data(as_text=True)
    assert f'<html lang="{language}"' in again


def test_the_theme_is_kept_and_leaves_the_address(client, alliance):
    answer = client.get("/members?category=company&theme=dark")
    assert answer.status_code == 303
    assert answer.location.endswith("/members?category=company")
    assert 'data-theme="dark"' in client.get("/members?category=company").get_data(as_text=True)


def test_an_unchanged_page_is_not_sent_again(client, session, alliance):
    first = client.get("/members")
    tag = first.headers["ETag"]
    assert client.get("/members", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/members").data == first.data
    change_organisation(session, alliance[2].id, city="Valletta")
    commit(session)
    changed = client.get("/members", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_a_change_shows_on_the_next_page(client, session, alliance):
    assert "Melita" not in client.get("/members").get_data(as_text=True)
    change_organisation(session, alliance[2].id, name="Melita")
    commit(session)
    assert "Melita" in client.get("/members").get_data(as_text=True)
    assert "Melita" in client.get("/members.csv").get_data(as_text=True)


def test_kept_pages_differ_by_language_and_theme(client, alliance):
    plain = client.get("/about").data
    client.set_cookie("theme", "dark")
    assert client.get("/about").data != plain
    client.set_cookie("lang", "ar")
    assert b'lang="ar"' in client.get("/about").data


def test_the_least_used_pages_make_room(monkeypatch):
    monkeypatch.setattr(page_cache, "MOST_BYTES", 50)
    cache, state, day = page_cache.PageCache("build"), object(), object()
    page = page_cache.KeptPage(b"x" * 20, "text/html", "tag")
    keys = [(str(number).encode(), b"", "en", "") for number in range(3)]
    for key in keys:
        assert cache.find(state, day, key) is None
        cache.keep(state, day, key, page)
    assert [cache.find(state, day, key) is page for key in keys] == [False, True, True]
    assert cache.find(object(), day, keys[2]) is None


def test_pages_can_be_made_anew_each_time(client, config, alliance):
    app = create_app(replace(config, page_cache=False))
    assert "ETag" not in app.test_client().get("/about").headers


def test_downloads_have_a_tag_a_licence_and_a_codebook(client, alliance):
    for path in ("/members.csv", "/members.json"):
        answer = client.get(path)
        assert 'rel="license"' in answer.headers["Link"]
        assert "/members/codebook" in answer.headers["Link"]
        assert "attachment" in answer.headers["Content-Disposition"]
        tag = answer.headers["ETag"]
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/members.csv").content_type.startswith("text/csv; charset=utf-8")
    assert client.get("/members.json").json["licence"]["name"] == "CC BY 4.0"


def test_the_codebook_explains_every_column(client, alliance):
    header = client.get("/members.csv").get_data(as_text=True).split("\r\n")[0]
    page = client.get("/members/codebook").get_data(as_text=True)
    assert all(f"<code>{column}</code>" in page for column in header.split(","))


def test_machines_find_their_way(client, alliance):
    sitemap = client.get("/sitemap.xml").get_data(as_text=True)
    assert "<loc>http://localhost/members/ethiopia</loc>" in sitemap
    assert "<loc>http://localhost/members/gone-before</loc>" in sitemap
    assert "Sitemap: http://localhost/sitemap.xml" in client.get("/robots.txt").get_data(
        as_text=True
    )
    told = client.get("/.well-known/security.txt").get_data(as_text=True)
    expires = re.search(r"Expires: (\S+)", told)
    assert datetime.fromisoformat(expires[1]) > datetime.now(UTC)
    assert "Contact: mailto:" in told
    assert client.get("/favicon.ico").status_code == 302


def test_a_long_sitemap_is_cut_into_files(client, alliance, monkeypatch):
    from alliance.web.public import wayfinding

    monkeypatch.setattr(wayfinding, "ADDRESSES_A_FILE", 8)
    index = client.get("/sitemap.xml").get_data(as_text=True)
    files = re.findall(r"<loc>http://localhost(/sitemap-\d+\.xml)</loc>", index)
    found = [
        one
        for file in files
        for one in re.findall("<loc>(.*?)</loc>", client.get(file).get_data(as_text=True))
    ]
    assert len(files) == 2
    assert len(found) == len(set(found)) == 6 + 8
    assert client.get("/sitemap-9.xml").status_code == 404


def test_an_error_page_helps(client, alliance):
    page = client.get("/nowhere")
    text = page.get_data(as_text=True)
    assert page.status_code == 404
    assert page.headers["X-Request-ID"] in text
    assert 'href="/"' in text
    assert "mailto:" in text


def test_without_a_database_pages_say_so_and_when_to_come_back(client, monkeypatch):
    def away(*_):
        raise OperationalError("SELECT secret", {}, Exception("host db.internal"))

    for place in (snapshots, shell, page_cache):
        monkeypatch.setattr(place, "present", away)
    page = client.get("/about")
    text = page.get_data(as_text=True)
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "10"
    assert "secret" not in text
    assert "db.internal" not in text
    assert "Back in a moment" in text


def test_the_alliance_is_called_as_its_settings_say(client, session, alliance):
    session.add(Setting(key="contact_address", value="hello@other.example"))
    session.flush()
    change_organisation(session, alliance[2].id, city="Valletta")
    commit(session)
    for path in ("/", "/about", "/privacy"):
        assert "hello@other.example" in client.get(path).get_data(as_text=True)
