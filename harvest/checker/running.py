"""Where sentences begin in text that ran together: menus, questions and answers on one line, stops that were left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_LED = (
    "of with the a an and or to for in on at by from as that if whether because but while how when since so than which what "
    "where why who like about into is are was were do does did can will has have your our their using called named not no dr mr mrs ms"
).split()
_OPENERS: Final = (
    r"(?:The|This|These|That|It|In|On|At|For|With|After|Before|During|There|If|Some|Many|Most|Our|We|You|Your|They|Patients|People|"
    r"Unfortunately|However|Yes|No|Studies|Research|Results|Success|Side)"
)
_ASKS: Final = (
    r"(?:How (?:does|do|did|long|many|much|often|will|is|are|soon|quickly|fast|safe)|What (?:is|are|does|do|will|happens|can|should)|"
    r"Who (?:is|are|can|should|cannot|will)|Why (?:is|are|do|does)|When (?:will|can|do|does|is)|Which|"
    r"(?:Is|Are|Do|Does|Can|Will|Should|Could|Has|Have|Am) (?:it|I|you|we|they|there|this|these|the|my|ketamine|patients|people|treatment))\b"
)
_CAPITAL: Final = re.compile(
    rf"(?<=[a-z0-9%)”\"])[ \t]+(?=(?:{_OPENERS}\s(?:[a-z]|[A-Z]{{2}}|I\b|\d)|"
    r"Ketamine (?:is|has|can|does|may|works?|blocks|will|was|helps|acts|treats|therapy|infusions?)\b))"
)
"""A capital after small letters and no stop: ``since 1970 In recent years it``."""
_QUESTION: Final = re.compile(rf"(?<=[A-Za-z0-9%)”\"])[ \t]+(?=(?-i:[A-Z]))(?={_ASKS})", re.IGNORECASE)
_TWICE: Final = re.compile(r"\b(?P<word>[A-Z][a-z]+)[ \t]+(?=(?P=word)\s[a-z])")
"""``What is Ketamine Ketamine is ...``."""
_SPACED_STOP: Final = re.compile(r"(?<=\w)[ \t][.!?](?=\s|[A-Z]|$)")
_BUTTON: Final = re.compile(
    r"\b(?:(?:Book|Call|Schedule|Apply|Enquire) (?:Now|Today|Online)|(?:Learn|Read) More|(?:Contact|Call|About) Us|Get Started|Privacy Policy|Terms of)\b"
)
_WORD_BEFORE: Final = re.compile(r"[\w’']+$")
_QUESTION_LONGEST: Final = 14
_ASKING: Final = re.compile(rf"{_ASKS}", re.IGNORECASE)


def run_on(text: str) -> Iterator[int]:
    """Positions at which a sentence begins although no stop with a space stands before it.

    >>> text = "It has been used since 1970 In recent years it has shown promise Learn More How does it work"
    >>> [text[at:at + 9] for at in sorted(run_on(text))]
    ['In recent', 'Learn Mor', ' How does', 'How does ']
    """
    for found in _CAPITAL.finditer(text):
        if not _leads_on(text, found.start()):
            yield found.end()
    for found in _QUESTION.finditer(text):
        if not _leads_on(text, found.start()):
            yield found.end()
    for found in _TWICE.finditer(text):
        yield found.end()
    for found in _SPACED_STOP.finditer(text):
        yield found.end()
    for found in _BUTTON.finditer(text):
        yield found.start()
        yield found.end()


def _leads_on(text: str, end: int) -> bool:
    """Whether the word that ends here asks for another: ``of The Lancet``."""
    before = _WORD_BEFORE.search(text, max(0, end - 20), end)
    return before is not None and before.group().lower() in _LED


def asks(text: str, start: int, end: int) -> bool:
    """Whether the piece is a question, with its mark or, where the marks were left out, by how it begins.

    >>> asks("Is ketamine addictive", 0, 21), asks("What becomes possible", 0, 21)
    (True, False)
    """
    words = text[start:end].rstrip('"”’)* ')
    if words.endswith("?"):
        return True
    plain = words[-1:].isalnum() and len(words.split()) <= _QUESTION_LONGEST
    return plain and bool(_ASKING.match(words))
