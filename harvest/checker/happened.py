"""Whether a sentence that names a year or a condition speaks of the event that a question of history is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from harvest.checker.hearing import Heard
from harvest.checker.lexicon import Lexicon
from harvest.checker.states import states
from harvest.claims.model import Library, Question

_OF_IT: Final = re.compile(
    r"\b(?:first|originally?|origins?|pioneer\w*|began|begun|beginning|early|earliest|discover\w*|invent\w*|introduc\w*|"
    r"approv\w*|licen[sc]\w*|clear(?:ed|ance)|schedul\w*|since|until|back)\b",
    re.IGNORECASE,
)
"""Words with which the event itself is dated, so that a wrong year is an error about it and not another event."""
_NEAR: Final = 10
"""Years up to which a date may be that of the event all the same."""


def speaks_of(question: Question, denies: bool, heard: Heard, library: Library, lexicon: Lexicon) -> bool:
    """False where the facts of the question are of other times or of other conditions than those that are named:
    "the 2023 trial showed ..." is not about the first trial, of 2000.
    """
    if question.test != "facts":
        return True
    facts = [library.facts[name].values for name in question.facts if name in library.facts]
    if "position" in question.states:
        named = {name for mark in heard.marks for name in lexicon.treated(mark.bits)}
        return _shares(named, {values["condition"] for values in facts if "condition" in values}, lexicon)
    years = [int(values["year"]) for values in facts if "year" in values]
    said = states(question, denies, library, heard, lexicon)
    if "year" not in said or not years or _OF_IT.search(heard.text, heard.start, heard.end):
        return True
    return min(abs(int(said["year"]) - year) for year in years) <= _NEAR


def _shares(named: Iterable[str], held: Iterable[str], lexicon: Lexicon) -> bool:
    """Whether one of the conditions lies below or above one of those held; without any named, it does."""
    own, theirs = list(named), list(held)
    bits = {name: lexicon.with_broader("condition", name) for name in (*own, *theirs)}
    alone = {name: lexicon.bits[f"condition:{name}"] for name in bits}
    return (
        not own
        or not theirs
        or any(bits[one] & alone[other] or bits[other] & alone[one] for one in own for other in theirs)
    )
