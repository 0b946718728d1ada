"""Europe PMC: PubMed's records and preprints, with abstracts, by cursor.

Documentation: https://europepmc.org/RestfulWebService; the fields of a query: https://europepmc.org/searchsyntax.
The record key is (source, id): ``MED:31234567`` is a PubMed record, ``PPR:PPR123456`` a preprint.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from harvest.client import Client
from harvest.dates import earliest, from_iso, partial
from harvest.errors import BadInput, Refused, StaleCursor, Transient
from harvest.identifiers import clean_doi, clean_pmcid, clean_pmid, registrations, unique
from harvest.jats import without_heading
from harvest.languages import three_letters
from harvest.people import from_index, group, person
from harvest.record import Author, Heading, Kind, Link, LinkKind, PublicationType, Record, Section
from harvest.sources import Batch, Held, Payload, Source, Window, chunks, dump
from harvest.sources._cursor import Check, Page, need_count, need_list, read_object, walk
from harvest.sources._items import item_of, objects, reach, string, strings
from harvest.text import join_sections, strip_markup
from harvest.vocabulary import Concept

ABOUT = Source(
    name="europepmc",
    title="Europe PMC",
    homepage="https://europepmc.org/",
    documentation="https://europepmc.org/RestfulWebService",
    licence="Per record, where one is stated",
    terms="Nearly all content is copyrighted by publishers or authors; reuse beyond fair use needs their permission "
    "or the licence that a record states (https://europepmc.org/Copyright).",
    base_url="https://www.ebi.ac.uk/europepmc/webservices/rest",
    url_variable="HARVEST_EUROPEPMC_URL",
    per_second=4.0,  # no limit is published; 5 a second is known to be tolerated
    census_days=30,
)
ORDER = 20
PAGE_SIZE = 1000
QUERY_LIMIT = 1500
"""Characters of a query that GET accepts; longer ones go to searchPOST."""
LOOKUP_SIZE = 100
"""Ids per posted lookup; long OR lists end in 504."""

_LINKS: dict[str, LinkKind] = {
    "retraction in": "retracted-by", "retraction of": "retracts", "partial retraction in": "corrected-by",
    "partial retraction of": "corrects", "erratum in": "corrected-by", "erratum for": "corrects",
    "expression of concern in": "concern-raised-by", "expression of concern for": "raises-concern-about",
    "update in": "updated-by", "update of": "updates", "corrected and republished in": "republished-as",
    "corrected and republished from": "republishes", "retracted and republished in": "republished-as",
    "retracted and republished from": "republishes", "republished in": "republished-as",
    "republished from": "republishes", "comment in": "commented-on-by", "comment on": "comments-on",
    "preprint in": "has-preprint", "preprint of": "preprint-of",
}  # fmt: skip
_NOTICES = {
    "retraction of publication",
    "published erratum",
    "expression of concern",
    "correction",
    "retraction",
}
_OTHER_SOURCES: dict[str, Kind] = {
    "PPR": "preprint",
    "NBK": "book",
    "PAT": "other",
    "ETH": "other",
    "HIR": "other",
}
_HEADING = re.compile(r"<h([1-6])(?:\s[^<>]*)?>(.{0,300}?)</h\1>", re.IGNORECASE | re.DOTALL)
_PRINTED = re.compile(r"\s*(\d{4})(?:\s+([A-Za-z]{3,}))?(?:\s+(\d{1,2})(?![\d-]))?")


# ---------------------------------------------------------------- asking


def query(drugs: Iterable[Concept]) -> str:
    """Any of the drugs' search words in title, abstract or keywords (which include the MeSH headings).

    Not in full texts: there every laboratory that anaesthetises with ketamine would come in. No filter on trials,
    humans or languages: what comes in is tagged, not lost.
    """
    words = " OR ".join(unique(_quoted(word) for drug in drugs for word in drug.search))
    return f"(TITLE:({words}) OR ABSTRACT:({words}) OR KW:({words}))"


def _quoted(word: str) -> str:
    # A trailing asterisk truncates, but not within quotes.
    return word if word.removesuffix("*").isalnum() else '"{}"'.format(word.replace('"', ""))


def plan(held: Held) -> list[Window]:
    """Everything at first and when a census is due, else what was indexed or revised since."""
    if not held.since or held.census_due:
        return [Window("full", "full", held.query)]
    period = f"[{held.since} TO 3000-12-31]"
    changes = f"({held.query} AND (UPDATE_DATE:{period} OR FIRST_IDATE:{period}))"
    # PMIDs that PubMed deleted are asked for in the same request; those that do not come back are gone here too.
    fitting: list[str] = []
    waiting = list(held.gone_pmids)
    while waiting and len(_with_ids(changes, [*fitting, waiting[0]])) < QUERY_LIMIT:
        fitting.append(waiting.pop(0))
    text = _with_ids(changes, fitting) if fitting else changes
    windows = [Window(f"changes-{held.since}", "changes", text, {"asked": fitting} if fitting else {})]
    for number, ids in enumerate(chunks(waiting, LOOKUP_SIZE), start=1):
        windows.append(Window(f"lookup-{held.since}-{number}", "lookup", _ids(ids), {"asked": ids}))
    return windows


def _with_ids(text: str, pmids: list[str]) -> str:
    return f"{text} OR {_ids(pmids)}"


def _ids(pmids: list[str]) -> str:
    # Unquoted: together with SRC a quoted id matches nothing.
    return f"(SRC:MED AND ({' OR '.join(f'EXT_ID:{pmid}' for pmid in pmids)}))"


def fetch(client: Client, window: Window) -> Iterator[Batch]:
    """Batches of up to 1,000 core records. PMIDs asked for by id that stay away are reported as absent."""

    def ask(cursor: str, check: Check) -> Page:
        post = len(window.query) >= QUERY_LIMIT
        sent = {
            "query": window.query, "resultType": "core", "format": "json", "pageSize": PAGE_SIZE, "cursorMark": cursor,
        }  # fmt: skip
        return client.ask(
            ABOUT, "/searchPOST" if post else "/search", sent, lambda body: check(read_page(body)), post=post
        )

    asked = [f"MED:{pmid}" for pmid in window.parameters.get("asked", ())]
    missing = list(window.state.get("missing", asked))
    for batch in walk(window, ask, PAGE_SIZE):
        if batch.restart:
            missing = list(asked)
            yield batch
            continue
        came = {payload.source_id for payload in batch.payloads}
        missing = [name for name in missing if name not in came]
        complete = batch.state["seen"] >= batch.state["total"]
        state = batch.state | ({"missing": missing} if asked else {})
        yield replace(batch, state=state, absent=tuple(missing) if complete else ())


def read_page(body: bytes) -> Page:
    """A page of results. Errors come with status 200: an error object, or a bare version when Europe PMC stumbles."""
    answer = read_object(body, ABOUT.title)
    if "errCode" in answer:
        _raise(string(answer, "errCode"), string(answer, "errMsg"))
    total = need_count(answer, "hitCount", ABOUT.title)
    items = need_list(answer.get("resultList"), "result", ABOUT.title)
    if not all(string(item, "source") and string(item, "id") for item in items):
        raise Transient(f"{ABOUT.title}: a result without source and id")
    payloads = tuple(
        Payload(ABOUT.name, f"{string(item, 'source')}:{string(item, 'id')}", dump(item), "json") for item in items
    )
    return Page(payloads, total, string(answer, "nextCursorMark"), string(answer, "request", "queryString"))


def _raise(code: str, message: str) -> None:
    if "cursormark" in message.lower():
        raise StaleCursor(f"{ABOUT.title}: {message}")
    if code.startswith("5"):
        raise Transient(f"{ABOUT.title}: {message} ({code})")
    raise Refused(f"{ABOUT.title} does not accept the request: {message} ({code})")


# ---------------------------------------------------------------- parsing


def parse(payload: Payload) -> Record:
    """The record in a ``core`` result. Raises `BadInput` for anything that is not one."""
    item = item_of(payload)
    source, identifier = string(item, "source"), string(item, "id")
    if not (isinstance(item.get("source"), str) and isinstance(item.get("id"), str) and source and identifier):
        raise BadInput(
            f"Europe PMC {payload.source_id}: source and id must be texts (files of getpapers wrap every value in a "
            "list; they are not what the service sends); fetch the record again"
        )
    text, sections = abstract(string(item, "abstractText"))
    title = strip_markup(string(item, "title"))
    kinds = strings(item, "pubTypeList", "pubType")
    links = tuple(_links(item))
    journal = reach(item, "journalInfo", "journal")
    return Record(
        source=ABOUT.name, source_id=f"{source}:{identifier}", title=title, kind=_kind(source, kinds),
        abstract=text, abstract_kind="abstract" if text else "", sections=sections, rights=string(item, "license"),
        authors=tuple(_authors(item)), date=_date(item),
        journal=strip_markup(string(journal, "title") or string(journal, "medlineAbbreviation")),
        journal_abbreviation=string(journal, "medlineAbbreviation") or string(journal, "isoabbreviation"),
        issn=string(journal, "issn") or string(journal, "essn"),
        volume=string(item, "journalInfo", "volume"), issue=string(item, "journalInfo", "issue"),
        pages=string(item, "pageInfo"), publisher=strip_markup(string(item, "bookOrReportDetails", "publisher")),
        language=three_letters(string(item, "language")),
        pmid=clean_pmid(string(item, "pmid") or (identifier if source == "MED" else "")),
        pmcid=clean_pmcid(string(item, "pmcid")), doi=clean_doi(string(item, "doi")),
        registrations=registrations(title, text), mesh=tuple(_mesh(item)),
        substances=tuple(Heading(strip_markup(string(c, "name")))
                         for c in objects(item, "chemicalList", "chemical") if string(c, "name")),
        keywords=unique(strip_markup(word) for word in strings(item, "keywordList", "keyword")),
        publication_types=tuple(PublicationType(name) for name in unique(kinds)), links=links,
        retracted="retracted publication" in {kind.lower() for kind in kinds}
        or any(link.kind == "retracted-by" for link in links),
        url=f"https://europepmc.org/article/{source}/{identifier}",
        revised=max(_day(item, "firstIndexDate"), _day(item, "dateOfRevision")),
    )  # fmt: skip


def abstract(markup: str) -> tuple[str, tuple[Section, ...]]:
    """Text and sections; ``<h4>`` headings become labels. Only known tags go, so that ``P<0.001`` stays."""
    parts: list[tuple[str, str, str]] = []
    label, start = "", 0
    for heading in _HEADING.finditer(markup):
        parts.append((label, "", strip_markup(markup[start : heading.start()])))
        label, start = strip_markup(heading.group(2)).rstrip(":. "), heading.end()
        label = "" if label.lower() in {"abstract", "summary", "unlabelled"} else label
    parts.append((label, "", strip_markup(markup[start:])))
    parts[0] = (parts[0][0], "", without_heading(parts[0][2]))
    return join_sections(parts)


def _kind(source: str, types: list[str]) -> Kind:
    names = {name.lower() for name in types}
    if names & _NOTICES:
        return "notice"
    if "preprint" in names:
        return "preprint"
    return _OTHER_SOURCES.get(source, "article")


def _authors(item: dict[str, Any]) -> Iterator[Author]:
    listed = objects(item, "authorList", "author")
    for author in listed:
        orcid = string(author, "authorId", "value") if string(author, "authorId", "type") == "ORCID" else ""
        if string(author, "collectiveName"):
            yield group(string(author, "collectiveName"))
        elif string(author, "lastName"):
            family, given = string(author, "lastName"), string(author, "firstName")
            yield person(family, given, orcid, string(author, "initials"))
        elif string(author, "fullName"):
            yield from_index(string(author, "fullName"), orcid)
    if not listed:
        yield from map(from_index, filter(None, string(item, "authorString").rstrip(".").split(", ")))


def _mesh(item: dict[str, Any]) -> Iterator[Heading]:
    """Europe PMC gives names without MeSH identifiers. A heading is major when it or one of its qualifiers is."""
    for heading in objects(item, "meshHeadingList", "meshHeading"):
        parts = [heading, *objects(heading, "meshQualifierList", "meshQualifier")]
        if name := string(heading, "descriptorName"):
            yield Heading(name, major=any(string(part, "majorTopic_YN") == "Y" for part in parts))


def _links(item: dict[str, Any]) -> Iterator[Link]:
    for stated in objects(item, "commentCorrectionList", "commentCorrection"):
        kind = _LINKS.get(string(stated, "type").lower())
        if not kind:
            continue
        source, identifier = string(stated, "source"), string(stated, "id")
        reference = strip_markup(string(stated, "reference"))
        if pmid := clean_pmid(identifier) if source == "MED" else "":
            yield Link(kind, "pmid", pmid, reference)
        else:
            name = f"{source}:{identifier}" if source and identifier else ""
            yield Link(kind, note="; ".join(filter(None, (name, reference))))


def _date(item: dict[str, Any]) -> str:
    """The earlier of print and electronic. Day 01 stands in where only the month or year is known; it is left out."""
    issue = reach(item, "journalInfo")
    found = _PRINTED.match(string(issue, "dateOfPublication"))
    printed = earliest(
        partial(*found.groups()) if found else "",
        partial(string(issue, "yearOfPublication"), string(issue, "monthOfPublication").removeprefix("0")),
    )
    electronic = _day(item, "electronicPublicationDate")
    first = _day(item, "firstPublicationDate")
    first = first if first == electronic else _without_stand_in(first)
    printed = printed or _without_stand_in(from_iso(string(issue, "printPublicationDate")))
    stated = earliest(printed, electronic, first)
    year = string(item, "pubYear") or string(item, "bookOrReportDetails", "yearOfPublication")
    return stated or partial(year)


def _without_stand_in(day: str) -> str:
    return day.removesuffix("-01-01") if day.endswith("-01-01") else day.removesuffix("-01")


def _day(item: dict[str, Any], name: str) -> str:
    return from_iso(string(item, name))
