"""Judges the answers of ``harvest tag`` against labels of conditions, outcomes, designs, sizes and directions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from harvest.evaluate.measure import accuracy, answered_accuracy, f1, measured, precision, recall, specificity
from harvest.evaluate.model import Cell, Measurement, Question, Unit
from harvest.evaluate.sets import Row

Answers = Mapping[str, Mapping[str, Any]]
"""Row id -> what the stream answered."""

FIELDS: Final = {
    "drugs": "drug", "conditions": "condition", "outcomes": "outcome", "routes": "route", "comparators": "comparator",
    "species": "species", "age": "age", "conditions_span": "named-condition",
}  # fmt: skip
"""Field of the labels -> dimension of the measurement. ``named-condition``: named in title or aim."""
_LISTS: Final = ("drugs", "conditions", "outcomes", "routes", "comparators")
_SAID: Final = frozenset({"benefit", "no-difference", "harm", "mixed"})
_BINS: Final = (20, 40, 60, 80, 100, 199, 499, 999)
_BIN_NAMES: Final = ("1-20", "21-40", "41-60", "61-80", "81-100", "100-199", "200-499", "500-999", "≥1000")
FEWEST: Final = 5
"""Concepts with fewer positive labels are left out: the figure would say nothing."""


def judge(name: str, rows: Sequence[Row], answers: Answers, definitions: Mapping[str, Any]) -> Iterator[Measurement]:
    """Every measure that the labels of this set allow."""
    for field, dimension in FIELDS.items():
        yield from _concepts(name, field, dimension, rows, answers, definitions)
    yield from _designs(name, rows, answers, definitions["designs"].get(name, {}))
    yield from _sizes(name, rows, answers)
    yield from _directions(name, rows, answers)


def tags_of(answer: Mapping[str, Any]) -> set[str]:
    """All that an answer claims, as ``dimension/id``."""
    found = {f"{FIELDS[field]}/{one}" for field in _LISTS for one in answer[field]}
    if not answer["comparators"]:
        found.add("comparator/none")
    who = answer["population"]
    found |= {f"age/{age}" for age in who["age"]}
    if who["species"]:
        found.add(f"species/{who['species']}")
    if who["healthy"]:
        found.add("healthy/true")
    return found


def _concepts(
    name: str, field: str, dimension: str, rows: Sequence[Row], answers: Answers, definitions: Mapping[str, Any]
) -> Iterator[Measurement]:
    same = definitions["same"]["any"] | definitions["same"].get(name, {})
    base = "condition" if dimension == "named-condition" else dimension
    exact = dimension in definitions["exact"]
    units: dict[str, list[Unit]] = defaultdict(list)
    for row in rows:
        claimed = tags_of(answers[row["id"]])
        for label, concepts in (row["labels"].get(field) or {}).items():
            for concept in concepts:
                key = f"{base}/{concept}"
                counts = {key} if exact else {key, *same.get(key, ())}
                units[concept].append(((label, "yes" if claimed & counts else "no"),))
    for concept, judged in units.items():
        if sum(unit[0][0] == "yes" for unit in judged) < FEWEST:
            continue
        only_yes = all(unit[0][0] == "yes" for unit in judged)
        statistic, measure = (recall, "recall") if only_yes or name == "mesh" else (f1, "F1")
        yield measured(Question(dimension, concept, name, measure), judged, statistic)


def _designs(name: str, rows: Sequence[Row], answers: Answers, classes: Mapping[str, str]) -> Iterator[Measurement]:
    pairs: list[Cell] = [
        (row["labels"]["design_class"], classes.get(answers[row["id"]]["design"] or "", "other"))
        for row in rows
        if row["labels"].get("design_class")
    ]
    if not pairs:
        return
    named = sorted({label for label, _ in pairs} - {"other"})
    if len(named) > 1:
        yield measured(Question("design", None, name, "accuracy"), [(pair,) for pair in pairs], accuracy)
    for one in named:
        units = [((_yes(label == one), _yes(answer == one)),) for label, answer in pairs]
        yield measured(Question("design", one, name, "F1"), units, f1)


def _sizes(name: str, rows: Sequence[Row], answers: Answers) -> Iterator[Measurement]:
    bins: list[Unit] = []
    exact: list[Unit] = []
    for row in rows:
        labels, size = row["labels"], answers[row["id"]]["sample_size"]
        if "size_bin" in labels:
            bins.append(((labels["size_bin"], size_bin(size)),))
        if labels.get("sample_size") is not None:
            exact.append(((str(labels["sample_size"]), "" if size is None else str(size)),))
    if bins:
        yield measured(Question("sample-size", None, name, "accuracy of ranges"), bins, accuracy)
    if exact:
        yield measured(Question("sample-size", None, name, "exactly right"), exact, accuracy)
        yield measured(Question("sample-size", None, name, "exactly right of those answered"), exact, answered_accuracy)


def size_bin(size: int | None) -> str:
    """The range of a sample size, as the labels name it; ``Unknown`` for not stated."""
    if size is None:
        return "Unknown"
    return next((name for most, name in zip(_BINS, _BIN_NAMES, strict=False) if size <= most), _BIN_NAMES[-1])


def _directions(name: str, rows: Sequence[Row], answers: Answers) -> Iterator[Measurement]:
    """Whether a report says anything about a treatment effect, and what it says."""
    judged = [
        (row["labels"], answers[row["id"]]["direction"])
        for row in rows
        if row["labels"].get("direction") not in (None, "not-stated")
    ]
    if not judged:
        return
    gate: list[Unit] = [
        ((_yes(labels["direction"] != "not-applicable"), _yes(answer in _SAID)),)
        for labels, answer in judged
        if labels.get("direction_clean", True)
    ]
    for measure, statistic in (("precision", precision), ("recall", recall), ("specificity", specificity)):
        yield measured(Question("direction", "says-a-direction", name, measure), gate, statistic)
    said: list[Unit] = [((labels["direction"], answer),) for labels, answer in judged if labels["direction"] in _SAID]
    if said:
        yield measured(Question("direction", None, name, "accuracy"), said, accuracy)


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
