"""Where the words stand that ages, sexes and counts of doses are read around, found in one pass.

Patterns are then tried at these places only: most abstracts hold few of them, and scanning a text with every pattern
would cost more than all tagging.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal

from ahocorasick_rs import AhoCorasick, MatchKind

Anchor = Literal["age", "year", "sex", "given", "single", "day"]

_WORDS: Final[Mapping[Anchor, str]] = {
    "age": "age aging",
    "year": "year yr y/o months-old",
    "sex": "female male women men girls boys",
    "given": "infusion dose injection administration session treatments application",
    "single": "single one-time one-off",
    "day": "day week wk month hour hr year pod",
}
_CASES: Final = (str.lower, str.capitalize, str.upper)
_FORMS: Final[dict[str, tuple[Anchor, ...]]] = {}
for _anchor, _words in _WORDS.items():
    for _word in _words.split():
        for _case in _CASES:
            _FORMS[_case(_word)] = tuple({*_FORMS.get(_case(_word), ()), _anchor})
_PATTERNS: Final = list(_FORMS)
_FINDER: Final = AhoCorasick(_PATTERNS, matchkind=MatchKind.LeftmostLongest)


@lru_cache(maxsize=8)
def anchors(text: str) -> Mapping[Anchor, tuple[int, ...]]:
    """Kind of word -> where such words begin, in order. Only beginnings of words count: "dosage" holds no age."""
    found: dict[Anchor, list[int]] = {anchor: [] for anchor in _WORDS}
    for index, start, _ in _FINDER.find_matches_as_indexes(text):
        if start == 0 or not text[start - 1].isalpha():
            for anchor in _FORMS[_PATTERNS[index]]:
                found[anchor].append(start)
    return {anchor: tuple(starts) for anchor, starts in found.items()}
