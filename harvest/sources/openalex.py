"""OpenAlex: an open index of works; a finder and a second witness of retractions.

Documentation: https://developers.openalex.org/. A free key is needed since 2026-02-13. Filters on the date of
change are for paying users only, so changes are followed by looking up what other sources brought, and by a full
walk when a census is due.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import quote

from harvest.client import Client
from harvest.dates import from_iso, partial
from harvest.errors import BadInput, Refused, StaleCursor, Transient
from harvest.identifiers import clean_doi, clean_pmcid, clean_pmid, registrations, unique
from harvest.jats import without_heading
from harvest.languages import three_letters
from harvest.people import from_natural
from harvest.record import Author, Heading, Kind, PublicationType, Record
from harvest.sources import Batch, Held, Payload, Source, Window, dump
from harvest.sources._cursor import Check, Page, error_object, need_count, need_list, read_object, walk
from harvest.sources._items import first_string, item_of, objects, reach, string
from harvest.sources._words import whole_words
from harvest.text import strip_markup
from harvest.vocabulary import Concept

ABOUT = Source(
    name="openalex",
    title="OpenAlex",
    homepage="https://openalex.org/",
    documentation="https://developers.openalex.org/",
    licence="CC0 1.0",
    terms="The data are in the public domain (CC0); abstracts keep the rights of their publishers.",
    base_url="https://api.openalex.org",
    url_variable="HARVEST_OPENALEX_URL",
    per_second=8.0,  # 100 a second are allowed; the daily budget is what binds
    secrets=("api_key",),
    census_days=30,
)
ORDER = 50
PAGE_SIZE = 100
LOOKUP_SIZE = 100
"""Values that one filter may list."""
LOOKUP_LENGTH = 5500
"""Characters of a list of values in an address, which servers cap at about 8,000."""
SELECT = (
    "id,doi,ids,title,display_name,publication_year,publication_date,language,type,authorships,biblio,"
    "primary_location,best_oa_location,is_retracted,is_paratext,mesh,keywords,abstract_inverted_index,"
    "created_date,updated_date"
)
"""What is read of a work. Reference lists, topics and counts by year would be four fifths of the traffic."""

_KINDS: dict[str, Kind] = {
    **dict.fromkeys(
        ("", "article", "journal-article", "proceedings-article", "review", "editorial", "letter", "case-report",
         "data-paper", "software-paper"), "article"),
    **dict.fromkeys(("preprint", "posted-content"), "preprint"),
    **dict.fromkeys(("retraction", "erratum", "correction", "expression-of-concern"), "notice"),
    **dict.fromkeys(("book", "book-chapter", "book-section", "book-part", "monograph", "edited-book",
                     "reference-book", "reference-entry", "book-review"), "book"),
    **dict.fromkeys(("conference-abstract", "conference-poster"), "conference-abstract"),
    "dataset": "dataset",
}  # fmt: skip
_PLAIN_TYPES = {"", "article", "journal-article", "posted-content", "other"}


# OpenAlex holds notices of retraction that bear no identifier, so no lookup by DOI or PMID finds them, and a retraction
# should not wait for the next census. They are asked for by title; the best page of such a search is enough.
_UNIDENTIFIED = ",has_doi:false,has_pmid:false"
LARGEST_TITLES = 20


# ---------------------------------------------------------------- asking


def query(drugs: Iterable[Concept]) -> str:
    """The filter that finds any of the drugs' search words in title or abstract."""
    return f"title_and_abstract.search:({' OR '.join(_quoted(word) for word in whole_words(drugs))})"


def _quoted(word: str) -> str:
    # Commas separate filters and pipes separate values; neither can be part of a search.
    bare = word.replace('"', "").replace(",", " ").replace("|", " ")
    return bare if bare.isalnum() else f'"{bare}"'


def plan(held: Held) -> list[Window]:
    """Everything at first and when a census is due, else the works of what other sources brought or changed.

    When the lookups would need more requests than the full walk, the full walk is taken.
    """
    full = [Window("full", "full", held.query)]
    if not held.since or held.census_due:
        return full
    lookups = [
        Window(f"lookup-{name}-{held.since}-{number}", "lookup", f"{held.query},{name}:{values}")
        for name, identifiers in (("pmid", held.pmids), ("doi", held.dois))
        for number, values in enumerate(_lists(identifiers), start=1)
    ]
    if titles := _titles(held.notices):
        lookups.append(
            Window(f"notices-{held.since}", "lookup", f"title.search:({titles}){_UNIDENTIFIED}", {"pages": 1})
        )
    return full if len(lookups) > max(1, -(-held.count // PAGE_SIZE)) else lookups


def _titles(titles: tuple[str, ...]) -> str:
    """Up to 20 titles as one search expression."""
    return " OR ".join(_quoted(title) for title in titles[:LARGEST_TITLES])


def _lists(identifiers: tuple[str, ...]) -> Iterator[str]:
    """``a|b|c`` in lists that a request can carry. Identifiers that hold the filter's own signs cannot be sent;
    their works come with the next full walk."""
    values: list[str] = []
    length = 0
    for value in identifiers:
        if not value or set(value) & set(",| "):
            continue
        size = len(quote(value, safe="")) + 3
        if values and (len(values) == LOOKUP_SIZE or length + size > LOOKUP_LENGTH):
            yield "|".join(values)
            values, length = [], 0
        values.append(value)
        length += size
    if values:
        yield "|".join(values)


def fetch(client: Client, window: Window) -> Iterator[Batch]:
    """Batches of up to 100 works. Raises `Refused` without a key."""
    if not client.identity.openalex_key:
        raise Refused("OpenAlex needs a key: get a free one at openalex.org/settings/api and set OPENALEX_API_KEY")

    def ask(cursor: str, check: Check) -> Page:
        sent = {
            "filter": window.query, "select": SELECT, "per_page": PAGE_SIZE, "cursor": cursor,
            "api_key": client.identity.openalex_key,
        }  # fmt: skip
        return client.ask(ABOUT, "/works", sent, lambda body: check(read_page(body)), read_error=read_error)

    if "pages" in window.parameters:
        return islice(_without_count(walk(window, ask, PAGE_SIZE)), window.parameters["pages"])
    return walk(window, ask, PAGE_SIZE)


def _without_count(batches: Iterator[Batch]) -> Iterator[Batch]:
    """A window that is cut on purpose is complete with whatever came."""
    return (replace(batch, expected=None) for batch in batches)


def read_page(body: bytes) -> Page:
    """A page of works; ``next_cursor`` is null at the end."""
    answer = read_object(body, ABOUT.title)
    total = need_count(answer.get("meta"), "count", ABOUT.title)
    works = need_list(answer, "results", ABOUT.title)
    if not all(_address(work) for work in works):
        raise Transient(f"{ABOUT.title}: a work without id")
    payloads = tuple(Payload(ABOUT.name, _address(work), dump(work), "json") for work in works)
    return Page(payloads, total, string(answer, "meta", "next_cursor"))


def read_error(status: int, body: bytes) -> None:
    """Tells refusals from rate limits: a paid filter and a spent budget come as 429, a rate limit also as 403."""
    answer = error_object(body)
    message = f"{string(answer, 'error')} {string(answer, 'message')}".strip()
    if status == 401:
        raise Refused(
            f"OpenAlex refused the key ({message}): set OPENALEX_API_KEY to a valid one (free at "
            "openalex.org/settings/api)"
        )
    if "upgrade" in message.lower():
        raise Refused(f"OpenAlex offers this only on a paid plan: {message}")
    if "budget" in message.lower():
        raise Refused(f"OpenAlex: {message}; the budget is renewed at midnight UTC, run the harvest again then")
    if status == 403 and "limit" in message.lower():
        raise Transient(f"OpenAlex: {message}")
    if status == 400 and "cursor" in message.lower():
        raise StaleCursor(f"OpenAlex: {message}")


def _address(work: dict[str, Any]) -> str:
    """``https://openalex.org/W123``, the id of a work; '' when there is none."""
    bare = string(work, "id").rpartition("/")[2].upper()
    return f"https://openalex.org/{bare}" if bare[:1] == "W" and bare[1:].isdigit() else ""


# ---------------------------------------------------------------- parsing


def parse(payload: Payload) -> Record:
    """The record in a work. Raises `BadInput` for anything that is not one."""
    work = item_of(payload)
    address = _address(work)
    if not address:
        raise BadInput(f"OpenAlex {payload.source_id}: no work id in the payload; fetch the work again")
    title = strip_markup(string(work, "title") or string(work, "display_name"))
    text = without_heading(strip_markup(rebuild(reach(work, "abstract_inverted_index"))))
    stated = string(work, "type")
    kind = "other" if work.get("is_paratext") is True else _KINDS.get(stated, "other")
    venue = reach(work, "primary_location", "source") or reach(work, "host_venue")  # host_venue: before 2023
    journal, publisher = _venue(venue, kind)
    return Record(
        source=ABOUT.name, source_id=address, title=title, kind=kind,
        abstract=text, abstract_kind="abstract" if text else "", rights=_licence(work),
        authors=tuple(_authors(work)), date=_date(work), journal=journal, publisher=publisher,
        issn=string(venue, "issn_l") or first_string(venue, "issn"),
        volume=string(work, "biblio", "volume"), issue=string(work, "biblio", "issue"), pages=_pages(work),
        language=three_letters(string(work, "language")),
        pmid=clean_pmid(string(work, "ids", "pmid")), pmcid=clean_pmcid(string(work, "ids", "pmcid")),
        doi=clean_doi(string(work, "doi") or string(work, "ids", "doi")),
        registrations=registrations(title, text), mesh=tuple(_mesh(work)),
        keywords=unique(strip_markup(string(k, "display_name")) for k in objects(work, "keywords")),
        publication_types=() if stated in _PLAIN_TYPES else (PublicationType(stated),),
        # A notice is not itself retracted, though OpenAlex often marks it so.
        retracted=work.get("is_retracted") is True and kind != "notice",
        url=address, revised=from_iso(string(work, "updated_date") or string(work, "created_date")),
    )  # fmt: skip


def rebuild(index: Any) -> str:
    """Text from ``abstract_inverted_index`` (word -> positions): sorted by position. A word may have many positions,
    and two words may share one. '' when there is no index or it is damaged."""
    if not isinstance(index, dict):
        return ""
    pairs = [
        (position, word)
        for word, positions in index.items()
        for position in (positions if isinstance(positions, list) else [])
        if isinstance(position, int)
    ]
    pairs.sort(key=lambda pair: pair[0])  # stable: words that share a position keep the order of the index
    return " ".join(word for _, word in pairs)


def _authors(work: dict[str, Any]) -> Iterator[Author]:
    for authorship in objects(work, "authorships"):
        name = string(authorship, "raw_author_name") or string(authorship, "author", "display_name")
        if name:
            yield from_natural(name, string(authorship, "author", "orcid"))


def _mesh(work: dict[str, Any]) -> Iterator[Heading]:
    """One heading per descriptor; OpenAlex repeats it for each qualifier."""
    major: dict[tuple[str, str], bool] = {}
    for stated in objects(work, "mesh"):
        key = (string(stated, "descriptor_name"), string(stated, "descriptor_ui"))
        major[key] = major.get(key, False) or stated.get("is_major_topic") is True
    for (name, ui), is_major in major.items():
        if name:
            yield Heading(name, ui, is_major)


def _venue(venue: Any, kind: Kind) -> tuple[str, str]:
    """(journal, publisher). A repository is no journal; of a preprint it is the publisher."""
    name = strip_markup(string(venue, "display_name"))
    publisher = strip_markup(string(venue, "host_organization_name") or string(venue, "publisher"))
    if kind == "preprint":
        return "", name or publisher
    return ("", "") if string(venue, "type") == "repository" else (name, publisher)


def _licence(work: dict[str, Any]) -> str:
    return string(work, "primary_location", "license") or string(work, "best_oa_location", "license")


def _date(work: dict[str, Any]) -> str:
    """OpenAlex fills in 1 January where only the year is known, so of such dates only the year is believed."""
    stated = from_iso(string(work, "publication_date")).removesuffix("-01-01")
    return stated or partial(string(work, "publication_year"))


def _pages(work: dict[str, Any]) -> str:
    first, last = string(work, "biblio", "first_page"), string(work, "biblio", "last_page")
    return f"{first}-{last}" if first and last and first != last else first
