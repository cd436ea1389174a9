"""Text: what is stored, what matches, under which words a name is found."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.core.errors import Refused
from alliance.core.text import (
    BadText,
    fold,
    latin,
    normalise_domain,
    normalise_email,
    pieces,
    search_words,
    slugify,
    sort_key,
    squeeze,
    words,
)

ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
NAMES = st.text(
    st.sampled_from("aàäßøłİı éË'’-. &ÇşЖжийЇαΩάςאבأإىةـ\u064e北京都がガ한국ไทยहिन्दी٣३9zZ"),
    max_size=24,
)


def squeezed(text: str) -> str | None:
    try:
        return squeeze(text)
    except BadText:
        return None


@given(ANY_TEXT)
def test_squeezing_twice_changes_nothing(text):
    once = squeezed(text)
    assert once is None or squeeze(once) == once


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("  Save   the\tChildren\r\n", "Save the Children"),
        ("Cafe\u0301", "Café"),
        ("\ufeffInter\u200bpol", "Interpol"),
        ("", ""),
        (" \n ", ""),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("A\u00a0B", "A B"),
    ],
)
def test_text_is_tidied_before_it_is_stored(text, stored):
    assert squeeze(text) == stored


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("a\x00b", "control character \\(U\\+0000\\)"),
        ("a\x1bb", "control character"),
        ("a\ud800", "half a character"),
        ("evil\u202egpj.exe", "direction of writing"),
        ("M\ufffdller", "lost in an earlier conversion"),
        ("\u200b\u200b", "only invisible"),
        ("\u200d\u3164", "only invisible"),
        ("a\ufffe", "no character"),
    ],
)
def test_text_that_cannot_be_stored_is_refused_with_a_remedy(text, remedy):
    with pytest.raises(Refused, match=remedy):
        squeeze(text)


def test_text_that_is_too_long_is_refused_with_both_lengths():
    assert squeeze("x" * 200, max_length=200) == "x" * 200
    with pytest.raises(BadText, match="201 characters; shorten it to 200"):
        squeeze("x" * 201, max_length=200)


def test_paragraphs_are_kept_where_lines_are_wanted():
    assert squeeze("One \r\n\r\n\r\n\r\n two\nthree ", lines=True) == "One\n\ntwo\nthree"


@given(ANY_TEXT)
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(NAMES)
def test_folding_does_not_see_case(text):
    assert fold(text.casefold()) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Côte d’Ivoire", "COTE D'IVOIRE"),
        ("Straße", "STRASSE"),
        ("Ærø Łódź", "aero lodz"),
        ("İstanbul Diyarbakır", "istanbul diyarbakir"),
        ("مُحَمَّد", "محمد"),
        ("الإمارات", "الامارات"),
        ("القاهـــرة", "القاهره"),
        ("منى", "مني"),
        ("٢٠٢٤", "2024"),
        ("ΣΊΣΥΦΟΣ", "σισυφος"),
        ("ﬁnance", "finance"),
        ("Zoë\u200d", "zoe"),
    ],
)
def test_what_people_write_differently_folds_alike(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("が", "か"), ("हिन्दी", "हनद"), ("ไทย", "ไทบ"), ("é", "a")]
)
def test_letters_that_differ_stay_different(one, other):
    assert fold(one) != fold(other)


@given(ANY_TEXT)
def test_latin_keys_are_ascii_without_capitals(text):
    assert latin(text).isascii()
    assert latin(text) == latin(text).lower()


@pytest.mark.parametrize(
    ("text", "key"),
    [("Київ", "kiiv"), ("النور", "alnwr"), ("العربية", "alarbya"), ("华信", "huaxin"), ("Ψ", "ps")],
)
def test_names_have_a_form_for_a_latin_keyboard(text, key):
    assert latin(text) == key


@given(NAMES)
def test_every_piece_that_is_typed_begins_a_stored_word(text):
    stored = search_words(text)
    for piece in pieces(text):
        assert any(word.startswith(piece) for word in stored)


@given(ANY_TEXT)
def test_words_hold_no_blanks_and_are_short(text):
    for word in [*words(text), *search_words(text)]:
        assert word
        assert not any(letter.isspace() for letter in word)
        assert len(word) <= 48


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Internet Watch Foundation", ["internet", "watch", "foundation"]),
        ("e-mail United", ["email", "mail"]),
        ("U.N. Office", ["un"]),
        ("U. N. Office", ["un"]),
        ("Côte d’Ivoire", ["cote", "divoire", "ivoire"]),
        ("Müller Straße", ["muller", "mueller", "strasse"]),
        ("Århus", ["arhus", "aarhus"]),
        ("Київ", ["київ".replace("ї", "і"), "kiiv"]),
        ("北京华信", ["北京华信", "京华信", "华信", "beijinghuaxin", "huaxin"]),
        ("AT&T", ["att", "at"]),
    ],
)
def test_a_name_is_found_under_every_word_people_type(name, typed):
    assert set(typed) <= search_words(name)


def test_long_runs_are_searched_for_in_pieces_that_are_stored():
    assert pieces("北京华信科技股份有限公司") == ["北京华信科技股份", "有限公司"]


def test_names_sort_by_script_and_without_accents():
    names = ["北京", "Zürich", "القاهرة", "«Айва»", "Ångström", "3M", "angel", "Ωmega", "!!!"]
    assert sorted(names, key=sort_key) == [
        "3M", "angel", "Ångström", "Zürich", "Ωmega", "«Айва»", "القاهرة", "北京", "!!!",
    ]  # fmt: skip


@given(ANY_TEXT)
def test_a_slug_is_always_an_address(text):
    slug = slugify(text)
    assert 1 <= len(slug) <= 80
    assert set(slug) <= set(string.ascii_lowercase + string.digits + "-")
    assert slug == slug.strip("-")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Côte d’Ivoire", "cote-divoire"),
        ("Save the Children", "save-the-children"),
        ("—", "organisation"),
        ("北京", "beijing"),
        ("word " * 40, "-".join(["word"] * 16)),
        ("x" * 90, "x" * 80),
    ],
)
def test_slugs_are_readable(name, slug):
    assert slugify(name) == slug


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Info@IWF.org.UK ", "info@iwf.org.uk"),
        ("mailto:a@b.org", "a@b.org"),
        ("post@münchen.de", "post@xn--mnchen-3ya.de"),
        ("ö@example.org", "ö@example.org"),
    ],
)
def test_addresses_have_one_spelling(typed, address):
    assert normalise_email(typed) == address
    assert normalise_email(address) == address


@pytest.mark.parametrize(
    ("typed", "remedy"),
    [
        ("a@b.org, c@d.org", "one address only"),
        ("a@b.org;c@d.org", "one address only"),
        ("nobody", "like name@example.org"),
        ("a b@c.org", "like name@example.org"),
        ("@c.org", "before @"),
        (".a@c.org", "before @"),
        ("a@localhost", "no web domain"),
        ("a@10.0.0.1", "no web domain"),
        ("", "no e-mail address"),
    ],
)
def test_what_is_no_address_is_refused(typed, remedy):
    with pytest.raises(BadText, match=remedy):
        normalise_email(typed)


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("https://www.IWF.org.uk/about?x=1", "iwf.org.uk"),
        ("ecpat.org.", "ecpat.org"),
        ("http://example.org:8080", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("www.example", "www.example"),
        ("موقع.وزارة-الاتصالات.مصر", "xn--4gbrim.xn----ymcbaaajlc6dj7bxne2c.xn--wgbh1c"),
    ],
)
def test_domains_have_one_spelling(typed, domain):
    assert normalise_domain(typed) == domain
    assert normalise_domain(domain) == domain


@pytest.mark.parametrize(
    "typed", ["", "localhost", "127.0.0.1", "a b.org", "-x.org", "x..org", "a_b.org"]
)
def test_what_is_no_domain_is_refused(typed):
    with pytest.raises(BadText, match="no web domain"):
        normalise_domain(typed)
