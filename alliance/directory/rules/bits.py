"""Sets of small whole numbers as one whole number: bit n is set when n is in the set.

Unions, intersections and counts of a hundred thousand members are single operations then.
"""

from collections.abc import Iterator, Sequence
from typing import Final

_FEW: Final = 24
_WINDOW: Final = 128
_ONE, _NONE = ord("1"), b"0"
_TO_FLAGS: Final = bytes.maketrans(b"01", b"\x00\x01")


def bits_at(positions: Sequence[int], size: int) -> int:
    """A number with the bits at these positions set; each below `size`."""
    if len(positions) < _FEW:
        bits = 0
        for position in positions:
            bits |= 1 << position
        return bits
    digits = bytearray(_NONE) * size
    for position in positions:
        digits[-1 - position] = _ONE
    # Only bases that are powers of two are read in linear time.
    return int(digits, 2)


def flags_of(bits: int, size: int) -> bytes:
    """One byte a position: 1 where the bit is set, else 0."""
    return format(bits, f"0{size}b").encode().translate(_TO_FLAGS)[::-1]


def positions_of(bits: int, *, skip: int = 0) -> Iterator[int]:
    """The positions of set bits, lowest first, without the first `skip`."""
    octets = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    for first in range(0, len(octets), _WINDOW):
        window = int.from_bytes(octets[first : first + _WINDOW], "little")
        count = window.bit_count() if skip else 0
        if skip and count <= skip:
            skip -= count
            continue
        while window:
            lowest = window & -window
            window ^= lowest
            if skip:
                skip -= 1
            else:
                yield first * 8 + lowest.bit_length() - 1
