"""What stands around a match: the sentence's part in the abstract, and whether the words are denied or excluded.

The cues are data (``data/vocabulary/context.yml``) and are found in the same pass as the concepts. This module says
how far each kind of cue reaches.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import Final, Literal, NamedTuple

import sentencex

DIMENSION: Final = "context"
"""Dimension of the cues in ``context.yml``."""
_SECTION: Final = "section-"
_LABEL_OFFSET: Final = 2


class Scope(NamedTuple):
    """How a denying cue reaches the words around it, within its sentence."""

    side: Literal["before", "after"]
    """The cue stands before, or after, the words it denies."""
    reach: int
    """Most code points between cue and words."""
    stop: re.Pattern[str]
    """What between cue and words ends the reach."""


_TURN: Final = r"\b(?:but|however|although|except|while|whereas|than)\b"
SCOPES: Final = {
    # "without depression": the next words only.
    "negated-next": Scope("before", 40, re.compile(r"[,;:.()]|" + _TURN)),
    # "no history of psychosis, mania or substance abuse": a list.
    "negated-list": Scope("before", 120, re.compile(r"[;:]|" + _TURN)),
    # "Exclusion criteria: psychosis; pregnancy; ...": all that follows in the sentence.
    "excluded-list": Scope("before", 600, re.compile(_TURN + r"|\b(?:inclusion|included|enrolled|randomi[sz]ed)\b")),
    # "Patients with psychosis were excluded": what precedes, back to who was let in.
    "excluded-after": Scope(
        "after", 160, re.compile(r";|" + _TURN + r"|\b(?:enrolled|included|recruited|randomi[sz]ed|assigned|treated)\b")
    ),
    # "depression was ruled out".
    "negated-after": Scope("after", 40, re.compile(r"[,;:]|" + _TURN)),
}  # fmt: skip
"""Cue id -> its scope. Rules after NegEx (Chapman 2001), whose window is likewise short and ends at a turn."""


class Sentence(NamedTuple):
    """Code points ``start`` to ``end`` (exclusive, with the blank behind it) of a text, and the section it stands in."""

    start: int
    end: int
    section: str = ""
    """``background``, ``aim``, ``method``, ``result``, ``conclusion``; empty where the abstract has no labels."""


class Cue(NamedTuple):
    """A place of a concept of ``context.yml``."""

    start: int
    end: int
    id: str


class Context:
    """The sentences of one text, with the cues found in it; split only when asked."""

    def __init__(self, text: str, cues: Sequence[Cue], *, whole: bool = False) -> None:
        """``cues`` by start. ``whole`` takes the text as a single sentence (titles)."""
        self.text = text
        self._cues = cues
        self._whole = whole
        self._denials = [cue for cue in cues if cue.id in SCOPES]
        self._parts: dict[int, frozenset[str]] = {}

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences, in order; together they are the whole text."""
        starts = self._starts
        return tuple(
            Sentence(first, self._end(index), "".join(self._section(first))) for index, first in enumerate(starts)
        )

    def sentence_at(self, start: int) -> Sentence:
        """The sentence that holds the code point ``start``."""
        return self.sentences[self._index(start)]

    def parts(self, start: int) -> frozenset[str]:
        """What the sentence at ``start`` is about: section (``method`` ...) and cues (``aim``, ``population``)."""
        index = self._index(start)
        if index not in self._parts:
            first, end = self._starts[index], self._end(index)
            parts = {cue.id for cue in self._cues if first <= cue.start < end}
            self._parts[index] = frozenset({*parts, *self._section(first)})
        return self._parts[index]

    def denied(self, start: int, end: int) -> bool:
        """Whether the words are negated, or are an exclusion criterion."""
        if not self._denials:
            return False
        index = self._index(start)
        first, last = self._starts[index], self._end(index)
        return any(first <= cue.start < last and self._reaches(cue, start, end) for cue in self._denials)

    @cached_property
    def _starts(self) -> list[int]:
        """Where each sentence begins."""
        if self._whole or not self.text:
            return [0]
        return [sentence["start_index"] for sentence in sentencex.get_sentence_boundaries("en", self.text)]

    @cached_property
    def _labels(self) -> list[tuple[int, str]]:
        """Start and name of each section. A label opens its sentence, behind a bracket or a space at most."""
        found = []
        for cue in self._cues:
            if cue.id.startswith(_SECTION):
                first = self._starts[self._index(cue.start)]
                if cue.start - first <= _LABEL_OFFSET:
                    found.append((first, cue.id.removeprefix(_SECTION)))
        return found

    def _section(self, start: int) -> tuple[str, ...]:
        index = bisect_right(self._labels, start, key=_first) - 1
        return (self._labels[index][1],) if index >= 0 else ()

    def _index(self, start: int) -> int:
        return max(bisect_right(self._starts, start) - 1, 0)

    def _end(self, index: int) -> int:
        return self._starts[index + 1] if index + 1 < len(self._starts) else len(self.text)

    def _reaches(self, cue: Cue, start: int, end: int) -> bool:
        scope = SCOPES[cue.id]
        left, right = (cue.end, start) if scope.side == "before" else (end, cue.start)
        if not 0 <= right - left <= scope.reach:
            return False
        return scope.stop.search(self.text, left, right) is None


def _first(label: tuple[int, str]) -> int:
    return label[0]
