"""A title or an abstract as it was read: its sentences, what each is about, and the places of concepts in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from harvest.tagging.context import Context

Key = tuple[str, str]
"""Dimension and id of a concept."""


class Place(NamedTuple):
    """One place that names a concept, before its role is known."""

    key: Key
    field: str
    start: int
    end: int
    rule: str
    major: bool = False
    """A MeSH heading that is a major topic."""


class Passage(NamedTuple):
    """One text of a report. ``places`` are by start and hold no denied ones; ``denied`` holds those."""

    field: str
    context: Context
    places: tuple[Place, ...] = ()
    denied: tuple[Place, ...] = ()

    @property
    def text(self) -> str:
        return self.context.text

    @property
    def lower(self) -> str:
        return self.context.lower


class Around(NamedTuple):
    """Everything that may decide what a place means."""

    title: Passage
    abstract: Passage
    grouped: Mapping[Key, Sequence[Place]]
    """The places of each concept, of all fields."""
