"""Shares of people with an outcome: "64% vs 28%", "12 of 20 (60%)", "12/20"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from harvest.numbers.words import numbers


class Rate(NamedTuple):
    """Per cent in the first group named, and in the second where a second is compared with it."""

    start: int
    end: int
    first: float
    second: float | None


class _Share(NamedTuple):
    start: int
    end: int
    value: float
    sure: bool
    """Told to be a share of people by its own words; others count only as one of a pair."""


_COUNT: Final = r"(?:(?P<k>\d{1,3}(?:,\d{3})*)\s?(?P<of>/|of|out of)\s?(?:the\s|a total of\s)?(?P<total>\d{1,3}(?:,\d{3})*|\d{1,6}))"
_SHARE: Final = re.compile(
    rf"(?<![\d.,·/≥≤<>±])(?:{_COUNT}(?:\s(?:patients|participants|subjects|children|women|adults|individuals|people|infusions|cases))?"
    r"(?P<open>\s?[(\[,;:=]\s?(?P<percent>\d{1,3}(?:[.·,]\d+)?)\s?%?[)\]]?)?"
    r"|(?P<alone>\d{1,3}(?:[.·,]\d+)?)\s?%(?![-\w])[)\]]?(?:,?\s?[(\[](?:n\s?=\s?)?\d{1,6}(?:\s?(?:/|of|out of)\s?\d{1,6})?[)\]])?)"
)
# "a 50% reduction", "0.9% saline", "95% CI", "SpO2 95%": per cent of something else than people.
_NOT_PEOPLE_AFTER: Final = re.compile(
    r"[-\s]?(?:reduc\w*|decreas\w*|improve\w*|increas\w*|change\w*|lower|higher|less|greater|more|fewer|decline|drop|(?:normal |isotonic )?saline|"
    r"solution|sodium|NaCl|bupivacaine|ropivacaine|lidocaine|CIs?\b|CrI|confidence|credible|oxygen|sevoflurane|isoflurane|glucose|"
    r"[)\]]?\s?(?:were\s|was\s)?(?:fe)?males?\b|[)\]]?\s?(?:were\s)?(?:women|men)\b(?!\s(?:with|who|had|in|receiving|given|on))|[)\]]?\s?(?:were\s)?(?:white|Caucasian)\b|"
    r"dextrose|or (?:more|greater)|inter|predict|of (?:the )?(?:baseline|variance|total|maxim\w+|dose|control)|bioavail)",
    re.I,
)
_NOT_PEOPLE_BEFORE: Final = re.compile(
    r"(?:\b(?:at least|by|SpO2|saturation(?: of)?|bioavailability(?: of| was)?|I2\s?=|I²\s?=|I\(2\)\s?=|I\s?2\s?=|up to a|CI|"
    r"accuracy(?: of)?|sensitivity(?: of)?|specificity(?: of)?|AUC(?: of)?|power(?: of)?)|[≥≤<>~]|I\(2\):)\s?(?:of\s|a\s)?\Z"
)
_OF_PEOPLE: Final = re.compile(
    r"\s(?:\(\d+/\d+\)\s)?(?:of\s(?:the\s|all\s|these\s|our\s|those\s)?(?:\w+[-\s]){0,3}?)?(?:patients|participants|subjects|children|women|"
    r"adults|individuals|people|respondents|cases|parturients|those|infusions|users|adolescents|responders|group|sample|cohort)\b",
    re.I,
)
_RATE_BEFORE: Final = re.compile(
    r"\b(?:rates?|incidences?|prevalence|proportions?|percentages?|frequency|remission|responders?|response|remitted|responded|"
    r"occurred in|reported (?:by|in)|experienced by|observed in|seen in|found in)\b[^.;%]{0,60}\Z",
    re.I,
)
_BRACKET: Final = re.compile(r"[(\[](?:n\s?=\s?\d+(?:/\d+)?[,;:]\s?)?\Z")
_VERSUS: Final = re.compile(
    r"(?P<names>[^%;.\d]{0,60}?)[\s,;]*\b(?:vs|v|versus|compared (?:with|to)|as compared (?:with|to)|against|(?<!less )(?<!more )than|in contrast to|relative to|"
    r"whereas|while)\b\.?,?(?P<names2>[^%;.\d]{0,60}?)[\s(\[]*\Z",
    re.I,
)
_AND: Final = re.compile(
    r"(?:\s(?:in|for|with|among|on|after|under|of (?:the )?(?:patients|participants|those|people|subjects|women) (?:in|on|with|receiving|given|treated))\s[^%;.,\d]{1,60}|\s(?:\w+[- ]){0,3})?,?\s?(?:and|or)\s(?:[^%;.,\d]{0,40}\s)?[(\[]?\Z",
    re.I,
)
# "94% of patients reported nausea and 62% reported pain": two outcomes, not two groups.
_VERB: Final = re.compile(
    r"\b(?:reported|had|were|was|experienced|achieved|responded|showed|received|remitted|identified|met)\b",
    re.I,
)
_OUTCOMES_BEFORE: Final = re.compile(
    r"\b(?:respon\w+|remi\w+|relaps\w+|nausea|vomiting|dizz\w+|headache|dissociat\w+|sedation|anxiety|depression)\s?(?:rates?\s?)?"
    r"(?:\([^)]*\)\s?)?(?:and|or)\s(?:\w+\s)?(?:respon\w+|remi\w+|relaps\w+|nausea|vomiting|dizz\w+|headache|dissociat\w+|sedation|"
    r"anxiety|depression|drowsiness)[^%.;]{0,70}\Z",
    re.I,
)
_OUTCOME_NAMED: Final = re.compile(
    r"\b(?:respon|remi|relaps|nausea|vomit|dizz|headache|male|female|women|men\b|at day|weeks?|months?|days?)",
    re.I,
)
_RATIO_ONLY: Final = re.compile(
    r"\s?(?:patients|participants|subjects|children|women|adults|individuals|people|cases)\b"
)
# "56/84 mg"; "10-70%", "between 60% and 92%".
_UNIT: Final = re.compile(r"\s?(?:mg|mcg|[µμ]g|mm\s?Hg|mmHg)\b")
_RANGE: Final = re.compile(
    r"(?:\b(?:between|from|ranged|ranging|range of)\s|\d%?\s?[-–‐−]\s?|\d%?\sto\s|(?:^|[\s(\[])[-–−]\s?|between\s\d\d?%\sand\s)\Z"
)
_OPENING: Final = ("%", "/", "o")
_ALIKE: Final = re.compile(r"[)\]]?,?\s(?:and\s)?")
_LONGEST_GAP: Final = 130


def rates(text: str, start: int, end: int) -> list[Rate]:
    """The shares of people between ``start`` and ``end``; two that are compared make one `Rate`."""
    if "%" not in text[start:end] and "/" not in text[start:end] and " of " not in text[start:end]:
        return []
    shares = [*_shares(text, start, end)]
    found: list[Rate] = []
    index = 0
    while index < len(shares):
        one = shares[index]
        other = shares[index + 1] if index + 1 < len(shares) else None
        if other and one.sure and not other.sure and _ALIKE.fullmatch(text, one.end, other.start):
            other = shares[index + 1] = other._replace(sure=True)
        if other and _compared(text, start, one, other):
            found.append(Rate(one.start, other.end, one.value, other.value))
            index += 2
            continue
        if one.sure:
            found.append(Rate(one.start, one.end, one.value, None))
        index += 1
    return found


def _shares(text: str, start: int, end: int) -> Iterator[_Share]:
    last = start
    given = numbers(text)
    for number in given[bisect_left(given, (start,)) : bisect_left(given, (end,))]:
        if number.start < last or text[number.end : number.end + 2].lstrip()[:1] not in _OPENING:
            continue
        match = _SHARE.match(text, number.start, end)
        if match is None:
            continue
        last = match.end()
        if _UNIT.match(text, last) or _RANGE.search(text, max(start, number.start - 14), number.start):
            continue
        before, after = text[max(start, match.start() - 80) : match.start()], match.end()
        value = _value(match)
        if value is None or _NOT_PEOPLE_BEFORE.search(before) or _NOT_PEOPLE_AFTER.match(text, after):
            continue
        yield _Share(match.start(), after, value, _is_sure(text, match, before))


def _value(match: re.Match[str]) -> float | None:
    """Per cent as stated, else reckoned from the count; None where it cannot be a share ("120/80", "24/7")."""
    stated = match["alone"] or match["percent"]
    if stated and (match["alone"] or "%" in match["open"]):
        value = float(stated.replace("·", ".").replace(",", "."))
        return value if value <= 100 else None
    count, total = (int(match[name].replace(",", "")) for name in ("k", "total"))
    if not total > 0 or count > total or total < 3:
        return None
    return float(round(Decimal(100 * count) / total, 1))


def _is_sure(text: str, match: re.Match[str], before: str) -> bool:
    if match["k"]:
        stated = match["open"] and "%" in match["open"]
        named = match.group()[-1].isalpha() or _OF_PEOPLE.match(text, match.end()) or before.endswith(("(", "["))
        return bool(stated or named)
    bracket = _BRACKET.search(before) is not None and text[match.end() : match.end() + 1] in (
        ")",
        "]",
        ";",
        ",",
        " ",
    )
    return bracket or _OF_PEOPLE.match(text, match.end()) is not None or _RATE_BEFORE.search(before) is not None


def _compared(text: str, start: int, one: _Share, other: _Share) -> bool:
    gap = text[one.end : other.start]
    if len(gap) > _LONGEST_GAP:
        return False
    gap = re.sub(r"\s?[(\[][^()\[\]]{0,40}[)\]]", "", gap).lstrip(")] ")
    gap = f" {gap}"
    if _VERSUS.fullmatch(gap):
        return True
    if _AND.fullmatch(gap) is None or _VERB.search(gap):
        return False
    before = text[max(start, one.start - 140) : one.start]
    return not (_OUTCOMES_BEFORE.search(before) or _OUTCOME_NAMED.search(gap)) and (one.sure or other.sure)
