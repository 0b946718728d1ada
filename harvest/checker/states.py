"""What a statement says of a fact, in the words that facts are compared in: year, institution, drug ..."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from harvest.checker.hearing import Heard
from harvest.checker.lexicon import Lexicon
from harvest.claims.model import Library, Question

_DRUGS: Final = ("esketamine", "arketamine", "ketamine")
_DATED: Final = frozenset({"year", "decade", "institution"})
"""Attributes that count wherever a fact has them; others only where the question is about them."""
_SPRAY: Final = re.compile(r"\bapprov|\blicen[sc]ed|\bclear(?:ed|ance)", re.IGNORECASE)
"""The nasal spray that was approved is esketamine, whatever it is called."""
_HOME: Final = ("setting", "home")
_WARNS: Final = re.compile(
    r"\b(?:warn\w*|never|not|n['’]t|danger\w*|unsafe|risk\w*|avoid|beware|caution\w*|instead of|rather than)\b|n['’]t\b",
    re.IGNORECASE,
)
"""``Never at home``: who warns of it says that it belongs in a clinic."""
_ASKED: Final = frozenset({"use"})
"""Attributes that are settled by asking the question: "both an anaesthetic and an antidepressant" dates no third use."""


def states(question: Question, denies: bool, library: Library, heard: Heard, lexicon: Lexicon) -> dict[str, str]:
    """The attributes the question turns on that the sentence names, with what it says of them.

    Of several values (two institutions) the one that the question takes for granted, else the first; of several drugs
    the more special one, for what is said of the spray is not said of ketamine. What did not happen has no date.
    """
    wanted = attributes(question, library)
    if denies:
        wanted -= _DATED
    found: dict[str, str] = {}
    for name, value in _said(heard, lexicon) if wanted else ():
        taken = question.states.get(name) == value and (name != "drug" or denies)
        if name in wanted and (name not in found or taken):
            found[name] = value
    if "year" in found:
        found.pop("decade", None)
    return found


def attributes(question: Question, library: Library) -> frozenset[str]:
    """What the question turns on, and what dates its facts."""
    facts = (set(library.facts[name].values) & _DATED for name in question.facts if name in library.facts)
    return frozenset(question.states).union(*facts) - _ASKED


def _said(heard: Heard, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    for mark in heard.marks:
        if mark.bits & lexicon.bits["year"]:
            yield "year", str(int(mark.value))
        elif mark.bits & lexicon.bits["decade"]:
            yield "decade", f"{int(mark.value)}s"
        elif mark.bits & lexicon.any_stated:
            said = [(attribute, value) for bit, attribute, value in lexicon.stated if bit & mark.bits]
            yield from (one for one in said if one != _HOME or not _WARNS.search(heard.text, heard.start, heard.end))
    if heard.bits & lexicon.bits["route:intranasal"] and _SPRAY.search(heard.text, heard.start, heard.end):
        yield "drug", "esketamine"
    yield from (("drug", name) for name in _DRUGS if heard.bits & lexicon.bits[f"drug:{name}"])
