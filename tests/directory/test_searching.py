"""Queries: how they are taken apart, what counts as a slip, what ranks first and why it matched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.core.errors import BadInput
from alliance.core.text import search_words
from alliance.directory.rules.searching import (
    Candidate,
    MatchedOn,
    deletions,
    likeness,
    matched_on,
    misspellings,
    parse_query,
    rank,
)

LETTERS = st.sampled_from("abcdeäßжиا")


def ways(text):
    return [token.ways for token in parse_query(text).tokens]


def test_a_query_is_words_that_must_all_be_found():
    assert ways("  Save  the CHILDREN ") == [(("save",),), (("the",),), (("children",),)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("e-mail", (("e", "mail"), ("email",))),
        ("Müller", (("muller",), ("mueller",))),
        ("d'Ivoire", (("divoire",),)),
        ("北京华信科技股份有限公司", (("北京华信科技股份", "有限公司"),)),
        ("dahe科技", (("dahe", "科技"),)),
    ],
)
def test_a_word_may_be_found_in_several_ways(typed, expected):
    assert ways(typed) == [expected]


@pytest.mark.parametrize("typed", ["", "   ", "&", "— …"])
def test_a_query_of_signs_alone_asks_for_nothing(typed):
    assert parse_query(typed).tokens == ()


def test_of_many_words_the_longest_count_and_keep_their_order():
    query = parse_query("a bb international cc centre for missing and exploited children of")
    assert [token.text for token in query.tokens] == [
        "bb", "international", "centre", "for", "missing", "and", "exploited", "children",
    ]  # fmt: skip


@pytest.mark.parametrize(("typed", "remedy"), [("x" * 101, "100"), ("a\x00b", "control character")])
def test_what_no_name_can_hold_is_refused_for_the_search_field(typed, remedy):
    with pytest.raises(BadInput, match=remedy) as refused:
        parse_query(typed)
    assert refused.value.field == "q"


def slips(word):
    """Every way to lose, double, change or swap one letter after the first."""
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at] + word[at:]
        yield word[:at] + "q" + word[at + 1 :]
        if at + 1 < len(word):
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


@given(st.text(LETTERS, min_size=5, max_size=14))
def test_a_word_and_any_slip_in_it_share_a_key(word):
    for slip in slips(word):
        assert deletions(word) & deletions(slip)


@pytest.mark.parametrize("word", ["un", "iwf"])
def test_short_words_must_be_typed_right(word):
    assert deletions(word) == {word}


def test_words_of_scripts_without_blanks_are_compared_letter_by_letter():
    assert deletions("北京华信") == frozenset()
    assert {next(iter(one.beginnings)) for one in misspellings(parse_query("北京"))} == {"北", "京"}


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("InternetWatch", "Internet Watch Foundation"),
        ("Inter net Watch", "Internet Watch Foundation"),
        ("Intrenet Wach", "Internet Watch Foundation"),
        ("Ethopia", "Ethiopia"),
    ],
)
def test_lost_and_doubled_blanks_and_letters_lead_to_the_name(typed, name):
    keys = {key for word in search_words(name) for key in deletions(word)}
    assert any(one.keys & keys for one in misspellings(parse_query(typed)))


def test_the_name_most_like_the_query_ranks_first():
    names = ["Ethical Trade", "Eritrea", "Ethiopia", "Federal Bank of Ethiopia", "Zambia"]
    candidates = [Candidate(number, name) for number, name in enumerate(names)]
    ranked = rank(parse_query("Ethopia"), candidates)
    assert [names[id] for id, _ in ranked][:2] == ["Ethiopia", "Federal Bank of Ethiopia"]
    assert "Zambia" not in [names[id] for id, _ in ranked]
    assert all(0 <= score <= 100 for _, score in ranked)


def test_an_organisation_ranks_by_its_best_name_and_once():
    names = [Candidate(1, "World Bank"), Candidate(1, "Ethiopia"), Candidate(2, "Ethopica")]
    assert [id for id, _ in rank(parse_query("ethiopia"), names)] == [1, 2]


def test_a_query_in_latin_letters_is_compared_with_latin_forms():
    assert rank(parse_query("Wektor"), [Candidate(1, "Вектор"), Candidate(2, "Сокол")])[0][0] == 1


def test_a_query_that_mixes_readings_and_letters_is_compared_with_both():
    names = [Candidate(1, "达和科技有限公司"), Candidate(2, "海达建设集团")]
    assert rank(parse_query("dahe科技"), names)[0][0] == 1


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_stays_within_its_bounds(typed, name):
    assert 0 <= likeness(typed, name) <= 100.0001


def test_a_short_acronym_is_not_like_every_word_that_holds_it():
    assert likeness("unicfe", "un") < likeness("unicfe", "unicef")


NAMES = [
    MatchedOn("acronym", "IWF"),
    MatchedOn("former", "Internet Hotline"),
    MatchedOn("country", "United Kingdom"),
    MatchedOn("country", "المملكة المتحدة"),
    MatchedOn("description", "Works against harm."),
]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("watch", None),
        ("iwf", ("acronym", "IWF")),
        ("hotline", ("former", "Internet Hotline")),
        ("watch kingdom", ("country", "United Kingdom")),
        ("المتحدة", ("country", "المملكة المتحدة")),
        ("harm", ("description", "Works against harm.")),
        ("iwf kingdom", ("acronym", "IWF")),
        ("nothing", None),
    ],
)
def test_a_result_says_what_it_matched_on_unless_its_name_does(typed, reason):
    assert matched_on(parse_query(typed), "Internet Watch Foundation", NAMES) == reason
