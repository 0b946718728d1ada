"""Whether words of a regimen (single dose, twice weekly, tapered) stand where a report speaks of ketamine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from harvest.tagging.passage import Passage, Place
from harvest.tagging.roles.nearby import near

DIMENSION: Final = "regimen"
_AWAY: Final = 300
"""How far from a regimen ketamine may be named, in code points: a sentence or two."""


def of_ketamine(places: Sequence[Place], title: Passage, abstract: Passage) -> Iterator[Place]:
    """The places, without regimens in whose surroundings no drug is named: those are other treatments'."""
    drugs = {
        passage.field: [place for place in passage.places if place.key[0] == "drug"] for passage in (title, abstract)
    }
    named = any(drugs.values())
    for place in places:
        if place.key[0] != DIMENSION or (near(drugs[place.field], place, _AWAY) if place.field in drugs else named):
            yield place
