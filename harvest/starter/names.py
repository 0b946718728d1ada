"""Names of people and journals as gathered record files write them, brought into one form."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from harvest.text import clean, fold

# Collections that write full names family first ("Monteggia Lisa M."); elsewhere full names end with the family.
FAMILY_FIRST = ("jayded/evidence-inference", "vincentarthurleung-rgb/conflict-oriented-discovery-engine")

_GROUP = re.compile(
    r"\b(?:group|investigators?|network|consortium|workgroup|team|committee|collaborat\w+|society|injury)\b",
    re.IGNORECASE,
)
_PARTICLES = {"aan", "al", "da", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "het", "la", "le",
              "st.", "ten", "ter", "van", "vande", "von"}  # fmt: skip
_SUFFIX = re.compile(r" (Jr|Sr|2nd|3rd|4th|II|III)\.?$")

# Spellings a reference manager forces on abbreviations.
_JOURNALS = {"J ect": "J ECT", "J ECT": "J ECT", "Bmj": "BMJ", "Qjm": "QJM", "Medrxiv": "medRxiv"}
_CITATION = re.compile(r"\.(?:Conference:|\d+ \(\d+\) ).*$")


def author(text: str, source: str) -> dict[str, Any]:
    """Display name (``Glue P``) with family and given name where they are certain; empty for debris.

    Understands ``Glue P``, ``Glue, Paul``, ``P. Glue``, ``PK. Glue-Young``, ``Glue Paul W.`` and ``Paul W. Glue``.
    """
    name = clean(text)
    if not name or name.startswith("["):
        return {}
    if _GROUP.search(name) or name.startswith("Consortium"):
        return {"name": name, "collective": True}
    family, given = _split(name, source)
    if family.casefold() in _PARTICLES:  # "B. A. de": the rest is lost
        return {}
    if not given:
        return {"name": name}
    suffix = _SUFFIX.search(given)
    bare, last = _SUFFIX.sub("", given), f" {suffix.group(1)}" if suffix else ""
    if all(map(_initial, bare.split())):
        bare = _initials(bare)
    return {"name": f"{family} {_initials(bare)}{last}", "family": family, "given": bare + last}


def _split(name: str, source: str) -> tuple[str, str]:
    """(family, given); (name, '') when which part is which cannot be told."""
    if "," in name:
        family, given = name.split(",", 1)
        return family.strip(), given.strip()
    words = name.split()
    if len(words) == 1:
        return name, ""
    if _initial(words[0]) and words[0].endswith("."):  # P. Glue, PK. Glue, H.-Q. Wu
        count = next(
            (i for i, word in enumerate(words) if not _initial(word) or not word.endswith(".")),
            len(words) - 1,
        )
        return " ".join(words[count:]), " ".join(words[:count])
    if source in FAMILY_FIRST:
        return _family_first(words)
    suffix = _SUFFIX.search(name)
    bare = words[:-1] if suffix else words
    initials = next((i for i in range(len(bare), 0, -1) if not _initial(bare[i - 1])), 0)
    if 0 < initials < len(bare):  # Glue P, de Brito AJC, Williams S C R
        return " ".join(bare[:initials]), " ".join(words[initials:])
    return _given_first(words)


def _family_first(words: list[str]) -> tuple[str, str]:
    lead = next((i for i, word in enumerate(words) if word.casefold() not in _PARTICLES), 0)
    family, given = words[: lead + 1], words[lead + 1 :]
    certain = given and len([word for word in given if not _initial(word)]) <= 1
    return (" ".join(family), " ".join(given)) if certain else (" ".join(words), "")


def _given_first(words: list[str]) -> tuple[str, str]:
    certain = all(_initial(word) for word in words[1:-1])
    return (words[-1], " ".join(words[:-1])) if certain else (" ".join(words), "")


def _initial(word: str) -> bool:
    """``P``, ``PW``, ``P.``, ``W.W.`` or ``H-L``: capitals only, five at most."""
    letters = re.sub(r"[.\-]", "", word)
    return letters.isalpha() and letters.isupper() and len(letters) <= 5


def _initials(given: str) -> str:
    """``P``, ``PW``: capitals of all-capital words, first letters of others."""
    parts = [part for part in re.split(r"[\s.\-]+", given) if part]
    return "".join(part if part.isupper() else part[0].upper() for part in parts)


class Journals:
    """Journal names in the spelling that most records use, among those not written in capitals throughout."""

    def __init__(self, names: Iterable[str]) -> None:
        spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for name in map(_journal, names):
            spellings[fold(name)][name] += 1
        self._best = {key: max(found, key=lambda name: _rank(name, found[name])) for key, found in spellings.items()}

    def name(self, text: str) -> str:
        """The name, '' for an address or no name at all."""
        cleaned = _journal(text)
        return self._best.get(fold(cleaned), cleaned) if cleaned else ""


def _rank(name: str, count: int) -> tuple[bool, int, int, str]:
    return (
        name in _JOURNALS.values() or not name.isupper(),
        sum(word[:1].isupper() for word in name.split()),
        count,
        name,
    )


def _journal(text: str) -> str:
    name = _CITATION.sub("", clean(text))
    if "://" in name:
        return ""
    if re.search(r"\.[A-Z]", name) and ". " not in name:  # Br.J.Pharmacol.
        name = name.replace(".", " ").strip()
    name = " ".join(name.split())
    return _JOURNALS.get(name) or (_from_capitals(name) if name.isupper() and " " in name else name)


def _from_capitals(name: str) -> str:
    small = {"of", "in", "on", "and", "the", "for"}
    return " ".join(w.lower() if w.lower() in small else w.capitalize() for w in name.split())
