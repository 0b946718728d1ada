"""Whether a report studies an outcome: measured or concluded upon."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from harvest.tagging.model import Role
from harvest.tagging.passage import Around, Place
from harvest.tagging.roles.telling import role_by_parts

TELLING: Final = frozenset({"aim", "method", "result", "conclusion", "measure"})
"""Parts of the abstract where a single place is enough."""


def role(places: Sequence[Place], around: Around) -> Role:
    """The role of one concept, from all its places."""
    return role_by_parts(places, around, TELLING)
