"""Reports like a given one: those that study the same concepts, rare ones weighing most.

Each report is the set of concepts it studies; a concept weighs ``log(reports / reports that study it)``, and reports
are compared by the cosine of their sets. Candidates come from the rarest concepts first, until some thousands were
looked at: what only shares "depression" and "ketamine" with ten thousand others is not similar. Held in memory as
arrays (30,000 reports with 450,000 tags: about 10 MB), built once for a file.
"""

from __future__ import annotations

import heapq
import json
import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harvest.schema import DIMENSIONS
from harvest.site import web
from harvest.site.report.concepts import Concept, Concepts

SHOWN: Final = 5
MOST_LOOKED_AT: Final = 12_000
"""Entries of posting lists read for one report, about 3 ms."""
_BEST: Final = 60
"""Candidates compared in full."""
_REASONS: Final = 5
_OF_ONE_DIMENSION: Final = 2
_TELLING: Final = (
    "condition", "comparator", "adjunct", "outcome", "mechanism", "design", "setting", "regimen", "route", "use", "drug",
)  # fmt: skip
_COMPARED: Final = tuple(name for name in DIMENSIONS if name != "attribute")
"""Attributes of a design (multicentre, pilot) make no two reports alike."""

_ROWS = """
select id, title, year, journal, kind, design, sample_size, retracted from reports where id in (select value from json_each(:ids))
"""


@dataclass(frozen=True, slots=True)
class Similar:
    row: web.Row
    shared: tuple[Concept, ...]
    """The rarest concepts that both study."""


@dataclass(frozen=True)
class Index:
    """Reports and concepts by number; ``of_report`` and ``of_concept`` lead from one to the other."""

    reports: Sequence[str]
    number: dict[str, int]
    concepts: Sequence[tuple[str, str]]
    of_report: Sequence[array[int]]
    of_concept: Sequence[array[int]]
    weight: Sequence[float]
    """Squared, by concept."""
    length: array[float]

    def nearest(self, report_id: str, apart_from: Iterable[str] = (), most: int = SHOWN) -> list[tuple[str, list[int]]]:
        """(report, shared concepts with the rarest first), the most similar first."""
        own = self.number.get(report_id)
        if own is None or not self.of_report[own]:
            return []
        left_out = {own, *(self.number[one] for one in apart_from if one in self.number)}
        rarest = sorted(self.of_report[own], key=lambda concept: len(self.of_concept[concept]))
        scored = [(self._likeness(own, other), other) for other in self._candidates(rarest) if other not in left_out]
        best = heapq.nsmallest(most, (pair for pair in scored if pair[0] > 0), key=lambda pair: (-pair[0], pair[1]))
        return [
            (self.reports[other], [concept for concept in rarest if concept in self.of_report[other]])
            for _, other in best
        ]

    def _candidates(self, rarest: Sequence[int]) -> list[int]:
        """Numbers of the reports that share most weight in the rarest concepts."""
        scores: dict[int, float] = {}
        looked_at = 0
        for concept in rarest:
            posting, weight = self.of_concept[concept], self.weight[concept]
            # A list is read in part at the end rather than left out: which part does not matter much.
            for other in posting[: MOST_LOOKED_AT - looked_at]:
                scores[other] = scores.get(other, 0.0) + weight
            looked_at += len(posting)
            if looked_at >= MOST_LOOKED_AT:
                break
        length = self.length
        best = heapq.nlargest(_BEST, ((score / (length[other] or 1.0), -other) for other, score in scores.items()))
        return [-other for _, other in best]

    def _likeness(self, one: int, other: int) -> float:
        shared = set(self.of_report[one]).intersection(self.of_report[other])
        lengths = self.length[one] * self.length[other]
        return sum(self.weight[concept] for concept in shared) / lengths if lengths else 0.0


def build(connection: Any) -> Index:
    """The index of one database, read by one of Datasette's connections; notices are nobody's like."""
    reports = [row[0] for row in connection.execute("select id from reports where kind <> 'notice' order by id")]
    number = {id: place for place, id in enumerate(reports)}
    concepts: list[tuple[str, str]] = []
    of_report = [array("i") for _ in reports]
    of_concept: list[array[int]] = []
    for dimension in _COMPARED:
        sql = f"select report_id, {dimension}_id from report_{DIMENSIONS[dimension]} where role = 'studied'"  # noqa: S608
        places: dict[str, int] = {}
        for report_id, concept_id in connection.execute(sql):
            report = number.get(report_id)
            if report is not None:
                if concept_id not in places:
                    places[concept_id] = len(concepts)
                    concepts.append((dimension, concept_id))
                    of_concept.append(array("i"))
                of_report[report].append(places[concept_id])
                of_concept[places[concept_id]].append(report)
    weight = [math.log(len(reports) / len(posting)) ** 2 for posting in of_concept]
    length = array("d", (math.sqrt(sum(weight[concept] for concept in own)) for own in of_report))
    return Index(reports, number, concepts, of_report, of_concept, weight, length)


async def similar(datasette: Any, report_id: str, apart_from: Iterable[str], concepts: Concepts) -> list[Similar]:
    """The reports most like this one, without those of its own study and their notices."""
    database = datasette.get_database(web.DATABASE)

    async def read() -> Index:
        return await database.execute_fn(build)  # type: ignore[no-any-return]

    index = await web.kept(datasette, "concepts studied by each report", read)
    nearest = index.nearest(report_id, apart_from)
    rows = await _rows(datasette, [id for id, _ in nearest], concepts)
    return [
        Similar(rows[id], _reasons([concepts.get(*index.concepts[one]) for one in shared])) for id, shared in nearest
    ]


def _reasons(shared: Iterable[Concept]) -> tuple[Concept, ...]:
    """A few that tell most: what is treated, with what and against what, then what was measured; of each dimension the
    two rarest, and each label once (neuroplasticity is a mechanism and an outcome)."""
    chosen: list[Concept] = []
    ranked = sorted(shared, key=lambda one: _TELLING.index(one.dimension))
    for one in ranked:
        fellows = [other for other in chosen if other.dimension == one.dimension]
        if len(fellows) < _OF_ONE_DIMENSION and all(other.label != one.label for other in chosen):
            chosen.append(one)
    return tuple(chosen[:_REASONS])


async def _rows(datasette: Any, ids: list[str], concepts: Concepts) -> dict[str, web.Row]:
    """What is shown of each report; ``design`` is the label."""
    found = await web.rows(datasette, _ROWS, {"ids": json.dumps(ids)}) if ids else []
    return {row["id"]: row | {"design": concepts.label(row["design"])} for row in found}
