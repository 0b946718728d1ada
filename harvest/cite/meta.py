"""What a report's page tells machines: the tags that reference managers read, and schema.org's description as JSON-LD.

Tags: https://scholar.google.com/intl/en/scholar/inclusion.html#indexing (Highwire Press); Zotero's browser button reads them.
JSON-LD: https://schema.org/MedicalScholarlyArticle.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from harvest.cite.csl import Item, Row, date_parts, item, shown_name
from harvest.identifiers import address, unique

_UNSAFE: Final = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
_SCHEMAS: Final = {
    "article-journal": ["ScholarlyArticle", "MedicalScholarlyArticle"], "paper-conference": "ScholarlyArticle",
    "article": ["ScholarlyArticle", "MedicalScholarlyArticle"], "webpage": "MedicalTrial", "book": "Book",
    "chapter": "Chapter", "dataset": "Dataset", "document": "CreativeWork",
}  # fmt: skip


def meta_tags(row: Row, authors: Sequence[Row], url: str = "") -> list[tuple[str, str]]:
    """(name, content) of the ``<meta>`` tags; the template escapes them. ``url``: the page's absolute address, if known."""
    cited = item(row, authors)
    return [(name, content) for name, content in _tags(cited, url) if content]


def _tags(cited: Item, url: str) -> Iterator[tuple[str, str]]:
    first, _, last = cited.get("page", "").partition("-")
    yield "citation_title", cited.get("title", "")
    for name in cited.get("author", ()):
        yield "citation_author", shown_name(name)
    yield "citation_publication_date", "/".join(f"{part:02}" for part in date_parts(cited))
    place = {"chapter": "citation_inbook_title", "paper-conference": "citation_conference_title"}
    yield place.get(cited["type"], "citation_journal_title"), cited.get("container-title", "")
    yield "citation_publisher", cited.get("publisher", "")
    yield "citation_volume", cited.get("volume", "")
    yield "citation_issue", cited.get("issue", "")
    yield "citation_firstpage", first
    yield "citation_lastpage", last
    yield "citation_doi", cited.get("DOI", "")
    yield "citation_pmid", cited.get("PMID", "")
    yield "citation_issn", cited.get("ISSN", "")
    yield "citation_language", cited.get("language", "")
    for word in str(cited.get("keyword", "")).split("; "):
        yield "citation_keywords", word
    yield "citation_abstract_html_url", url
    yield "citation_public_url", cited.get("URL", "")


def json_ld(row: Row, authors: Sequence[Row], url: str = "") -> dict[str, Any]:
    """The report in the words of schema.org; ``url``: the absolute address of its page here."""
    cited = item(row, authors)
    found = {
        "@context": "https://schema.org", "@type": _SCHEMAS.get(cited["type"], "CreativeWork"),
        "@id": url, "mainEntityOfPage": url, "name": cited.get("title"), "headline": _headline(cited),
        "alternateName": cited.get("original-title"), "author": [*map(_author, cited.get("author", ()))],
        "datePublished": "-".join(f"{part:02}" for part in date_parts(cited)), "inLanguage": cited.get("language"),
        "isPartOf": _periodical(cited), "pagination": cited.get("page"), "publisher": _publisher(cited),
        "identifier": [*_identifiers(cited)], "sameAs": _addresses(cited), "abstract": cited.get("abstract"),
        "keywords": str(cited.get("keyword", "")).split("; ") if cited.get("keyword") else None,
        "creativeWorkStatus": _status(cited),
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


def json_ld_markup(row: Row, authors: Sequence[Row], url: str = "") -> Markup:
    """As an element for the head of a page. Nothing in it can end the element: ``<``, ``>`` and ``&`` are escaped."""
    text = json.dumps(json_ld(row, authors, url), ensure_ascii=False).translate(_UNSAFE)
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(text))  # noqa: S704 (escaped above)


def _headline(cited: Item) -> str:
    """Search engines read no more than 110 characters of a headline; the name has them all."""
    title = str(cited.get("title", ""))
    return title if len(title) <= 110 else f"{title[:109].rstrip()}…"


def _author(name: Mapping[str, str]) -> dict[str, str]:
    if "literal" in name:
        return {"@type": "Organization", "name": name["literal"]}
    parts = {"givenName": name.get("given", ""), "familyName": name.get("family", "")}
    stated = {part: value for part, value in parts.items() if value and "given" in name}
    return {"@type": "Person", "name": shown_name(dict(name), given_first=True), **stated}


def _periodical(cited: Item) -> dict[str, Any]:
    """The journal, within it the volume, within it the issue; the innermost is what the report is part of."""
    if "container-title" not in cited:
        return {}
    kind = "Periodical" if cited["type"] in ("article-journal", "paper-conference") else "CreativeWork"
    whole: dict[str, Any] = {"@type": kind, "name": cited["container-title"]}
    if "ISSN" in cited:
        whole["issn"] = cited["ISSN"]
    if "volume" in cited:
        whole = {"@type": "PublicationVolume", "volumeNumber": cited["volume"], "isPartOf": whole}
    if "issue" in cited:
        whole = {"@type": "PublicationIssue", "issueNumber": cited["issue"], "isPartOf": whole}
    return whole


def _publisher(cited: Item) -> dict[str, str]:
    return {"@type": "Organization", "name": cited["publisher"]} if "publisher" in cited else {}


def _identifiers(cited: Item) -> Iterator[dict[str, str]]:
    numbers = [(scheme, cited.get(scheme, "")) for scheme in ("DOI", "PMID", "PMCID")]
    numbers += [
        ("registration", number) for number in cited["custom"].get("registrations", ()) if cited["type"] == "webpage"
    ]
    for scheme, value in numbers:
        if value:
            yield {"@type": "PropertyValue", "propertyID": scheme.lower(), "value": value}


def _addresses(cited: Item) -> list[str]:
    found = [address(scheme.lower(), cited.get(scheme, "")) for scheme in ("DOI", "PMID", "PMCID")]
    return list(unique([*found, cited.get("URL", "")]))


def _status(cited: Item) -> str:
    if cited["custom"].get("retracted"):
        return "Retracted"
    return "Preprint" if cited["type"] == "article" else ""
