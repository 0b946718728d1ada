"""Rating scales and tests: which outcome each measures, which way is better, and when it counts as response.

Data in ``data/vocabulary/instruments.yml``. Naming an instrument names its outcome: see `harvest.tagging.tags`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

from harvest import locations, vocabulary
from harvest.errors import VocabularyError
from harvest.vocabulary import Concept

DIMENSION: Final = "instrument"
"""Dimension of the concepts of ``instruments.yml``."""
RULE: Final = "instrument "
"""What the rule of an outcome's place begins with when an instrument named it; the instrument's id follows."""

Better = Literal["lower", "higher"]
Source = Literal["verified", "standard use"]
_BOUNDS: Final = ("change_percent", "change_points", "at_most", "at_least")
_OWN: Final = ("outcome", "also", "better", "near", "ambiguous", "response", "remission")


@dataclass(frozen=True)
class Criterion:
    """When a score counts as response or remission: exactly one of the four bounds is given.

    change_percent, change_points
        Least improvement since baseline, in per cent of baseline or in points.
    at_most, at_least
        Bound of the score at the assessment.
    source
        ``verified``: read in a published abstract. ``standard use``: customary, not checked further.
    """

    source: Source
    change_percent: float | None = None
    change_points: float | None = None
    at_most: float | None = None
    at_least: float | None = None


@dataclass(frozen=True)
class Instrument:
    """A scale, questionnaire or test."""

    concept: Concept
    """Its words, for the matcher."""
    outcome: str
    """Id of the outcome it measures."""
    better: Better
    """The good direction of its score."""
    also: tuple[str, ...] = ()
    """Ids of further outcomes it measures with subscales (the HADS: depression beside anxiety)."""
    near: tuple[str, ...] = ()
    """For names that mean other things too (NRS, SSI): beginnings of words of which one must stand in the same text."""
    ambiguous: frozenset[str] = frozenset()
    """The names that need such a word, in small letters; empty where all do."""
    response: tuple[Criterion, ...] = ()
    """The usual rule first; empty where none is in use."""
    remission: tuple[Criterion, ...] = ()

    @property
    def id(self) -> str:
        return self.concept.id

    @property
    def label(self) -> str:
        return self.concept.label

    @property
    def outcomes(self) -> tuple[str, ...]:
        return (self.outcome, *self.also)

    def meant(self, text: str, start: int, end: int) -> bool:
        """Whether the name at ``text[start:end]`` means the instrument."""
        if not self.near or (self.ambiguous and text[start:end].casefold() not in self.ambiguous):
            return True
        plain = text.casefold()
        return any(word in plain for word in self.near)


def load(folder: Path | None = None) -> dict[str, Instrument]:
    """All instruments by id, in file order; empty where the folder has no such file (small vocabularies).

    Raises `VocabularyError` naming file, instrument and field.
    """
    path = (folder or locations.definitions() / "vocabulary") / "instruments.yml"
    found: dict[str, Instrument] = {}
    for entry in vocabulary.entries(path) if path.is_file() else ():
        instrument = _instrument(path, entry)
        if instrument.id in found:
            raise VocabularyError(f"{path}: instrument {instrument.id} is defined twice")
        found[instrument.id] = instrument
    return found


def of_rule(rule: str) -> str:
    """Id of the instrument that a place's rule names, or an empty string.

    >>> of_rule("instrument madrs"), of_rule("instrument shaps of anhedonia"), of_rule("synonym")
    ('madrs', 'shaps', '')
    """
    return rule.removeprefix(RULE).split(" ", 1)[0] if rule.startswith(RULE) else ""


def _instrument(path: Path, entry: Any) -> Instrument:
    own: dict[str, Any] = {name: entry.get(name) for name in _OWN} if isinstance(entry, Mapping) else {}
    rest = {name: value for name, value in entry.items() if name not in _OWN} if own else entry
    concept = vocabulary.concept_of(path, DIMENSION, rest)
    where = f"{path}, instrument {concept.id}"
    if not isinstance(own["outcome"], str):
        raise VocabularyError(f"{where}: outcome must be the id of one outcome")
    if own["better"] not in get_args(Better):
        raise VocabularyError(f"{where}: better must be lower or higher")
    return Instrument(
        concept=concept, outcome=own["outcome"], better=own["better"],
        also=_words(f"{where}: also", own["also"]), near=_words(f"{where}: near", own["near"]),
        ambiguous=frozenset(word.casefold() for word in _words(f"{where}: ambiguous", own["ambiguous"])),
        response=_criteria(f"{where}: response", own["response"]),
        remission=_criteria(f"{where}: remission", own["remission"]),
    )  # fmt: skip


def _words(where: str, given: Any) -> tuple[str, ...]:
    if not isinstance(given or [], list) or not all(isinstance(word, str) and word.strip() for word in given or ()):
        raise VocabularyError(f"{where} must be a list of words")
    return tuple(given or ())


def _criteria(where: str, given: Any) -> tuple[Criterion, ...]:
    if not isinstance(given or [], list):
        raise VocabularyError(f"{where} must be a list of rules")
    return tuple(_criterion(where, one) for one in given or ())


def _criterion(where: str, given: Any) -> Criterion:
    bounds = [name for name in given if name != "source"] if isinstance(given, Mapping) else []
    if len(bounds) != 1 or bounds[0] not in _BOUNDS or not isinstance(given[bounds[0]], int | float):
        raise VocabularyError(f"{where}: every rule needs one number, named {', '.join(_BOUNDS)}; found {given!r}")
    if given.get("source") not in get_args(Source):
        raise VocabularyError(f"{where}: source must be {' or '.join(get_args(Source))}; found {given!r}")
    return Criterion(**given)
