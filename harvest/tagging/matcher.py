"""Finds the words of all concepts in a text, in one pass."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import Final, Literal, NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from harvest.errors import VocabularyError
from harvest.tagging.fold import Folded, fold, fold_keeping_case
from harvest.vocabulary import Concept

Rule = str
"""``synonym`` or ``acronym``."""
Span = tuple[int, int, int, Rule]
"""Start, end, index of the concept, rule."""
_Stretch = tuple[int, int, str]
"""Start and end in the folded text, kind of the pattern."""
_APOSTROPHES: Final = "'’‘`´"


class Match(NamedTuple):
    """``text[start:end]`` names the concept; offsets in code points, end exclusive."""

    concept: Concept
    start: int
    end: int
    rule: Rule


class _Use(NamedTuple):
    """What a folded pattern stands for in one concept."""

    concept: int
    kind: Literal["synonym", "acronym", "not"]
    open_ended: bool
    """The pattern ended with ``*``: any ending belongs to the match."""
    cased: str
    """For acronyms: the words as they must be written."""


class _Pattern(NamedTuple):
    uses: tuple[_Use, ...]
    left: bool
    """Begins with a letter or digit, so that none may stand before it."""
    right: bool
    lone_s: bool
    """Begins with a lone s, which must not be the one of ``patient's``."""
    whole: bool
    """No use takes an ending."""


class Matcher:
    """All patterns of the concepts in one automaton.

    Synonyms match the folded text (`harvest.tagging.fold`) at word boundaries; a trailing ``*`` takes any ending of the
    last word. Acronyms must also be written in their case and may carry a plural s. What lies inside a ``not``
    phrase of a concept is no match of it. Of overlapping matches of one concept the longest counts.
    """

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._concepts = tuple(concepts)
        uses: dict[str, list[_Use]] = {}
        for index, concept in enumerate(self._concepts):
            for pattern, use in _patterns(index, concept):
                if use not in uses.setdefault(pattern, []):
                    uses[pattern].append(use)
        self._patterns = tuple(_pattern(words, found) for words, found in uses.items())
        self._automaton = AhoCorasick(list(uses), implementation=Implementation.ContiguousNFA) if uses else None

    def find(self, text: str) -> list[Match]:
        """Every match, by start; matches of different concepts may overlap."""
        return [Match(self._concepts[index], start, end, rule) for start, end, index, rule in self.spans(text)]

    def spans(self, text: str) -> list[Span]:
        """As `find`, in plain tuples with the concept's index: for many texts."""
        if not text or self._automaton is None:
            return []
        folded = fold(text)
        plain = folded.text
        last = len(plain)
        found: dict[int, list[_Stretch]] = {}
        hidden: dict[int, list[_Stretch]] = {}
        for index, start, end in self._automaton.find_matches_as_indexes(plain, overlapping=True):
            uses, left, right, lone_s, whole = self._patterns[index]
            if left and start and plain[start - 1].isalnum():
                continue
            inside_word = right and end < last and plain[end].isalnum()
            if (inside_word and whole) or (lone_s and _possessive(text, folded, start)):
                continue
            for use in uses:
                concept, kind, _, _ = use
                stop = _stop(plain, end, use) if inside_word else end
                if not stop or (kind == "acronym" and not _cased(text, folded, start, stop, use)):
                    continue
                into = hidden if kind == "not" else found
                if concept in into:
                    into[concept].append((start, stop, kind))
                else:
                    into[concept] = [(start, stop, kind)]
        return _settle(text, folded, found, hidden)


def _settle(
    text: str, folded: Folded, found: dict[int, list[_Stretch]], hidden: dict[int, list[_Stretch]]
) -> list[Span]:
    spans: list[Span] = []
    for index, stretches in found.items():
        if covers := hidden.get(index):
            stretches = _outside(stretches, covers)
        for start, end, rule in stretches if len(stretches) < 2 else _longest(stretches):
            spans.append((start, end, index, rule))
    if folded.steps:
        spans = [(folded.start(start), folded.end(end, text), index, rule) for start, end, index, rule in spans]
    spans.sort()
    return spans


def _patterns(index: int, concept: Concept) -> Iterable[tuple[str, _Use]]:
    for kind, phrases in (
        ("synonym", concept.synonyms),
        ("not", concept.not_),
        ("acronym", concept.acronyms),
    ):
        for phrase in phrases:
            open_ended = phrase.endswith("*")
            words = phrase.removesuffix("*")
            pattern = fold(words).text.strip()
            if not pattern or "*" in words or (kind == "acronym" and open_ended):
                raise VocabularyError(
                    f"{concept.dimension} {concept.id}: {phrase!r} cannot be matched; write words, "
                    "with * only as the last character of a synonym or a not phrase"
                )
            cased = fold_keeping_case(words.strip()) if kind == "acronym" else ""
            yield pattern, _Use(index, kind, open_ended, cased)  # type: ignore[arg-type]


def _pattern(words: str, uses: list[_Use]) -> _Pattern:
    whole = not any(use.open_ended or use.kind == "acronym" for use in uses)
    return _Pattern(tuple(uses), words[0].isalnum(), words[-1].isalnum(), words.startswith("s "), whole)


def _stop(plain: str, end: int, use: _Use) -> int:
    """Where in the folded text a match ends behind which the word goes on; 0 when it is none."""
    last = len(plain)
    if use.open_ended:
        while end < last and plain[end].isalnum():
            end += 1
        return end
    if use.kind == "acronym" and plain[end] == "s" and (end + 1 == last or not plain[end + 1].isalnum()):
        return end + 1
    return 0


def _possessive(text: str, folded: Folded, start: int) -> bool:
    """The s of ``patient's ketamine`` does not begin ``S-ketamine``."""
    at = folded.start(start)
    return at > 0 and text[at - 1] in _APOSTROPHES


def _cased(text: str, folded: Folded, start: int, stop: int, use: _Use) -> bool:
    written = text[folded.start(start) : folded.end(stop, text)]
    if written == use.cased:
        return True
    plain = fold_keeping_case(written)
    return plain == use.cased or plain == use.cased + "s"


def _outside(stretches: list[_Stretch], covers: list[_Stretch]) -> list[_Stretch]:
    """The stretches that lie inside none of the covers."""
    covers.sort()
    starts = [start for start, _, _ in covers]
    reached = list(accumulate((end for _, end, _ in covers), max))  # by the covers up to each
    outside = []
    for stretch in stretches:
        at = bisect_right(starts, stretch[0])
        if not at or reached[at - 1] < stretch[1]:
            outside.append(stretch)
    return outside


def _longest(stretches: list[_Stretch]) -> list[_Stretch]:
    """The stretches without those that overlap a longer one."""
    stretches.sort()
    reached = -1
    for start, end, _ in stretches:
        if start < reached:
            break
        reached = end
    else:
        return stretches
    kept: list[_Stretch] = []
    for one in sorted(stretches, key=_by_length):
        # Those kept do not overlap one another: the last that begins before this one ends is the only one to look at.
        at = bisect_left(kept, (one[1],))
        if not at or kept[at - 1][1] <= one[0]:
            kept.insert(at, one)
    return kept


def _by_length(stretch: _Stretch) -> tuple[int, int]:
    return stretch[0] - stretch[1], stretch[0]
