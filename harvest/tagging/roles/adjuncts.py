"""Whether a treatment was given together with ketamine, and not merely named or compared with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from harvest.tagging.passage import Passage, Place
from harvest.tagging.roles.comparing import compared
from harvest.tagging.roles.nearby import near, overlap

DIMENSION: Final = "adjunct"
FREE: Final = frozenset({
    "psychotherapy", "ketamine-assisted-psychotherapy", "integration", "cbt", "mindfulness", "motivational-enhancement",
    "prolonged-exposure", "emdr", "acceptance-and-commitment-therapy", "psychodynamic-therapy", "interpersonal-therapy",
    "group-therapy", "counselling", "hypnosis", "cognitive-training", "music", "virtual-reality",
})  # fmt: skip
"""Psychotherapies and what accompanies a session: who names them together with ketamine mostly joins them."""
_PROCEDURES: Final = frozenset({"brain-stimulation", "ect", "tms", "tdcs", "regional-block", "local-anaesthetic"})
"""Procedures for or during which ketamine is given."""
_MIXED: Final = frozenset({"xylazine", "propofol", "dexmedetomidine", "benzodiazepine", "atropine", "muscle-relaxant"})
"""Drugs that are given in one go with ketamine, so that "and" joins them; other pairs are as often compared."""
_REACH: Final = 80
_AWAY: Final = 250
"""How far from a psychotherapy ketamine may be named: a sentence or two."""
_NEXT: Final = 30
_SAME: Final = 60
"""How far around both a sentence is searched for words of comparison."""
_JOINING: Final = re.compile(
    r"\b(?:plus|with|combin\w*|add(?:ed|ing|ition|itive)|adjunct\w*|adjuvant\w*|augment\w*|conjunction|concomitant\w*"
    r"|concurrent\w*|co-?administ\w*|co-?treat\w*|together|beside|besides|pre-?treat\w*|premedic\w*|mixtures?|mixed"
    r"|background|on top of|supplement\w*|in addition to|before|prior to|followed by|following|after|continu\w*)\b|[/+&‐-]\s*$",
)
_DURING: Final = re.compile(r"\b(?:for|in|during|under|undergoing|receiving|as an?)\b")
_AND: Final = re.compile(r"^\s*(?:\([^)]*\)\s*)?(?:,|and|,\s*and)?\s*(?:[\d.,]+\s*\S+\s+)?(?:an?\s+)?$")
_STOP: Final = re.compile(r";|[.?!][\s)]+[A-Z]")
_APART: Final = re.compile(
    r"\b(?:versus|vs|or|compared|compares?|comparing|than|against|alternatives?|instead|without|group|groups|arm"
    r"|whereas|while|superior|inferior|placebo|saline|unlike|replac\w*|but"
    r"|comparisons?|comparative|comparators?|rather|treated with|treatment with|later|subsequently|switch\w*|crossed"
    r"|wash-?out|withdrawn|discontinu\w*|fail\w*|resistan\w*|refractory|non-?respon\w*|unresponsive)\b"
)
_FAILED: Final = re.compile(r"[\s-]*(?:fail|resist|refract|non-?respon|na[iï]ve)")
_COMPARES: Final = re.compile(
    r"\b(?:compar\w*|versus|vs|or|either|effects? of|efficacy of|between|three groups|two groups|four groups|differences? between|randomly assigned"
    r"|randomi[sz]ed (?:\w+ ){0,3}to)\b",
)


def beside_ketamine(places: Sequence[Place], title: Passage, abstract: Passage) -> Iterator[Place]:
    """The places, without those of treatments that are compared with ketamine or not joined to it.

    Keywords and headings say only that a treatment occurs: those of drugs count where the text joins them.
    """
    mine = [place for place in places if place.key[0] == DIMENSION]
    if not mine:
        yield from places
        return
    fields = {passage.field: passage for passage in (title, abstract)}
    drugs = {field: [p for p in passage.places if p.key[0] == "drug"] for field, passage in fields.items()}
    counting = {
        place for place in mine
        if place.field in fields and _counts(place, drugs[place.field], fields[place.field])
    }  # fmt: skip
    joined = {place.key for place in counting}
    if any(drugs.values()):
        joined |= {(DIMENSION, free) for free in FREE}
    for place in places:
        if place.key[0] != DIMENSION or place in counting or (place.field not in fields and place.key in joined):
            yield place


def _counts(place: Place, drugs: Sequence[Place], passage: Passage) -> bool:
    free = place.key[1] in FREE
    close = near(drugs, place, _AWAY if free else _REACH)
    if any(overlap(drug, place) for drug in close):
        return True
    return (bool(close) if free else _joined(place, close, passage)) and not compared(place, passage)


def _joined(place: Place, drugs: Sequence[Place], passage: Passage) -> bool:
    """Whether the words between the place and ketamine join the two."""
    text = passage.lower
    if _FAILED.match(text, place.end):
        return False
    for drug in drugs:
        first, second = (drug, place) if drug.start < place.start else (place, drug)
        if not first.end <= second.start <= first.end + _REACH:
            continue
        between = text[first.end : second.start]
        if _APART.search(between) or _STOP.search(passage.text, first.end, second.start + 1):
            continue
        if _JOINING.search(between) or (second is place and place.key[1] in _PROCEDURES and _DURING.search(between)):
            return True
        around = text[max(0, first.start - _SAME) : second.end + _SAME]
        if place.key[1] in _MIXED and len(between) <= _NEXT and _AND.match(between) and not _COMPARES.search(around):
            return True
    return False
