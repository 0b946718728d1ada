"""What the rules share: fields and sentences where a single place is enough."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from harvest.tagging.model import Role
from harvest.tagging.passage import Around, Place

STRONG_FIELDS: Final = frozenset({"title", "keywords", "publication_types"})
_PLACES_ENOUGH: Final = 2


def role_by_parts(places: Sequence[Place], around: Around, telling: frozenset[str]) -> Role:
    """Studied: named in title, keyword, publication type or MeSH major topic, in two places of the abstract, or in a
    sentence whose part is among ``telling``; otherwise mentioned."""
    if any(place.field in STRONG_FIELDS or place.major for place in places):
        return "studied"
    inside = [place for place in places if place.field == "abstract"]
    if len(inside) >= _PLACES_ENOUGH:
        return "studied"
    return "studied" if any(around.abstract.context.parts(place.start) & telling for place in inside) else "mentioned"
