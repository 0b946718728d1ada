"""Whether a drug was given, or was the subject, in the report itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from harvest.tagging.model import Role
from harvest.tagging.passage import Around, Passage, Place
from harvest.tagging.roles.own_work import own
from harvest.tagging.roles.telling import STRONG_FIELDS, role_by_parts

TELLING: Final = frozenset({"aim", "population", "method", "result", "conclusion"})
"""Parts of the abstract where a single place is enough."""


def role(places: Sequence[Place], around: Around) -> Role:
    """The role of one drug, from all its places.

    A drug named only in words about earlier work or work to come is mentioned, when another drug is the report's own.
    """
    if named_as_own(places, around):
        return "studied"
    dimension = places[0].key[0]
    others = (group for key, group in around.grouped.items() if key[0] == dimension and group is not places)
    if any(named_as_own(group, around) for group in others):
        return "mentioned"
    return role_by_parts(places, around, TELLING)


def named_as_own(places: Sequence[Place], around: Around) -> bool:
    """Whether a title, keyword or major topic names the concept, or a sentence about the report's own work."""
    return any(
        place.field in STRONG_FIELDS or place.major or (place.field == "abstract" and own(place, around.abstract))
        for place in places
    )


def passage_of(place: Place, around: Around) -> Passage | None:
    """The text that the place points into; None for keywords and headings."""
    return {"title": around.title, "abstract": around.abstract}.get(place.field)
