"""0002: the closed lists every alliance starts with; staff edit them from then on."""

import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

DATA = Path(__file__).resolve().parent.parent / "data"

# Parents stand before their children, in the tables as in each file.
COLUMNS = {
    "regions": ("code", "parent_code", "slug", "names"),
    "countries": ("code", "alpha3", "m49", "region_code", "names", "aliases", "is_un_member"),
    "categories": ("code", "names", "plurals", "shape", "position", "aliases"),
    "body_kinds": ("code", "category_code", "names", "aliases", "position"),
    "sectors": ("slug", "names", "aliases", "position"),
    "affiliation_roles": (
        "code",
        "names",
        "aliases",
        "minimum",
        "maximum",
        "category_code",
        "position",
    ),
    "identifier_schemes": ("code", "names", "link", "aliases", "position"),
}
TYPES: dict[str, Any] = {
    "names": postgresql.JSONB(),
    "plurals": postgresql.JSONB(),
    "aliases": postgresql.ARRAY(sa.Text()),
}


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        target = sa.table(table, *(sa.column(name, TYPES.get(name)) for name in columns))
        op.bulk_insert(target, [{name: row[name] for name in columns} for row in _rows(table)])
    connection = op.get_bind()
    for row in _rows("sectors"):
        if row["parent"]:
            connection.execute(
                sa.text(
                    "UPDATE sectors SET parent_id = (SELECT id FROM sectors WHERE slug = :parent)"
                    " WHERE slug = :slug"
                ),
                {"slug": row["slug"], "parent": row["parent"]},
            )


def downgrade() -> None:
    for table in reversed(COLUMNS):
        op.execute(sa.delete(sa.table(table)))


def _rows(table: str) -> list[dict[str, Any]]:
    with (DATA / f"{table}.json").open(encoding="utf-8") as file:
        rows: list[dict[str, Any]] = json.load(file)
    return rows
