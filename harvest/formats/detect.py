"""Which format a file is in: the ending is a hint, the content decides."""

from __future__ import annotations

import re

from harvest.errors import BadInput
from harvest.formats import bib, ris, tables, tagged

SUFFIXES = {".nbib": "nbib", ".ris": "ris", ".xml": "xml", ".bib": "bib", ".csv": "csv", ".tsv": "csv"}
"""File ending -> format tried first. Other endings (.txt) go by content alone."""

_NEEDS = {
    "nbib": "a line that begins with 'PMID- '",
    "ris": "a line that begins with 'TY  - '",
    "xml": "a <PubmedArticleSet>",
    "bib": "an entry that begins like '@article{'",
    "csv": f"a first line with column names, among them a title ({tables.KNOWN})",
}
_BINARY = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "an Excel workbook or ZIP archive; save the sheet as CSV (UTF-8), or unpack it",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word document; save it as CSV (UTF-8)",
    b"\x1f\x8b": "compressed with gzip; unpack it",
    b"SQLite format 3\0": "an SQLite database",
}
_HTML = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_XML = re.compile(r"\s*<(?:\?xml|!DOCTYPE|\w)", re.I)


def refuse_other_files(body: bytes, name: str) -> None:
    """Raises `BadInput` for an empty file and for kinds of file that hold no text."""
    if not body.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise BadInput(f"{name}: the file is empty; export it again")
    for magic, what in _BINARY.items():
        if body.startswith(magic):
            raise BadInput(f"{name}: this is {what}, not an export of records")


def detect(text: str, name: str, suffix: str) -> str:
    """``nbib``, ``ris``, ``xml``, ``bib`` or ``csv``. Raises `BadInput` saying what is missing."""
    if _HTML.match(text):
        raise BadInput(
            f"{name}: this is an HTML page (a log-in, error or result page saved in place of the export); "
            "export the records again"
        )
    hinted = SUFFIXES.get(suffix.lower(), "")
    for format_name in dict.fromkeys(filter(None, (hinted, "xml", "nbib", "ris", "bib", "csv"))):
        if _TESTS[format_name](text):
            return format_name
    needed = _NEEDS[hinted] if hinted else "none of the known formats (.nbib, .ris, PubMed .xml, .bib, .csv)"
    raise BadInput(f"{name}: no records found; expected {needed}" if hinted else f"{name}: {needed} was recognised")


_TESTS = {
    "nbib": lambda text: tagged.holds(text, "PMID"),
    "ris": lambda text: ris.holds(text),
    "xml": lambda text: bool(_XML.match(text)),
    "bib": lambda text: bib.holds(text),
    "csv": lambda text: tables.holds(text),
}
