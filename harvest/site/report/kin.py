"""What a report belongs to and where it comes from: notices about it, its study, related reports, its records and ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from harvest.identifiers import address
from harvest.link.tables import INFERRED
from harvest.site import web
from harvest.site.report import rules

LINKS: Final = """
select report_links.kind, report_links.target_id, report_links.scheme, report_links.value, report_links.note,
       sources.title as source, reports.title, reports.year, reports.kind as target_kind, reports.journal
from report_links join sources on sources.id = report_links.source
left join reports on reports.id = report_links.target_id
where report_links.report_id = :report order by report_links.id
"""
STUDIES: Final = """
select studies.*, mine.rule, mine.certain from study_reports as mine join studies on studies.id = mine.study_id
where mine.report_id = :report order by studies.id
"""
SIBLINGS: Final = """
select others.study_id, reports.id, reports.title, reports.year, reports.kind, reports.journal, reports.retracted,
       others.rule, others.certain
from study_reports as mine join study_reports as others on others.study_id = mine.study_id
join reports on reports.id = others.report_id
where mine.report_id = :report and others.report_id <> :report
order by others.study_id, reports.sort_key limit 200
"""
RECORDS: Final = """
select records.*, sources.title as source_title from records join sources on sources.id = records.source
where report_id = :report order by match_rule <> 'first', records.source, source_id
"""
ALIASES: Final = "select id, reason from aliases where report_id = :report order by id"
_NOTICES: Final = {"retracted-by": "retracted", "concern-raised-by": "concern", "corrected-by": "corrected"}
_ABROAD: Final = {"pmid": "PubMed", "doi": "DOI", "nct": "ClinicalTrials.gov"}


@dataclass(frozen=True, slots=True)
class Related:
    """Another document, as one or more sources relate it to this report; ``report_id`` is '' where it is not held."""

    kind: str
    report_id: str
    title: str
    about: str
    href: str
    """Where to read it: here, or at the service that holds it; '' where only a note names it."""
    sources: tuple[str, ...]
    inferred: str = ""
    """Why it is related, where no source says so."""

    @property
    def relation(self) -> str:
        return rules.LINKS.get(self.kind, self.kind.replace("-", " "))


@dataclass(frozen=True, slots=True)
class Study:
    """A study with its other reports; ``rule`` says why this report belongs to it."""

    row: Mapping[str, Any]
    rule: str
    certain: bool
    others: tuple[Mapping[str, Any], ...]


def related(links: Iterable[Mapping[str, Any]]) -> list[Related]:
    """What sources say this report is to others, each pair once; from the rows of `LINKS`."""
    same: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in links:
        named = row["target_id"] or row["value"] or row["note"] or ""
        same.setdefault((row["kind"], named), []).append(row)
    return [_related(rows) for rows in same.values()]


def _related(rows: list[Mapping[str, Any]]) -> Related:
    first = rows[0]
    note = next((row["note"] for row in rows if row["note"]), "")
    inferred = all((row["note"] or "").startswith(INFERRED) for row in rows)
    sources = tuple(dict.fromkeys(row["source"] for row in rows))
    if first["target_id"]:
        about = ", ".join(str(part) for part in (first["journal"], first["year"]) if part)
        href, title = web.row_address("reports", first["target_id"]), first["title"] or first["target_id"]
    else:
        service = _ABROAD.get(first["scheme"] or "", "")
        about, href = "not in this database", address(first["scheme"], first["value"] or "") if service else ""
        title = f"{service} {first['value']}" if href else note or first["value"] or "not named"
    return Related(
        first["kind"], first["target_id"] or "", title, about, href, sources,
        note.removeprefix(INFERRED) if inferred else "",
    )  # fmt: skip


def notices(all_related: Iterable[Related]) -> dict[str, list[Related]]:
    """The notices about this report: retracted, concern, corrected -> where they are."""
    found: dict[str, list[Related]] = {}
    for one in all_related:
        if one.kind in _NOTICES:
            found.setdefault(_NOTICES[one.kind], []).append(one)
    return found


def studies(found: Iterable[Mapping[str, Any]], siblings: Iterable[Mapping[str, Any]]) -> list[Study]:
    """The studies it reports on, each with its other reports; from the rows of `STUDIES` and of `SIBLINGS`."""
    others: dict[str, list[Mapping[str, Any]]] = {}
    for row in siblings:
        others.setdefault(row["study_id"], []).append({**row, "rule": _why(row["rule"])})
    return [Study(row, _why(row["rule"]), bool(row["certain"]), tuple(others.get(row["id"], ()))) for row in found]


def _why(rule: str) -> str:
    return rules.STUDY.get(rule, rule.replace("-", " "))


def records(found: Iterable[Mapping[str, Any]]) -> list[web.Row]:
    """What was merged into the report, first the record it began with; ``why`` says what joined it."""
    return [{**row, "why": rules.match(row["match_rule"])} for row in found]
