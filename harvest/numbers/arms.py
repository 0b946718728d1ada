"""Groups that are named one after the other: their sizes, their sum, and what each of them got."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Final, NamedTuple

from harvest.numbers.model import Kind, Quantity
from harvest.numbers.people import Count
from harvest.tagging.passage import Passage
from harvest.tagging.tags import Reading


class Candidate(NamedTuple):
    """A count and how much speaks for its being the total."""

    counted: Count
    score: float
    arm: bool
    """It counts the people of one arm."""
    why: frozenset[str]
    """Names of what gave or took points."""

    def plus(self, points: float, name: str, *, arm: bool) -> Candidate:
        return Candidate(self.counted, self.score + points, arm, self.why | {name})

    def quantity(self, reading: Reading, kind: Kind, concept_id: str = "") -> Quantity:
        """The count as it is published."""
        at = self.counted
        text = _passage(reading, at).text
        rule = " ".join(sorted(name for name in self.why if name))
        return Quantity(
            kind, at.field, at.start, at.end, float(at.people), None, None, "people", text[at.start : at.end], concept_id, rule
        )  # fmt: skip


class Series(NamedTuple):
    """Groups named one after the other, by their places among the candidates."""

    places: tuple[int, ...]
    whole: bool
    """A count of the text is their sum, so that no sum has to be made."""
    score: float
    """How much speaks for their sum being the total."""


_SUM: Final = 2.5
"""Points of a count that a series adds up to."""
_ADDEND: Final = -2.0
_LONGEST_GAP: Final = 220
_MOST_WHOLES: Final = 20
_NEVER: Final = -9.0
_NOT_GROUPS: Final = frozenset(("part-after", "event-after", "event-before", "screened", "out-of", "each", "staff"))
_NOT_ARMS: Final = _NOT_GROUPS | {"sex"}
_EXPOSED: Final = frozenset("users abusers consumers addicts drinkers smokers".split())
"""People grouped by what they take of themselves: groups, but no arms."""
_BRACKETS: Final = re.compile(r"\s?[(\[][^()\[\]]*(?:[)\]]|\Z)")
_NEXT_GROUP: Final = re.compile(
    r"(?:,|;|\b(?:and|or|plus|versus|vs\.?|with|to|than|against|as well as))(?: (?:a|an|the|another|further|also|that|those|of|"
    r"of another|compared to|compared with|\w+ group of|group [A-Z0-9],?))*\s+\Z",
    re.IGNORECASE,
)
_NO_GROUPS: Final = re.compile(
    r"\bof (?:whom|which|these|them|the)\b|\bincluding\b|%|\b(?:died|reported|withdrew|discontinued|excluded|screened|experienced|"
    r"responded|achieved|approached|ineligible|follow-up)\b|\b(?:day|week|month)s? \d",
    re.IGNORECASE,
)
_DONE: Final = re.compile(
    r"(?<!who )(?<!that )(?<!which )\b(?:were|was|received|underwent|completed|participated|entered|had|took|agreed)\b(?: \w+)?",
    re.IGNORECASE,
)
_COMPARED: Final = re.compile(r"\bcompared (?:to|with)\b", re.IGNORECASE)
_OF_ALL: Final = re.compile(
    r"(?:\b(?:[Oo]f|[Ff]rom|[Aa]mong|[Oo]ut of) (?:the|these|all)|\b(?:Of|From|Among))(?: first| total)?\s+\Z"
)
_EACH: Final = re.compile(r"\s*(?:in |per |for )?each", re.IGNORECASE)
_COMPARISON: Final = re.compile(r"healthy|controls?\b|matched|comparison|non-?users?|na[iï]ve", re.IGNORECASE)
_GIVEN: Final = frozenset(("drug", "comparator"))
_REACH: Final = 70


def series(found: Sequence[Candidate], reading: Reading) -> list[Series]:
    """The series among the candidates, by place; none shorter than two."""
    return [Series(places, False, _series_score([found[p] for p in places])) for places in _chains(found, reading)]


def with_sums(found: list[Candidate], chains: list[Series]) -> list[Series]:
    """Marks the series that a count of the text is the sum of. In ``found``, that count gets points, its parts lose some.

    The sum stands outside the series or opens it: "100 people: 51 users, 49 others" and "51 users, 49 others and 100
    controls" differ.
    """
    marked = []
    by_size: dict[int, list[int]] = {}
    for place, candidate in enumerate(found):
        by_size.setdefault(candidate.counted.people, []).append(place)
    for chain in chains:
        whole, parts = _whole(found, chain.places, by_size)
        if whole is not None:
            points = 0.0 if found[whole].why & _NOT_GROUPS else _SUM
            found[whole] = found[whole].plus(points, "sum", arm=found[whole].arm)
            for place in parts:
                found[place] = found[place].plus(_ADDEND, "addend", arm=True)
            chain = Series(parts, True, chain.score)
        marked.append(chain)
    return marked


def arm_sizes(found: Sequence[Candidate], chains: Sequence[Series], reading: Reading) -> tuple[Quantity, ...]:
    """The sizes of the arms, with the drug or comparator that stands beside each; of groups that got nothing, none."""
    sizes: list[Quantity] = []
    for chain in chains:
        group = [found[place] for place in chain.places]
        if any(c.why & _NOT_ARMS or c.counted.noun in _EXPOSED for c in group):
            continue
        limits = [candidate.counted.start for candidate in group[1:]] + [group[-1].counted.end + _REACH]
        given = [_given(candidate.counted, limit, reading) for candidate, limit in zip(group, limits, strict=True)]
        if any(given) or (all("arm" in c.why for c in group) and any(c.counted.form != "part" for c in group)):
            sizes += [c.quantity(reading, "arm-size", g) for c, g in zip(group, given, strict=True)]
    return tuple(dict.fromkeys(sizes))


def _chains(found: Sequence[Candidate], reading: Reading) -> Iterator[tuple[int, ...]]:
    chain: list[int] = []
    for place, candidate in enumerate(found):
        if chain and _linked(found[chain[-1]], candidate, reading):
            chain.append(place)
            continue
        if len(chain) > 1:
            yield tuple(chain)
        chain = [place]
    if len(chain) > 1:
        yield tuple(chain)


def _linked(one: Candidate, other: Candidate, reading: Reading) -> bool:
    """Whether two counts are of groups named one after the other."""
    first, second = one.counted, other.counted
    if first.field != second.field or second.form == "total" or _EACH.match(second.beside):
        return False
    between = _passage(reading, first).text[first.end : second.start]
    if len(between) > _LONGEST_GAP or first.bracketed != second.bracketed:
        return False
    arms = one.arm and other.arm
    if first.bracketed:
        same = first.form == second.form or "part" in (first.form, second.form)
        return same and (arms or first.sentence == second.sentence) and not _NO_GROUPS.search(between)
    between = _BRACKETS.sub("", between)
    if first.sentence != second.sentence or _OF_ALL.search(first.before):
        return False
    if not _NEXT_GROUP.search(between) or _NO_GROUPS.search(between):
        return False
    done = _DONE.search(between)
    if done and not arms and not _COMPARED.search(between):
        return second.form != "part" and done.group().lower() in second.after.lower()
    return second.form != "bare" or arms


def _series_score(group: Sequence[Candidate]) -> float:
    sexes = sum("sex" in candidate.why for candidate in group)
    if any(c.why & _NOT_GROUPS for c in group) or 0 < sexes < len(group):
        return _NEVER
    best = max(candidate.score + (2.0 if candidate.arm else 0.0) for candidate in group)
    if all(candidate.counted.form == "part" for candidate in group):
        return best - 1.5
    compared = {bool(_COMPARISON.search(c.counted.own + c.counted.noun)) for c in group}
    return best + (1.0 if len(compared) > 1 else 0.3) + (2.0 if sexes else 0.0)


def _whole(
    found: Sequence[Candidate], places: tuple[int, ...], by_size: Mapping[int, Sequence[int]]
) -> tuple[int | None, tuple[int, ...]]:
    """The place of the count that the series adds up to, if any, and the places of its parts."""
    sizes = [found[place].counted.people for place in places]
    if len(sizes) > 2 and sizes[0] == sum(sizes[1:]):
        return places[0], places[1:]
    wholes = [place for place in by_size.get(sum(sizes), ())[:_MOST_WHOLES] if place not in places]
    return min(wholes, key=lambda place: abs(place - places[0]), default=None), places


def _given(count: Count, limit: int, reading: Reading) -> str:
    """The drug or comparator an arm got: named last before the bracket, else first behind the number; or nothing."""
    near = (max(count.start - _REACH, count.sentence), count.start)
    if not count.bracketed:
        near = (count.end, min(limit, count.end + _REACH))
    places = _passage(reading, count).places
    first, last = (bisect_left(places, at, key=attrgetter("start")) for at in near)
    names = [place.key[1] for place in places[first:last] if place.key[0] in _GIVEN]
    return names[-1 if count.bracketed else 0] if names else ""


def _passage(reading: Reading, count: Count) -> Passage:
    return reading.title if count.field == "title" else reading.abstract
