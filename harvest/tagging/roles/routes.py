"""Whether a route is one by which ketamine was given in the report itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from harvest.tagging.model import Role
from harvest.tagging.passage import Around, Passage, Place
from harvest.tagging.roles.interventions import passage_of
from harvest.tagging.roles.own_work import own

_NEAR: Final = 70
KETAMINE: Final = re.compile(r"ketamin|ketalar|spravato|norketa|\bket\b|\besk\b|\bink\b")
_OTHER_DRUG: Final = re.compile(
    r"(?!\w*ketamin|sub)\w*(?:azepam|azolam|zolam|azepine|idone|apine|oxetine|ipramine|triptyline|oxamine|citalopram|traline"
    r"|faxine|oxapram|caine|fentan[iy]l|orphine|orphone|codone|codeine|orphanol|adol|buphine|olol|pril|sartan|setron"
    r"|triptan|trigine|gabalin|bapentin|profen|coxib|rolac|fenac|dipine|statin|prazole|cillin|mycin|floxacin|conidine"
    r"|clonidine|metomidine|midate|pofol|pental|hexital|flurane|luzole|cycline|lithium|acetaminophen|paracetamol"
    r"|naltrexone|atropine|antidepressants?|opioids?|antibiotics?|analgesics?|benzodiazepines?|contraceptives?"
    r"|anaesthetics?|anesthetics?|prednisolone|dexamethasone|magnesium|glycopyrrolate|fluids?|lorazepam|medications?)\b",
)
"""Names of other drugs, by the stems of the International Nonproprietary Names (WHO) and by class."""
_FILLER: Final = re.compile(
    r"[\s)\]]*(?:(?:administration|injections?|infusions?|bolus(?:es)?|doses?|use|administered|infused|given)\s+)?(?:of\s+)?"
    r"(?:[\d.,·–-]+\s*[^\s\d]+\s+)?(?:(?:single|low|high|continuous|matched|an?|the|new|newly|initiated)[\s-](?:dose\s)?){0,3}",
)
"""What may stand between a route and its drug: "intravenous infusion of 0.1 mg/kg morphine"."""
_WORD: Final = re.compile(r"[^\W\d_]+")
_ADVERB: Final = re.compile(r"(?:ly|\b[A-Z]{2}|\b[a-z]\W?[a-z]\W?|mouth|os)$")
_INSTEAD: Final = re.compile(
    r"\b(?:safer than|than|over|alternatives? to|instead of|rather than|consistent with|in line with|unlike)\s+"
    r"(?:(?!with\b|in\b|after\b)[^\s,;.()]+\s+){0,2}$",
)
"""Before a route: the usual one, which this report does without."""
_COULD: Final = re.compile(r"\bcan\b[^.;,]{0,40}$")
_GIVEN: Final = re.compile(
    r"\W*(?:\w+\W+){0,3}?(?:ketamin|esketamin|routes?\b|administ|formulation|bioavailab|dos(?:e|ing)|solution|tablet|capsule)",
)
_BY_VEIN: Final = re.compile(r"ven|i\W?v\b|ivk")
_INFUSED_TOO: Final = ("subcutaneous", "intramuscular", "epidural", "local-infiltration")
"""Routes by which drugs are infused or injected as well: with them "infusion" says nothing about veins."""
_WITH_KETAMINE: Final = frozenset({"epidural", "rectal"})
"""Routes that stand in many reports for another drug: their sentence must name ketamine."""


def role(places: Sequence[Place], around: Around) -> Role:
    """The role of one route, from all its places.

    Studied: named for ketamine, in words about the report's own work; or nowhere but in other words, when the report
    names no other route. A mere "infusion" is intravenous unless the report infuses by another route.
    """
    stated = list(_stated(places, around))
    mine = [place for place in stated if _own(place, around)]
    if mine:
        return "studied" if not _merely_infused(mine, around) else "mentioned"
    if any(place.major for place in places):
        return "studied"
    if stated and not any(_named(other, around) for other in _others(places, around)):
        return "studied"
    return "mentioned"


def _others(places: Sequence[Place], around: Around) -> Iterator[Sequence[Place]]:
    me = places[0].key
    return (group for key, group in around.grouped.items() if key[0] == me[0] and key != me)


def _named(places: Sequence[Place], around: Around) -> bool:
    return any(True for _ in _stated(places, around))


def _stated(places: Sequence[Place], around: Around) -> Iterator[Place]:
    """The places in the texts, without those that speak of another drug."""
    for place in places:
        passage = passage_of(place, around)
        if passage is None:
            if place.field == "keywords":
                yield place
        elif not _of_another_drug(place, passage) and not _set_aside(place, passage):
            yield place


def _own(place: Place, around: Around) -> bool:
    passage = passage_of(place, around)
    return passage is None or own(place, passage)


def _of_another_drug(place: Place, passage: Passage) -> bool:
    text = passage.lower
    words = text[place.start : place.end]
    if KETAMINE.search(words):
        return False
    if place.key[1] in _WITH_KETAMINE and not _ketamine_beside(place, passage):
        return True
    if words == "oral" and not _GIVEN.match(text, place.end, place.end + _NEAR):
        return True
    filler = _FILLER.match(text, place.end, place.end + _NEAR)
    if filler and _OTHER_DRUG.match(text, filler.end()):
        return True
    return not (filler and KETAMINE.match(text, filler.end())) and _follows_another_drug(place, passage)


def _follows_another_drug(place: Place, passage: Passage) -> bool:
    """Whether the nearest drug before an adverb or abbreviation is another one: "clonidine 0.1 mg orally"."""
    if not _ADVERB.search(passage.text, place.start, place.end):
        return False
    before = passage.lower[max(passage.context.sentence_at(place.start).start, place.start - _NEAR) : place.start]
    for word in reversed(_WORD.findall(before)):
        if KETAMINE.search(word):
            return False
        if _OTHER_DRUG.fullmatch(word):
            return True
    return False


def _ketamine_beside(place: Place, passage: Passage) -> bool:
    sentence = passage.context.sentence_at(place.start)
    return _names_ketamine(passage.lower, sentence.start, sentence.end)


@lru_cache(maxsize=64)
def _names_ketamine(text: str, start: int, end: int) -> bool:
    """Asked once for all places of a sentence."""
    return KETAMINE.search(text, start, end) is not None


def _set_aside(place: Place, passage: Passage) -> bool:
    """Whether the words name the usual route, which this report does without: "safer than intravenous ketamine"."""
    if place.field == "title":
        return False
    before = passage.lower[max(0, place.start - _NEAR) : place.start]
    return _INSTEAD.search(before) is not None or _COULD.search(before) is not None


def _merely_infused(mine: Sequence[Place], around: Around) -> bool:
    if mine[0].key[1] != "intravenous" or any(_BY_VEIN.search(_words(place, around)) for place in mine):
        return False
    others = (around.grouped.get((mine[0].key[0], route), ()) for route in _INFUSED_TOO)
    return any(_own(place, around) for group in others for place in _stated(group, around))


def _words(place: Place, around: Around) -> str:
    passage = passage_of(place, around)
    return "iv" if passage is None else passage.lower[place.start : place.end]
