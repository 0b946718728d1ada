"""Relations between reports: which reports belong to one study, and which report corrects or retracts which.

Nothing is joined here; reports stay what they are. Every relation carries the rule that found it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from harvest.dedupe.keys import fold_title, journal_forms
from harvest.dedupe.match import same_journal
from harvest.identifiers import registry_of, unique
from harvest.record import Author, LinkKind, Trial
from harvest.report import Report

MOST_REGISTRATIONS: Final = 3
"""A report that states more registration numbers than this is about many studies (a review), not a report of each."""
_PREPRINT_YEARS: Final = 3
_PUBLICATIONS: Final = frozenset({"article", "preprint", "conference-abstract", "book"})
_PAIRS: Final[tuple[tuple[LinkKind, LinkKind], ...]] = (
    ("retracted-by", "retracts"), ("corrected-by", "corrects"), ("concern-raised-by", "raises-concern-about"),
    ("updated-by", "updates"), ("republished-as", "republishes"), ("commented-on-by", "comments-on"),
    ("preprint-of", "has-preprint"), ("has-result", "result-of"), ("has-derived", "derived-from"),
)  # fmt: skip
INVERSE: Final[Mapping[LinkKind, LinkKind]] = dict([*_PAIRS, *((b, a) for a, b in _PAIRS)])


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


def link(reports: Sequence[Report]) -> Links:
    """All studies and relations among the reports, in an order that depends on the reports' ids only."""
    ordered = sorted(reports, key=lambda report: report.id)
    relations = _relations(ordered)
    members = _memberships(ordered, relations)
    return Links(tuple(_studies(ordered, members)), tuple(members), tuple(relations))


# ------------------------------------------------------------------ relations


def _relations(reports: Sequence[Report]) -> list[ReportLink]:
    """Stated and inferred relations, each also in the other direction where both reports are held."""
    stated = list(_stated(reports))
    inferred = [*_titled_notices(reports, stated), *_titled_preprints(reports, stated)]
    found: dict[tuple[str, ...], ReportLink] = {}
    for one in (*stated, *filter(None, map(_inverse, stated)), *inferred, *filter(None, map(_inverse, inferred))):
        key = (one.report_id, one.kind, one.target_id or f"{one.scheme}:{one.value}" * bool(one.value) or one.note, one.source)
        found.setdefault(key, one)
    ranked = sorted(found.values(), key=lambda one: (one.report_id, one.kind, one.target_id, one.value, one.note, one.source))
    return [replace(one, id=number) for number, one in enumerate(ranked, start=1)]


def _inverse(one: ReportLink) -> ReportLink | None:
    kind = INVERSE.get(one.kind)
    if kind is None or not one.target_id:
        return None
    return ReportLink(0, one.target_id, kind, one.report_id, "", "", one.note if one.note.startswith("inferred") else "", one.source)


def _stated(reports: Sequence[Report]) -> Iterator[ReportLink]:
    """What the sources state. A statement about itself is dropped: it marks the report, it relates it to nothing."""
    held = _held(reports)
    for report in reports:
        for stated in report.links:
            one = stated.link
            target = held.get((one.scheme, one.value), "") or held.get(("record", one.note.partition(";")[0]), "")
            if target != report.id:
                yield ReportLink(0, report.id, one.kind, target, one.scheme, one.value, one.note, stated.source)


def _held(reports: Iterable[Report]) -> dict[tuple[str, str], str]:
    """Identifier -> report; Europe PMC names preprints by its own ids (``PPR:PPR1``), so these count too."""
    held: dict[tuple[str, str], str] = {}
    for report in reports:
        for record in report.records:
            for scheme, value in record.identifiers():
                held.setdefault(("nct" if scheme == "registration" else scheme, value), report.id)
            if record.source == "europepmc":
                held.setdefault(("record", record.source_id), report.id)
    return held


_MARKER: Final = r"(?P<{}>retraction|correction|erratum|corrigendum|addendum|expression of concern)"
_NAMES_TARGET: Final = (
    re.compile(
        r"\W*(?:(?:author|publisher|editorial)\W*s?\s+)?" + _MARKER.format("kind") + r"(?:\s+(?:note|notice|statement))?"
        r"(?:\s+(?:to|for|of|on))?\s*[:.,—–-]?\s*(?P<title>.{12,})",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<title>.{12,}?)\W+" + _MARKER.format("kind") + r"(?:\s+(?:note|notice))?\W*$", re.IGNORECASE),
)
_QUOTED: Final = re.compile(r"[\"“”„«'‘](.{12,})[\"“”»'’]")
_CITATION: Final = re.compile(r"\s*[\[(][^\])]*(?:\d{4}|doi)[^\])]*[\])]\W*$", re.IGNORECASE)


def named_title(notice: str) -> tuple[LinkKind, str] | None:
    """What a notice does and the folded title of the report it names; None when it names none.

    >>> named_title("Correction to: Effects of a small dose"), named_title("'Effects of a small dose': Erratum")
    (('corrects', 'effects of a small dose'), ('corrects', 'effects of a small dose'))
    """
    for pattern in _NAMES_TARGET:
        found = pattern.match(notice)
        if found:
            marker, title = found["kind"].lower(), _CITATION.sub("", found["title"])
            quoted = _QUOTED.search(title) if title[:1] in "\"“„«'‘" else None
            folded = fold_title(quoted.group(1) if quoted else title)
            return ("retracts" if marker == "retraction" else "raises-concern-about" if "concern" in marker else "corrects"), folded
    return None


def _titled_notices(reports: Sequence[Report], stated: Iterable[ReportLink]) -> Iterator[ReportLink]:
    """Notices whose relation no source states but whose title names one report, of the same journal as far as known."""
    done = {one.report_id for one in stated if one.target_id} | {one.target_id for one in stated if one.kind in INVERSE}
    by_title = _by_title(report for report in reports if report.kind in ("article", "conference-abstract"))
    for notice in reports:
        named = named_title(notice.title) if notice.kind == "notice" and notice.id not in done else None
        if named is None:
            continue
        kind, title = named
        targets = [r for r in by_title.get(title.replace(" ", ""), ()) if _may_concern(notice, r)]
        if len(targets) == 1:
            source = notice.joins[0].record.source
            yield ReportLink(0, notice.id, kind, targets[0].id, "", "", "inferred: notice-title", source)


def _may_concern(notice: Report, report: Report) -> bool:
    if notice.year and report.year and notice.year < report.year:
        return False
    names, others = _journals(notice), _journals(report)
    return not names or not others or same_journal(names, others)


def _journals(report: Report) -> tuple[tuple[str, ...], ...]:
    names = unique(name for r in report.records for name in (r.journal, r.journal_abbreviation))
    return tuple(dict.fromkeys(form for name in names for form in journal_forms(name)))


def _titled_preprints(reports: Sequence[Report], stated: Iterable[ReportLink]) -> Iterator[ReportLink]:
    """Preprints whose title, first author and time are those of one article, where no source states the pair."""
    done = {one.report_id for one in stated if one.kind == "preprint-of" and one.target_id}
    done |= {one.target_id for one in stated if one.kind == "has-preprint"}
    by_title = _by_title(report for report in reports if report.kind == "article")
    for preprint in reports:
        if preprint.kind != "preprint" or preprint.id in done:
            continue
        same = [r for r in by_title.get(_compact(preprint.title), ()) if _may_publish(preprint, r)]
        if len(same) == 1:
            source = preprint.joins[0].record.source
            yield ReportLink(0, preprint.id, "preprint-of", same[0].id, "", "", "inferred: preprint-title", source)


def _may_publish(preprint: Report, article: Report) -> bool:
    """First authors share a name, and the article follows within three years (or by a year's end before)."""
    if not preprint.authors or not article.authors:
        return False
    if not _first_words(preprint.authors) & _first_words(article.authors):
        return False
    if preprint.year is None or article.year is None:
        return True
    return -1 <= article.year - preprint.year <= _PREPRINT_YEARS


def _first_words(authors: Sequence[Author]) -> set[str]:
    first = authors[0]
    return {word for word in fold_title(first.family or first.name).split() if len(word) > 1}


def _compact(title: str) -> str:
    return fold_title(title).replace(" ", "")


def _by_title(reports: Iterable[Report]) -> dict[str, list[Report]]:
    found: dict[str, list[Report]] = defaultdict(list)
    for report in reports:
        for title in {_compact(record.title) for record in report.records} - {""}:
            found[title].append(report)
    return found


# ------------------------------------------------------------------ studies


def _memberships(reports: Sequence[Report], relations: Iterable[ReportLink]) -> list[StudyReport]:
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
        certain = not one.note.startswith("inferred")
        pair = (one.target_id, one.report_id)
        shared = studies[pair[0]] or studies[pair[1]] or {f"study-{one.target_id}"}
        for study_id in sorted(shared):
            for report_id in pair:
                row = StudyReport(study_id, report_id, "stated-preprint" if certain else "preprint-title", int(certain))
                found.setdefault((study_id, report_id), row)
                studies[report_id].add(study_id)


def _studies(reports: Sequence[Report], members: Iterable[StudyReport]) -> Iterator[Study]:
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
