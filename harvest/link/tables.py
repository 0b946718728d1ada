"""Rows of the tables ``studies``, ``study_reports`` and ``report_links``; fields are named as their columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from harvest.record import LinkKind

_PAIRS: Final[tuple[tuple[LinkKind, LinkKind], ...]] = (
    ("retracted-by", "retracts"), ("corrected-by", "corrects"), ("concern-raised-by", "raises-concern-about"),
    ("updated-by", "updates"), ("republished-as", "republishes"), ("commented-on-by", "comments-on"),
    ("preprint-of", "has-preprint"), ("has-result", "result-of"), ("has-derived", "derived-from"),
)  # fmt: skip
INVERSE: Final[Mapping[LinkKind, LinkKind]] = dict([*_PAIRS, *((b, a) for a, b in _PAIRS)])
INFERRED: Final = "inferred: "
"""Begins the note of a relation that no source states; the name of the rule follows."""


@dataclass(frozen=True, slots=True)
class Study:
    """An investigation: a row of ``studies``. Facts are those of its registry entry; empty where none is held."""

    id: str
    registration: str = ""
    registry: str = ""
    title: str = ""
    status: str = ""
    phase: str = ""
    study_type: str = ""
    allocation: str = ""
    masking: str = ""
    enrolment: int | None = None
    enrolment_type: str = ""
    start_date: str = ""
    completion_date: str = ""
    results_posted: int | None = None
    sponsor: str = ""
    conditions: tuple[str, ...] = ()
    interventions: tuple[str, ...] = ()
    primary_outcomes: tuple[str, ...] = ()
    reports: int = 0
    publications: int = 0
    """Reports that are neither registry entries nor notices."""
    url: str = ""


@dataclass(frozen=True, slots=True)
class StudyReport:
    """A report of a study, by a rule: ``registration``, ``registry-result``, ``registry-derived``,
    ``stated-preprint`` or, not certain, ``preprint-title``."""

    study_id: str
    report_id: str
    rule: str
    certain: int = 1


@dataclass(frozen=True, slots=True)
class ReportLink:
    """``report_id`` stands in the relation ``kind`` to the target; ``target_id`` is '' when no such report is held."""

    id: int
    report_id: str
    kind: LinkKind
    target_id: str
    scheme: str
    value: str
    note: str
    source: str


@dataclass(frozen=True)
class Links:
    """Rows of the tables ``studies``, ``study_reports`` and ``report_links``."""

    studies: tuple[Study, ...]
    study_reports: tuple[StudyReport, ...]
    report_links: tuple[ReportLink, ...]
