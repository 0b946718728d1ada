"""How well a sentence names what a phrase names: stems weighed by how telling they are, and short forms resolved."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import sqrt
from typing import Final, NamedTuple

from harvest.findings.stems import Stem, stem, stems

_STOP: Final = frozenset(
    "a an the of in on at to for with and or by from as is was were are be been than that this these those which who "
    "their its it during per via into between within not no each all both any if when while after before".split()
)
_LIGHT: Final = frozenset(
    stem(word)
    for word in (
        "mean median average score scores level levels rate rates incidence change changes number numbers total value values "
        "patient patients group groups day days week weeks month months hour hours year years treatment treatments therapy "
        "outcome outcomes measure measures measurement effect effects difference percentage percent proportion overall "
        "frequency occurrence significant significantly study studies time times post index scale baseline "
        "reduction reductions reduced decrease decreased increase increased improvement improved improving "
        "concentration concentrations amount occurred using used prevalence degree assessed following between "
        "versus compared subjects participants people children women men intervention control higher lower".split()
    )
)
_LIGHT_WEIGHT: Final = 0.35
_EDGE: Final = frozenset(
    stem(word)
    for word in "reduction reduced decrease increase improvement improved higher lower greater difference change".split()
)
"""Words of change in a phrase ("reduction in pain"): they help to find the sentence, and are not the outcome's place."""
_SHORT: Final = re.compile(r"[(\[]\s*([A-Za-z][\w./+-]{0,9}s?)\s*(?:[;,:=][^()\[\]]{0,40})?[)\]]")
_LONGEST: Final = 8
_MOST: Final = 30
"""Most words of a phrase in one mention."""
_GAP: Final = 4
"""Most telling words from one word of a mention to the next."""


def weight(one: str) -> float:
    """How telling a stem is by itself."""
    if one in _LIGHT:
        return _LIGHT_WEIGHT
    if one.isdigit():
        return 0.5
    return 1.0


def content(phrase: str) -> list[Stem]:
    """The words of a phrase that carry meaning."""
    return [one for one in stems(phrase) if one.word.lower() not in _STOP]


class Definition(NamedTuple):
    """A short form and the stems of the words it stands for: "visual analogue scale (VAS)"."""

    short: str
    long: tuple[str, ...]


def definitions(text: str) -> Iterator[Definition]:
    """Short forms that the text defines in brackets, by Schwartz and Hearst's rule (2003) on initial letters."""
    for match in _SHORT.finditer(text):
        letters = [letter for letter in match[1].rstrip("s").lower() if letter.isalpha()]
        if len(letters) < 2 or match[1].islower():
            continue
        words = stems(text[max(0, match.start() - 120) : match.start()])[-_LONGEST - len(letters) :]
        long = _long_form(words, letters)
        if long:
            yield Definition(match[1], tuple(one.stem for one in long if one.word.lower() not in _STOP))


def _long_form(words: Sequence[Stem], letters: Sequence[str]) -> Sequence[Stem]:
    """The shortest run of last words in which the letters occur in order, the first one as an initial."""
    for size in range(1, min(len(words), len(letters) + 4) + 1):
        run = words[-size:]
        if run[0].word[0].lower() != letters[0]:
            continue
        joined = "".join(one.word.lower() for one in run)
        if _in_order(letters, joined) and size * 3 >= len(letters):
            return run
    return ()


def _in_order(letters: Iterable[str], text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


class Phrase:
    """What is sought: stems with weights in a given text."""

    def __init__(self, phrase: str, text: Sequence[Sequence[Stem]], short: Sequence[Definition]) -> None:
        """``text``: the stems of each sentence; ``short``: the short forms of text and phrase."""
        wanted = dict.fromkeys(one.stem for one in content(phrase))
        occurs = Counter(one for sentence in text for one in {word.stem for word in sentence})
        self.meets: dict[str, tuple[str, ...]] = {one: (one,) for one in wanted}
        for definition in short:
            _join(self.meets, definition, wanted)
        self._initials(phrase, text)
        self._near(wanted, occurs)
        self.weights: Mapping[str, float] = {one: weight(one) / sqrt(max(1, occurs[one])) for one in wanted}
        self.total = sum(self.weights.values()) or 1.0

    def _near(self, wanted: Iterable[str], occurs: Mapping[str, int]) -> None:
        """Words of the same root that have other stems: analgesic, analgesia."""
        for one in wanted:
            if len(one) >= 5 and not occurs.get(one):
                for other in occurs:
                    if len(other) >= 5 and other[:5] == one[:5] and other not in self.meets:
                        self.meets[other] = (one,)

    def _initials(self, phrase: str, text: Sequence[Sequence[Stem]]) -> None:
        """Short forms that the text uses without defining them: ROM for "range of motion"."""
        words = stems(phrase)
        for short in {
            word.word for sentence in text for word in sentence if 3 <= len(word.word) <= 6 and word.word.isupper()
        }:
            for first in range(len(words)):
                run = words[first : first + len(short)]
                if len(run) == len(short) and all(
                    one.word[0].upper() == letter for one, letter in zip(run, short, strict=True)
                ):
                    known = tuple(one.stem for one in run if one.stem in self.meets)
                    self.meets.setdefault(stem(short), known)

    def covered(self, sentence: Sequence[Stem]) -> float:
        """Share of the phrase, by weight, that the sentence names."""
        met = {one for word in sentence for one in self.meets.get(word.stem, ())}
        return sum(self.weights[one] for one in met) / self.total

    def place(self, sentence: Sequence[Stem]) -> tuple[int, int] | None:
        """Code points of the densest cluster of words of the phrase."""
        best: tuple[float, int, int] | None = None
        telling = [word for word in sentence if word.word.lower() not in _STOP]
        every = [(index, word, self.meets[word.stem]) for index, word in enumerate(telling) if word.stem in self.meets]
        hits = [hit for hit in every if hit[1].stem not in _EDGE] or every
        for first, (index, word, _) in enumerate(hits):
            met: set[str] = set()
            last_index = index
            gain = 0.0
            for at, other, names in hits[first : first + _MOST]:
                if at - last_index > _GAP:
                    break
                last_index = at
                met.update(names)
                gain = sum(self.weights[one] for one in met) - 0.01 * (at - index)
                if best is None or gain > best[0] + 1e-9:
                    best = (gain, word.start, other.end)
        return best[1:] if best else None


def _join(meets: dict[str, tuple[str, ...]], definition: Definition, wanted: Mapping[str, None]) -> None:
    """Lets the short form stand for its long form in the phrase, and the other way round."""
    short = stem(definition.short)
    shared = tuple(one for one in definition.long if one in wanted)
    if short in wanted:
        for one in definition.long:
            meets[one] = (*meets.get(one, ()), short)
    if shared and sum(map(weight, shared)) >= 0.6 * sum(map(weight, definition.long)):
        meets[short] = tuple(dict.fromkeys((*meets.get(short, ()), *shared)))
