"""What keeps a sentence, or only one of its clauses, from stating anything: questions, invitations, prices, advice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from harvest.checker.hearing import Heard
from harvest.checker.lexicon import Lexicon
from harvest.checker.marks import Mark

_SHORT: Final = 20
"""Words up to which one word of advertising silences a sentence as a whole; of longer ones, which are often several that
ran together, it silences its clause."""
_CLAUSE: Final = re.compile(
    r"[,;:()—]|\s[-–]\s|\b(?:and|so|but|however|because|although|while|which|if|unfortunately)\b", re.IGNORECASE
)
_PRICE: Final = re.compile(r"[$£€]\s?\d")
_MOST: Final = 8


def unvetoed(heard: Heard, lexicon: Lexicon) -> Heard | None:
    """The sentence without the marks of silenced clauses; None when it states nothing at all."""
    whole = lexicon.bits["asked"] | lexicon.bits["supposes"]  # which hold to the end of the sentence
    if names_price(heard):
        return None
    for _ in range(_MOST):
        words = heard.first(lexicon.silent)
        if words is None:
            return heard if heard.marks else None
        if any(mark.bits & whole for mark in words) or heard.text.count(" ", heard.start, heard.end) < _SHORT:
            return None
        left = _outside(heard, words)
        if len(left) == len(heard.marks):
            return None
        heard = replace(heard, marks=left)
    return None


def names_price(heard: Heard) -> bool:
    """Whether it is a line of a list of prices."""
    short = heard.text.count(" ", heard.start, heard.end) < _SHORT
    return short and _PRICE.search(heard.text, heard.start, heard.end) is not None


def _outside(heard: Heard, words: Sequence[Mark]) -> list[Mark]:
    """The marks of the clauses in which none of the words stands."""
    cuts = [cut.start() for cut in _CLAUSE.finditer(heard.text, heard.start, heard.end) if cut.start() > heard.start]
    left = list(heard.marks)
    for begin, stop in pairwise([heard.start, *cuts, heard.end]):
        if any(begin <= mark.start < stop for mark in words):
            left = [mark for mark in left if not begin <= mark.start < stop]
    return left
