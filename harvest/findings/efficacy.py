"""Statements that ketamine works, or does not, for a condition: "was effective in treatment-resistant depression".

They name no outcome; the symptom of the condition stands for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from harvest.findings.sieve import Span, clause

Verdict = Literal["effective", "not-effective"]

SYMPTOM: Final = {
    "depression": "depressive-symptoms", "bipolar-disorder": "depressive-symptoms", "mood-disorder": "depressive-symptoms",
    "anxiety": "anxiety-symptoms", "ptsd": "ptsd-symptoms", "ocd": "ocd-symptoms", "pain": "pain-intensity",
    "migraine": "pain-intensity", "headache-disorder": "pain-intensity", "suicidality": "suicidal-ideation",
    "substance-use-disorder": "abstinence", "delirium": "delirium-and-agitation", "cognitive-impairment": "cognition",
}  # fmt: skip
"""Condition (or a broader one of it) -> the outcome that speaks for its treatment."""
_WORKS: Final = re.compile(
    r"\b(?:effective(?:ly|ness)?|efficac(?:ious|y)|benefi(?:t|ts|cial|ted)|(?:therapeutic|antidepressant|anti-?\w+|analgesic"
    r"|anxiolytic|clinical|antianhedonic|rapid)(?:,? (?:and|or) \w+)? (?:effects?|benefits?|actions?|propert(?:y|ies))|useful|helpful"
    r"|successful(?:ly)?|rapid(?:ly)?[- ]acting|improvements?|relie(?:f|ves?|ved)|alleviat\w+|ameliorat\w+)\b",
    re.IGNORECASE,
)  # fmt: skip
_FAILS: Final = re.compile(
    r"\b(?:ineffective|insufficient|(?:not|no|never|without|lack(?:ed|s)?|failed|fails?|neither|nor|absence of)\b(?:\W+\w+){0,5}?\W+"
    r"(?:effective|efficac\w+|benefi\w+|superior\w*|(?:antidepressant|analgesic|therapeutic) (?:effect|benefit)s?|improve\w*|useful))",
    re.IGNORECASE,
)  # fmt: skip
_BLOCKS: Final = re.compile(r"block|abolish|attenuat|prevent|revers|antagoni|inhibit|reduc", re.IGNORECASE)
"""Whoever fails to block an effect does not say that there is none."""
_COMMENT: Final = re.compile(
    r"\b(?:limited|restricted|modest|questionable|rates? of|evaluat|assess|investigat|examin|compar|cost|dose|more research|mechanisms?|contribut|underl\w+|predict\w*|responders?"
    r"|studies (?:on|of)|evidence (?:for|on) the|literature|interest|biomarkers?|mediat\w+|role)\w*\b",
    re.IGNORECASE,
)  # fmt: skip


class Effect(NamedTuple):
    """The deciding words."""

    verdict: Verdict
    start: int
    end: int


def effect(text: str, drugs: Sequence[Span], condition: Span, sentence: Span) -> Effect | None:
    """Whether the clause that names a drug and the condition says that it works; None when it says neither."""
    within = clause(text, *condition, sentence)
    return _judged(text, within) if any(within[0] <= start < within[1] for start, _ in drugs) else None


def overall_effect(text: str, drugs: Sequence[Span], sentence: Span) -> Effect | None:
    """Whether a sentence that names a drug says that it works, whatever for."""
    for drug in drugs:
        if judged := _judged(text, clause(text, *drug, sentence)):
            return judged
    return None


def _judged(text: str, within: Span) -> Effect | None:
    fails = _FAILS.search(text, *within)
    if fails and not _BLOCKS.search(fails[0]):
        return Effect("not-effective", *fails.span())
    works = _WORKS.search(text, *within)
    if fails or works is None or _COMMENT.search(text, *within):
        return None
    return Effect("effective", *works.span())
