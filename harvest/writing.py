"""What the steps of a build brought, written into the tables."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlite_utils import Database

from harvest import __version__, accuracy, changes, database, rows, sources, vocabulary
from harvest.extraction import Extracted
from harvest.flow import Intake, flow_rows
from harvest.link import Links
from harvest.reading import History, Parsed
from harvest.report import Report
from harvest.schema import DIMENSIONS
from harvest.vocabulary import Vocabulary


@dataclass(frozen=True)
class Walk:
    """All that the steps of a build brought; ``reports`` and ``extracted`` go in step."""

    history: History
    parsed: Parsed
    reports: list[Report]
    links: Links
    extracted: list[Extracted]
    words: Vocabulary
    before: changes.Previous


def write(db: Database, walk: Walk) -> None:
    """Fills every table; order matters only to readers, keys are checked at the end."""
    reports, extracted, links = walk.reports, walk.extracted, walk.links
    tagged = [one.tags for one in extracted]
    records = Counter(record.source for report in reports for record in report.records)
    _write_sources(db, walk.history, records)
    concepts = list(rows.concept_rows(walk.words, tagged))
    for name in DIMENSIONS.values():
        database.insert(db, name, database.rows_of(name, (row for table, row in concepts if table == name)))
    titles = {name: module.ABOUT.title for name, module in sources.load().items()}
    pairs = zip(reports, extracted, strict=True)
    report_rows = [rows.report_row(report, read, titles.__getitem__) for report, read in pairs]
    database.insert(db, "reports", database.rows_of("reports", report_rows))
    database.insert(db, "authors", rows.author_rows(reports))
    database.insert(db, "records", rows.record_rows(reports, walk.parsed.held))
    database.insert(db, "identifiers", rows.identifier_rows(reports))
    database.insert(db, "report_mesh", rows.mesh_rows(reports))
    for dimension, name in DIMENSIONS.items():
        database.insert(db, f"report_{name}", rows.tag_rows(tagged, dimension))
    database.insert(db, "evidence", rows.evidence_rows(tagged))
    database.insert(db, "quantities", rows.quantity_rows(extracted))
    database.insert(db, "findings", rows.finding_rows(extracted))
    database.insert(db, "accuracy", database.rows_of("accuracy", accuracy.read()))
    for name, found in (
        ("studies", links.studies),
        ("study_reports", links.study_reports),
        ("report_links", links.report_links),
    ):
        database.insert(db, name, database.rows_of(name, map(rows.as_mapping, found)))
    _write_flow(db, walk, records, report_rows)
    database.insert(db, "changes", database.rows_of("changes", changes.change_rows(walk.before, report_rows)))
    _write_aliases(db, reports, walk.before)
    about = {"version": __version__, "edition": "local", "vocabulary": vocabulary.fingerprint(walk.words),
             "rules": accuracy.rules_version()}  # fmt: skip
    database.insert(db, "about", sorted(about.items()))


def _write_sources(db: Database, history: History, records: Counter[str]) -> None:
    last = {run["source"]: run["finished_at"] for run in history.runs if run["status"] == "complete"}
    database.insert(db, "sources", (
        (name, about.title, about.homepage, about.documentation, about.licence, about.terms, records[name], last.get(name))
        for name, about in ((name, module.ABOUT) for name, module in sources.load().items())
    ))  # fmt: skip
    database.insert(db, "runs", database.rows_of("runs", history.runs))
    database.insert(db, "windows", database.rows_of("windows", history.windows))


def _write_flow(db: Database, walk: Walk, records: Counter[str], report_rows: list[rows.Row]) -> None:
    unreadable = Counter(refusal.source for refusal in walk.parsed.refused)
    withdrawn = Counter(refusal.source for refusal in walk.history.refused if refusal.stage == "withdrawn")
    intake = Intake(records + unreadable + withdrawn, withdrawn, unreadable)
    steps = flow_rows(intake, records, report_rows, len(walk.links.studies))
    database.insert(db, "flow", database.rows_of("flow", steps))
    # What was refused on arrival and still cannot be read is told once.
    known = {(refusal.source, refusal.source_id) for refusal in walk.parsed.refused}
    earlier = [r for r in walk.history.refused if r.stage == "withdrawn" or (r.source, r.source_id) not in known]
    database.insert(db, "rejected", (
        (number, r.source, r.source_id or None, r.reason, r.stage, r.rejected_at or None)
        for number, r in enumerate([*walk.parsed.refused, *earlier], start=1)
    ))  # fmt: skip


def _write_aliases(db: Database, reports: list[Report], before: changes.Previous) -> None:
    own = {alias: report.id for report in reports for alias in report.aliases}
    places = {record.key: report.id for report in reports for record in report.records}
    identifiers = {(scheme, value): report_id for scheme, value, report_id in rows.identifier_rows(reports)}
    database.insert(db, "aliases", database.rows_of("aliases", changes.alias_rows(before, own, places, identifiers)))
