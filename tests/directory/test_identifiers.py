"""Entries in public registers: what people write, in the register's own spelling, or refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.core.errors import BadInput
from alliance.directory.rules.identifiers import canonical_identifier
from config import ROOT

GOOD = [
    ("lei", "213800WSGIIZCXF1P572", "213800WSGIIZCXF1P572"),
    ("lei", "hwup kr0m pou8 fgxb t394", "HWUPKR0MPOU8FGXBT394"),
    ("lei", "https://search.gleif.org/#/record/HWUPKR0MPOU8FGXBT394", "HWUPKR0MPOU8FGXBT394"),
    ("ror", "https://ror.org/02dg0pv02", "02dg0pv02"),
    ("ror", "052GG0110", "052gg0110"),
    ("isni", "ISNI 0000 0001 2281 955X", "000000012281955X"),
    ("wikidata", "https://www.wikidata.org/wiki/Q740308", "Q740308"),
    ("wikidata", "q42", "Q42"),
    ("gb_charity", "No. 1072612", "1072612"),
    ("gb_charity", "1072612-0", "1072612"),
    ("gb_charity", "١٠٧٢٦١٢", "1072612"),
    ("gb_sc_charity", "SC 003558", "SC003558"),
    ("gb_ni_charity", "100280", "NIC100280"),
    ("gb_company", "3401741", "03401741"),
    ("gb_company", "sc123456", "SC123456"),
    ("us_ein", "131760110", "13-1760110"),
    ("au_abn", "51 824 753 556", "51824753556"),
    ("nz_nzbn", "9429000000017", "9429000000017"),
    ("ca_bn", "123456782 RR 0001", "123456782RR0001"),
    ("fr_siren", "732 829 320", "732829320"),
    ("be_enterprise", "BE 0403.019.261", "0403019261"),
    ("be_enterprise", "403.019.261", "0403019261"),
    ("nl_kvk", "KvK 17085815", "17085815"),
    ("de_register", "Amtsgericht Charlottenburg, HRB 12345 B", "HRB 12345 B Charlottenburg"),
    ("de_register", "vr 200 Bonn", "VR 200 Bonn"),
    ("ch_uid", "CHE-116.281.710 MWST", "CHE-116.281.710"),
    ("ie_charity", "RCN 20009502", "20009502"),
    ("eu_transparency", "03181945560 59", "03181945560-59"),
    ("vat", "GR 094259216", "EL094259216"),
    ("vat", "be 0403.019.261", "BE0403019261"),
    ("vat", "NO 974 760 673 MVA", "NO974760673MVA"),
]
BAD = [
    ("lei", "213800WSGIIZCXF1P573", "check digits do not fit"),
    ("lei", "213800WSGIIZCXF1P57", "20 letters and digits"),
    ("ror", "02dg0pv03", "check digits do not fit"),
    ("ror", "02dg0pv", "nine characters"),
    ("isni", "0000000122819550", "last character does not fit"),
    ("wikidata", "42", "written Q and a number"),
    ("gb_charity", "SC003558", "six or seven digits"),
    ("gb_sc_charity", "1072612", "six digits"),
    ("gb_ni_charity", "SC003558", "six digits"),
    ("gb_company", "QQ123456", "eight digits"),
    ("us_ein", "07-1234567", "nine digits"),
    ("au_abn", "51824753557", "check digits do not fit"),
    ("nz_nzbn", "9429000000018", "last digit does not fit"),
    ("ca_bn", "123456789", "ninth digit does not fit"),
    ("fr_siren", "73282932000074", "of a SIRET give the first nine"),
    ("fr_siren", "732829321", "last digit does not fit"),
    ("be_enterprise", "0403019262", "check digits do not fit"),
    ("nl_kvk", "1708581", "eight digits"),
    ("de_register", "HRB 12345", "kind, number and court"),
    ("ch_uid", "CHE-116.281.711", "last digit does not fit"),
    ("ie_charity", "CHY 11234", "eight digits"),
    ("eu_transparency", "none", "two digits"),
    ("vat", "094259216", "two letters of its country"),
    ("vat", "BE 12", "shape of a VAT number"),
    ("lei", "  ", "Give the identifier"),
    ("anything", "a\u202eb", "turns the direction"),
    ("anything", "x" * 101, "shorten it"),
]


@pytest.mark.parametrize(("scheme", "typed", "expected"), GOOD)
def test_an_identifier_is_kept_in_the_spelling_of_its_register(scheme, typed, expected):
    assert canonical_identifier(scheme, typed) == expected
    assert canonical_identifier(scheme, expected) == expected


@pytest.mark.parametrize(("scheme", "typed", "words"), BAD)
def test_a_wrong_identifier_is_refused_with_a_remedy(scheme, typed, words):
    with pytest.raises(BadInput, match=words) as refused:
        canonical_identifier(scheme, typed)
    assert refused.value.field == "identifiers"


def test_a_register_without_a_rule_of_its_own_keeps_what_is_typed():
    assert canonical_identifier("my_register", " AB  12/3 ") == "AB 12/3"


def test_every_register_of_the_closed_list_is_tried_here():
    listed = json.loads((ROOT / "migrations/data/identifier_schemes.json").read_text("utf-8"))
    assert {row["code"] for row in listed} == {scheme for scheme, _, _ in GOOD}


@pytest.mark.parametrize(
    ("scheme", "good", "letters"),
    [
        ("lei", "213800WSGIIZCXF1P572", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        ("ror", "02dg0pv02", "0123456789abcdefghjkmnpqrstvwxyz"),
        ("isni", "000000012281955X", "0123456789X"),
    ],
)
def test_no_single_wrong_digit_or_letter_passes_the_check_digits(scheme, good, letters):
    for place, right in enumerate(good):
        for letter in letters:
            if letter != right and letter.isdigit() == right.isdigit():
                with pytest.raises(BadInput):
                    canonical_identifier(scheme, good[:place] + letter + good[place + 1 :])


@given(st.sampled_from([scheme for scheme, _, _ in GOOD]), st.text(max_size=40))
def test_no_text_does_more_than_pass_or_be_refused(scheme, typed):
    try:
        kept = canonical_identifier(scheme, typed)
    except BadInput:
        return
    assert canonical_identifier(scheme, kept) == kept
