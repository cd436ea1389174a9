"""Verdicts on rows of contacts, within the organisations to which their rows belong."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from alliance.imports.deciding.organisations import DecidedOrganisation, last_digits
from alliance.imports.fields import Subject
from alliance.imports.matching.names import folded
from alliance.imports.matching.organisations import OrganisationFacts
from alliance.imports.matching.people import PersonFacts, likeliest
from alliance.imports.reading import Fault
from alliance.imports.rows.values import ContactRow
from alliance.imports.verdicts import Change, RowVerdict, Verdict

# As many digits as a number of the database has.
_LONGEST_NUMBER = 18


@dataclass(slots=True)
class DecidedContact:
    """A row with its verdict and the organisation it works for: a row of the file, or a record."""

    row: ContactRow
    verdict: RowVerdict
    organisation: DecidedOrganisation | None
    organisation_id: int | None = None
    is_certain: bool = False
    shares: int | None = None
    """The row above whose contact this one is in another role or for another organisation."""
    changes: tuple[Change, ...] = ()

    @property
    def is_alone(self) -> bool:
        """Whether the row names no organisation, so that only the person is meant."""
        return self.organisation is None and self.organisation_id is None


@dataclass(frozen=True, slots=True)
class Employers:
    """The organisations that contacts of a file may name.

    By the file's own reference, by folded name, and by the row of the same sheet; then those of the
    directory by folded name (None where two bear it) and by number. `bad_rows` are rows of
    organisations with errors, by reference and by folded name.
    """

    by_reference: Mapping[str, DecidedOrganisation]
    by_name: Mapping[str, DecidedOrganisation]
    by_row: Mapping[int, DecidedOrganisation]
    stored_names: Mapping[str, int | None]
    stored_ids: Mapping[int, OrganisationFacts]
    bad_rows: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KnownPeople:
    """The contacts of the directory that rows may mean."""

    by_organisation: Mapping[int, Sequence[PersonFacts]]
    by_email: Mapping[str, Sequence[PersonFacts]]
    by_id: Mapping[int, PersonFacts]


def assign(
    rows: Iterable[ContactRow],
    employers: Employers,
    headers: Mapping[str, str],
    *,
    file: str,
    is_beside: bool,
) -> tuple[list[DecidedContact], list[Fault]]:
    """Each row with its organisation; faults for rows whose organisation cannot be found."""
    found: list[DecidedContact] = []
    faults: list[Fault] = []
    for row in rows:
        said = RowVerdict(file, row.number, Subject.CONTACT, Verdict.NEW)
        if is_beside:
            employer = employers.by_row.get(row.number)
            if employer is not None:
                found.append(DecidedContact(row, said, employer))
            continue
        employer, stored = _employer(row, employers)
        is_alone = not (row.organisation_reference or row.organisation_name)
        if employer is None and stored is None and not is_alone:
            faults.append(_unknown(row, employers, headers))
            continue
        found.append(DecidedContact(row, said, employer, stored))
    return found, faults


def _employer(
    row: ContactRow, employers: Employers
) -> tuple[DecidedOrganisation | None, int | None]:
    reference, name = row.organisation_reference, row.organisation_name
    if reference:
        if reference in employers.by_reference:
            return employers.by_reference[reference], None
        is_number = reference.isdecimal() and len(reference) <= _LONGEST_NUMBER
        facts = employers.stored_ids.get(int(reference)) if is_number else None
        if facts and (not employers.by_reference or _is_called(facts, name)):
            return None, facts.key
        name = name or reference
    key = folded(name or "")
    if key in employers.by_name:
        return employers.by_name[key], None
    return None, employers.stored_names.get(key)


def _is_called(facts: OrganisationFacts, name: str | None) -> bool:
    key = folded(name or "")
    return any(key == folded(each) for each in (facts.name, *facts.other_names))


def _unknown(row: ContactRow, employers: Employers, headers: Mapping[str, str]) -> Fault:
    reference, name = row.organisation_reference, row.organisation_name
    column = headers["organisation_reference" if reference else "organisation_name"]
    said = reference or name or ""
    bad = employers.bad_rows.get(said) or employers.bad_rows.get(folded(said))
    if bad is not None:
        message = f"Its organisation, row {bad}, has an error. Correct that row first."
    elif folded(said) in employers.stored_names:
        message = f"Several organisations are called “{said[:80]}”. Give the reference instead."
    else:
        message = (
            f"There is no organisation “{said[:80]}” in the file or in the directory. Correct the"
            " cell, or add the organisation."
        )
    return Fault(row.number, column, message)


def decide_contacts(contacts: Sequence[DecidedContact], people: KnownPeople) -> None:
    """Write the verdict of each contact; a certain match is SAME until its document is compared."""
    earlier: dict[tuple[str, int], list[PersonFacts]] = defaultdict(list)
    by_email: dict[str, list[DecidedContact]] = {}
    for one in contacts:
        facts = person_facts(one.row)
        group = _group(one)
        _decide(one, facts, people, earlier[group])
        for email in one.row.emails:
            above = by_email.setdefault(email, [])
            first = next((each for each in above if _bear_one_name(one, each)), None)
            if first is None:
                above.append(one)
            else:
                _in_another_affiliation(one, first)
        earlier[group].append(facts)


def _decide(
    one: DecidedContact,
    facts: PersonFacts,
    people: KnownPeople,
    earlier: Sequence[PersonFacts],
) -> None:
    said = one.verdict
    stated = people.by_id.get(one.row.stated_id or 0)
    near = _colleagues(one, people)
    if stated is not None and _is_stated(one, facts, stated, near):
        one.is_certain = True
        said.verdict, said.match = Verdict.SAME, stated.key
        said.score, said.reason = 1.0, "same number in the directory"
        return
    best = likeliest(facts, [stated] if stated else []) or likeliest(facts, near)
    if best is None:
        elsewhere = [each for email in facts.emails for each in people.by_email.get(email, ())]
        best = likeliest(facts, elsewhere, at_same_organisation=False)
    if best is not None:
        one.is_certain = best.is_certain
        said.verdict = Verdict.SAME if best.is_certain else Verdict.DUPLICATE
        said.match, said.score, said.reason = best.key, best.score, best.reason
        return
    twin = likeliest(facts, earlier)
    if twin is not None:
        said.verdict, said.score, said.twin = Verdict.DUPLICATE, twin.score, -twin.key
        said.reason = f"row {said.twin} of this file: {twin.reason}"


def _is_stated(
    one: DecidedContact, facts: PersonFacts, stated: PersonFacts, near: Sequence[PersonFacts]
) -> bool:
    """Whether the number that a row gives is the directory's, and not the file's own count.

    It is where the name agrees, or where the row also gives the number of the organisation for
    which that contact works.
    """
    if likeliest(facts, [stated]) is not None:
        return True
    employer = one.organisation.verdict.match if one.organisation else one.organisation_id
    is_numbered = employer is not None and one.row.organisation_reference == str(employer)
    return is_numbered and any(each.key == stated.key for each in near)


def _colleagues(one: DecidedContact, people: KnownPeople) -> list[PersonFacts]:
    ids = one.organisation.near if one.organisation else (one.organisation_id or 0,)
    return [each for id in ids for each in people.by_organisation.get(id, ())]


def _group(one: DecidedContact) -> tuple[str, int]:
    """Rows of one organisation, whether they name its row, a twin of that row, or its record."""
    if one.organisation is None:
        return "stored", one.organisation_id or 0
    said = one.organisation.verdict
    if said.match is not None:
        return "stored", said.match
    return "row", said.twin or said.row


def _bear_one_name(one: DecidedContact, other: DecidedContact) -> bool:
    return folded(one.row.name) == folded(other.row.name)


def _in_another_affiliation(one: DecidedContact, first: DecidedContact) -> None:
    """A person named once more, by name and address: in another affiliation, or only repeated."""
    said = one.verdict
    said.twin = first.row.number
    is_same_affiliation = (
        _group(one) == _group(first)
        and one.row.role == first.row.role
        and one.row.started_on in (None, first.row.started_on)
        and one.row.left_on in (None, first.row.left_on)
    )
    said.reason = f"row {said.twin} of this file: same name, same e-mail"
    if is_same_affiliation:
        said.verdict, one.is_certain, said.score = Verdict.DUPLICATE, False, 1.0
    elif said.match is None:
        said.verdict, said.score = Verdict.NEW, None
        said.reason += ", in another affiliation"
        one.shares = said.twin


def person_facts(row: ContactRow) -> PersonFacts:
    """The row in the form in which people are compared."""
    phones = map(last_digits, row.phones)
    return PersonFacts.of(-row.number, (row.name, row.latin_name), row.emails, phones)
