"""The one design of a report, decided by the words and publication types that name designs, weighed by where they stand.

Each step is a rule a reader can check, and leaves the words that decided it (`Decision.places`) as evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from harvest.tagging import narrative
from harvest.tagging.design_words import (
    DIMENSION,
    EXPERIMENT,
    OWN,
    PATIENT,
    PATIENTS,
    PLANNED,
    PREDICTION,
    Word,
    as_place,
    cues,
    told_again,
    words,
)
from harvest.tagging.passage import Around, Place

__all__ = ["DIMENSION", "PUBLICATION_TYPES", "Decision", "decide"]

PUBLICATION_TYPES: Final = {
    "randomized controlled trial": "D016449", "controlled clinical trial": "D018848", "clinical trial": "D016430",
    "clinical trial, phase i": "D017426", "clinical trial, phase ii": "D017427", "clinical trial, phase iii": "D017428",
    "clinical trial, phase iv": "D017429", "pragmatic clinical trial": "D065007", "observational study": "D064888",
    "meta-analysis": "D017418", "review": "D016454", "systematic review": "D000078182", "case reports": "D002363",
    "letter": "D016422", "editorial": "D016421", "comment": "D016420", "practice guideline": "D017065",
    "equivalence trial": "D000073843", "adaptive clinical trial": "D000076362",
    "clinical trial protocol": "D000078325", "multicenter study": "D016448",
}  # fmt: skip
"""MeSH publication type, lower case -> UI: for sources that give the name alone."""

RCT: Final = "randomised-controlled-trial"
TRIAL: Final = "non-randomised-trial"
SECONDARY: Final = "secondary-analysis"
REVIEW: Final = "narrative-review"
_SUBJECTS: Final = {"animal": "animal-study", "in-vitro": "in-vitro"}
_BY_SUBJECT: Final = frozenset(_SUBJECTS.values())
_READ: Final = frozenset({"title", "abstract"})
POPULATION: Final = "population"
_STRONG_FIELDS: Final = frozenset({"title", "publication_types"})
_BY_CHANCE: Final = ("random", "rct")
_OPEN: Final = ("open", "single", "non")
_BLIND: Final = ("blind", "mask", "dummy", "placebo", "controlled")
_HEARD: Final = 0.5
STRONG: Final = 3.0
_FUTURE_ENOUGH: Final = 2
_ENROLS: Final = ("protocol", "randomi", "recruit", "enrol", "this study", "this trial", "we plan")
_TELLING: Final = frozenset({"meta-analysis", "systematic-review", SECONDARY})
"""Designs whose words in an abstract are as good as in the title once there are two, or one in aims or methods."""
_PATIENT_ENOUGH: Final = 3
_ITSELF: Final = ("this ", "in this", "the present", "we review", "narrative", "review:", "review article")
"""How words open that speak of the report itself as a review."""
_GIVES_WAY: Final = frozenset({REVIEW, RCT, TRIAL, "cohort", "case-control", "cross-sectional", "qualitative"})
"""Designs that a review may merely mention: weak claims of these alone do not stop it from being one."""


@dataclass(frozen=True)
class Decision:
    """The design, or None; ``places`` are the words that decided beyond those of the vocabulary."""

    design: str | None = None
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Claim:
    """What speaks for one design."""

    weight: float
    strong: bool
    places: tuple[Place, ...] = ()


Claims = dict[str, Claim]


def decide(around: Around, order: Sequence[str], species: str | None) -> Decision:
    """The design of a report.

    The designs stand in ``designs.yml`` in order of precedence. Strong claims are heard first (title, publication
    type, or several words in a sentence of aims or methods), then the others. Words for animals or cells count only
    where these are the subject of the report, and then as if they stood in the title: a randomised trial in rats is
    an animal study, a review of them still a review.
    """
    subject = _SUBJECTS.get(species or "")
    given = {one: words(one, around) for one in order if (DIMENSION, one) in around.grouped}
    claims = {one: _claim(one, found) for one, found in given.items()}
    for other in _SUBJECTS.values():
        if other != subject:
            claims.pop(other, None)
        else:
            claims[other] = _subject(other, species or "", around)
    _hear_syntheses(claims, around)
    _hear_plans(claims, given, around)
    _hear_trials(claims, given, around)
    _hear_cases(claims, given, around)
    _hear_reviews(claims, given, around)
    for strong in (True, False):
        for one in order:
            if (claim := claims.get(one)) and claim.weight >= _HEARD and claim.strong >= strong:
                return Decision(one, claim.places)
    return Decision()


def _subject(design: str, species: str, around: Around) -> Claim:
    """Animals or cells as the subject: as good as a title, with the words of the population as evidence."""
    named = [*around.grouped.get((POPULATION, species), ())]
    if species == "in-vitro":
        named += around.grouped.get((POPULATION, "laboratory"), ())
    places = [place._replace(key=(DIMENSION, design)) for place in named if place.field in _READ]
    return Claim(STRONG, True, tuple(places))


def _claim(design: str, found: Sequence[Word]) -> Claim:
    weight = sum(word.weight for word in found)
    own = max((word.weight for word in found), default=0.0)
    strong = any(word.weight and word.place.field in _STRONG_FIELDS for word in found)
    if design in _TELLING:
        strong = strong or weight >= OWN
    return Claim(weight, strong or (own >= OWN and weight >= STRONG and design != "guideline"))


def _hear_syntheses(claims: Claims, around: Around) -> None:
    """A meta-analysis or systematic review, merely named in an abstract, must have gathered studies."""
    for one in ("meta-analysis", "systematic-review"):
        if one in claims and not claims[one].strong and not narrative.gathered(around.abstract.text):
            del claims[one]


def _hear_plans(claims: Claims, given: Mapping[str, Sequence[Word]], around: Around) -> None:
    """A plan is told in the future tense, seldom in its title: "will be randomised ... will receive".

    A single "will" is enough when it enrols people. Or the study is told in the present tense, without results.
    """
    found = [word for word in given.get("protocol", ()) if word.weight]
    if known := claims.pop("protocol", None):
        several = len(found) >= _FUTURE_ENOUGH
        if known.strong or several or any(_says(word, _ENROLS) for word in found):
            claims["protocol"] = Claim(known.weight, known.strong or several)
            return
    planned = [as_place("protocol", *one) for one in cues(PLANNED, around)]
    if planned and not narrative.done(around.abstract.text):
        named = any(word.place.field in _STRONG_FIELDS for words_ in given.values() for word in words_ if word.weight)
        _add(claims, "protocol", Claim(1.0, not named, tuple(planned)))


def _hear_trials(claims: Claims, given: Mapping[str, Sequence[Word]], around: Around) -> None:
    """A trial is randomised when it says so; or is blinded or controlled with placebo, and in patients.

    An experiment in volunteers that tells of blinding alone has no stated random assignment. Words of another trial,
    whose data or people the report uses, make a secondary analysis.
    """
    found = given.get(RCT, ())
    if RCT not in claims or _typed(found):
        return
    del claims[RCT]
    lent = [word for word in found if word.parent]
    chance = [word for word in found if _says(word, _BY_CHANCE)]
    titled = any(word.place.field == "title" and word.weight for word in found)
    borrowed = bool(lent) and not titled and lent[0] is found[0]
    foretold = tuple(_in_title(PREDICTION, SECONDARY, around))
    if sum(word.weight for word in chance) >= _HEARD and not borrowed:
        _hear_randomised(claims, given, titled)
    elif lent or foretold:
        _add(claims, SECONDARY, Claim(1.0, False, (*_lent(lent), *foretold)))
    else:
        _hear_controlled(claims, [word for word in found if word.weight], around)


def _lent(found: Sequence[Word]) -> Iterator[Place]:
    """The words of another trial, and those that say that its data are used."""
    for word in found:
        if word.parent:
            yield as_place(SECONDARY, word.place.field, word.parent)
    yield from told_again(SECONDARY, found)


def _hear_randomised(claims: Claims, given: Mapping[str, Sequence[Word]], titled: bool) -> None:
    """A randomised trial: more than a "pilot trial", and not undone by a later post hoc analysis or a guideline in it."""
    found = given[RCT]
    open_trial = any(_says(word, _OPEN) for word in given.get(TRIAL, ()) if word.place.field == "title")
    known = _claim(RCT, found)
    trial = claims.get(TRIAL)
    claims[RCT] = Claim(known.weight, known.strong or bool(trial and trial.strong and not open_trial))
    first = min((word.place.start for word in found if word.weight and word.place.field == "abstract"), default=0)
    earlier = [word for word in given.get(SECONDARY, ()) if word.place.field != "abstract" or word.place.start < first]
    if titled:
        claims.pop("guideline", None)
        earlier = [word for word in earlier if word.place.field == "title"]
    if SECONDARY in claims and not earlier:
        del claims[SECONDARY]


def _hear_controlled(claims: Claims, found: Sequence[Word], around: Around) -> None:
    """Blinding, placebo or crossover without a word on random assignment."""
    if not found:
        return
    experiment = next(cues(EXPERIMENT, around), None)
    if experiment is None and any(_says(word, _BLIND) for word in found):
        claims[RCT] = _claim(RCT, found)
    else:
        heard = _claim(TRIAL, found)
        _add(claims, TRIAL, Claim(heard.weight, heard.strong, told_again(TRIAL, found)))


def _hear_cases(claims: Claims, given: Mapping[str, Sequence[Word]], around: Around) -> None:
    """One person's course, told as such: "the patient was ...", "she had ...", and no group counted."""
    told = list(cues(PATIENT, around))
    known = claims.get("case-report")
    titled = any(field == "title" for field, _ in told)
    if (known or titled or len(told) >= _PATIENT_ENOUGH) and not narrative.counted(around.abstract.text):
        weight = len(told) / 2 + (known.weight if known else 0.0)
        strong = titled or weight >= STRONG or bool(known and known.strong)
        claims["case-report"] = Claim(weight, strong, tuple(as_place("case-report", *one) for one in told))
    if any(word.place.field == "title" for word in given.get("case-report", ())):
        for trial in (RCT, TRIAL):
            if not any(word.place.field in _STRONG_FIELDS and word.weight for word in given.get(trial, ())):
                claims.pop(trial, None)
    if series := list(_in_title(PATIENTS, "case-series", around)):
        _add(claims, "case-series", Claim(STRONG, True, tuple(series)))


def _hear_reviews(claims: Claims, given: Mapping[str, Sequence[Word]], around: Around) -> None:
    """Reviews by what they say of themselves, or by reporting no work of their own (`narrative.spans`)."""
    text, sentences = around.abstract.text, len(around.abstract.context.sentences)
    claim = claims.get(REVIEW)
    itself = any(word.weight and word.text.lower().startswith(_ITSELF) for word in given.get(REVIEW, ()))
    if claim and not claim.strong and not itself and narrative.own_work(text, sentences):
        del claims[REVIEW]  # "implications are discussed": every report does that
    if itself or (claim and claim.strong):
        for subject in _BY_SUBJECT & set(claims):
            if not _titled(subject, claims):
                del claims[subject]
    heard = {one for one, claim in claims.items() if claim.weight >= _HEARD}
    subjects = {one for one in heard & _BY_SUBJECT if not _titled(one, claims)}
    if heard - _GIVES_WAY - subjects or any(claims[one].strong for one in heard - subjects):
        return
    if spans := narrative.spans(text, sentences):
        for one in heard:
            del claims[one]
        claims[REVIEW] = Claim(1.0, False, tuple(_spoken(start, end) for start, end in spans))


def _titled(design: str, claims: Claims) -> bool:
    return any(place.field == "title" for place in claims[design].places)


def _spoken(start: int, end: int) -> Place:
    return Place((DIMENSION, REVIEW), "abstract", start, end, narrative.RULE)


def _in_title(kind: str, design: str, around: Around) -> Iterator[Place]:
    return (as_place(design, field, cue) for field, cue in cues(kind, around) if field == "title")


def _typed(found: Sequence[Word]) -> bool:
    return any(word.place.field == "publication_types" for word in found)


def _says(word: Word, parts: Sequence[str]) -> bool:
    text = word.text.lower()
    return any(part in text for part in parts)


def _add(claims: Claims, design: str, more: Claim) -> None:
    known = claims.get(design, Claim(0.0, False))
    claims[design] = Claim(known.weight + more.weight, known.strong or more.strong, known.places + more.places)
