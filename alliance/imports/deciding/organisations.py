"""Verdicts on rows of organisations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from alliance.core.text import normalise_email
from alliance.directory.rules.domains import provider_of
from alliance.directory.rules.records import OrganisationRecord
from alliance.imports.deciding.states import States
from alliance.imports.fields import Subject
from alliance.imports.matching.names import folded, organisation_form, romanised
from alliance.imports.matching.organisations import (
    Likeness,
    OrganisationFacts,
    OrganisationIndex,
    name_similarity,
)
from alliance.imports.rows.values import CheckedRows, OrganisationRow
from alliance.imports.verdicts import Change, RowVerdict, Verdict

_SAME_NAME = 0.8
_SAME_FILE = 0.6


@dataclass(slots=True)
class DecidedOrganisation:
    """A row with its verdict. `near` are all records it may mean, the likeliest first.

    `record` is the document to store: a new one, or that of the certain match with the row's
    values.
    """

    row: OrganisationRow
    verdict: RowVerdict
    is_certain: bool = False
    near: tuple[int, ...] = ()
    record: OrganisationRecord | None = None
    parent: "DecidedOrganisation | int | None" = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownOrganisations:
    """The directory for comparison; `references` are those of earlier imports of such files."""

    index: OrganisationIndex
    facts: Mapping[int, OrganisationFacts]
    slugs: Mapping[str, int]
    references: Mapping[str, int]


def decide_organisations(
    rows: Iterable[OrganisationRow], known: KnownOrganisations, states: States, *, file: str
) -> list[DecidedOrganisation]:
    """A verdict for each row, in order. A certain match is SAME until its document is compared."""
    earlier = OrganisationIndex()
    claimed: dict[int, int] = {}
    decided = []
    for row in rows:
        facts = facts_of(row)
        stored = known.index.likenesses(facts)
        if not stored and (state := states.likeness(facts)):
            stored = [state]
        stated = _stated(row, facts, known)
        if stated is not None:
            stored = [stated, *(one for one in stored if one.key != stated.key)]
        twins = earlier.likenesses(facts)
        one = _decided(row, stored, twins, file)
        if one.is_certain and one.verdict.match is not None:
            first = claimed.setdefault(one.verdict.match, row.number)
            if first != row.number:
                one = _twin_of(row, stored, first, file)
        decided.append(one)
        earlier.add(facts)
    return decided


def once_each(rows: CheckedRows) -> tuple[list[OrganisationRow], dict[int, int]]:
    """The rows of a sheet with each organisation once, and which row a further one repeats.

    In one sheet for organisations and people, an organisation stands in a row for each of its
    people; only a row that gives a person and repeats the organisation word for word counts as
    such.
    """
    people = {contact.number for contact in rows.contacts}
    first: dict[str, int] = {}
    kept: list[OrganisationRow] = []
    repeated: dict[int, int] = {}
    for row in rows.organisations:
        if not people:
            kept.append(row)
            continue
        at = first.setdefault(repr(replace(row, number=0)), row.number)
        if at != row.number and row.number in people:
            repeated[row.number] = at
        else:
            kept.append(row)
    return kept, repeated


def facts_of(row: OrganisationRow) -> OrganisationFacts:
    """The row in the form in which organisations are compared."""
    email = str(row.plain.get("email", ""))
    return OrganisationFacts(
        key=-row.number,
        name=row.name,
        country=row.plain.get("country", ""),
        city=romanised(row.plain.get("city", "")),
        postcode=folded(row.plain.get("postcode", "")),
        street=romanised(row.plain.get("street", "")),
        phone=last_digits(row.plain.get("phone", "")),
        email=email,
        category=row.plain.get("category", ""),
        domains=frozenset((*row.domains, *own_domain(email))),
        other_names=tuple(name.text for name in row.names),
        identifiers=frozenset((one.scheme, one.value) for one in row.identifiers),
    )


def last_digits(phone: str) -> str:
    """The last nine digits, which a number keeps however its beginning is written."""
    digits = "".join(char for char in phone if char.isdigit())
    return digits[-9:] if len(digits) >= 6 else ""


def own_domain(email: str) -> tuple[str, ...]:
    """The domain of an address, unless everybody can have an address there."""
    if not email:
        return ()
    domain = normalise_email(email).rpartition("@")[2]
    return () if provider_of(domain) else (domain,)


def _stated(
    row: OrganisationRow, facts: OrganisationFacts, known: KnownOrganisations
) -> Likeness | None:
    """The record that the row names by number, address or reference, if it is not another's by
    name.

    Files number their own rows, so a number alone proves nothing.
    """
    by_slug = known.slugs.get(row.slug or "")
    stated = row.stated_id if row.stated_id in known.facts else None
    before = known.references.get(row.reference or "")
    claims = (
        (stated, 0.0 if by_slug == stated else _SAME_NAME, "same number in the directory"),
        (by_slug, _SAME_NAME, "same address in the directory"),
        (before, _SAME_FILE, "same reference as in an earlier import"),
    )
    for id, least, reason in claims:
        if id in known.facts and id is not None and _alike(facts, known.facts[id]) >= least:
            return Likeness(id, 1.0, reason, is_certain=True)
    return None


def _alike(left: OrganisationFacts, right: OrganisationFacts) -> float:
    return max(
        name_similarity(organisation_form(left.name), organisation_form(name))
        for name in (right.name, *right.other_names)
    )


def _decided(
    row: OrganisationRow, stored: list[Likeness], twins: list[Likeness], file: str
) -> DecidedOrganisation:
    near = tuple(one.key for one in stored)
    if stored and (stored[0].is_certain or not _is_better(twins, stored)):
        best = stored[0]
        verdict = Verdict.SAME if best.is_certain else Verdict.DUPLICATE
        said = RowVerdict(
            file, row.number, Subject.ORGANISATION, verdict, best.key, best.score, best.reason
        )
        if not best.is_certain and twins:
            said.twin = -twins[0].key
        return DecidedOrganisation(row, said, best.is_certain, near)
    if twins:
        best = twins[0]
        said = _of_twin(row, best.score, best.reason, -best.key, file)
        return DecidedOrganisation(row, said, near=near)
    new = RowVerdict(file, row.number, Subject.ORGANISATION, Verdict.NEW)
    return DecidedOrganisation(row, new)


def _is_better(twins: list[Likeness], stored: list[Likeness]) -> bool:
    return bool(twins) and twins[0].is_certain and twins[0].score > stored[0].score


def _of_twin(row: OrganisationRow, score: float, reason: str, twin: int, file: str) -> RowVerdict:
    words = f"row {twin} of this file: {reason}"
    return RowVerdict(
        file, row.number, Subject.ORGANISATION, Verdict.DUPLICATE, None, score, words, twin
    )


def _twin_of(
    row: OrganisationRow, stored: list[Likeness], first: int, file: str
) -> DecidedOrganisation:
    said = _of_twin(row, stored[0].score, "the same record of the directory", first, file)
    said.match = stored[0].key
    return DecidedOrganisation(row, said, near=tuple(one.key for one in stored))
