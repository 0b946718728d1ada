"""Whether an unwanted effect is told to have occurred, and in how many people.

"Nausea occurred in 20 %" compares nothing, yet it is what a reader asks about safety. Comparisons ("more nausea with
ketamine") are read by `harvest.findings.change`; this module reads the sentences that state the effect alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from harvest.findings.model import Occurrence
from harvest.findings.sieve import Span, clause


class Harm(NamedTuple):
    """What the words at ``start`` to ``end`` of the text say about one effect.

    rate
        Per cent of people with it; None: not stated.
    people
        Number of people with it; None: not stated.
    """

    value: Occurrence
    start: int
    end: int
    rate: float | None
    people: int | None


_DENIED: Final = re.compile(
    r"\b(?:no|none(?! of (?:the|these|them)\b)|neither|nor|not(?! only\b)|without|lack of|absence of|absent|free (?:of|from)|never)\b",
    re.IGNORECASE,
)
_DENIED_REACH: Final = 90
"""Most code points from "no" to the effect: "no serious, unexpected or treatment-related adverse events"."""
_TOLD_REACH: Final = 160
"""Most code points between the telling words and the effect: lists of side effects are long."""
_DENIED_STOP: Final = re.compile(
    r"\b(?:differences?|increases?|changes?|effects? (?:on|of)|more|greater|other than|except|than)\b"
)
_DENIED_AFTER: Final = re.compile(
    r"(?:were|was|are|is)? ?(?:not|never) (?:been )?(?:observed|reported|seen|noted|recorded|found|detected|experienced)|(?:were|was|are|is) absent",
    re.IGNORECASE,
)
_TOLD: Final = re.compile(
    r"\b(?:occur(?:red|s|ring)?|reported|experienc(?:ed|ing|es?)|develop(?:ed|s|ing)?|observed|noted|seen|recorded"
    r"|complained|suffered|includ(?:ed|es?|ing)|common(?:ly|est)?|frequent(?:ly)?|transient(?:ly)?|mild|moderate"
    r"|self-limit\w+|resolved|caus(?:ed|es?|ing)|induc(?:ed|es?|ing)|produc(?:ed|es?|ing)|associated with"
    r"|led to|leads? to|elicit(?:ed|s)|provok(?:ed|es?)|discontinu\w+|withdr[ae]w\w*|dropp?ed out|dropouts?|incidences?"
    r"|rates?|prevalence|side[ -]effects?|adverse)\b",
    re.IGNORECASE,
)  # fmt: skip
_RATE: Final = r"(?P<rate>\d{1,3}(?:[.·]\d{1,2})?) ?%"
_RATE_BEHIND: Final = re.compile(
    rf"^[a-z]*(?: (?:symptoms?|events?|effects?))?,? ?(?:\(|\[|in |was |were |occurred in |of )?(?:[nN] ?= ?(?P<people>\d+)[;,]? ?)?[(\[]?{_RATE}"
)
_PEOPLE_BEHIND: Final = re.compile(
    r"^[a-z]*,? ?[(\[](?:[nN] ?= ?)?(?P<people>\d{1,4})(?:/\d+)?(?: (?:patients?|cases?))?[)\],;]"
)
_RATE_BEFORE: Final = re.compile(
    rf"{_RATE}[)\]]?(?: of [\w ,()=/-]{{0,60}}?)?,? (?:\w+ )?(?:experienced|reported|had|developed|showed|suffered(?: from)?|complained of)"
    r"(?: (?:an?|at least one|any|mild|moderate|transient|some))*[ ]?$"
)  # fmt: skip


def harm(text: str, start: int, end: int, sentence: tuple[int, int]) -> Harm | None:
    """What the sentence says of the effect named at ``start`` to ``end``; None when it tells no occurrence."""
    first, last = clause(text, start, end, sentence)
    before, behind = text[first:start], text[end:last]
    if denial := _denial(before, behind):
        return Harm("none-observed", first + denial[0] if denial[1] == "before" else end + denial[0],
                    first + denial[2] if denial[1] == "before" else end + denial[2], None, None)  # fmt: skip
    # "A and B occurred in 10 % and 4 %, respectively": whose rate is whose takes more than the nearest number.
    rate, people = (None, None) if "respectively" in behind else _numbers(before, behind)
    told = _nearest(text, (first, last), (start, end))
    if told is None and rate is None and people is None:
        return None
    cue = told or (start, end)
    return Harm("occurred", *cue, rate, people)


def _denial(before: str, behind: str) -> tuple[int, Literal["before", "behind"], int] | None:
    found = None
    for denied in _DENIED.finditer(before, max(0, len(before) - _DENIED_REACH)):
        found = denied
    if found and not _DENIED_STOP.search(before, found.end()):
        return found.start(), "before", found.end()
    after = _DENIED_AFTER.search(behind, 0, 60)
    return (after.start(), "behind", after.end()) if after else None


def _numbers(before: str, behind: str) -> tuple[float | None, int | None]:
    rate = _RATE_BEHIND.match(behind[:80]) or _RATE_BEFORE.search(before[-140:])
    if rate:
        number = float(rate["rate"].replace("·", "."))
        people = rate.groupdict().get("people")
        return (number if number <= 100 else None), int(people) if people else None
    counted = _PEOPLE_BEHIND.match(behind[:40])
    return None, int(counted["people"]) if counted else None


def _nearest(text: str, within: Span, effect: Span) -> Span | None:
    """The telling words nearest to the effect; words of its own name tell nothing."""
    others = [span for span in _tellings(text, within) if span[1] <= effect[0] or effect[1] <= span[0]]
    near = [span for span in others if _gap(span, effect) <= _TOLD_REACH]
    return min(near, key=lambda span: _gap(span, effect), default=None)


@lru_cache(maxsize=64)
def _tellings(text: str, within: Span) -> Sequence[Span]:
    """The telling words of a clause, which all its effects share."""
    return [told.span() for told in _TOLD.finditer(text, *within)]


def _gap(one: Span, other: Span) -> int:
    return max(other[0] - one[1], one[0] - other[1])
