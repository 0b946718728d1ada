"""Which places stand near another one, found without looking at all of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from harvest.tagging.passage import Place

_LONGEST_NAME: Final = 80
"""Code points; no name of a drug or a use is longer."""
_start = attrgetter("start")


def near(places: Sequence[Place], place: Place, reach: int) -> Sequence[Place]:
    """Those of the places (of one field, by start) that end or begin at most about ``reach`` code points away."""
    first = bisect_left(places, place.start - reach - _LONGEST_NAME, key=_start)
    return places[first : bisect_right(places, place.end + reach, key=_start)]


def overlap(one: Place, other: Place) -> bool:
    """Whether two places of one field share a character."""
    return one.start < other.end and other.start < one.end
