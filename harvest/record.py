"""What one source says about one document: the shape every parser produces and every step reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["article", "preprint", "registry-entry", "conference-abstract", "book", "notice", "dataset", "other"]
"""What sort of document a record describes. ``notice`` is a retraction, erratum or expression of concern."""

AbstractKind = Literal["abstract", "registry-summary", "digest", ""]
"""Where the abstract comes from. ``digest`` is a summary this project wrote itself."""

LinkKind = Literal[
    "retracted-by", "retracts", "corrected-by", "corrects", "concern-raised-by", "raises-concern-about",
    "updated-by", "updates", "republished-as", "republishes", "commented-on-by", "comments-on",
    "preprint-of", "has-preprint", "result-of", "derived-from", "has-result", "has-derived", "background",
]  # fmt: skip
"""``A retracted-by B`` reads: the record (A) was retracted by the target (B)."""


@dataclass(frozen=True, slots=True)
class Author:
    """A person (``family``, ``given``) or a group (``name`` alone, ``collective`` set)."""

    name: str
    """For display: ``Berman RM``, or the name of the group."""
    family: str = ""
    given: str = ""
    orcid: str = ""
    collective: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A MeSH heading as indexed. Join on ``ui``: headings are renamed, identifiers are not."""

    name: str
    ui: str = ""
    major: bool = False


@dataclass(frozen=True, slots=True)
class PublicationType:
    name: str
    ui: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A labelled part of the abstract: code points ``start`` to ``end`` (exclusive) hold its text, without the label."""

    label: str
    category: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Link:
    """A stated relation to another document, named by identifier where the source gives one."""

    kind: LinkKind
    scheme: str = ""
    """``pmid``, ``doi``, ``nct`` or ``''`` when the source only describes the target."""
    value: str = ""
    note: str = ""
    """What the source says of the target or the relation (bibliographic words, 'retraction-watch')."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Facts of a registry entry. Empty or None means that the registry does not say."""

    status: str = ""
    phase: str = ""
    study_type: str = ""
    allocation: str = ""
    masking: str = ""
    enrolment: int | None = None
    enrolment_type: str = ""
    start_date: str = ""
    completion_date: str = ""
    results_posted: bool | None = None
    sponsor: str = ""
    conditions: tuple[str, ...] = ()
    interventions: tuple[str, ...] = ()
    primary_outcomes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One source's statement about one document.

    Dates are partial ISO dates: ``2018``, ``2018-05`` or ``2018-05-14``; '' when unknown.
    Identifiers are in the form that ``harvest.identifiers`` gives them.
    """

    source: str
    source_id: str
    title: str = ""
    kind: Kind = "article"
    original_title: str = ""
    abstract: str = ""
    abstract_kind: AbstractKind = ""
    sections: tuple[Section, ...] = ()
    rights: str = ""
    """Licence or copyright line of the abstract as the source states it; '' when it states none."""
    authors: tuple[Author, ...] = ()
    date: str = ""
    """Publication date: the earlier of print and electronic; for trials the start date."""
    journal: str = ""
    journal_abbreviation: str = ""
    issn: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    publisher: str = ""
    language: str = ""
    """ISO 639-2 three-letter code (``eng``); several are joined by ``;``."""
    pmid: str = ""
    pmcid: str = ""
    doi: str = ""
    registrations: tuple[str, ...] = ()
    """Trial registration numbers (``NCT01234567``, ``ISRCTN12345678``) the record states as its own."""
    mesh: tuple[Heading, ...] = ()
    substances: tuple[Heading, ...] = ()
    keywords: tuple[str, ...] = ()
    publication_types: tuple[PublicationType, ...] = ()
    links: tuple[Link, ...] = ()
    retracted: bool = False
    """This source says that the document was retracted."""
    url: str = ""
    revised: str = ""
    """The source's own date of the last change, a full ISO date; it drives incremental harvests."""
    trial: Trial | None = None

    @property
    def year(self) -> int | None:
        return int(self.date[:4]) if self.date else None

    @property
    def key(self) -> tuple[str, str]:
        return (self.source, self.source_id)

    def identifiers(self) -> Iterator[tuple[str, str]]:
        """(scheme, value) of every identifier that names this very document."""
        for scheme in ("pmid", "pmcid", "doi"):
            value = getattr(self, scheme)
            if value:
                yield scheme, value
        if self.kind == "registry-entry":
            for number in self.registrations:
                yield "registration", number
