"""Imports on the wire: a file is checked first, then stored as a whole, and can be taken back."""

from flask_smorest.fields import Upload  # type: ignore[import-untyped]
from marshmallow import fields, validate

from alliance.api.schemas.common import Strict
from alliance.api.schemas.fields import chosen, number, optional_text, text
from alliance.api.schemas.queries import WholeNumber, limit_of
from alliance.imports.fields import Subject
from alliance.imports.verdicts import ImportState, StagedState, Verdict

_VERDICTS = [one.value for one in Verdict]


class ImportFile(Strict):
    """A table of organisations or contacts."""

    file = Upload(
        required=True,
        metadata={
            "description": "A file of CSV, XLSX or ODS, of at most 20 MB.",
            "example": "members.csv",
        },
    )
    holds = chosen(
        "What the table holds; recognised by its headings when left out.",
        "organisation",
        [one.value for one in Subject],
    )


def _counts() -> fields.Dict:
    return fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={
            "description": "How many rows there are of each verdict.",
            "example": {"rows": 12, "new": 10, "same": 1, "error": 1},
        },
    )


class ImportColumn(Strict):
    """A column of the file and what it was taken for."""

    heading = fields.String(
        required=True, metadata={"description": "Its heading.", "example": "Country"}
    )
    field = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The field; null: it is left out.", "example": "country"},
    )


class StagedPart(Strict):
    """What was understood of one table."""

    part = fields.String(
        required=True,
        metadata={"description": "`main`, or `contacts` for a second one.", "example": "main"},
    )
    problem = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Why it cannot be read; null when it can.", "example": "Empty"},
    )
    columns = fields.List(
        fields.Nested(ImportColumn),
        required=True,
        metadata={"description": "Its columns in their order."},
    )


class StagedImport(Strict):
    """An import in preparation, kept for a day. Nothing of it is stored before it is applied."""

    id = number("Its number while it is prepared.", required=True)
    state = fields.String(
        required=True,
        validate=validate.OneOf([one.value for one in StagedState]),
        metadata={
            "description": "`open`: wait for nothing; `checking`, `running`: ask again in a few"
            " seconds; `done`: stored.",
            "example": "open",
        },
    )
    file_name = fields.String(
        required=True, metadata={"description": "The name of the file.", "example": "a.csv"}
    )
    share = number("How much of the work is done, in percent.", 100, least=0, required=True)
    problem = optional_text("Why the last work on it stored nothing.", "…", longest=5000)
    parts = fields.List(
        fields.Nested(StagedPart),
        required=True,
        metadata={"description": "What was understood of the file."},
    )
    counts = _counts()
    import_id = number("Under which number it was stored.")


class RowFault(Strict):
    """What is wrong with a row."""

    column = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The heading; null: the whole row.", "example": "Country"},
    )
    message = fields.String(
        required=True,
        metadata={"description": "What is wrong, and what to do.", "example": "Give a country."},
    )


class StagedRow(Strict):
    """What would be done with one row."""

    part = fields.String(
        required=True, metadata={"description": "In which table it stands.", "example": "main"}
    )
    row = number("Its number in the file.", 2, least=0, required=True)
    verdict = fields.String(
        required=True,
        validate=validate.OneOf(_VERDICTS),
        metadata={"description": "What the row is.", "example": "new"},
    )
    faults = fields.List(
        fields.Nested(RowFault),
        required=True,
        metadata={"description": "Why it is not stored."},
    )
    matches = fields.List(
        fields.Integer(),
        required=True,
        metadata={"description": "Numbers of records that it is taken for.", "example": [17]},
    )


class StagedRows(Strict):
    """One page of rows."""

    items = fields.List(
        fields.Nested(StagedRow),
        required=True,
        metadata={"description": "The rows of this page, in their order."},
    )
    total = number("How many rows there are of what was asked for.", 12, least=0, required=True)


class RowQuery(Strict):
    """Which rows are wanted."""

    verdict = chosen("Only rows of this verdict.", "error", _VERDICTS)
    page = WholeNumber(
        least=1,
        most=100_000,
        load_default=1,
        metadata={"description": "Which page.", "example": 2},
    )
    limit = limit_of("rows")


class Import(Strict):
    """An import that was stored."""

    id = number("Its number.", required=True)
    at = fields.DateTime(
        required=True,
        metadata={"description": "When it was stored.", "example": "2024-06-30T12:00:00+00:00"},
    )
    actor_name = text("Who stored it.", "token “robot”", longest=400, required=True)
    file_name = fields.String(
        required=True, metadata={"description": "The name of the file.", "example": "a.csv"}
    )
    counts = _counts()
    state = fields.String(
        required=True,
        validate=validate.OneOf([one.value for one in ImportState]),
        metadata={"description": "Whether it stands.", "example": "applied"},
    )
    undone_at = fields.DateTime(
        metadata={"description": "When it was taken back.", "example": "2024-07-01T08:00:00+00:00"}
    )
    undone_by = text("Who took it back.", "Ada Lovelace", longest=400)


class ImportPage(Strict):
    """One page of imports, the newest first."""

    items = fields.List(
        fields.Nested(Import),
        required=True,
        metadata={"description": "The imports of this page."},
    )
    total = number("How many imports there are.", 12, least=0, required=True)


class ImportQuery(Strict):
    """Which imports are wanted."""

    page = WholeNumber(
        least=1,
        most=100_000,
        load_default=1,
        metadata={"description": "Which page.", "example": 2},
    )
    limit = limit_of("imports")


class KeptRecord(Strict):
    """A record that was not taken back."""

    kind = fields.String(
        required=True, metadata={"description": "What sort of record.", "example": "organisation"}
    )
    id = number("Its number.", required=True)
    reason = fields.String(
        required=True,
        metadata={"description": "Why it stays.", "example": "edited since the import"},
    )


class Undone(Strict):
    """What taking back an import did."""

    import_id = number("The import.", required=True)
    removed = number("How many records were removed.", 10, least=0, required=True)
    restored = number("How many are as they were before.", 2, least=0, required=True)
    kept = fields.List(
        fields.Nested(KeptRecord),
        required=True,
        metadata={"description": "What stays, because it was changed since or is needed."},
    )
