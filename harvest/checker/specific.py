"""Which of the questions that a sentence could ask it does ask: the general one only where no specific one is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from harvest.checker.hearing import Heard
from harvest.checker.lexicon import Lexicon
from harvest.checker.marks import Mark
from harvest.claims.model import Library

Chosen = dict[str, tuple[bool, tuple[Mark, ...]]]
"""Id of a question -> whether the sentence says no to it, and the words that decided."""
_GENERAL: Final[Mapping[str, str]] = {"psychiatric-efficacy": "efficacy"}
"""Questions about everything of a kind; a sentence that asks another one of the kind does not ask them as well."""
_BROADER: Final[Mapping[str, frozenset[str]]] = {
    "addiction-efficacy": frozenset(
        {"alcohol-efficacy", "opioid-use-disorder-efficacy", "stimulant-use-disorder-efficacy"}
    )
}
"""Questions about a group of conditions; a sentence that asks about one of them by the same words does not ask them as well."""
_THAN: Final = re.compile(
    r"\b(?:than|compared (?:to|with)|superior to|outperform\w*|beats?|as (?:effective|good|safe|fast|well) as|non-?inferior to|"
    r"unlike|differently|vs\.?|versus)\b",
    re.IGNORECASE,
)


def narrowed(asked: Chosen, heard: Heard, library: Library, lexicon: Lexicon) -> Chosen:
    """Without those that others outrank, and without the general ones beside specific ones, or where the sentence is about
    something special that no question asks: a comparison with another treatment, a condition of its own."""
    outranked = {one for name in asked for one in lexicon.heard[name].outranks}
    left = {
        name: found
        for name, found in asked.items()
        if name not in outranked and library.questions[name].kind not in outranked
    }
    kinds = [library.questions[name].kind for name in left if name not in _GENERAL]
    left = {
        name: found for name, found in left.items() if name not in _BROADER or left.keys().isdisjoint(_BROADER[name])
    }
    if left.keys().isdisjoint(_GENERAL):
        return left
    special = compares(heard, lexicon) or (not heard.bits & lexicon.bits["illness"] and unasked(heard.marks, lexicon))
    return {
        name: found for name, found in left.items() if name not in _GENERAL or not (special or _GENERAL[name] in kinds)
    }


def compares(heard: Heard, lexicon: Lexicon) -> bool:
    """Whether it compares the drug with another treatment that it names."""
    than = _THAN.search(heard.text, heard.start, heard.end)
    other = lexicon.bits["other-treatment"]
    return than is not None and any(mark.bits & other for mark in heard.marks)


def unasked(marks: Sequence[Mark], lexicon: Lexicon) -> bool:
    """Whether a condition is named that no question asks about."""
    if not any(mark.bits & lexicon.any_unasked for mark in marks):
        return False
    special = [bit for bit, one in lexicon.unasked.items() if one.dimension in ("condition", "cue")]
    return any(mark.bits & bit for mark in marks for bit in special)
