"""A text to be checked, and what is said in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from harvest.claims.model import Kind, Verdict


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or an item of a list: ``text[start:end]`` of its document.

    under
        Index of the heading or of the sentence-bearing paragraph that leads it in ("Ketamine can help with:"), -1: none.
    """

    start: int
    end: int
    kind: Literal["heading", "paragraph", "item"]
    under: int = -1


@dataclass(frozen=True)
class Document:
    """The plain text that is checked. Offsets are code points of ``text``, ends exclusive.

    For plain input ``text`` is the input itself, character for character; of HTML and PDF it is what a reader sees.
    """

    text: str
    blocks: tuple[Block, ...]
    source: Literal["text", "html", "pdf"]
    title: str = ""
    notes: tuple[str, ...] = ()
    """What a reader should know of how the text was read: "3 pages hold pictures only" ..."""
    language: str = "en"
    """``en``, another ISO 639-1 code, or ``und`` when there is too little text to tell."""


@dataclass(frozen=True)
class Statement:
    """A checkable statement and the one question it asks; a sentence that asks several gives several statements.

    denies
        It says no to the question ("is not addictive").
    number
        A percentage it states.
    certainty
        The word that leaves no doubt, as it stands ("proven"), '' without.
    states
        What it says of a fact: year, decade, institution, drug ...
    words
        (start, end) of the words that decided, inside the document's text.
    """

    start: int
    end: int
    question: str
    kind: Kind
    denies: bool = False
    number: float | None = None
    certainty: str = ""
    states: Mapping[str, str] = field(default_factory=dict)
    words: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Unjudged:
    """A sentence that speaks of ketamine as if it could be checked, but asks none of our questions."""

    start: int
    end: int
    why: str


@dataclass(frozen=True)
class Found:
    """All that was found in a document, by start."""

    statements: tuple[Statement, ...]
    unjudged: tuple[Unjudged, ...]
    conditions: tuple[str, ...]
    """Ids of the conditions the text names as treated, narrowest; for the omissions."""
    harms: tuple[str, ...]
    """Ids of the harm outcomes the text mentions."""
    about_ketamine: bool
    """Whether the text speaks of ketamine at all."""


@dataclass(frozen=True)
class Part:
    """What holds of one part of a statement: its ``direction``, its ``number``, its ``certainty`` or its ``scope``."""

    name: Literal["direction", "number", "certainty", "scope"]
    verdict: Verdict
    why: str


@dataclass(frozen=True)
class Judged:
    """A statement with what the studies say of it.

    claims
        Ids of the claims on file that ask the same question.
    verdict
        That of the direction, turned round where the statement denies; '' where no database is at hand.
    counts
        Reports on the deciding rung by stance: ``{"supports": 4, "contradicts": 1, "mixed": 0, "silent": 2}``.
    """

    statement: Statement
    text: str
    asks: str
    claims: tuple[str, ...]
    verdict: Verdict | Literal[""]
    why: str
    parts: tuple[Part, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    participants: int = 0


@dataclass(frozen=True)
class Omission:
    """A harm that controlled studies of the named conditions report and the text does not mention.

    reports
        Ids of the reports, largest first; ``trials`` of them are randomised.
    """

    outcome: str
    label: str
    reports: tuple[str, ...]
    trials: int


@dataclass(frozen=True)
class Checked:
    """A checked text. ``omissions`` is empty when no database is at hand; ``notes`` says so, and all else to know."""

    document: Document
    statements: tuple[Judged, ...]
    unjudged: tuple[Unjudged, ...]
    omissions: tuple[Omission, ...]
    notes: tuple[str, ...]
