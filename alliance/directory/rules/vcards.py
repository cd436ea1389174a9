"""Contacts as vCards, version 4.0 (RFC 6350), for address books."""

from collections.abc import Collection, Iterator, Mapping

from alliance.directory.rules.exporting import ContactRow, Wording

_LONGEST_LINE = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n", "\r": None})


def vcard(
    rows: Collection[ContactRow], words: Wording, *, source: str, hidden: Collection[str] = ()
) -> str:
    """One contact, given by the rows of its affiliations, as a vCard; hidden fields are left out.

    source: the address of its page, by which a second export is known for the same person. What it
    works as comes from affiliations that have not ended; a second one is one more ORG.
    """
    contact = next(iter(rows)).contact
    lines = ["BEGIN:VCARD", "VERSION:4.0", f"UID:{_text(source)}", f"FN:{_text(contact.name)}"]
    if contact.latin_name:
        lines.append(f"N;SORT-AS=\"{_parameter(contact.sort_name or contact.latin_name)}\":"
                     f"{_text(contact.name)};;;;")  # fmt: skip
        lines.append(f"NICKNAME:{_text(contact.latin_name)}")
    if "addresses" not in hidden:
        for at, address in enumerate(contact.addresses):
            lines.append(f"EMAIL;TYPE=work{';PREF=1' if at == 0 else ''}:{_text(address.email)}")
    if "phones" not in hidden:
        lines += [f"TEL;TYPE=work:{_text(number)}" for number in contact.phones]
    if contact.language:
        lines.append(f"LANG:{_text(contact.language)}")
    if contact.time_zone:
        lines.append(f"TZ:{_text(contact.time_zone)}")
    for row in rows:
        if row.affiliation is None or row.affiliation.ended_on is not None:
            continue
        lines.append(f"ORG:{_text(row.organisation)}")
        title = row.affiliation.job_title
        if title:
            lines.append(f"TITLE:{_text(title)}")
        lines.append(f"ROLE:{_text(words.roles.get(row.affiliation.role, row.affiliation.role))}")
    lines.append("END:VCARD")
    return "".join(folded + "\r\n" for line in lines for folded in _folded(line))


def by_contact(rows: Iterator[ContactRow]) -> Iterator[list[ContactRow]]:
    """Rows that follow one another, put together by contact."""
    waiting: list[ContactRow] = []
    for row in rows:
        if waiting and waiting[0].contact.id != row.contact.id:
            yield waiting
            waiting = []
        waiting.append(row)
    if waiting:
        yield waiting


def _text(value: str) -> str:
    return value.translate(_ESCAPES)


def _parameter(value: str) -> str:
    """A text within quotes of a parameter, by RFC 6868."""
    told: Mapping[str, str] = {"^": "^^", "\n": "^n", '"': "^'"}
    return "".join(told.get(letter, letter) for letter in value)


def _folded(line: str) -> Iterator[str]:
    """Lines of at most 75 octets, none cut within a letter; further ones begin with a blank."""
    piece, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > _LONGEST_LINE:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + octets
    yield piece
