"""Stretches of a text that may overlap: which to keep, and whether one touches any of many, without comparing all with all."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

Span = tuple[int, int]
"""Start and end, end exclusive."""


def union(spans: Iterable[Span]) -> list[Span]:
    """The same stretch of text as spans that do not overlap, by start."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def touches(apart: Sequence[Span], start: int, end: int) -> bool:
    """Whether ``start`` to ``end`` shares a character with one of the spans, which are by start and do not overlap."""
    at = bisect_left(apart, (end,))
    return at > 0 and apart[at - 1][1] > start
