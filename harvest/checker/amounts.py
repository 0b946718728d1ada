"""Percentages, years, decades and spans of time in a text, and what they come to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_ONES: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "hundred": 100,
}  # fmt: skip
_PARTS: Final = {"half": 50.0, "third": 100 / 3, "thirds": 200 / 3, "quarter": 25.0, "quarters": 75.0, "fourths": 75.0}
_COUNT: Final = rf"(?:\d{{1,4}}|{'|'.join(_ONES)}|an?|several|a\ few|few|a\ couple\ of|couple\ of|couple|many)"
_PEOPLE: Final = (
    r"(?:patients?|people|persons?|individuals?|clients?|participants?|adults?|those|users|recipients?|them|us|cases)"
)
_PERCENT: Final = re.compile(
    r"(?<![\w.,$])(?P<low>\d{1,3}(?:\.\d{1,2})?)(?:\s?%)?(?:\s?(?:-|–|—|to|and)\s?\d{1,3}(?:\.\d{1,2})?)?\s?"
    r"(?:%|percent\b|per\ cent\b)"
    rf"|\b(?P<tens>{'|'.join(_ONES)})[\s-]?(?P<ones>{'|'.join(list(_ONES)[:9])})?\s(?:percent|per\ cent)\b"
    rf"|\b(?P<few>\d{{1,2}}|{'|'.join(_ONES)})\s(?:out\s)?(?:in|of)(?:\severy)?\s(?P<many>[3-9]|10|12|20|100|ten|three|four|five|six|seven|eight|nine)\b"
    rf"|\b(?:(?:two|three|one|an?)[\s-])?(?P<part>half|thirds?|quarters?|fourths)\s(?:(?:of\s)?(?:all\s|the\s|our\s|those\s)*"
    rf"(?:\w+\s)?{_PEOPLE}|achieve|reach|feel|felt|improve|respond|report|experience|of\sthem|got|get|had|have|were|are|go|went|enter|will|become|became|remain|remit|see|saw|notice)\b",
    re.IGNORECASE | re.ASCII,
)
_DECADE: Final = re.compile(r"(?<!\w)(?:(?P<full>(?:19|20)\d0)|['’]?(?P<short>[5-9]0))['’]?s\b")
_YEAR: Final = re.compile(r"(?<![\w$#.,/-])(?P<year>19[4-9]\d|20[0-3]\d)(?![\w%/])")
_SPAN: Final = re.compile(
    rf"\b(?P<count>{_COUNT})(?:\s?(?:-|–|to|or)\s?(?P<last>\d{{1,4}}|{'|'.join(_ONES)}))?[\s-]+(?:full\s|consecutive\s)?"
    r"(?P<unit>minute|hour|day|week|month|year)s?\b",
    re.IGNORECASE | re.ASCII,
)
_UNITS: Final = {"minute": "hours", "hour": "hours", "day": "days", "week": "weeks", "month": "months", "year": "years"}
_A_WEEK: Final = 6
"""Days from which on a span counts in weeks as well."""


class Amount(NamedTuple):
    """``text[start:end]`` states it; ``value``: the percentage (of a range the lower), the year, the count of units."""

    start: int
    end: int
    feature: str
    value: float


def amounts(text: str) -> list[Amount]:
    """All of a text, by start."""
    return sorted([*_percentages(text), *_years(text), *_spans(text)])


def _percentages(text: str) -> Iterator[Amount]:
    for found in _PERCENT.finditer(text):
        value = _percentage(found)
        if 0 < value <= 100:
            yield Amount(found.start(), found.end(), "percent", round(value, 1))


def _percentage(found: re.Match[str]) -> float:
    if found["low"]:
        return float(found["low"])
    if found["tens"]:
        return float(_ONES[found["tens"].lower()] + (_ONES[found["ones"].lower()] if found["ones"] else 0))
    if found["few"]:
        return 100 * _count(found["few"]) / _count(found["many"])
    part = found["part"].lower()
    if part in ("thirds", "quarters", "fourths") and "two" in found.group().lower():
        return 200 / 3 if part == "thirds" else 50.0
    return _PARTS[part]


def _count(words: str) -> float:
    return float(words) if words.isdigit() else float(_ONES.get(words.lower(), 1))


def _years(text: str) -> Iterator[Amount]:
    for found in _DECADE.finditer(text):
        value = int(found["full"] or f"19{found['short']}")
        yield Amount(found.start(), found.end(), "decade", value)
    for found in _YEAR.finditer(text):
        yield Amount(found.start(), found.end(), "year", int(found["year"]))


def _spans(text: str) -> Iterator[Amount]:
    for found in _SPAN.finditer(text):
        unit = _UNITS[found["unit"].lower()]
        value = _count(found["last"] or found["count"])
        yield Amount(found.start(), found.end(), f"span-{unit}", value)
        if unit == "days" and value >= _A_WEEK:
            yield Amount(found.start(), found.end(), "span-weeks", value)
