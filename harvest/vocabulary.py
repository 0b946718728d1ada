"""Vocabularies: which concepts there are and which words name them. Data in ``data/vocabulary/*.yml``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal, get_args

import yaml

from harvest import locations
from harvest.errors import VocabularyError

DIMENSIONS = {
    "drugs": "drug", "conditions": "condition", "outcomes": "outcome",
    "routes": "route", "comparators": "comparator", "designs": "design",
    "mechanisms": "mechanism", "settings": "setting", "adjuncts": "adjunct",
    "regimens": "regimen", "uses": "use", "attributes": "attribute",
}  # fmt: skip
"""Vocabulary file -> dimension of its concepts."""

Polarity = Literal["lower", "higher", "none"]
"""Which direction of an outcome's value is good for the patient."""
OutcomeKind = Literal["", "benefit", "harm", "mechanism", "measure"]
"""What an outcome speaks of; empty for concepts of other dimensions."""
_CHOICES: Final = {"polarity": get_args(Polarity), "kind": get_args(OutcomeKind)}

_LISTS = {"mesh", "synonyms", "acronyms", "not", "search"}
_FIELDS = _LISTS | {"id", "label", "broader", "definition", "examples", "identifiers", *_CHOICES}


@dataclass(frozen=True)
class Concept:
    """An entry of a vocabulary.

    synonyms
        Phrases; matched without regard to case, hyphens against spaces, and British against American spelling only
        where both are listed. A trailing ``*`` matches any ending (``depress*``).
    acronyms
        Matched with their case.
    not_
        Phrases that hide what lies inside them: ``respiratory depression`` hides ``depression``.
    mesh
        Descriptor (``D...``) or supplementary (``C...``) identifiers; headings are joined on these, never on names.
    """

    id: str
    dimension: str
    label: str
    broader: str = ""
    definition: str = ""
    mesh: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()
    not_: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    """Words for the sources' query strings (drugs only)."""
    identifiers: Mapping[str, str] = field(default_factory=dict)
    match: tuple[str, ...] = ()
    no_match: tuple[str, ...] = ()
    polarity: Polarity = "none"
    """Outcomes: the good direction of the value; ``none`` where neither is good in itself (biomarkers)."""
    kind: OutcomeKind = ""


@dataclass(frozen=True)
class Vocabulary:
    """All concepts, in file order."""

    concepts: tuple[Concept, ...]

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], Concept]:
        return {(concept.dimension, concept.id): concept for concept in self.concepts}

    def get(self, dimension: str, concept_id: str) -> Concept:
        return self._by_key[dimension, concept_id]

    def of(self, dimension: str) -> tuple[Concept, ...]:
        return tuple(concept for concept in self.concepts if concept.dimension == dimension)

    def ancestors(self, concept: Concept) -> Iterator[Concept]:
        """The broader concepts, nearest first."""
        while concept.broader:
            concept = self.get(concept.dimension, concept.broader)
            yield concept


def drugs(folder: Path | None = None) -> tuple[Concept, ...]:
    """The drug concepts alone: all that a harvest needs for its queries."""
    return tuple(read((folder or locations.definitions() / "vocabulary") / "drugs.yml", "drug"))


def load(folder: Path | None = None) -> Vocabulary:
    """Reads every vocabulary file of the folder. Raises `VocabularyError` naming file, concept and field."""
    folder = folder or locations.definitions() / "vocabulary"
    concepts: list[Concept] = []
    for name, dimension in DIMENSIONS.items():
        path = folder / f"{name}.yml"
        if not path.is_file():
            raise VocabularyError(f"{path}: missing; the vocabulary folder needs {', '.join(DIMENSIONS)}")
        concepts += read(path, dimension)
    vocabulary = Vocabulary(tuple(concepts))
    _check(vocabulary)
    return vocabulary


def read(path: Path, dimension: str) -> Iterator[Concept]:
    """The concepts of one file, in file order. Raises `VocabularyError` naming file, concept and field."""
    return (concept_of(path, dimension, entry) for entry in entries(path))


def entries(path: Path) -> list[Any]:
    """The entries of one file as they stand. Raises `VocabularyError` when it is no list."""
    try:
        found = yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.YAMLError as problem:
        raise VocabularyError(f"{path}: not valid YAML: {problem}") from problem
    if not isinstance(found, list):
        raise VocabularyError(f"{path}: must be a list of concepts")
    return found


def concept_of(path: Path, dimension: str, entry: Any) -> Concept:
    """The concept of one entry. Raises `VocabularyError` naming file, concept and field."""
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str) or not entry.get("label"):
        raise VocabularyError(f"{path}: every concept needs an id and a label; found {entry!r}")
    where = f"{path}, concept {entry['id']}"
    if unknown := set(entry) - _FIELDS:
        raise VocabularyError(f"{where}: unknown field {', '.join(sorted(unknown))}")
    for name in _LISTS & set(entry):
        if not all(isinstance(value, str) and value.strip() for value in entry[name] or []):
            raise VocabularyError(f"{where}: {name} must be a list of words (quote yes, no and numbers)")
    for name, choices in _CHOICES.items():
        if entry.get(name, choices[-1]) not in choices:
            raise VocabularyError(f"{where}: {name} must be one of {', '.join(filter(None, choices))}")
    examples = entry.get("examples") or {}
    lists = {name: tuple(entry.get(name) or ()) for name in _LISTS}
    return Concept(
        id=entry["id"], dimension=dimension, label=entry["label"], broader=entry.get("broader") or "",
        definition=entry.get("definition") or "", mesh=lists["mesh"], synonyms=lists["synonyms"],
        acronyms=lists["acronyms"], not_=lists["not"], search=lists["search"],
        identifiers=entry.get("identifiers") or {},
        match=tuple(examples.get("match") or ()), no_match=tuple(examples.get("no_match") or ()),
        polarity=entry.get("polarity", "none"), kind=entry.get("kind", ""),
    )  # fmt: skip


def _check(vocabulary: Vocabulary) -> None:
    seen: set[tuple[str, str]] = set()
    for concept in vocabulary.concepts:
        key = (concept.dimension, concept.id)
        if key in seen:
            raise VocabularyError(f"{concept.dimension} {concept.id} is defined twice")
        seen.add(key)
    for concept in vocabulary.concepts:
        if concept.broader and (concept.dimension, concept.broader) not in seen:
            raise VocabularyError(f"{concept.dimension} {concept.id}: broader {concept.broader!r} does not exist")
        chain = [concept.id]
        current = concept
        while current.broader:
            current = vocabulary.get(current.dimension, current.broader)
            if current.id in chain:
                raise VocabularyError(f"{concept.dimension} {concept.id}: broader goes round in a circle")
            chain.append(current.id)


def fingerprint(vocabulary: Vocabulary) -> str:
    """Twelve hex digits that change whenever a concept does: which words made the tags of a database."""
    return hashlib.sha256(repr(vocabulary.concepts).encode()).hexdigest()[:12]
