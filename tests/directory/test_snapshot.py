"""The directory as bits answers as a plain reading of the rows does."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.directory.rules.snapshot import DirectorySnapshot, Selection, SnapshotRow

REGIONS_OF = {"AT": (155, 150), "CH": (155, 150), "KE": (202, 2), "XK": ()}
PARENT_OF = {1: None, 2: 1, 3: 2, 4: None}
FIRST = date(2020, 1, 1)
DAYS = st.integers(0, 30).map(lambda days: FIRST + timedelta(days=days))


@st.composite
def listings(draw):
    rows = []
    for number in range(draw(st.integers(0, 70))):
        ends = sorted(draw(st.lists(DAYS, min_size=1, max_size=4, unique=True)))
        periods = [
            (start, ends[at + 1] if at + 1 < len(ends) else None)
            for at, start in list(enumerate(ends))[::2]
        ]
        rows.append(
            SnapshotRow(
                organisation_id=(number * 37) % 1009 + 1,
                category=draw(st.sampled_from(["company", "government"])),
                country=draw(st.sampled_from([None, "AT", "CH", "KE", "XK"])),
                sector_ids=draw(st.lists(st.sampled_from([1, 2, 3, 4]), unique=True, max_size=3)),
                joined_on=ends[0],
                periods=periods,
            )
        )
    return rows


SELECTIONS = st.builds(
    Selection,
    category=st.frozensets(st.sampled_from(["company", "government", "nonsense"])),
    region=st.frozensets(st.sampled_from([150, 155, 2, 202, 19])),
    country=st.frozensets(st.sampled_from(["AT", "CH", "KE", "XK", "ZZ"])),
    sector=st.frozensets(st.sampled_from([1, 2, 3, 4, 9])),
)


def snapshot_of(rows):
    return DirectorySnapshot(rows, version=1, regions_of=REGIONS_OF, parent_of=PARENT_OF)


def values_of(row, facet):
    """All values of a row, those above its own included."""
    if facet == "category":
        return {row.category}
    if facet == "country":
        return {row.country} if row.country else set()
    if facet == "region":
        return set(REGIONS_OF.get(row.country, ()))
    above = set()
    for sector in row.sector_ids:
        while sector is not None:
            above.add(sector)
            sector = PARENT_OF[sector]
    return above


def is_member(row, day):
    return any(start <= day and (end is None or day < end) for start, end in row.periods)


def has_chosen(row, selection, *, but=None):
    return all(
        not getattr(selection, facet) or values_of(row, facet) & getattr(selection, facet)
        for facet in ("category", "region", "country", "sector")
        if facet != but
    )


@given(listings(), SELECTIONS, DAYS)
def test_filtering_finds_the_members_of_the_day_with_a_chosen_value_in_each_facet(
    rows, selection, day
):
    snapshot = snapshot_of(rows)
    bits = snapshot.filter(selection, snapshot.listed(day))
    expected = [
        row.organisation_id for row in rows if is_member(row, day) and has_chosen(row, selection)
    ]
    assert snapshot.ids(bits) == expected
    assert bits.bit_count() == len(expected)


@given(listings(), SELECTIONS, DAYS)
def test_counts_of_a_facet_respect_the_choices_in_all_others(rows, selection, day):
    snapshot = snapshot_of(rows)
    counts = snapshot.facet_counts(selection, snapshot.listed(day))
    for facet, found in counts.items():
        expected = {}
        for row in rows:
            if is_member(row, day) and has_chosen(row, selection, but=facet):
                for value in values_of(row, facet):
                    expected[value] = expected.get(value, 0) + 1
        assert found == expected
    # Asked twice the answer is the same, though it was kept.
    assert snapshot.facet_counts(selection, snapshot.listed(day)) == counts


@given(listings(), DAYS, st.integers(0, 40), st.integers(1, 30))
def test_pages_by_day_of_joining_are_slices_of_one_order(rows, day, offset, limit):
    snapshot = snapshot_of(rows)
    members = [row for row in rows if is_member(row, day)]
    newest = [
        row.organisation_id for row in sorted(members, key=lambda row: -row.joined_on.toordinal())
    ]
    assert (
        snapshot.page(snapshot.listed(day), "joined", offset, limit)
        == newest[offset : offset + limit]
    )


@given(st.sets(st.integers(0, 4999)), st.integers(0, 300), st.integers(1, 30))
def test_pages_by_name_are_slices_of_one_order(chosen, offset, limit):
    bits = sum(1 << position for position in chosen)
    expected = [position + 1 for position in sorted(chosen)][offset : offset + limit]
    assert BIG.page(bits, "name", offset, limit) == expected


@given(st.lists(st.sets(st.integers(0, 60)), max_size=4), st.integers(0, 30), st.integers(1, 30))
def test_tiers_come_one_after_the_other_and_nobody_twice(tiers, offset, limit):
    order = []
    for tier in tiers:
        order += [position + 1 for position in sorted(tier) if position + 1 not in order]
    bits = [sum(1 << position for position in tier) for tier in tiers]
    assert BIG.tiered_page(bits, offset, limit) == order[offset : offset + limit]


@pytest.mark.parametrize("count", [0, 1, 23, 24, 200])
def test_ids_become_bits_and_ids_again(count):
    ids = list(range(1, 5000, 25))[:count]
    assert BIG.ids(BIG.bits_of([*ids, 999_999])) == ids


def test_a_ranking_keeps_its_order_and_leaves_out_who_is_filtered_away():
    among = BIG.bits_of([7, 3, 12])
    assert BIG.ranked_page([12, 5, 3, 999_999, 7], among, 0, 10) == [12, 3, 7]
    assert BIG.ranked_page([12, 5, 3, 7], among, 1, 1) == [3]


def test_a_stretch_of_names_is_found_by_its_ends():
    assert BIG.ids(BIG.between(10, 14)) == [10, 11, 12, 13, 14]
    assert BIG.between(14, 10) == 0
    assert BIG.between(None, 3) == 0
    assert BIG.between(3, 999_999) == 0


def test_a_country_counts_in_its_sub_region_and_its_region():
    rows = [SnapshotRow(1, "company", "AT", [3], FIRST, [(FIRST, None)])]
    counts = snapshot_of(rows).facet_counts(Selection(), 1)
    assert counts["region"] == {155: 1, 150: 1}
    assert counts["sector"] == {3: 1, 2: 1, 1: 1}


def test_sectors_above_each_other_in_a_circle_do_no_harm():
    snapshot = DirectorySnapshot(
        [SnapshotRow(1, "company", None, [1], FIRST, [])],
        version=1,
        regions_of={},
        parent_of={1: 2, 2: 1},
    )
    assert snapshot.counts("sector", 1) == {1: 1, 2: 1}


def test_the_last_day_of_a_stretch_is_not_part_of_it():
    rows = [SnapshotRow(1, "company", "AT", [], FIRST, [(FIRST, FIRST + timedelta(days=2))])]
    snapshot = snapshot_of(rows)
    assert snapshot.listed(FIRST - timedelta(days=1)) == 0
    assert snapshot.listed(FIRST) == 1
    assert snapshot.listed(FIRST + timedelta(days=1)) == 1
    assert snapshot.listed(FIRST + timedelta(days=2)) == 0


BIG = snapshot_of(
    [SnapshotRow(number, "company", None, [], FIRST, [(FIRST, None)]) for number in range(1, 5001)]
)
