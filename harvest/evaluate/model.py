"""What a measurement is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

Cell = tuple[str, str]
"""Label and answer of one judgement: ``("yes", "no")`` is a miss; classes stand for themselves."""
Unit = tuple[Cell, ...]
"""The judgements that belong together (one report, one group of records); intervals treat units as independent."""


class Question(NamedTuple):
    """What is measured: one line of the table ``accuracy``."""

    dimension: str
    concept_id: str | None
    dataset: str
    measure: str


@dataclass(frozen=True)
class Measurement:
    """A figure with its interval; shares are 0 to 1.

    n, positives
        Judgements, and those whose label is yes (None where the measure has no yes).
    value, ci_low, ci_high
        The measure itself with its 95 % interval.
    precision, recall, f1
        None where the labels do not allow them.
    """

    question: Question
    n: int
    positives: int | None
    value: float
    ci_low: float
    ci_high: float
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None


Statistic = Callable[[Counter[Cell]], float]
Units = Sequence[Unit]
