"""The words of claims for people: verdicts and what they mean, stances, kinds of claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harvest.claims.rules import FEWEST, WORDS

LABELS: Final[Mapping[str, str]] = {slug: said.capitalize() for slug, said in WORDS.items()}
"""Verdict -> its words, from one end to the other."""

MEANINGS: Final = {
    "supported": "Nearly all studies that put it to the test agree with it.",
    "mostly-supported": "Most studies that put it to the test agree with it; some do not, or they are few or small.",
    "mixed": "Studies point both ways. Whoever states it without saying so says too much.",
    "mostly-contradicted": "Most studies that put it to the test found otherwise; some did not, or they are few or small.",
    "contradicted": "Nearly all studies that put it to the test found otherwise.",
    "not-shown-directly": f"We looked, and fewer than {FEWEST} studies of the kind that could show it state a result on it. "
    "That is an answer: it does not make the claim false, but nobody can say yet that it was shown.",
    "not-checkable": "No study could confirm or refute it.",
}
MEANINGS_OF: Final[Mapping[str, Mapping[str, str]]] = {
    "facts": {
        "supported": "It agrees with dated facts whose sources are named below.",
        "mostly-supported": "It agrees with dated facts whose sources are named below, but not in all it says.",
        "mixed": "Some of what it says agrees with the dated facts below, some does not.",
        "mostly-contradicted": "Most of what it says does not agree with the dated facts below.",
        "contradicted": "It does not agree with the dated facts below, whose sources are named.",
        "not-shown-directly": "We hold no dated fact with a source that could settle it. That does not make it false.",
    },
    "gap": {
        "supported": "It is indeed open: hardly any study here answers it.",
        "mixed": "Some studies answer it, but few.",
        "contradicted": "It is not that open any more: a good number of studies here answer it.",
    },
    "studied": {
        "supported": "Several reports here are of just that. Whether it does any good is another question.",
        "mostly-supported": "Only a few reports here are of just that. Whether it does any good is another question.",
        "not-shown-directly": "We looked, and no report here is of that. It may be done all the same.",
    },
}
"""The same by the test of a question, where it differs."""

SEVERAL: Final = "It says several things at once, and they do not all fare alike: see the questions it asks."
"""Of a claim that is mixed because its parts are not of one mind."""

PARTS: Final = {
    "direction": "What it says at heart",
    "number": "Its number",
    "certainty": "How sure it sounds",
    "scope": "How much it takes in",
}

STANCES: Final = {"supports": "for", "contradicts": "against", "mixed": "both ways", "silent": "silent"}
"""Stance of a report on a question -> a column of a table."""
HEADINGS: Final = {
    "supports": "Studies for it",
    "contradicts": "Studies against it",
    "mixed": "Studies that point both ways",
    "silent": "Studies of it whose text here states no such result",
}
HEADINGS_OF: Final = {
    "gap": {"contradicts": "Studies that answer it, so that less is unknown", "silent": "Studies of it that do not answer it"},
    "studied": {"supports": "Reports that study it"},
    "rates": {
        "supports": "Studies whose figures reach it",
        "contradicts": "Studies whose figures fall short of it",
        "mixed": "Studies with figures on both sides of it",
        "silent": "Studies of it whose text here states no such percentage",
    },
}  # fmt: skip
"""The same by the test of a question, where it differs."""

KINDS: Final = {
    "efficacy": "Does it work",
    "onset": "How fast",
    "duration": "How long",
    "safety": "Is it safe",
    "mechanism": "How it works",
    "setting": "Where and how given",
    "history": "History and approvals",
    "opinion": "Opinion",
}

FACTS: Final = {
    "approval": "Approval", "first": "First of its kind", "scheduling": "Controlled substances", "warning": "Warning",
    "guideline": "Guideline", "origin": "Origin", "status": "Where things stand",
}  # fmt: skip

WITHOUT_STUDIES: Final = ("facts", "none")
"""Tests of questions that no study answers: dated facts do, or nothing could."""


def label(verdict: str | None) -> str:
    """The words of a verdict; an unknown one with its hyphens as spaces.

    >>> label("mostly-supported"), label("half-true"), label(None)
    ('Mostly supported', 'half true', '')
    """
    return LABELS.get(verdict or "", (verdict or "").replace("-", " "))


def meaning(verdict: str, test: str = "") -> str:
    """What a verdict on a question of that test means, in a sentence or two; '' for an unknown one."""
    return MEANINGS_OF.get(test, {}).get(verdict) or MEANINGS.get(verdict, "")


def heading(stance: str, test: str) -> str:
    """What stands above the studies with that stance."""
    return HEADINGS_OF.get(test, {}).get(stance) or HEADINGS[stance]
