"""The snapshot of the workspace: counts as by hand; a refreshed one says what a full one says."""

from datetime import date
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.directory.rules.desk import DeskSnapshot, Loaded, OwnRow
from alliance.directory.rules.desk_facets import DeskCriteria, DeskFacets
from alliance.directory.rules.reference import CountryTerm, Reference, RegionTerm, SectorTerm

TODAY = date(2026, 11, 22)
DAY = TODAY.toordinal()
LISTS = Reference(
    regions={2: RegionTerm(2, "africa", None, {}), 14: RegionTerm(14, "eastern", 2, {})},
    countries={"KE": CountryTerm("KE", {}, (), 14, True), "DE": CountryTerm("DE", {}, (), 9, True)},
    sectors={
        1: SectorTerm(1, "top", None, {}, (), None),
        2: SectorTerm(2, "below", 1, {}, (), None),
    },
)
MARKS = ("archived", "deleted", "merged", "hidden", "dissolved", "no_website", "no_domain")

spans = st.lists(
    st.tuples(st.integers(DAY - 3, DAY + 3), st.integers(1, 4)).map(lambda x: (x[0], x[0] + x[1])),
    max_size=2,
)
organisations = st.builds(
    SimpleNamespace,
    key=st.sampled_from(["1a", "1b", "1b c", "6x"]),
    category=st.sampled_from(["company", "government"]),
    body_kind=st.sampled_from([None, "ngo"]),
    country=st.sampled_from([None, "KE", "DE"]),
    language=st.sampled_from([None, "ar"]),
    marks=st.sets(st.sampled_from(MARKS)).map(lambda one: tuple(sorted(one))),
    sectors=st.sets(st.sampled_from([1, 2])),
    memberships=spans,
    holders=spans,
    is_reached=st.booleans(),
    changed=st.integers(0, 5),
)
worlds = st.dictionaries(st.integers(1, 40), organisations, max_size=40)
values = st.dictionaries(
    st.sampled_from(["category", "country", "status", "contact", "listed", "region", "sector"]),
    st.sampled_from(
        ["company", "KE", "none", "member", "former", "vacant", "reachable", "listed", "africa",
         "top", "below"]
    ).map(lambda one: (one,)),
    max_size=3,
)  # fmt: skip


def loaded(world):
    return Loaded(
        own=[
            OwnRow(id, x.key, x.category, x.body_kind, x.country, x.language, x.marks)
            for id, x in sorted(world.items())
        ],
        sectors={
            sector: [id for id, x in world.items() if sector in x.sectors] for sector in (1, 2)
        },
        memberships={id: x.memberships for id, x in world.items() if x.memberships},
        holders={id: x.holders for id, x in world.items() if x.holders},
        reached={id: x.holders for id, x in world.items() if x.holders and x.is_reached},
        changed={id: x.changed for id, x in world.items()},
    )


def told(one):
    """What the facets ought to say of an organisation, worked out without any bits."""
    covers = any(a <= DAY < b for a, b in one.memberships)
    later = any(a > DAY for a, _ in one.memberships)
    status = "member" if covers else "later" if later else "former" if one.memberships else "never"
    held = any(a <= DAY < b for a, b in one.holders)
    contact = ("reachable" if one.is_reached else "unreachable") if held else "vacant"
    state = next((m for m in ("deleted", "merged", "archived") if m in one.marks), "current")
    reasons = [m for m in ("deleted", "archived", "merged", "hidden") if m in one.marks]
    if not reasons and status in ("member", "never"):
        reasons = ["listed" if status == "member" else "never"]
    if not reasons and "dissolved" in one.marks:
        reasons = ["dissolved"]
    sectors = {"top"} if 1 in one.sectors else set()
    sectors |= {"below", "top"} if 2 in one.sectors else set()
    return {
        "state": {state},
        "status": {status},
        "contact": {contact},
        "listed": {(reasons or [status])[0]},
        "category": {one.category},
        "body_kind": {one.body_kind or "none"},
        "country": {one.country or "none"},
        "language": {one.language or "none"},
        "region": {"africa", "eastern"} if one.country == "KE" else set(),
        "sector": sectors or {"none"},
    }


def by_hand(world, chosen, excepted, *, but=None):
    found = set()
    for id, one in world.items():
        facts = told(one)
        if facts["state"] == {"deleted"} or ("state" not in chosen and but != "state"
                                             and facts["state"] != {"current"}):  # fmt: skip
            continue
        if all(
            bool(facts[name].intersection(wanted)) != (name in excepted)
            for name, wanted in chosen.items()
            if name != but
        ):
            found.add(id)
    return found


@given(worlds, values, st.booleans())
@settings(max_examples=60, deadline=None)
def test_filters_and_counts_are_those_counted_by_hand(world, chosen, is_negated):
    snapshot = DeskSnapshot.full(loaded(world))
    facets = DeskFacets(snapshot, TODAY, LISTS)
    excepted = frozenset(list(chosen)[:1]) if is_negated else frozenset()
    criteria = DeskCriteria(TODAY, chosen=chosen, excepted=excepted)
    bits = facets.filter(criteria, snapshot.everything)
    expected = by_hand(world, chosen, excepted)
    assert set(snapshot.page(bits, "name", 0, 100)) == expected
    counts = facets.counts(criteria, snapshot.everything)
    for facet in ("status", "contact", "listed", "country", "region", "sector", "category"):
        among = by_hand(world, chosen, excepted, but=facet)
        for value, count in counts[facet].items():
            assert count == sum(value in told(world[id])[facet] for id in among), (facet, value)


@given(worlds, worlds, st.sets(st.integers(1, 40)))
@settings(max_examples=80, deadline=None)
def test_a_refreshed_snapshot_says_what_a_full_one_says(before, changes, removed):
    old = DeskSnapshot.full(loaded(before))
    DeskFacets(old, TODAY, LISTS)  # what is known of a day is carried over
    after = {**before, **changes}
    for id in removed:
        after.pop(id, None)
    touched = {*changes, *removed}
    some = loaded({id: one for id, one in after.items() if id in touched})
    new, full = old.refreshed(some, touched), DeskSnapshot.full(loaded(after))
    mine, theirs = DeskFacets(new, TODAY, LISTS), DeskFacets(full, TODAY, LISTS)
    for facet, known in theirs.bits.items():
        for value in {*known, *mine.bits[facet]}:
            one, other = mine.bits[facet].get(value, 0), known.get(value, 0)
            assert set(new.page(one, "name", 0, 100)) == set(full.page(other, "name", 0, 100))
    key = {id: (one.key, id) for id, one in after.items()}
    for snapshot in (new, full):
        by_name = snapshot.page(snapshot.everything, "name", 0, 100)
        assert [key[id][0] for id in by_name] == sorted(one.key for one in after.values())
        by_change = snapshot.page(snapshot.everything, "changed", 0, 100)
        assert [after[id].changed for id in by_change] == sorted(
            (one.changed for one in after.values()), reverse=True
        )


@given(worlds, st.sampled_from(["name", "joined", "changed"]), st.booleans(), st.integers(1, 7))
@settings(max_examples=40, deadline=None)
def test_pages_put_together_are_the_whole_list_once(world, order, is_backward, size):
    snapshot = DeskSnapshot.full(loaded(world))
    whole = snapshot.page(snapshot.everything, order, 0, 100, is_backward=is_backward)
    parts = [
        id
        for start in range(0, len(world), size)
        for id in snapshot.page(snapshot.everything, order, start, size, is_backward=is_backward)
    ]
    assert parts == whole
    assert sorted(whole) == sorted(world)


def test_what_a_reader_holds_does_not_change_under_him():
    one = SimpleNamespace(key="1a", category="company", body_kind=None, country="KE", language=None,
                          marks=(), sectors=set(), memberships=[(DAY - 1, DAY + 9)], holders=[],
                          is_reached=False, changed=1)  # fmt: skip
    old = DeskSnapshot.full(loaded({1: one}))
    before = DeskFacets(old, TODAY, LISTS)
    moved = SimpleNamespace(**{**vars(one), "country": "DE", "memberships": []})
    new = old.refreshed(loaded({1: moved, 2: one}), {1, 2})
    assert before.of(1, "country") == "KE"
    assert before.of(1, "status") == "member"
    after = DeskFacets(new, TODAY, LISTS)
    assert (after.of(1, "country"), after.of(1, "status"), after.of(2, "status")) == (
        "DE", "never", "member",
    )  # fmt: skip
    assert old.size == 1
