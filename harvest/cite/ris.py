"""RIS, which nearly every reference manager reads. The lines are written by rispy.

The tags: https://en.wikipedia.org/wiki/RIS_(file_format). A value never holds a line break, so nothing in it can be
taken for a line of its own.
"""

from __future__ import annotations

import re
from typing import Any, Final

from rispy import RisWriter

from harvest.cite.csl import Item, date_parts, shown_name, year_of

_TYPES: Final = {
    "article-journal": "JOUR", "article": "UNPB", "webpage": "ELEC", "paper-conference": "ABST", "book": "BOOK",
    "chapter": "CHAP", "dataset": "DATA", "document": "GEN",
}  # fmt: skip


class _Writer(RisWriter):  # type: ignore[misc]  # rispy has no types
    def set_header(self, count: int) -> str:
        return ""


_WRITER = _Writer(delimiter_tags_mapping={}, list_tags=["AU", "KW", "N1"])


def write(item: Item) -> str:
    """The item as a RIS record, from ``TY`` to ``ER`` and an empty line."""
    fields: dict[str, Any] = {
        "type_of_reference": _TYPES.get(item["type"], "GEN"), "id": item["id"], "title": item.get("title"),
        "authors": [shown_name(name) for name in item.get("author", ())], "year": year_of(item), "date": _date(item),
        "secondary_title": item.get("container-title") or item.get("publisher"),
        "alternate_title1": item.get("container-title-short"), "volume": item.get("volume"),
        "number": item.get("issue"), **_pages(item.get("page", "")), "issn": item.get("ISSN"),
        "publisher": item.get("publisher"), "doi": item.get("DOI"), "accession_number": item.get("PMID"),
        "name_of_database": "PubMed" if "PMID" in item else None, "custom2": item.get("PMCID"),
        "type_of_work": item.get("genre"), "call_number": item.get("number"), "urls": item.get("URL"),
        "language": item.get("language"), "keywords": _keywords(item), "abstract": item.get("abstract"),
        "notes": _notes(item),
    }  # fmt: skip
    return str(_WRITER.formats([{name: value for name, value in fields.items() if value}])) + "\n"


def _date(item: Item) -> str:
    """``2018/05/14/`` or ``2018/05//``; '' when at most the year is known."""
    parts = date_parts(item)
    whole = [*map(str, parts[:1]), *(f"{part:02}" for part in parts[1:]), *[""] * (4 - len(parts))]
    return "/".join(whole) if len(parts) > 1 else ""


def _pages(pages: str) -> dict[str, str]:
    found = re.fullmatch(r"([^-;, ]+)-([^-;, ]+)", pages)
    return {"start_page": found.group(1), "end_page": found.group(2)} if found else {"start_page": pages}


def _keywords(item: Item) -> list[str]:
    return str(item.get("keyword", "")).split("; ") if item.get("keyword") else []


def _notes(item: Item) -> list[str]:
    original = [f"Original title: {item['original-title']}"] if "original-title" in item else []
    return [*original, *str(item.get("note", "")).split("\n")] if item.get("note") else original
