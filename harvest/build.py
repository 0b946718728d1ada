"""From payloads to the published database: the walk, on one screen.

Every step is a function from the whole of its input to the whole of its output; none reaches back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from sqlite_utils import Database

from harvest import __version__, changes, check, database, dedupe, merge, rows, sources, vocabulary
from harvest.archive import Archive
from harvest.errors import BadInput
from harvest.flow import Intake, flow_rows
from harvest.link import Links, link
from harvest.normalise import normalise
from harvest.record import Record
from harvest.report import Report
from harvest.schema import DIMENSIONS
from harvest.sources import Payload, starter
from harvest.tagging import Tags, tag_reports
from harvest.vocabulary import Vocabulary

Say = Callable[[str], None]


@dataclass(frozen=True)
class Refusal:
    """A payload that could not be read: kept in the archive, listed in the table ``rejected``."""

    source: str
    source_id: str
    reason: str
    stage: str = "parse"
    rejected_at: str = ""


@dataclass(frozen=True)
class Harvested:
    """The archive as the build reads it; all empty when nothing has been harvested yet."""

    payloads: tuple[tuple[Payload, str], ...] = ()
    """With the hash of each payload's content."""
    gone: tuple[tuple[str, str, str], ...] = ()
    refused: tuple[Refusal, ...] = ()
    runs: tuple[dict[str, object], ...] = ()
    windows: tuple[dict[str, object], ...] = ()


def build(folder: Path, *, starter: bool = True, accept_shrink: bool = False, say: Say = lambda _: None) -> str:
    """Builds ``ketamine.db`` in the folder; gives a summary. Raises `CheckFailed` and leaves the old one if a check fails."""
    started = perf_counter()
    words = vocabulary.load()
    harvested = read_archive(folder / "raw.db")
    payloads = [*(p for p, _ in harvested.payloads), *(starter_payloads() if starter else ())]

    records, refused = parse(payloads)
    clusters = dedupe.cluster([normalise(record) for record in records])
    reports = merge.merge(clusters, merge.precedence())
    links = link(reports)
    tagged = list(tag_reports(reports, words))

    path = database.path_in(folder)
    before = changes.previous(path)
    with database.building(path) as db:
        write(db, harvested, payloads, refused, reports, links, tagged, words, before)
        database.finish(db)
        for line in check.check(db):
            say(line)
        if not accept_shrink:
            check.shrinkage(db, before)
        counts = {name: db[name].count for name in ("records", "reports", "studies", "evidence", "changes")}
    numbers = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    return f"{path}: {numbers}; {len(refused):,} payloads could not be read; {perf_counter() - started:.1f} s"


# ------------------------------------------------------------ reading


def starter_payloads() -> Iterator[Payload]:
    return starter.payloads()


def read_archive(path: Path) -> Harvested:
    if not path.is_file():
        return Harvested()
    with Archive(path, write=False) as archive:
        return Harvested(
            tuple((kept.payload, kept.hash) for kept in archive.current()),
            tuple(archive.gone()),
            tuple(Refusal(*row[:3], "fetch", row[3]) for row in archive.rejections()),
            tuple(vars(run) for run in archive.runs()),
            tuple(
                {"id": w.id, "run_id": w.run_id, "key": w.window.key, "kind": w.window.kind, "status": w.status,
                 "parameters": rows.json_text(w.window.parameters), "expected": w.expected, "received": w.received,
                 "translation": w.translation or None, "message": w.message or None}
                for w in archive.windows()
            ),
        )  # fmt: skip


def parse(payloads: Iterable[Payload]) -> tuple[list[Record], list[Refusal]]:
    """Every payload as a record; those that cannot be read as refusals."""
    modules = sources.load()
    records, refused = [], []
    for payload in payloads:
        try:
            records.append(modules[payload.source].parse(payload))
        except BadInput as problem:
            refused.append(Refusal(payload.source, payload.source_id, str(problem)))
    return records, refused


# ------------------------------------------------------------ writing


def write(
    db: Database, harvested: Harvested, payloads: list[Payload], refused: list[Refusal], reports: list[Report],
    links: Links, tagged: list[Tags], words: Vocabulary, before: changes.Previous,
) -> None:  # fmt: skip
    """Fills every table; order matters only to readers, keys are checked at the end."""
    records = Counter(record.source for report in reports for record in report.records)
    _write_sources(db, harvested, records)
    concepts = list(rows.concept_rows(words, tagged))
    for name in DIMENSIONS.values():
        database.insert(db, name, database.rows_of(name, (row for table, row in concepts if table == name)))
    titles = {name: module.ABOUT.title for name, module in sources.load().items()}
    pairs = zip(reports, tagged, strict=True)
    report_rows = [rows.report_row(report, tags, titles.__getitem__) for report, tags in pairs]
    database.insert(db, "reports", database.rows_of("reports", report_rows))
    database.insert(db, "authors", rows.author_rows(reports))
    held = {(p.source, p.source_id): (p.fetched_at, digest) for p, digest in harvested.payloads}
    database.insert(db, "records", rows.record_rows(reports, held))
    database.insert(db, "identifiers", rows.identifier_rows(reports))
    database.insert(db, "report_mesh", rows.mesh_rows(reports))
    for dimension, name in DIMENSIONS.items():
        database.insert(db, f"report_{name}", rows.tag_rows(tagged, dimension))
    database.insert(db, "evidence", rows.evidence_rows(tagged))
    for name, found in (
        ("studies", links.studies),
        ("study_reports", links.study_reports),
        ("report_links", links.report_links),
    ):
        database.insert(db, name, database.rows_of(name, map(rows.as_mapping, found)))
    _write_flow(db, harvested, payloads, refused, records, report_rows, len(links.studies))
    database.insert(db, "changes", database.rows_of("changes", changes.change_rows(before, report_rows)))
    _write_aliases(db, reports, before)
    about = {"version": __version__, "edition": "local", "vocabulary": vocabulary.fingerprint(words)}
    database.insert(db, "about", sorted(about.items()))


def _write_sources(db: Database, harvested: Harvested, records: Counter[str]) -> None:
    last = {run["source"]: run["finished_at"] for run in harvested.runs if run["status"] == "complete"}
    database.insert(db, "sources", (
        (name, about.title, about.homepage, about.documentation, about.licence, about.terms, records[name], last.get(name))
        for name, about in ((name, module.ABOUT) for name, module in sources.load().items())
    ))  # fmt: skip
    database.insert(db, "runs", database.rows_of("runs", harvested.runs))
    database.insert(db, "windows", database.rows_of("windows", harvested.windows))


def _write_flow(
    db: Database, harvested: Harvested, payloads: list[Payload], refused: list[Refusal], records: Counter[str],
    report_rows: list[rows.Row], studies: int,
) -> None:  # fmt: skip
    withdrawn = Counter(source for source, _, _ in harvested.gone)
    unreadable = Counter(refusal.source for refusal in refused)
    identified = Counter(payload.source for payload in payloads) + withdrawn
    database.insert(db, "flow", database.rows_of("flow", flow_rows(
        Intake(identified, withdrawn, unreadable), records, report_rows, studies)))  # fmt: skip
    gone = [Refusal(source, source_id, reason, "withdrawn") for source, source_id, reason in harvested.gone]
    known = {(r.source, r.source_id) for r in refused}
    earlier = [r for r in harvested.refused if (r.source, r.source_id) not in known]
    database.insert(db, "rejected", (
        (number, r.source, r.source_id or None, r.reason, r.stage, r.rejected_at or None)
        for number, r in enumerate([*earlier, *refused, *gone], start=1)
    ))  # fmt: skip


def _write_aliases(db: Database, reports: list[Report], before: changes.Previous) -> None:
    own = {alias: report.id for report in reports for alias in report.aliases}
    places = {record.key: report.id for report in reports for record in report.records}
    identifiers = {(scheme, value): report_id for scheme, value, report_id in rows.identifier_rows(reports)}
    database.insert(db, "aliases", database.rows_of("aliases", changes.alias_rows(before, own, places, identifiers)))
