"""Answers to questions, which leave out what the question said: "Is ketamine addictive? No."."""

from __future__ import annotations

import re
from typing import Final

from harvest.checker.sentences import Piece

_NO: Final = re.compile(
    r"(?:no|nope|not at all|not really|not usually|not if|never|absolutely not|generally,? no|(?:it|they|this|ketamine) "
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


def asked_before(text: str, before: Piece | None, piece: Piece) -> Piece | None:
    """The piece before when it asks something."""
    if before is None or not text[before.start : before.end].rstrip('"”’)* ').endswith("?"):
        return None
    return before if piece.block - before.block <= 1 else None


def answers(text: str, piece: Piece) -> bool | None:
    """Whether the piece says yes or no to a question before it; None when it does neither."""
    words = text[piece.start : piece.end]
    if not _PLAIN.match(words) and len(words.split()) > _SHORT:
        return None
    if _NO.match(words):
        return False
    return True if _YES.match(words) else None
