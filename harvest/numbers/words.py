"""Numbers written in digits and in words, each with its place.

The grammar is small, and the places are what matters: libraries for number words rewrite a text and lose them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind


class Number(NamedTuple):
    """A number without sign and unit, at code points ``start`` to ``end`` (exclusive)."""

    start: int
    end: int
    value: float


_SMALL: Final = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS: Final = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_SCALES: Final = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
_DIGITS: Final = re.compile(
    r"""[0-9]
    (?: [0-9]{0,2}(?:,[0-9]{3})+(?![0-9])                                # 1,234
      | [0-9]{0,2}(?:[ \u00a0\u2009\u202f][0-9]{3})+(?![0-9.,·%])      # 1 234
      | [0-9]*+(?=,[0-9]{1,2}(?![0-9])),[0-9]+                            # 0,5
      | [0-9]*
    )
    (?:[.·][0-9]+)?                                                      # 12.5, 0·5
    """,
    re.VERBOSE,
)
# "IL-6", "PCL-5", "T3", "2nd" and "5-HT" are names; "group 1 200 mg" is a group and a dose.
_NAME_AFTER: Final = re.compile(r"(?:st|nd|rd|th)\b|-[A-Z]{2}")
_ORDERED_BEFORE: Final = re.compile(
    r"(?:arm|day|dose|figure|grade|group|level|no\.?|phase|stage|step|study|table|type|visit|week)s?\s\Z",
    re.IGNORECASE,
)
_BLANK: Final = re.compile(r"\s")
_GROUPING: Final = re.compile(r"[,\s]")
_DECIMAL_COMMA: Final = re.compile(r"[0-9]+,[0-9]{1,2}")
_SCALE_AFTER: Final = re.compile(r"[ \u00a0](hundred|thousand|million)\b", re.IGNORECASE)
_UNITS: Final = "one|two|three|four|five|six|seven|eight|nine"
_TEENS: Final = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_BELOW_HUNDRED: Final = (
    rf"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[-‐‑–\s](?:{_UNITS})\b)?|{_TEENS}|{_UNITS}|zero)"
)
_JOIN: Final = r"(?:\s+and\s+|[-‐‑\s]\s?)"
_WORDS: Final = re.compile(
    rf"(?<!\w)(?:{_BELOW_HUNDRED}|a(?=[-\s](?:hundred|thousand|million))|(?<!al\s)(?<!ew\s)(?<!ny\s)hundred(?=\sand\s))"
    rf"(?:(?:[-‐‑\s](?:hundred|thousand|million)\b|(?<=hundred))(?:,?{_JOIN}{_BELOW_HUNDRED}(?!\w))?){{0,3}}(?!\w)",
    re.IGNORECASE,
)
_FIRST_WORDS: Final = [*_SMALL, *_TENS, "a hundred", "a thousand", "a million", "hundred and "]
_ANCHORS: Final = AhoCorasick(
    [case(word) for word in _FIRST_WORDS for case in (str.lower, str.capitalize, str.upper)],
    matchkind=MatchKind.LeftmostLongest,
)
# "two-thirds" and "twenty-first" are no counts.
_PART_AFTER: Final = re.compile(
    r"[-‐‑\s](?:third|quarter|fifth|half|halves|tenth|first|second|fourth)s?\b", re.IGNORECASE
)
_REPEATED: Final = re.compile(r"\s?[(\[]\s?([0-9]{1,7})\s?[)\]]")
_TOKEN: Final = re.compile(r"[a-z]+")


@lru_cache(maxsize=8)
def numbers(text: str) -> tuple[Number, ...]:
    """All numbers of ``text`` by start: ``1,234``, ``1 234``, ``0·5``, ``twenty-four``, ``one hundred and five``.

    A number given twice, ``thirty-two (32)``, is one number. Digits that are part of a name (``IL-6``, ``T3``,
    ``5-HT``, ``2nd``) and parts (``two-thirds``) are left out. The few texts asked for last are remembered, since
    several readers ask for the same abstract.
    """
    found = [*_in_digits(text), *_in_words(text)]
    found.sort()
    return tuple(_without_repeats(text, found))


def _in_digits(text: str) -> list[Number]:
    found = []
    for match in _DIGITS.finditer(text):
        start, end = match.span()
        whole = match.group().isdecimal()
        if whole and start and text[start - 1] in ".·" and not text[max(start - 2, 0)].isalnum():
            start -= 1  # ".05"; but not the point of a list before "1.73"
        if _in_a_name(text, start, end):
            continue
        digits = text[start:end]
        if digits.isdecimal():
            found.append(_scaled(text, start, end, float(digits)))
            continue
        blank = _BLANK.search(digits)
        if blank and _ORDERED_BEFORE.search(text, max(start - 12, 0), start):
            middle = start + blank.start()
            found += [_number(text, start, middle), _number(text, middle + 1, end)]
        else:
            found.append(_number(text, start, end))
    return found


def _in_a_name(text: str, start: int, end: int) -> bool:
    """``IL-6``, ``T3``, ``2nd``, ``5-HT``: digits that count nothing."""
    before = text[start - 1] if start else " "
    if before.isalpha() or before == "_" or (before == "-" and start > 1 and text[start - 2].isupper()):
        return True
    return bool(_NAME_AFTER.match(text, end))


def _number(text: str, start: int, end: int) -> Number:
    digits = text[start:end].replace("·", ".")
    value = float(digits.replace(",", ".") if _DECIMAL_COMMA.fullmatch(digits) else _GROUPING.sub("", digits))
    return _scaled(text, start, end, value)


def _scaled(text: str, start: int, end: int, value: float) -> Number:
    scale = _SCALE_AFTER.match(text, end)
    return Number(start, scale.end(), value * _SCALES[scale[1].lower()]) if scale else Number(start, end, value)


def _in_words(text: str) -> list[Number]:
    found = []
    last = 0
    for _, start, _ in _ANCHORS.find_matches_as_indexes(text):
        match = _WORDS.match(text, start) if start >= last else None
        if match:
            last = match.end()
            if not _PART_AFTER.match(text, last):
                found.append(Number(start, last, _value(match.group())))
    return found


def _value(words: str) -> float:
    """``one hundred and five`` -> 105; ``two thousand three hundred`` -> 2300."""
    total = current = 0
    for word in _TOKEN.findall(words.lower()):
        if word == "a":
            current = 1
        elif word in _SCALES:
            scale = _SCALES[word]
            if scale == 100:
                current = (current or 1) * scale  # "hundred and ten" has no "one"
            else:
                total, current = total + current * scale, 0
        else:
            current += _SMALL.get(word, 0) + _TENS.get(word, 0)
    return float(total + current)


def _without_repeats(text: str, found: list[Number]) -> list[Number]:
    kept: list[Number] = []
    for number in found:
        if kept and number.start < kept[-1].end:
            continue
        again = _REPEATED.match(text, number.end) if text[number.start].isalpha() else None
        if again and float(again[1]) == number.value:
            number = number._replace(end=again.end())
        kept.append(number)
    return kept
