"""Whether a report studies a concept or merely mentions it: one module for each kind of concept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from harvest.tagging.model import Role
from harvest.tagging.passage import Around, Passage, Place
from harvest.tagging.roles import (
    adjuncts,
    attributes,
    comparators,
    conditions,
    interventions,
    mechanisms,
    others,
    outcomes,
    regimens,
    routes,
    uses,
)

Rule = Callable[[Sequence[Place], Around], Role]

RULES: Final[dict[str, Rule]] = {
    "condition": conditions.role,
    "outcome": outcomes.role,
    "drug": interventions.role,
    "route": routes.role,
    "comparator": comparators.role,
    "mechanism": mechanisms.role,
    "setting": others.role_in_own_work,
    "adjunct": others.role_in_own_work,
    "regimen": others.role_in_own_work,
    "use": others.role_in_own_work,
    "attribute": attributes.role,
}
"""Dimension -> its rule; `others.role` for those not named here."""
DENIABLE: Final = frozenset({"condition", "population", "use"})
"""Dimensions whose words can be denied: "without depression". "No adverse events" still studies adverse events."""


def role(places: Sequence[Place], around: Around) -> Role:
    """The role of one concept, from all its places."""
    return RULES.get(places[0].key[0], others.role)(places, around)


def counted(places: Sequence[Place], title: Passage, abstract: Passage) -> list[Place]:
    """The places whose words mean their concept here: uses and regimens that speak of ketamine,
    treatments that are joined to it."""
    speaking = list(uses.of_ketamine(places, title, abstract))
    beside = list(adjuncts.beside_ketamine(speaking, title, abstract))
    return list(regimens.of_ketamine(beside, title, abstract))
