"""VAT numbers by the shape that each country gives them."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from alliance.core.errors import BadInput

# What follows the two letters of the country, without blanks and dots.
_SHAPES: Mapping[str, str] = MappingProxyType(
    {
        "AT": "U[0-9]{8}",
        "BE": "[01][0-9]{9}",
        "BG": "[0-9]{9,10}",
        "CY": "[0-9]{8}[A-Z]",
        "CZ": "[0-9]{8,10}",
        "DE": "[1-9][0-9]{8}",
        "DK": "[0-9]{8}",
        "EE": "[0-9]{9}",
        "EL": "[0-9]{9}",
        "ES": "[0-9A-Z][0-9]{7}[0-9A-Z]",
        "FI": "[0-9]{8}",
        "FR": "[0-9A-HJ-NP-Z]{2}[0-9]{9}",
        "GB": "(?:[0-9]{9}|[0-9]{12}|GD[0-4][0-9]{2}|HA[5-9][0-9]{2})",
        "HR": "[0-9]{11}",
        "HU": "[0-9]{8}",
        "IE": "(?:[0-9]{7}[A-W][A-I]?|[0-9][A-Z+*][0-9]{5}[A-W])",
        "IT": "[0-9]{11}",
        "LT": "(?:[0-9]{9}|[0-9]{12})",
        "LU": "[0-9]{8}",
        "LV": "[0-9]{11}",
        "MT": "[0-9]{8}",
        "NL": "[0-9A-Z+*]{9}B[0-9]{2}",
        "PL": "[0-9]{10}",
        "PT": "[0-9]{9}",
        "RO": "[0-9]{2,10}",
        "SE": "[0-9]{10}01",
        "SI": "[0-9]{8}",
        "SK": "[0-9]{10}",
        "XI": "(?:[0-9]{9}|[0-9]{12}|GD[0-4][0-9]{2}|HA[5-9][0-9]{2})",
    }
)
_ELSEWHERE = "(?=[0-9A-Z]*[0-9])[0-9A-Z]{4,18}"


def vat_number(compact: str) -> str:
    """Check a VAT number given without blanks and in upper case; Greek numbers begin with EL.

    Raises BadInput when it lacks its country's letters or has not its country's shape.
    """
    country, rest = compact[:2], compact[2:]
    if country == "GR":
        country = "EL"
    if not re.fullmatch("[A-Z]{2}", country):
        raise BadInput(
            "A VAT number begins with the two letters of its country, such as BE0403019261.",
            field="identifiers",
        )
    if not re.fullmatch(_SHAPES.get(country, _ELSEWHERE), rest):
        raise BadInput(
            f"{country}{rest} does not have the shape of a VAT number of that country; check it.",
            field="identifiers",
        )
    return country + rest
