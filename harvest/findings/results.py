"""The findings of a report: for every sentence that tells results, what it says about each outcome it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

from harvest.findings import sieve
from harvest.findings.about import About
from harvest.findings.efficacy import SYMPTOM, Effect, effect, overall_effect
from harvest.findings.harms import harm
from harvest.findings.model import Change, Direction, Finding, Value
from harvest.findings.moved import OF_PEOPLE, Moved
from harvest.findings.sentence import Told, sentences, spans
from harvest.findings.treated import treats
from harvest.numbers.model import Quantity, Statistics
from harvest.tagging.passage import Place
from harvest.tagging.tags import Reading
from harvest.vocabulary import Concept, Vocabulary

SILENT: Final = frozenset({"protocol", "registry-entry"})
"""Designs that have nothing to report yet."""
OPINIONS: Final = frozenset({"narrative-review", "editorial"})
"""Designs that tell of others' results; only what they conclude is read."""
_GOOD: Final[dict[tuple[str, Value], Direction]] = {
    ("lower", "decreased"): "benefit", ("lower", "increased"): "harm",
    ("higher", "increased"): "benefit", ("higher", "decreased"): "harm",
}  # fmt: skip
_PEOPLE_BEFORE: Final = re.compile(
    r"\b(?:with|having|among|suffering from|diagnosed|history of|in|for|whose|model of)\s(?:[\w-]+,?\s){0,3}\Z",
    re.IGNORECASE,
)
_PEOPLE_AFTER: Final = re.compile(
    r"\W?(?:patients|subjects|adults|participants|individuals|sufferers|groups?|women|men|people|populations?|diagnos|trial|model|treatment|therap|management|care)",
    re.IGNORECASE,
)
_CHANGED_IN: Final = re.compile(
    r"\b(?:improve\w*|reduc\w*|decreas\w*|increas\w*|changes?|declin\w*|differences?|worsen\w*|reliefs?|recover\w*|relaps\w*|recurren\w*|resol\w*|remissions?)\s(?:in|of|from)\s(?:[\w-]+,?\s){0,3}\Z|\b(?:effects?|impact)\son\s(?:[\w-]+\s){0,3}\Z",
    re.IGNORECASE,
)
_PEOPLE_REACH: Final = 40


class Results:
    """Reads findings, with all outcomes and conditions at hand."""

    def __init__(self, words: Vocabulary) -> None:
        self._words = words
        self._outcomes = {concept.id: concept for concept in words.of("outcome")}
        self._benefits = frozenset(concept.id for concept in words.of("outcome") if concept.kind == "benefit")
        self._moved = Moved()
        self._symptoms = {
            condition.id: SYMPTOM[one]
            for condition in words.of("condition")
            for one in (condition.id, *(broader.id for broader in words.ancestors(condition)))
            if SYMPTOM.get(one) in self._outcomes
        }

    def findings(self, reading: Reading, numbers: Sequence[Quantity]) -> tuple[Finding, ...]:
        """Findings in the order of the text; none for plans (`SILENT`) and where ketamine is not studied."""
        if reading.tags.design in SILENT or not reading.tags.studied("drug"):
            return ()
        about = About(reading, self._words, numbers, self._symptoms, treats(reading))
        return tuple(
            finding
            for told in sentences(reading)
            if _heard(reading, told)
            for finding in self._of_sentence(about, told)
        )

    def wanted(self, reading: Reading) -> frozenset[str]:
        """The outcomes that tell whether a treatment works: all benefits, and the symptoms of the conditions studied."""
        own = {self._symptoms[one] for one in reading.tags.studied("condition") if one in self._symptoms}
        return self._benefits | own

    def _of_sentence(self, about: About, told: Told) -> Iterator[Finding]:
        found = set()
        for outcome_id, places in told.outcomes.items():
            concept = self._outcomes[outcome_id]
            heads = [place for place in places if not _modifies(told, place)]
            told_of = list(self._change(about, told, concept, heads))
            if not told_of and (stated := _stated(about, told, concept, heads)):
                told_of = [stated]
            if told_of:
                found.add(outcome_id)
                yield from told_of
        if about.treated:
            yield from self._of_conditions(about, told, found)
            if not found and told.section == "conclusion":
                yield from self._overall(about, told)

    def _change(self, about: About, told: Told, concept: Concept, places: Iterable[Place]) -> Iterator[Finding]:
        """An outcome whose value moved, or did not differ; a second finding where a further clause says otherwise."""
        read = [(place, moved) for place in places if (moved := self._moved.read(told, place, concept))]
        if not read:
            return
        place, first = min(read, key=_apart)
        values = {moved.value for _, moved in read}
        directions = {orient(self._moved.polarity(told, at, concept), moved.value) for at, moved in read}
        yield self._finding(
            about, told, concept, place, first, first.value if len(values) == 1 else "mixed", directions
        )
        if len(read) == 1 and (more := self._moved.again(told, place, concept, first)):
            value = more[1].value
            direction = orient(self._moved.polarity(told, place, concept), value)
            yield self._finding(about, told, concept, *more, value, {direction})

    def _finding(
        self, about: About, told: Told, concept: Concept, place: Place, moved: Change, change: Value | Literal["mixed"],
        directions: Iterable[Direction],
    ) -> Finding:  # fmt: skip
        between = moved.alone is None and sieve.compares_groups(told.text, spans(told.compared), told.span)
        return about.finding(
            told, place, outcome_id=concept.id, direction=_direction(about, concept, directions), change=change,
            cue=(moved.start, moved.end), rule=moved.rule, basis="between-groups" if between else "within-group",
        )  # fmt: skip

    def _overall(self, about: About, told: Told) -> Iterator[Finding]:
        """Ketamine is concluded to work, without saying for what, where the report studies one condition."""
        symptom = self._symptoms.get(about.condition or "")
        said = overall_effect(told.text, spans(told.drugs), told.span) if symptom else None
        if symptom and said:
            drug = told.drugs[0]
            if finding := _judged(about, told, self._outcomes[symptom], drug, said):
                yield finding

    def _of_conditions(self, about: About, told: Told, found: set[str]) -> Iterator[Finding]:
        """A condition that was reduced, or that ketamine works for; its symptom stands for it, named by nothing else."""
        for condition in told.conditions:
            symptom = self._symptoms.get(condition.key[1])
            if symptom is None or symptom in found:
                continue
            concept = self._outcomes[symptom]
            told_of: list[Finding] = []
            if concept.polarity == "lower" and not _names_people(told, condition):
                told_of = list(self._change(about, told, concept, [condition]))
            if not told_of and not (found and _names_people(told, condition)):
                works = _works(about, told, concept, condition)
                told_of = [works] if works else []
            if told_of:
                found.add(symptom)
                yield from told_of


def _apart(read: tuple[Place, Change]) -> int:
    """Code points between an outcome and the words that decide on it."""
    place, moved = read
    return max(moved.start - place.end, place.start - moved.end)


def orient(polarity: str, value: Value) -> Direction:
    """What a moved value means: ``polarity`` says whether lower or higher values are better."""
    return "no-difference" if value == "no-difference" else _GOOD.get((polarity, value), "not-applicable")


def _heard(reading: Reading, told: Told) -> bool:
    """Titles count when they state something, opinions for what they conclude, limitations never."""
    if told.section == "title":
        return sieve.asserts(told.text)
    if sieve.is_limitation(told.text, told.span):
        return False
    return reading.tags.design not in OPINIONS or (told.section == "conclusion" and bool(told.drugs))


def _modifies(told: Told, place: Place) -> bool:
    """Whether the place only qualifies the outcome behind it: the HAM-D of "HAM-D response"."""
    return any(
        place.end <= other.start <= place.end + 2 and not told.text[place.end : other.start].strip(" -‐‑–")
        for others in told.outcomes.values()
        for other in others
    )


def _names_people(told: Told, place: Place) -> bool:
    """Whether a condition says who was treated ("in patients with depression"), not what was treated."""
    before = told.text[max(told.start, place.start - _PEOPLE_REACH) : place.start].rstrip("( ") + " "
    if _CHANGED_IN.search(before):
        return False
    return bool(_PEOPLE_BEFORE.search(before) or _PEOPLE_AFTER.match(told.text, place.end))


def _direction(about: About, concept: Concept, directions: Iterable[Direction]) -> Direction:
    found = set(directions)
    direction: Direction = found.pop() if len(found) == 1 else "mixed"
    # In people who were treated for nothing, a better mood is an effect, not a benefit; in animals neither is a worse one.
    gain = direction in ("benefit", "mixed") and not about.treated
    loss = direction == "harm" and not about.in_people
    return "not-applicable" if (gain or loss) and concept.kind != "harm" else direction


def _works(about: About, told: Told, concept: Concept, condition: Place) -> Finding | None:
    """Ketamine is said to work, or not, for a condition."""
    said = effect(told.text, spans(told.drugs), (condition.start, condition.end), told.span)
    return _judged(about, told, concept, condition, said) if said else None


def _judged(about: About, told: Told, concept: Concept, place: Place, said: Effect) -> Finding | None:
    cue = (said.start, said.end)
    if not sieve.tells_result(told.text, cue, cue, spans(told.drugs), told.span):
        return None
    return about.finding(
        told, place, outcome_id=concept.id, direction="benefit" if said.verdict == "effective" else "no-difference",
        change=said.verdict, cue=cue, rule="efficacy", basis="stated",
    )  # fmt: skip


def _stated(about: About, told: Told, concept: Concept, places: Iterable[Place]) -> Finding | None:
    """An unwanted effect that occurred or did not; or the rate of a wanted one, told without comparison."""
    if told.section == "title" or (concept.kind == "harm" and concept.polarity == "higher"):
        return None  # "well tolerated" is no unwanted effect
    for place in places:
        said = harm(told.text, place.start, place.end, told.span)
        if said is None or (concept.kind != "harm" and not (concept.id in OF_PEOPLE and said.rate is not None)):
            continue
        cue = (said.start, said.end)
        if not sieve.tells_result(told.text, cue, (place.start, place.end), spans(told.drugs), told.span):
            continue
        direction: Direction = "harm" if said.value == "occurred" else "none-observed"
        unwanted = concept.kind == "harm" and not about.is_treated(concept.id)
        return about.finding(
            told, place, outcome_id=concept.id, direction=direction if unwanted else "not-applicable",
            change=said.value, cue=cue, rule="occurrence", basis="stated",
            statistics=Statistics(rate=said.rate, n=said.people),
        )  # fmt: skip
    return None
