"""Whether a report studies an outcome: measured in it, or reported by it.

What an abstract says of an outcome it mostly measured, so a place counts unless its sentence speaks of something else:
of what was known before, of what others should look at, or of it as one more adverse event of the drug.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from harvest.tagging.context import Context
from harvest.tagging.model import Role
from harvest.tagging.passage import Around, Passage, Place
from harvest.tagging.roles.telling import STRONG_FIELDS

_ASKING: Final = frozenset({"aim", "method"})
"""Sections without an outlook."""
_OUTLOOK: Final = re.compile(
    r"\b(?:(?:future|further|additional|larger|subsequent|longer)\s(?:[\w-]+\s){0,4}?"
    r"(?:studies|study|research|trials?|investigations?|work|evaluation|data|evidence)\b"
    r"|(?:is|are|be)\s(?:\w+\s)?(?:needed|warranted|required|necessary)\b"
    r"|remains?\s(?:\w+\s)?(?:unknown|unclear|uncertain|unexplored|controversial|to\sbe)\b"
    r"|(?:is|are)\s(?:\w+\s)?(?:unknown|unclear)\b|potentially\b"
    r"|should\s(?:\w+\s)?(?:be\s(?:investigated|examined|explored|assessed|evaluated|studied)|"
    r"investigate|examine|explore|assess|evaluate|focus|include|address|aim)\b)",
)
"""Says what is not known yet, or what should be looked at."""
_CONFIRMING: Final = re.compile(r"\b(?:confirm\w*|replicat\w*|corroborat\w*|validat\w*|verify|better)\b")
"""In an outlook: what is to be confirmed was seen here."""
_BASELINE: Final = re.compile(
    r"\b(?:assessed|measured|recorded|evaluated|collected|obtained|rated)\s(?:only\s)?at\sbaseline\b"
    r"(?!\s?(?:[,/]|and|to|as|then))",
)
"""Measured before treatment only: what people were like, not what became of them."""
_EVENTS: Final = re.compile(
    r"\b(?:adverse\s\w+|side[-\s]effects?|t?e?s?aes?)\b[^.;]{0,80}?"
    r"(?:\b(?:were|was|included?|including|like|such\sas)\b|[:(])",
)
"""Opens a list of adverse events."""
_ALSO_EVENTS: Final = frozenset({"mortality", "anxiety-symptoms", "sleep", "insomnia", "pain-intensity", "mood"})
"""Outcomes whose names are also those of adverse events: in a list of these they are no outcome that was measured."""
_FEELINGS: Final = frozenset({"anxiety-symptoms", "insomnia", "mood"})
"""Outcomes that are an adverse event where they stand beside one."""
_BODILY_EVENTS: Final = frozenset(
    {
        "nausea",
        "vomiting",
        "nausea-vomiting",
        "dizziness",
        "headache",
        "visual-disturbance",
        "somnolence",
        "dry-mouth",
    }
)
"""Adverse events that are hardly ever anything else."""
_BESIDE: Final = re.compile(r"\s?(?:[,/]|\([^()]{0,20}\),?)?\s?(?:and|or|and/or)?\s?(?:\w+\s)?")
"""What stands between the members of a list; one word of description at most."""
_NEIGHBOURS: Final = 4
"""Places looked at on either side."""
_LOOSE_WORDS: Final = {
    "mortality": re.compile(r"deaths?|died|fatal\w*", re.IGNORECASE),
    "response": re.compile(r"(?:treatment|clinical|therapeutic) responses?|response to (?:the )?(?:treatment|therapy)", re.IGNORECASE),
}  # fmt: skip
"""Outcome -> words that name it only in passing; a single sentence with them does not make it studied."""


def role(places: Sequence[Place], around: Around) -> Role:
    """Studied: named in title or keyword, as a MeSH major topic, or in a sentence about the report's own work."""
    if any(place.field in STRONG_FIELDS or place.major for place in places):
        return "studied"
    context = around.abstract.context
    told = (place for place in places if place.field == "abstract" and _reported(place, around.abstract))
    loose = _LOOSE_WORDS.get(places[0].key[1])
    enough = any(True for _ in told) if loose is None else _more_than_passing(list(told), context, loose)
    return "studied" if enough else "mentioned"


def _more_than_passing(told: Sequence[Place], context: Context, loose: re.Pattern[str]) -> bool:
    """Whether one of the places uses a term of its own, or several sentences speak of it."""
    if any(not loose.fullmatch(context.text, place.start, place.end) for place in told):
        return True
    return len({context.sentence_at(place.start).start for place in told}) > 1


def _reported(place: Place, abstract: Passage) -> bool:
    """Whether the sentence at the place speaks of what this report did or found."""
    context = abstract.context
    sentence = context.sentence_at(place.start)
    if sentence.section == "background" and "aim" not in context.parts(place.start):
        return False
    told = _told(context, sentence.start, sentence.end)
    outcome = place.key[1]
    if told.baseline >= place.end or (outcome in _ALSO_EVENTS and told.events <= place.start):
        return False
    if outcome in _FEELINGS and _among_events(place, abstract):
        return False
    # What is unknown is the question asked where the aim is stated.
    return sentence.section in _ASKING or not told.outlook


def _among_events(place: Place, abstract: Passage) -> bool:
    """Whether the place stands beside an adverse event, as one of a list: "nausea or anxiety"."""
    at = bisect_left(abstract.places, place.start, key=_start)
    return any(
        other.key[1] in _BODILY_EVENTS
        and (other.end <= place.start or place.end <= other.start)
        and _BESIDE.fullmatch(abstract.text, min(other.end, place.end), max(other.start, place.start))
        for other in abstract.places[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS]
    )


class _Told(NamedTuple):
    """What a sentence says besides its outcomes."""

    events: int
    """Where a list of adverse events begins; behind the sentence when there is none."""
    baseline: int
    """Where "at baseline" was last said; -1 when not."""
    outlook: bool
    """It leaves the matter to others, without saying that something was seen."""


@lru_cache(maxsize=256)
def _told(context: Context, start: int, end: int) -> _Told:
    events = _EVENTS.search(context.lower, start, end)
    baseline = [found.start() for found in _BASELINE.finditer(context.lower, start, end)]
    outlook = _OUTLOOK.search(context.lower, start, end) and not _CONFIRMING.search(context.lower, start, end)
    return _Told(events.end() if events else end, baseline[-1] if baseline else -1, bool(outlook))


def _start(place: Place) -> int:
    return place.start
