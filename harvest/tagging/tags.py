"""Tags of a report, each with the words that prove it."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from harvest import instruments, locations, vocabulary
from harvest.instruments import Instrument
from harvest.report import Report
from harvest.schema import EVIDENCE_FIELDS
from harvest.tagging import context, design, headings, population, short_forms, spans
from harvest.tagging.matcher import Matcher
from harvest.tagging.model import Evidence, Fields, Population, Role, Tag, Tags, fields_of, joined
from harvest.tagging.passage import Around, Key, Passage, Place
from harvest.tagging.roles import DENIABLE, counted, role
from harvest.vocabulary import Concept, Vocabulary


class Reading(NamedTuple):
    """A report as it was read."""

    fields: Fields
    title: Passage
    abstract: Passage
    tags: Tags


_OWN_FILES: Final = {
    "populations": population.DIMENSION, "context": context.DIMENSION, "design_cues": context.DIMENSION,
}  # fmt: skip
_TYPED: Final = frozenset({design.DIMENSION, "attribute"})
"""Dimensions that publication types speak of."""
_READ: Final = frozenset({"title", "abstract"})
_RANK: Final = {field: rank for rank, field in enumerate(EVIDENCE_FIELDS)}
_Groups = dict[Key, list[Place]]


def tag(report: Report | Fields, words: Vocabulary, folder: Path | None = None) -> Tags:
    """The tags of one report. Compiles the vocabulary each time: for many reports use `Tagger` or `tag_reports`."""
    return Tagger(words, folder).tag(report)


def own_concepts(folder: Path | None = None) -> list[Concept]:
    """The concepts of ``populations.yml`` and ``context.yml``: words that tagging needs but that are no tags."""
    folder = folder or locations.definitions() / "vocabulary"
    return [c for name, dimension in _OWN_FILES.items() for c in vocabulary.read(folder / f"{name}.yml", dimension)]


class Tagger:
    """A compiled vocabulary: one automaton for the words, one table for the identifiers."""

    def __init__(self, words: Vocabulary, folder: Path | None = None) -> None:
        known = {concept.id for concept in words.of("outcome")}
        # A small vocabulary may lack outcomes; their instruments then have nothing to name.
        scales = [scale for scale in instruments.load(folder).values() if known.issuperset(scale.outcomes)]
        concepts = (*words.concepts, *own_concepts(folder), *(scale.concept for scale in scales))
        self._scales: dict[Key, Instrument] = {(instruments.DIMENSION, scale.id): scale for scale in scales}
        self._measured: dict[Key, list[Key]] = {
            key: [("outcome", outcome) for outcome in scale.outcomes] for key, scale in self._scales.items()
        }
        self._keys: list[Key] = [(concept.dimension, concept.id) for concept in concepts]
        self._order = {key: position for position, key in enumerate(self._keys)}
        self._by_ui: dict[str, list[Key]] = {}
        for concept in concepts:
            key = (concept.dimension, concept.id)
            for ui in concept.mesh:
                self._by_ui.setdefault(ui, []).extend(self._measured.get(key, [key]))
        self._broader = {
            (concept.dimension, concept.id): [(b.dimension, b.id) for b in words.ancestors(concept)]
            for concept in words.concepts
            if concept.broader
        }
        self._heading_uis = headings.identifiers(folder)
        self._designs = [concept.id for concept in words.of(design.DIMENSION)]
        self._matcher = Matcher(concepts)

    def tag(self, report: Report | Fields) -> Tags:
        """All tags of the report, in vocabulary order."""
        return self.read(report).tags

    def read(self, report: Report | Fields) -> Reading:
        """The tags, with the sentences and places they were taken from: what numbers and findings are read from."""
        fields = fields_of(report) if isinstance(report, Report) else report
        title, abstract = self._passage(fields.title, "title"), self._passage(fields.abstract, "abstract")
        places = [*title.places, *abstract.places]
        places += self._headings(fields)
        places += self._find(joined(fields.keywords), "keywords")[0]
        places += self._types(fields)
        grouped = _group(place for place in counted(places, title, abstract) if place.key in self._order)
        self._with_broader(grouped)
        around = Around(title, abstract, grouped)
        roles = {key: role(group, around) for key, group in grouped.items()}
        return Reading(fields, title, abstract, self._answer(fields, around, roles))

    def _answer(self, fields: Fields, around: Around, roles: dict[Key, Role]) -> Tags:
        who = population.population(around, roles)
        chosen = self._design(fields, around, who)
        grouped = _with_more(around.grouped, chosen.places)
        tags: list[Tag] = []
        evidence: list[Evidence] = []
        for key in sorted(grouped, key=self._order.__getitem__):
            dimension, concept_id = key
            if dimension == population.DIMENSION:
                continue
            if dimension == design.DIMENSION:
                given: Role = "studied" if concept_id == chosen.design else "mentioned"
            else:
                given = roles[key]
            group = grouped[key]
            mentions = 0
            for place in group:
                mentions += place.field in _READ
                evidence.append(Evidence(dimension, concept_id, place.field, place.start, place.end, place.rule, given))
            tags.append(Tag(dimension, concept_id, given, mentions))
        return Tags(fields.id, tuple(tags), tuple(evidence), design=chosen.design, population=who)

    def _design(self, fields: Fields, around: Around, who: Population) -> design.Decision:
        if fields.kind == "registry-entry" and "registry-entry" in self._designs:
            return design.Decision("registry-entry")  # the source says so; no words to point at
        return design.decide(around, self._designs, who.species)

    def _passage(self, text: str, field: str) -> Passage:
        places, cues = self._find(text, field)
        around = context.Context(text, cues, whole=field == "title")
        kept: list[Place] = []
        denied: list[Place] = []
        for place in places:
            absent = place.key[0] in DENIABLE and around.denied(place.start, place.end)
            (denied if absent else kept).append(place)
        if named := short_forms.explained(text, kept):
            kept = sorted((*kept, *named), key=_by_start)
        return Passage(field, around, tuple(kept), tuple(denied))

    def _find(self, text: str, field: str) -> tuple[list[Place], list[context.Cue]]:
        """The places of concepts in a text, and its context cues."""
        places: list[Place] = []
        scales: list[Place] = []
        cues: list[context.Cue] = []
        for start, end, index, rule in self._matcher.spans(text):
            key = self._keys[index]
            if key[0] == context.DIMENSION:
                cues.append(context.Cue(start, end, key[1]))
            elif key in self._scales:
                if not self._scales[key].meant(text, start, end):
                    continue
                named = instruments.RULE + key[1]
                scales += [Place(outcome, field, start, end, named) for outcome in self._measured[key]]
            else:
                places.append(Place(key, field, start, end, rule))
        return (_with_scales(places, scales) if scales else places), cues

    def _headings(self, fields: Fields) -> Iterator[Place]:
        at = 0
        for name, ui, major in fields.mesh:
            rule = "mesh" if ui else "mesh-name"
            known = ui or self._heading_uis.get(name.casefold(), "")
            for key in self._by_ui.get(known, ()) if known else self._named(name):
                # "Case-Control Studies" speaks of methods; which design it is, the publication type says.
                if key[0] not in (design.DIMENSION, context.DIMENSION):
                    yield Place(key, "mesh", at, at + len(name), rule, major)
            at += len(name) + 2

    def _types(self, fields: Fields) -> Iterator[Place]:
        at = 0
        for name, ui in fields.publication_types:
            rule = "publication-type" if ui else "publication-type-name"
            for key in self._by_ui.get(ui or design.PUBLICATION_TYPES.get(name.casefold(), ""), ()):
                if key[0] in _TYPED:
                    yield Place(key, "publication_types", at, at + len(name), rule)
            at += len(name) + 2

    def _named(self, name: str) -> set[Key]:
        """Concepts that the whole heading names, as it stands (``Chronic Pain``) or turned (``Pain, Acute``)."""
        return {
            key
            for words in (name, " ".join(reversed(name.split(", "))))
            for start, end, index, _ in self._matcher.spans(words)
            if end - start == len(words)
            for key in self._measured.get(self._keys[index], [self._keys[index]])
        }

    def _with_broader(self, grouped: _Groups) -> None:
        """Gives each narrower concept's places to its broader ones as well, unless those are named there themselves."""
        for key in [key for key in grouped if key in self._broader]:
            for broader in self._broader[key]:
                group = grouped.setdefault(broader, [])
                missing = _untouched(grouped[key], group) if group else grouped[key]
                if missing:
                    group += [
                        Place(broader, p.field, p.start, p.end, f"{p.rule} of {key[1]}", p.major) for p in missing
                    ]
                    group.sort(key=_by_field)


def _overlap(one: Place, other: Place) -> bool:
    return one.start < other.end and other.start < one.end and one.field == other.field


def _untouched(places: Iterable[Place], others: Sequence[Place]) -> list[Place]:
    """The places that share no character of their field with one of the others."""
    taken = {
        field: spans.union((o.start, o.end) for o in others if o.field == field) for field in {o.field for o in others}
    }
    return [p for p in places if not spans.touches(taken.get(p.field, ()), p.start, p.end)]


def _with_scales(places: list[Place], scales: list[Place]) -> list[Place]:
    """The places with those of instruments, by start; of overlapping places of one outcome the longest."""
    kept: list[Place] = []
    taken: dict[Key, list[spans.Span]] = {}
    for scale in sorted(scales, key=_by_length):
        apart = taken.setdefault(scale.key, [])
        if not spans.touches(apart, scale.start, scale.end):
            insort(apart, (scale.start, scale.end))
            kept.append(scale)
    rest = [p for p in places if not (p.key in taken and spans.touches(taken[p.key], p.start, p.end))]
    return sorted((*rest, *kept), key=_by_start)


def _group(places: Iterable[Place]) -> _Groups:
    grouped: _Groups = {}
    for place in places:
        if place.key in grouped:
            grouped[place.key].append(place)
        else:
            grouped[place.key] = [place]
    return grouped


def _with_more(grouped: Mapping[Key, Sequence[Place]], places: Sequence[Place]) -> Mapping[Key, Sequence[Place]]:
    """The groups with the places added, but those that overlap one before them."""
    more: dict[Key, list[Place]] = {}
    for place in places:
        more.setdefault(place.key, list(grouped.get(place.key, ()))).append(place)
    return {**grouped, **{key: _apart(group) for key, group in more.items()}} if more else grouped


def _apart(group: list[Place]) -> list[Place]:
    kept: list[Place] = []
    for place in sorted(group, key=_by_field):
        if not kept or not _overlap(kept[-1], place):
            kept.append(place)
    return kept


def _by_field(place: Place) -> tuple[int, int, int]:
    return _RANK[place.field], place.start, place.end


def _by_length(place: Place) -> tuple[int, int]:
    return place.start - place.end, place.start


def _by_start(place: Place) -> tuple[int, int]:
    return place.start, place.end
