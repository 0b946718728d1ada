"""The tags of a report with the words that prove each, and the same words as spans to mark in its texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harvest.schema import DIMENSIONS
from harvest.site.highlight import Span
from harvest.site.quotes import NAMES, quote_address
from harvest.site.report import rules
from harvest.site.report.concepts import Concept, Concepts

PREFIXES: Final = {"title": "t", "abstract": "a", "mesh": "m", "keywords": "k", "publication_types": "p"}
"""Field -> beginning of the ids of its marked words on the page."""
MOST_WORDS: Final = 12
"""Different words listed for one tag; the rest are counted."""

_FIELDS = {field: place for place, field in enumerate(PREFIXES)}
EVIDENCE: Final = """
select dimension, concept_id, role, field, start, "end", rule from evidence where report_id = :report
"""
ROLES: Final = "select dimension, concept_id, role, mentions from report_concepts where report_id = :report"


@dataclass(frozen=True, slots=True)
class Words:
    """Words that prove something, at their first place; ``text`` is None where the text is withheld."""

    text: str | None
    field: str
    start: int
    quote: str
    count: int = 1

    @property
    def place(self) -> str:
        """The marked word on the same page."""
        return f"#{PREFIXES[self.field]}{self.start}" if self.field in PREFIXES else ""

    @property
    def field_name(self) -> str:
        return NAMES[self.field]


@dataclass(frozen=True, slots=True)
class Tag:
    concept: Concept
    role: str
    mentions: int
    words: tuple[Words, ...]
    more: int
    """Places beyond those of ``words``."""
    rules: tuple[str, ...]
    """Why the words count, in plain words."""

    @property
    def anchor(self) -> str:
        return anchor(self.concept.dimension, self.concept.id)

    @property
    def studied(self) -> bool:
        return self.role == "studied"


def anchor(dimension: str, concept_id: str) -> str:
    """Id of the tag's row on the page; marked words lead there.

    >>> anchor("condition", "ptsd")
    'tag-condition-ptsd'
    """
    return f"tag-{dimension}-{concept_id}"


def in_order(found: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows of `EVIDENCE` in the order of the text."""
    return sorted(found, key=lambda row: (_FIELDS.get(row["field"], 9), row["start"], row["end"]))


def tags(
    report: Mapping[str, Any],
    roles: Iterable[Mapping[str, Any]],
    found: Iterable[Mapping[str, Any]],
    concepts: Concepts,
) -> list[Tag]:
    """The tags of a report, by dimension, what is studied first, then the most often named: from the rows of `ROLES` and
    of `EVIDENCE`."""
    places: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in found:
        places.setdefault((row["dimension"], row["concept_id"]), []).append(row)
    dimensions = list(DIMENSIONS)
    made = [_tag(report, row, places.get((row["dimension"], row["concept_id"]), ()), concepts) for row in roles]
    return sorted(
        made, key=lambda tag: (dimensions.index(tag.concept.dimension), not tag.studied, -tag.mentions, tag.concept.id)
    )


def _tag(
    report: Mapping[str, Any], row: Mapping[str, Any], places: Sequence[Mapping[str, Any]], concepts: Concepts
) -> Tag:
    # Words that make the tag what it is come before those that merely mention it.
    ranked = sorted(places, key=lambda place: place["role"] != row["role"])
    different: dict[tuple[str, str | int], list[Mapping[str, Any]]] = {}
    for place in ranked:
        text = report[place["field"]]
        words = text[place["start"] : place["end"]].casefold() if text else place["start"]
        different.setdefault((place["field"], words), []).append(place)
    listed = list(different.values())[:MOST_WORDS]
    return Tag(
        concepts.get(row["dimension"], row["concept_id"]), row["role"], row["mentions"],
        tuple(_words(report, same) for same in listed), len(places) - sum(map(len, listed)),
        tuple(dict.fromkeys(rules.evidence(place["rule"], concepts) for place in places)),
    )  # fmt: skip


def _words(report: Mapping[str, Any], same: Sequence[Mapping[str, Any]]) -> Words:
    first = same[0]
    return words_at(report, first["field"], first["start"], first["end"], len(same))


def words_at(report: Mapping[str, Any], field: str, start: int, end: int, count: int = 1) -> Words:
    """The words of the report at that place, with their permalink."""
    text = report[field]
    return Words(
        text[start:end] if text else None, field, start, quote_address(report["id"], field, start, end, text), count
    )


def spans(found: Iterable[Mapping[str, Any]], field: str, concepts: Concepts) -> list[Span]:
    """The evidence in one field, to be marked."""
    notes: dict[tuple[str, str, str, str], str] = {}
    marks = []
    for row in found:
        if row["field"] == field:
            key = (row["dimension"], row["concept_id"], row["role"], row["rule"])
            if key not in notes:
                notes[key] = _note(*key, concepts)
            href = "#" + anchor(row["dimension"], row["concept_id"])
            marks.append(Span(row["start"], row["end"], row["dimension"], "word", notes[key], href))
    return marks


def _note(dimension: str, concept_id: str, role: str, rule: str, concepts: Concepts) -> str:
    label = concepts.get(dimension, concept_id).label
    return f"{label} ({dimension}, {role}): {rules.evidence(rule, concepts)}"
