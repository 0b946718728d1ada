"""PubMed's own text format (.nbib). The tags: https://www.nlm.nih.gov/bsd/mms/medlineelements.html.

Every record begins with its PMID line, since readers know the format by it; reports that PubMed does not hold have an
empty one. The description of a report that only this project made stands in ``GN`` (general note).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harvest.cite.csl import Item, date_parts, shown_name
from harvest.languages import three_letters
from harvest.people import person

_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_PUBLICATION_TYPES: Final = {
    "preprint": "Preprint", "conference-abstract": "Meeting Abstract", "registry-entry": "Clinical Trial Registration",
    "dataset": "Dataset", "other": "", "book": "Book", "notice": "",
}  # fmt: skip


def write(item: Item) -> str:
    """The item as a MEDLINE record and the empty line that ends it. Values hold no line break."""
    lines = [f"PMID- {item.get('PMID', '')}"]
    lines += [f"{tag:<4}- {value}" for tag, value in _fields(item) if value]
    return "\n".join(lines) + "\n\n"


def _fields(item: Item) -> Iterator[tuple[str, str]]:
    custom = item.get("custom", {})
    whole_book = item["type"] == "book"
    yield "DP", _date(item)
    yield ("BTI" if whole_book else "TI"), item.get("title", "")
    yield "TT", item.get("original-title", "")
    if item["type"] == "chapter":
        yield "BTI", item.get("container-title", "")
    yield "PG", item.get("page", "")
    if doi := item.get("DOI"):
        yield "LID", f"{doi} [doi]"
        yield "AID", f"{doi} [doi]"
    elif not item.get("PMID"):
        yield "LID", item.get("URL", "")
    yield "AB", item.get("abstract", "")
    yield from _authors(item)
    yield "LA", custom.get("language", "").partition(";")[0] or three_letters(item.get("language", ""))
    for name in _types(item):
        yield "PT", name
    if item["type"] != "chapter":
        yield "JT", item.get("container-title", "") or ("" if whole_book else item.get("publisher", ""))
    yield "TA", item.get("container-title-short", "")
    yield "PB", item.get("publisher", "") if item["type"] != "article" else ""
    yield "VI", item.get("volume", "")
    yield "IP", item.get("issue", "")
    yield "IS", item.get("ISSN", "")
    for heading in custom.get("mesh", ()):
        yield "MH", heading
    for word in custom.get("keywords", ()):
        yield "OT", word
    yield "PMC", item.get("PMCID", "")
    for number in custom.get("registrations", ()):
        yield "SI", f"ClinicalTrials.gov/{number}" if number.startswith("NCT") else number
    for note in str(item.get("note", "")).split("\n"):
        yield "GN", note


def _authors(item: Item) -> Iterator[tuple[str, str]]:
    """Full and short name of each person in turn, then groups, as PubMed writes them."""
    for name in item.get("author", ()):
        if "family" in name:
            yield "FAU", shown_name(name)
            yield "AU", person(name["family"], name.get("given", ""), suffix=name.get("suffix", "")).name
    for name in item.get("author", ()):
        if "literal" in name:
            yield "CN", name["literal"]


def _types(item: Item) -> list[str]:
    custom = item.get("custom", {})
    stated = list(custom.get("publication-types", ()))
    own = "Book Chapter" if item["type"] == "chapter" else _PUBLICATION_TYPES.get(custom.get("kind", ""), "")
    if custom.get("kind") == "notice" and not stated:
        own = "Published Erratum"
    if not own and not stated and item["type"] == "article-journal":
        own = "Journal Article"
    retracted = "Retracted Publication" if custom.get("retracted") else ""
    return list(dict.fromkeys(filter(None, (*stated, own, retracted))))


def _date(item: Item) -> str:
    """``2018 May 14``."""
    parts = date_parts(item)
    months = [_MONTHS[month - 1] for month in parts[1:2]]
    return " ".join([*map(str, parts[:1]), *months, *map(str, parts[2:3])])
