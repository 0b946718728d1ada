"""What a build changed: reports added, removed and altered since the last one, and ids that must go on answering."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harvest import database
from harvest.errors import HarvestError

WATCHED = (
    "title", "abstract", "digest", "authors", "journal", "date", "doi", "pmid", "pmcid", "registrations", "kind", "mesh",
    "keywords", "publication_types", "design", "sample_size", "direction", "retracted", "concern", "corrected",
    "drugs", "conditions", "outcomes", "routes", "comparators",
    "mechanisms", "settings", "adjuncts", "regimens", "uses", "attributes",
)  # fmt: skip
"""Columns of reports whose change is worth telling. How many records there are of a report is not."""


@dataclass(frozen=True)
class Previous:
    """What the last build published: watched columns by report id, aliases, and rows per table."""

    reports: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    aliases: Mapping[str, str | None] = field(default_factory=dict)
    identifiers: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    records: Mapping[tuple[str, str], str] = field(default_factory=dict)
    row_counts: Mapping[str, int] = field(default_factory=dict)


def previous(path: Path) -> Previous:
    """The last build, empty when there is none or when its tables had another shape."""
    try:
        db = database.open_read_only(path)
    except HarvestError:
        return Previous()
    try:
        if not database.has_shape(db):
            return Previous()
        identifiers: dict[str, list[tuple[str, str]]] = {}
        for scheme, value, report_id in db.execute("select scheme, value, report_id from identifiers"):
            identifiers.setdefault(report_id, []).append((scheme, value))
        columns = ", ".join(WATCHED)
        return Previous(
            {row[0]: row[1:] for row in db.execute(f"select id, {columns} from reports")},  # noqa: S608
            dict(db.execute("select id, report_id from aliases").fetchall()),
            {report_id: tuple(pairs) for report_id, pairs in identifiers.items()},
            {(row[0], row[1]): row[2] for row in db.execute("select source, source_id, report_id from records")},
            {name: db[name].count for name in db.table_names() if not name.startswith("reports_fts")},
        )
    finally:
        db.close()


def change_rows(before: Previous, reports: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows of the table ``changes``. A first build has nothing to be compared with and gives none."""
    if not before.reports:
        return
    number, current = 0, set()
    for report in sorted(reports, key=lambda r: r["id"]):
        current.add(report["id"])
        old = before.reports.get(report["id"])
        changed = (
            [] if old is None else [name for name, value in zip(WATCHED, old, strict=True) if report[name] != value]
        )
        if old is None or changed:
            number += 1
            yield {"id": number, "report_id": report["id"], "change": "added" if old is None else "changed",
                   "fields": ", ".join(changed), "title": report["title"]}  # fmt: skip
    for report_id in sorted(set(before.reports) - current):
        number += 1
        title = before.reports[report_id][WATCHED.index("title")]
        yield {"id": number, "report_id": report_id, "change": "removed", "fields": "", "title": title}


def alias_rows(
    before: Previous, own: Mapping[str, str], records: Mapping[tuple[str, str], str],
    identifiers: Mapping[tuple[str, str], str],
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Rows of the table ``aliases``: every id ever published that is not a report's id now.

    own
        Other slugs of the present reports: alias -> report id.
    records, identifiers
        Where a source's record, or an identifier, is found now; they tell where an old id has gone.
    """
    present = set(records.values())
    moved = {old: records[key] for key, old in before.records.items() if key in records}
    for alias in sorted((set(own) | set(before.aliases) | set(before.reports)) - present):
        target = own.get(alias) or moved.get(alias) or before.aliases.get(alias)
        if target not in present:
            target = next(
                (identifiers[pair] for pair in before.identifiers.get(alias, ()) if pair in identifiers), None
            )
        reason = "other identifier" if alias in own else "joined with another report" if target else "no longer served"
        yield {"id": alias, "report_id": target, "reason": reason}
