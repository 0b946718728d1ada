"""Whether a sentence speaks of the report's own work, or of what was known before and what others should do."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from harvest.tagging.context import Context
from harvest.tagging.passage import Passage, Place

_WORKS: Final = (
    r"study|trial|review|report|paper|article|protocol|analysis|meta[\W_]?analysis|project|experiment|work|cohort|case"
    r"|investigation|survey|series|guideline|statement|randomi[sz]ed|pilot|open|double|single|phase|prospective"
    r"|retrospective|secondary|post|systematic|sub[\W_]?study|multi\w+"
)
_KINDS: Final = rf"(?:{_WORKS})"
_OWN: Final = re.compile(
    rf"\b(?:we|our (?:\w+ )?(?:{_WORKS}|aims?|objectives?|patients|participants|results|findings|data|hypothes[ie]s"
    rf"|experience|cent(?:er|re)|group|sample|primary|plan)|here|herein|aim(?:s|ed)?|objectives?|purpose|goal|this (?:\w+[\W_])?{_KINDS}"
    rf"|(?:the )?(?:present|current|proposed) (?:\w+[\W_])?{_KINDS}|(?:were|was|are|will be) (?:\w+ )?(?:randomi[sz]ed"
    r"|enrolled|recruited|allocated|assigned|blinded))\b"
)
"""Words by which a report speaks of itself. The patterns read lower-case text, which is faster than ignoring case."""
_DONE: Final = re.compile(
    r"\b(?:were|was|will) (?:\w+ )?(?:given|administered|treated|studied|performed|conducted|carried out|undertaken"
    r"|included|be|receive|undergo|searched|assessed|measured)\b|\b(?:received|underwent|participated|completed)\b"
    r"|\b(?:double|single)[\W_]blind"
)
"""Words that tell what was done; together with those above they end an introduction without a label."""
_BEFORE: Final = re.compile(
    r"\b(?:previous(?:ly)?|prior (?:\w+ )?(?:study|studies|work|research|trials?|reports?)|earlier (?:\w+ )?(?:study|studies|trials?)"
    r"|recently|in recent years|recent (?:\w+ ){0,2}(?:study|studies|trials?|evidence|data|reports?|research|findings)|to date|so far"
    r"|(?:studies|trials|reports|publications|data|evidence|research|literature|authors|groups) (?:\w+ )?(?:have|has|suggests?|indicates?|supports?|shows?)"
    r"|(?:has|have) (?:\w+ )?(?:been )?(?:shown|demonstrated|reported|suggested|established|proven|emerged|investigated"
    r"|utili[sz]ed|used|approved|indicated|proposed|studied|published|found|gained|attracted)"
    r"|(?:preliminary|emerging|growing|accumulating|increasing) (?:\w+ )?evidence"
    r"|(?:many|several|numerous|few|various) (?:[\w-]+,? ){0,5}(?:studies|trials|publications|reports)"
    r"|(?:is|are) (?:well )?known|(?:was|been|were|is) (?:\w+ )?approved|received (?:\w+ )?approval|commonly used|often used"
    r"|widely used)\b"
)
"""Words by which a report speaks of earlier work."""
_LITERATURE: Final = re.compile(
    r"\b(?:studies|trials|reports|publications|evidence|research|literature) (?:\w+ )?(?:have|has)\b"
)
"""Words about earlier work that leave no doubt."""
_LABEL: Final = re.compile(r"(?:[^\w\n]*[A-Z][\w /&,]{2,40}:)?\s*")
"""A section's label, whose "aim" is not the sentence's."""
_TO: Final = re.compile(r"to\s+[a-z]")
_AHEAD: Final = re.compile(
    r"\b(?:future|further|larger|additional|more)\b[^.;]{0,60}\b(?:study|studies|trials?|research|plans?|work|investigations?|evaluation)\b"
    r"|\b(?:study|studies|trials?|research)\b[^.;]{0,60}\b(?:needed|warranted|required|necessary|should)\b"
)
"""Words by which a report asks for work to come."""


def own(place: Place, passage: Passage) -> bool:
    """Whether the place stands in words about the report's own work.

    Titles do. In a labelled abstract methods, results and conclusions do; in the background a sentence must say so
    ("here we ..."). Without labels, and under "aim", the sentences before the first about the report itself are taken
    for the introduction. A sentence that asks for work to come never counts.
    """
    if passage.field == "title":
        return True
    return _own_sentence(passage.context, passage.context.sentence_at(place.start)[:2])


@lru_cache(maxsize=256)
def _own_sentence(context: Context, span: tuple[int, int]) -> bool:
    words, label = _sentence(context, *span)
    section = context.sentence_at(span[0]).section
    if section != "method" and _AHEAD.search(words):
        return False
    if _OWN.search(words, label):
        return True
    if section == "method":
        return not _LITERATURE.search(words)
    if section in ("result", "conclusion"):
        return True
    if section == "background" or _BEFORE.search(words):
        return False
    return span[0] >= _introduction(context)


@lru_cache(maxsize=2)
def _introduction(context: Context) -> int:
    """Where the first words about the report's own work begin; 0 where none are told from the others."""
    for sentence in context.sentences:
        words, label = _sentence(context, sentence.start, sentence.end)
        if _OWN.search(words, label) or _TO.match(words, label) or (_DONE.search(words) and not _BEFORE.search(words)):
            return sentence.start
        if sentence.section not in ("", "background", "aim"):
            return 0
    return 0


def _sentence(context: Context, start: int, end: int) -> tuple[str, int]:
    """The sentence in lower case, and where in it the words behind a section's label begin."""
    written = context.text[start:end]
    label = _LABEL.match(written)
    return written.lower(), label.end() if label else 0
