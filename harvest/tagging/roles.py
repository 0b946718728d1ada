"""Whether a report studies a concept or merely mentions it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from harvest.tagging.context import Context
from harvest.tagging.model import Role

Key = tuple[str, str]
"""Dimension and id of a concept."""


class Place(NamedTuple):
    """One place that names a concept, before its role is known."""

    key: Key
    field: str
    start: int
    end: int
    rule: str
    major: bool = False
    """A MeSH heading that is a major topic."""


STUDIED_PARTS: Final = {
    "condition": frozenset({"aim", "population", "method"}),
    "outcome": frozenset({"aim", "method", "result", "conclusion", "measure"}),
    "drug": frozenset({"aim", "population", "method", "result", "conclusion"}),
    "route": frozenset({"aim", "population", "method", "result", "conclusion"}),
    "comparator": frozenset({"aim", "population", "method", "result", "conclusion"}),
    "design": frozenset({"aim", "population", "method"}),
    "population": frozenset({"aim", "population", "method"}),
}
"""Dimension -> parts of the abstract where a single place is enough."""
DENIABLE: Final = frozenset({"condition", "population"})
"""Dimensions whose words can be denied: "without depression". "No adverse events" still studies adverse events."""
_STRONG_FIELDS: Final = frozenset({"title", "keywords", "publication_types"})
_PLACES_ENOUGH: Final = 2


def role(places: Sequence[Place], context: Context) -> Role:
    """Studied: named in title, keyword, publication type or MeSH major topic, in two places of the abstract, or in a
    telling sentence; otherwise mentioned. All places are of one concept."""
    if any(place.field in _STRONG_FIELDS or place.major for place in places):
        return "studied"
    inside = [place for place in places if place.field == "abstract"]
    if len(inside) >= _PLACES_ENOUGH:
        return "studied"
    telling = STUDIED_PARTS[places[0].key[0]]
    return "studied" if any(context.parts(place.start) & telling for place in inside) else "mentioned"


def denied(place: Place, title: Context, abstract: Context) -> bool:
    """Whether the place says that the condition is absent, or keeps people out."""
    if place.key[0] not in DENIABLE or place.field not in ("title", "abstract"):
        return False
    return (title if place.field == "title" else abstract).denied(place.start, place.end)
