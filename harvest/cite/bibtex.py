"""BibTeX for LaTeX, in UTF-8. Entries are written by bibtexparser.

Only characters that LaTeX reserves are escaped; letters of all alphabets stay, which biber and BibTeX have long taken.
Braces are written by name: a single ``\\{`` would unbalance the file for BibTeX, which counts braces blindly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from bibtexparser.library import Library
from bibtexparser.model import Entry, Field
from bibtexparser.writer import BibtexFormat
from bibtexparser.writer import write as write_library

from harvest.cite.csl import Item, date_parts, year_of
from harvest.text import fold

_TYPES: Final = {
    "article-journal": "article", "article": "misc", "webpage": "misc", "paper-conference": "inproceedings",
    "book": "book", "chapter": "incollection", "dataset": "dataset", "document": "misc",
}  # fmt: skip
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_RESERVED: Final = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
}  # fmt: skip
_RESERVED_ONES = re.compile(r"[\\{}$&#%_^~]")
_LIGATURES = re.compile(r"([-'`])(?=\1)|[?!](?=`)")
_PAIRS: Final = ("--", "''", "``", "?`", "!`")
"""Pairs that LaTeX would set as one character, as ``--`` for a dash."""
_SMALL_WORDS: Final = frozenset("a an the on of in and for to is are das der die le la les".split())

_FORMAT = BibtexFormat()  # type: ignore[no-untyped-call]
_FORMAT.indent = "  "


def writer() -> Callable[[Item], str]:
    """A function that writes items as entries; its keys (``krystal2019``, then ``krystal2019b``) are unique."""
    taken: dict[str, int] = {}

    def write(item: Item) -> str:
        fields = [Field(name, value) for name, value in _fields(item)]
        entry = Entry(_TYPES.get(item["type"], "misc"), _unique(key(item), taken), fields)
        return str(write_library(Library([entry]), _FORMAT)) + "\n"

    return write


def escaped(text: str) -> str:
    r"""Text as LaTeX shows it.

    >>> escaped("50% of {x} -- A_b")
    '50\\% of \\textbraceleft{}x\\textbraceright{} -{}- A\\_b'
    """
    plain = _RESERVED_ONES.sub(lambda found: _RESERVED[found.group()], text)
    return _LIGATURES.sub(r"\g<0>{}", plain) if any(pair in plain for pair in _PAIRS) else plain


def key(item: Item) -> str:
    """Family name of the first author and the year: ``krystal2019``; the title's first word where there is no author."""
    first: dict[str, str] = next(iter(item.get("author", ())), {})
    words = fold(first.get("family", "") or first.get("literal", "") or "")
    name = re.sub(r"[^a-z0-9]", "", words) or _first_word(item.get("title", ""))
    return f"{name[:40] or 'report'}{year_of(item) or 'nd'}"


def _first_word(title: str) -> str:
    words = (re.sub(r"[^a-z0-9]", "", word) for word in fold(title).split())
    return next((word for word in words if word and word not in _SMALL_WORDS), "")


def _unique(wanted: str, taken: dict[str, int]) -> str:
    """``taken``: each key that was given, with the number of times it was wanted."""
    candidate = wanted
    while candidate in taken:
        taken[wanted] = taken.get(wanted, 1) + 1
        candidate = wanted + _letters(taken[wanted])
    taken[candidate] = 1
    return candidate


def _letters(number: int) -> str:
    """1 is a, 26 is z, 27 is aa."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _fields(item: Item) -> Iterator[tuple[str, str]]:
    """(name, value with its braces) of what is known."""
    place = {"article-journal": "journal", "paper-conference": "booktitle", "chapter": "booktitle"}.get(item["type"])
    texts = {
        "title": item.get("title", ""), place or "howpublished": item.get("container-title", ""),
        "volume": item.get("volume", ""), "number": item.get("issue", ""),
        "publisher": item.get("publisher", ""), "issn": item.get("ISSN", ""), "pmid": item.get("PMID", ""),
        "pmcid": item.get("PMCID", ""), "language": item.get("language", ""), "keywords": item.get("keyword", ""),
        "abstract": item.get("abstract", ""), "note": _note(item),
    }  # fmt: skip
    if item.get("author"):
        yield "author", f"{{{' and '.join(map(_name, item['author']))}}}"
    yield from _date(item)
    for name, value in texts.items():
        if value:
            yield name, f"{{{escaped(value)}}}"
    if item.get("page"):
        yield "pages", f"{{{'--'.join(map(escaped, item['page'].split('-')))}}}"
    for name, variable in (("doi", "DOI"), ("url", "URL")):  # read letter by letter, so nothing is escaped
        if item.get(variable):
            yield name, f"{{{_verbatim(item[variable])}}}"


def _name(name: Item) -> str:
    """``Berman, Jr, Robert M.``; groups, and names whose parts nobody knows, are kept together by braces."""
    if "literal" in name or not name.get("given"):
        return f"{{{escaped(name.get('literal') or name.get('family', ''))}}}"
    parts = (name["family"], name.get("suffix", ""), name["given"])
    return ", ".join(_part(part) for part in parts if part)


def _part(text: str) -> str:
    """A part that holds the words BibTeX splits names at is kept together."""
    return f"{{{escaped(text)}}}" if re.search(r",|\band\b", text, re.IGNORECASE) else escaped(text)


def _date(item: Item) -> Iterator[tuple[str, str]]:
    parts = date_parts(item)
    if parts:
        yield "year", f"{{{parts[0]}}}"
    if len(parts) > 1:
        yield "month", _MONTHS[parts[1] - 1]
    if len(parts) > 2:
        yield "date", f"{{{parts[0]}-{parts[1]:02}-{parts[2]:02}}}"


def _note(item: Item) -> str:
    stated = [" ".join(filter(None, (item.get("genre"), item.get("number"))))]
    original = item.get("original-title")
    return ". ".join(
        filter(None, (*stated, original and f"Original title: {original}", *item.get("note", "").split("\n")))
    )


def _verbatim(text: str) -> str:
    return text.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")
