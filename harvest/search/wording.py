"""A question in words, for people, and as it can be typed again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from harvest.search.tree import (
    FLAGS,
    IS,
    And,
    Flag,
    Identifier,
    Journal,
    Named,
    Node,
    Not,
    Or,
    Range,
    Tagged,
    Text,
    Value,
)

_FIELDS: Final = {
    ("title",): "title", ("abstract", "digest"): "abstract", ("mesh",): "mesh", ("keywords",): "keyword",
    ("authors",): "author",
}  # fmt: skip


def in_words(node: Node) -> str:
    """The question as a line to be read.

    >>> in_words(And((Text("ketamine"), Not(Or((Text("rat"), Text("mouse")))))))
    'ketamine AND NOT (rat OR mouse)'
    """
    return _written(node, _read_aloud, " AND ") or ("all reports" if isinstance(node, And) else "no report")


def typed(node: Node) -> str:
    """The question as it can be typed: reading it again gives the same tree.

    >>> typed(And((Text("ketamine"), Range("year", 2015, None))))
    'ketamine year:2015..'
    """
    return _written(node, _as_field, " ")


def _written(node: Node, leaf: Callable[[Node], str], joint: str) -> str:
    def inner(part: Node) -> str:
        several = isinstance(part, And | Or) and len(part.parts) > 1
        several = several or (isinstance(part, Named) and len(part.words) > 1)
        return f"({write(part)})" if several else write(part)

    def write(part: Node) -> str:
        match part:
            case Text():
                return _text(part)
            case Named():
                return joint.join(map(_text, part.words))
            case And():
                return joint.join(map(inner, part.parts))
            case Or():
                return " OR ".join(map(inner, part.parts))
            case Not():
                return f"NOT {inner(part.part)}"
            case _:
                return leaf(part)

    return write(node)


def _text(node: Text) -> str:
    words = f'"{node.text}"' if node.quoted else node.text
    field = f"{_FIELDS[node.columns]}:" if node.columns else ""
    return f"{field}{words}{'*' if node.prefix else ''}"


def _read_aloud(node: Node) -> str:
    match node:
        case Tagged():
            return f"{node.dimension} is {node.label}"
        case Range():
            return _range(node)
        case Journal():
            return f"journal has “{node.text}{'*' if node.prefix else ''}”"
        case Identifier():
            return f"{node.scheme.upper() if len(node.scheme) < 6 else node.scheme} {node.value}"
        case Value():
            return f"{node.field} is {node.value.replace('-', ' ')}"
        case Flag():
            return FLAGS[node.name]
    return ""


def _range(node: Range) -> str:
    name = "year" if node.field == "year" else "people in the study"
    if node.low == node.high:
        return f"{name} is {node.low}"
    if node.low is None or node.high is None:
        return f"{name} up to {node.high}" if node.low is None else f"{name} from {node.low}"
    return f"{name} {node.low} to {node.high}"


def _as_field(node: Node) -> str:
    match node:
        case Tagged():
            return f"{node.dimension}:{node.concept}"
        case Range():
            return f"{node.field}:{node.bounds}"
        case Journal():
            return f'journal:"{node.text}{"*" if node.prefix else ""}"'
        case Identifier():
            return f"{node.scheme}:{node.value}"
        case Value():
            return f"{node.field}:{node.value}"
        case Flag():
            return f"{'is' if node.name in IS else 'has'}:{node.name}"
    return ""
