"""Numbers with their units, as they stand in a text: the raw material of doses, durations, ages and time points.

Series are read as people write them: ``28, 56 or 84 mg`` are three amounts, ``30 to 60 min`` is a range, and of
``0.35 ± 0.1 mg`` the mean counts.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from harvest.numbers.words import Number, numbers

DASH: Final = "-‐‑‒–—−"
"""Hyphen, non-breaking hyphen, dashes and minus: sources mix them freely."""


class Element(NamedTuple):
    """One number of a series, or one range (then ``value`` is None), from ``start`` to ``end`` of its digits or words."""

    start: int
    end: int
    value: float | None
    low: float | None = None
    high: float | None = None

    def scaled(self, times: int, by: int) -> tuple[float | None, float | None, float | None]:
        """Value, low and high in another unit, which is ``times / by`` of this one."""
        value, low, high = (
            None if number is None else exact(number, times, by) for number in (self.value, self.low, self.high)
        )
        return value, low, high


class Amount(NamedTuple):
    """A series of numbers that share the unit which ends at ``end``."""

    elements: tuple[Element, ...]
    end: int
    unit: str
    """``s``, ``min``, ``h``, ``day``, ``week``, ``month``, ``year``; or ``mg``, ``mcg``, ``g``."""

    @property
    def start(self) -> int:
        return self.elements[0].start


_UNITS: Final = {
    "s": "s|secs?|seconds?",
    "min": "min|mins|minutes?|minuts?",
    "h": "h|hrs?|hours?",
    "day": "d|days?",
    "week": "wks?|weeks?",
    "month": "mos?|months?",
    "year": "yrs?|years?|y",
    "mg": "mg|mgs|MG|milligrams?|milligrammes?",
    "mcg": "mcg|mcgs|MCG|[µμu] ?g|microg|micrograms?|microgrammes?",
    "g": "g|gr|grams?|grammes?",
}
_NAMES: Final = {f"u{index}": name for index, name in enumerate(_UNITS)}
_CAPITAL: Final = ("min", "h", "day", "week", "month", "year")
_AFTER: Final = re.compile(
    rf"[\s\u00a0]{{0,2}}(?:[{DASH}]\s?)?(?:"
    + "|".join(f"(?P<{group}>{_UNITS[name]})" for group, name in _NAMES.items())
    # "4 Weeks", "24 Hours": registries write capitals. A lone "D", "H" or "M" is a name ("5D-ASC"), never a unit.
    + "|(?P<capital>Min(?:ute)?s?|MIN|Hrs?|Hours?|HOURS?|Days?|DAYS?|Weeks?|WEEKS?|Months?|MONTHS?|Years?|YEARS?)"
    + r")(?![A-Za-z²³]|[µμ=])"
)
_PLUS_MINUS: Final = re.compile(r"\s?(?:±|\+\s?/\s?[-–−‐]|\+-)\s?")
_RANGE: Final = re.compile(rf"\s?(?:(?:[{DASH}]\s?)?\bto\b|[{DASH}~]|[{DASH}]\s?to)\s?\Z")
_BETWEEN: Final = re.compile(r"\bbetween\s(?:the ages of )?\Z", re.IGNORECASE)
_AND: Final = re.compile(r"\s+and\s+\Z")
_STRONG: Final = re.compile(rf"\s?[{DASH}]?\s?(?:,?\s?(?:and/or|and|or|vs\.?|versus|&)\s|/)\s?\Z")
_WEAK: Final = re.compile(rf"[{DASH}]?[,;]\s?\Z")
# "(3, 9, 27 mg/kg)": commas alone join where the list has its own bracket or is announced.
_OPENED: Final = re.compile(r"[(\[]\Z|\bdoses?\s(?:of\s)?\Z")
_LONGEST_GAP: Final = 12
_ASSIGNED: Final = re.compile(r"[=<>≤≥#]\s?\Z|\b[A-Z][a-z]+ (?=20\d\d)\Z")


def exact(value: float, times: int = 1, by: int = 1) -> float:
    """``value * times / by`` in decimal arithmetic, to twelve digits: 500 mcg are 0.5 mg, not 0.5000000000000001."""
    product = Decimal(repr(value)) * times / by
    return float(round(product, 12))


@lru_cache(maxsize=8)
def amounts(text: str) -> tuple[Amount, ...]:
    """All numbers of ``text`` that carry a unit of time or mass, by start."""
    found: list[Amount] = []
    given = numbers(text)
    for index, number in enumerate(given):
        match = _AFTER.match(text, number.end)
        if match is None or _is_power(text, number):
            continue
        unit = _unit(match)
        times = unit not in ("mg", "mcg", "g")
        series = _series(text, given, index, times=times)
        if not times and len(series) == 1:
            listed = _series(text, given, index, times=True)
            if _OPENED.search(text, max(listed[0].start - 9, 0), listed[0].start):
                series = listed
        found.append(Amount(tuple(series), match.end(), unit))
    return tuple(found)


def _unit(match: re.Match[str]) -> str:
    name = match.lastgroup or ""
    if name != "capital":
        return _NAMES[name]
    word = match[name].lower()
    return next(unit for unit in _CAPITAL if word.startswith(unit[:1]) and (unit != "min" or word.startswith("min")))


def _is_power(text: str, number: Number) -> bool:
    """Whether the number is an exponent: the ones of ``kg-1 min-1``."""
    before = text[max(number.start - 3, 0) : number.start].rstrip()
    return len(before) > 1 and before[-1] in DASH and (before[-2].isalpha() or before[-2] == "(")


def _series(text: str, given: tuple[Number, ...], index: int, *, times: bool) -> list[Element]:
    """The elements that end with number ``index``; ``times`` lets commas alone join ("at 40, 80, 120 min")."""
    elements = [_single(given[index])]
    strong = times
    while index > 0:
        before, first = given[index - 1], elements[0]
        gap = text[before.end : first.start]
        if len(gap) > _LONGEST_GAP or (strong and _ASSIGNED.search(text, max(before.start - 9, 0), before.start)):
            break
        if _PLUS_MINUS.fullmatch(gap):
            elements[0] = Element(before.start, first.end, before.value)
        elif _is_range(text, before, gap) and first.value is not None and before.value < first.value:
            elements[0] = Element(before.start, first.end, None, before.value, first.value)
        elif _STRONG.match(gap) or (strong and _WEAK.match(gap)):
            elements.insert(0, _single(before))
            strong = True
        else:
            break
        index -= 1
    return elements


def _is_range(text: str, before: Number, gap: str) -> bool:
    if _RANGE.match(gap):
        return True
    return _AND.match(gap) is not None and _BETWEEN.search(text, max(before.start - 24, 0), before.start) is not None


def _single(number: Number) -> Element:
    return Element(number.start, number.end, number.value)
