"""Reports, studies and tags as rows of the tables in `harvest.schema`."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any

from harvest.extraction import Extracted
from harvest.report import Report
from harvest.schema import DIMENSIONS
from harvest.tagging import Tags
from harvest.vocabulary import Vocabulary

Row = dict[str, Any]

_OPEN = re.compile(
    r"creativecommons\.org/(licenses/by|publicdomain)|\bcc[ -]?(by|0|zero)\b|public domain", re.IGNORECASE
)
_RESTRICTED = re.compile(r"\bnc\b|\bnd\b|noncommercial|noderiv", re.IGNORECASE)


def openly_licensed(rights: str) -> bool:
    """Whether the stated rights are an open licence by the Open Definition: CC0, CC BY, CC BY-SA or the public domain.

    NonCommercial and NoDerivatives licences do not count: who publishes a copy may not know how it will be used.
    """
    return bool(_OPEN.search(rights)) and not _RESTRICTED.search(rights)


def array(values: Iterable[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def as_mapping(item: Any) -> Row:
    """A dataclass, with sequences as JSON text and empty text as null."""
    return {name: array(value) if isinstance(value, tuple) else None if value == "" else value
            for name, value in asdict(item).items()}  # fmt: skip


def report_row(report: Report, extracted: Extracted, title_of: Callable[[str], str] = str) -> Row:
    """A row of ``reports``; empty text is null, arrays are JSON. ``title_of`` names a source for readers."""
    tags = extracted.tags
    arrays = {name: array(tags.studied(dimension)) for dimension, name in DIMENSIONS.items() if name != "designs"}
    sources = sorted({record.source for record in report.records})
    row: Row = {
        name: getattr(report, name) or None
        for name in (
            "original_title", "abstract", "abstract_kind", "abstract_source", "digest", "year", "date", "journal", "journal_abbreviation", "issn",
            "volume", "issue", "pages", "publisher", "doi", "pmid", "pmcid", "language", "url",
        )
    }  # fmt: skip
    return row | arrays | {
        "id": report.id, "sort_key": report.sort_key, "title": report.title, "kind": report.kind,
        "sections": json.dumps([asdict(s) for s in report.sections], ensure_ascii=False) if report.sections else None,
        "authors": "; ".join(author.name for author in report.authors) or None,
        "registrations": "; ".join(report.registrations) or None,
        "publication_types": report.publication_type_text or None, "mesh": report.mesh_text or None,
        "keywords": report.keyword_text or None, "design": tags.design, "sample_size": extracted.sample_size,
        # Without an abstract nobody can know what the report states: null, where "not-stated" would be a claim.
        "direction": None if extracted.direction == "not-stated" and not report.abstract else extracted.direction,
        "retracted": int(bool(report.retracted_by)),
        "retraction_note": f"Stated by {', '.join(map(title_of, report.retracted_by))}." if report.retracted_by else None,
        "concern": int(bool(report.concern_by)), "corrected": int(bool(report.corrected_by)),
        "abstract_rights": report.rights or None,
        "abstract_open": int(report.abstract_kind == "digest" or openly_licensed(report.rights)),
        "sources": array(sources), "records": len(report.joins), "animal": int(tags.animal),
        "names_drug": any(tag.dimension == "drug" for tag in tags.tags),
    }  # fmt: skip


def author_rows(reports: Iterable[Report]) -> Iterator[tuple[Any, ...]]:
    for report in reports:
        for position, author in enumerate(report.authors, start=1):
            yield (report.id, position, author.name, author.family or None, author.given or None, author.orcid or None,
                   int(author.collective))  # fmt: skip


def mesh_rows(reports: Iterable[Report]) -> Iterator[tuple[Any, ...]]:
    for report in reports:
        for position, heading in enumerate(report.mesh, start=1):
            yield report.id, position, heading.ui or None, heading.name, int(heading.major)


def identifier_rows(reports: Iterable[Report]) -> Iterator[tuple[str, str, str]]:
    """(scheme, value, report id), of the report itself and of every record that was joined into it."""
    for report in reports:
        found = {pair for record in report.records for pair in record.identifiers()}
        for scheme, value in sorted(found):
            yield scheme, value, report.id


def record_rows(
    reports: Iterable[Report], held: dict[tuple[str, str], tuple[str, str]]
) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    """Rows of ``records``; ``held`` gives (fetched_at, hash) of each archived payload."""
    for report in reports:
        for join in report.joins:
            record = join.record
            fetched_at, digest = held.get(record.key, ("", ""))
            matched = ":".join(join.matched_to) if join.matched_to else None
            yield (record.source, record.source_id, report.id, join.rule, matched, record.kind, record.title or None,
                   record.doi or None, record.pmid or None, record.pmcid or None, record.url or None,
                   record.revised or None, fetched_at or None, digest or None)  # fmt: skip


def tag_rows(tagged: Iterable[Tags], dimension: str) -> Iterator[tuple[Any, ...]]:
    for tags in tagged:
        for tag in tags.tags:
            if tag.dimension == dimension:
                yield tags.id, tag.concept_id, tag.role, tag.mentions


def evidence_rows(tagged: Iterable[Tags]) -> Iterator[tuple[Any, ...]]:
    number = 0
    for tags in tagged:
        for found in tags.evidence:
            number += 1
            yield (number, tags.id, found.dimension, found.concept_id, found.field, found.start, found.end, found.rule,
                   found.role)  # fmt: skip


def quantity_rows(extracted: Iterable[Extracted]) -> Iterator[tuple[Any, ...]]:
    number = 0
    for one in extracted:
        for q in one.quantities:
            number += 1
            yield (number, one.tags.id, q.kind, q.value, q.low, q.high, q.unit, q.stated, q.concept_id or None, q.field,
                   q.start, q.end, q.rule)  # fmt: skip


def finding_rows(extracted: Iterable[Extracted]) -> Iterator[tuple[Any, ...]]:
    number = 0
    for one in extracted:
        for f in one.findings:
            number += 1
            s = f.statistics
            yield (number, one.tags.id, f.outcome_id, f.condition_id, f.drug_id, f.direction, f.change, f.basis,
                   int(f.hedged), f.comparator_id, f.timepoint, f.hours, s.effect, s.effect_kind, s.ci_low, s.ci_high, s.p, s.n, s.rate,
                   s.rate_comparator, f.field, f.start, f.end, f.cue_start, f.cue_end, f.rule)  # fmt: skip


def concept_rows(vocabulary: Vocabulary, tagged: Iterable[Tags]) -> Iterator[tuple[str, Row]]:
    """(table, row) of every concept, with the numbers of reports that name and that study it."""
    named: Counter[tuple[str, str]] = Counter()
    studied: Counter[tuple[str, str]] = Counter()
    for tags in tagged:
        for tag in tags.tags:
            named[tag.dimension, tag.concept_id] += 1
            studied[tag.dimension, tag.concept_id] += tag.role == "studied"
    for concept in vocabulary.concepts:
        key = (concept.dimension, concept.id)
        oriented = (
            {"kind": concept.kind or None, "polarity": concept.polarity} if concept.dimension == "outcome" else {}
        )
        yield DIMENSIONS[concept.dimension], oriented | {
            "id": concept.id, "label": concept.label, "broader": concept.broader or None,
            "mesh": "; ".join(concept.mesh) or None, "synonyms": "; ".join((*concept.synonyms, *concept.acronyms)) or None,
            "definition": concept.definition or None, "reports": named[key], "studied": studied[key],
        }  # fmt: skip
