"""Words that name a concept find, beside the reports that have them, those that are tagged with the concept.

The tags were read from the text with all the concept's phrases, so a tag is as good as an OR of seventy phrases, knows what
the phrases do not mean ("respiratory depression"), and costs nothing to look up. Only plain words are expanded: not what
stands in quotation marks, after a field or a minus, or ends in a star.
"""

from __future__ import annotations

from collections.abc import Iterator

from harvest.search.names import Key, Names
from harvest.search.tree import And, Named, Node, Not, Or, Text, both


def expand(node: Node, names: Names) -> Node:
    """The tree with `Named` where words beside each other name a concept, the longest name first."""
    match node:
        case Text():
            return both(_runs([node], names))
        case And():
            return And(tuple(_in_all(node, names)))
        case Or():
            return Or(tuple(expand(part, names) for part in node.parts))
        case _:
            return node


def named(node: Node) -> Iterator[Named]:
    """Every name in the tree that was found, first to last; not those below a NOT."""
    match node:
        case Named():
            yield node
        case And() | Or():
            for part in node.parts:
                yield from named(part)


def _in_all(node: And, names: Names) -> Iterator[Node]:
    words: list[Text] = []
    for part in node.parts:
        if isinstance(part, Text) and _is_plain(part):
            words.append(part)
            continue
        yield from _runs(words, names)
        words = []
        yield part if isinstance(part, Not) else expand(part, names)
    yield from _runs(words, names)


def _is_plain(text: Text) -> bool:
    return not (text.columns or text.prefix or text.quoted)


def _runs(words: list[Text], names: Names) -> list[Node]:
    """The words, those that together name a concept as one part."""
    found: list[Node] = []
    start = 0
    while start < len(words):
        end, concepts = _longest(words, start, names)
        found.append(Named(tuple(words[start:end]), concepts) if concepts else words[start])
        start = end
    return found


def _longest(words: list[Text], start: int, names: Names) -> tuple[int, tuple[Key, ...]]:
    """(end, concepts) of the longest name that begins here; one word and none where there is no name."""
    if not _is_plain(words[start]):
        return start + 1, ()
    for end in range(min(len(words), start + names.longest), start, -1):
        concepts = names.named_by([word.text for word in words[start:end]])
        if concepts:
            return end, concepts
    return start + 1, ()
