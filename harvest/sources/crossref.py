"""Crossref: what publishers deposit with a DOI, with Retraction Watch's notices.

Documentation: https://www.crossref.org/documentation/retrieve-metadata/rest-api/ and
https://github.com/CrossRef/rest-api-doc. An address in ``mailto`` leads to the polite pool.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from typing import Any

from harvest.client import Client
from harvest.dates import earliest, from_iso, from_parts
from harvest.errors import BadInput, StaleCursor, Transient
from harvest.identifiers import clean_doi, registrations, unique
from harvest.jats import abstract
from harvest.languages import three_letters
from harvest.people import group, person
from harvest.record import Author, Kind, Link, LinkKind, Record
from harvest.sources import Batch, Held, Payload, Source, Window, dump
from harvest.sources._cursor import Check, Page, error_object, need_count, need_list, read_object, walk
from harvest.sources._items import first_string, item_of, objects, reach, string, strings
from harvest.sources._words import whole_words
from harvest.text import fold, strip_markup
from harvest.vocabulary import Concept

ABOUT = Source(
    name="crossref",
    title="Crossref",
    homepage="https://www.crossref.org/",
    documentation="https://www.crossref.org/documentation/retrieve-metadata/rest-api/",
    licence="No claim on metadata",
    terms="Crossref claims no rights in the metadata; abstracts keep the rights of their publishers.",
    base_url="https://api.crossref.org",
    url_variable="HARVEST_CROSSREF_URL",
    per_second=1.0,  # lists: 1 a second in the public pool, 3 in the polite one
    secrets=("mailto",),
    census_days=90,
)
ORDER = 40
PAGE_SIZE = 1000

_ARTICLES = {"journal-article", "proceedings-article"}
_BOOKS = {
    "book", "book-chapter", "book-part", "book-section", "book-series", "book-set", "book-track", "edited-book",
    "monograph", "reference-book", "reference-entry",
}  # fmt: skip
# Kind of update -> (what the notice does to the article, what the article undergoes).
# https://www.crossref.org/documentation/register-maintain-records/maintaining-your-metadata/registering-updates/
_UPDATES: dict[str, tuple[LinkKind, LinkKind]] = {
    **dict.fromkeys(("retraction", "removal", "withdrawal"), ("retracts", "retracted-by")),
    **dict.fromkeys(("expression-of-concern", "concern"), ("raises-concern-about", "concern-raised-by")),
    **dict.fromkeys(
        ("correction", "corrigendum", "erratum", "addendum", "clarification", "partial-retraction"),
        ("corrects", "corrected-by"),
    ),
}
_OTHER_UPDATE: tuple[LinkKind, LinkKind] = ("updates", "updated-by")  # new versions and editions
_NOTICE_LINKS = {"retracts", "raises-concern-about", "corrects"}
_RELATIONS: dict[str, LinkKind] = {
    "is-preprint-of": "preprint-of", "has-preprint": "has-preprint", "is-comment-on": "comments-on",
    "has-comment": "commented-on-by",
}  # fmt: skip


# ---------------------------------------------------------------- asking


def query(drugs: Iterable[Concept]) -> str:
    """The drugs' search words; Crossref finds records that hold any of them (in title, authors or journal).

    Words with hyphens or digits are left out: Crossref would search their parts, and "S" or "581" finds everything.
    """
    return " ".join(word for word in whole_words(drugs) if word.isalpha())


def plan(held: Held) -> list[Window]:
    """Everything at first and when a census is due, else what was indexed since."""
    if not held.since or held.census_due:
        return [Window("full", "full", held.query)]
    return [Window(f"changes-{held.since}", "changes", held.query, {"filter": f"from-index-date:{held.since}"})]


def fetch(client: Client, window: Window) -> Iterator[Batch]:
    """Batches of up to 1,000 records. Cursors live for about five minutes; a stale one restarts the window."""

    def ask(cursor: str, check: Check) -> Page:
        sent = {
            "query.bibliographic": window.query, "filter": window.parameters.get("filter"), "rows": PAGE_SIZE,
            "cursor": cursor, "mailto": client.identity.email,
        }  # fmt: skip
        return client.ask(ABOUT, "/works", sent, lambda body: check(read_page(body)), read_error=read_error)

    return walk(window, ask, PAGE_SIZE, constant_cursor=True)


def read_page(body: bytes) -> Page:
    """A page of works. There is always a next cursor, also after the last page."""
    answer = read_object(body, ABOUT.title)
    message = answer.get("message")
    total = need_count(message, "total-results", ABOUT.title)
    items = need_list(message, "items", ABOUT.title)
    if not all(string(item, "DOI") for item in items):
        raise Transient(f"{ABOUT.title}: a record without DOI")
    return Page(tuple(map(_payload, items)), total, string(message, "next-cursor"))


def _payload(item: dict[str, Any]) -> Payload:
    # The score says how well a record matches this query and differs from answer to answer: it is no part of the
    # record, and kept it would make every record look changed.
    kept = {name: value for name, value in item.items() if name != "score"}
    return Payload(ABOUT.name, string(item, "DOI").lower(), dump(kept), "json")


def read_error(status: int, body: bytes) -> None:
    """A stale cursor comes as 404 or 400 with a JSON body (other 404s are plain text)."""
    problems = objects(error_object(body), "message")
    if any("cursor" in string(problem, "type") or string(problem, "type") == "cursor-invalid" for problem in problems):
        raise StaleCursor(f"Crossref: the cursor is not accepted any more ({status})")


# ---------------------------------------------------------------- parsing


def parse(payload: Payload) -> Record:
    """The record in a work. Raises `BadInput` for anything that is not one."""
    item = item_of(payload)
    doi = string(item, "DOI").lower()
    if not clean_doi(doi):
        raise BadInput(f"Crossref {payload.source_id}: no DOI in the payload; fetch the record again")
    title = _title(item)
    text, sections = abstract(string(item, "abstract"))
    links = tuple(_links(item, doi))
    kind = _kind(item, links)
    return Record(
        source=ABOUT.name, source_id=doi, title=title, kind=kind, original_title=_text(item, "original-title"),
        abstract=text, abstract_kind="abstract" if text else "", sections=sections, rights=_licence(item),
        authors=tuple(_authors(item)), date=_date(item),
        journal="" if kind == "preprint" else _text(item, "container-title"),
        journal_abbreviation="" if kind == "preprint" else _text(item, "short-container-title"),
        issn=first_string(item, "ISSN"), volume=string(item, "volume"), issue=string(item, "issue"),
        pages=string(item, "page") or string(item, "article-number"),
        publisher=_publisher(item, kind), language=three_letters(string(item, "language")), doi=clean_doi(doi),
        registrations=unique((*registrations(*_numbers(item)), *registrations(title, text))), links=links,
        retracted=any(link.kind == "retracted-by" for link in links),
        url=string(item, "URL") or f"https://doi.org/{doi}", revised=_stamp(item, "indexed"),
    )  # fmt: skip


def _text(item: dict[str, Any], name: str) -> str:
    """The first of a list of texts. Publishers escape some titles twice (``&amp;amp;``)."""
    return strip_markup(html.unescape(first_string(item, name)))


def _title(item: dict[str, Any]) -> str:
    title, subtitle = _text(item, "title"), _text(item, "subtitle")
    if not subtitle or fold(subtitle) in fold(title):
        return title
    return f"{title.rstrip(':. ')}: {subtitle}" if title else subtitle


def _kind(item: dict[str, Any], links: tuple[Link, ...]) -> Kind:
    stated = string(item, "type")
    if any(link.kind in _NOTICE_LINKS for link in links):
        return "notice"
    if stated == "posted-content":
        return "other" if string(item, "subtype") in {"dissertation", "report"} else "preprint"
    if stated in _ARTICLES:
        return "article"
    if stated in _BOOKS:
        return "book"
    return "dataset" if stated == "dataset" else "other"


def _authors(item: dict[str, Any]) -> Iterator[Author]:
    for author in objects(item, "author"):
        family, given = string(author, "family"), string(author, "given")
        if family:
            yield person(family, given, string(author, "ORCID"), suffix=string(author, "suffix"))
        elif given or string(author, "name"):
            yield group(string(author, "name")) if string(author, "name") else person(given)


def _links(item: dict[str, Any], doi: str) -> Iterator[Link]:
    """Updates in both directions, and relations. An update of itself marks the record, it makes it no notice."""
    for update in objects(item, "update-to"):
        target = clean_doi(string(update, "DOI"))
        does, undergoes = _update(update)
        kind = undergoes if target == clean_doi(doi) else does
        yield Link(kind, "doi" if target else "", target, string(update, "source"))
    for update in objects(item, "updated-by"):
        target = clean_doi(string(update, "DOI"))
        _, undergoes = _update(update)
        yield Link(undergoes, "doi" if target else "", target, string(update, "source"))
    for name, kind in _RELATIONS.items():
        for stated in objects(item, "relation", name):
            if string(stated, "id-type") == "doi" and (target := clean_doi(string(stated, "id"))):
                yield Link(kind, "doi", target)


def _update(update: dict[str, Any]) -> tuple[LinkKind, LinkKind]:
    name = string(update, "type").lower().replace("_", "-").replace(" ", "-")
    return _UPDATES.get(name, _OTHER_UPDATE)


def _licence(item: dict[str, Any]) -> str:
    """Address of the licence: Creative Commons first, then that of the published version, then any."""
    stated = [entry for entry in objects(item, "license") if string(entry, "URL")]
    stated.sort(
        key=lambda entry: (
            "creativecommons.org" not in string(entry, "URL"),
            string(entry, "content-version") != "vor",
        )
    )
    return string(stated[0], "URL") if stated else ""


def _date(item: dict[str, Any]) -> str:
    """The earliest of print, online and issued; each may be a year, a month, a day or ``[[null]]``."""
    names = ("published-print", "published-online", "issued", "published", "posted")
    return earliest(*(_parts(item, name) for name in names))


def _parts(item: dict[str, Any], name: str) -> str:
    parts = reach(item, name, "date-parts")
    first = parts[0] if isinstance(parts, list) and parts else None
    if not isinstance(first, list):
        return ""
    return from_parts([part for part in first if isinstance(part, int)])


def _stamp(item: dict[str, Any], name: str) -> str:
    return from_iso(string(item, name, "date-time")) or _parts(item, name)


def _publisher(item: dict[str, Any], kind: Kind) -> str:
    """Of a preprint the server (its institution: bioRxiv), else the publisher."""
    server = next((string(place, "name") for place in objects(item, "institution")), "")
    return strip_markup((server if kind == "preprint" else "") or string(item, "publisher"))


def _numbers(item: dict[str, Any]) -> list[str]:
    stated = objects(item, "clinical-trial-number")
    return [text for trial in stated for text in strings(trial, "clinical-trial-number")]
