"""Which way is good for an outcome: fewer symptoms, more function. For "improved" and "worse" alone."""

from __future__ import annotations

import re
from typing import Final, Literal

Polarity = Literal["lower", "higher"]

_HIGHER: Final = re.compile(
    r"\b(?:quality|function\w*|surviv\w*|respon[sd]\w*|remission|satisf\w*|adheren\w*|complian\w*|performance|knowledge|skills?|"
    r"abilit\w*|strength|capacity|efficacy|recovery|healing|relief|tolera\w*|success\w*|accura\w*|attention|memory|cognit\w*|"
    r"mobility|flexib\w*|activit\w*|independence|well-?being|self-\w+|competence|confidence|vitality|fitness|clearance|"
    r"cure[ds]?|resolution|improve\w*|sensitivity|density|fev|volume|ejection|saturation|abstinen\w*|benefit|comfort|"
    r"happiness|hope|resilience|mindfulness|weight gain|control|range of motion|patency|closure|efficiency|health)\b",
    re.IGNORECASE,
)
_LOWER: Final = re.compile(
    r"\b(?:pain\w*|depress\w*|anxi\w*|symptom\w*|mortality|deaths?|advers\w*|side.effects?|naus\w*|vomit\w*|complicat\w*|stress\w*|"
    r"fatigue\w*|insomnia|severity|disab\w*|impair\w*|dysfunction\w*|distress\w*|itch\w*|prurit\w*|bleed\w*|infection\w*|relaps\w*|"
    r"recurren\w*|exacerbat\w*|craving|suicid\w*|ideation|headache\w*|migraine\w*|inflammat\w*|swelling|[oe]dema|crp|hba1c|a1c|"
    r"triglycerides?|cholesterol|ldl\S*|insulin resistance|blood pressure|hypertension|bmi|body mass|tremor|spasticity|stiffness|"
    r"errors?|failure|risk|loss|injur\w*|ulcer\w*|wound size|lesions?|cough|dyspn\w*|wheez\w*|burden|problems?|difficult\w*|"
    r"discomfort|negative|fear|worry|anger|agitation|delirium|psychos[ie]s|psychotic|dissociat\w*|disorders?|madrs|ham-?d|hdrs|bdi|phq\S*|vas|nrs|womac|odi|"
    r"caps|pcl\S*|panss|bprs|y-?bocs|hunger|hospitali[sz]\w*|relapse|cost|costs|hypersensitivity|insufficiency|hypot\w*|deficit\w*)\b",
    re.IGNORECASE,
)


def guess(outcome: str) -> Polarity:
    """By the last telling word of the outcome's name, which is its head: "pain relief", "loss of function".

    Of an unknown value the higher is taken for the better one: authors who write "improved" of a value that should
    fall nearly always name a symptom.
    """
    name = outcome.split(" of ")[0] if _LOWER.search(outcome.split(" of ")[0]) else outcome
    higher = [match.end() for match in _HIGHER.finditer(name)]
    lower = [match.end() for match in _LOWER.finditer(name)]
    if lower and (not higher or lower[-1] > higher[-1]):
        return "lower"
    return "higher"
