"""What ketamine is in a report, from words that speak of ketamine: treatment, anaesthetic, model of psychosis and so on."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from harvest.schema import EVIDENCE_FIELDS
from harvest.tagging.passage import Key, Passage, Place
from harvest.tagging.roles.nearby import near, overlap

DIMENSION: Final = "use"
RULE: Final = "drug for condition"
TREATED: Final = {
    "psychiatric-treatment": frozenset({
        "mood-disorder", "depression", "major-depressive-disorder", "treatment-resistant-depression",
        "severe-depression", "perinatal-depression", "late-life-depression", "psychotic-depression", "dysthymia",
        "anxious-depression",
        "postoperative-depression", "bipolar-disorder", "bipolar-depression", "anxiety", "generalised-anxiety-disorder",
        "social-anxiety-disorder", "panic-disorder", "trauma-related-disorder", "ptsd", "acute-stress-disorder",
        "prolonged-grief", "ocd", "suicidality", "eating-disorder", "anorexia-nervosa", "borderline-personality-disorder",
        "catatonia",
    }),
    "addiction-treatment": frozenset({
        "substance-use-disorder", "alcohol-use-disorder", "opioid-use-disorder", "stimulant-use-disorder",
        "cannabis-use-disorder", "tobacco-use-disorder",
    }),
    "analgesic": frozenset({
        "pain", "chronic-pain", "chronic-postsurgical-pain", "neuropathic-pain", "complex-regional-pain-syndrome",
        "fibromyalgia", "phantom-limb-pain", "back-pain", "cancer-pain", "acute-pain", "postoperative-pain",
        "labour-pain", "burn-pain", "sickle-cell-pain", "headache-disorder", "migraine", "cluster-headache",
    }),
    "sedation": frozenset({"procedural-sedation", "acute-agitation"}),
    "treatment": frozenset({
        "status-epilepticus", "asthma", "tinnitus", "rett-syndrome", "autism", "parkinson-disease", "stroke",
        "treatment-resistant-illness", "traumatic-brain-injury", "delirium", "emergence-delirium", "postoperative-cognitive-dysfunction",
    }),
}  # fmt: skip
"""Use -> the conditions that ketamine "for" or "in" is given for so."""
NAMED: Final = {
    "ketamine-misuse": "drug-of-abuse", "ketamine-uropathy": "drug-of-abuse", "ect-anaesthesia": "ect-anaesthetic",
    "veterinary-anaesthesia": "veterinary-anaesthetic",
}  # fmt: skip
"""Conditions whose words, close to ketamine, name the use themselves."""
_USE_FOR: Final = {condition: use for use, conditions in TREATED.items() for condition in conditions}
_REACH: Final = 45
_LONGEST: Final = 75
_FOR: Final = re.compile(
    r"\b(?:for|in|on|against|treat\w*|manag\w*|reliev\w*|reduc\w*|prevent\w*|improv\w*|alleviat\w*|attenuat\w*|ameliorat\w*"
    r"|decreas\w*|lower\w*)\b",
)
_WITH: Final = re.compile(
    r"\b(?:with|by|using|to|respond\w*|treated|treatment|after|following|receiv\w*|underwent|undergoing|given)\b|:",
)
_OTHERWISE: Final = re.compile(
    r"\b(?:abus\w*|mis-?us\w*|users?|addict\w*|dependen\w*|induced|expos\w*|model\w*|ana?esthe\w*|sedat\w*|versus|vs|than"
    r"|whereas|intoxicat\w*|recreational\w*|caus\w*|associated)\b",
)
_OTHER_DRUG: Final = re.compile(
    r"(?!\w*ketamin)\b\w*(?:flurane|pofol|pental|azolam|azepam|fentan[iy]l|orphine|halothane|urethane|chloralose|midate|oxide"
    r"|caine|barbital|citalopram|oxetine|ipramine)\b",
)
_BREAK: Final = re.compile(r"[.?!][\s)]+[A-Z]|;")
"""Ends a sentence or a clause; searched up to the first letter of what follows."""
_LINKED: Final = re.compile(
    r"^\s*(?:and|plus|or|,|[-/+])|(?:\b(?:and|plus|with|or)|,|[-/+])\s*(?:(?:an?|[\d.,]+\s*[\w/]+)\s+)?$",
)


def of_ketamine(places: Sequence[Place], title: Passage, abstract: Passage) -> Iterator[Place]:
    """The places, without words of uses that do not speak of ketamine, and with the uses that conditions tell."""
    passages = {passage.field: passage for passage in (title, abstract)}
    drugs: dict[str, list[Place]] = {}
    for place in places:
        if place.key[0] == "drug":
            drugs.setdefault(place.field, []).append(place)
    kept: dict[tuple[Key, str], list[Place]] = {}
    for place in places:
        if place.key[0] != DIMENSION:
            yield place
        elif place.field == "mesh" or _close(place, drugs.get(place.field, ()), passages.get(place.field)):
            kept.setdefault((place.key, place.field), []).append(place)
    for place in _told_by_conditions(drugs, passages):
        known = kept.setdefault((place.key, place.field), [])
        if not any(overlap(one, place) for one in near(known, place, _LONGEST)):
            insort(known, place, key=_by_start)
    yield from sorted((place for group in kept.values() for place in group), key=_by_field)


def _close(place: Place, drugs: Sequence[Place], passage: Passage | None) -> bool:
    """Whether the words name ketamine themselves or stand next to it."""
    for drug in near(drugs, place, _REACH):
        if overlap(drug, place):
            return True
        left, right = min(drug.end, place.end), max(drug.start, place.start)
        if passage is not None and right - left <= _REACH and _connected(passage, left, right):
            return True
    return False


def _connected(passage: Passage, left: int, right: int) -> bool:
    """Whether what stands between belongs to one sentence and does not speak of another drug."""
    if _BREAK.search(passage.text, left, right + 1):
        return False
    between = passage.lower[left:right]
    return not _OTHER_DRUG.search(between) or _LINKED.search(between) is not None


def _told_by_conditions(drugs: Mapping[str, Sequence[Place]], passages: Mapping[str, Passage]) -> Iterator[Place]:
    """A use for each condition that ketamine is said to be given for."""
    for field, passage in passages.items():
        mine = drugs.get(field, ())
        for condition in passage.places if mine else ():
            if condition.key[0] != "condition":
                continue
            use = _USE_FOR.get(condition.key[1])
            named = NAMED.get(condition.key[1])
            if named and _close(condition, mine, passage):
                yield condition._replace(key=(DIMENSION, named))
            elif use and (span := _given_for(condition, mine, passage)):
                yield Place((DIMENSION, use), field, *span, RULE)


def _given_for(condition: Place, drugs: Sequence[Place], passage: Passage) -> tuple[int, int] | None:
    """Start and end of "ketamine for the condition" or "the condition treated with ketamine"."""
    for drug in near(drugs, condition, _LONGEST):
        before = drug.end <= condition.start
        left, right = (drug.end, condition.start) if before else (condition.end, drug.start)
        if not 0 <= right - left <= _LONGEST or _BREAK.search(passage.text, left, right + 1):
            continue
        between = passage.lower[left:right]
        if (_FOR if before else _WITH).search(between) and not _OTHERWISE.search(between):
            return min(drug.start, condition.start), max(drug.end, condition.end)
    return None


def _by_start(place: Place) -> int:
    return place.start


def _by_field(place: Place) -> tuple[int, int, int]:
    return EVIDENCE_FIELDS.index(place.field), place.start, place.end
