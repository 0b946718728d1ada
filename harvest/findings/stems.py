"""Texts and phrases as stems with offsets, so that "reductions of anxiety" and "reduced anxious" may meet."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

import Stemmer

GLUED: Final = r"(?:Results?|RESULTS?|Conclusions?|CONCLUSIONS?|Methods?|METHODS?|Background|Objectives?|Findings|Aims?)(?=[A-Z][a-z])"
"""Labels of sections that some exports glue to the first word: "ResultsPain was lower"."""
_WORD: Final = re.compile(rf"{GLUED}|[^\W_]+")
_STEMMER: Final = Stemmer.Stemmer("english")
_SPELLING: Final = (("ae", "e"), ("oe", "e"), ("our", "or"))
_IZE: Final = re.compile(r"(?<=[iy])s(?=(?:e|es|ed|ing|ation|ations)$)")


class Stem(NamedTuple):
    """Code points ``start`` to ``end`` of the text, the word as written and its stem."""

    start: int
    end: int
    word: str
    stem: str


def stems(text: str) -> list[Stem]:
    """Every word and number of the text, in order."""
    return [Stem(*match.span(), match[0], stem(match[0])) for match in _WORD.finditer(text)]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a word; British and American spelling have the same."""
    lower = word.lower()
    for british, american in _SPELLING:
        lower = lower.replace(british, american)
    return str(_STEMMER.stemWord(_IZE.sub("z", lower)))
