"""Every text of the pages in Arabic: all there, nothing lost, six plurals, shown as meant."""

import re
from datetime import date
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from alliance.accounts.permissions import Role
from alliance.directory.queries.snapshots import present
from alliance.reactions import commit
from alliance.web.public.wording import day_text, number_text, short_day
from config import ROOT
from tests.factories.directory import make_organisations, organisation

FOLDER = ROOT / "alliance" / "web" / "translations"
ARABIC = FOLDER / "ar" / "LC_MESSAGES"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")
PAGES = (
    "/", "/members", "/members?view=table", "/members?view=map", "/members?q=qqqqqq",
    "/members?as_of=2020-01-01", "/members/hafen", "/about", "/accessibility", "/privacy",
    "/members/codebook", "/gallery", "/api/v1/", "/api/v1/console",
)  # fmt: skip
# Names of formats, and parts of classes, ids and attributes that a macro puts together.
NO_WORDS = {
    "CSV", "JSON", "main__in--narrow", "desk__page--narrow", "compact", "-hint", "-error",
    "required", "/members", "img/mark-night.svg", "Child Protection Foundation",
}  # fmt: skip
DESK_PAGES = (
    "/staff/", "/staff/organisations", "/staff/organisations/new", "/staff/contacts",
    "/staff/contacts/new", "/staff/imports", "/staff/imports/new", "/staff/change-sets",
    "/staff/history", "/staff/lists", "/staff/lists/sector", "/staff/lists/sector/1",
    "/staff/lists/sector/1/merge", "/staff/lists/country/KE", "/staff/settings",
    "/staff/settings/visibility", "/staff/accounts", "/staff/tokens", "/staff/account",
    "/staff/search?q=qq", "/staff/organisations/export", "/gallery/workspace",
)  # fmt: skip


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The texts that templates and code ask for, found as `make translations` finds them."""
    pot = tmp_path_factory.mktemp("texts") / "messages.pot"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        command = ["pybabel", "-q", "extract", "-F", "pyproject.toml", "-k", "lazy_gettext"]
        CommandLineInterface().run([*command, "-o", str(pot), "."])
    return read_po(pot.open("rb"))


@pytest.fixture(scope="module")
def arabic() -> Catalog:
    return read_po((ARABIC / "messages.po").open("rb"), locale="ar")


def texts(catalog: Catalog) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """By the English text: its forms (one or two) and those of the translation (one or six)."""

    def forms(text) -> tuple[str, ...]:
        return (text,) if isinstance(text, str) else tuple(text)

    return {forms(one.id)[0]: (forms(one.id), forms(one.string)) for one in catalog if one.id}


def test_every_text_of_templates_and_code_has_an_arabic_one(used, arabic):
    done = {key for key, (_, told) in texts(arabic).items() if all(told)}
    assert sorted(texts(used).keys() - done) == [], "run make translations and fill the gaps"


def test_no_translation_is_left_over_or_only_guessed(used, arabic):
    assert sorted(texts(arabic).keys() - texts(used).keys()) == []
    assert [one.id for one in arabic if one.fuzzy and one.id] == []


def test_no_placeholder_is_lost_or_made_up(arabic):
    for english, told in texts(arabic).values():
        known = {mark for form in english for mark in PLACEHOLDER.findall(form)}
        for index, form in enumerate(told):
            found = set(PLACEHOLDER.findall(form))
            # Arabic says none, one and two without a figure.
            spared = {"%(num)s"} if len(told) > 1 and index < 3 else set()
            assert known - spared <= found <= known, form


def test_what_is_compiled_is_what_is_written(arabic):
    compiled = read_mo((ARABIC / "messages.mo").open("rb"))
    assert texts(compiled) == texts(arabic), "run make translations"
    assert compiled.num_plurals == arabic.num_plurals == 6


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (0, "لا أعضاء"), (1, "عضو واحد"), (2, "عضوان"), (3, "3 أعضاء"), (10, "10 أعضاء"),
        (11, "11 عضوًا"), (99, "99 عضوًا"), (100, "100 عضو"), (102, "102 عضو"), (103, "103 أعضاء"),
        (111, "111 عضوًا"),
    ],
)  # fmt: skip
def test_members_are_counted_as_arabic_counts(number, told):
    found = Translations.load(FOLDER, ["ar"]).ngettext("%(num)s member", "%(num)s members", number)
    assert found % {"num": number} == told


def test_digits_are_western_and_signs_arabic(arabic):
    for key, (_, told) in texts(arabic).items():
        for form in told:
            assert not re.search("[٠-٩۰-۹]", form), f"other digits in {key}"
            assert not re.search("[\u0621-\u064a] ?[,;?]", form), f"a Latin sign in {key}"
            assert not re.search(r"(?<!\u2066)\b(\d{4}-\d\d|YYYY-)", form), f"a day turns in {key}"
            assert form.count("\u2066") + form.count("\u2068") == form.count("\u2069"), key


def test_days_and_numbers_follow_the_language():
    assert day_text(date(2012, 12, 5), "ar") == "5 ديسمبر 2012"
    assert short_day(date(2012, 12, 5), "ar") == "5 ديسمبر 2012"
    assert day_text(date(2012, 12, 1), "ar", "month") == "ديسمبر 2012"
    assert number_text(12345, "ar") == "12,345"


@pytest.mark.parametrize(
    "path", TEMPLATES, ids=[str(one.relative_to(ROOT / "templates")) for one in TEMPLATES]
)
def test_no_words_stand_in_a_template_untranslated(path: Path):
    """Elements and attributes that hold letters outside of {{ }}; code and keys are no words."""
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "\x00", text, flags=re.S)
    named = re.findall(r'(?:aria-label|alt|title|placeholder)="([^"\x00]*)"', text)
    text = re.sub(r"<(code|kbd|script)\b.*?</\1>", "", text, flags=re.S)
    # The gallery shows a sentence of every script.
    text = re.sub(r"<li>[^<]*東京</li>", "", text)
    shown = re.split(r"<[^>]*>|[\x00\n]", text)
    words = {one.strip() for one in [*named, *shown] if re.search("[A-Za-z]{2}", one)}
    assert {one for one in words if '="' not in one} - NO_WORDS == set()


@pytest.fixture
def page(client, session):
    """Gives the words of a page in Arabic, without what belongs to no language."""
    make_organisations(session, [organisation("Hafen", country="KE", website="https://h.example")])
    commit(session)

    def ask(path: str, client=client) -> str:
        answer = client.get(path, headers={"Accept-Language": "ar"})
        text = answer.get_data(as_text=True)
        assert '<html lang="ar" dir="rtl"' in text, path
        text = re.sub(r'<(\w+)[^>]*\slang="en".*?</\1>', " ", text, flags=re.S)
        return " ".join(re.sub(r"<[^>]*>", " ", text).split())

    return ask


def test_no_english_text_is_left_on_an_arabic_page_of_the_workspace(page, used, staff, session):
    sentences = [key for key in texts(used) if re.search("[a-z] [a-z]", key) and "%" not in key]
    member = staff(Role.ADMINISTRATOR)
    found = present(session).snapshot.ids(present(session).snapshot.listed(date(2026, 1, 1)))
    record = f"/staff/organisations/{found[0]}"
    for path in (*DESK_PAGES, record, f"{record}/edit", f"{record}/membership"):
        shown = page(path, member)
        # Somebody in the factories works for the secretariat, by name.
        assert [one for one in sentences if one in shown and one != "the secretariat"] == [], path


def test_no_english_text_is_left_on_an_arabic_page(page, used):
    sentences = [key for key in texts(used) if re.search("[a-z] [a-z]", key) and "%" not in key]
    for path in (*PAGES, "/nowhere", "/members?colour=red", "/members/hafen?as_of=soon"):
        shown = page(path)
        assert [one for one in sentences if one in shown] == [], path


def test_errors_are_told_in_arabic(page):
    assert "الصفحة غير موجودة" in page("/nowhere")
    assert "لا يوجد مُعامِل باسم" in page("/members?colour=red")
    assert "حرف تحكّم" in page("/members?q=%00")
    assert "للدلالة على \u2068كينيا\u2069" in page("/members?country=Kenya")
    assert "يومًا" in page("/members/hafen?as_of=soon")


def test_the_api_refuses_in_arabic_too(client):
    answer = client.get("/api/v1/organisations?colour=red", headers={"Accept-Language": "ar"})
    assert answer.status_code == 400
    assert "لا يوجد هنا مُعامِل باسم" in answer.get_json(force=True)["detail"]
