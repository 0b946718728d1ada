"""Figures of two groups compared, for sentences whose words do not say which way the groups differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from harvest.findings.contrast import Mention, Side
from harvest.findings.model import Value
from harvest.findings.words import Line

_RATIO: Final = re.compile(
    r"(?:odds|hazards?|risk|rate|prevalence|likelihood) ratios?|relative risk|\b(?:a?OR|a?HR|a?RR|IRR)\b"
)
_SPREAD_WORDS: Final = frozenset(
    {
        "ci",
        "cl",
        "range",
        "iqr",
        "sd",
        "se",
        "sem",
        "interval",
        "quartile",
        "quartiles",
        "interquartile",
        "n",
        "df",
        "t",
        "f",
        "z",
        "r",
    }
)
_TIME_WORDS: Final = frozenset(
    {"week", "weeks", "month", "months", "year", "years", "wk", "wks", "yr", "patients", "subjects"}
)
_AT: Final = frozenset(
    {
        "at",
        "after",
        "day",
        "week",
        "month",
        "hour",
        "year",
        "visit",
        "grade",
        "group",
        "phase",
        "stage",
        "age",
        "=",
        "type",
    }
)
_ONE: Final = 1.0
_NEAR: Final = 6
_ALIKE: Final = 0.03
"""Figures that differ by less than this share, and without a p value, are taken as alike."""

Found = tuple[Value, int, int]
"""What the figures say; the first and last token that say it."""


def compare(
    line: Line, text: str, outcome: tuple[int, int], groups: Sequence[Mention], *, beside: bool = False
) -> Found | None:
    """ "12 % with A compared with 34 % with B, P = .01", "odds ratio 0.5"; None when there is nothing to compare.

    ``beside``: only figures that stand right beside their groups count, and none that tell a change over time.
    """
    p = next((index for index in range(outcome[1], len(line.shape)) if line.shape[index] in "Pp"), None)
    if p is not None and line.shape[p] == "p":
        return "no-difference", p, p + 1
    if beside:
        return _values(line, outcome, groups, beside=True)
    return _ratio(line, text, outcome) or _values(line, outcome, groups)


def _ratio(line: Line, text: str, outcome: tuple[int, int]) -> Found | None:
    """An odds, hazard or risk ratio against one, with its confidence interval."""
    found = _RATIO.search(text)
    if found is None:
        return None
    begin = line.at(line.tokens[0].start + found.start())
    values = [index for index in range(begin, min(len(line.shape), begin + 16)) if line.shape[index] == "#"]
    numbers = [number(line.tokens[index].word) for index in values if not line.tokens[index].word.endswith("%")]
    if not numbers or numbers[0] == _ONE:
        return None
    low, high = [*numbers[1:3], None, None][:2]
    last = values[-1] + 1
    if low is not None and high is not None and low < numbers[0] < high and low < _ONE < high:
        return "no-difference", begin, last
    return ("increased" if numbers[0] > _ONE else "decreased"), begin, last


def _values(line: Line, outcome: tuple[int, int], groups: Sequence[Mention], *, beside: bool = False) -> Found | None:
    places = _comparable(line, outcome[1]) or _comparable(line, 0)
    if not places:
        return None
    runs = _runs(groups)
    order = _beside(line, places, runs)
    if beside and any(token.word == "from" for token in line.tokens):
        return None
    order = order or (None if beside else _order(line, places, runs))
    if order is None:
        return None
    mine, other = order
    one, two = number(line.tokens[mine].word), number(line.tokens[other].word)
    first, last = min(mine, other), max(mine, other) + 1
    told = "P" in line.shape[last:]
    if one == two or (not told and abs(one - two) < _ALIKE * max(abs(one), abs(two))):
        return "no-difference", first, last
    return ("increased" if one > two else "decreased"), first, last


def _comparable(line: Line, begin: int) -> list[int]:
    """The tokens of the figures that are results, all per cent or none: no spreads, intervals, times, sizes."""
    found = [index for index in range(begin, len(line.shape)) if line.shape[index] == "#" and _result(line, index)]
    percent = [index for index in found if line.tokens[index].word.endswith("%")]
    if len(percent) < 2:
        outside = [index for index in found if line.depth[index] == 0]
        found = outside if len(outside) >= 2 else found
    kept = percent if len(percent) >= 2 else [index for index in found if index not in percent]
    return kept if len(kept) >= 2 else []


def _result(line: Line, index: int) -> bool:
    before = line.tokens[index - 1] if index else None
    after = line.tokens[index + 1] if index + 1 < len(line.tokens) else None
    if before is not None and (before.sense == "~" or before.word in _AT):
        return False
    if after is not None and (after.word in _TIME_WORDS or after.word == "ci"):
        return False
    for step in range(index - 1, max(-1, index - 8), -1):
        if line.depth[step] < line.depth[index] or line.shape[step] in ";cP|":
            break
        if line.tokens[step].word in _SPREAD_WORDS:
            return False
    return True


def _runs(groups: Sequence[Mention]) -> list[Mention]:
    """The groups by place, each once until another is named."""
    runs: list[Mention] = []
    for group in groups:
        if not runs or runs[-1].side != group.side:
            runs.append(group)
    return runs


def _order(line: Line, places: Sequence[int], runs: Sequence[Mention]) -> tuple[int, int] | None:
    """The token of the intervention's figure and that of the comparator's: figures follow the order of the groups."""
    sides: list[Side] = [group.side for group in runs]
    if len(runs) >= 2:
        if len(places) == len(runs):
            return places[sides.index("intervention")], places[sides.index("comparator")]
        first, second = places[0], places[1]
        return (first, second) if sides[0] == "intervention" else (second, first)
    if len(places) != 2:
        return None
    first, second = places[0], places[1]
    if not runs or runs[0].part != "subject" or not first < runs[0].first < second:
        ahead = bool(runs) and runs[0].side == "comparator" and runs[0].part == "subject" and runs[0].last <= first
        return (second, first) if ahead else (first, second)
    # "74 % with placebo and 40 %": the group follows its figure.
    follows = not any(letter in line.shape[first : runs[0].first] for letter in "&,ct;|")
    return (first, second) if follows == (runs[0].side == "intervention") else (second, first)


def _beside(line: Line, places: Sequence[int], runs: Sequence[Mention]) -> tuple[int, int] | None:
    """The figures right before each group ("8 % with placebo"), or right behind each ("placebo 8 %")."""
    if len(runs) < 2:
        return None
    before: dict[Side, int] = {}
    behind: dict[Side, int] = {}
    for run in runs:
        ahead = [place for place in places if 0 < run.first - place <= _NEAR and not _crossed(line, place, run.first)]
        after = [place for place in places if 0 <= place - run.last < _NEAR and not _crossed(line, run.last, place)]
        if ahead:
            before.setdefault(run.side, ahead[-1])
        if after:
            behind.setdefault(run.side, after[0])
    for found in (before, behind):
        if len(found) == 2 and found["intervention"] != found["comparator"]:
            return found["intervention"], found["comparator"]
    return None


def _crossed(line: Line, first: int, last: int) -> bool:
    return any(letter in line.shape[first:last] for letter in ",;|&ct")


def number(word: str) -> float:
    """The value of a number as written; a decimal comma or middle dot is a point."""
    plain = word.strip(" %").replace("−", "-").replace("–", "-").replace("·", ".").lstrip("+")
    if plain.count(",") == 1 and "." not in plain and len(plain.split(",")[1]) != 3:
        plain = plain.replace(",", ".")
    plain = plain.replace(",", "")
    if plain.count(".") > 1:
        plain = plain.replace(".", "")
    return float(plain)
