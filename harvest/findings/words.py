"""A sentence as a row of words, each with a letter for what it does: the grammar that the rules of this room read.

The letters together are the *shape* of the sentence, so that a rule may be a pattern over it (``N[Sg]*X``: "no
significant difference").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from harvest.findings import lexicon
from harvest.findings.stems import GLUED

_NUMBER: Final = r"\d+(?:[.,·]\d+)*"
# "P < 0.05", "p-value = .3", "p=NS", "(p:0.05)", "P's > .10", "all P≤0·001"
# Without a flag for case, so that each alternative is ruled out by its first letter.
_P_VALUE: Final = (
    r"(?<!\w)[Pp](?:[ -]?(?:[Vv]alues?|VALUES?|s))?\s*(?:was|were|of)?\s*"
    r"(?P<relation>&[lg]t;|[=<>≤≥≦≧⩽⩾:`]|\b(?:less|greater) than)\s*=?\s*"
    r"(?P<p>0?[.,·]\d+|1[.,·]0+|0|1|[nN]\.?[sS]\.?)(?:\s*[×x]\s*10\s*[-−–]\s*\d+)?"
)
_TOKEN: Final = re.compile(
    rf"{_P_VALUE}|(?P<word>{GLUED}|[^\W\d_]+(?:['’‐‑-]\w+)*\w*)|(?P<number>(?:(?<![\w)])[-−–+])?{_NUMBER}\s?%?)|(?P<mark>\S)"
)
_ALPHA: Final = 0.05
_OTHER: Final = lexicon.Word("w", "")
_MARKS: Final = {
    ",": ",", ";": ";", ":": ":", ".": ".", "(": "(", ")": ")", "[": "(", "]": ")", "±": "~", "/": "/",
    "–": ":", "—": ":", "&": "&",
}  # fmt: skip


class Token(NamedTuple):
    """Code points ``start`` to ``end`` of the text, the word in lower case, its letter and form."""

    start: int
    end: int
    word: str
    sense: str
    form: str


class Line(NamedTuple):
    """A sentence: its tokens and their letters.

    Letters beside those of the lexicon: ``P`` a significant p value, ``p`` one that is not, ``#`` a number, ``~`` plus
    or minus, ``w`` any other word, ``,;:.()/`` marks, ``*`` another mark.
    """

    tokens: tuple[Token, ...]
    shape: str
    depth: tuple[int, ...]
    """How many brackets are open at each token."""

    def at(self, position: int) -> int:
        """The first token that ends behind the code point."""
        low, high = 0, len(self.tokens)
        while low < high:
            middle = (low + high) // 2
            if self.tokens[middle].end <= position:
                low = middle + 1
            else:
                high = middle
        return low


@lru_cache(maxsize=64)
def read(text: str, offset: int) -> Line:
    """The words of one sentence that begins at code point ``offset`` of its text."""
    known = lexicon.load().words
    tokens = []
    depths = []
    depth = 0
    for match in _TOKEN.finditer(text):
        token = _token(match, known, offset)
        if token.sense == "(":
            depth += 1
        depths.append(depth)
        if token.sense == ")" and depth:
            depth -= 1
        tokens.append(token)
    for index, token in enumerate(tokens[:-1]):
        if token.word == "relative" and tokens[index + 1].word != "to":
            tokens[index] = token._replace(sense="w")
    return Line(tuple(tokens), "".join(token.sense for token in tokens), tuple(depths))


def _token(match: re.Match[str], known: Mapping[str, lexicon.Word], offset: int) -> Token:
    kind = match.lastgroup
    word = match[0].lower()
    if kind == "word":
        sense, form = known.get(word) or _hyphenated(word, known) or _OTHER
    elif kind == "number":
        sense, form = "#", ""
    elif kind == "p":
        sense, form = ("P" if significant(match["relation"], match["p"]) else "p"), ""
    else:
        sense, form = _MARKS.get(word, "*"), ""
    start, end = match.span()
    return Token(start + offset, end + offset, word, sense, form)


def _hyphenated(word: str, known: Mapping[str, lexicon.Word]) -> lexicon.Word | None:
    """The word behind other hyphens, or written as one."""
    if word.isalpha():
        return None
    plain = word.replace("‐", "-").replace("‑", "-")
    return known.get(plain) or known.get(plain.replace("-", ""))


def significant(relation: str, value: str) -> bool:
    """Whether a p value as written is at or below .05; "> 0.05" and "NS" are not."""
    if value[0] in "nN":
        return False
    number = float(value.replace(",", ".").replace("·", "."))
    if relation in {">", "&gt;", "≥", "≧", "⩾"} or relation.startswith("greater"):
        return number < _ALPHA / 5  # "P > 0.001" is a slip of the pen for "<"
    return number <= _ALPHA
