"""Which reports get a digest: the written rule of ``data/starter/choice.yml``, applied to gathered records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from harvest import vocabulary
from harvest.errors import BadInput
from harvest.extraction import Extracted, extract_reports
from harvest.sources.starter import kind_of
from harvest.starter.digests import Original, name_of, originals
from harvest.tagging import Fields

FILE: Final = "choice.yml"
_FILTERS: Final = {key: dimension for key, dimension in vocabulary.DIMENSIONS.items() if key != "designs"}
"""Key of a stratum -> dimension of the vocabulary; the designs also say what comes first."""


@dataclass(frozen=True)
class Stratum:
    """A kind of report that is wanted. All filters that are given must hold; of a list, one member is enough.

    designs
        Ids of designs, the most wanted first: the order in which reports are taken.
    most
        How many reports this stratum adds to those already chosen.
    """

    id: str
    why: str
    most: int
    designs: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    species: str = ""
    reports: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Candidate(NamedTuple):
    original: Original
    extracted: Extracted

    @property
    def design(self) -> str:
        return self.extracted.tags.design or ""


class Choice(NamedTuple):
    """A chosen report and the stratum that chose it."""

    stratum: str
    candidate: Candidate


@dataclass(frozen=True)
class Rule:
    """The file as a whole: what holds for every report, and the strata in the order in which they choose."""

    shortest: int
    longest: int
    """Characters of an abstract that can be told again."""
    never: tuple[str, ...]
    """Designs that get no digest."""
    designs: tuple[str, ...]
    """For strata that name none."""
    strata: tuple[Stratum, ...]


def choose(records: Path, rule: Rule) -> Iterator[Choice]:
    """The chosen reports in the order of the rule's strata; each is chosen once, by the first stratum that wants it."""
    left = [candidate for candidate in _candidates(records) if _usable(candidate, rule)]
    for stratum in rule.strata:
        designs = stratum.designs or (() if stratum.reports else rule.designs)
        fitting = [candidate for candidate in left if _fits(candidate, stratum, designs)]
        fitting.sort(key=lambda candidate: _position(candidate, designs))
        for candidate in fitting[: stratum.most]:
            left.remove(candidate)
            yield Choice(stratum.id, candidate)


def read_rule(path: Path) -> Rule:
    """Raises `BadInput` when the file is no rule."""
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
        shortest, longest = given["abstract_characters"]
        strata = tuple(map(_stratum, given["strata"]))
        return Rule(int(shortest), int(longest), tuple(given["never"]), tuple(given["designs"]), strata)
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as problem:
        raise BadInput(f"cannot read the rule of choice {path}: {problem!r}") from problem


def _stratum(given: Mapping[str, Any]) -> Stratum:
    known = {"id", "why", "most", "designs", "directions", "ages", "species", "reports"}
    if unknown := set(given) - known - set(_FILTERS):
        raise BadInput(f"{FILE}: stratum {given.get('id')} has unknown keys {', '.join(sorted(unknown))}")
    lists = {key: tuple(map(str, given.get(key, ()))) for key in ("designs", "directions", "ages", "reports")}
    words = {dimension: tuple(given[key]) for key, dimension in _FILTERS.items() if key in given}
    return Stratum(
        given["id"], given["why"], int(given["most"]), **lists, species=given.get("species", ""), words=words
    )


def _candidates(records: Path) -> Iterator[Candidate]:
    found = list(originals(records).values())
    fields = (Fields(name_of(original.facts), original.facts["title"], original.abstract) for original in found)
    yield from map(Candidate, found, extract_reports(fields, vocabulary.load()))


def _usable(candidate: Candidate, rule: Rule) -> bool:
    original = candidate.original
    return (
        rule.shortest <= len(original.abstract) <= rule.longest
        and not original.facts.get("retracted")
        and kind_of(original.facts["title"], original.facts.get("doi", "")) != "notice"
        and candidate.design not in rule.never
        and "drug" in {tag.dimension for tag in candidate.extracted.tags.tags}
    )


def _fits(candidate: Candidate, stratum: Stratum, designs: tuple[str, ...]) -> bool:
    tags = candidate.extracted.tags
    facts = candidate.original.facts
    return (
        (not stratum.reports or facts.get("pmid") in stratum.reports or facts.get("doi") in stratum.reports)
        and (not designs or candidate.design in designs)
        and (not stratum.directions or candidate.extracted.direction in stratum.directions)
        and (not stratum.ages or bool(set(stratum.ages) & set(tags.population.age)))
        and (not stratum.species or tags.population.species == stratum.species)
        and all(set(ids) & set(tags.studied(dimension)) for dimension, ids in stratum.words.items())
    )


def _position(candidate: Candidate, designs: tuple[str, ...]) -> tuple[int, int, int]:
    """Rung of the design, then the larger sample, then the newer report."""
    rung = designs.index(candidate.design) if candidate.design in designs else len(designs)
    facts = candidate.original.facts
    return rung, -(candidate.extracted.sample_size or 0), -int(facts.get("pmid", 0))
