"""Whether a sentence that names a year or a condition speaks of the event that a question of history is about."""

from __future__ import annotations

import re
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
        held = {values["condition"] for values in facts if "condition" in values}
        return not named or not held or lexicon.akin(named, held)
    years = [int(values["year"]) for values in facts if "year" in values]
    said = states(question, denies, library, heard, lexicon)
    if "year" not in said or not years or _OF_IT.search(heard.text, heard.start, heard.end):
        return True
    return min(abs(int(said["year"]) - year) for year in years) <= _NEAR
