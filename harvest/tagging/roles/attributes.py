"""Whether an attribute (randomised, double-blind, retrospective ...) is one of the report's own study."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from harvest.tagging.design_words import CITED, CITED_REACH, WANTED, before
from harvest.tagging.model import Role
from harvest.tagging.passage import Around, Place

OF_REVIEWS: Final = frozenset(
    {
        "network-meta-analysis", "dose-response-meta-analysis", "umbrella-review", "scoping-review", "rapid-review",
        "living-review", "cochrane-review", "protocol",
    }
)  # fmt: skip
"""Attributes that reviews have themselves; any other one, in a review, is one of the trials it gathers."""
_REVIEWS: Final = ("meta-analysis", "systematic-review", "narrative-review")
_TELLING: Final = frozenset({"title", "publication_types"})
_OUTSIDE: Final = frozenset({"background", "conclusion"})


def role(places: Sequence[Place], around: Around) -> Role:
    """Studied: named of the study itself, in title, publication type, heading or keyword, or in the abstract outside its
    background and conclusion where the sentence does not ask for such a study or cite one."""
    if places[0].key[1] not in OF_REVIEWS and _is_review(around):
        return "mentioned"
    return "studied" if any(_own(place, around) for place in places) else "mentioned"


def _own(place: Place, around: Around) -> bool:
    if place.field != "abstract":
        return True
    parts = around.abstract.context.parts(place.start)
    if WANTED in parts or (parts & _OUTSIDE and "aim" not in parts):
        return False
    return before(around.abstract, CITED, place, CITED_REACH) is None


def _is_review(around: Around) -> bool:
    """Title or publication type call the report a review."""
    return any(place.field in _TELLING for one in _REVIEWS for place in around.grouped.get(("design", one), ()))
