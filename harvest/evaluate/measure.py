"""Precision, recall, F1 and accuracy of judgements, with bootstrap intervals."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from typing import Final

from harvest.evaluate.model import Cell, Measurement, Question, Statistic, Units

RESAMPLES: Final = 1000
_GAUSS_FROM: Final = 30


def precision(cells: Counter[Cell]) -> float:
    """Of the answers yes, the share that is right."""
    return _share(cells["yes", "yes"], cells["no", "yes"])


def recall(cells: Counter[Cell]) -> float:
    """Of the labels yes, the share that was answered yes."""
    return _share(cells["yes", "yes"], cells["yes", "no"])


def f1(cells: Counter[Cell]) -> float:
    """Harmonic mean of precision and recall."""
    return _share(2 * cells["yes", "yes"], cells["yes", "no"] + cells["no", "yes"])


def specificity(cells: Counter[Cell]) -> float:
    """Of the labels no, the share that was answered no."""
    return _share(cells["no", "no"], cells["no", "yes"])


def accuracy(cells: Counter[Cell]) -> float:
    """Share of answers that equal their label."""
    right = sum(count for (label, answer), count in cells.items() if label == answer)
    total = cells.total()
    return right / total if total else 0.0


def answered_accuracy(cells: Counter[Cell]) -> float:
    """Share of answers that equal their label, of those that were given at all."""
    return accuracy(Counter({cell: count for cell, count in cells.items() if cell[1]}))


def _share(hits: int, misses: int) -> float:
    return hits / (hits + misses) if hits + misses else 0.0


def measured(question: Question, units: Units, statistic: Statistic) -> Measurement:
    """The statistic over all units, with a percentile interval from a Poisson bootstrap of the units.

    A unit enters each resample a Poisson(1) number of times (Hanley 2006), so equal units are drawn together.
    The seed is fixed: the same judgements give the same interval.
    """
    kinds = Counter(tuple(sorted(Counter(unit).items())) for unit in units)
    cells = _total(kinds.items())
    draws = random.Random(repr(question))  # noqa: S311 (no secret)
    values = sorted(
        statistic(_total((kind, _poisson(draws, count)) for kind, count in kinds.items())) for _ in range(RESAMPLES)
    )
    low, high = values[round(0.025 * RESAMPLES)], values[round(0.975 * RESAMPLES) - 1]
    yes = [count for (label, _), count in cells.items() if label == "yes"]
    binary = {part for cell in cells for part in cell} <= {"yes", "no"}
    both = binary and bool(cells["no", "yes"] + cells["no", "no"])
    return Measurement(
        question, cells.total(), sum(yes) if binary else None, statistic(cells), low, high,
        precision=precision(cells) if both else None, recall=recall(cells) if binary and yes else None,
        f1=f1(cells) if both else None,
    )  # fmt: skip


def _total(kinds: Iterable[tuple[tuple[tuple[Cell, int], ...], int]]) -> Counter[Cell]:
    total: Counter[Cell] = Counter()
    for kind, times in kinds:
        for cell, count in kind:
            total[cell] += count * times
    return total


def _poisson(draws: random.Random, mean: int) -> int:
    """A Poisson number: by waiting times, or by the normal curve where the mean is large."""
    if mean > _GAUSS_FROM:
        return max(0, round(draws.gauss(mean, mean**0.5)))
    count, waited = 0, draws.expovariate(1.0)
    while waited < mean:
        count += 1
        waited += draws.expovariate(1.0)
    return count
