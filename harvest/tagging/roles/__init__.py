"""Whether a report studies a concept or merely mentions it: one module for each kind of concept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from harvest.tagging.model import Role
from harvest.tagging.passage import Around, Place
from harvest.tagging.roles import conditions, interventions, others, outcomes

Rule = Callable[[Sequence[Place], Around], Role]

RULES: Final[dict[str, Rule]] = {
    "condition": conditions.role,
    "outcome": outcomes.role,
    "drug": interventions.role,
    "route": interventions.role,
    "comparator": interventions.role,
}
"""Dimension -> its rule; `others.role` for those not named here."""
DENIABLE: Final = frozenset({"condition", "population"})
"""Dimensions whose words can be denied: "without depression". "No adverse events" still studies adverse events."""


def role(places: Sequence[Place], around: Around) -> Role:
    """The role of one concept, from all its places."""
    return RULES.get(places[0].key[0], others.role)(places, around)
