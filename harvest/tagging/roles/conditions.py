"""Whether a report studies a condition: the people treated have it, or the model stands for it.

A title, a keyword or a MeSH major topic settles it. In the abstract every place is weighed by the words around it.
Words that also name an outcome (pain, anxiety) count only where grammar says who was treated, or for what; names of
disorders count in every sentence about the report's own work. Histories, comorbidities, covariates and adverse events
never count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from harvest.tagging.context import Context, Sentence
from harvest.tagging.model import Role
from harvest.tagging.passage import Around, Place
from harvest.tagging.roles.telling import STRONG_FIELDS

_HEALTHY: Final = ("condition", "healthy-volunteers")
_HINT: Final = 0.5
SYMPTOMS: Final = dict.fromkeys(
    ("pain", "acute-pain", "postoperative-pain", "burn-pain", "anxiety", "preoperative-anxiety", "cognitive-impairment",
     "delirium", "emergence-delirium", "acute-agitation"), 0.34
) | dict.fromkeys(("depression", "postoperative-depression", "suicidality"), _HINT)  # fmt: skip
"""Conditions whose words also name what is measured in people treated for something else -> what a sentence adds in
which grammar tells neither."""

_PEOPLE: Final = (
    r"(?:patients?|participants?|adults?|adolescents?|child(?:ren)?|youths?|people|persons?|individuals?|subjects?"
    r"|(?:in|out)patients?|wom[ae]n|m[ae]n|mothers|veterans?|soldiers?|survivors|volunteers|cases?|cohorts?|samples?"
    r"|populations?|groups?|rats?|mice|rodents?|animals|males?|females?|students|users|those|parturients|infants|elderly)"
)
_TO_HAVE: Final = (
    r"(?:with|suffering|suffer(?:s|ed)? from|having|ha[ds]|have|diagnosed|experiencing|reporting|affected|complaining"
    r"|undergoing|in|for|seeking|presenting)"
)
_FEW: Final = r"(?:[\w'’()/,-]+\s+)"
_PEOPLE_BEFORE: Final = re.compile(
    rf"\b{_PEOPLE}\s+(?:\([^)]{{0,30}}\)\s*)?(?:who\s+)?{_TO_HAVE}\s+{_FEW}{{0,8}}$|\bmodels?\s+(?:of|for)\s+{_FEW}{{0,5}}$",
)
"""Up to the words: people who have it, or a model of it."""
_PEOPLE_AFTER: Final = re.compile(rf"[\s-]*(?:\([^)]{{0,20}}\)\s*)?(?:\w+\s)?(?:{_PEOPLE}|models?)\b")
_TREATED_BEFORE: Final = re.compile(
    r"\b(?:treat(?:ment|ments|ing|ed|s)?|therap(?:y|ies)|manag(?:e|es|ing|ement)|reliev(?:e[sd]?|ing)|relief|alleviat\w+"
    r"|prevent\w*|prophyla\w+|analgesi\w*|efficacy|effective(?:ness)?|indicat(?:ion|ions|ed)|control|attenuat\w+|remedy"
    rf"|onset|development|develop(?:s|ed|ing)?|incidence|prevalence|risk)\s+(?:(?:of|for|in|against|on)\s+)?{_FEW}{{0,6}}$"
    r"|\b(?:for|against)\s+(?:\w+[\s-]+){0,2}$"
    r"|\bin\s+(?:(?:acute|chronic|severe|moderate|major|refractory|resistant|intractable|persistent|unipolar|bipolar|cancer|post\w+)[\s-]+){1,2}$"
    r"|\b(?:ketamine|treatment|therapy|efficacy|effective|useful|use)\s+in\s+$",
)
"""Up to the words: what something is given for."""
_TREATED_AFTER: Final = re.compile(
    r"[\s-]*(?:\([^)]{0,20}\)\s*)?(?:\w+\s)?(?:syndromes?|disorders?|treatment|therap\w+|management|relief|control"
    r"|prevention|prophylaxis|medicine|conditions?)\b",
)
_PEOPLE_WITHIN: Final = re.compile(rf"\b{_PEOPLE}\b")
_MEASURED_BEFORE: Final = re.compile(
    r"\b(?:scores?|ratings?|levels?|symptoms?|severity|intensity|measur\w+|assess\w*|evaluat\w+|record\w*|scales?|changes?|reductions?|reduced?"
    rf"|improvements?|increases?|decreases?|outcomes?|effects?|differences?|analog\w*)\s+(?:(?:of|for|in|on|to|were|was)\s+)?{_FEW}{{0,5}}$",
)
"""Up to the words: they name what was measured."""
_MEASURED_AFTER: Final = re.compile(
    r"[\s-]*(?:symptoms?|scores?|ratings?|severity|levels?|intensity|(?:sub)?scales?|outcomes?|measures?|thresholds?"
    r"|(?:visual|numeric\w*)\s|assess\w+|(?:was|were)\s+(?:\w+\s)?(?:assess|measur|evaluat|record|rated))",
)
_AIMED_BEFORE: Final = re.compile(
    r"\b(?:aim\w*|objectives?|purpose|goals?|sought|designed|:|is|was)\s*,?\s*to\s+(?:assess|evaluate|examine|investigate|determine|explore|study)"
    r"\s+(?:[\w-]+\s+){0,2}$",
)
"""Up to the words: they are what the report is to find out about."""
_ASIDE_BEFORE: Final = re.compile(
    rf"\b(?:histor(?:y|ies)\s+of|co-?morbid\w*(?:\s+with)?|concomitant|co-?existing|co-?occurring|adjust\w+\s+for|controll\w+\s+for"
    rf"|independent(?:ly)?\s+of|regardless\s+of|irrespective\s+of|predict(?:s|ed|ors?|ive)(?:\s+of)?|unlike|similar\s+to)\s+{_FEW}{{0,3}}$",
)
"""Up to the words: some people had it before or beside, or results do not depend on it."""
_HARM_BEFORE: Final = re.compile(
    r"\b(?:adverse|side)[\s-](?:drug\s)?(?:events?|effects?|reactions?)|\bt?e?aes\b|\bwell[\s-]tolerated|\bcomplications?\b"
    r"|\b(?:caus|induc|provok)(?:e[sd]?|ing)\s+(?:\w+\s+){0,3}$",
)
"""Earlier in the sentence: a list of harms begins."""
_OUTLOOK: Final = re.compile(
    r"\b(?:future|further|larger|additional)\s(?:[\w-]+\s){0,3}?(?:stud(?:y|ies)|research|trials?|work)\b|\bimplications?\s+for\b"
    r"|\b(?:may|might|could)\s+(?:[\w-]+\s){0,2}(?:help|inform|contribute|offer|provide|prove|be\s+(?:useful|relevant|related|of))"
    r"|\bpotential(?:ly)?\s+(?:[\w-]+\s)?(?:therap\w+|treatments?|benefits?|utility|applications?|use)|\bpurported|\bputative"
    r"|\bremains?\s+to\s+be\b|\bconsistent\s+with\b",
)
"""In a report on work done: the sentence speaks of others, or of what may come."""
_SHORT_FORM: Final = re.compile(r"\s?\(([A-Z][A-Za-z]{1,6}[A-Z]|[A-Z]{2,6})\)")
_BEFORE: Final = 110
_AFTER: Final = 40
_HARM_REACH: Final = 160
_ENOUGH: Final = 1.0
_IN_PASSING: Final = 0.7
_BACKGROUND: Final = 0.5


def role(places: Sequence[Place], around: Around) -> Role:
    """The role of one concept, from all its places."""
    if any(place.field in STRONG_FIELDS or place.major for place in places):
        return "studied"
    context = around.abstract.context
    healthy = any(place.field == "title" for place in around.grouped.get(_HEALTHY, ()))
    weights: dict[int, float] = {}
    total = 0.0
    for place in _with_short_forms([place for place in places if place.field == "abstract"], context.text):
        sentence = context.sentence_at(place.start)
        weight = _weight(place, sentence, context, healthy=healthy)
        if _tells_what_is_known(sentence, context):
            weight *= _BACKGROUND
        # A sentence about a symptom names it again and again; a disorder named twice is one to be spoken of.
        at = sentence.start if place.key[1] in SYMPTOMS else place.start
        known = weights.get(at, 0.0)
        weights[at] = max(weight, known)
        total += weights[at] - known
        if total >= _ENOUGH:
            return "studied"
    return "mentioned"


def _with_short_forms(places: Sequence[Place], text: str) -> list[Place]:
    """The places, and those of a short form that the text explains behind one of them: ``suicidal ideation (SI)``.

    The explained short form itself names nothing a second time.
    """
    found: list[Place] = []
    short = None
    for place in places:
        if found and place.start > found[-1].end and not text[found[-1].end : place.start].strip(" ("):
            continue
        found.append(place)
        explained = None if short else _SHORT_FORM.match(text, place.end)
        if explained:
            short, behind = re.compile(rf"\b{explained[1]}\b"), explained.end()
    if short:
        known = {place.start for place in places}
        found += [
            found[0]._replace(start=match.start(), end=match.end())
            for match in short.finditer(text, behind)
            if match.start() not in known
        ]
    return found


def _tells_what_is_known(sentence: Sentence, context: Context) -> bool:
    if sentence.section == "background":
        return "aim" not in context.parts(sentence.start)
    return not sentence.section and context.parts(sentence.start).isdisjoint(("aim", "population"))


def _weight(place: Place, sentence: Sentence, context: Context, *, healthy: bool) -> float:
    """What one place of the abstract adds: 1 is enough for `studied`."""
    text = context.lower
    before = text[max(sentence.start, place.start - _BEFORE) : place.start]
    if _ASIDE_BEFORE.search(before):
        return 0.0
    if _HARM_BEFORE.search(text, max(sentence.start, place.start - _HARM_REACH), place.start):
        return 0.0
    ending = sentence.section == "conclusion" and context.tells_of_work
    if ending and _OUTLOOK.search(text, sentence.start, sentence.end):
        return _HINT
    after = text[place.end : min(sentence.end, place.end + _AFTER)]
    measured = _MEASURED_AFTER.match(after) is not None
    if _PEOPLE_WITHIN.search(text, place.start, place.end):
        return 1.0
    if not measured and (_PEOPLE_AFTER.match(after) or _PEOPLE_BEFORE.search(before)):
        return 1.0
    named = place.rule.partition(" of ")[2] or place.key[1]
    if named in SYMPTOMS:
        measured = measured or _MEASURED_BEFORE.search(before) is not None
        treated = _TREATED_AFTER.match(after) or _TREATED_BEFORE.search(before)
        if _AIMED_BEFORE.search(before) or (treated and not measured):
            return 1.0
        return 0.0 if measured else _in_passing(SYMPTOMS[named], sentence, context, healthy=healthy)
    passing = sentence.section == "result" or (ending and sentence.inferred)
    return _HINT if measured else _IN_PASSING if passing and context.tells_of_work else 1.0


def _in_passing(hint: float, sentence: Sentence, context: Context, *, healthy: bool) -> float:
    """What a sentence adds that names a symptom, and no people, purpose or measure with it."""
    if not context.tells_of_work:
        return 1.0 if sentence.section == "background" else _HINT
    # In healthy people a symptom is evoked, or measured.
    return 0.0 if healthy else hint
