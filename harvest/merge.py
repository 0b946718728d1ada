"""One report from the records of a cluster, field by field, by the precedence in ``data/precedence.yml``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from harvest import locations
from harvest.errors import BadInput
from harvest.identifiers import unique
from harvest.record import Author, LinkKind, Record
from harvest.report import Join, Report, SourcedLink, fallback_slug, slugs

_SIMPLE: Final = (
    "kind", "original_title", "journal_abbreviation", "issn", "volume", "issue", "pages", "publisher", "language", "pmid", "pmcid", "doi",
    "mesh", "keywords", "publication_types", "url", "trial",
)  # fmt: skip
"""Fields that are the first non-empty value in the order of their sources."""
FIELDS: Final = frozenset({*_SIMPLE, "title", "abstract", "rights", "authors", "date", "journal"})
_TRUNCATED: Final = re.compile(
    r"(?:\.\.\.|…|\(ABSTRACT TRUNCATED(?: AT \d+ WORDS)?\)|\[truncated\])\W*$", re.IGNORECASE
)
_STAND_IN_DAY: Final = "-01-01"
"""1 January is what services put where they know the year only."""


@dataclass(frozen=True)
class Precedence:
    """The order of sources, in general and for single fields."""

    default: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]

    def order(self, field: str, records: Sequence[Record]) -> Sequence[Record]:
        """The records, best source for the field first; sources that are not named come last, by name."""
        if len(records) == 1:
            return records
        rank = _ranks(self.fields.get(field, self.default))
        return sorted(records, key=lambda record: (rank.get(record.source, len(rank)), record.source))

    def ranked(self, sources: Iterable[str]) -> tuple[str, ...]:
        rank = _ranks(self.default)
        return tuple(sorted(sources, key=lambda source: (rank.get(source, len(rank)), source)))


@cache
def _ranks(order: tuple[str, ...]) -> dict[str, int]:
    return {source: position for position, source in enumerate(order)}


def precedence(path: Path | None = None) -> Precedence:
    """The precedence as shipped, or from another file. Raises `BadInput` that names file and field."""
    place = path or locations.definitions() / "precedence.yml"
    try:
        stated = yaml.safe_load(place.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        raise BadInput(f"{place} cannot be read: {problem}; restore the file") from problem
    if not isinstance(stated, dict) or set(stated) - {"default", "fields"} or "default" not in stated:
        raise BadInput(f"{place}: needs 'default', a list of all sources, and may have 'fields'; nothing else")
    default = _sources(place, "default", stated["default"])
    fields = stated.get("fields") or {}
    if not isinstance(fields, dict):
        raise BadInput(f"{place}: 'fields' must map fields to lists of sources")
    return Precedence(default, {name: _field_order(place, name, order, default) for name, order in fields.items()})


def _sources(place: Path, field: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(name, str) for name in value):
        raise BadInput(f"{place}: {field} must be a list of names of sources")
    if len(set(value)) < len(value):
        raise BadInput(f"{place}: {field} names a source twice")
    return tuple(value)


def _field_order(place: Path, name: str, order: Any, default: tuple[str, ...]) -> tuple[str, ...]:
    if name not in FIELDS:
        raise BadInput(f"{place}: {name} is no field with a precedence; these are: {', '.join(sorted(FIELDS))}")
    named = _sources(place, name, order)
    strangers = [source for source in named if source not in default]
    if strangers:
        raise BadInput(f"{place}: {name} names {', '.join(strangers)}, which 'default' does not")
    return (*named, *(source for source in default if source not in named))


# ------------------------------------------------------------------ reports


def merge(clusters: Iterable[Sequence[Join]], precedence: Precedence) -> list[Report]:
    """A report for each cluster, by id. No two have the same id; every id a document may have leads to one of them."""
    reports = [_report(tuple(joins), precedence) for joins in clusters]
    return sorted(_identified(_told_by_notices(reports, precedence)), key=lambda report: report.id)


def _report(joins: tuple[Join, ...], precedence: Precedence) -> Report:
    """Without id and aliases, which depend on the other reports."""
    records = [join.record for join in joins]
    ordered = precedence.order("", records)
    simple = {
        name: _first(name, precedence.order(name, records) if name in precedence.fields else ordered)
        for name in _SIMPLE
    }
    return Report(
        id="",
        joins=joins,
        **simple,
        **_abstract(records, precedence),
        title=_title(precedence.order("title", records)),
        authors=_authors(precedence.order("authors", records)),
        date=_date(precedence.order("date", records)),
        journal=_journal(precedence.order("journal", records)),
        registrations=unique(number for record in ordered for number in record.registrations),
        links=tuple(dict.fromkeys(SourcedLink(link, record.source) for record in ordered for link in record.links)),
        retracted_by=unique(r.source for r in ordered if r.retracted or _has_link(r, "retracted-by")),
        concern_by=unique(r.source for r in ordered if _has_link(r, "concern-raised-by")),
        corrected_by=unique(r.source for r in ordered if _has_link(r, "corrected-by")),
    )


def _first(name: str, ordered: Iterable[Record]) -> Any:
    value: Any = None
    for record in ordered:
        value = getattr(record, name)
        if value:
            break
    return value


def _has_link(record: Record, kind: LinkKind) -> bool:
    return any(link.kind == kind for link in record.links)


def _title(ordered: Sequence[Record]) -> str:
    """The first title; one set wholly in capitals yields to one that is not."""
    titles = [record.title for record in ordered if record.title]
    return next((title for title in titles if not title.isupper()), titles[0] if titles else "")


def _journal(ordered: Sequence[Record]) -> str:
    return next(filter(None, (name for r in ordered for name in (r.journal, r.journal_abbreviation))), "")


def _authors(ordered: Sequence[Record]) -> tuple[Author, ...]:
    """The first list of authors, unless it was cut short and another source has more of it."""
    lists = [record.authors for record in ordered if record.authors]
    if not lists:
        return ()
    longer = [authors for authors in lists if len(authors) > len(lists[0])]
    year = next((record.year for record in ordered if record.year), None)
    return longer[0] if longer and _cut_short(lists[0], year) else lists[0]


def _cut_short(authors: Sequence[Author], year: int | None) -> bool:
    """Ends in "et al", or has as many names as MEDLINE listed at most: 10 from 1984 to 1995, 25 until 1999."""
    if re.match(r"\W*(?:et al|and others)\b", authors[-1].name, re.IGNORECASE):
        return True
    return year is not None and year < 2000 and len(authors) in (10, 25)


def _date(ordered: Sequence[Record]) -> str:
    """The first date, or a more precise one that says the same as far as the first goes."""
    dates = [record.date for record in ordered if record.date]
    if not dates:
        return ""
    finer = [
        date for date in dates
        if date.startswith(dates[0]) and not (len(dates[0]) == 4 and date.endswith(_STAND_IN_DAY))
    ]  # fmt: skip
    return max([dates[0], *finer], key=len)


def _abstract(records: Sequence[Record], precedence: Precedence) -> dict[str, Any]:
    """Abstract, kind, sections, rights and source from one record; the digest beside it.

    A truncated abstract yields to a longer one. This project's own digest stands in where no source has an abstract.
    """
    ordered = [record for record in precedence.order("abstract", records) if record.abstract]
    digest = next((record for record in ordered if record.abstract_kind == "digest"), None)
    real = [record for record in ordered if record.abstract_kind != "digest"]
    best = real[0] if real else digest
    if real and _TRUNCATED.search(real[0].abstract):
        longer = [record for record in real if len(record.abstract) > len(real[0].abstract)]
        best = next((r for r in longer if not _TRUNCATED.search(r.abstract)), max(real, key=lambda r: len(r.abstract)))
    if best is None:
        return {}
    licences = [record for record in records if record.abstract_kind != "digest"]  # a digest's are its own
    return {
        "abstract": best.abstract,
        "abstract_kind": best.abstract_kind or "abstract",
        "abstract_source": best.source,
        "sections": best.sections,
        "rights": best.rights or _first("rights", precedence.order("rights", licences)) or "",
        "digest": digest.abstract if digest else "",
    }


# ------------------------------------------------------------------ what notices say

_TOLD: Final[tuple[LinkKind, ...]] = ("retracts", "raises-concern-about", "corrects")


def _told_by_notices(reports: Sequence[Report], precedence: Precedence) -> list[Report]:
    """The reports, with the sources added that state a retraction, concern or correction on the notice's side only."""
    place = {
        (scheme, value): number
        for number, report in enumerate(reports)
        for record in report.records
        for scheme, value in record.identifiers()
    }
    told: dict[int, dict[LinkKind, set[str]]] = defaultdict(lambda: defaultdict(set))
    for number, report in enumerate(reports):
        for stated in report.links:
            target = place.get((stated.link.scheme, stated.link.value))
            if stated.link.kind in _TOLD and target is not None and target != number:
                told[target][stated.link.kind].add(stated.source)

    def with_more(number: int, report: Report) -> Report:
        if number not in told:
            return report
        more = told[number]
        return replace(
            report,
            retracted_by=precedence.ranked({*report.retracted_by, *more["retracts"]}),
            concern_by=precedence.ranked({*report.concern_by, *more["raises-concern-about"]}),
            corrected_by=precedence.ranked({*report.corrected_by, *more["corrects"]}),
        )

    return [with_more(number, report) for number, report in enumerate(reports)]


# ------------------------------------------------------------------ ids


def _identified(reports: Sequence[Report]) -> list[Report]:
    """The reports with ids and aliases. An id that several could have goes to the one that states it first-hand."""
    claims = [_claims(report) for report in reports]
    owners: dict[str, tuple[int, int, int]] = {}
    for number, report in enumerate(reports):
        for slug, strength in claims[number].items():
            claim = (strength, -len(report.joins), number)
            owners[slug] = min(owners.get(slug, claim), claim)
    found = []
    for number, report in enumerate(reports):
        own = [slug for slug in claims[number] if owners[slug][2] == number]
        fallback = fallback_slug(report.records[0])
        found.append(replace(report, id=own[0] if own else fallback, aliases=tuple(own[1:])))
    return found


def _claims(report: Report) -> dict[str, int]:
    """All ids made of the report's identifiers, best first, with how well it is entitled to each.

    0: a source files its record under the identifier; 1: it is among the report's fields; 2: some record states it.
    """
    entitled = dict.fromkeys(slugs(report), 1)
    for record in report.records:
        for slug in slugs(record):
            entitled.setdefault(slug, 2)
            if _filed_under(record, slug):
                entitled[slug] = 0
    return entitled


def _filed_under(record: Record, slug: str) -> bool:
    """The source files the record under this very identifier: PubMed its record 123 under ``pmid-123``."""
    scheme, _, value = slug.partition("-")
    if scheme == "doi":
        return record.source_id.lower().endswith(record.doi)
    if scheme == "pmid":
        return record.source_id.rpartition(":")[2] == value
    return record.source_id.endswith(value)
