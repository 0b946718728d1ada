"""Concepts as a tree: the wider above the narrower, the most studied first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Node:
    """A concept with the concepts under it."""

    id: str
    label: str
    studied: int
    kind: str
    """Of an outcome (benefit, harm, mechanism, measure); '' for other concepts."""
    below: tuple[Node, ...]


def tree(rows: Sequence[Any], studied: Mapping[str, int]) -> tuple[Node, ...]:
    """The concepts at the top, of those shown: a filter may hide the wider one of a concept, which then is at the top.

    rows
        Rows with id, label, broader, and kind for outcomes, as Datasette's table page has them.
    studied
        Concept -> how many reports study it.
    """
    shown = {row["id"] for row in rows}
    under: dict[str, list[Any]] = {}
    for row in sorted(rows, key=lambda row: (-studied.get(row["id"], 0), row["label"])):
        under.setdefault(row["broader"] if row["broader"] in shown else "", []).append(row)
    return _nodes(under, "", studied)


def _nodes(under: dict[str, list[Any]], above: str, studied: Mapping[str, int]) -> tuple[Node, ...]:
    return tuple(
        Node(row["id"], row["label"], studied.get(row["id"], 0), _kind(row), _nodes(under, row["id"], studied))
        for row in under.get(above, ())
    )


def _kind(row: Any) -> str:
    try:
        return str(row["kind"] or "")
    except (KeyError, IndexError):  # only outcomes have one
        return ""
