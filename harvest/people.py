"""Names of authors as the services write them, made into `Author`."""

from __future__ import annotations

import re

from harvest.identifiers import clean_orcid
from harvest.record import Author
from harvest.text import strip_markup

_INITIALS = re.compile(r"[^\W\d_]{1,4}")
_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV|2nd|3rd)\.?")
_GROUP = re.compile(
    r"\b(\w*group|investigators?|network|consortium|collaborat\w+|committee|team|society|association|initiative"
    r"|foundation|institute|task force|working party|panel|study)\b",
    re.IGNORECASE,
)


def person(family: str, given: str = "", orcid: str = "", initials: str = "", suffix: str = "") -> Author:
    """A person by family and given names; shown as ``Berman RM`` or ``Berman RM Jr``."""
    family, given = strip_markup(family), strip_markup(given)
    shown = strip_markup(initials).replace(" ", "") or _initials(given)
    name = " ".join(filter(None, (family, shown, strip_markup(suffix).rstrip("."))))
    return Author(name, family, given or shown, clean_orcid(orcid))


def group(name: str) -> Author:
    """A group that signs as an author."""
    return Author(strip_markup(name), collective=True)


def from_index(text: str, orcid: str = "") -> Author:
    """From the form of an index: ``van Norren D``, ``Berman RM Jr``; other forms are kept whole.

    >>> from_index("van Norren D").family
    'van Norren'
    """
    name = strip_markup(text)
    words = name.split()
    rest = words[:-1] if words and _SUFFIX.fullmatch(words[-1]) else words
    if len(rest) > 1 and rest[-1].isupper() and _INITIALS.fullmatch(rest[-1]):
        return Author(name, " ".join(rest[:-1]), rest[-1], clean_orcid(orcid))
    return group(name) if _GROUP.search(name) else Author(name, orcid=clean_orcid(orcid))


def from_natural(text: str, orcid: str = "") -> Author:
    """From the form of a title page: ``Robert M. Berman``, ``J. van Dyck`` or ``Berman, Robert M.``

    >>> from_natural("J. van Dyck").family, from_natural("Berman, Robert M.").name
    ('van Dyck', 'Berman RM')
    """
    name = strip_markup(text)
    if _GROUP.search(name):
        return group(name)
    if "," in name:
        family, _, given = name.partition(",")
        return person(family, given, orcid)
    words = name.split()
    if len(words) < 2:
        return Author(name, name, orcid=clean_orcid(orcid))
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    start = len(words) - 1
    while start > 1 and words[start - 1].islower():  # van, de la, von der belong to the family name
        start -= 1
    return person(" ".join(words[start:]), " ".join(words[:start]), orcid, suffix=suffix)


def _initials(given: str) -> str:
    """``Robert M.`` gives RM, ``Jean-Pierre`` JP, ``RM`` stays."""
    parts = re.findall(r"[^\W\d_]+", given)
    if len(parts) == 1 and parts[0].isupper() and len(parts[0]) <= 4:
        return str(parts[0])
    return "".join(part[0].upper() for part in parts)


def names_in(authors: str | None) -> list[str]:
    """The names of the column ``authors`` of reports, which joins them by semicolons.

    >>> names_in("Ash A; Beech B")
    ['Ash A', 'Beech B']
    """
    return [name for part in (authors or "").split(";") if (name := part.strip())]
