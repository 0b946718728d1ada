"""The word of a sentence that leaves no doubt about what a statement says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from harvest.checker.hearing import Heard
from harvest.checker.lexicon import Lexicon
from harvest.checker.marks import Mark, clauses
from harvest.claims.model import Question

_NOT_SURE: Final = re.compile(
    r"\s(?:different|new|unique|natural|free|normal|optional|confidential|up to|understand\w*|relaxed|comfortable|at ease|"
    r"tailored|personal\w*|individual\w*|transparent)\b",
    re.IGNORECASE,
)
"""``A completely different road`` says nothing of how sure it is."""
_NEVER: Final = "never"
"""A no in itself: only a statement that denies is made certain by it."""


def certainty(heard: Heard, question: Question, words: Sequence[Mark], *, denies: bool, lexicon: Lexicon) -> str:
    """The word as it stands; '' without one in a clause with words that decided."""
    held = lexicon.bits["certain"]
    if question.test == "none" or not heard.bits & held:
        return ""
    own = [mark for mark in words if mark.start >= heard.start]
    telling = [mark for mark in own if not mark.bits & lexicon.bits["condition-named"]] or own
    for begin, stop in clauses(heard.text, heard.start, heard.end):
        if own and not any(begin <= mark.start < stop for mark in telling):
            continue
        for mark in heard.marks:
            if begin <= mark.start < stop and mark.bits & held and _sure(heard, mark, denies=denies):
                return heard.text[mark.start : mark.end]
    return ""


def _sure(heard: Heard, mark: Mark, *, denies: bool) -> bool:
    if heard.denies(mark) or _NOT_SURE.match(heard.text, mark.end, heard.end):
        return False
    return heard.text[mark.start : mark.end].lower() != _NEVER or denies
