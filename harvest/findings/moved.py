"""Whether a sentence says that the value of one outcome moved: the engine's answer, where it may be trusted."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from harvest import instruments
from harvest.findings import lexicon, sieve
from harvest.findings.change import change
from harvest.findings.model import Change
from harvest.findings.sentence import Told, spans
from harvest.findings.sieve import Span
from harvest.tagging.passage import Place
from harvest.vocabulary import Concept, Polarity

_TURNED: Final = re.compile(
    r"anti(?!psychot|depressants?\b(?! (?:effect|action|efficacy|activity|propert|respon[sd]|benefit)))|.*\bsparing\b",
    re.IGNORECASE,
)
"""Names of an outcome by what is good about it: antisuicidal effects, opioid sparing."""
_SAYS_ITSELF: Final = re.compile(r"(?:reliev(?:e[sd]?|ing)|alleviat(?:e[sd]?|ing))\b", re.IGNORECASE)
"""Names that are statements: "relieves pain"."""
_JUDGEMENTS: Final = frozenset({"tolerability"})
"""Outcomes that are verdicts themselves: "well tolerated" has no value that moves."""
_ELIDED: Final = re.compile(
    r"[,;]?\s(?P<turn>but|yet)\s(?=(?:was|were|did|had|rose|fell|increased|decreased|improved|worsened)\b)"
)
"""A turn right before a verb: its subject is that of the clause before."""
_NAMES_GROUP: Final = re.compile(r"(?:non-?\s?|partial\s|full\s)?(?:respond|remitt|relaps)ers?\Z", re.IGNORECASE)
"""Names of people, whose values may move, not their number."""
_COURSES: Final = frozenset({
    "pain-relief", "relapse", "time-to-relapse", "remission", "response", "nonresponse", "recovery-time", "onset-of-effect", "durability",
    "lasting-cure", "survival", "seizure-control", "antidepressant-effect",
})  # fmt: skip
"""Outcomes that are themselves what became of something: the word of change in their names belongs to them."""
_MORE: Final = re.compile(
    r"\b(?:more|fewer|(?:greater|higher|larger|smaller|lower) (?:numbers?|proportions?|percentages?|rates?) of)\s(?:(?!(?:in|among|for|from|with|by|to|than)\s)[\w-]+\s)?\Z",
    re.IGNORECASE,
)
_MORE_REACH: Final = 40
OF_PEOPLE: Final = frozenset({"response", "remission", "relapse", "nonresponse"})
"""Outcomes that are numbers of people."""
_MERITS: Final = frozenset({"efficacy", "superiority", "advantage", "advantages"})
"""Nouns of praise: they name no change."""
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
        if concept.id in _JUDGEMENTS or (
            _NAMES_GROUP.match(told.text, place.start, place.end) and not _counted(told, place)
        ):
            return None
        polarity = self.polarity(told, place, concept)
        outcome = (
            _bare(told.text, place, concept.polarity)
            if concept.kind == "benefit" and concept.id not in _COURSES
            else (place.start, place.end)
        )
        moved = change(
            told.text, told.start, told.end, outcome=outcome, intervention=told.given,
            comparator=told.against, polarity=None if polarity == "none" else polarity,
        )  # fmt: skip
        if moved is None or (moved.rule == "none" and concept.kind == "harm"):
            return None  # "no serious adverse events" compares nothing
        if moved.rule == "compared-effect" and concept.kind != "benefit":
            return None  # a larger effect on nausea: is it more or less of it?
        if moved.alone:
            moved = moved._replace(value=moved.alone, basis="within-group")
        return moved if self._is_result(told, outcome, concept, moved) else None

    def again(self, told: Told, place: Place, concept: Concept, first: Change) -> tuple[Place, Change] | None:
        """What a further clause says whose subject is left out: "did not differ at day 7, but were lower at 24 h"."""
        turn = _ELIDED.search(told.text, max(first.end, place.end), told.end)
        polarity = self.polarity(told, place, concept)
        if turn is None or polarity == "none" or place.start > first.start or _between(told, place, turn.start()):
            return None
        stands_for = turn.span("turn")
        moved = change(
            told.text, turn.start(), told.end, outcome=stands_for, intervention=told.given, comparator=told.against,
            polarity=polarity,
        )  # fmt: skip
        if moved is None or moved.value == first.value or moved.alone or moved.rule in ("figures", "none", "no-effect"):
            return None
        if not self._is_result(told, stands_for, concept, moved):
            return None
        return place._replace(start=stands_for[0], end=stands_for[1]), moved

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


def _bare(text: str, place: Place, polarity: str) -> Span:
    """The outcome without the words of change that its name was found with: "reduction in pain" is about pain."""
    first, last = _within(text[place.start : place.end], polarity)
    return place.start + first, place.start + last


@lru_cache(maxsize=4096)
def _within(name: str, polarity: str) -> Span:
    """Where in the name the outcome itself stands."""
    leading, trailing = _changing(polarity)
    found, ending = leading.match(name), trailing.search(name)
    first, last = found.end() if found else 0, ending.start() if ending else len(name)
    return (first, last) if first < last else (0, len(name))


@lru_cache(maxsize=4)
def _changing(polarity: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Words of change at the beginning and at the end of a name; those to the worse ("functional impairment") are its own."""
    words = lexicon.load().words
    senses = "DG" if polarity == "lower" else "UG"
    wanted = [word for word, known in words.items() if known.sense in senses and word not in _MERITS]
    any_word = "|".join(sorted(map(re.escape, wanted), key=len, reverse=True))
    worse = "|".join(word for word in words if word.startswith("worsen"))
    return (
        re.compile(
            rf"(?:(?:(?:{any_word}|{worse}|changes?)\s+(?:(?:of|in|on|from|for)\s+)?)+|(?:of|in)\s+)(?=\w)",
            re.IGNORECASE,
        ),
        re.compile(rf"\s(?:was\s|were\s)?(?:{any_word})\Z", re.IGNORECASE),
    )


def _between(told: Told, place: Place, end: int) -> bool:
    """Whether another outcome stands between the place and ``end``, which could be the subject as well."""
    return any(
        place.end <= other.start < end and other.key != place.key
        for others in told.outcomes.values()
        for other in others
    )


def _counted(told: Told, place: Place) -> bool:
    """ "More responders": their number is what is told."""
    return _MORE.search(told.text, max(told.start, place.start - _MORE_REACH), place.start) is not None


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
