"""The words that say what happened to a value, from ``data/vocabulary/change.yml``: word -> sense and form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from harvest import locations
from harvest.errors import VocabularyError

SENSES: Final = {
    "up": "U", "down": "D", "good": "G", "bad": "B", "fast": "F", "slow": "L", "same": "=", "insignificant": "Z", "trend": "R", "differ": "X", "alter": "A",
    "plain_up": "u", "plain_down": "d", "effective": "K", "non": "o", "negation": "N", "significance": "S", "degree": "g", "be": "b", "have": "h", "there": "T",
    "than": "t", "against": "c", "turn": "|", "and": "&", "group_preposition": "i",
}  # fmt: skip
"""List of the file -> its letter in the shape of a sentence (`harvest.findings.words`)."""
SENSES_OF_CHANGE: Final = "UDGBFL"
_PARTS: Final = {"verbs": "v", "either": "e", "nouns": "n", "adjectives": "a", "favour": "f"}


class Word(NamedTuple):
    sense: str
    """A letter of `SENSES`."""
    form: str
    """``v`` verb, ``n`` noun, ``e`` either, ``a`` adjective or adverb, ``f`` favour; ``p`` a verb's past form."""


class Lexicon(NamedTuple):
    words: Mapping[str, Word]
    lists: Mapping[str, frozenset[str]]
    """The plain lists by their name in the file."""


@lru_cache(maxsize=4)
def load(folder: Path | None = None) -> Lexicon:
    """The shipped words. Raises `VocabularyError` naming the file and the list."""
    path = (folder or locations.definitions() / "vocabulary") / "change.yml"
    try:
        lists = yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except (OSError, yaml.YAMLError) as problem:
        raise VocabularyError(f"{path}: cannot be read: {problem}") from problem
    words: dict[str, Word] = {}
    for name, letter in SENSES.items():
        for word, form in _words(path, name, lists.get(name)):
            words.setdefault(word, Word(letter, form))
    plain = {name: frozenset(map(str, words_)) for name, words_ in lists.items() if isinstance(words_, list)}
    return Lexicon(words, plain)


def _words(path: Path, name: str, found: Any) -> Iterator[tuple[str, str]]:
    if isinstance(found, list):
        yield from ((str(word), "") for word in found)
        return
    if not isinstance(found, dict) or set(found) - set(_PARTS):
        raise VocabularyError(f"{path}, {name}: must be a list of words or have only {', '.join(_PARTS)}")
    for part, form in _PARTS.items():
        for entry in found.get(part, ()):
            if isinstance(entry, str):
                yield entry, form
            else:
                yield from _forms(entry["base"], form)
                yield from ((word, "p") for word in entry.get("forms", ()))


def _forms(base: str, form: str) -> Iterator[tuple[str, str]]:
    """A regular verb's forms; ``p`` for those in -ed, which may be passive or attributive."""
    stem = base.removesuffix("e")
    yield base, form
    if base.endswith("y") and base[-2] not in "aeiou":
        stem = base
        yield base[:-1] + "ies", form
        yield base[:-1] + "ied", "p"
    else:
        yield base + ("es" if base.endswith(("s", "sh", "ch", "x", "z")) else "s"), form
        yield stem + "ed", "p"
    yield stem + "ing", "v"
