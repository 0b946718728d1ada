"""Whether a report studies a concept of any other kind: settings, regimens, attributes of design, populations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from harvest.tagging.model import Role
from harvest.tagging.passage import Around, Place
from harvest.tagging.roles.own_work import own
from harvest.tagging.roles.telling import STRONG_FIELDS, role_by_parts

TELLING: Final = frozenset({"aim", "population", "method"})
"""Parts of the abstract where a single place is enough."""


def role(places: Sequence[Place], around: Around) -> Role:
    """The role of one concept, from all its places."""
    return role_by_parts(places, around, TELLING)


def role_in_own_work(places: Sequence[Place], around: Around) -> Role:
    """Studied: named in title or keyword, as a MeSH major topic, or in a sentence about the report's own work."""
    return "studied" if any(speaks_of_report(place, around) for place in places) else "mentioned"


def speaks_of_report(place: Place, around: Around) -> bool:
    if place.field in STRONG_FIELDS or place.major:
        return True
    return place.field == "abstract" and own(place, around.abstract)
