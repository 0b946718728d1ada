"""Filters beside a search: ``condition=ptsd&year=2015..2020``. Values of one filter: any of them; different filters: all.

A value that cannot be read, or names a concept that does not exist, matches no report: a feed or a script must not get all
reports because of a slip.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from harvest.schema import DIMENSIONS
from harvest.search import fields
from harvest.search.index import Index
from harvest.search.tree import NOTHING, Flag, Node, Not, Range, Tagged, Value

MISSING: Final = "none"
"""``year=none``: reports without a year; likewise ``n`` and ``direction``."""
MAIN: Final = ("condition", "outcome", "design", "drug", "route", "comparator")
NAMES: Final = (
    *MAIN, "direction", "year", "n", "kind", "source", "retracted",
    *(dimension for dimension in DIMENSIONS if dimension not in MAIN),
)  # fmt: skip
"""All filters, in the order in which they are shown."""
MOST_VALUES: Final = 60
"""Values of one filter that are read."""

DIRECTIONS: Final = ("benefit", "no-difference", "harm", "mixed", "none-observed", "not-stated", "not-applicable")
BANDS: Final = ((1, 19), (20, 49), (50, 99), (100, 499), (500, None))
"""Ranges of the number of people that are counted."""
_KINDS: Final = {"registry-entry": "Trial registration", "notice": "Notice (retraction, correction ...)"}
_DIRECTIONS: Final = {MISSING: "No text held", "not-applicable": "Does not apply (reviews, protocols ...)"}


@dataclass(frozen=True)
class Choice:
    """One value of a filter as chosen."""

    value: str
    """In its one form: a concept's id, ``2015..2020``."""
    label: str
    node: Node
    problem: str = ""
    """Why it matches nothing, or ''."""


@dataclass(frozen=True)
class Counted:
    """One value of a filter with the reports that have it among those found by all else that was asked."""

    value: str
    label: str
    count: int
    chosen: bool


def read(pairs: Iterable[tuple[str, str]], index: Index) -> dict[str, tuple[Choice, ...]]:
    """The filters among the parameters, each value once; in the order of `NAMES`. Other parameters are passed over."""
    found: dict[str, dict[str, Choice]] = {name: {} for name in NAMES}
    for name, value in pairs:
        if name in found and value.strip() and len(found[name]) < MOST_VALUES:
            choice = _choice(name, value.strip()[:200], index)
            found[name][choice.value] = choice
    return {name: tuple(choices.values()) for name, choices in found.items() if choices}


def _choice(name: str, value: str, index: Index) -> Choice:
    if value == MISSING and f"no-{name}" in index.flags:
        return Choice(MISSING, _missing_label(name), Flag(f"no-{name}"))
    node = fields.read(name, value, True, index.names)
    match node:
        case Tagged():
            return Choice(node.concept, node.label, node)
        case Range():
            return Choice(node.bounds, range_label(name, node.low, node.high), node)
        case Value():
            return Choice(node.value, value_label(name, node.value), node)
        case Flag() | Not():
            answer = "no" if isinstance(node, Not) else "yes"
            return Choice(answer, answer, node)
        case _:
            return Choice(value, value, NOTHING, f"There is no {name} called {value} here, so it matches no report.")


def range_label(name: str, low: int | None, high: int | None) -> str:
    """``2010 to 2019``, ``500 or more``, ``2015`` for people."""
    of = " people" if name == "n" else ""
    if low == high:
        return f"{low}{of}"
    if high is None:
        return f"{low} or more{of}" if name == "n" else f"{low} or later"
    if low is None:
        return f"{high} or fewer{of}" if name == "n" else f"{high} or earlier"
    return f"{low} to {high}{of}"


def value_label(name: str, value: str) -> str:
    known = {"kind": _KINDS, "direction": _DIRECTIONS}.get(name, {})
    return known.get(value) or value.replace("-", " ").capitalize()


def _missing_label(name: str) -> str:
    return {"year": "No year known", "n": "Not stated"}.get(name, _DIRECTIONS[MISSING])


# ------------------------------------------------------------ narrowing and counting


def narrowed(rows: int, chosen: Mapping[str, int], without: str = "") -> int:
    """The reports that pass every filter, or every one but ``without``; ``chosen``: filter -> bitmap."""
    for name, having in chosen.items():
        if name != without:
            rows &= having
    return rows


def values(name: str, index: Index) -> list[tuple[str, str, int]]:
    """(value, label, reports) of everything that a filter offers, in no order that matters for concepts."""
    if name in DIMENSIONS:
        return [(id, concept.label, index.studied[dimension, id])
                for (dimension, id), concept in index.names.concepts.items() if dimension == name]  # fmt: skip
    if name == "retracted":
        retracted = index.flags["retracted"]
        return [("yes", "Yes", retracted), ("no", "No", index.everything & ~retracted)]
    if name in {"year", "n"}:
        return [*_ranges(name, index), (MISSING, _missing_label(name), index.flags[f"no-{name}"])]
    offered = [(value, value_label(name, value), rows) for value, rows in index.values[name].items()]
    if name == "direction":
        offered.sort(key=lambda one: DIRECTIONS.index(one[0]) if one[0] in DIRECTIONS else len(DIRECTIONS))
        offered.append((MISSING, _missing_label(name), index.flags["no-direction"]))
    return offered


def _ranges(name: str, index: Index) -> list[tuple[str, str, int]]:
    bounds: Iterable[tuple[int, int | None]] = BANDS
    if name == "year":
        decades = sorted({year // 10 * 10 for year in index.ranges["year"]}, reverse=True)
        bounds = [(decade, decade + 9) for decade in decades]
    return [
        (Range(name, low, high).bounds, range_label(name, low, high), index.within(name, low, high))
        for low, high in bounds
    ]


def years(index: Index) -> list[tuple[str, str, int]]:
    """(year, label, reports) of every single year, the latest first."""
    return [(str(year), str(year), rows) for year, rows in sorted(index.ranges["year"].items(), reverse=True)]


IN_THEIR_ORDER: Final = {"direction", "year", "n", "retracted"}
"""Filters whose values are not shown by frequency."""


def count(
    name: str, offered: Iterable[tuple[str, str, int]], rows: int, chosen: Sequence[Choice] = (), sort: bool = True
) -> list[Counted]:
    """What each value would leave of ``rows``: the most frequent first; those that leave none only if chosen."""
    marked = {choice.value: choice for choice in chosen}
    counted = [
        Counted(value, label, number, value in marked)
        for value, label, having in offered
        if (number := (having & rows).bit_count()) or value in marked
    ]
    if sort and name not in IN_THEIR_ORDER:
        counted.sort(key=lambda one: (-one.count, one.label))
    return counted
