"""How a text names a reference where it cites it: ``Berman et al., 2000``, as the style wants; numbers are the text's own."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Final

from citeproc import Citation, CitationItem, CitationStylesBibliography
from citeproc.source.json import CiteProcJSON

from harvest.cite import marked
from harvest.cite.csl import Item
from harvest.cite.sheets import sheet
from harvest.cite.styles import DEFAULT, STYLES, listed

_WORDS: Final = 6
"""Words of a title that stand for the author where nobody is named."""


def in_text(item: Item, style: str = DEFAULT) -> str:
    """Author and year (in MLA the author alone) without brackets; '' in styles that number their references.

    >>> in_text({"author": [{"family": "Doe", "given": "J"}], "issued": {"date-parts": [[2020]]}}, "apa")
    'Doe, 2020'
    """
    if listed(style).numeric:
        return ""
    authors = item.get("author") or [{"literal": _shortened(str(item.get("title") or "[No title]"))}]
    needed = {"author": authors} | ({"issued": item["issued"]} if item.get("issued") else {})
    return _in_text(json.dumps(needed, sort_keys=True), listed(style).id)


def _shortened(title: str) -> str:
    words = title.split()
    return f"“{' '.join(words[:_WORDS])}{' …' if len(words) > _WORDS else ''}”"


@lru_cache(6000)
def _in_text(naming: str, style_id: str) -> str:
    style, shown = STYLES[style_id], {"type": "article-journal", **json.loads(naming), "language": "xx"}
    tokens = marked.Tokens.of(shown, "")
    source = CiteProcJSON([tokens.inserted(shown) | {"id": "it"}])
    prepared = sheet(style.sheet, "article-journal", style.locale)
    bibliography = CitationStylesBibliography(prepared, source, marked.Formatter)
    citation = Citation([CitationItem("it")])
    bibliography.register(citation)
    line = tokens.as_text(str(bibliography.cite(citation, lambda _: None)))
    return line.removeprefix("(").removesuffix(")").rstrip(", ")
