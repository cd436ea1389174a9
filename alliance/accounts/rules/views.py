"""What a saved view may hold: what was asked of a list, checked before it is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from alliance.core.errors import BadInput
from alliance.core.text import BadText, squeeze

AREAS = ("organisations", "contacts")
DENSITIES = ("compact", "comfortable")
LONGEST_NAME = 60
MOST_VIEWS = 100
_MOST_VALUES = 60
_LONGEST_VALUE = 100
_LONGEST_QUERY = 100


@dataclass(frozen=True)
class ViewQuery:
    """What a list is asked for. chosen: filter to values; excepted: filters that are negated.

    columns: None for those that one saw last, or that all begin with.
    """

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    excepted: Sequence[str] = ()
    sort: str = ""
    is_backward: bool = False
    columns: Sequence[str] | None = None
    density: str | None = None

    def document(self) -> dict[str, Any]:
        """As it is stored; what is not said is left out."""
        told = {
            "q": self.q,
            "chosen": {name: list(values) for name, values in self.chosen.items() if values},
            "excepted": list(self.excepted),
            "sort": self.sort,
            "is_backward": self.is_backward,
            "columns": list(self.columns) if self.columns is not None else None,
            "density": self.density,
        }
        return {key: value for key, value in told.items() if value}


def view_query(document: Mapping[str, Any]) -> ViewQuery:
    """The query of a stored document. Raises BadInput for anything that is none."""
    known = {
        "q": str, "chosen": dict, "excepted": list, "sort": str, "is_backward": bool,
        "columns": list, "density": str,
    }  # fmt: skip
    for key, value in document.items():
        if key not in known or not isinstance(value, known[key]):
            raise _unusable()
    chosen = document.get("chosen", {})
    for values in (*chosen.values(), document.get("excepted", []), document.get("columns", [])):
        if not isinstance(values, list) or len(values) > _MOST_VALUES:
            raise _unusable()
        if not all(isinstance(one, str) and len(one) <= _LONGEST_VALUE for one in values):
            raise _unusable()
    if len(document.get("q", "")) > _LONGEST_QUERY or len(chosen) > _MOST_VALUES:
        raise _unusable()
    if document.get("density") not in (None, *DENSITIES):
        raise _unusable()
    return ViewQuery(
        q=document.get("q", ""),
        chosen={name: tuple(values) for name, values in chosen.items()},
        excepted=tuple(document.get("excepted", ())),
        sort=document.get("sort", ""),
        is_backward=document.get("is_backward", False),
        columns=tuple(document["columns"]) if document.get("columns") else None,
        density=document.get("density"),
    )


def view_name(text: str) -> str:
    """The name of a view as it is kept. Raises BadInput (field "name")."""
    try:
        name = squeeze(text)
    except BadText as refused:
        raise BadInput(refused.message, field="name") from None
    if not name:
        raise BadInput("Give the view a name.", field="name")
    if len(name) > LONGEST_NAME:
        raise BadInput(
            f"This name has {len(name)} characters; shorten it to {LONGEST_NAME} or fewer.",
            field="name",
        )
    return name


def _unusable() -> BadInput:
    return BadInput("This view cannot be read any more; save it anew.")
