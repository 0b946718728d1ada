"""What statements are recognised by: the cues and rules of ``data/statements.yml``, with the vocabularies' concepts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, reduce
from operator import or_
from pathlib import Path
from typing import Any, Final, get_args

import yaml

from harvest import locations, vocabulary
from harvest.checker.rules import Rule, compiled
from harvest.claims.model import Kind
from harvest.errors import VocabularyError
from harvest.tagging.matcher import Matcher
from harvest.vocabulary import Concept, Vocabulary

DIMENSIONS: Final = ("condition", "outcome", "mechanism", "route", "setting", "adjunct", "regimen", "drug", "use")
"""Dimensions of the vocabularies whose concepts are features."""
AMOUNTS: Final = ("percent", "year", "decade", "span-hours", "span-days", "span-weeks", "span-months", "span-years")
"""Features that numbers give: `harvest.checker.amounts`."""
NOT_ASKED: Final = "not-asked"
"""Cues below it name what clinics speak of and no question is about; their labels say so to readers."""
_ASKED_ABOUT: Final = ("condition", "outcome", "mechanism")
_SAYS: Final = "says-"
"""A cue ``says-institution--yale`` says ``yale`` of the attribute ``institution`` of a fact."""
NEEDED: Final = frozenset({
    "drug-named", "other-treatment", "under-treatment", "condition-named", "chain", "resistant", "kept-in-contrast",
    "whole-sentence", "asked", "certain", "treated", "predicate", "rate-word", "benefit", "helps", "improves", "remits",
    "illness", "doubt", "supposes", "addiction", "addictive", NOT_ASKED,
})  # fmt: skip
"""Cues and groups that the code itself looks for."""
_REMEMBERED: Final = 5000
_PARTS: Final = {"cues", "words", "groups", "silent", "never", "heard"}
_HEARD: Final = {"says", "denies", "outranks", "examples"}
_EXAMPLES: Final = {"says", "denies", "silent"}


Candidate = tuple[str, bool, Rule]
"""Id of the question, whether the rule denies it, the rule."""


def _may(needs: tuple[int, ...], bits: int) -> bool:
    for need in needs:  # noqa: SIM110 - a loop is twice as fast here, and this runs for every rule and sentence
        if not need & bits:
            return False
    return True


@dataclass(frozen=True)
class Hearing:
    """By which rules a question is heard to be affirmed and denied, and invented sentences that do, or do neither."""

    says: tuple[Rule, ...]
    denies: tuple[Rule, ...]
    outranks: frozenset[str]
    """Questions, and kinds of question, that a sentence does not ask when it asks this one."""
    examples: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Lexicon:
    """Everything that finding needs, ready for use.

    features
        Of each concept of the matcher, by its index: the bits of all features a match of it has.
    bits
        Feature -> its bit; groups -> the bits of their members.
    """

    matcher: Matcher
    concepts: tuple[Concept, ...]
    features: tuple[int, ...]
    bits: Mapping[str, int]
    silent: tuple[Rule, ...]
    heard: Mapping[str, Hearing]
    vocabulary: Vocabulary

    def with_broader(self, dimension: str, name: str) -> int:
        """The bits of a concept and of those broader than it."""
        found = self.bits[f"{dimension}:{name}"]
        for broader in self.vocabulary.ancestors(self.vocabulary.get(dimension, name)):
            found |= self.bits[key_of(broader)]
        return found

    def akin(self, conditions: Iterable[str], others: Iterable[str]) -> bool:
        """Whether one of the conditions is, or lies below or above, one of the others."""
        theirs = {(name, self.bits[f"condition:{name}"], self.with_broader("condition", name)) for name in others}
        return any(
            self.with_broader("condition", one) & other or wider & self.bits[f"condition:{one}"]
            for one in conditions
            for _, other, wider in theirs
        )

    @cached_property
    def unasked(self) -> Mapping[int, Concept]:
        """By its bit what no rule listens for: conditions, outcomes, mechanisms, and cues below ``not-asked``."""
        listened = 0
        for one in self.heard.values():
            for need in (need for rule in (*one.says, *one.denies) for need in rule.needs):
                listened |= need
        for bits in self.features:  # what is broader than something that is heard counts as heard
            listened |= bits if bits & listened else 0
        return {
            self.bits[key_of(concept) if concept.dimension == "cue" else f"={key_of(concept)}"]: concept
            for concept, bits in zip(self.concepts, self.features, strict=True)
            if (concept.dimension in _ASKED_ABOUT and not bits & listened) or concept.broader == NOT_ASKED
        }

    @cached_property
    def any_unasked(self) -> int:
        """The bits of `unasked` together."""
        return reduce(or_, self.unasked, 0)

    def treated(self, bits: int) -> tuple[str, ...]:
        """Ids of the conditions among these features that can be treated, each alone."""
        if not bits & self.bits["treated"]:
            return ()
        return tuple(value for bit, value in self._conditions if bit & bits)

    @cached_property
    def _conditions(self) -> tuple[tuple[int, str], ...]:
        return tuple((bit, value) for bit, attribute, value in self.stated if attribute == "condition")

    @cached_property
    def topics(self) -> int:
        """The bits of what a question can be about: conditions, harms, addiction."""
        harms = (self.bits[key_of(one)] for one in self.vocabulary.of("outcome") if one.kind == "harm")
        return reduce(or_, harms, self.bits["condition-named"] | self.bits["habit"])

    @cached_property
    def any_stated(self) -> int:
        """The bits of `stated` together."""
        return reduce(or_, (bit for bit, _, _ in self.stated), 0)

    @cached_property
    def _rules(self) -> tuple[Candidate, ...]:
        return tuple(
            (name, denies, rule)
            for name, one in self.heard.items()
            for denies, rules in ((False, one.says), (True, one.denies))
            for rule in rules
        )

    def candidates(self, bits: int) -> list[Candidate]:
        """The rules that a sentence with these features may meet, in the order of the file."""
        if (found := self._candidates.get(bits)) is None:
            found = [one for one in self._rules if _may(one[2].needs, bits)]
            if len(self._candidates) < _REMEMBERED:
                self._candidates[bits] = found
        return found

    @cached_property
    def _candidates(self) -> dict[int, list[Candidate]]:
        """What has been found out before: the same features stand in many sentences."""
        return {}

    @cached_property
    def stated(self) -> tuple[tuple[int, str, str], ...]:
        """(bit, attribute, value) of every feature that says something of a fact: cues ``says-...``, conditions."""
        found: list[tuple[int, str, str]] = []
        for name, bit in self.bits.items():
            attribute, _, value = name.removeprefix(_SAYS).partition("--")
            if name.startswith(_SAYS) and value:
                found.append((bit, attribute, value))
            elif name.startswith("=condition:"):
                found.append((bit, "condition", name.removeprefix("=condition:")))
        return tuple(found)


def default_path() -> Path:
    """The file that ships with the code."""
    return locations.definitions() / "statements.yml"


@cache
def words() -> Vocabulary:
    """The vocabulary that ships with the code, read once per process."""
    return vocabulary.load()


@cache
def load(questions: frozenset[str], path: Path | None = None) -> Lexicon:
    """The lexicon for these questions; read once in a process.

    Raises `VocabularyError` naming file, place and what is wrong: an unknown feature or question, a question that no
    rule hears and that is not listed under ``never``.
    """
    path = path or default_path()
    held = _read(path)
    known = words()
    concepts = tuple(_concepts(path, held, known))
    bits = _bits(path, held, concepts, known)
    cues = {one.id: one for one in concepts if one.dimension == "cue"}
    features = tuple(_features(concept, bits, known, cues) for concept in concepts)
    _check_questions(path, held, questions)
    named = questions | frozenset(get_args(Kind))
    heard = {name: _hearing(path, name, entry, bits, named) for name, entry in held["heard"].items()}
    silent = compiled(held.get("silent") or (), lambda name: bits.get(name, 0), f"{path}, silent")
    return Lexicon(Matcher(concepts), concepts, features, bits, silent, heard, known)


def _read(path: Path) -> dict[str, Any]:
    try:
        held = yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.YAMLError as problem:
        raise VocabularyError(f"{path}: not valid YAML: {problem}") from problem
    if not isinstance(held, dict) or not isinstance(held.get("heard"), dict):
        raise VocabularyError(f"{path}: must have a section heard: with the rules of each question")
    if unknown := set(held) - _PARTS:
        raise VocabularyError(f"{path}: unknown section {', '.join(sorted(unknown))}")
    return held


def _concepts(path: Path, held: Mapping[str, Any], known: Vocabulary) -> Iterator[Concept]:
    """The concepts of the vocabularies, the words that the file adds to some of them, and the cues."""
    yield from (concept for dimension in DIMENSIONS for concept in known.of(dimension))
    for entry in held.get("words") or ():
        means = str(entry.get("means", "")) if isinstance(entry, dict) else ""
        dimension, _, name = means.partition(":")
        try:
            meant = known.get(dimension, name)
        except KeyError:
            raise VocabularyError(f"{path}, words: {means!r} is no concept; write dimension:id") from None
        added = vocabulary.concept_of(path, dimension, {"id": name, "label": meant.label, **_without(entry, "means")})
        yield replace(added, broader=meant.broader, kind=meant.kind)
    yield from (vocabulary.concept_of(path, "cue", entry) for entry in held.get("cues") or ())


def _without(entry: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != name}


def _bits(path: Path, held: Mapping[str, Any], concepts: Iterable[Concept], known: Vocabulary) -> dict[str, int]:
    names: dict[str, None] = dict.fromkeys(AMOUNTS)
    for concept in concepts:
        name = key_of(concept)
        if concept.dimension == "cue" and name in names:
            raise VocabularyError(f"{path}: cue {name} is defined twice")
        names[name] = None
        if concept.dimension != "cue":
            names[f"={name}"] = None
    bits = {name: 1 << at for at, name in enumerate(names)}
    bits["habit"] = bits.get("addiction", 0) | bits.get("addictive", 0)
    for group, members in (held.get("groups") or {}).items():
        if group in bits:
            raise VocabularyError(f"{path}, groups: {group!r} is a cue or another group already")
        bits[group] = _joined(path, group, members, bits)
    if missing := sorted(NEEDED - set(bits)):
        raise VocabularyError(f"{path}: cue or group {', '.join(missing)} is missing; the checker looks for it")
    return bits


def _joined(path: Path, group: str, members: Collection[str], bits: Mapping[str, int]) -> int:
    found = 0
    for member in members:
        if member not in bits:
            raise VocabularyError(f"{path}, groups, {group}: unknown feature {member!r}")
        found |= bits[member]
    return found


def key_of(concept: Concept) -> str:
    """The feature that a concept is: the id of a cue, ``dimension:id`` of all else."""
    return concept.id if concept.dimension == "cue" else f"{concept.dimension}:{concept.id}"


def _features(concept: Concept, bits: Mapping[str, int], known: Vocabulary, cues: Mapping[str, Concept]) -> int:
    found = bits[key_of(concept)] | bits.get(f"={key_of(concept)}", 0)
    if concept.dimension != "cue":
        for broader in known.ancestors(concept):
            found |= bits[key_of(broader)]
        return found
    seen = {concept.id}
    while concept.broader:
        if concept.broader not in cues or concept.broader in seen:
            raise VocabularyError(f"cue {concept.id}: broader {concept.broader!r} is no other cue")
        concept = cues[concept.broader]
        seen.add(concept.id)
        found |= bits[concept.id]
    return found


def _check_questions(path: Path, held: Mapping[str, Any], questions: Collection[str]) -> None:
    never = set(held.get("never") or ())
    heard = set(held["heard"])
    if unknown := sorted((heard | never) - set(questions)):
        raise VocabularyError(f"{path}: unknown question {', '.join(unknown)}; questions.yml has none of that id")
    if missing := sorted(set(questions) - heard - never):
        raise VocabularyError(f"{path}: no rule hears {', '.join(missing)}; write one, or list it under never")


def _hearing(path: Path, name: str, entry: Any, bits: Mapping[str, int], known: Collection[str]) -> Hearing:
    where = f"{path}, heard, {name}"
    if not isinstance(entry, dict) or set(entry) - _HEARD or not (entry.get("says") or entry.get("denies")):
        raise VocabularyError(f"{where}: needs rules under says or denies, and examples; nothing else")
    examples = entry.get("examples") or {}
    if not isinstance(examples, dict) or set(examples) - _EXAMPLES:
        raise VocabularyError(f"{where}: examples are sentences under says, denies and silent")

    def rules(part: str) -> tuple[Rule, ...]:
        return compiled(entry.get(part) or (), lambda feature: bits.get(feature, 0), f"{where}, {part}")

    outranks = frozenset(entry.get("outranks") or ())
    if unknown := sorted(outranks.difference(known)):
        raise VocabularyError(f"{where}, outranks: unknown question or kind {', '.join(unknown)}")
    return Hearing(
        rules("says"), rules("denies"), outranks, {part: tuple(some or ()) for part, some in examples.items()}
    )
