"""What the design words of a report are worth: where they stand, and what the sentence around them says.

A design named in the title is the report's own. In the abstract a word may belong to a trial that is wanted ("randomised
trials are needed"), cited ("a recent double-blind trial") or that only lent its data ("data from a randomised trial").
The cues are data (``data/vocabulary/design_cues.yml``), found in the same pass as the concepts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from harvest.tagging.context import Cue
from harvest.tagging.passage import Around, Key, Passage, Place

DIMENSION: Final = "design"
WANTED: Final = "design-wanted"
CITED: Final = "design-cited"
PARENT: Final = "design-parent"
PREDICTION: Final = "design-prediction"
EXPERIMENT: Final = "design-experiment"
PATIENT: Final = "design-patient"
PATIENTS: Final = "design-patients"
PLANNED: Final = "design-planned"
CUE_RULE: Final = "cue"
"""Rule of evidence that is a cue, not a word of the vocabulary."""

_TITLE: Final = 3.0
_TYPE: Final = 4.0
OWN: Final = 2.0
_ASIDE: Final = 0.5
CITED_REACH: Final = 50
_PARENT_REACH: Final = 80
_OWN_PARTS: Final = frozenset({"aim", "method"})
_ASIDE_PARTS: Final = frozenset({"background", "conclusion"})
_OF_OTHERS: Final = frozenset({"RCTs"})
"""Trials in the plural are not the report's own."""
_FIELDS: Final = {"title": _TITLE, "publication_types": _TYPE}


class Word(NamedTuple):
    """A design word and its weight: 4 publication type, 3 title, 2 in a sentence of aims or methods, 1 elsewhere in
    the abstract, 0.5 in its background or conclusion, 0 where it is not about the report itself."""

    place: Place
    weight: float
    text: str
    parent: Cue | None = None
    """The cue that makes the word another trial's, whose data the report uses."""


def words(design: str, around: Around) -> tuple[Word, ...]:
    """The words of one design, weighed."""
    return tuple(_weighed(place, around) for place in around.grouped.get((DIMENSION, design), ()))


def cues(kind: str, around: Around) -> Iterator[tuple[str, Cue]]:
    """Field and cue, for all cues of one kind in title and abstract."""
    for passage in (around.title, around.abstract):
        for cue in passage.context.found(kind):
            yield passage.field, cue


def as_place(design: str, field: str, cue: Cue) -> Place:
    """A cue as evidence of a design."""
    return Place((DIMENSION, design), field, cue.start, cue.end, CUE_RULE)


def told_again(design: str, given: Sequence[Word]) -> tuple[Place, ...]:
    """Words of one design as evidence of another one."""
    key: Key = (DIMENSION, design)
    return tuple(word.place._replace(key=key, rule=f"{word.place.rule} of {word.place.key[1]}") for word in given)


def _weighed(place: Place, around: Around) -> Word:
    if place.field == "title":
        text = around.title.text[place.start : place.end]
        parent = before(around.title, PARENT, place, _PARENT_REACH)
        return Word(place, 0.0 if parent else _TITLE, text, parent)
    if place.field != "abstract":
        return Word(place, _FIELDS.get(place.field, 1.0), "")
    return _in_abstract(place, around.abstract)


def _in_abstract(place: Place, abstract: Passage) -> Word:
    text = abstract.text[place.start : place.end]
    parts = abstract.context.parts(place.start)
    if parent := before(abstract, PARENT, place, _PARENT_REACH):
        return Word(place, 0.0, text, parent)
    if text in _OF_OTHERS or WANTED in parts or before(abstract, CITED, place, CITED_REACH):
        return Word(place, 0.0, text)
    if parts & _OWN_PARTS:
        return Word(place, OWN, text)
    return Word(place, _ASIDE if parts & _ASIDE_PARTS else 1.0, text)


def before(passage: Passage, kind: str, place: Place, reach: int) -> Cue | None:
    """The nearest cue of a kind shortly before the place, in its sentence."""
    found = passage.context.found(kind)
    at = bisect_left(found, place.start, key=_start) - 1
    if at < 0 or found[at].start < place.start - reach:
        return None
    return found[at] if found[at].start >= passage.context.sentence_at(place.start).start else None


def _start(cue: Cue) -> int:
    return cue.start
