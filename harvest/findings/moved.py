"""Whether a sentence says that the value of one outcome moved: the engine's answer, where it may be trusted."""

from __future__ import annotations

import re
from typing import Final

from harvest import instruments
from harvest.findings import sieve
from harvest.findings.change import change
from harvest.findings.model import Change
from harvest.findings.sentence import Told, spans
from harvest.findings.sieve import Span
from harvest.tagging.passage import Place
from harvest.vocabulary import Concept, Polarity

_TURNED: Final = re.compile(
    r"anti(?!psychot|depressants?\b(?! (?:effect|action|efficacy|activity|propert)))|.*\bsparing\b", re.IGNORECASE
)
"""Names of an outcome by what is good about it: antisuicidal effects, opioid sparing."""
_SAYS_ITSELF: Final = re.compile(r"(?:reliev(?:e[sd]?|ing)|alleviat(?:e[sd]?|ing))\b", re.IGNORECASE)
"""Names that are statements: "relieves pain"."""
_JUDGEMENTS: Final = frozenset({"tolerability"})
"""Outcomes that are verdicts themselves: "well tolerated" has no value that moves."""
_NAMES_GROUP: Final = re.compile(r"(?:non-?\s?|partial\s|full\s)?(?:respond|remitt|relaps)ers?\Z", re.IGNORECASE)
"""Names of people, whose values may move, not their number."""
OF_PEOPLE: Final = frozenset({"response", "remission", "relapse", "nonresponse"})
"""Outcomes that are numbers of people."""
_NONE_REACH: Final = 30
"""Most code points between "no" and what it denies, where nothing is compared."""
_INERT: Final = frozenset({"placebo", "active-placebo", "usual-care", "none", "other-dose"})
_DENIED: Final = re.compile(r"\b(?:not|no|nor|neither|fail\w*|without|never)\b", re.IGNORECASE)
_DENIED_REACH: Final = 40


class Moved:
    """Asks the engine with the polarity of outcomes and instruments at hand."""

    def __init__(self) -> None:
        self._instruments = instruments.load()

    def read(self, told: Told, place: Place, concept: Concept) -> Change | None:
        """What happened to the value of the outcome named at ``place``; None when the sentence tells no result on it."""
        if _SAYS_ITSELF.match(told.text, place.start, place.end):
            return _said_by_name(told, place)
        if concept.id in _JUDGEMENTS or _NAMES_GROUP.match(told.text, place.start, place.end):
            return None
        polarity = self.polarity(told, place, concept)
        moved = change(
            told.text, told.start, told.end, outcome=(place.start, place.end), intervention=told.given,
            comparator=told.against, polarity=None if polarity == "none" else polarity,
        )  # fmt: skip
        if moved is None or (moved.rule == "none" and concept.kind == "harm"):
            return None  # "no serious adverse events" compares nothing
        if moved.alone:
            moved = moved._replace(value=moved.alone, basis="within-group")
        return moved if self._is_result(told, (place.start, place.end), concept, moved) else None

    def polarity(self, told: Told, place: Place, concept: Concept) -> Polarity:
        """Which values are good. An instrument may count the other way than its outcome, and so may a name."""
        scale = self._instruments.get(instruments.of_rule(place.rule))
        if scale:
            return scale.better
        turned = concept.polarity == "lower" and _TURNED.match(told.text, place.start, place.end)
        return "higher" if turned else concept.polarity

    def _is_result(self, told: Told, outcome: Span, concept: Concept, moved: Change) -> bool:
        cue = (moved.start, moved.end)
        words = told.text[slice(*cue)]
        grouped = sieve.compares_groups(told.text, spans(told.compared), told.span)
        return (
            (bool(told.compared) or not sieve.compares_people(told.text, spans(told.drugs), told.span))
            and (grouped or not sieve.needs_groups(moved.rule, words))
            and (moved.rule != "figures" or concept.polarity != "none")
            and sieve.compares_figures(moved.rule, words)
            and sieve.tells_value(words, concept.id)
            and sieve.one_clause(told.text, cue, outcome, told.span)
            and sieve.reaches(told.text, cue, outcome)
            and (moved.rule != "none" or outcome[0] - cue[1] <= _NONE_REACH)
            and (moved.rule != "figures" or concept.id in OF_PEOPLE or not sieve.counts_people(told.text, told.span))
            and not _of_another(told, cue)
            and not sieve.is_occasion(told.text, outcome)
            and sieve.governs(words, cue, outcome)
            and sieve.tells_result(told.text, cue, outcome, spans(told.drugs), told.span)
        )


def _of_another(told: Told, cue: Span) -> bool:
    """Whether another treatment is what the sentence is about: "buprenorphine reduced ...", with no word of ketamine."""
    others = [p for p in told.comparators if p.end <= cue[0] and p.key[1] not in _INERT]
    return not told.drugs and bool(others) and not any(p in told.compared for p in others)


def _said_by_name(told: Told, place: Place) -> Change | None:
    """ "Relieves pain" says it all, unless it is denied."""
    cue = (place.start, place.end)
    if _DENIED.search(told.text, max(told.start, place.start - _DENIED_REACH), place.start):
        return Change("no-difference", "within-group", *cue, "denied-name")
    return Change("increased", "within-group", *cue, "name")
