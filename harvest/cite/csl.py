"""A report as an item of CSL-JSON, the form that citation processors and reference managers share.

https://docs.citationstyles.org/en/stable/specification.html#appendix-iv-variables;
the JSON: https://github.com/citation-style-language/schema/blob/master/schemas/input/csl-data.json
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from harvest import identifiers
from harvest.identifiers import registry_of
from harvest.languages import two_letters
from harvest.people import from_index
from harvest.pubmed_fields import without_stop
from harvest.record import Author
from harvest.text import clean

Row = Mapping[str, Any]
Item = dict[str, Any]
"""One item of CSL-JSON. What CSL has no variable for (kind, MeSH, registrations) stands in ``custom``."""

BRIEF: Final = (
    "id", "title", "original_title", "year", "date", "journal", "issn", "volume", "issue", "pages", "publisher",
    "authors", "doi", "pmid", "pmcid", "registrations", "kind", "language", "retracted", "retraction_note", "concern",
    "url",
)  # fmt: skip
"""Columns of ``reports`` that a reference needs."""
WHOLE: Final = (*BRIEF, "abstract", "abstract_kind", "digest", "mesh", "keywords", "publication_types")
"""Columns of ``reports`` that a file for a reference manager needs."""
AUTHOR: Final = ("report_id", "name", "family", "given", "collective")
"""Columns of ``authors``."""

OWN_WORDS: Final = "Digest in this project's own words (CC0), not the authors' abstract: "

_TYPES: Final = {
    "article": "article-journal", "notice": "article-journal", "preprint": "article", "registry-entry": "webpage",
    "conference-abstract": "paper-conference", "book": "book", "dataset": "dataset", "other": "document",
}  # fmt: skip
_GENRES: Final = {"preprint": "Preprint", "registry-entry": "Clinical trial registration"}
_SUFFIX = re.compile(r"\s(Jr|Sr|II|III|IV|2nd|3rd)\.?$")
_INITIALS = re.compile(r"[^\W\d_a-z]{1,4}")
_RANGE = re.compile(r"(\d+)\s*[-–—]\s*(\d+)")
_SEPARATOR = re.compile(r"\s*;\s+|;$")


def item(row: Row, authors: Sequence[Row] = ()) -> Item:
    """The report as CSL-JSON: ``row`` of ``reports`` (see `WHOLE`; absent columns count as empty), its ``authors``
    in order. Nothing is invented: what is not known is not there. All text is on one line, without markup.
    """
    found: Item = {
        "id": text(row, "id"), "type": _type(row), "title": without_stop(text(row, "title")),
        "original-title": without_stop(text(row, "original_title")),
        "author": [*map(_name, authors)] or [*_listed(text(row, "authors"))], "issued": _issued(row),
        "genre": _GENRES.get(text(row, "kind"), ""), **_place(row), "volume": text(row, "volume"),
        "issue": text(row, "issue"), "page": pages(text(row, "pages")), "ISSN": text(row, "issn"),
        "DOI": text(row, "doi"), "PMID": text(row, "pmid"), "PMCID": text(row, "pmcid"), "URL": address(row),
        "language": two_letters(text(row, "language").partition(";")[0]), "abstract": _abstract(row),
        "keyword": "; ".join(keywords(row)), "note": "\n".join(_notes(row)), "custom": _custom(row),
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


def text(row: Row, column: str) -> str:
    """A column as one clean line; '' when it is null or absent."""
    value = row.get(column)
    if value is None:
        return ""
    stated = str(value)
    if stated.isascii() and stated.isprintable() and "  " not in stated:  # nearly all; there is nothing to clean
        return stated.strip()
    return clean(" ".join(stated.split()))


def pages(stated: str) -> str:
    """First and last page in full, with a hyphen; anything but a plain range stays as it is stated.

    >>> pages("511-5"), pages("94-94"), pages("e0002424"), pages("S1–S12"), pages("1120.e1-1120.e5")
    ('511-515', '94', 'e0002424', 'S1-S12', '1120.e1-1120.e5')
    """
    whole = re.sub(r"\s*[-–—]+\s*", "-", clean(stated))
    found = _RANGE.fullmatch(whole)
    if found:
        first, last = found.groups()
        whole = f"{first}-{first[: max(0, len(first) - len(last))]}{last}"
    first, _, last = whole.partition("-")
    return first if first == last else whole.strip("-")


def keywords(row: Row) -> list[str]:
    """The authors' keywords and the MeSH headings, each once, and what a reader must know of the report."""
    warned = ("Retracted Publication",) * bool(row.get("retracted"))
    listed = (*warned, *split(text(row, "keywords")), *split(text(row, "mesh")))
    return list({word.casefold(): word for word in reversed(listed)}.values())[::-1]


def split(listed: str) -> list[str]:
    """The parts of a column that joins them by ``; ``."""
    return [part for part in _SEPARATOR.split(listed) if part]


def address(row: Row) -> str:
    """Where the report itself is found: the address its source gives, else by DOI or PMID; '' when there is none."""
    url = text(row, "url")
    if re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", url):
        return url
    return identifiers.address("doi", text(row, "doi")) or identifiers.address("pmid", text(row, "pmid"))


def _type(row: Row) -> str:
    kind = text(row, "kind")
    if kind == "book" and text(row, "journal"):
        return "chapter"
    return _TYPES.get(kind, "document")


def _place(row: Row) -> Item:
    """Where it appeared. A preprint's server is its publisher, a registry entry stands in its registry."""
    kind, journal, publisher = text(row, "kind"), text(row, "journal"), text(row, "publisher")
    if kind == "preprint":
        return {"publisher": journal.removesuffix("[Preprint]").strip() or publisher}
    if kind == "registry-entry":
        number = next(iter(split(text(row, "registrations"))), "")
        return {"container-title": registry_of(number) or journal or publisher, "number": number}
    short = text(row, "journal_abbreviation").replace(".", "")  # as NLM writes them
    return {"container-title": journal, "container-title-short": short, "publisher": publisher}


def _issued(row: Row) -> Item:
    stated = text(row, "date") or text(row, "year")
    parts = [int(part) for part in stated.split("-") if part.isdecimal()]
    return {"date-parts": [parts[:3]]} if parts and parts[0] else {}


def _name(author: Row) -> Item:
    """A person in parts, a group as a whole; a name that nobody can take apart stands for the family's."""
    name, family, given = (text(author, column) for column in ("name", "family", "given"))
    if author.get("collective"):
        return {"literal": name}
    if not family or not given:
        parsed = from_index(name)
        family, given = parsed.family, parsed.given
    if not family or not given:
        return {"family": name or family}
    suffix = _SUFFIX.search(name)
    parts = {"family": family, "given": spaced(given), "suffix": suffix.group(1) if suffix else ""}
    return {part: value for part, value in parts.items() if value}


def spaced(given: str) -> str:
    """Initials that are written in one word, apart, since citation styles take only the first letter of each word.

    >>> spaced("RM"), spaced("Robert M"), spaced("J-P"), spaced("JO")
    ('R. M.', 'Robert M', 'J-P', 'J. O.')
    """
    if len(given) > 1 and _INITIALS.fullmatch(given) and given.isupper():
        return " ".join(f"{letter}." for letter in given)
    return given


def _listed(names: str) -> Iterator[Item]:
    """From the column ``authors``, for databases that hold no rows of the report's authors."""
    for name in split(names):
        found: Author = from_index(name)
        yield _name({"name": name, "family": found.family, "given": found.given, "collective": found.collective})


def _abstract(row: Row) -> str:
    """The text that is not this project's own; the table holds it only where it may be shown."""
    return "" if text(row, "abstract_kind") == "digest" else text(row, "abstract")


def _notes(row: Row) -> Iterator[str]:
    if row.get("retracted"):
        yield f"Retracted publication. {text(row, 'retraction_note')}".strip()
    if row.get("concern"):
        yield "The journal has published an expression of concern about this report."
    numbers = split(text(row, "registrations"))
    if numbers and text(row, "kind") != "registry-entry":
        yield f"Trial registration: {', '.join(numbers)}"
    if digest := text(row, "digest"):
        yield OWN_WORDS + digest


def _custom(row: Row) -> Item:
    found = {
        "kind": text(row, "kind"), "retracted": bool(row.get("retracted")), "concern": bool(row.get("concern")),
        "registrations": split(text(row, "registrations")), "mesh": split(text(row, "mesh")),
        "keywords": split(text(row, "keywords")), "publication-types": split(text(row, "publication_types")),
        "language": text(row, "language"),
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


def date_parts(item: Item) -> list[int]:
    """Year, month and day as far as they are known.

    >>> date_parts({"issued": {"date-parts": [[2018, 5]]}}), date_parts({})
    ([2018, 5], [])
    """
    stated = item.get("issued", {}).get("date-parts") or [[]]
    return list(stated[0])


def year_of(item: Item) -> str:
    return str(date_parts(item)[0]) if date_parts(item) else ""


def shown_name(name: Item, given_first: bool = False) -> str:
    """``Berman, Robert M., Jr``, or the name of the group."""
    if "literal" in name:
        return str(name["literal"])
    if given_first:
        return " ".join(name[part] for part in ("given", "family", "suffix") if name.get(part))
    return ", ".join(name[part] for part in ("family", "given", "suffix") if name.get(part))
