"""Whether the report compares ketamine with a comparator, or says that it has none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from harvest.tagging.model import Role
from harvest.tagging.passage import Around, Passage, Place
from harvest.tagging.roles.comparing import compared
from harvest.tagging.roles.interventions import passage_of
from harvest.tagging.roles.own_work import own

DIMENSION: Final = "comparator"
_BY_THEMSELVES: Final = frozenset({"placebo", "active-placebo", "other-dose", "none"})
"""Their words name a comparator wherever they stand; those of all others only where they are compared."""
_ADJECTIVE: Final = re.compile(r"\W*controll?ed\b")
_LACKING_BEFORE: Final = re.compile(
    r"(?:\b(?:no|without(?: an?)?|nor|(?<!but )not)\s(?:(?:active|matching|inactive|true|or)\s)*|\b(?:lack\w*|absence|absent)\b[^.;]{0,70})$",
)
_LACKING_AFTER: Final = re.compile(
    r"[^.;]{0,50}\b(?:groups?|arms?|controls?|controlled|comparators?|comparison|condition)\b",
)
_ACTIVE: Final = (
    r"(?:midazolam|diphenhydramine|remifentanil|fentanyl|lorazepam|diazepam|glycopyrrolate|scopolamine|ketorolac|atropine"
    r"|phenobarbital|dexmedetomidine|methylphenidate)"
)
_IS_ACTIVE_AFTER: Final = re.compile(
    rf"\s*(?:[(\[,:=]|consist\w+ of|i\.?e\.?)\s*(?:[\w.,/%-]+\s+){{0,3}}{_ACTIVE}",
)
_IS_ACTIVE_BEFORE: Final = re.compile(
    rf"{_ACTIVE}(?:\s+[\d.,]+\s*\w+(?:/\w+)*)?\s*(?:[(\[-]\s*(?:an? |the )?|,?\s*(?:as|serving as|used as|was used as|which served as|was)\s+(?:an?|the)?\s*)?$",
)
"""Placebo and an active drug in apposition: "placebo (midazolam)", "midazolam as placebo"."""
_INERT: Final = re.compile(r"saline|water|dextrose|inactive|nacl")
_ADDED: Final = re.compile(r"(?:\bplus|\band|\+|\bwith)\s+(?:an? )?(?:\w+\W+){0,2}?$")
_VAGUE_DOSES: Final = re.compile(
    r"dose\W(?:ranging|finding|response|escalation|titration)|ascending|prolonged",
)


def role(places: Sequence[Place], around: Around) -> Role:
    """The role of one comparator, from all its places.

    Studied: compared in words about the report's own work, and not lacking ("without a placebo arm"). A placebo that
    is an active drug is that drug. ``none`` is studied where words say so and no comparator is.
    """
    key = places[0].key[1]
    if key == "none":
        return "studied" if any(_own_words(places, around)) and not _any_other(around) else "mentioned"
    if key == "placebo":
        return "studied" if _inert(places, around) else "mentioned"
    if not _stands(places, around):
        return "mentioned"
    if key == "active-placebo" and _only_vague(places, around) and _placebo_added(around):
        return "mentioned"
    if key == "other-dose" and _only_vague_doses(places, around) and _any_other(around):
        return "mentioned"
    return "studied"


def _any_other(around: Around) -> bool:
    """Whether a comparator is studied, other doses aside."""
    return any(
        key[0] == DIMENSION
        and key[1] not in ("none", "other-dose")
        and (_inert(group, around) if key[1] == "placebo" else _stands(group, around))
        for key, group in around.grouped.items()
    ) or (_stands(around.grouped.get((DIMENSION, "other-dose"), ()), around, explicit=True))


def _own_words(places: Sequence[Place], around: Around) -> Iterator[tuple[Place, Passage]]:
    """The places in title and abstract that speak of the report's own work."""
    for place in places:
        passage = passage_of(place, around)
        if passage is not None and own(place, passage):
            yield place, passage


def _stands(places: Sequence[Place], around: Around, *, explicit: bool = False) -> bool:
    return any(
        not (explicit and _VAGUE_DOSES.search(passage.lower, place.start, place.end))
        for place, passage in _standing(places, around)
    )


def _standing(places: Sequence[Place], around: Around) -> Iterator[tuple[Place, Passage]]:
    """The places that name a comparator of the report."""
    for place, passage in _own_words(places, around):
        by_itself = place.key[1] in _BY_THEMSELVES and " of " not in place.rule
        if (by_itself or compared(place, passage)) and not _lacking(place, passage):
            yield place, passage


def _lacking(place: Place, passage: Passage) -> bool:
    start = max(passage.context.sentence_at(place.start).start, place.start - 90)
    found = _LACKING_BEFORE.search(passage.lower, start, place.start)
    if found is None:
        return False
    after = passage.lower[place.end : place.end + 60]
    return found.group()[:4] not in ("lack", "abse") or _LACKING_AFTER.match(after) is not None


def _inert(places: Sequence[Place], around: Around) -> bool:
    """Whether the report has an inactive placebo: not one that is an active drug under that name."""
    standing = list(_standing(places, around))
    if any(place.field == "keywords" for place in places):
        return True
    if not standing:
        return False
    if any(_INERT.search(passage.lower, place.start, place.end) for place, passage in standing):
        return True
    if any(_is_active(place, passage) for place, passage in standing):
        return False
    if _named_active(around):
        return False
    if all(_adjective(place, passage) for place, passage in standing):
        return not _stands(around.grouped.get((DIMENSION, "midazolam"), ()), around)
    return True


def _named_active(around: Around) -> bool:
    """Whether the report calls its placebo an active one: then the bare word means the same."""
    places = around.grouped.get((DIMENSION, "active-placebo"), ())
    return any("placebo" in passage.lower[place.start : place.end] for place, passage in _standing(places, around))


def _is_active(place: Place, passage: Passage) -> bool:
    after = passage.lower[place.end : place.end + 60]
    return bool(
        _IS_ACTIVE_AFTER.match(after) or _IS_ACTIVE_BEFORE.search(passage.lower, max(0, place.start - 60), place.start)
    )


def _adjective(place: Place, passage: Passage) -> bool:
    """``placebo-controlled`` says how a trial was done, not what people were given."""
    words = passage.lower[place.start : place.end]
    return "control" in words or _ADJECTIVE.match(passage.lower, place.end) is not None


def _only_vague(places: Sequence[Place], around: Around) -> bool:
    """Whether no place names an active placebo as such or a drug, but merely an "active comparator"."""
    return all(
        " of " not in place.rule and "placebo" not in passage.lower[place.start : place.end]
        for place, passage in _standing(places, around)
    )


def _placebo_added(around: Around) -> bool:
    """Whether the placebo is given on top of the treatment that both arms have: that is then the comparator."""
    return any(
        _ADDED.search(passage.lower, max(0, place.start - 40), place.start)
        for place, passage in _standing(around.grouped.get((DIMENSION, "placebo"), ()), around)
    )


def _only_vague_doses(places: Sequence[Place], around: Around) -> bool:
    return not _stands(places, around, explicit=True)
