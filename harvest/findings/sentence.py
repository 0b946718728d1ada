"""The sentences that tell results, each with the places of drugs, comparators, conditions and outcomes in it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from harvest.findings.sieve import Span
from harvest.tagging.context import Sentence
from harvest.tagging.passage import Passage, Place
from harvest.tagging.roles.comparing import compared
from harvest.tagging.tags import Reading

TELLING: Final = frozenset({"result", "conclusion"})
"""Sections whose sentences tell results."""

LONGEST: Final = 2000
"""Most code points of a sentence that is read: what is longer is a table or a list that lost its line breaks."""


_AGAINST: Final = re.compile(r"\b(?:than|versus|vs|compared (?:with|to)|relative to)\b", re.IGNORECASE)
_AGAINST_REACH: Final = 60
_WITHOUT: Final = re.compile(r"\b(?:without|no)\s(?:the use of\s|use of\s|using\s)?(?:[\w-]+\s)?\Z", re.IGNORECASE)
_RESPONSE: Final = re.compile(
    r"(?:(?<=[.:;] )|(?<=, )|\A|\b(?:and|the|but|while|that) )(?P<name>[Rr]esponse) (?:(?:on|by|at|in|to|with) [\w\s-]{1,40}? )?"
    r"(?:(?:was|were) (?:\w+ly )?(?:more|less) (?:frequent|common|likely|often)\b|(?:was|were) (?:reached|achieved|attained|met|seen) (?:by|in|more|less)\b"
    r"|occurred (?:in|more|less)\b)"
    r"|(?P<scored>\b[Rr]esponse) on the [A-Z][\w-]+ (?:was|were) (?:\w+ly )?(?:greater|higher|lower)\b"
)
"""A bare "response" that can only be a number of people: one that is frequent, or reached by some."""
_ALWAYS: Final = frozenset({"placebo", "active-placebo", "other-dose"})


@dataclass(frozen=True)
class Told:
    """A sentence at ``start`` to ``end`` (exclusive) of a passage; places are by start."""

    passage: Passage
    start: int
    end: int
    section: str
    """``result``, ``conclusion`` or ``title``."""
    outcomes: dict[str, list[Place]]
    drugs: list[Place]
    comparators: list[Place]
    conditions: list[Place]

    @cached_property
    def compared(self) -> list[Place]:
        """The comparators that something is held against here; a drug's bare name may be an addition only."""
        return [
            p for p in self.comparators if p.key[1] != "none" and (p.key[1] in _ALWAYS or compared(p, self.passage))
        ]

    @property
    def given(self) -> list[Span]:
        """The drug places on the treated side: "ketamine 0.5 mg/kg ... compared with ketamine 0.2 mg/kg" has one."""
        return [span for span in spans(self.drugs) if not self._is_reference(span)]

    @property
    def against(self) -> list[Span]:
        """What is on the other side: comparators, and the drug where it was not given, or in another dose."""
        return sorted([*spans(self.compared), *(span for span in spans(self.drugs) if self._is_reference(span))])

    def _is_reference(self, drug: Span) -> bool:
        if _WITHOUT.search(self.text, max(self.start, drug[0] - 40), drug[0]):
            return True
        near = max(self.drugs[0].end, drug[0] - _AGAINST_REACH)
        against = _AGAINST.search(self.text, near, drug[0]) if near < drug[0] else None
        return against is not None and ")" not in self.text[against.end() : drug[0]]

    @property
    def text(self) -> str:
        """The whole passage, since all offsets are into it."""
        return self.passage.text

    @property
    def span(self) -> Span:
        return self.start, self.end


def sentences(reading: Reading) -> Iterator[Told]:
    """The title, and what tells results in the abstract."""
    if 0 < len(reading.fields.title) <= LONGEST:
        yield _told(reading.title, Sentence(0, len(reading.title.text), "title"))
    for sentence in reading.abstract.context.sentences:
        if sentence.section in TELLING and sentence.end - sentence.start <= LONGEST:
            yield _told(reading.abstract, sentence)


def spans(places: Sequence[Place]) -> list[Span]:
    return [(place.start, place.end) for place in places]


def _told(passage: Passage, sentence: Sentence) -> Told:
    first = bisect_left(passage.places, sentence.start, key=_start)
    last = bisect_left(passage.places, sentence.end, key=_start)
    outcomes: dict[str, list[Place]] = {}
    others: dict[str, list[Place]] = {"drug": [], "comparator": [], "condition": []}
    for place in passage.places[first:last]:
        dimension, concept_id = place.key
        if dimension == "outcome":
            outcomes.setdefault(concept_id, []).append(place)
        elif dimension in others:
            others[dimension].append(place)
    if "response" not in outcomes and passage.text.find("esponse", sentence.start, sentence.end) >= 0:
        bare = _RESPONSE.search(passage.text, sentence.start, sentence.end)
        if bare:
            outcomes["response"] = [
                Place(("outcome", "response"), passage.field, *bare.span(bare.lastgroup or 0), "bare")
            ]
    return Told(
        passage, sentence.start, _without_blanks(passage.text, sentence.start, sentence.end), sentence.section, outcomes,
        others["drug"], others["comparator"], others["condition"],
    )  # fmt: skip


def _without_blanks(text: str, start: int, end: int) -> int:
    while end > start + 1 and text[end - 1].isspace():
        end -= 1
    return end


def _start(place: Place) -> int:
    return place.start
