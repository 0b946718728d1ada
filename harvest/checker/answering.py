"""Answers to questions, which leave out what the question said: "Is ketamine addictive? No."."""

from __future__ import annotations

import re
from typing import Final

from harvest.checker.running import asks
from harvest.checker.sentences import Piece

_NO: Final = re.compile(
    r"(?:no|nope|(?:most |very |highly )?(?:likely|probably) not|(?:very|highly) unlikely|not likely|not at all|not really|not usually|not if|never|absolutely not|generally,? no|(?:it|they|this|ketamine) "
    r"(?:is|does|do|can|has|will|are)\s?(?:not|n['’]t)|(?:it|they) (?:isn|doesn|don|can|won|aren|hasn)['’]t|rarely|unlikely|hardly)"
    r"(?=[\s,.!;:—–-]|$)",
    re.IGNORECASE,
)
_YES: Final = re.compile(
    r"(?:yes|absolutely|definitely|certainly|of course|indeed|(?:it|they) (?:certainly |often |usually )?(?:is|does|do|can|may|might|will|"
    r"has|are)|(?:in )?rare(?:ly)?(?: cases)?|sometimes|often|in (?:most|many|some) cases|for (?:most|many) people)"
    r"(?=[\s,.!;:—–-]|$)",
    re.IGNORECASE,
)
_PLAIN: Final = re.compile(
    r"(?:yes|no|nope|absolutely|definitely|certainly|of course|indeed|not at all|absolutely not)\b", re.IGNORECASE
)
_SHORT: Final = 8
"""Words up to which a sentence that does not begin with yes or no may be nothing but an answer."""


class Asked:
    """Follows which question the sentences answer: a question is answered by all that stands in the block after it; the
    words that head a paragraph ("Alcohol. A team ...") stand for a question about them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._question: Piece | None = None
        self._block = -1

    def before(self, piece: Piece) -> tuple[Piece | None, bool]:
        """The question that the piece answers, and whether it is the first sentence of the answer."""
        if asks(self._text, piece.start, piece.end):
            self._question, self._block = piece, -1
            return None, False
        if piece.kind == "heading":  # what it heads in its own block is about it
            self._question, self._block = piece, piece.block
            return None, False
        if self._question is None:
            return None, False
        if piece.block - self._question.block > 1 or self._block not in (-1, piece.block):
            self._question = None
            return None, False
        first, self._block = self._block == -1, piece.block
        return self._question, first


def answers(text: str, piece: Piece) -> bool | None:
    """Whether the piece says yes or no to a question before it; None when it does neither."""
    words = text[piece.start : piece.end]
    if not _PLAIN.match(words) and len(words.split()) > _SHORT:
        return None
    if _NO.match(words):
        return False
    return True if _YES.match(words) else None
