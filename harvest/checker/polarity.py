"""Whether a sentence that says both no and yes says no: "It is no cure for depression, but it relieves the symptoms"."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Final

from harvest.checker.hearing import Heard
from harvest.checker.lexicon import Lexicon
from harvest.checker.marks import Mark, clauses
from harvest.checker.specific import Chosen
from harvest.claims.model import Library

_TURN: Final = re.compile(r"\b(?:but|however|nevertheless|nonetheless|yet)\b", re.IGNORECASE)
_FOUND_OUT: Final = ("efficacy", "mechanism")
_NONE: Final = re.compile(
    r"\b(?:failed to (?:show|detect|find|demonstrate|replicate|confirm|separate|beat|outperform)|(?:found|saw|showed|detected|reported|with) no "
    r"(?:\w+ )?(?:benefit|effect|change|difference|increase|decrease|improvement|reduction|advantage|relationship)s?|no (?:better|different|more effective) than|"
    r"(?:did not|didn['’]t|does not|doesn['’]t) (?:show|find|differ|beat|outperform|separate|improve|work|help)|inconsistent|"
    r"(?:saw|found|had) no (?:benefit|effect))\b",
    re.IGNORECASE,
)
_SMALL_YET: Final = re.compile(
    r"\b(?:small|few|early|preliminary|limited|pilot|initial)\s(?:\w+\s){0,2}(?:studies|study|trials?|research|data|evidence|findings|results)\s"
    r"(?:(?:have|has|do|does|also|all)\s)?(?:show\w*|suggests?|suggested|finds?|found|points?|pointed|indicates?|indicated|supports?|supported|"
    r"reports?|reported|hints?|are (?:promising|encouraging|positive))\b",
    re.IGNORECASE,
)
_WEAK: Final = re.compile(r"(?:weak|limited|little|preliminary|small|few|low|evidence)\b", re.IGNORECASE)
_ASIDE: Final = re.compile(r"\([^()]{0,200}\)")
_SUPPOSED: Final = re.compile(r"\b(?:if|when|where|who|whose|whom|that|until|unless|in case)\b", re.IGNORECASE)
_SIDES: Final = re.compile(r"\b(?:but|however|although|though|whereas|while|yet|even so)\b", re.IGNORECASE)
_CURE: Final = re.compile(r"cur(?:e|es|ed|ing|ative)\b", re.IGNORECASE)


def weighed(asked: Chosen, heard: Heard, library: Library, lexicon: Lexicon) -> Chosen:
    """The questions with what is said of each in the end.

    That something is no cure does not say that it does not help; what is granted after a "but" counts, where that clause
    names no condition of its own.
    """
    found: Chosen = {}
    for name, (denies, words) in asked.items():
        kind = library.questions[name].kind
        if denies and kind == "efficacy":
            granted = _granted(heard, lexicon) or _on_the_other_side(heard, words, lexicon)
            if granted is not None:
                found[name] = (False, (*words, granted))
            elif not _only_no_cure(heard, words, lexicon):
                found[name] = (not _doubted_least(heard, words), words)
        else:
            found[name] = (denies or (kind in _FOUND_OUT and _found_none(heard, words, lexicon)), words)
    return found


def unhelped(heard: Heard, asked: Chosen, library: Library, lexicon: Lexicon) -> Chosen:
    """What is denied and no rule listens for: "it did not improve sleep" says no to the question of sleep."""
    benefit = lexicon.bits["benefit"]
    if heard.answers is not None or not any(mark.bits & benefit and heard.denies(mark) for mark in heard.marks):
        return {}
    found: Chosen = {}
    deaf = replace(heard, deaf=True)
    for name, denies, rule in lexicon.candidates(heard.all_bits):
        if (
            denies
            or name in asked
            or name in found
            or lexicon.heard[name].denies
            or library.questions[name].kind != "efficacy"
        ):
            continue
        words = deaf.meets(rule)
        if words is not None and any(
            mark.bits & benefit and heard.denies(mark) and not _if(heard, mark) for mark in words
        ):
            found[name] = (True, words)
    return found


def _if(heard: Heard, mark: Mark) -> bool:
    """Whether it is only supposed: ``when your mood does not improve``."""
    return _SUPPOSED.search(heard.text, heard.start, mark.start) is not None


def _found_none(heard: Heard, words: tuple[Mark, ...], lexicon: Lexicon) -> bool:
    """Whether the clause of the words tells of a study that did not find it, and the rule did not count that already."""
    if _NONE.search(heard.text, heard.start, heard.end) is None:
        return False
    own = [mark for mark in words if mark.start >= heard.start]
    for begin, stop in clauses(heard.text, heard.start, heard.end):
        inside = [mark for mark in own if begin <= mark.start < stop]
        none = _NONE.search(heard.text, begin, stop) if inside else None
        if none is not None and not _SUPPOSED.search(heard.text, begin, none.start()):
            counted = any(mark.start < none.end() and none.start() < mark.end for mark in own)
            return not counted and not any(mark.bits & lexicon.bits["other-treatment"] for mark in inside)
    return False


def _doubted_least(heard: Heard, words: tuple[Mark, ...]) -> bool:
    """Whether what denies it only says how little was studied: ``Small studies show benefits``, ``(weak evidence)``."""
    if _SMALL_YET.search(heard.text, heard.start, heard.end):
        return not _NONE.search(heard.text, heard.start, heard.end)
    inside = [found.span() for found in _ASIDE.finditer(heard.text, heard.start, heard.end)]
    return any(_WEAK.match(heard.text, m.start) and any(a < m.start < b for a, b in inside) for m in words)


def _granted(heard: Heard, lexicon: Lexicon) -> Mark | None:
    """The benefit that the sentence grants after its "but", once it has denied one before."""
    turn = _TURN.search(heard.text, heard.start, heard.end)
    if turn is None:
        return None
    benefit = [mark for mark in heard.marks if mark.start >= heard.start and mark.bits & lexicon.bits["benefit"]]
    if not any(mark.start < turn.start() and heard.denies(mark) for mark in benefit):
        return None
    after = [mark for mark in heard.marks if mark.start > turn.start()]
    if any(mark.bits & lexicon.bits["treated"] for mark in after):
        return None
    return next((mark for mark in benefit if mark.start > turn.start() and not heard.denies(mark)), None)


def _on_the_other_side(heard: Heard, words: tuple[Mark, ...], lexicon: Lexicon) -> Mark | None:
    """The benefit that is granted to the condition in a part of the sentence in which the denial does not stand: ``It did
    not beat placebo, although depression improved``."""
    benefit = lexicon.bits["benefit"]
    telling = benefit | lexicon.bits["doubt"]
    turns = [turn.start() for turn in _SIDES.finditer(heard.text, heard.start, heard.end)]
    for begin, stop in pairwise([heard.start, *turns, heard.end]) if turns else ():
        inside = [mark for mark in heard.marks if begin <= mark.start < stop]
        named = [mark for mark in words if begin <= mark.start < stop]
        if not named or any(mark.bits & telling for mark in named):
            continue
        return next((mark for mark in inside if mark.bits & benefit and not heard.denies(mark)), None)
    return None


def _only_no_cure(heard: Heard, words: tuple[Mark, ...], lexicon: Lexicon) -> bool:
    denied = [mark for mark in words if mark.bits & lexicon.bits["benefit"] and heard.denies(mark)]
    return bool(denied) and all(_CURE.match(heard.text, mark.start) for mark in denied)
