"""Sets of reports as whole numbers: bit *n* is set when report number *n* (the rowid of its row) is in the set.

Intersection is ``&``, union ``|``, size ``.bit_count()``: a microsecond each on 30,000 reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress, count
from operator import itemgetter
from typing import Final

_SET: Final = ord("1")
_TO_FLAGS: Final = bytes.maketrans(b"01", b"\0\1")


def of(numbers: Iterable[int], size: int) -> int:
    """The set of the numbers, all below ``size``.

    >>> of([0, 2], 8)
    5
    """
    digits = bytearray(b"0") * max(size, 1)
    for number in numbers:
        digits[number] = _SET
    digits.reverse()
    return int(bytes(digits), 2)


def flags(bitmap: int, size: int) -> bytes:
    """One byte, 0 or 1, for every number below ``size``."""
    return bin(bitmap)[2:].encode().translate(_TO_FLAGS)[::-1].ljust(size, b"\0")


def numbers(bitmap: int) -> Iterator[int]:
    """The numbers of the set, the smallest first.

    >>> list(numbers(5))
    [0, 2]
    """
    return compress(count(), flags(bitmap, 0))


class Order:
    """All numbers in some order, ready to put any set of them into it."""

    def __init__(self, all_numbers: Iterable[int]) -> None:
        self._all = tuple(all_numbers)
        # A tenth of the time of looking each one up in Python; it gives a tuple only for two or more.
        self._pick: Callable[[bytes], Sequence[int]] = (
            itemgetter(*self._all) if len(self._all) > 1 else lambda bits: [bits[one] for one in self._all]
        )

    def of(self, bitmap: int, size: int) -> list[int]:
        """The numbers of the set, all below ``size``."""
        return list(compress(self._all, self._pick(flags(bitmap, size))))


def union(bitmaps: Iterable[int]) -> int:
    found = 0
    for bitmap in bitmaps:
        found |= bitmap
    return found
