"""What is read of a number."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal[
    "sample-size", "arm-size", "dose", "dose-count", "infusion-duration", "age", "share-female", "time-point", "follow-up"
]  # fmt: skip


class Quantity(NamedTuple):
    """A number with its unit, at code points ``start`` to ``end`` (exclusive) of ``field``.

    value
        In ``unit``; the middle is never invented: of a range only ``low`` and ``high`` are given.
    low, high
        Ends of a range ("18 to 65 years"), or the spread that is stated as a range; None otherwise.
    unit
        Normalised: ``people``, ``mg/kg``, ``mg``, ``mg/kg/h``, ``doses``, ``min``, ``years``, ``%``, ``h``.
    stated
        The words themselves, ``text[start:end]``.
    concept_id
        What it is of: a drug for doses, an arm's name (its concept) for arm sizes; empty when not stated.
    rule
        Name of the rule that found it.
    """

    kind: Kind
    field: str
    start: int
    end: int
    value: float | None
    low: float | None
    high: float | None
    unit: str
    stated: str
    concept_id: str
    rule: str


class Statistics(NamedTuple):
    """The statistics one sentence states about one comparison; None: not stated."""

    effect: float | None = None
    effect_kind: str | None = None
    """``MD``, ``SMD``, ``d``, ``g``, ``OR``, ``RR``, ``HR``, ``NNT``, ``NNH``, ``beta``, ``eta2``."""
    ci_low: float | None = None
    ci_high: float | None = None
    p: str | None = None
    """As written, without blanks: ``<0.001``, ``=0.03``."""
    n: int | None = None
    rate: float | None = None
    """Per cent of people with the outcome in the first group named."""
    rate_comparator: float | None = None
    """Per cent in the second group named."""
