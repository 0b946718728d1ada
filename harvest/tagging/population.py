"""Who or what was studied, from the words of ``data/vocabulary/populations.yml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from harvest.tagging.model import Population, Role
from harvest.tagging.passage import Key, Place

DIMENSION: Final = "population"
_SPECIES: Final = ("human", "animal", "in-vitro")
_AGES: Final = ("paediatric", "adult", "older-adult")
_TITLE_WEIGHT: Final = 3
_MESH_WEIGHT: Final = 2


def population(grouped: Mapping[Key, Sequence[Place]], roles: Mapping[Key, Role]) -> Population:
    """The population, from the places of its words and the roles of these."""
    return Population(
        species=_species({species: grouped.get((DIMENSION, species), ()) for species in _SPECIES}),
        age=tuple(age for age in _AGES if roles.get((DIMENSION, age)) == "studied"),
        # Whoever names healthy volunteers had them, as patients or as controls.
        healthy=(DIMENSION, "healthy") in roles,
    )


def _species(named: Mapping[str, Sequence[Place]]) -> Literal["human", "animal", "in-vitro"] | None:
    """The species most often named; a title counts more, and a draw goes to people.

    Work on cells taken from animals is in vitro only when cells are named more often than the animals.
    """
    human, animal, cells = (sum(_weight(place) for place in named[species]) for species in _SPECIES)
    if not human and not animal and not cells:
        return None
    if cells > max(human, animal):
        return "in-vitro"
    return "animal" if animal > human else "human"


def _weight(place: Place) -> int:
    return _TITLE_WEIGHT if place.field == "title" else _MESH_WEIGHT if place.field == "mesh" else 1
