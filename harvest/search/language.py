"""The language of the search: any text is a question, and what cannot be read as an operator is searched as words.

words, "phrases", prefix*, -word, NOT, OR, |, brackets, and fields: see `harvest.search.fields`. Words beside each other must
all occur; AND binds tighter than OR. The page says how a question was read wherever that is not obvious.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from harvest.search import fields, scanner
from harvest.search.names import STOP_WORDS, Names
from harvest.search.scanner import Token
from harvest.search.tree import EVERYTHING, Node, Not, Or, Range, Text, both, either
from harvest.search.wording import in_words

MOST_WORDS: Final = 40
"""Words, phrases and fields that are searched; the rest is left out, and the page says so."""
DEEPEST: Final = 8
"""Brackets within brackets that are read; deeper ones count as spaces."""
SHORTEST_PREFIX: Final = 3
"""Letters before a star; with fewer, nearly every report would match."""

_MOST_MEANT: Final = 4
"""Notes up to which it is looked up what may have been meant."""
_YEAR = re.compile(r"(?:19[5-9]|20[0-4])\d")


@dataclass(frozen=True)
class Query:
    """A question as it was read."""

    text: str
    """The part of what was typed that is searched."""
    tree: Node
    notes: tuple[str, ...] = ()
    """Sentences that say how it was read, where a reader might not expect it."""

    @property
    def reading(self) -> str:
        """The tree in words, '' where nothing was asked."""
        return "" if self.tree == EVERYTHING else in_words(self.tree)


@dataclass
class _Reader:
    tokens: list[Token]
    names: Names
    at: int = 0
    depth: int = 0
    leaves: int = 0
    notes: dict[str, None] = field(default_factory=dict)
    common: list[str] = field(default_factory=list)

    def note(self, sentence: str) -> None:
        self.notes[sentence] = None

    def peek(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else ""

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]


def parse(text: str, names: Names) -> Query:
    """The question. Never an error: every text has a reading."""
    short = scanner.shortened(text)
    reader = _Reader(scanner.scan(short, fields.NAMES), names)
    if len(text) > scanner.LONGEST + 50:
        reader.note(f"Only the first {scanner.LONGEST:,} characters were read.")
    tree = _any(reader)
    while reader.at < len(reader.tokens):  # a bracket closed that was never opened
        reader.take()
        tree = both([tree, _any(reader)])
    if tree == EVERYTHING and reader.common:
        tree = both([Text(word) for word in reader.common])
    elif reader.common:
        left_out = ", ".join(dict.fromkeys(reader.common))
        reader.note(f"Not searched, since nearly every text has them: {left_out}. In quotation marks they are.")
    return Query(short, tree, tuple(reader.notes))


def _any(reader: _Reader) -> Node:
    """Parts with OR between them."""
    parts = [_all(reader)]
    while reader.peek() == "or":
        reader.take()
        parts.append(_all(reader))
    asked = [part for part in parts if part != EVERYTHING]
    return either(asked) if asked else EVERYTHING


def _all(reader: _Reader) -> Node:
    """Parts beside each other."""
    parts: list[Node] = []
    while reader.peek() not in {"", "or"}:
        if reader.peek() == "close":
            if reader.depth:
                break
            reader.take()
        elif (part := _one(reader)) is not None:
            parts.append(part)
    return both(parts)


def _one(reader: _Reader) -> Node | None:
    """One part with the NOTs before it; None where it holds no word."""
    negated = False
    while reader.peek() in {"not", "and"}:
        negated ^= reader.take().kind == "not"
    if reader.peek() in {"", "or", "close"}:
        return None
    part = _part(reader)
    return Not(part) if negated and part is not None else part


def _part(reader: _Reader) -> Node | None:
    token = reader.take()
    if token.kind == "open":
        return _bracket(reader)
    reader.leaves += 1
    if reader.leaves > MOST_WORDS:
        reader.note(f"Only the first {MOST_WORDS} words, phrases and fields were searched.")
        if token.kind == "field" and reader.peek() in {"word", "phrase"}:
            reader.take()
        return None
    if token.kind == "field":
        return _field(reader, token.text)
    if token.kind == "phrase":
        return _words(reader, token.text, True, prefix=token.prefix)
    return _word(reader, token.text)


def _bracket(reader: _Reader) -> Node | None:
    if reader.depth >= DEEPEST:
        reader.note(f"Brackets more than {DEEPEST} deep were left out.")
        return None
    reader.depth += 1
    inner = _any(reader)
    if reader.peek() == "close":
        reader.take()
    reader.depth -= 1
    return None if inner == EVERYTHING else inner


# ------------------------------------------------------------ words


def _word(reader: _Reader, word: str) -> Node | None:
    if word.lower() == "pmid" and reader.peek() == "word" and reader.tokens[reader.at].text.isdigit():
        found = fields.read("pmid", reader.tokens[reader.at].text, False, reader.names)
        if found is not None:
            reader.take()
            return found
    found = fields.bare_identifier(word.rstrip(".,;"))
    if found is not None:
        return found
    if word.lower().strip(",;.") in STOP_WORDS:
        reader.common.append(word.lower().strip(",;."))
        if word == "or":
            reader.note("For one word or another, write OR in capitals.")
        return None
    if word == "not":
        reader.note("To leave out what has a word, write NOT in capitals, or a hyphen before the word.")
    return _words(reader, word, False)


def _words(
    reader: _Reader, text: str, quoted: bool, columns: tuple[str, ...] = (), prefix: bool = False
) -> Node | None:
    found = fields.words(text, quoted, columns, prefix)
    if found is None:
        return None
    if found.prefix and len(found.text) < SHORTEST_PREFIX:
        reader.note(f"{found.text}* was read as a word: a star needs {SHORTEST_PREFIX} letters before it.")
        found = Text(found.text, found.columns, False, found.quoted)
    elif "*" in found.text:
        reader.note(f"In {found.text}, the star was left out: it works only at the end of a word.")
        found = Text(found.text.replace("*", ""), found.columns, found.prefix, found.quoted)
    if not columns and not quoted and not found.prefix and _YEAR.fullmatch(found.text):
        reader.note(f"{found.text} was searched as a word and as the year.")
        return Or((found, Range("year", int(found.text), int(found.text))))
    return found


# ------------------------------------------------------------ fields


def _field(reader: _Reader, name: str) -> Node | None:
    """What a field and its value, or the bracket after it, mean."""
    kind = reader.peek()
    if kind == "open" and reader.depth < DEEPEST:
        reader.take()
        return _field_bracket(reader, name)
    if kind in {"word", "phrase"}:
        token = reader.take()
        return _read_field(reader, name, token)
    return _words(reader, name, False)


def _field_bracket(reader: _Reader, name: str) -> Node | None:
    """``condition:(ptsd OR depression)``: the field holds for every word in the bracket."""
    end, depth = reader.at, 1
    while end < len(reader.tokens) and depth:
        depth += {"open": 1, "close": -1}.get(reader.tokens[end].kind, 0)
        end += 1
    inside: list[Token] = []
    for token in reader.tokens[reader.at : end - (depth == 0)]:
        inside += [Token("field", name), token] if token.kind in {"word", "phrase"} else [token]
    closed = [Token("close")] if depth == 0 else []
    reader.tokens[reader.at : end] = inside + closed
    return _bracket(reader)


def _read_field(reader: _Reader, name: str, token: Token) -> Node | None:
    quoted = token.kind == "phrase"
    plain = fields.plain_name(name)
    if plain in fields.COLUMNS:
        found = _words(reader, token.text, quoted, fields.COLUMNS[plain], token.prefix)
        return found if found is not None else _words(reader, name, False)
    node = fields.read(name, token.text, quoted, reader.names)
    if node is not None:
        return node
    return _field_as_words(reader, name, plain, token)


def _field_as_words(reader: _Reader, name: str, plain: str, token: Token) -> Node | None:
    likely = reader.names.likely(plain, token.text) if len(reader.notes) < _MOST_MEANT else ()
    meant = f" Did you mean {' or '.join(likely)}?" if likely else ""
    reader.note(f"{name}:{token.text} was read as words.{meant}")
    value = _words(reader, token.text, True) if token.kind == "phrase" else _word(reader, token.text)
    parts = [_words(reader, name, False), value]
    return both([part for part in parts if part is not None]) if any(parts) else None
