"""Web pages: what a reader sees of one, as text with blocks.

Read with libxml2 itself rather than through BeautifulSoup: the tree is the same, in a tenth of the time. The walk keeps its
own stack, so elements nested a hundred thousand deep are only long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from harvest.checker.blocks import Piece, arranged
from harvest.checker.model import Document
from harvest.checker.plain import pieces_of
from harvest.checker.visible import HEADINGS, INLINE, Weights, left_out
from harvest.errors import BadInput, HostileInput

_TAG = re.compile(
    rb"<(?:p|div|h[1-6]|ul|ol|li|br|span|body|head|table|article|section|a|strong|em|b|i)(?:\s[^<>]*)?/?>", re.I
)
_OPENING = re.compile(rb"\s*(?:<\?xml[^>]*>\s*|(?><!--.*?-->)\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_SPACE = re.compile("[ \t\r\f\v\u00a0\u2000-\u200a\u202f\u3000]+")
_UNSEEN = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff\x00-\x08\x0e-\x1f\x7f]")
_AROUND_BREAK = re.compile(" ?\n ?")
_HEADED = frozenset({"dt", "summary", "legend"})
_ASIDE = ("navigation", "cookie", "footer", "hidden")
_NAMES = {
    "navigation": "the site's navigation", "cookie": "a notice on cookies", "footer": "the footer",
    "hidden": "text that the page hides",
}  # fmt: skip


def looks_like_html(data: bytes) -> bool:
    """By how it opens, or three tags and more within the first 20 kB."""
    start = data[:20_000]
    return bool(_OPENING.match(start)) or sum(1 for _ in _TAG.finditer(start)) >= 3


def read_html(markup: str) -> Document:
    """The page as text: blocks with a blank line between them, items of lists with "- " before them.

    Raises `BadInput` for a page without text, `HostileInput` for elements nested thousands deep.
    """
    root = _tree(markup)
    weights = Weights(root)
    page = _walked(root, weights, site=False)
    if not page.pieces:  # a page may be nothing but what others have at their edges
        page = _walked(root, weights, site=True)
    if not page.pieces:
        raise BadInput(
            "there is no text on this page (a script may write it when it is shown); copy its text and check that"
        )
    text = "".join(page.parts)
    return Document(text, arranged(text, page.pieces), "html", _title(root), _notes(page.left))


def _walked(root: Any, weights: Weights, *, site: bool) -> _Page:
    """The page in one walk; with ``site`` its navigation, footer and notices are read too."""
    page = _Page()
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event != "start":
            page.end(element, event == "end")
        elif (reason := left_out(element, weights)) and not (site and reason in _ASIDE[:3]):
            walk.skip_subtree()
            page.skip(element, reason)
        else:
            page.start(element)
    page.flush()
    return page


def _tree(markup: str) -> Any:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_blank_text=False)
    data = markup.replace("\0", "").encode("utf-8", "replace")
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as problem:
        raise BadInput("there is no text on this page") from problem
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise HostileInput("the page's markup is nested beyond reason; copy its text and check that")
    if root is None:
        raise BadInput("there is no text on this page")
    return root


def _title(root: Any) -> str:
    for path in ("//head/title", "//title", "//h1"):
        for element in root.xpath(path)[:1]:
            if title := " ".join(_UNSEEN.sub("", "".join(element.itertext())).split()):
                return title
    return ""


def _notes(left: set[str]) -> tuple[str, ...]:
    names = [_NAMES[reason] for reason in _ASIDE if reason in left]
    if not names:
        return ()
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return (f"Left out of the check: {listed}.",)


# ------------------------------------------------------------ from elements to text


@dataclass(frozen=True, slots=True)
class _Place:
    """What the text of an element is part of."""

    kind: str = ""  # "", heading, item, row: a row of a table whose cells are short
    level: int = 0
    group: int = 0
    within: int = 0


class _Page:
    """The text as it grows: ``parts`` of it, the ``pieces`` found, the reasons for what was ``left`` out."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.pieces: list[Piece] = []
        self.left: set[str] = set()
        self._length = 0
        self._lists = 0
        self._inline: list[str] = []
        self._bold = 0
        self._in_bold = 0
        self._places = [_Place()]
        self._opened: list[tuple[bool, bool, str]] = []  # of each open element: makes a block, is bold, its name

    def start(self, element: Any) -> None:
        name = element.tag
        row = self._places[-1].kind == "row"
        block = name not in INLINE and not (row and name in ("td", "th"))
        if block:
            self.flush()
            self._places.append(self._place(element))
        elif name == "br":
            self._inline.append("\n")
        elif name in ("td", "th") and any(part.strip() for part in self._inline):
            self._inline.append(" | ")
        bold = name in ("b", "strong")
        self._in_bold += bold
        self._opened.append((block, bold, name))
        self._add(element.text)

    def skip(self, element: Any, reason: str) -> None:
        """An element that is not read, of which only the end will follow."""
        self.left.add(reason)
        if element.tag not in INLINE and reason != "unread":
            self.flush()
        self._opened.append((False, False, ""))

    def end(self, element: Any, is_element: bool) -> None:
        """The end of an element, or a comment; then what stands after it."""
        if is_element:
            block, bold, _ = self._opened.pop()
            self._in_bold -= bold
            if block:
                self.flush()
                self._places.pop()
        self._add(element.tail)

    def _place(self, element: Any) -> _Place:
        name, around = element.tag, self._places[-1]
        if name in HEADINGS:
            return _Place("heading", int(name[1]))
        if name in _HEADED or element.get("aria-expanded") or element.get("role") == "heading":
            return _Place("heading")
        if name in ("ul", "ol", "menu"):
            self._lists += 1
            return _Place("", 0, self._lists, around.group if around.kind == "item" else 0)
        if name == "li" or element.get("role") == "listitem":
            return _Place("item", 0, around.group or self._new_list(), around.within)
        if name == "tr" and _has_short_cells(element):
            return _Place("row")
        if name in ("dd", "table", "blockquote", "figure"):
            return _Place()
        return around

    def _new_list(self) -> int:
        self._lists += 1
        return self._lists

    def _add(self, text: str | None) -> None:
        if text:
            pre = any(name == "pre" for _, _, name in self._opened[-3:])
            self._inline.append(text if pre else text.replace("\n", " "))
            if self._in_bold:
                self._bold += len(text.strip())

    def flush(self) -> None:
        """What was gathered becomes a block, or several where lines are broken."""
        if not self._inline:
            return
        raw, bold = "".join(self._inline), self._bold
        self._inline.clear()
        self._bold = 0
        text = _AROUND_BREAK.sub("\n", _SPACE.sub(" ", _UNSEEN.sub("", raw))).strip()
        if not any(letter.isalnum() for letter in text):
            return
        place = self._places[-1]
        self._write(text, place, bold >= 0.9 * len(text))

    def _write(self, text: str, place: _Place, bold: bool) -> None:
        item = place.kind == "item"
        close = item and self.pieces and self.pieces[-1].kind == "item"
        lead = ("\n" if close else "\n\n" if self.parts else "") + ("- " if item else "")
        start = self._length + len(lead)
        self.parts += (lead, text)
        self._length = start + len(text)
        self.pieces += self._pieces(text, start, place, bold)

    def _pieces(self, text: str, start: int, place: _Place, bold: bool) -> Iterator[Piece]:
        end = start + len(text)
        if place.kind == "heading":
            yield Piece(start, end, "heading", place.level)
        elif place.kind == "item":
            yield Piece(start, end, "item", group=place.group, within=place.within)
        elif place.kind == "row":
            yield Piece(start, end, "paragraph")
        elif "\n" in text:
            yield from self._lines(text, start)
        else:
            heading = bold and len(text) <= 120 and text[-1] not in ".!,;"
            yield Piece(start, end, "heading" if heading else "")

    def _lines(self, text: str, start: int) -> Iterator[Piece]:
        """The lines of a paragraph with line breaks; their lists get numbers of their own."""
        first = self._lists
        for piece in pieces_of(text, start):
            group = piece.group + first if piece.group else 0
            within = piece.within + first if piece.within else 0
            self._lists = max(self._lists, group)
            yield Piece(piece.start, piece.end, piece.kind, piece.level, group, within, piece.gap)


def _has_short_cells(row: Any) -> bool:
    """Whether the cells of a row hold words only: they are read across, "Dizziness | 12 %"."""
    size = 0
    for cell in row:
        if cell.tag in ("td", "th"):
            size += len(cell.text or "")
            for child in cell:
                if child.tag not in INLINE or child.tag == "br":
                    return False
                size += len(child.text or "") + len(child.tail or "")
    return size <= 400
