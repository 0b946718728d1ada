"""The file formats in which reference managers and databases hand out records.

`encoding` and `detect` find out what a file is; one module per format cuts it into items (`read`) and makes a
`Record` of an item's fields (`record`). Fields keep the words of the file: nothing is decoded or renamed before
`record`, so an archived item can be read anew when the reading gets better.
"""

from __future__ import annotations

from dataclasses import dataclass

Fields = dict[str, list[str]]
"""Tag, column or field name as the file writes it -> its values in order."""


@dataclass(frozen=True)
class Item:
    """One record of a file. ``position`` counts from 1."""

    position: int
    fields: Fields


@dataclass(frozen=True)
class Rejection:
    """A part of a file that is no readable record, with the reason and the beginning of its text."""

    position: int
    reason: str
    excerpt: str


@dataclass(frozen=True)
class Items:
    """What a file holds, good and bad, in file order."""

    items: tuple[Item, ...] = ()
    rejected: tuple[Rejection, ...] = ()


def excerpt(text: str, length: int = 160) -> str:
    """The beginning of a text on one line."""
    line = " ".join(text[: 4 * length].split())
    return line[:length] + ("…" if len(line) > length else "")


def first(fields: Fields, *names: str) -> str:
    """The first non-empty value under any of the names, tried in order; '' when there is none."""
    return next((value for name in names for value in fields.get(name, ()) if value), "")


def every(fields: Fields, *names: str) -> list[str]:
    """All non-empty values under the names."""
    return [value for name in names for value in fields.get(name, ()) if value]
