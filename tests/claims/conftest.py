"""A database of a few invented reports, tags and findings, filled row by row."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from harvest import database, vocabulary
from harvest.claims.model import Question
from harvest.claims.query import Queries
from harvest.schema import DIMENSIONS
from harvest.vocabulary import Vocabulary

Row = dict[str, Any]
FACT_TABLES = ("drugs", *(name for name in DIMENSIONS.values() if name not in ("drugs", "designs")))


@dataclass
class Shelf:
    """Takes reports one by one; ids of reports and findings are counted up."""

    db: Database
    words: Vocabulary
    reports: int = 0
    findings: int = 0
    tags: dict[str, list[str]] = field(default_factory=dict)

    def report(
        self,
        *,
        design: str | None = "randomised-controlled-trial",
        n: int | None = 40,
        findings: Sequence[Row] = (),
        **more: Any,
    ) -> str:
        """A report on depression treated with ketamine against placebo; ``conditions=[..]`` and the like change its tags."""
        self.reports += 1
        key = f"pmid-{self.reports}"
        tags = {
            "drugs": ["ketamine"], "conditions": ["depression"], "outcomes": ["depressive-symptoms"],
            "comparators": ["placebo"], "uses": ["treatment", "psychiatric-treatment"],
        } | {name: more.pop(name) for name in FACT_TABLES if name in more}  # fmt: skip
        row = {
            "id": key, "sort_key": f"2020|{key}", "title": f"Invented report {key}", "kind": "article", "design": design,
            "abstract": "Ketamine eased it. " * 40, "abstract_kind": "abstract", "sample_size": n, "retracted": 0,
            "concern": 0, "corrected": 0, "abstract_open": 0, "sources": "[]", "records": 1, "animal": 0,
            **{name: json.dumps(tags.get(name, [])) for name in FACT_TABLES},
        } | more  # fmt: skip
        database.insert(self.db, "reports", database.rows_of("reports", [row]))
        for name in DIMENSIONS.values():
            rows = [(key, one, "studied", 1) for one in tags.get(name, [])]
            database.insert(self.db, f"report_{name}", rows)
        for each in findings:
            self._finding(key, each)
        return key

    def _finding(self, report: str, given: Row) -> None:
        self.findings += 1
        start = 19 * (self.findings % 20)
        row = {
            "id": self.findings, "report_id": report, "outcome_id": "depressive-symptoms", "direction": "benefit",
            "change": "decreased", "basis": "between-groups", "hedged": 0, "field": "abstract", "start": start,
            "end": start + 18, "cue_start": start, "cue_end": start + 7, "rule": "test", "drug_id": "ketamine",
        } | given  # fmt: skip
        database.insert(self.db, "findings", database.rows_of("findings", [row]))

    def name(self, finding: int, dimension: str, concept: str) -> None:
        """The sentence of the finding names the concept."""
        database.insert(self.db, "finding_concepts", [(finding, dimension, concept)])

    def ask(self, question: Question, threshold: float | None = None) -> Row:
        """The row of the question's verdict."""
        return next(iter(self.db.query(Queries(self.words).verdict(question, threshold))))

    def stances(self, question: Question) -> dict[str, tuple[str, str]]:
        """Report -> (rung, stance)."""
        return {
            row["report_id"]: (row["rung"], row["stance"])
            for row in self.db.query(Queries(self.words).stances(question))
        }


def finding(direction: str = "benefit", **more: Any) -> Row:
    """A finding between groups, of the direction."""
    change = {"benefit": "decreased", "harm": "increased", "no-difference": "no-difference"}.get(direction, direction)
    return {"direction": direction, "change": change} | more


@pytest.fixture(scope="session")
def words() -> Vocabulary:
    return vocabulary.load()


@pytest.fixture
def shelf(tmp_path: Path, words: Vocabulary) -> Iterator[Shelf]:
    with database.building(tmp_path / "ketamine.db") as db:
        for concept in words.concepts:
            row = {"id": concept.id, "label": concept.label, "broader": concept.broader or None, "reports": 0, "studied": 0,
                   "kind": concept.kind or None}  # fmt: skip
            database.insert(db, DIMENSIONS[concept.dimension], database.rows_of(DIMENSIONS[concept.dimension], [row]))
        yield Shelf(db, words)


@pytest.fixture
def depression() -> Callable[..., Question]:
    """The question whether ketamine eases depression; fields can be changed."""

    def make(**more: Any) -> Question:
        usual: dict[str, Any] = {
            "id": "q", "asks": "Does it ease depression?", "kind": "efficacy", "conditions": ("depression",),
            "outcomes": ("depressive-symptoms", "response", "remission"), "comparators": "inert",
        }  # fmt: skip
        return Question(**(usual | more))

    return make
