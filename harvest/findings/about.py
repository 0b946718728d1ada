"""What a finding is about: its drug, condition, comparator, time and statistics, from sentence and report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from harvest.findings.model import Finding
from harvest.findings.sentence import Told
from harvest.findings.sieve import Span, hedged
from harvest.findings.treated import in_people
from harvest.numbers.model import Quantity, Statistics
from harvest.numbers.statistics import Placed, nearest, statistics
from harvest.tagging.passage import Place
from harvest.tagging.tags import Reading
from harvest.vocabulary import Vocabulary

_RATE_REACH: Final = 60
"""Most code points between an outcome and rates that are its own; an effect with its interval may stand farther off."""


class About:
    """A report whose findings are being read."""

    def __init__(
        self,
        reading: Reading,
        words: Vocabulary,
        numbers: Sequence[Quantity],
        symptoms: Mapping[str, str],
        treated: bool,
    ) -> None:
        """
        symptoms
            Condition -> the outcome that speaks for it.
        treated
            People were given ketamine for a condition, so that there can be a benefit.
        """
        self._reading = reading
        self._words = words
        self._times = [number for number in numbers if number.kind in ("time-point", "follow-up")]
        self._symptoms = symptoms
        self.treated = treated
        self.in_people = in_people(reading)

    def is_treated(self, outcome_id: str) -> bool:
        """Whether the outcome is the symptom of a condition that is studied: delirium, where it is to be prevented."""
        return any(self._symptoms.get(one) == outcome_id for one in self._studied)

    def finding(self, told: Told, place: Place, *, cue: Span, basis: str, **rest: Any) -> Finding:
        """The finding with everything the sentence adds to it; ``place`` names the outcome."""
        time = self._time(told, place)
        given: Statistics | None = rest.pop("statistics", None)
        start, end = max(cue[0], told.start), min(cue[1], told.end)
        return Finding(
            condition_id=self._condition(told, rest["outcome_id"]),
            drug_id=told.drugs[0].key[1] if told.drugs else self._drug,
            comparator_id=self._comparator(told) if basis == "between-groups" else None,
            timepoint=time.stated if time else None, hours=time.value if time else None,
            statistics=given or _statistics(told, place.end), basis=basis, hedged=hedged(told.text, cue, told.span),  # type: ignore[arg-type]
            field=told.passage.field, start=told.start, end=told.end, cue_start=start, cue_end=end, **rest,
        )  # fmt: skip

    def _time(self, told: Told, place: Place) -> Quantity | None:
        near = [t for t in self._times if t.field == told.passage.field and told.start <= t.start < told.end]
        return min(near, key=lambda t: abs(t.start - place.start), default=None)

    def _comparator(self, told: Told) -> str | None:
        named = [place.key[1] for place in told.compared]
        return named[0] if named else _only([one for one in self._narrowest("comparator") if one != "none"])

    def _condition(self, told: Told, outcome_id: str) -> str | None:
        """The condition the sentence names, of those that are studied, best the one whose symptom it is; or the only one."""
        named = [place.key[1] for place in told.conditions if place.key[1] in self._studied]
        return next(
            (one for one in named if self._symptoms.get(one) == outcome_id), named[0] if named else self.condition
        )

    @cached_property
    def condition(self) -> str | None:
        """The only condition that the report studies; None where it studies several or none."""
        return _only(self._narrowest("condition"))

    @cached_property
    def _studied(self) -> frozenset[str]:
        return frozenset(self._reading.tags.studied("condition"))

    @cached_property
    def _drug(self) -> str | None:
        return _only(self._narrowest("drug"))

    def _narrowest(self, dimension: str) -> list[str]:
        """The studied concepts that are not merely the broader one of another."""
        studied = self._reading.tags.studied(dimension)
        implied = {broader.id for one in studied for broader in self._words.ancestors(self._words.get(dimension, one))}
        return [one for one in studied if one not in implied]


def _statistics(told: Told, near: int) -> Statistics:
    found = statistics(told.text, told.start, told.end)
    stated = nearest(found, near)
    if stated is None:
        return Statistics()
    only_rates = stated.statistics._replace(rate=None, rate_comparator=None, n=None) == Statistics()
    return Statistics() if only_rates and not _is_own(told, found, stated, near) else stated.statistics


def _is_own(told: Told, found: Sequence[Placed], rates: Placed, near: int) -> bool:
    """Whether rates are near enough, and no further ones stand in the sentence that could be meant."""
    read = sum((one.statistics.rate is not None) + (one.statistics.rate_comparator is not None) for one in found)
    near_enough = max(rates.start - near, near - rates.end) <= _RATE_REACH
    return near_enough and told.text.count("%", told.start, told.end) <= read


def _only(ids: Sequence[str]) -> str | None:
    return ids[0] if len(ids) == 1 else None
