"""Numbers of a report: how many people, which doses, how long, which statistics; each with its place."""

from __future__ import annotations

from harvest.numbers.ages import ages
from harvest.numbers.doses import doses
from harvest.numbers.durations import dose_counts, infusion_durations
from harvest.numbers.model import Quantity
from harvest.numbers.sample_size import sample_size
from harvest.numbers.sexes import share_female
from harvest.numbers.times import times
from harvest.tagging.tags import Reading

__all__ = ["Quantity", "quantities"]


def quantities(reading: Reading) -> tuple[Quantity, ...]:
    """All numbers of a report: the people first, then kind by kind in the order of the text."""
    total, arms = sample_size(reading)
    found = [*([total] if total else []), *arms]
    for read in (doses, dose_counts, infusion_durations, ages, share_female, times):
        found += read(reading)
    return tuple(found)
