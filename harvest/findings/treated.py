"""Whether a report is about people who were given ketamine as a treatment.

Only there can a result be a benefit: in volunteers, in animals, in studies of misuse or of a model of psychosis a
moved value is an effect, and nothing more.
"""

from __future__ import annotations

from typing import Final

from harvest.tagging.tags import Reading

_NOT_TREATED: Final = frozenset({"healthy-volunteers", "ketamine-misuse", "recreational-drug-use", "ketamine-uropathy"})
"""Conditions for which ketamine is not the treatment."""
_NOT_PEOPLE: Final = frozenset({"animal-study", "in-vitro"})
_OTHER_USES: Final = frozenset({"model-of-psychosis", "drug-of-abuse", "probe"})


def in_people(reading: Reading) -> bool:
    """Whether the report is about people, as far as it says."""
    return reading.tags.design not in _NOT_PEOPLE and reading.tags.population.species not in ("animal", "in-vitro")


def treats(reading: Reading) -> bool:
    """Whether people with a condition were given ketamine for it."""
    tags = reading.tags
    if not in_people(reading):
        return False
    if not tags.studied("drug"):
        return False
    conditions = set(tags.studied("condition"))
    if not conditions - _NOT_TREATED:
        return False
    uses = set(tags.studied("use"))
    if "treatment" in uses or "analgesic" in uses:
        return True
    return not (uses & _OTHER_USES or conditions & _NOT_TREATED)
