"""Which harms a text tells its readers of."""

from __future__ import annotations

import re
from typing import Final

from harvest.checker.lexicon import Lexicon
from harvest.checker.marks import Mark, Marked

_WATCHED: Final = re.compile(
    r"\b(?:monitor\w*|check\w*|measur\w*|watch\w*|track\w*|record\w*|take|vital signs|ondansetron|zofran|anti-?emetic\w*|"
    r"anti-?nausea|history of|suffer from|living with)\b[^.;!?]{0,60}$",
    re.IGNORECASE,
)
"""``We monitor your blood pressure``, ``ondansetron for nausea``: care, which says nothing of what the drug does."""
_RISES: Final = re.compile(
    r"\b(?:rais\w+|ris\w+|increas\w+|elevat\w+|spike\w*|go(?:es)? up|bump|high\w*|changes?|because|may|can|might|could)\b",
    re.IGNORECASE,
)
_EASED: Final = re.compile(
    r"[^.;!?]{0,25}?\b(?:clears?|cleared|lifts?|lifted|melts?|fewer|reliev\w+|relief)\b|\s(?:faster|more easily|easier|quicker|sooner)\b",
    re.IGNORECASE,
)
"""``Headaches and brain fog clear``, ``fall asleep faster``: a benefit."""
_EASED_BY: Final = re.compile(
    r"\b(?:reliev\w+|eas(?:e|es|ing)|treat\w*|reduc\w+|relief (?:from|of)|fewer)\s(?:\w+\s){0,2}$", re.IGNORECASE
)
_AILMENTS: Final = ("headache", "somnolence", "sedation", "cognitive-harm", "fatigue", "insomnia", "sleep")
"""Harms that people also come with; of others "it eases within an hour" speaks of the drug."""
_SAME: Final = ("dependence", "abuse-liability")
"""Who is told of addiction, or of misuse, is told of both."""
_REACH: Final = 70


def harms(held: Marked, lexicon: Lexicon) -> tuple[str, ...]:
    """The harm outcomes that the text mentions, in the order of the vocabulary."""
    every = {c.id: lexicon.bits[f"=outcome:{c.id}"] for c in lexicon.vocabulary.of("outcome") if c.kind == "harm"}
    any_harm = 0
    for bit in every.values():
        any_harm |= bit
    ailments = 0
    for name in _AILMENTS:
        ailments |= every.get(name, 0)
    bits = addiction = 0
    for mark in held.marks:
        addiction |= mark.bits & lexicon.bits["habit"]
        if mark.bits & any_harm and not _is_care(held.text, mark, eased=bool(mark.bits & ailments)):
            bits |= mark.bits
    found = {name for name, bit in every.items() if bit & bits}
    if addiction or found.intersection(_SAME):
        found.update(name for name in _SAME if name in every)
    return tuple(name for name in every if name in found)


def _is_care(text: str, mark: Mark, *, eased: bool) -> bool:
    first = max(0, mark.start - _REACH)
    if _WATCHED.search(text, first, mark.start) and not _RISES.search(text, first, min(len(text), mark.end + 30)):
        return True
    if _EASED_BY.search(text, first, mark.start):
        return True
    return eased and _EASED.match(text, mark.end, mark.end + _REACH) is not None
