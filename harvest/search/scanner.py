"""What was typed, cut into words, phrases, brackets and operators. Any text gives tokens; none gives an error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from harvest.text import storable

LONGEST: Final = 1000
"""Characters that are read; what comes after is left out, and the page says so."""

Kind = Literal["word", "phrase", "field", "open", "close", "or", "and", "not"]

_SIGNS: Final[dict[str | None, Kind]] = {"open": "open", "close": "close", "or": "or", "and": "and", "not": "not"}
_CURLY: Final = dict.fromkeys(map(ord, "“”„‟«»＂"), '"') | dict.fromkeys(map(ord, "\u00a0\u2009\u202f\u3000"), " ")
# Brackets within a word belong to it, since names of substances have them: (S)-ketamine, S(+)-ketamine.
_WORD = r'(?:\([^\s()"|]{1,40}\)(?=[\w-])|[^\s()"|])(?:\([^\s()"|]{0,40}\)|[^\s()"|])*'
_TOKEN = re.compile(
    rf"""
    (?P<space>\s+)
  | (?P<open>\()
  | (?P<close>\))
  | "(?P<phrase>[^"]*)(?:"(?P<more>\*?)|$)
  | (?P<or>\|+|OR(?=[\s()|"]|$))
  | (?P<and>&+(?=\s|$)|AND(?=[\s()|"]|$))
  | (?P<not>NOT(?=[\s()|"]|$)|-(?=[^\s-]))
  | (?P<field>[A-Za-z][A-Za-z_]*)\s*:(?P<gap>\s*)(?=\S)
  | (?P<word>{_WORD})
    """,
    re.VERBOSE,
)
_ONLY_WORD = re.compile(f"(?P<word>{_WORD})")


@dataclass(frozen=True)
class Token:
    kind: Kind
    text: str = ""
    prefix: bool = False
    """Of a phrase: whether a star followed it."""


def shortened(text: str) -> str:
    """The part that is read: storable characters, plain quotation marks, at most `LONGEST` characters."""
    return storable(text).translate(_CURLY)[:LONGEST].strip()


def scan(text: str, fields: frozenset[str]) -> list[Token]:
    """Tokens of the text, which should be `shortened`; a word before a colon is a field only if it is one of ``fields``."""
    return list(_tokens(text, fields))


def _tokens(text: str, fields: frozenset[str]) -> Iterator[Token]:
    position = 0
    while position < len(text):
        found = _match(text, position, fields)
        position = found.end()
        kind = found.lastgroup
        if kind == "word":
            yield Token("word", found["word"])
        elif kind == "field" or kind == "gap":
            yield Token("field", found["field"].lower())
        elif kind in {"phrase", "more"}:
            yield Token("phrase", found["phrase"], bool(found["more"]))
        elif kind in _SIGNS:
            yield Token(_SIGNS[kind])


def _match(text: str, position: int, fields: frozenset[str]) -> re.Match[str]:
    found = _TOKEN.match(text, position)
    unknown = found is not None and found["field"] is not None and found["field"].lower() not in fields
    # "(S)-ketamine" is one word, "(ketamine)" is a word in brackets.
    if found is None or unknown or found["open"]:
        found = _ONLY_WORD.match(text, position) or found
    if found is None:
        raise AssertionError(f"every character but white space begins a token, not that at {position}: {text!r}")
    return found
