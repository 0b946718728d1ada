"""Short forms that a text explains itself: after "emergence agitation (EA)", EA names it too.

Vocabularies hold only short forms that mean one thing everywhere. What "EA" or "ED" means, the text at hand says, and
for that text alone. A short form is taken when its letters begin the words before the bracket, in order, as in
Schwartz and Hearst (2003).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from harvest.tagging.passage import Key, Place

RULE: Final = "short form"
"""Rule of the places found here."""
DIMENSIONS: Final = frozenset({"condition", "outcome", "drug"})
"""What gets short forms of its own in a text."""
_EXPLAINED: Final = re.compile(r"((?: [^\W\d_][\w-]*){0,2}) ?[(\[]([A-Za-z][A-Za-z-]{1,7})(?=[)\],;])")
_CAPITALS: Final = 2
_WORDS_BEFORE: Final = 30
"""Code points before a place that may belong to its long form: "intranasal" of "intranasal ketamine (InK)"."""


_MOST: Final = 30
"""No text explains more short forms; what seems to is no prose."""
_SMALL_WORDS: Final = frozenset({"of", "and", "the", "in", "for", "to", "with", "use"})


def explained(text: str, places: Sequence[Place]) -> list[Place]:
    """The further places that the text's own short forms name, by start."""
    if "(" not in text and "[" not in text:
        return []
    known = {(place.key, place.start) for place in places}
    found: list[Place] = []
    taken: set[tuple[Key, str]] = set()
    for place in places:
        if place.key[0] in DIMENSIONS and len(taken) < _MOST and (short := _short_form(text, place)):
            form, behind = short
            if (place.key, form) in taken:
                continue
            taken.add((place.key, form))
            for again in re.finditer(rf"(?<![\w-]){re.escape(form)}(?![\w-])", text[behind:]):
                at = Place(place.key, place.field, behind + again.start(), behind + again.end(), RULE)
                if (at.key, at.start) not in known:
                    known.add((at.key, at.start))
                    found.append(at)
    return found


def _short_form(text: str, place: Place) -> tuple[str, int] | None:
    """The short form in the bracket behind a place, and where the bracket's word ends."""
    match = _EXPLAINED.match(text, place.end)
    if match is None or sum(letter.isupper() for letter in match[2]) < _CAPITALS:
        return None
    before = re.split(r"[.;:,()]", text[max(0, place.start - _WORDS_BEFORE) : place.start])[-1]
    words = re.findall(r"[^\W\d_]+", before + text[place.start : match.end(1)])
    own = len(re.findall(r"[^\W\d_]+", text[place.start : match.end(1)]))
    return (match[2], match.end()) if _begins_words(match[2], words, own) else None


def _begins_words(form: str, words: Sequence[str], own: int) -> bool:
    """Whether beginnings of the words spell the form: InK of "intranasal ketamine", EA of "emergence agitation".

    ``own`` words at the end are the place's; the form may begin at most three words before it, and must end with it.
    """
    letters = "".join(letter.lower() for letter in form if letter.isalpha())
    first = max(0, len(words) - own - 3)
    return any(_spells(letters, [word.lower() for word in words[start:]]) for start in range(first, len(words)))


def _spells(letters: str, words: Sequence[str]) -> bool:
    """Whether the letters are made of one or more first letters of each word; small words may be passed over."""
    if not words:
        return not letters
    first, rest = words[0], words[1:]
    if first in _SMALL_WORDS and _spells(letters, rest):
        return True
    shared = 0
    while shared < min(len(first), len(letters)) and first[shared] == letters[shared]:
        shared += 1
        if _spells(letters[shared:], rest):
            return True
    return False
