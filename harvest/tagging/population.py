"""Who or what was studied, from the words of ``data/vocabulary/populations.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from harvest.tagging.model import Population, Role
from harvest.tagging.passage import Around, Key, Place

DIMENSION: Final = "population"
_SPOKEN_OF: Final = ("human", "animal", "in-vitro", "laboratory")
_AGES: Final = ("paediatric", "adult", "older-adult")
_TITLE_WEIGHT: Final = 3.0
_MESH_WEIGHT: Final = 2.0
_ASIDE: Final = 0.5
_CELLS_ENOUGH: Final = 2.0
"""A single word on cells is no work on cells: "cytotoxic drugs", "blood was incubated"."""
_ASIDE_PARTS: Final = frozenset({"background", "conclusion"})
_EDGES: Final = 3
"""From this many sentences on, the first counts as background and the last as conclusion."""


def population(around: Around, roles: Mapping[Key, Role]) -> Population:
    """The population, from the places of its words and the roles of these."""
    return Population(
        species=_species(around),
        age=tuple(age for age in _AGES if roles.get((DIMENSION, age)) == "studied"),
        # Whoever names healthy volunteers had them, as patients or as controls.
        healthy=(DIMENSION, "healthy") in roles,
    )


def _species(around: Around) -> Literal["human", "animal", "in-vitro"] | None:
    """The species most often named; a title counts more, background and conclusion less, and a draw goes to people.

    Reports on animals and cells open and close with the people they are meant to help. Work on cells taken from
    animals is in vitro only when cultures are named more often than the animals; methods of the laboratory alone say so
    only where no animal is named.
    """
    human, animal, cells, laboratory = (
        sum(_weight(place, around) for place in around.grouped.get((DIMENSION, one), ())) for one in _SPOKEN_OF
    )
    if not animal:
        cells += laboratory
    if cells >= _CELLS_ENOUGH and cells > max(human, animal):
        return "in-vitro"
    if animal > human:
        return "animal"
    return "human" if human else None


def _weight(place: Place, around: Around) -> float:
    if place.field == "title":
        return _TITLE_WEIGHT
    if place.field == "mesh":
        return _MESH_WEIGHT
    if place.field != "abstract":
        return 1.0
    context = around.abstract.context
    first, last = context.sentences[0], context.sentences[-1]
    edge = len(context.sentences) >= _EDGES and (place.start < first.end or place.start >= last.start)
    return _ASIDE if edge or context.parts(place.start) & _ASIDE_PARTS else 1.0
