"""What share of the people were women or girls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

from harvest.numbers.anchors import anchors
from harvest.numbers.model import Quantity
from harvest.numbers.words import Number, numbers
from harvest.tagging.passage import Passage
from harvest.tagging.tags import Reading

_PERCENT: Final = r"(?P<value>\d{1,3}(?:[.·,]\d{1,2})?)\s?%"
_WOMEN: Final = r"(?P<sex>females?|women|girls|males?|men|boys)"
_BEFORE: Final = re.compile(
    rf"(?<![\d.]){_PERCENT}[\])]?,?\s?(?:(?:\w+ )?(?:of (?:the )?(?:patients|participants|subjects|sample|cohort) )?"
    rf"(?:were|was|are|being|identified as|adult|self-identified as|predominantly|cisgender|white|healthy)\s)?{_WOMEN}\b"
    r"(?!\s(?:with|who|had|received|given|reported|experienced|rats?|mice|and (?:fe)?male))",
    re.IGNORECASE,
)
_AFTER: Final = re.compile(
    rf"\b{_WOMEN}\b(?:\s(?:sex|gender|participants|patients|subjects))?"
    rf"(?:\s?[(\[,:=]\s?(?:n\s?=\s?\d+\s?[,;:/(]\s?)?|\s(?:accounted for|made up|comprised|were|was)\s){_PERCENT}",
    re.IGNORECASE,
)
_SHARE_NAMED: Final = re.compile(
    r"%\s?(?P<sex>females?|women|males?|men)\s?[:=,]?\s?(?P<value>\d{1,3}(?:\.\d+)?)(?!\d)", re.IGNORECASE
)
_OUTCOME: Final = re.compile(
    r"\b(?:incidence|prevalence|rates?|in|among|of|response|remission|higher|lower|than|frequently|likely)\s?(?:\w+\s)?\Z",
    re.I,
)
_COUNTED: Final = re.compile(
    r"\s(?:healthy |adult |were |of (?:them|whom) were )?(?P<sex>females?|women|girls|males?|men|boys)\b",
    re.I,
)
_BEFORE_REACH: Final = 60
_AFTER_REACH: Final = 50
_APART: Final = 30
_TURN: Final = re.compile(r"[.;]|group|\bvs\b|\bversus\b")


def share_female(reading: Reading) -> list[Quantity]:
    """Shares of women in ``%``, by place: stated, turned from the share of men, or reckoned from counts of both."""
    found: list[Quantity] = []
    for passage in (reading.title, reading.abstract):
        if starts := anchors(passage.text)["sex"]:
            found += [*_stated(passage, starts)] or [*_reckoned(passage, starts)]
    return found


def _stated(passage: Passage, starts: Sequence[int]) -> Iterator[Quantity]:
    text, last = passage.text, -1
    for start in starts:
        first = max(start - _BEFORE_REACH, 0, last)
        if "%" not in text[first : start + _AFTER_REACH]:
            continue
        match = (
            _BEFORE.search(text, first, start + 24)
            or _AFTER.match(text, start)
            or _SHARE_NAMED.search(text, first, start + 24)
        )
        if match is None or match.start() < last or _OUTCOME.search(text, max(match.start() - 24, 0), match.start()):
            continue
        value = Decimal(match["value"].replace("·", ".").replace(",", "."))
        if value <= 100:
            last = match.end()
            yield _share(passage, match.start(), last, value, match["sex"], "share of")


def _reckoned(passage: Passage, starts: Sequence[int]) -> Iterator[Quantity]:
    """ "8 women, 12 men": 40 per cent."""
    text = passage.text
    counts: list[tuple[Number, re.Match[str]]] = []
    for number in numbers(text) if len(starts) > 1 else ():
        match = _COUNTED.match(text, number.end)
        if match and number.value % 1 == 0:
            counts.append((number, match))
    for (first, one), (second, two) in pairwise(counts):
        women = [_is_female(match["sex"]) for match in (one, two)]
        gap = text[one.end() : second.start]
        if sum(women) == 1 and len(gap) <= _APART and not _TURN.search(gap) and first.value + second.value > 1:
            share = Decimal(100 * (first.value if women[0] else second.value)) / Decimal(first.value + second.value)
            yield _share(passage, first.start, two.end(), round(share, 1), "female", "counts of both, female")


def _is_female(word: str) -> bool:
    return word.lower().startswith(("f", "w", "g"))


def _share(passage: Passage, start: int, end: int, value: Decimal, sex: str, rule: str) -> Quantity:
    female = _is_female(sex)
    name = rule if rule.startswith("counts") else f"{rule} {'women' if female else 'men, turned'}"
    share = float(value if female else 100 - value)
    return Quantity(
        "share-female", passage.field, start, end, share, None, None, "%", passage.text[start:end], "", name
    )
