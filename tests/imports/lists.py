"""The closed lists as an alliance starts with them, without a database."""

import json
from functools import lru_cache
from typing import Any

from alliance.directory.rules.reference import (
    BodyKindTerm,
    CategoryTerm,
    CountryTerm,
    Reference,
    RoleTerm,
    SchemeTerm,
    SectorTerm,
)
from alliance.imports.rows.closed_lists import ReferenceLists
from config import ROOT


def _entries(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((ROOT / "migrations/data" / name).read_text("utf-8"))
    return found


@lru_cache(maxsize=1)
def reference_lists() -> ReferenceLists:
    return ReferenceLists.of(
        Reference(
            countries={
                one["code"]: CountryTerm(
                    one["code"],
                    one["names"],
                    tuple(one["aliases"]),
                    None,
                    one["is_un_member"],
                    one["alpha3"],
                )
                for one in _entries("countries.json")
            },
            categories={
                one["code"]: CategoryTerm(
                    one["code"], one["names"], one["plurals"], one["shape"], tuple(one["aliases"])
                )
                for one in _entries("categories.json")
            },
            body_kinds={
                one["code"]: BodyKindTerm(
                    one["code"], one["category_code"], one["names"], tuple(one["aliases"])
                )
                for one in _entries("body_kinds.json")
            },
            sectors={
                at: SectorTerm(at, one["slug"], None, one["names"], tuple(one["aliases"]), None)
                for at, one in enumerate(_entries("sectors.json"), start=1)
            },
            roles={
                one["code"]: RoleTerm(
                    one["code"], one["names"], tuple(one["aliases"]), 0, None, None
                )
                for one in _entries("affiliation_roles.json")
            },
            schemes={
                one["code"]: SchemeTerm(one["code"], one["names"], None, tuple(one["aliases"]))
                for one in _entries("identifier_schemes.json")
            },
        )
    )
