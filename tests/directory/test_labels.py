"""Countries and sectors are found by their names in any language, by beginnings, with a slip."""

import pytest

from alliance.directory.rules.labels import LabelIndex

COUNTRIES = LabelIndex(
    [
        ("CI", ["Côte d’Ivoire", "Ivory Coast", "ساحل العاج", "科特迪瓦", "CI"]),
        ("ET", ["Ethiopia", "إثيوبيا", "Äthiopien", "ET"]),
        ("KR", ["South Korea", "대한민국", "KR"]),
        ("ZA", ["South Africa", "南非", "ZA"]),
        ("GB", ["United Kingdom", "U.K.", "GB"]),
    ]
)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("ethiopia", {"ET"}),
        ("eth", {"ET"}),
        ("athiopien", {"ET"}),
        ("aethiopien", {"ET"}),
        ("اثيوبيا", {"ET"}),
        ("ivoire", {"CI"}),
        ("south", {"KR", "ZA"}),
        ("南非", {"ZA"}),
        ("迪瓦", {"CI"}),
        ("et", {"ET"}),
        ("uk", {"GB"}),
        ("so", set()),
        ("u", {"GB"}),
        ("xyz", set()),
    ],
)
def test_labels_are_found_by_beginnings_of_three_letters_or_by_whole_words(word, found):
    assert COUNTRIES.beginning(word) == found


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("ethopia", {"ET"}),
        ("ehtiopia", {"ET"}),
        ("ivoirre", {"CI"}),
        ("sotuh", {"KR", "ZA"}),
        ("eto", set()),
        ("korae", {"KR"}),
        ("unitedd", {"GB"}),
        ("untd", set()),
    ],
)
def test_one_slip_is_forgiven_from_five_letters_on(word, found):
    assert COUNTRIES.alike(word) == found


def test_an_index_of_nothing_finds_nothing():
    empty = LabelIndex([])
    assert empty.beginning("a") == frozenset()
    assert empty.alike("abcdef") == frozenset()
