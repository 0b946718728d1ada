"""What was asked, as a tree of small frozen parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Text:
    """Words that stand beside each other, in any searched column or only in ``columns``."""

    text: str
    columns: tuple[str, ...] = ()
    prefix: bool = False
    """Whether the last word may go on: ``ketam*``."""
    quoted: bool = False


@dataclass(frozen=True)
class Tagged:
    """Reports that study a concept or a narrower one."""

    dimension: str
    concept: str
    label: str


@dataclass(frozen=True)
class Named:
    """Words that name concepts: reports with all the words, or tagged (studied or mentioned) with one of the concepts."""

    words: tuple[Text, ...]
    concepts: tuple[tuple[str, str], ...]
    """(dimension, concept id) of each."""


@dataclass(frozen=True)
class Range:
    """``year`` or ``n`` (people in the study) from ``low`` to ``high``, both included; None is open."""

    field: str
    low: int | None
    high: int | None

    @property
    def bounds(self) -> str:
        """As it is typed and stands in an address: ``2015``, ``2015..2020``, ``2015..``."""
        low, high = ("" if bound is None else str(bound) for bound in (self.low, self.high))
        return low if low == high else f"{low}..{high}"


@dataclass(frozen=True)
class Journal:
    """Words that stand beside each other in the journal's name."""

    text: str
    prefix: bool = False


@dataclass(frozen=True)
class Identifier:
    """A DOI, PubMed, PubMed Central or registration number, or an id of ours (scheme ``id``)."""

    scheme: str
    value: str


@dataclass(frozen=True)
class Value:
    """``kind``, ``source`` or ``direction`` is this value."""

    field: str
    value: str


@dataclass(frozen=True)
class Flag:
    """Something a report is or has: ``retracted``, ``abstract`` ..."""

    name: str


@dataclass(frozen=True)
class And:
    parts: tuple[Node, ...] = ()
    """None at all: every report."""


@dataclass(frozen=True)
class Or:
    parts: tuple[Node, ...] = ()
    """None at all: no report."""


@dataclass(frozen=True)
class Not:
    part: Node


Node = Text | Tagged | Named | Range | Journal | Identifier | Value | Flag | And | Or | Not

EVERYTHING: Final = And()
NOTHING: Final = Or()


def both(parts: Sequence[Node]) -> Node:
    """All of the parts, each once, an AND among them dissolved; one alone is itself."""
    flat: dict[Node, None] = {}
    for part in parts:
        flat |= dict.fromkeys(part.parts if isinstance(part, And) else (part,))
    return next(iter(flat)) if len(flat) == 1 else And(tuple(flat))


def either(parts: Sequence[Node]) -> Node:
    """Any of the parts, each once, an OR among them dissolved; one alone is itself."""
    flat: dict[Node, None] = {}
    for part in parts:
        flat |= dict.fromkeys(part.parts if isinstance(part, Or) else (part,))
    return next(iter(flat)) if len(flat) == 1 else Or(tuple(flat))


FLAGS: Final = {
    "retracted": "is retracted",
    "concern": "is under an expression of concern",
    "corrected": "was corrected",
    "abstract": "has an abstract here",
    "digest": "has our digest",
    "findings": "has findings",
    "doi": "has a DOI",
    "pmid": "has a PubMed number",
    "registration": "has a registration number",
    "open": "has an abstract under an open licence",
    "animal": "studies animals",
    "no-year": "has no year",
    "no-n": "does not state how many took part",
    "no-direction": "has no text held that could state a result",
}
"""Name of a flag -> what it says of a report."""
IS: Final = frozenset({"retracted", "concern", "corrected", "open", "animal"})
"""Flags that are typed as ``is:retracted``; all others as ``has:abstract``."""
