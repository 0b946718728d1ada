"""Capitals of titles and names of journals, as the style guides ask; anything that carries meaning by its letters stays.

Not by the citation processor: it writes the alpha of α-ketamine, the p of p<0.05 and the m of mTOR as capitals.
"""

from __future__ import annotations

import re
from typing import Final

_SHORT_WORDS: Final = frozenset(
    "a an and as at but by for from if in into like near nor of off on onto or out over past per plus so than the then "
    "till to up upon v versus via vs with yet".split()
)
_PREPOSITIONS: Final = frozenset(
    "about above across after against along among around before behind below beneath beside between beyond during "
    "except following inside outside regarding since through throughout toward towards under until within without".split()
)
"""MLA writes prepositions of any length small, Chicago (18th edition) those of up to four letters."""
_PREFIXES: Final = frozenset("anti auto co counter extra hyper hypo inter intra meta micro mid multi neo non over peri "
                             "post pre pro pseudo re semi sub super trans ultra un under".split())  # fmt: skip
_UNITS: Final = frozenset("mg kg ml mcg cm mm min hr hrs h d n p mg/kg".split())
_PLAIN_WORD = re.compile(r"[a-z][a-z'’]*")
_WORD = re.compile(r"\S+")
_EDGES = re.compile(r"^([\W_]*)(.*?)([\W_]*)$", re.DOTALL)
_FOREIGN = re.compile(
    r"\b(de|del|der|des|di|da|do|dos|du|e|el|en|et|für|fur|la|le|les|los|och|og|und|van|voor|y|za|zhi|zhongguo|z)\b"
)
_ENGLISH = re.compile(r"\b(?:of|the|and|for|with|after|on)\b", re.IGNORECASE)


def title_case(title: str, prepositions: bool = True) -> str:
    """The title with capitals; ``prepositions``: longer ones are written small too. Other languages stay as they are.

    >>> title_case("ketamine in treatment-resistant depression: a trial of α-ketamine (p<0.05, 0.5 mg/kg) on mTOR")
    'Ketamine in Treatment-Resistant Depression: A Trial of α-ketamine (p<0.05, 0.5 mg/kg) on mTOR'
    """
    if len(_FOREIGN.findall(title.lower())) > 1 and not _ENGLISH.search(title):
        return title
    small = _SHORT_WORDS | _PREPOSITIONS if prepositions else _SHORT_WORDS
    pieces, position, first = [], 0, True
    for found in _WORD.finditer(title):
        word = found.group()
        pieces += [title[position : found.start()], _capital(word, small, first)]
        position, first = found.end(), word[-1] in ":?!.—"
    return "".join([*pieces, title[position:]])


def _capital(word: str, small: frozenset[str], first: bool) -> str:
    opening, core, closing = _EDGES.fullmatch(word).groups()  # type: ignore[union-attr]  # it matches everything
    parts = core.split("-")
    if core in _UNITS or not all(_PLAIN_WORD.fullmatch(part) or not part.islower() for part in parts):
        return word
    if core in small and not first:
        return word
    raised = [parts[0].capitalize() if _PLAIN_WORD.fullmatch(parts[0]) else parts[0]]
    for part in parts[1:]:
        stays = part in small or parts[0] in _PREFIXES or not _PLAIN_WORD.fullmatch(part)
        raised.append(part if stays else part.capitalize())
    return opening + "-".join(raised) + closing


def after_colons(title: str) -> str:
    """The first word of each subtitle with a capital, as APA asks; the rest as it is.

    >>> after_colons("Ketamine for pain: a trial. part two: mTOR")
    'Ketamine for pain: A trial. part two: mTOR'
    """
    return re.sub(r"(?<=: )[a-z](?=[a-z'’-]*(?:\s|$|[,;:?!]))", lambda found: found.group().upper(), title)


def journal_name(stated: str) -> str:
    """The name to cite a journal by: without the subtitle, translation and place that indexes add; with capitals.

    >>> journal_name("Lancet (London, England)"), journal_name("The Lancet. Psychiatry"), journal_name("JAMA psychiatry")
    ('Lancet', 'The Lancet Psychiatry', 'JAMA Psychiatry')
    >>> journal_name("The World Journal of Biological Psychiatry : the official journal of the Federation")
    'The World Journal of Biological Psychiatry'
    >>> journal_name("Archives of otolaryngology (Chicago, Ill. : 1960)")
    'Archives of Otolaryngology'
    """
    name = re.sub(r" \([^()]*, [^()]*\)$", "", stated)
    name = re.split(r" [:=] ", name)[0]
    if not name.isupper() and not _abbreviated(name):
        name = re.sub(r"(?<=[a-z]{4})\. (?=[A-Z])", " ", name)
    foreign = _FOREIGN.search(name) or not name.isascii()
    return name if foreign else title_case(name)


def _abbreviated(name: str) -> bool:
    """``J. Psychiatr. Pract.`` keeps its stops."""
    return name.endswith(".") or re.search(r"\b[A-Z]\.", name) is not None
