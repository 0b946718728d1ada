"""What the concepts are called: to read ``condition:TRD``, to expand words that name a concept, to say what was meant.

The synonyms of a vocabulary are there to find concepts in text, and many of them are narrower than the concept itself:
"laparoscopic" speaks for surgery, "morphine" for an opioid as comparator. Someone who searches for morphine does not ask for
all opioids. So only some of them count as names here, see `is_name`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import Stemmer
from rapidfuzz import fuzz, process

from harvest.text import fold

Key = tuple[str, str]
"""(dimension, concept id)."""
Stems = tuple[str, ...]

STOP_WORDS: Final = frozenset("a an and are as at be by for from in is it of on or that the to was were with".split())
"""In almost every text, so they are searched only within quotation marks."""
SHORTEST_IN_ANY_CASE: Final = 3
"""Letters of an acronym from which on its case is ignored: ``trd`` is TRD, but ``in`` is not IN (intranasal)."""
_ALIKE: Final = 90
_LIKELY: Final = 72
_AMERICAN: Final = (("aesth", "esth"), ("aem", "em"), ("oea", "ea"), ("oed", "ed"), ("our", "or"), ("ise", "ize"),
                    ("isi", "izi"), ("isa", "iza"), ("centre", "center"), ("paed", "ped"))  # fmt: skip
_ACRONYM = re.compile(r"[A-Z0-9-]{2,6}|[A-Z][a-z]?[A-Z]{1,4}|[A-Z]{1,3}[a-z][A-Z]?")
_stemmer = Stemmer.Stemmer("porter")


@dataclass(frozen=True)
class Concept:
    dimension: str
    id: str
    label: str
    broader: str
    synonyms: tuple[str, ...]
    """As the column of that name has them; a trailing ``*`` stands for any ending."""

    @property
    def key(self) -> Key:
        return self.dimension, self.id


@lru_cache(20_000)
def stems(text: str) -> Stems:
    """Stems of the words that count, the same for British and American spelling.

    >>> stems("Anaesthesia of the elderly") == stems("anesthesia, elderly")
    True
    """
    return tuple(_stem(word) for word in fold(text).split() if word not in STOP_WORDS)


def _stem(word: str) -> str:
    for british, american in _AMERICAN:
        word = word.replace(british, american)
    return str(_stemmer.stemWord(word))


class Names:
    """All concepts by what they are called.

    ``concepts`` in the order of the tables; ``values``: the kinds, sources and directions that occur.
    """

    def __init__(self, concepts: Iterable[Concept], values: Mapping[str, Collection[str]] | None = None) -> None:
        self.values: Mapping[str, Collection[str]] = values or {}
        self.concepts: Mapping[Key, Concept] = {concept.key: concept for concept in concepts}
        self._phrases: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
        self._called: dict[str, dict[Stems, str]] = defaultdict(dict)
        self._short: dict[str, list[Key]] = defaultdict(list)
        self._exact: dict[Stems, list[Key]] = defaultdict(list)
        self._open: dict[Stems, list[tuple[str, Key]]] = defaultdict(list)
        telling = _frequencies(self.concepts.values())
        for concept in self.concepts.values():
            self._called[concept.dimension][stems(concept.label)] = concept.id
        for concept in self.concepts.values():
            self._learn(concept, telling[concept.dimension])
        self.longest = max((len(key) for key in (*self._exact, *self._open)), default=0) + 1

    def _learn(self, concept: Concept, frequencies: Counter[str]) -> None:
        called = self._called[concept.dimension]
        for phrase in (concept.label, concept.id, *concept.synonyms):
            bare = phrase.rstrip("*")
            self._phrases[concept.dimension][concept.id, phrase] = fold(bare)
            # "(+)-ketamine" reads like "ketamine", which is another drug's label.
            other = called.setdefault(stems(bare), concept.id) != concept.id and concept.dimension == "drug"
            if other or not is_name(phrase, concept, frequencies):
                continue
            if _ACRONYM.fullmatch(bare) and len(bare) < SHORTEST_IN_ANY_CASE:
                self._short[bare].append(concept.key)
            elif phrase.endswith("*"):
                *first, last = fold(bare).split() or [""]
                self._open[stems(" ".join(first))].append((last, concept.key))
            else:
                self._exact[stems(bare)].append(concept.key)

    def label(self, dimension: str, id: str) -> str:
        """The label, or the id as words where there is no such concept."""
        concept = self.concepts.get((dimension, id))
        return concept.label if concept else id.replace("-", " ")

    def resolve(self, dimension: str, text: str) -> str:
        """Id of the concept of that id, label or synonym; '' when there is none."""
        asked = text.strip().lower()
        if (dimension, asked) in self.concepts:
            return asked
        return self._called[dimension].get(stems(text.rstrip("*")), "") if stems(text) else ""

    def named_by(self, words: Sequence[str]) -> tuple[Key, ...]:
        """The concepts that the words together name, in the order of the tables."""
        if len(words) == 1 and len(words[0]) < SHORTEST_IN_ANY_CASE:
            return tuple(self._short.get(words[0], ()))
        text = " ".join(words)
        found = dict.fromkeys(self._exact.get(stems(text), ()) if stems(text) else ())
        *first, last = fold(text).split() or [""]
        for beginning, key in self._open.get(stems(" ".join(first)), ()):
            if last.startswith(beginning):
                found[key] = None
        return tuple(found)

    def phrases(self, key: Key) -> tuple[str, ...]:
        """What else the concept is called, its label first."""
        concept = self.concepts[key]
        return tuple(dict.fromkeys((concept.label, *concept.synonyms)))

    def likely(self, dimension: str, text: str, most: int = 3) -> tuple[str, ...]:
        """Labels of the concepts whose names look most like the text."""
        near = process.extract(
            fold(text), self._phrases[dimension], scorer=fuzz.ratio, score_cutoff=_LIKELY, limit=most * 4
        )
        return tuple(dict.fromkeys(self.label(dimension, key[0]) for _, _, key in near))[:most]


def _frequencies(concepts: Iterable[Concept]) -> dict[str, Counter[str]]:
    """Dimension -> in how many labels each stem stands."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for concept in concepts:
        found[concept.dimension].update(set(stems(concept.label)) | set(stems(concept.id)))
    return found


def is_name(phrase: str, concept: Concept, frequencies: Counter[str]) -> bool:
    """Whether the phrase stands for the whole concept and not for a part of it.

    It does when it is any name of a drug, an acronym whose letters stand in this order in the label, nearly the label, or
    no longer than the label (or the id) and with its most telling word, the one that fewest labels have.
    """
    bare = phrase.rstrip("*")
    if concept.dimension == "drug":
        return True
    if _ACRONYM.fullmatch(bare):
        return any(_abbreviates(bare, name) for name in (concept.label, concept.id))
    asked = stems(bare)
    for name in (concept.label, concept.id):
        own = stems(name)
        if fuzz.ratio(" ".join(asked), " ".join(own)) >= _ALIKE:
            return True
        rarest = min((frequencies[stem] for stem in own), default=0)
        if len(asked) <= len(own) and any(stem in asked for stem in own if frequencies[stem] == rarest):
            return True
    return False


def _abbreviates(acronym: str, name: str) -> bool:
    """Whether the letters stand in this order in the name, the first one first: PTSD, ECT, HNK."""
    letters = [letter for letter in acronym.lower() if letter.isalnum()]
    rest = iter(name.lower())
    return name[:1].lower() == letters[0] and all(letter in rest for letter in letters) if letters else False
