"""Which reports belong to one study: by registration number, by the registry's references, as preprint and article."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from harvest.identifiers import registry_of, unique
from harvest.link.tables import INFERRED, ReportLink, Study, StudyReport
from harvest.record import Trial
from harvest.report import Report

MOST_REGISTRATIONS: Final = 3
"""A report that states more registration numbers than this is about many studies (a review), not a report of each."""
_PUBLICATIONS: Final = frozenset({"article", "preprint", "conference-abstract", "book"})


def memberships(reports: Sequence[Report], relations: Iterable[ReportLink]) -> list[StudyReport]:
    """Which report belongs to which study; the first rule that says so is kept."""
    found: dict[tuple[str, str], StudyReport] = {}

    def add(study_id: str, report_id: str, rule: str, certain: bool = True) -> None:
        found.setdefault((study_id, report_id), StudyReport(study_id, report_id, rule, int(certain)))

    places = _study_ids(reports)
    for report in reports:
        numbers = report.registrations
        if report.kind == "registry-entry" or len(numbers) <= MOST_REGISTRATIONS:
            for study_id in unique(place for number in numbers for place in places.get(number, (study_slug(number),))):
                add(study_id, report.id, "registration")
    relations = list(relations)
    entries = {report.id: places[report.registrations[0]] for report in reports if _is_entry(report)}
    for one in relations:
        if one.kind in ("has-result", "has-derived") and one.target_id:
            for study_id in entries.get(one.report_id, ()):
                add(study_id, one.target_id, "registry-result" if one.kind == "has-result" else "registry-derived")
    _add_preprints(found, relations)
    return sorted(found.values(), key=lambda row: (row.study_id, row.report_id))


def _is_entry(report: Report) -> bool:
    return report.kind == "registry-entry" and bool(report.registrations)


def _study_ids(reports: Iterable[Report]) -> dict[str, tuple[str, ...]]:
    """Registration number -> its studies: the one registered under it, else those whose entry lists it as secondary."""
    own: dict[str, tuple[str, ...]] = {}
    secondary: dict[str, list[str]] = defaultdict(list)
    for report in filter(_is_entry, reports):
        first, *others = report.registrations
        own[first] = (study_slug(first),)
        for number in others:
            secondary[number].append(study_slug(first))
    return {number: unique(sorted(ids)) for number, ids in secondary.items()} | own


def study_slug(number: str) -> str:
    """The study's id: its registration number in lower case, fit for an address.

    >>> study_slug("NCT01234567"), study_slug("CTRI/2018/05/013634")
    ('nct01234567', 'ctri-2018-05-013634')
    """
    return re.sub(r"[^a-z0-9]+", "-", number.lower()).strip("-")


def _add_preprints(found: dict[tuple[str, str], StudyReport], relations: Iterable[ReportLink]) -> None:
    """A preprint and its article share their studies; a pair without any is a study of its own."""
    studies: dict[str, set[str]] = defaultdict(set)
    for study_id, report_id in found:
        studies[report_id].add(study_id)
    for one in relations:
        if one.kind != "preprint-of" or not one.target_id:
            continue
        certain = not one.note.startswith(INFERRED)
        pair = (one.target_id, one.report_id)
        shared = studies[pair[0]] or studies[pair[1]] or {f"study-{one.target_id}"}
        for study_id in sorted(shared):
            for report_id in pair:
                row = StudyReport(study_id, report_id, "stated-preprint" if certain else "preprint-title", int(certain))
                found.setdefault((study_id, report_id), row)
                studies[report_id].add(study_id)


def studies(reports: Sequence[Report], members: Iterable[StudyReport]) -> Iterator[Study]:
    by_id = {report.id: report for report in reports}
    entries = {study_slug(report.registrations[0]): report for report in reports if _is_entry(report)}
    numbers = {study_slug(number): number for report in reports for number in report.registrations}
    inside: dict[str, list[Report]] = defaultdict(list)
    for row in members:
        inside[row.study_id].append(by_id[row.report_id])
    for study_id, held in sorted(inside.items()):
        yield _study(study_id, numbers.get(study_id, ""), entries.get(study_id), held)


def _study(study_id: str, number: str, entry: Report | None, held: Sequence[Report]) -> Study:
    study = Study(
        study_id, number, registry_of(number) if number else "", reports=len(held),
        publications=sum(report.kind in _PUBLICATIONS for report in held),
    )  # fmt: skip
    if entry is None:
        return study
    trial = entry.trial or Trial()
    return replace(
        study,
        **{name: getattr(trial, name) for name in Trial.__slots__ if name != "results_posted"},
        results_posted=None if trial.results_posted is None else int(trial.results_posted),
        title=entry.title,
        url=entry.url,
    )
