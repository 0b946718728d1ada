"""What all records share after parsing: light, pure repairs that do not depend on the source.

Nothing here is for comparing only; keys for comparing are made in ``harvest.dedupe.keys`` and never stored.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harvest import text
from harvest.identifiers import clean_doi, clean_nct, clean_pmcid, clean_pmid, unique
from harvest.record import Author, Kind, Record

_NOTICE = re.compile(
    r"\W*(?:(?:author|publisher|editorial)(?:'s|’s)?\s+)?"
    r"(?:(?:erratum|corrigendum|corrigenda|errata|addendum|expression of concern|retraction (?:note|notice|statement)"
    r"|notice of retraction|withdrawal notice)\b"
    r"|(?:correction|retraction)(?:\s+(?:to|for|of)\s*[:\"'“‘]|\s*:|\s+to\b|\W*$))",
    re.IGNORECASE,
)
_NOTICE_TAIL = re.compile(
    r"[:.'\"”’)\]]\s*(?:erratum|corrigendum|addendum|correction|retraction|expression of concern)\W*$", re.IGNORECASE
)
_RETRACTED = re.compile(r"\W*retracted(?:\s+(?:article|paper|chapter))?\s*[:\])—–-]", re.IGNORECASE)
_PREPRINT_DOI = re.compile(
    r"10\.(?:1101/(?:\d{4}\.\d\d\.\d\d\.)?\d{6,}|64898/|21203/rs|31234/|31219/osf|2139/ssrn|20944/preprints"
    r"|26434/chemrxiv|48550/arxiv|36227/techrxiv|22541/au)"
)
_PREPRINT_SERVER = re.compile(
    r"\s*(?:medrxiv|biorxiv|psyarxiv|arxiv|res(?:earch)? sq(?:uare)?\b|ssrn\b|preprints\.org|osf preprints|authorea)",
    re.IGNORECASE,
)
_NO_PAGES = re.compile(r"\(?\s*(?:no pagination|n\.?\s*pag\b.*|np|n/a|-+)\s*\)?", re.IGNORECASE)
_DASHES = re.compile(r"\s*(?:[‐‑‒–—−]|--+)\s*")


def normalise(record: Record) -> Record:
    """The record with clean identifiers, title, pages and authors, and its kind as title and DOI tell it.

    Titles in capitals stay as they are: guessing their case would invent spellings.
    """
    return replace(
        record,
        title=_title(record.title),
        original_title=_title(record.original_title),
        kind=kind_of(record),
        authors=_authors(record.authors),
        journal=text.clean(record.journal),
        journal_abbreviation=text.clean(record.journal_abbreviation),
        volume=text.clean(record.volume),
        issue=text.clean(record.issue),
        pages=_pages(record.pages),
        pmid=clean_pmid(record.pmid),
        pmcid=clean_pmcid(record.pmcid),
        doi=clean_doi(record.doi),
        registrations=unique(clean_nct(number) or number.strip() for number in record.registrations),
        keywords=unique(text.clean(word) for word in record.keywords),
        retracted=record.retracted or bool(_RETRACTED.match(record.title)),
    )


def kind_of(record: Record) -> Kind:
    """The record's kind; ``article``, which is every source's default, gives way to what title, DOI or journal say.

    "RETRACTED: ..." is the retracted article itself and stays an article; "Retraction: ..." is a notice.
    """
    if record.kind != "article":
        return record.kind
    if is_notice_title(record.title):
        return "notice"
    if _PREPRINT_DOI.match(record.doi) or is_preprint_server(record.journal):
        return "preprint"
    return "article"


def is_notice_title(title: str) -> bool:
    """The title is that of an erratum, a retraction notice or an expression of concern.

    >>> [is_notice_title(t) for t in ("Correction to: A trial", "'A trial': Erratum.", "Correction of anaemia")]
    [True, True, False]
    """
    return bool(_NOTICE.match(title) or _NOTICE_TAIL.search(title))


def is_preprint_server(journal: str) -> bool:
    return bool(_PREPRINT_SERVER.match(journal))


def _title(title: str) -> str:
    """Cleaned, without the full stop that PubMed and its followers set after every title."""
    cleaned = text.clean(title)
    return cleaned[:-1].rstrip() if cleaned.endswith(".") and not cleaned.endswith("..") else cleaned


def _authors(authors: tuple[Author, ...]) -> tuple[Author, ...]:
    """Authors that have a name, in order."""
    return tuple(author for author in authors if author.name.strip() or author.family.strip())


def _pages(pages: str) -> str:
    """One sort of dash; words for "none" dropped. ``615-9`` stays as it is: it is how the source writes it."""
    cleaned = _DASHES.sub("-", text.clean(pages))
    return "" if _NO_PAGES.fullmatch(cleaned) else cleaned
