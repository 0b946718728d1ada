"""The rating scales and tests that measure an outcome, with the usual rules of response and remission in words."""

from __future__ import annotations

from functools import cache
from typing import Final

from harvest import instruments
from harvest.instruments import Criterion, Instrument
from harvest.site.web import Row

_RULES: Final = {
    "change_percent": "at least {} % better than at the start",
    "change_points": "at least {} points better than at the start",
    "at_most": "a score of {} or less",
    "at_least": "a score of {} or more",
}


def measuring(outcome: str) -> list[Row]:
    """Instruments whose score speaks of the outcome, in the order of the vocabulary: label, better, response,
    remission, part (only a subscale does)."""
    return [
        {"id": one.id, "label": one.label, "better": one.better, "part": one.outcome != outcome,
         "short": next(iter(one.concept.acronyms), ""),
         "response": in_words(one.response), "remission": in_words(one.remission)}
        for one in _known()
        if outcome in one.outcomes
    ]  # fmt: skip


@cache
def _known() -> tuple[Instrument, ...]:
    return tuple(instruments.load().values())


def in_words(rules: tuple[Criterion, ...]) -> str:
    """The rules in use, the usual one first; '' where none is.

    >>> in_words((Criterion("verified", change_percent=50.0),))
    'at least 50 % better than at the start'
    """
    return "; or ".join(_rule(rule) for rule in rules)


def _rule(rule: Criterion) -> str:
    for name, words in _RULES.items():
        bound = getattr(rule, name)
        if bound is not None:
            return words.format(f"{bound:g}") + (" *" if rule.source != "verified" else "")
    return ""
