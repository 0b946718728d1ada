"""Whether a report studies a mechanism, or merely introduces the drug by it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from harvest.tagging.model import Role
from harvest.tagging.passage import Around, Passage, Place
from harvest.tagging.roles.interventions import passage_of
from harvest.tagging.roles.others import speaks_of_report

_EPITHETS: Final = frozenset({"nmda-receptor-block", "glutamate-signalling", "opioid-system"})
"""Mechanisms by which ketamine is introduced: "the NMDA receptor antagonist ketamine"."""
_REACH: Final = 70
_AGENT: Final = re.compile(r"antagoni|block|inhibit|modulat", re.IGNORECASE)
_KETAMINE: Final = r"(?:\w*ketamine?s?\b|\bKET\b|spravato)"
_AFTER_DRUG: Final = re.compile(
    rf"{_KETAMINE}[^.;]{{0,25}}?(?:[,(–—-]|\bis\b|\bas\b|\bwas\b|\bare\b)\s*(?:an?|the)\s+(?:[\w/-]+,?\s+){{0,6}}$",
    re.IGNORECASE,
)
"""Up to the words: "ketamine, a non-competitive ..."."""
_BEFORE_DRUG: Final = re.compile(
    rf"\s*(?:\([^)]{{0,25}}\)\s*)?(?:antagonists?|blockers?|inhibitors?|modulators?)?(?:\s*\([^)]{{0,12}}\))?[\s,:(–-]*"
    rf"(?:(?:such as|like|including|e\.g\.,?|i\.e\.,?|namely|and|the|anaesthetic|anesthetic|dissociative|drug|agent)\s+){{0,4}}"
    rf"(?:[\w()+-]+[\s-])?{_KETAMINE}",
    re.IGNORECASE,
)
"""From the words on: "... antagonist ketamine"."""


def role(places: Sequence[Place], around: Around) -> Role:
    """Studied: named in title or keyword, as a major topic, or in words about the report's own work, other than as an
    epithet of the drug."""
    for place in places:
        if speaks_of_report(place, around) and not _introduces(place, passage_of(place, around)):
            return "studied"
    return "mentioned"


def _introduces(place: Place, passage: Passage | None) -> bool:
    """Whether the words say what kind of drug ketamine is."""
    if passage is None or place.key[1] not in _EPITHETS:
        return False
    sentence = passage.context.sentence_at(place.start)
    after = passage.text[place.end : min(sentence.end, place.end + _REACH)]
    words = passage.text[place.start : place.end] + after[:25]
    if not _AGENT.search(words):
        return False
    before = passage.text[max(sentence.start, place.start - 2 * _REACH) : place.start]
    return bool(_BEFORE_DRUG.match(after) or _AFTER_DRUG.search(before))
