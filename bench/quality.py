"""How well what was meant is found: misspelt searches, and rows of an import."""

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg
from flask.testing import FlaskClient

from bench.workloads import Question, questions

FIRST = 10
CLAIMS = ("changed", "same", "duplicate")
EARLIER_ROW = re.compile(r"\brow (\d+)")
Row = Mapping[str, str]


def read(path: Path) -> list[Row]:
    """All rows of a CSV file with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def entities(connection: psycopg.Connection, folder: Path) -> dict[int, str]:
    """The real entity behind each stored organisation, by id."""
    ids = _loaded(connection, "organisation")
    return {
        ids[int(row["organisation_id"])]: row["entity_id"]
        for row in read(folder / "truth_orgs.csv")
    }


def people(connection: psycopg.Connection, folder: Path) -> dict[int, str]:
    """The real person behind each stored contact, by id."""
    ids = _loaded(connection, "contact")
    return {
        ids[int(row["contact_id"])]: row["person_id"] for row in read(folder / "truth_contacts.csv")
    }


def misspelt_hits(
    client: FlaskClient, connection: psycopg.Connection, folder: Path
) -> dict[str, float]:
    """The share of misspelt searches whose organisation, or a duplicate of it, is found.

    hit1: it is the first result; hit10: it is among the first ten. As the page shows them.
    """
    known = entities(connection, folder)
    asked = questions(connection, folder, "typo")
    places = [_place(client, one, known) for one in asked]
    return {
        "questions": len(asked),
        "hit1": round(sum(place == 1 for place in places) / len(asked), 3),
        "hit10": round(sum(place is not None for place in places) / len(asked), 3),
    }


def _place(client: FlaskClient, asked: Question, known: Mapping[int, str]) -> int | None:
    answer = client.get(
        "/members.json", query_string={"q": asked.typed}, headers={"Host": "127.0.0.1"}
    )
    for place, row in enumerate(answer.get_json()["members"][:FIRST], 1):
        if known.get(int(row["id"])) == known[asked.meant]:
            return place
    return None


def precision_and_recall(
    verdicts: Sequence[Row], truth: Sequence[Row], entity: str, stored: Mapping[int, str]
) -> dict[str, float]:
    """How many rows that were taken for something known are right, and how many such were found.

    `verdicts` are in the order of the file, as `truth`. `entity` names the truth's column. A row
    is a duplicate when its entity is stored already or stands in an earlier row. A verdict names
    a stored record by its id, and another row of the file in its reason.
    """
    seen = set(stored.values())
    of_row = {verdict["row"]: row[entity] for verdict, row in zip(verdicts, truth, strict=True)}
    claimed = right = wanted = 0
    for verdict, row in zip(verdicts, truth, strict=True):
        wanted += row[entity] in seen
        seen.add(row[entity])
        if verdict["verdict"] not in CLAIMS:
            continue
        claimed += 1
        earlier = EARLIER_ROW.search(verdict["reason"])
        if verdict["match"]:
            right += stored.get(int(verdict["match"])) == row[entity]
        elif earlier is not None:
            right += of_row.get(earlier[1]) == row[entity]
    return {
        "claimed": claimed,
        "precision": round(right / max(1, claimed), 4),
        "recall": round(right / max(1, wanted), 4),
    }


def _loaded(connection: psycopg.Connection, kind: str) -> dict[int, int]:
    rows = connection.execute("SELECT source, id FROM bench.loaded WHERE kind = %s", [kind])
    return dict(rows.fetchall())
