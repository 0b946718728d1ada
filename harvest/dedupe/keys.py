"""Keys for comparing: what a record's fields become before two records are compared. Never stored.

Stored values keep the source's spelling; these are folded, cut and expanded as far as comparing needs.
"""

from __future__ import annotations

import html
import re
from functools import cached_property, lru_cache
from typing import Final
from urllib.parse import unquote

from harvest import text
from harvest.normalise import is_notice_title, kind_of
from harvest.record import Author, Record

_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_APOSTROPHES = str.maketrans("", "", "'’‘`´")
_GREEK = str.maketrans({
    "α": " alpha ", "β": " beta ", "γ": " gamma ", "δ": " delta ", "ε": " epsilon ", "ζ": " zeta ",
    "η": " eta ", "θ": " theta ", "κ": " kappa ", "λ": " lambda ", "μ": " mu ", "µ": " mu ", "π": " pi ",
    "σ": " sigma ", "τ": " tau ", "φ": " phi ", "χ": " chi ", "ψ": " psi ", "ω": " omega ",
})  # fmt: skip
_STAMP = re.compile(r"\W*(?:retracted|withdrawn|removed|in press)(?:\s+(?:article|paper|chapter))?\s*[:\])—–-]+\s*",
                    re.IGNORECASE)  # fmt: skip
_LANGUAGE = re.compile(r"(?<=\S)[.\s]*\[(?:(?:article )?in )?[A-Z][a-z]+\]\W*$")
_REPLY = re.compile(
    r"\W*(?:(?:author'?s'?|authors’|author’s|in)\s+(?:reply|response)|reply|letter|comments?|commentary|re|response)\s*"
    r"(?:\bto\b|\bon\b|\bby\b|\bregarding\b|\bfrom\b|[:.]|$)|.*[:.]\s*(?:(?:a|the|authors?)\s+)?"
    r"(?:reply|comment|commentary|response)\W*$",
    re.IGNORECASE,
)
_NUMERALS = {
    "i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10",
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "first": "1", "second": "2", "third": "3",
}  # fmt: skip
_DIGITS = re.compile(r"\d+")
_NOBODY = re.compile(r"\W*(?:anonymous|anon|unknown|no authors? listed|nan|none|n/?a|et al)\W*", re.IGNORECASE)
_PAGE = re.compile(r"\s*(?:pp?\.?\s+)?([a-z]{0,4})[. ]?0*(\d+)", re.IGNORECASE)
_VERSION = re.compile(r"(?:[./_]v\d+)$")
_PEER_REVIEW_VERSION = re.compile(r"(10\.(?:12688|12703|15491|21956|3310)/[a-z0-9]+(?:\.[a-z]+)?\.\d+)\.\d+$")
_ADDRESS_TAIL = re.compile(r"(?:/(?:full|abstract|pdf|epdf|meta|asset.*)|\.pdf|;jsessionid.*)$")
# "Stroke. Conference: 69th ...", "Nippon rinsho. Japanese journal of clinical medicine", "Pain (Amsterdam)"; but not
# the stops of an abbreviated name ("Biol. Psychiatry.").
_AFTER_NAME = re.compile(r"\s*[:=(\[;/]\s*|\.\s+(?=Conference\b)|(?<=[a-z]{5})\.\s+(?=[A-Z][a-z]+(?: [A-Za-z]+){2,}$)")
_SMALL_WORDS_LIST: Final = (
    "a an and auf aus das de del der des di die du e en et for fur in la le les of on or the to und with y"
)
_SMALL_WORDS: Final = frozenset(_SMALL_WORDS_LIST.split())


class Keys:
    """The comparing keys of one record, made on demand: most records are joined by identifier and need few."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.kind = kind_of(record)
        self.doi = base_doi(record.doi)
        self.registration = own_registration(record)
        bare = _LANGUAGE.sub("", _STAMP.sub("", record.title, count=1)) if record.title else ""
        self.folded = fold_title(bare)
        self.compact = self.folded.replace(" ", "")

    @cached_property
    def marker(self) -> str:
        """What stands before or behind another document's title: ``notice``, ``reply`` or ''."""
        if is_notice_title(self.record.title):
            return "notice"
        return "reply" if _REPLY.match(self.record.title) else ""

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(self.folded.split())

    @cached_property
    def digits(self) -> str:
        """All numbers of the title in order, Roman numerals and number words included, run together."""
        return "".join(_NUMERALS.get(word) or "".join(_DIGITS.findall(word)) for word in self.words)

    @cached_property
    def distinctive(self) -> int:
        """2: so long a title that two documents hardly share it; 1: hardly two of one author and year; 0: short."""
        words, letters = len(self.words), len(self.compact)
        return 2 if words >= 6 and letters >= 34 else 1 if words >= 3 and letters >= 20 else 0

    @cached_property
    def authors(self) -> tuple[frozenset[str], ...]:
        """Per author the folded words of the name that have at least two letters."""
        return tuple(filter(None, (_name_words(author) for author in self.record.authors)))

    @cached_property
    def author_words(self) -> frozenset[str]:
        return frozenset().union(*self.authors)

    @cached_property
    def first_author(self) -> str:
        """The longest word of the first author's name: nearly always the family name."""
        return max(self.authors[0], key=lambda word: (len(word), word)) if self.authors else ""

    @property
    def year(self) -> int | None:
        return self.record.year

    @cached_property
    def volume(self) -> str:
        return volume_key(self.record.volume, self.record.date[:4])

    @cached_property
    def page(self) -> tuple[str, str]:
        """(letters, digits) of the first page; ('', '') when unknown or when every article begins there."""
        return page_key(self.record.pages)

    @cached_property
    def journals(self) -> tuple[tuple[str, ...], ...]:
        names = (self.record.journal, self.record.journal_abbreviation)
        return tuple(dict.fromkeys(form for name in names for form in journal_forms(name)))

    @cached_property
    def abstract(self) -> str:
        """The first 600 characters of the abstract, folded; '' when it is too short to tell anything."""
        folded = fold_title(self.record.abstract[:600])
        return folded if len(folded) >= 150 else ""


def fold_title(title: str) -> str:
    """Folded for comparing: no markup, no apostrophes, Greek letters by name, words of letters and digits.

    >>> fold_title("Ketamine’s effect on GABA<sub>A</sub>–β")
    'ketamines effect on gabaa beta'
    """
    if "<" in title or "&" in title:
        title = text.strip_markup(title)
    if title.isascii():
        return _NOT_PLAIN.sub(" ", title.lower().replace("'", "").replace("`", "")).strip()
    return text.fold(title.casefold().translate(_APOSTROPHES).translate(_GREEK))


@lru_cache(maxsize=200_000)
def base_doi(doi: str) -> str:
    """The DOI without its version and without what addresses append to it; equal for all versions of a preprint.

    >>> base_doi("10.21203/rs.3.rs-1/v2"), base_doi("10.12688/f1000research.7.2")
    ('10.21203/rs.3.rs-1', '10.12688/f1000research.7')
    """
    if not doi:
        return ""
    plain = html.unescape(unquote(doi)).lower()
    plain = _VERSION.sub("", _ADDRESS_TAIL.sub("", plain))
    return _PEER_REVIEW_VERSION.sub(r"\1", plain)


def own_registration(record: Record) -> str:
    """The number a registry entry is filed under; secondary numbers name the study, not this document."""
    if record.kind != "registry-entry" or not record.registrations:
        return ""
    return record.source_id if record.source_id in record.registrations else record.registrations[0]


@lru_cache(maxsize=100_000)
def volume_key(volume: str, year: str) -> str:
    """The number of the volume; '' for supplements cut in two (``1)``), for words and for a year set in its place.

    >>> volume_key("66 (Supplement 1)", "2017"), volume_key("1)", "2011"), volume_key("Suppl 1", "")
    ('66', '', '')
    """
    if ")" in volume and "(" not in volume:
        return ""
    found = re.match(r"\s*(?:vol(?:ume)?\.?\s*)?0*(\d+)", volume, re.IGNORECASE)
    return found.group(1) if found and found.group(1) != year else ""


@lru_cache(maxsize=200_000)
def page_key(pages: str) -> tuple[str, str]:
    """Letters and digits of the first page: ``S353-S354`` gives ('s', '353'); page 1 tells nothing.

    >>> page_key("0615-9"), page_key("e331"), page_key("1-12")
    (('', '615'), ('e', '331'), ('', ''))
    """
    found = _PAGE.match(pages)
    if not found:
        return "", ""
    letters, digits = found.group(1).lower(), found.group(2)
    return ("", "") if digits == "1" and not letters else (letters, digits)


@lru_cache(maxsize=20_000)
def journal_forms(name: str) -> tuple[tuple[str, ...], ...]:
    """The words of a journal's name, whole and without what follows a colon, bracket or stop."""
    forms = []
    for form in (name, _AFTER_NAME.split(name, maxsplit=1)[0]):
        words = tuple(word for word in fold_title(form.replace("&", " and ")).split() if word not in _SMALL_WORDS)
        if words:
            forms.append(words)
    return tuple(dict.fromkeys(forms))


@lru_cache(maxsize=500_000)
def _name_words(author: Author) -> frozenset[str]:
    """Words of two letters and more; from ``family`` and ``given`` when the name has none such (``Wu X``)."""
    if author.collective or _NOBODY.fullmatch(author.name):
        return frozenset()
    words = fold_title(f"{author.family} {author.given}" if author.family else author.name).split()
    return frozenset(word for word in words if len(word) > 1)
