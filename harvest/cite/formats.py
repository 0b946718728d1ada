"""The files that reference managers read: one writer for each, item after item, so that any number can be streamed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from harvest.cite import bibtex, nbib, ris
from harvest.cite.csl import Item

Write = Callable[[Item], str]


@dataclass(frozen=True)
class Format:
    """A file format.

    extension
        Of its files and of the addresses that give them.
    reader
        What it is good for, for people.
    start
        Makes the function that writes one item; it may remember the items before (keys, commas), so each file needs
        its own.
    """

    extension: str
    label: str
    media: str
    reader: str
    start: Callable[[], Write]
    head: str = ""
    foot: str = ""


def _csl_json() -> Write:
    begun = False

    def write(item: Item) -> str:
        nonlocal begun
        comma, begun = ",\n" if begun else "", True
        return comma + json.dumps(item, ensure_ascii=False)

    return write


FORMATS: Final = {found.extension: found for found in (
    Format("ris", "RIS", "application/x-research-info-systems", "Zotero, EndNote, Mendeley, Rayyan, Covidence",
           lambda: ris.write),
    Format("bib", "BibTeX", "application/x-bibtex", "LaTeX, JabRef", bibtex.writer),
    Format("csljson", "CSL-JSON", "application/vnd.citationstyles.csl+json", "Zotero, pandoc, Quarto", _csl_json,
           "[\n", "\n]\n"),
    Format("nbib", "NBIB", "application/nbib", "PubMed's own format: EndNote, Zotero, Papers", lambda: nbib.write),
)}  # fmt: skip


def written(items: Iterable[Item], extension: str) -> Iterator[str]:
    """The pieces of a file of the items. Raises `KeyError` for a format that is not in `FORMATS`."""
    chosen = FORMATS[extension]
    write = chosen.start()
    yield chosen.head
    yield from map(write, items)
    yield chosen.foot
