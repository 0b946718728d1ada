"""Judges the answers of ``harvest findings`` and ``harvest dedupe``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import combinations

from harvest.evaluate.measure import accuracy, answered_accuracy, measured, precision, recall
from harvest.evaluate.model import Cell, Measurement, Question, Unit
from harvest.evaluate.sets import Row
from harvest.evaluate.tags import Answers

_NOT_STATED = "not-stated"


def judge_findings(name: str, rows: Sequence[Row], answers: Answers) -> Iterator[Measurement]:
    """Direction of the value, and whether the place that was given is the labelled one. Units are whole reports."""
    stated = [row for row in rows if row["labels"]["in_abstract"]]
    by_report: dict[Hashable, list[Cell]] = defaultdict(list)
    places: list[Unit] = []
    for row in stated:
        answer = answers[row["id"]]
        direction = answer["direction"] or _NOT_STATED
        by_report[row["article"]].append((row["labels"]["direction"], "" if direction == _NOT_STATED else direction))
        if direction != _NOT_STATED and row["labels"]["evidence"]:
            hit = any(answer["start"] < e["end"] and e["start"] < answer["end"] for e in row["labels"]["evidence"])
            places.append((("yes", "yes" if hit else "no"),))
    units = [tuple(cells) for cells in by_report.values()]
    yield measured(Question("finding", None, name, "accuracy"), units, accuracy)
    yield measured(Question("finding", None, name, "accuracy of those answered"), units, answered_accuracy)
    if places:
        yield measured(Question("finding", "evidence", name, "recall"), places, recall)


def judge_duplicates(name: str, rows: Sequence[Row], answers: Answers) -> Iterator[Measurement]:
    """Pairs of records that are put together; groups that share a record are one unit."""
    for dataset in sorted({row["dataset"] for row in rows}):
        some = [row for row in rows if row["dataset"] == dataset]
        true = _pairs((row["labels"]["cluster"], row["id"]) for row in some)
        found = _pairs((answers[row["id"]]["cluster"], row["id"]) for row in some)
        units = _connected(true, found)
        for measure, statistic in (("precision", precision), ("recall", recall)):
            yield measured(Question("duplicate", dataset, name, measure), units, statistic)


def judge_pairs(name: str, rows: Sequence[Row], answers: Answers) -> Iterator[Measurement]:
    """Single pairs of records, alike or not."""
    by_pair: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_pair[row["pair"]].append(row)
    units: list[Unit] = []
    for one, other in by_pair.values():
        same = answers[one["id"]]["cluster"] == answers[other["id"]]["cluster"]
        units.append((("yes" if one["labels"]["duplicate"] else "no", "yes" if same else "no"),))
    yield measured(Question("duplicate", "written-pairs", name, "accuracy"), units, accuracy)


def _pairs(members: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for group, member in members:
        groups[group].append(member)
    return {pair for group in groups.values() for pair in combinations(sorted(group), 2)}


def _connected(true: set[tuple[str, str]], found: set[tuple[str, str]]) -> list[Unit]:
    leader: dict[str, str] = {}

    def lead(record: str) -> str:
        while (above := leader.setdefault(record, record)) != record:
            record = above
        return record

    for one, other in sorted(true | found):
        leader[lead(one)] = lead(other)
    units: dict[str, list[Cell]] = defaultdict(list)
    for pair in sorted(true | found):
        units[lead(pair[0])].append(("yes" if pair in true else "no", "yes" if pair in found else "no"))
    return [tuple(cells) for cells in units.values()]
