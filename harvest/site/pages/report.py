"""The page of a report: what ``row-ketamine-reports.html`` shows beside the row itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from harvest.site import highlight, together, web
from harvest.site.highlight import Span
from harvest.site.pages.cite import how_to_cite
from harvest.site.quotes import is_digest, is_withheld, rights
from harvest.site.report import cited, facts, heading, kin, results, similar, tags
from harvest.site.report.concepts import Concepts, concepts

_QUESTIONS: Final = {
    "report": "select * from reports where id = :report",
    "evidence": tags.EVIDENCE, "roles": tags.ROLES, "quantities": facts.QUANTITIES, "findings": results.FINDINGS,
    "authors": cited.AUTHORS, "records": kin.RECORDS, "links": kin.LINKS, "studies": kin.STUDIES,
    "siblings": kin.SIBLINGS, "aliases": kin.ALIASES,
}  # fmt: skip
"""Everything the page is made of, but for similar reports; asked together."""
_ON_AT_FIRST: Final = {"condition", "outcome", "drug", "comparator", "route", "design", "number", "finding"}
"""What is marked when the page opens; the rest is one tick away."""
_PHRASES: Final = {"mesh": "MeSH headings", "keywords": "Keywords", "publication_types": "Publication types"}


@dataclass(frozen=True, slots=True)
class Paragraph:
    label: str
    body: Markup


@dataclass(frozen=True, slots=True)
class Mark:
    """An item of the legend: ``kind`` is the class, ``number`` how many stretches are marked."""

    kind: str
    number: int
    on: bool


async def more(datasette: Any, key: str) -> dict[str, Any]:
    """Everything beside the row. Raises `NotFound` where there is no such report, as the row's own page does."""
    found = await together.answers(datasette, _QUESTIONS, {"report": key})
    if not found["report"]:
        raise web.missing(f"There is no report {key} here.")
    report, numbers, findings = found["report"][0], found["quantities"], found["findings"]
    known = await concepts(datasette)
    evidence = tags.in_order(found["evidence"])
    listed = tags.tags(report, found["roles"], evidence, known)
    return {
        "report": report,
        "texts": texts(report, evidence, numbers, findings, known),
        "legend": legend(report, evidence, numbers, findings),
        "withheld": is_withheld(report),
        "rights": rights(report, "abstract"),
        "of_digest": is_digest(report, "abstract"),
        "facts": facts.facts(report, listed, numbers, known),
        "fact_anchor": facts.fact_anchor,
        "sentences": results.sentences(report, findings, known),
        "findings": len(findings),
        "conclusion": results.conclusion(report, findings, known),
        "harms": results.harms(report, listed, findings, known),
        "tags": listed,
        "fold_after": heading.FOLD_AFTER,
        **await _around(datasette, found, known),
    }


async def _around(datasette: Any, found: Mapping[str, list[web.Row]], known: Concepts) -> dict[str, Any]:
    """Its people, its kin, where it comes from, and how to cite it."""
    report, authors = found["report"][0], found["authors"]
    records = kin.records(found["records"])
    related = kin.related(found["links"])
    studies = kin.studies(found["studies"], found["siblings"])
    family = {one["id"] for study in studies for one in study.others} | {one.report_id for one in related}
    return {
        "people": heading.people(report, authors),
        "published": heading.published(report),
        "kind": heading.kind(report),
        "language": heading.language(report),
        "elsewhere": heading.elsewhere(report, records),
        "registrations": heading.registrations(report, studies),
        "notices": kin.notices(related),
        "related": related,
        "studies": studies,
        "records": records,
        "aliases": found["aliases"],
        "for_machines": lambda request: cited.for_machines(datasette, request, report, authors),
        "cite": await how_to_cite(report, authors),
        "similar": await similar.similar(datasette, report["id"], family, known),
    }


def texts(
    report: Mapping[str, Any], evidence: Sequence[Mapping[str, Any]], numbers: Sequence[Mapping[str, Any]],
    findings: Sequence[Mapping[str, Any]], known: Concepts,
) -> dict[str, Any]:  # fmt: skip
    """The texts with everything marked: ``title``, ``paragraphs`` of the abstract, ``digest`` where it stands beside
    an abstract, and ``phrases`` (name, Markup) of index terms."""

    def spans(field: str) -> list[Span]:
        return tags.spans(evidence, field, known) + facts.spans(numbers, field) + results.spans(findings, field)

    return {
        "title": highlight.marked(report["title"], spans("title"), prefix=tags.PREFIXES["title"]),
        "paragraphs": _paragraphs(report["abstract"], report["sections"], spans("abstract"), tags.PREFIXES["abstract"]),
        "digest": _paragraphs(None if is_digest(report, "abstract") else report["digest"], None, (), ""),
        "phrases": [
            (name, highlight.marked(report[field], spans(field), prefix=tags.PREFIXES[field]))
            for field, name in _PHRASES.items()
            if report[field]
        ],
    }


def _paragraphs(text: str | None, sections: str | None, spans: Sequence[Span], prefix: str) -> list[Paragraph]:
    return [
        Paragraph(part.label, highlight.marked(text or "", spans, part.start, part.end, prefix))
        for part in highlight.parts(text, sections)
    ]


def legend(
    report: Mapping[str, Any], evidence: Iterable[Mapping[str, Any]], numbers: Iterable[Mapping[str, Any]],
    findings: Iterable[Mapping[str, Any]],
) -> list[Mark]:  # fmt: skip
    """The kinds of marks that the texts of this page hold, in a fixed order."""
    counts: dict[str, int] = {}
    listed = [(row["dimension"], row["field"]) for row in evidence]
    listed += [("number", row["field"]) for row in numbers]
    listed += [("finding", row["field"]) for row in findings]
    for kind, field in listed:
        if report[field]:
            counts[kind] = counts.get(kind, 0) + 1
    order = (*highlight.KINDS, "finding")
    return [Mark(kind, counts[kind], kind in _ON_AT_FIRST) for kind in order if kind in counts]


ROWS: Final = {"reports": more}
