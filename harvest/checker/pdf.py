"""PDF files: their text, with the lines of a paragraph and the halves of a word put together again."""

from __future__ import annotations

import io
import logging
import re
import struct
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from harvest.checker.model import Document
from harvest.checker.plain import MARKER, blocks_of
from harvest.errors import BadInput
from harvest.text import storable

# It tells of every oddity of a file, and quotes from it.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

_MOST_PAGES = 300
_LONGEST = 2_000_000  # characters
_PATIENCE = 10.0  # seconds; a page of drawings can take one
# What pypdf raises for a damaged file besides its own errors: it believes what the file says of itself.
_BROKEN = (
    PyPdfError, ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError, OSError, RecursionError,
    TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip
_PAGE_NUMBER = re.compile(r"(?:page\s+)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?", re.I)
_SPLIT = re.compile(r"([^\W\d_]+)[-\u2010\u00ad]$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
# Letters drawn as one: "beneﬁt" would not be found as a word.
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_ENDS = re.compile(r"[.!?…][\"'”’)\]]*$")


def read_pdf(data: bytes) -> Document:
    """The text of all pages, paragraphs with a blank line between them.

    Raises `BadInput` for a file that is damaged, protected by a password or without any text.
    """
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise BadInput("this PDF is protected by a password; save a copy without one")
        pages, notes = _pages(reader)
        title = _title(reader)
    except (DependencyError, FileNotDecryptedError) as problem:
        raise BadInput("this PDF is encrypted; save a copy that is not, or copy its text") from problem
    except _BROKEN as problem:
        raise BadInput("this PDF is damaged and cannot be read; save it again, or copy its text") from problem
    text = "".join(_written(_paragraphs(_without_margins(pages))))
    if not any(letter.isalnum() for letter in text):
        raise BadInput("this PDF holds pictures of pages but no text; a program for text recognition (OCR) can add it")
    return Document(text, blocks_of(text), "pdf", title, tuple(notes))


def _pages(reader: PdfReader) -> tuple[list[list[str]], list[str]]:
    """Lines of each page, '' for a blank one; what to say of pages that were not read."""
    pages: list[list[str]] = []
    size = empty = 0
    started = time.monotonic()
    total = len(reader.pages)
    for number in range(min(total, _MOST_PAGES)):
        text = storable(reader.pages[number].extract_text()).translate(_LIGATURES)
        pages.append([" ".join(line.split()) for line in text.split("\n")])
        empty += not text.strip()
        size += len(text)
        if size > _LONGEST or time.monotonic() - started > _PATIENCE:
            break
    notes = []
    if len(pages) < total:
        notes.append(f"Only the first {len(pages)} of {total} pages were read.")
    if 0 < empty < len(pages):
        hold = "page holds" if empty == 1 else "pages hold"
        notes.append(f"{empty} of {len(pages)} {hold} no text, perhaps pictures of it.")
    return pages, notes


def _title(reader: PdfReader) -> str:
    title = reader.metadata.title if reader.metadata else None
    return " ".join(storable(title).split()) if isinstance(title, str) else ""


def _without_margins(pages: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    """The pages without their numbers and without what stands at the head or foot of three and more of them."""
    edges: Counter[str] = Counter()
    for page in pages:
        lines = [line for line in page if line]
        edges.update({_unnumbered(line) for line in (*lines[:2], *lines[-2:])})
    for page in pages:
        filled = [position for position, line in enumerate(page) if line]
        margin = {*filled[:2], *filled[-2:]}
        kept = [
            line for position, line in enumerate(page)
            if not (position in margin and (_PAGE_NUMBER.fullmatch(line) or edges[_unnumbered(line)] >= 3))
        ]  # fmt: skip
        yield kept if any(kept) else list(page)  # a page of nothing but such lines: they are its text


def _unnumbered(line: str) -> str:
    return re.sub(r"\d+", "0", line)


def _paragraphs(pages: Iterator[list[str]]) -> list[str]:
    """Lines put together to paragraphs, headings and items; a paragraph may run on over the end of a page."""
    lines: list[str] = []
    for page in pages:
        while page and not page[-1]:
            page.pop()
        # Nothing says whether a paragraph goes on overleaf but that its sentence does.
        if lines and lines[-1] and page and (_ENDS.search(lines[-1]) or not page[0][:1].islower()):
            lines.append("")
        lines += page
    width = _width([line for line in lines if line])
    words = Counter(word.lower() for line in lines for word in _FIRST_WORD.findall(line))
    paragraphs: list[list[str]] = []
    before = ""
    for line in lines:
        if before and line and _goes_on(before, line, width):
            paragraphs[-1][-1:] = _joined(before, line, words)
        elif line:
            paragraphs.append([line])
        before = line
    return ["".join(parts) for parts in paragraphs]


def _width(lines: Sequence[str]) -> int:
    """Letters in a full line: nine in ten lines are no longer."""
    lengths = sorted(len(line) for line in lines)
    return max(30, lengths[len(lengths) * 9 // 10]) if lengths else 30


def _goes_on(line: str, following: str, width: int) -> bool:
    """Whether the paragraph of ``line`` goes on with the line after it."""
    if MARKER.match(following):
        return False
    if following[0].islower() and not _ENDS.search(line):
        return not line.endswith(":")
    if _ENDS.search(line):
        return len(line) >= 0.8 * width and not line.endswith("?")
    full = len(line) + 1 + len(following.split(maxsplit=1)[0]) >= 0.88 * width  # the next word would not have fitted
    return full and not line.endswith(":") and not line.istitle()


def _joined(before: str, line: str, words: Counter[str]) -> tuple[str, str]:
    """The two lines, the first with what has to stand between them."""
    split = _SPLIT.search(before, max(0, len(before) - 60))
    rest = _FIRST_WORD.match(line)
    if not split or not rest or not rest[0][0].islower():
        return (before if split else f"{before} "), line
    first, second = split[1].lower(), rest[0].lower()
    # Both halves stand as words elsewhere, and their sum does not: a word with a hyphen of its own.
    compound = not words[first + second] and words[first] > 1 and words[second] > 1 and not before.endswith("\u00ad")
    return (before if compound else before[:-1]), line


def _written(paragraphs: Sequence[str]) -> Iterator[str]:
    """Paragraphs with blank lines between them; the items of a list stand close."""
    item = False
    for position, paragraph in enumerate(paragraphs):
        was, item = item, bool(MARKER.match(paragraph))
        if position:
            yield "\n" if was and item else "\n\n"
        yield paragraph
