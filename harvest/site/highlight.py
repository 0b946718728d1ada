"""Marks stretches of a text as HTML, also where they overlap and nest. Pure: text and spans in, Markup out.

A text is cut at every edge of a span; each piece is written once, with the classes of all spans it lies in. So spans
may cross each other as they like, and no element of the page ever does. Offsets are code points, end exclusive.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, Final, Literal

from markupsafe import Markup, escape

from harvest.schema import DIMENSIONS

KINDS: Final = (*DIMENSIONS, "number")
"""What a marked word can speak for, in the order of the legend; each is a class in ``report.css``."""
_DIGEST_LABELS: Final = ("Aim", "Methods", "Results", "Conclusion")
_ORDER: Final = {kind: place for place, kind in enumerate(KINDS)}

_LABEL: Final = re.compile(r"[^.:]{1,60}:\s*")
"""The label of a part of a text, such as "Results:", up to its first word."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text to mark: ``word`` (evidence; a link to what it proves), ``cue`` (the words that decided a
    finding) or ``sentence`` (the sentence of a finding). ``kind`` becomes the class."""

    start: int
    end: int
    kind: str
    layer: Literal["word", "cue", "sentence"] = "word"
    note: str = ""
    """What a pointer shows: the concept and the rule."""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph of a text, with its label ('' for none), which does not belong to the stretch."""

    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    active: tuple[Span, ...]

    def of(self, layer: str) -> list[Span]:
        return [span for span in self.active if span.layer == layer]


def marked(text: str, spans: Iterable[Span], start: int = 0, end: int | None = None, prefix: str = "") -> Markup:
    """The text from ``start`` to ``end``, escaped, with the spans marked; spans beyond the text are clipped.

    With a ``prefix``, where a word begins its element has the id ``PREFIX`` + offset, a sentence ``PREFIX`` + ``s`` +
    offset; a page gives each of its texts a prefix of its own.

    >>> str(marked("so < depressed", [Span(5, 14, "condition", href="#c")]))
    'so &lt; <a class="w d condition" href="#c">depressed</a>'
    """
    stop = len(text) if end is None else min(end, len(text))
    start = max(start, 0)
    if stop <= start:
        return Markup("")
    inside = [span for span in spans if span.start < stop and span.end > start and span.end > span.start]
    # Words after sentences, so that every piece of a sentence is inside its element.
    written = []
    for sentence, group in groupby(_pieces(inside, start, stop), key=lambda piece: tuple(piece.of("sentence"))):
        pieces = list(group)
        body = "".join(_piece(text, piece, prefix) for piece in pieces)
        # Met where it begins, or after the label of its paragraph ("Results:"), which is shown apart.
        first = pieces[0].start
        met = [
            s.start for s in sentence if s.start == first or (first == start and _LABEL.fullmatch(text, s.start, first))
        ]
        written.append(_sentence(body, sentence, f"{prefix}s{met[0]}" if prefix and met else "") if sentence else body)
    return Markup("".join(written))  # noqa: S704 (every part was escaped)


def _pieces(spans: list[Span], start: int, stop: int) -> list[_Piece]:
    """The text cut at every edge, each piece with the spans that cover it."""
    edges = {start, stop}
    for span in spans:
        edges.update((max(span.start, start), min(span.end, stop)))
    waiting = sorted(spans, key=lambda span: span.start)[::-1]
    active: list[Span] = []
    pieces = []
    for left, right in pairwise(sorted(edges)):
        active = [span for span in active if span.end > left]
        while waiting and waiting[-1].start <= left:
            active.append(waiting.pop())
        pieces.append(_Piece(left, right, tuple(active)))
    return pieces


def _piece(text: str, piece: _Piece, prefix: str) -> str:
    """One piece as HTML: the deciding words outside, then the link of the innermost word, then a line a dimension."""
    body = str(escape(text[piece.start : piece.end]))
    words, cues = piece.of("word"), piece.of("cue")
    if words:
        kinds = sorted({span.kind for span in words}, key=lambda kind: _ORDER.get(kind, len(_ORDER)))
        for kind in reversed(kinds[1:]):
            body = f'<span class="d {escape(kind)}">{body}</span>'
        # What ketamine is used as is read from words of other dimensions, which come first.
        innermost = min(words, key=lambda span: (span.kind == "use", span.end - span.start))
        begins = prefix and any(span.start == piece.start for span in words)
        body = _element("a", body, {
            "class": f"w d {kinds[0]}",
            "id": f"{prefix}{piece.start}" if begins else "",
            "href": innermost.href,
            "title": "; ".join(dict.fromkeys(span.note for span in words if span.note)),
        })  # fmt: skip
    if cues:
        body = _element("mark", body, {"class": f"cue {cues[0].kind}"})
    return body


def _sentence(body: str, spans: Sequence[Span], key: str) -> str:
    return _element("span", body, {"class": f"said {spans[0].kind}", "id": key})


def _element(name: str, body: str, attributes: dict[str, str]) -> str:
    written = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items() if value)
    return f"<{name}{written}>{body}</{name}>"


def parts(text: str | None, sections: str | None = None) -> list[Part]:
    """The paragraphs of an abstract or digest with their labels.

    ``sections`` is the column of reports: labelled parts with their places, JSON. What stands between them is shown
    too, unless it is the label itself. Without sections every line is a paragraph, and a digest's own labels are known.

    >>> parts("Aim: To see.")
    [Part(label='Aim', start=5, end=12)]
    """
    if not text:
        return []
    listed: list[dict[str, Any]] = json.loads(sections) if sections else []
    return list(_listed(text, listed)) if listed else list(_lines(text))


def _listed(text: str, sections: Iterable[dict[str, Any]]) -> Iterable[Part]:
    at = 0
    for section in sections:
        start, end = max(section["start"], at), min(section["end"], len(text))
        if _letters(text[at:start]) not in ("", _letters(section["label"] or "")):
            yield Part("", at, start)
        if end > start:
            yield Part(section["label"] or "", start, end)
        at = max(at, end)
    if _letters(text[at:]):
        yield Part("", at, len(text))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _lines(text: str) -> Iterable[Part]:
    for line in re.finditer(r"[^\n]+", text):
        if line[0].strip():
            label, colon, _ = line[0].partition(": ")
            known = bool(colon) and label in _DIGEST_LABELS
            yield Part(label if known else "", line.start() + (len(label) + 2 if known else 0), line.end())
