"""What stands around a match: the sentence's part in the abstract, and whether the words are denied or excluded.

The cues are data (``data/vocabulary/context.yml``) and are found in the same pass as the concepts. This module says
how far each kind of cue reaches; sections are told in `harvest.tagging.sections`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import Final, Literal, NamedTuple

import sentencex

from harvest.tagging import sections

DIMENSION: Final = "context"
"""Dimension of the cues in ``context.yml``."""
_TELLS: Final = "tells-"
"""Cues that tell sections where labels are missing; they are no part of what a sentence is about."""
_LABEL_OFFSET: Final = 2
"""What may stand between the start of a sentence and its label: a space, a bracket."""


_WORK: Final = frozenset({"method", "result"})
_FEWEST: Final = 2
"""Sentences that an abstract needs to have sections that are worth inferring."""


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
_FARTHEST: Final = max(scope.reach for scope in SCOPES.values()) + 100
"""No cue that begins farther away reaches the words: the words of a cue fill a line at most."""


class Sentence(NamedTuple):
    """Code points ``start`` to ``end`` (exclusive, with the blank behind it) of a text, and the section it stands in."""

    start: int
    end: int
    section: str = ""
    """``background``, ``aim``, ``method``, ``result``, ``conclusion``; empty for registration, funding and titles."""
    inferred: bool = False
    """No label says so, but the cues of the sentence and its place."""


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
        self._topics = [cue for cue in cues if not cue.id.startswith(_TELLS)]
        self._denials = [cue for cue in cues if cue.id in SCOPES]
        self._parts: dict[int, frozenset[str]] = {}

    @cached_property
    def lower(self) -> str:
        """The text in lower case, character for character: patterns search it in half the time of ignoring case."""
        lower = self.text.lower()
        return lower if len(lower) == len(self.text) else "".join(_lower(character) for character in self.text)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences, in order; together they are the whole text."""
        told = self._sections
        return tuple(Sentence(first, self._end(index), *told[index]) for index, first in enumerate(self._starts))

    def sentence_at(self, start: int) -> Sentence:
        """The sentence that holds the code point ``start``."""
        return self.sentences[self._index(start)]

    def parts(self, start: int) -> frozenset[str]:
        """What the sentence at ``start`` is about: its labelled section (``method`` ...), its cues (``population``)."""
        index = self._index(start)
        if index not in self._parts:
            first, end = self._starts[index], self._end(index)
            parts = {cue.id for cue in _between(self._topics, first, end)}
            if self._labels:
                _, label = self._allowed[index]
                # What a joined label names is told apart; what a plain label says stands.
                parts.update(label[:1] if len(label) == 1 else (), (self._sections[index][0],) if label else ())
            self._parts[index] = frozenset(parts - {""})
        return self._parts[index]

    @cached_property
    def tells_of_work(self) -> bool:
        """Whether some sentence tells methods or results, as reviews without a method do not."""
        return any(section in _WORK for section, _ in self._sections)

    def denied(self, start: int, end: int) -> bool:
        """Whether the words are negated, or are an exclusion criterion."""
        if not self._denials:
            return False
        index = self._index(start)
        first, last = max(self._starts[index], start - _FARTHEST), min(self._end(index), end + _FARTHEST)
        return any(self._reaches(cue, start, end) for cue in _between(self._denials, first, last))

    def found(self, cue: str) -> Sequence[Cue]:
        """The cues of one kind, by start."""
        return self._kinds.get(cue, ())

    @cached_property
    def _kinds(self) -> dict[str, list[Cue]]:
        kinds: dict[str, list[Cue]] = {}
        for cue in self._cues:
            kinds.setdefault(cue.id, []).append(cue)
        return kinds

    @cached_property
    def _starts(self) -> list[int]:
        """Where each sentence begins. A label begins one, even where no blank precedes it."""
        if self._whole or not self.text:
            return [0]
        starts = self._split
        added = [
            label.start
            for label in self._labels
            if label.start - starts[max(bisect_right(starts, label.start) - 1, 0)] > _LABEL_OFFSET
        ]
        return sorted({*starts, *added}) if added else starts

    @cached_property
    def _split(self) -> list[int]:
        return [sentence["start_index"] for sentence in sentencex.get_sentence_boundaries("en", self.text)] or [0]

    @cached_property
    def _labels(self) -> list[sections.Label]:
        return [] if self._whole or not self.text else sections.labels(self.text, self._split)

    @cached_property
    def _sections(self) -> list[tuple[str, bool]]:
        """Section of each sentence, and whether no label says so."""
        if self._whole or len(self._starts) < _FEWEST:
            return [(self._labels[0].allowed[0] if self._labels else "", False)] * len(self._starts)
        allowed = [choice for choice, _ in self._allowed]
        simple = all(len(choice) == 1 for choice in allowed)
        told = [choice[0] for choice in allowed] if simple else sections.told(self._tellers(), allowed)
        return [(section, not label) for section, (_, label) in zip(told, self._allowed, strict=True)]

    @cached_property
    def _allowed(self) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        """The sections that each sentence may have, and those that its label names; () without a label.

        Before the first label it may have those up to the first label's; without labels, all. A background that no
        label of an aim follows ends with the aim.
        """
        if not self._labels:
            return [(sections.SECTIONS, ())] * len(self._starts)
        aimless = not any("aim" in label.allowed for label in self._labels)
        starts = [label.start - _LABEL_OFFSET for label in self._labels]
        before = sections.up_to(self._labels[0].allowed[0])
        allowed: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
        for first in self._starts:
            at = bisect_right(starts, first) - 1
            label = self._labels[at].allowed if at >= 0 else ()
            choice = label or before
            if aimless and label == ("background",):
                choice = ("aim",) if self._ends_section(first, starts, at) else ("background", "aim")
            allowed.append((choice, label))
        return allowed

    def _ends_section(self, first: int, labels: Sequence[int], at: int) -> bool:
        """Whether the sentence that starts at ``first`` is the last before the next label, and not the only one."""
        last = self._index(labels[at + 1] + _LABEL_OFFSET) - 1 if at + 1 < len(labels) else -1
        return self._index(first) == last > self._index(labels[at] + _LABEL_OFFSET)

    def _tellers(self) -> list[list[str]]:
        """The ids of the cues of each sentence."""
        found: list[list[str]] = [[] for _ in self._starts]
        for cue in self._cues:
            found[self._index(cue.start)].append(cue.id)
        return found

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


def _between(cues: Sequence[Cue], first: int, last: int) -> Sequence[Cue]:
    """Of cues by start those that begin from ``first`` on and before ``last``."""
    return cues[bisect_left(cues, (first,)) : bisect_left(cues, (last,))]


def _lower(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else character
