"""How old people were and what share were women."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from harvest.numbers.amounts import DASH, exact
from harvest.numbers.anchors import anchors
from harvest.numbers.model import Quantity
from harvest.tagging.passage import Passage
from harvest.tagging.tags import Reading

Windows = Sequence[tuple[int, int]]
"""Stretches of a text, as start and end."""

_NUMBER: Final = r"\d{1,3}(?:[.·,]\d{1,2})?"
_TO: Final = rf"\s?(?:[{DASH}~]|to|and|through|[{DASH}]\s?to)\s?"
_IN_YEARS: Final = r"years?|yrs?|yr|y"
_UNIT: Final = rf"(?:\s?[-‐]?\s?(?P<unit>{_IN_YEARS}|months?|mo|days?|weeks?)\b)"
_CEILING: Final = 120

_SPAN: Final = re.compile(
    rf"(?P<cue>\bage[ds]?\b|\bage?ing\b|\bages? (?:range|group|between|from)|\bbetween the ages of|\bage of)"
    rf"[\s:,=(]{{0,3}}(?:(?:range|ranged|ranging|between|from|was|is|were|of|the|group)[\s:,=(]+){{0,4}}"
    rf"(?P<low>{_NUMBER})(?P<first>{_UNIT.replace('unit', 'unit1')})?{_TO}(?:(?:under|up to|<)\s?)?"
    rf"(?P<high>{_NUMBER})(?![\d%]){_UNIT}?",
    re.IGNORECASE,
)
_SPAN_BEFORE: Final = re.compile(
    rf"(?<![\d.,])(?P<low>{_NUMBER}){_TO}(?P<high>{_NUMBER})\s?[-‐]?\s?(?P<unit>years?|yrs?|y|months?)[-‐\s]{{0,2}}"
    r"(?:old|of age|olds)\b|\b(?P<who>adults?|children|adolescents?|volunteers|patients|males?|females?|participants|"
    r"subjects|men|women|youths?|individuals)\s?[\[(](?P<low2>\d{1,2})"
    + _TO
    + r"(?P<high2>\d{1,3})\s?[-‐]?\s?(?P<unit2>years?|yrs?|y|months?)\b",
    re.IGNORECASE,
)
_FLOOR: Final = re.compile(
    rf"\b(?:aged?|ages|aged over)\s(?:was\s|of\s)?(?:≥|>=|>|over|above|older than|at least)\s?(?P<low>\d{{1,3}}){_UNIT}?"
    r"|\baged?\s(?P<low4>\d{1,3})(?:\syears)?(?:\s(?:of age|old))?,?\s(?:and|or)\s(?:older|above|over)\b"
    rf"|(?:\baged?\s|\bages\s)?(?<![\d.])(?P<low2>\d{{1,3}})\s?(?P<unit2>{_IN_YEARS})(?:\s(?:of age|old))?\s(?:and|or)\s(?:older|above|over)\b"
    rf"|(?:≥|>=|\b(?:over|above|older than|at least)\s)\s?(?P<low3>\d{{1,3}})\s?(?P<unit3>{_IN_YEARS})\s?(?:old|of age)\b",
    re.IGNORECASE,
)
_MIDDLE: Final = re.compile(
    rf"\b(?P<kind>mean|average|median|M)\b(?:\s?[(\[]?(?:±\s?)?(?:SD|standard deviation|SE|SEM|IQR|range|interquartile range)"
    rf"[)\],]?)?[\s,]{{0,2}}(?:(?:patient|participant|maternal)\s)?\bages?\b"
    rf"(?P<between>[^.;:%\d=]{{0,50}}?|\s?[(\[][^)\]\d]{{1,30}}[)\]]\s?)[\s:,=(\[]{{0,3}}"
    rf"(?P<value>{_NUMBER})(?!\s?%|\d|\s?[-–]\s?item){_UNIT}?",
    re.IGNORECASE,
)
_WITH_SPREAD: Final = re.compile(
    r"\bage[ds]?\b[\s:,=(\[]{0,3}(?:(?:of|was|were|in years|years)[\s:,=]+)?(?:\(?(?:mean|M)\s?(?:±|\+/-)?\s?(?:SD|S\.D\.)?\)?[\s:,=]+)?"
    r"(?P<value>\d{1,2}(?:[.·,]\d{1,2})?)\s?(?:years?\s?|yrs?\s?|y\s?)?(?:±|\+\s?/\s?[-–−]|\+-|[(\[]\s?SD)",
    re.IGNORECASE,
)
_SPREAD: Final = re.compile(
    rf"\s?(?:years?|yrs?|y)?\s?,?\s?(?:(?:±|\+\s?/\s?[-–−‐]|\+-)\s?{_NUMBER}|[(\[]?\s?(?:SD|S\.D\.|standard deviation)"
    rf"\s?[=:,]?\s?(?:±\s?)?{_NUMBER}[)\]]?|[(\[]\s?(?:±\s?)?{_NUMBER}\s?[)\]])",
    re.IGNORECASE,
)
_RANGE_AFTER: Final = re.compile(
    rf"(?:\s?(?:years?|yrs?|y)(?: old)?)?[\s,;]*[(\[]?\s?(?:age\s)?\brange[sd]?\b[\s:,=]*(?:of |from |between )?"
    rf"(?P<low>{_NUMBER}){_TO}(?P<high>{_NUMBER})(?:\s?(?:years?|yrs?|y)\b)?[)\]]?",
    re.IGNORECASE,
)
_YEARS_AFTER: Final = re.compile(rf"\s?(?:{_IN_YEARS})\b")
_ONE: Final = re.compile(
    r"(?<![\d.–-])(?P<value>\d{1,3})[-‐\s]{1,2}(?P<unit>year|yr|month|y)s?[-‐\s/]{0,2}(?:old|o)\b(?!er)",
    re.IGNORECASE,
)
_LIMIT: Final = re.compile(r"(?:\b(?:under|below|above|over|than|least|to|and|the past)|[<>≤≥=–-])\s?\Z")
_NOT_PEOPLE: Final = re.compile(r"\b(?:onset|duration|gestational|surgery|diagnosis)\b", re.IGNORECASE)


def ages(reading: Reading) -> list[Quantity]:
    """Ages in ``years``, by place: a mean or median (with ``low`` and ``high`` if a range is stated beside it), a range,
    a lowest age (``low`` only) or the age of one person, as the rule says. Months become years."""
    found: list[Quantity] = []
    for passage in (reading.title, reading.abstract):
        named = anchors(passage.text)
        windows = _windows(named["age"], 60, 90), _windows(sorted((*named["age"], *named["year"])), 40, 60)
        rows = [*_middles(passage, windows[0]), *_spans(passage, *windows)]
        found += _without_overlap([*rows, *_floors(passage, windows[1]), *_singles(passage, windows[1])])
    return found


def _windows(starts: Sequence[int], before: int, after: int) -> list[tuple[int, int]]:
    """The stretches of text around words, joined where they overlap."""
    windows: list[tuple[int, int]] = []
    for start in starts:
        first, last = max(start - before, 0), start + after
        if windows and first <= windows[-1][1]:
            windows[-1] = (windows[-1][0], last)
        else:
            windows.append((first, last))
    return windows


def _without_overlap(found: list[Quantity]) -> list[Quantity]:
    """Those named first win their words: "mean age 42 (range 18-65)" is one row."""
    kept: list[Quantity] = []
    for one in found:
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept, key=_by_start)


def _matches(pattern: re.Pattern[str], text: str, windows: Windows) -> Iterator[re.Match[str]]:
    for first, last in windows:
        yield from pattern.finditer(text, first, last)


def _by_start(quantity: Quantity) -> int:
    return quantity.start


def _middles(passage: Passage, windows: Windows) -> Iterator[Quantity]:
    """Means and medians, with the spread in the words and a range beside them in ``low`` and ``high``."""
    text = passage.text
    for pattern in (_MIDDLE, _WITH_SPREAD):
        for match in _matches(pattern, text, windows):
            if _NOT_PEOPLE.search(text, max(match.start() - 14, 0), match.end()):
                continue
            named = match["kind"].lower() if pattern is _MIDDLE else "mean"
            rule = "median age" if named == "median" else "mean age"
            yield _middle(passage, match, rule)


def _middle(passage: Passage, match: re.Match[str], rule: str) -> Quantity:
    text, end = passage.text, match.end("value")
    if spread := _SPREAD.match(text, end):
        end = spread.end()
    low = high = None
    if spanned := _RANGE_AFTER.match(text, end):
        low, high, end = _years(spanned["low"]), _years(spanned["high"]), spanned.end()
    elif years := _YEARS_AFTER.match(text, end):
        end = years.end()
    unit = _unit(text, match.end("value"))
    return _age(passage, match.start(), end, _years(match["value"], unit), low, high, rule)


def _unit(text: str, at: int) -> str:
    """``m`` when months follow the number, else ``y``."""
    return "m" if re.compile(r"[^.;A-Za-z]{0,14}?months?\b").match(text, at) else "y"


def _spans(passage: Passage, named: Windows, windows: Windows) -> Iterator[Quantity]:
    text = passage.text
    for match in _matches(_SPAN, text, named):
        unit = match["unit"] or "y"
        low, high = _years(match["low"], match["unit1"] or unit), _years(match["high"], unit)
        if low < high <= _CEILING and not _NOT_PEOPLE.search(text, max(match.start() - 14, 0), match.end() + 10):
            yield _age(passage, match.start(), match.end(), None, low, high, "age range")
    for match in _matches(_SPAN_BEFORE, text, windows):
        unit = match["unit"] or match["unit2"]
        low, high = _years(match["low"] or match["low2"], unit), _years(match["high"] or match["high2"], unit)
        if low < high <= _CEILING:
            start = match.start("low") if match["low"] else match.start("low2")
            yield _age(passage, start, match.end(), None, low, high, "age range")


def _floors(passage: Passage, windows: Windows) -> Iterator[Quantity]:
    for match in _matches(_FLOOR, passage.text, windows):
        low = match["low"] or match["low2"] or match["low3"] or match["low4"]
        unit = match["unit"] or match["unit2"] or match["unit3"] or "y"
        yield _age(passage, match.start(), match.end(), None, _years(low, unit), None, "lowest age")


def _singles(passage: Passage, windows: Windows) -> Iterator[Quantity]:
    for match in _matches(_ONE, passage.text, windows):
        value = _years(match["value"], match["unit"])
        if _LIMIT.search(passage.text, max(match.start() - 14, 0), match.start()):
            continue
        if value <= _CEILING and not re.match(
            r"\s(?:history|anesth|anaesth|drug)", passage.text[match.end() : match.end() + 8]
        ):
            yield _age(passage, match.start(), match.end(), value, None, None, "age of one")


def _years(number: str, unit: str = "y") -> float:
    """Years, to three digits where the text says months, weeks or days."""
    value = float(number.replace("·", ".").replace(",", "."))
    first = unit.lower()[:1]
    per_year = {"y": 1, "m": 12, "w": 52, "d": 365}[first]
    return value if per_year == 1 else round(exact(value, 1, per_year), 3)


def _age(
    passage: Passage,
    start: int,
    end: int,
    value: float | None,
    low: float | None,
    high: float | None,
    rule: str,
) -> Quantity:
    stated = passage.text[start:end]
    return Quantity("age", passage.field, start, end, value, low, high, "years", stated, "", rule)
