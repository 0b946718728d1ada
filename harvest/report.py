"""A report: the document itself, made of all records that describe it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from harvest.record import AbstractKind, Author, Heading, Kind, Link, PublicationType, Record, Section, Trial

ID: Final = re.compile(r"(?:pmid|nct)-[0-9]+|(?:reg|doi|rec)-[0-9a-f]{10}")
"""The form of every id of a report, see `slugs` and `fallback_slug`."""


@dataclass(frozen=True, slots=True)
class Join:
    """Why a record belongs to its report: the rule that joined it, and the record it was joined to."""

    record: Record
    rule: str
    """``first`` for the record a report starts with, else the name of a rule of `harvest.dedupe`."""
    matched_to: tuple[str, str] | None = None
    """(source, source_id) of the record it was matched to."""


@dataclass(frozen=True, slots=True)
class SourcedLink:
    """A link and the source that states it."""

    link: Link
    source: str


@dataclass(frozen=True, slots=True)
class Report:
    """One document. Fields come from its records by the precedence in ``data/precedence.yml``; see `Record`."""

    id: str
    joins: tuple[Join, ...]
    kind: Kind = "article"
    title: str = ""
    original_title: str = ""
    abstract: str = ""
    abstract_kind: AbstractKind = ""
    abstract_source: str = ""
    """Source of the abstract shown."""
    digest: str = ""
    """This project's own summary, when the starter set has one; it stays beside a harvested abstract."""
    sections: tuple[Section, ...] = ()
    rights: str = ""
    authors: tuple[Author, ...] = ()
    date: str = ""
    journal: str = ""
    journal_abbreviation: str = ""
    issn: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    publisher: str = ""
    language: str = ""
    pmid: str = ""
    pmcid: str = ""
    doi: str = ""
    registrations: tuple[str, ...] = ()
    mesh: tuple[Heading, ...] = ()
    keywords: tuple[str, ...] = ()
    publication_types: tuple[PublicationType, ...] = ()
    links: tuple[SourcedLink, ...] = ()
    retracted_by: tuple[str, ...] = ()
    """Sources that say that the document was retracted."""
    concern_by: tuple[str, ...] = ()
    corrected_by: tuple[str, ...] = ()
    url: str = ""
    trial: Trial | None = None
    aliases: tuple[str, ...] = ()
    """Other ids under which this report answers."""

    @property
    def records(self) -> tuple[Record, ...]:
        return tuple(join.record for join in self.joins)

    @property
    def year(self) -> int | None:
        return int(self.date[:4]) if self.date else None

    @property
    def sort_key(self) -> str:
        """Unique and sortable by date: ``2018-05-14|pmid-31234567``; undated reports sort first."""
        return f"{self.date or '0000'}|{self.id}"

    @property
    def mesh_text(self) -> str:
        """The MeSH headings as one line; evidence with field ``mesh`` points into it."""
        return "; ".join(heading.name for heading in self.mesh)

    @property
    def keyword_text(self) -> str:
        return "; ".join(self.keywords)

    @property
    def publication_type_text(self) -> str:
        return "; ".join(kind.name for kind in self.publication_types)


def slugs(record_or_report: Record | Report) -> list[str]:
    """Ids that a document may have, best first: ``pmid-``, ``nct-`` or ``reg-`` (registry entries), ``doi-``."""
    found = []
    if record_or_report.pmid:
        found.append(f"pmid-{record_or_report.pmid}")
    if record_or_report.kind == "registry-entry":
        for number in record_or_report.registrations:
            found.append(f"nct-{number[3:]}" if number.startswith("NCT") else f"reg-{_short(number)}")
    if record_or_report.doi:
        found.append(f"doi-{_short(record_or_report.doi)}")
    return found


def fallback_slug(record: Record) -> str:
    """For documents without any identifier: made of source and source id, which do not change."""
    return f"rec-{_short(f'{record.source}:{record.source_id}')}"


def _short(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:10]
