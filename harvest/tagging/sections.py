"""The sections of an abstract: from its labels where it has some, else told by what its sentences say.

Labels come in many styles: ``METHODS:``, ``Methods.``, ``[Methods]``, ``Methods -``, ``Methods We asked``,
``MethodsWe asked``, on a line of their own, and joined (``Design, Setting, and Participants:``). A joined label such as
``Methods and Results`` allows several sections; which of them a sentence belongs to is told as without labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

SECTIONS: Final = ("background", "aim", "method", "result", "conclusion")
"""In the order in which abstracts bring them."""
OTHER: Final = ""
"""Registration, funding and the like: none of `SECTIONS`."""

_WORDS: Final = {
    "background": r"backgrounds?|introduction|context|rationale|importance|problem",
    "aim": r"objectives?|aims?|purposes?|goals?|hypothes[ie]s|questions?|object",
    "method": (
        r"methods?|methodology|materials?|design|settings?|participants?|patients?|subjects?|population|samples?"
        r"|sampling|animals|interventions?|exposures?|measurements?|measures?|procedures?|experimental|approach|sources?"
        r"|selection|search|strategy|criteria|extraction|collection|diagnos[ei]s|concerns|protocol|predictors?"
    ),
    "result": r"results?|findings|observations?|outcomes?|synthesis",
    "conclusion": (
        r"conclusions?|interpretations?|discussion|implications?|significance|relevance|limitations?|summary"
        r"|comments?|comparisons?|lessons?|recommendations?|perspectives?"
    ),
    OTHER: r"registration|funding|ethics|dissemination|registry|identifier|trial\s+number|keywords|key\s+words",
    "case": r"case|cases|report|reports|presentation|history",
}  # fmt: skip
_LINKING: Final = (
    r"and|the|of|to|for|in|main|primary|secondary|study|studies|key|clinical|trial|trials|research|statistical|data"
    r"|analysis|analyses|review|inclusion|eligibility|exclusion|current|recent|major|principal|patient|unmet|number"
    r"|practice|evidence|basic|point|points|course|action|brief|this|our|or|summary"
)
_KEYED: Final = "|".join(_WORDS.values())


def _by_initial(words: str) -> str:
    """The same alternatives, sorted by first letter into groups, so that a text tries twenty letters, not all words."""
    groups: dict[str, list[str]] = {}
    for word in words.split("|"):
        groups.setdefault(word[0], []).append(word[1:])
    return "|".join(f"{initial}(?:{'|'.join(rests)})" for initial, rests in groups.items())


_WORD: Final = rf"(?:{_by_initial(f'{_KEYED}|{_LINKING}')})(?:\(s\))?"
# A chain of such words, the first with a capital. At most nine, so that no text makes the search slow.
_CHAIN: Final = rf"(?=[A-Z])(?i:{_WORD}(?:(?:\s{{0,2}}[,/&+]\s{{0,2}}|\s{{1,2}})(?:&\s)?{_WORD}){{0,8}})"
_LEAD: Final = r"(?:(?i:abstract)\b[\s:.]{0,4})?(?:[-–—•*]{1,3}\s{0,2}|\d{1,2}[.)]\s{1,2})?"
_STRONG: Final = (
    r"Background|Introduction|Objectives?|Aims?|Purpose|(?:(?:Materials?|Patients|Subjects|Participants) and )?"
    r"[Mm]ethods?|Methodology|Design|Results?|Findings|Conclusions?|Discussion|Interpretation|Trial [Rr]egistration"
    r"|Setting|Participants|Interventions?|(?:Main )?[Oo]utcome [Mm]easures?|Main [Oo]utcomes and [Mm]easures"
)
_LABEL: Final = re.compile(
    rf"\s{{0,2}}(?P<all>{_LEAD}(?:"
    # "METHODS:", "Methods -", "[Methods]", and the label as a sentence or a line of its own
    + rf"(?P<plain>{_CHAIN})\s{{0,2}}"
    + r"(?:[:：]|\s[-–—]{1,2}\s|[—–](?=\s?[A-Z])|\.(?=\s{1,2}[\"“'(\[]?[A-Z0-9])|\r?\n)"
    + rf"|[\[(<【](?P<bracketed>{_CHAIN})[\])>】]\s?:?"
    # "METHODS We asked": in capitals, the next word not
    + rf"|(?P<capitals>(?=[A-Z]{{3}}){_CHAIN}(?<![a-z]))(?=\s{{1,2}}(?:[A-Z]?[a-z]|[A-Z]\s|\d))"
    # "Methods We asked", "MethodsWe asked"
    + rf"|(?P<bare>{_STRONG})(?=\s{{0,2}}[A-Z][a-z]+\b|\s{{1,2}}(?:[A-Z]{{1,4}}\b|\d))"
    + r"))"
)
_GLUE: Final = re.compile(r"[.!?)\]:;%](?=\s?[A-Z\[(])|\n\s{0,3}(?=\S)")
"""Where a label may stand besides the starts of sentences."""
_KEY: Final = re.compile("|".join(rf"(?P<{name or 'other'}>\b(?:{words})\b)" for name, words in _WORDS.items()), re.I)
_MEASURES: Final = re.compile(r"\boutcomes?\b.*\bmeasures?\b|\b(?:primary|secondary)\s+outcomes?\b", re.I)
_BARE_ENOUGH: Final = 2


class Label(NamedTuple):
    """A section label: where its sentence starts, and the sections that it allows, in their order."""

    start: int
    allowed: tuple[str, ...]


def labels(text: str, starts: Sequence[int]) -> list[Label]:
    """All section labels of a text, by start. They open a sentence (``starts``), a line, or follow a full stop at once."""
    found: dict[int, Label] = {}
    bare: dict[int, Label] = {}
    for match in filter(None, (_LABEL.match(text, start) for start in _openings(text, starts))):
        words = match["plain"] or match["bracketed"] or match["capitals"] or match["bare"]
        allowed = () if match["capitals"] and not words.isupper() else _allowed(words)
        if allowed:
            label = Label(match.start("all"), allowed)
            (bare if match["bare"] else found)[label.start] = label
    # A single "Results" before a capital may open a sentence ("Results In Brief"); two labels are a structure.
    if len(bare) + len(found) >= _BARE_ENOUGH:
        found |= bare
    return [found[start] for start in sorted(found)]


def _openings(text: str, starts: Sequence[int]) -> list[int]:
    return sorted({*starts, *(glue.end() for glue in _GLUE.finditer(text))})


def up_to(section: str) -> tuple[str, ...]:
    """The sections before ``section``, and itself: what may stand before the first label."""
    return SECTIONS[: SECTIONS.index(section) + 1] if section in SECTIONS else SECTIONS


def _allowed(words: str) -> tuple[str, ...]:
    keys = {match.lastgroup or "" for match in _KEY.finditer(words)}
    if keys & {"case"}:
        keys = keys - {"case"} or {"method", "result"}
    if _MEASURES.search(words):
        keys = keys - {"result"} | {"method"}
    if "other" in keys:
        return (OTHER,)
    return tuple(section for section in SECTIONS if section in keys)


# ------------------------------------------------------------------------------------- without labels

_SCORES: Final[dict[str, tuple[tuple[str, float], ...]]] = {
    "aim": (("aim", 3.0),),
    "population": (("method", 0.7),),
    "measure": (("method", 1.2),),
    "tells-background": (("background", 1.5),),
    "tells-method": (("method", 2.0),),
    "tells-result": (("result", 1.6),),
    "tells-conclusion": (("conclusion", 2.2),),
    "tells-conclusion-surely": (("conclusion", 6.0),),
    "tells-statistic": (("result", 1.3),),
    "tells-past": (("method", 0.6), ("result", 0.6)),
    "tells-present": (("background", 0.6), ("conclusion", 1.0)),
}
"""Cue of ``context.yml`` -> what it adds to the score of a section."""
_FIRST: Final = (("background", 1.0),)
_LAST: Final = {0: (("conclusion", 2.5),), 1: (("conclusion", 1.0),)}
"""Sentences before the end -> what it adds."""
_MOST: Final = 3
"""So many cues of one kind in a sentence count; a list of them tells no more."""
_STAY_IN_AIM: Final = 1.5


def told(sentences: Sequence[Sequence[str]], allowed: Sequence[tuple[str, ...]]) -> list[str]:
    """The section of each sentence, from the ids of its cues.

    Sections follow one another in the order of `SECTIONS`; of all such courses the one with the highest score.
    ``allowed`` names for each sentence the sections that it may have; never empty.
    """
    last = len(sentences) - 1
    best: list[dict[str, tuple[float, str]]] = []
    for index, cues in enumerate(sentences):
        scores = _scores(cues, _FIRST if index == 0 else _LAST.get(last - index, ()))
        before = best[-1] if best else {}
        best.append({section: _reach(section, scores, before) for section in allowed[index]})
    return _back(best)


def _scores(cues: Iterable[str], place: Sequence[tuple[str, float]]) -> dict[str, float]:
    scores = dict(place)
    counted: dict[str, int] = {}
    for cue in cues:
        weights = _SCORES.get(cue)
        if weights is None:
            continue
        counted[cue] = counted.get(cue, 0) + 1
        if counted[cue] <= _MOST:
            for section, weight in weights:
                scores[section] = scores.get(section, 0.0) + weight
    return scores


def _reach(section: str, scores: dict[str, float], before: dict[str, tuple[float, str]]) -> tuple[float, str]:
    """The best score of a course that ends in ``section``, and the section before."""
    own = scores.get(section, 0.0)
    if not before:
        return own, ""
    rank = _RANK[section]
    # New labels start anew: what precedes them may be of any section.
    ranked = {one: value[0] for one, value in before.items() if _RANK[one] <= rank}
    ranked = ranked or {one: value[0] for one, value in before.items()}
    if section == "aim" and "aim" in ranked and not own:
        ranked["aim"] -= _STAY_IN_AIM
    came_from = max(ranked, key=ranked.__getitem__)
    return ranked[came_from] + own, came_from


_RANK: Final = {OTHER: 9} | {section: rank for rank, section in enumerate(SECTIONS)}


def _back(best: Sequence[dict[str, tuple[float, str]]]) -> list[str]:
    if not best:
        return []
    section = max(best[-1], key=lambda one: best[-1][one][0])
    course = [section]
    for reached in reversed(best[1:]):
        section = reached[section][1]
        course.append(section)
    return course[::-1]
