"""The one design of a report, picked from the designs its words and publication types name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from harvest.tagging.passage import Key, Place

DIMENSION: Final = "design"
PUBLICATION_TYPES: Final = {
    "randomized controlled trial": "D016449", "controlled clinical trial": "D018848", "clinical trial": "D016430",
    "clinical trial, phase i": "D017426", "clinical trial, phase ii": "D017427", "clinical trial, phase iii": "D017428",
    "clinical trial, phase iv": "D017429", "pragmatic clinical trial": "D065007", "observational study": "D064888",
    "meta-analysis": "D017418", "review": "D016454", "systematic review": "D000078182", "case reports": "D002363",
    "letter": "D016422", "editorial": "D016421", "comment": "D016420", "practice guideline": "D017065",
    "equivalence trial": "D000073843", "adaptive clinical trial": "D000076362",
    "clinical trial protocol": "D000078325",
}  # fmt: skip
"""MeSH publication type, lower case -> UI: for sources that give the name alone."""

_STRONG: Final = frozenset({"title", "publication_types"})
_SUBJECTS: Final = {"animal": "animal-study", "in-vitro": "in-vitro"}
_FUTURE_ENOUGH: Final = 2


def pick(grouped: Mapping[Key, Sequence[Place]], order: Sequence[str], species: str | None) -> str | None:
    """Id of the design, or None.

    The designs stand in ``designs.yml`` in order of precedence. Title and publication types are heard first, then
    the abstract. Words for animals or cells count only where these are the subject of the report, and then as if they
    stood in the title: a randomised trial in rats is an animal study, a review of them still a review.
    """
    subject = _SUBJECTS.get(species or "")
    order = [design for design in order if design == subject or design not in _SUBJECTS.values()]
    weak = {design: grouped[DIMENSION, design] for design in order if (DIMENSION, design) in grouped}
    strong = {one for one, places in weak.items() if one == subject or _is_strong(one, places)}
    for named in (strong, weak):
        for design in order:
            if design in named:
                return design
    return None


def _is_strong(design: str, places: Sequence[Place]) -> bool:
    # A plan is told in the future tense, seldom in its title: "will be randomised ... will receive".
    if design == "protocol" and len(places) >= _FUTURE_ENOUGH:
        return True
    return any(place.field in _STRONG for place in places)
