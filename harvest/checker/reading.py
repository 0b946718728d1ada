"""What is handed in to be checked, a page, a file or a pasted text, becomes a `Document`."""

from __future__ import annotations

import codecs
import re
from dataclasses import replace

from harvest.checker.language import NAMES, language_of
from harvest.checker.model import Document
from harvest.checker.plain import blocks_of
from harvest.errors import BadInput

LARGEST = 5 * 1024 * 1024  # bytes
_NOTHING = "there is no text to check"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_CHARSET = re.compile(r"charset\s*=\s*+[\"']?\s*+([\w.:-]+)", re.I)
_MANY_FOREIGN = 0.03  # of the bytes: above, the text is hardly in a language of western Europe
_PLAIN_NAMES = (".txt", ".md", ".text", ".rst")
_HTML_NAMES = (".html", ".htm", ".xhtml")
_OTHER_FILES = (
    (b"PK\x03\x04", "a file of an office program, or an archive"), (b"\xd0\xcf\x11\xe0", "a file of an office program"),
    (b"{\\rtf", "a rich text file"), (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"), (b"SQLite format 3", "a database"),
)  # fmt: skip


def read_text(text: str) -> Document:
    """A pasted text: ``Document.text`` is ``text`` itself. Raises `BadInput` when it is empty or longer than 5 MB."""
    if len(text) > LARGEST:
        raise too_large()
    if not text.strip():
        raise BadInput(_NOTHING)
    return _with_language(Document(text, blocks_of(text), "text"))


def read_bytes(data: bytes, name: str = "", content_type: str = "") -> Document:
    """A file or the body of an answer: HTML, PDF or plain text in any encoding.

    ``name`` (of the file, or an address) and ``content_type`` (``text/html; charset=...``) help to tell which; what the bytes
    say themselves counts more. Raises `BadInput` for what is empty, larger than 5 MB, broken or no text at all.
    """
    if len(data) > LARGEST:
        raise too_large()
    if not data.strip(b" \t\r\n\f\v\0"):
        raise BadInput(_NOTHING)
    if b"%PDF-" in data[:1024]:
        from harvest.checker.pdf import read_pdf

        return _with_language(read_pdf(data))
    _refuse_other_files(data)
    if _is_html(data, name.lower(), content_type.lower()):
        from harvest.checker.html import read_html

        return _with_language(read_html(decoded(data, content_type)))
    return read_text(decoded(data, content_type))


def too_large() -> BadInput:
    return BadInput(f"this is larger than {LARGEST >> 20} MB; check a part of it")


def _is_html(data: bytes, name: str, content_type: str) -> bool:
    from harvest.checker.html import looks_like_html

    if "html" in content_type or name.endswith(_HTML_NAMES):
        return True
    if content_type.startswith("text/plain") or name.endswith(_PLAIN_NAMES):
        return False
    return looks_like_html(data)


def _refuse_other_files(data: bytes) -> None:
    for start, kind in _OTHER_FILES:
        if data.startswith(start):
            raise BadInput(f"this is {kind}, no text; save it as text, HTML or PDF, or copy its text")


# ------------------------------------------------------------ encodings


def decoded(data: bytes, content_type: str = "") -> str:
    """Bytes as text, without a byte order mark; what cannot be decoded becomes U+FFFD.

    UTF-8 goes before what the page declares: hardly a text in another encoding is valid UTF-8, and many a server declares
    what its pages are not. Raises `BadInput` for bytes that are no text.

    >>> decoded("It doesn’t last.".encode("cp1252"))
    'It doesn’t last.'
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if wide := _without_mark(data):
        return data.decode(wide, "replace")
    declared = _CHARSET.search(content_type) or _CHARSET.search(data[:2048].decode("latin-1"))
    for encoding in ("utf-8", declared[1] if declared else ""):
        if (text := _strictly(data, encoding)) is not None:
            return text
    return data.decode(_guessed(data), "replace")


def _strictly(data: bytes, encoding: str) -> str | None:
    """None where the bytes are not in that encoding, or Python knows none of that name."""
    try:
        name = codecs.lookup(encoding).name
        return data.decode("cp1252" if name in ("iso8859-1", "ascii") else name)  # as browsers do
    except (LookupError, UnicodeDecodeError, ValueError):
        return None


def _without_mark(data: bytes) -> str:
    """UTF-16 by its zero bytes, every second one in a text of the west; '' for anything else."""
    start = data[:4000]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) * 10 < len(start) * 3:
        if even + odd > len(start) // 10:
            raise BadInput("this is no text; save it as text, HTML or PDF, or copy its text")
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _guessed(data: bytes) -> str:
    """The likeliest encoding of bytes that are neither UTF-8 nor what was declared."""
    start = data[:100_000]
    if sum(byte > 127 for byte in start) < _MANY_FOREIGN * len(start):
        return "cp1252"  # curly quotes and dashes: too few for statistics
    from charset_normalizer import from_bytes

    best = from_bytes(start).best()
    if best is None:
        raise BadInput("this is no text that can be read; save it as UTF-8 text, HTML or PDF")
    return best.encoding


# ------------------------------------------------------------ language


def _with_language(document: Document) -> Document:
    language = language_of(document.text)
    if language not in NAMES:
        return replace(document, language=language)
    note = f"The text seems to be in {NAMES[language]}; only statements in English can be found."
    return replace(document, language=language, notes=(*document.notes, note))
