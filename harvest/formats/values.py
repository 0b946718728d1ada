"""What exporters write into single fields (dates, names, notes, abstracts), read the same way for every format."""

from __future__ import annotations

import re

from harvest import jats
from harvest.dates import from_medline, month_number, partial
from harvest.identifiers import clean_nct, clean_pmcid, clean_pmid
from harvest.languages import three_letters
from harvest.people import from_index, from_natural
from harvest.pubmed_fields import without_stop
from harvest.record import AbstractKind, Author, Kind, Section
from harvest.text import clean, join_sections, strip_markup

_LANGUAGES = {
    "chinese": "chi", "danish": "dan", "dutch": "dut", "english": "eng", "french": "fre", "german": "ger",
    "italian": "ita", "japanese": "jpn", "korean": "kor", "norwegian": "nor", "persian": "per", "polish": "pol",
    "portuguese": "por", "russian": "rus", "spanish": "spa", "swedish": "swe", "turkish": "tur",
}  # fmt: skip
_NUMERIC = re.compile(r"(\d{4})(?:[/-](\d{0,2})(?:[/-](\d{0,2})(?!\d))?)?(?![\d])")
_DAY_MONTH = re.compile(r"(?:(\d{1,2})\.?\s+)?([A-Za-z]{3,9})\.?,?\s+(\d{4})")
_MONTH_DAY = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})\s+([A-Za-z]{3,9})(?:\s+(\d{1,2}))?$")
_INDEX_NAME = re.compile(r"[^\s.,]{2,}(?:\s[^\s,]+)*\s[A-Z]{1,4}(?:\s(?:Jr|Sr|II|III|IV|2nd|3rd))?\.?")
# A label stands at the start of a line or of a piece of the note; a PMID in a sentence may be another document's.
_PMID_NOTE = re.compile(
    r"(?:^|[\n;|,{])\s*(?:PMID|PubMed(?:[ _-]?ID)?|Accession(?: number)?)\s*[:=]\s*(?:PMID:?\s*)?(\d{1,8})(?!\d)",
    re.I,
)
_PMCID_NOTE = re.compile(r"(?:^|[\n;|,{])\s*PMCID\s*[:=]\s*(PMC\d+)\b", re.I)
_PMID_ADDRESS = re.compile(
    r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed|/(?:article|abstract)/MED)/(\d+)", re.I
)
_PMC_ADDRESS = re.compile(r"/(?:articles|article/PMC)/(PMC\d+)", re.I)
_NCT_ADDRESS = re.compile(r"clinicaltrials\.gov/(?:ct2/show|study|show)/(NCT\d{8})", re.I)
_PREPRINT_SERVER = re.compile(
    r"(?:bioRxiv|medRxiv|PsyArXiv|ar[xX]iv|SSRN|Research Square|Preprints(?:\.org)?|ChemRxiv|OSF Preprints)\b",
    re.I,
)
_BRACKETED = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]")
_RETRACTED = re.compile(r"\W*(?:retracted(?: article)?\s*[:\]–-]|\[retracted\])", re.I)
_LABEL = re.compile(r"(?:^|(?<=[.?!)\]] ))((?=[^:]{0,8}[A-Z]{3})[A-Z][A-Z0-9/&,'() -]{2,70}):\s")


def title(text: str) -> str:
    """Without markup, the final stop, and the brackets around a translated title."""
    plain = without_stop(strip_markup(text))
    inner = _BRACKETED.fullmatch(plain)
    return without_stop(inner.group(1).strip()) if inner else plain


def date_of(text: str) -> str:
    """A partial ISO date from what exporters write: ``2018/05/14/``, ``May 14, 2018``, ``2018 May-Jun``, ``2018``.

    >>> date_of("2018/05//"), date_of("14 May 2018"), date_of("2018-05-14"), date_of("Spring 2018"), date_of("")
    ('2018-05', '2018-05-14', '2018-05-14', '2018', '')
    """
    text = clean(text)
    if found := _NUMERIC.match(text):
        year, month, day = found.groups()
        if month or not (named := _YEAR_FIRST.match(text)):
            return partial(year, month, day) if month else from_medline(text)
        return partial(*named.groups())
    if (found := _MONTH_DAY.search(text)) and month_number(found.group(1)):
        return partial(found.group(3), found.group(1), found.group(2))
    if (found := _DAY_MONTH.search(text)) and month_number(found.group(2)):
        return partial(found.group(3), found.group(2), found.group(1))
    return from_medline(text)


def finest(*dates: str) -> str:
    """The first date, or a later one that is the same date more precisely."""
    dates = tuple(date for date in dates if date)
    if not dates:
        return ""
    return max((date for date in dates if date.startswith(dates[0][:4])), key=len)


def author(text: str) -> Author | None:
    """A person (``Berman, Robert M.``, ``Berman RM``, ``Robert M. Berman``) or a group; None for no name."""
    name = strip_markup(text).strip(" ;,")
    if not name or name.casefold() in {"et al", "et al.", "others", "anonymous"}:
        return None
    return from_index(name.rstrip(".")) if _INDEX_NAME.fullmatch(name) else from_natural(name)


def authors(texts: list[str]) -> tuple[Author, ...]:
    return tuple(found for text in texts if (found := author(text)))


def names_in(text: str) -> list[str]:
    """The names of a cell that holds several, however they are joined.

    >>> names_in("Berman, R. M.; Krystal, J."), names_in("Berman RM, Krystal J."), names_in("Berman, R and Krystal, J")
    (['Berman, R. M.', 'Krystal, J.'], ['Berman RM', 'Krystal J'], ['Berman, R', 'Krystal, J'])
    """
    text = re.sub(r"(?<=\w\w)\.$", "", clean(text))
    if ";" in text:
        return _pieces(text, ";")
    names = _pieces(text, ",")
    indexed = sum(1 for name in names if _INDEX_NAME.fullmatch(name))
    if indexed and 2 * indexed >= len(names):
        return [name.rstrip(".") if _INDEX_NAME.fullmatch(name) else name for name in names]
    for separator in (" and ", " AND "):
        if separator in text:
            return _pieces(text, separator)
    # "Ada Marsh, Jo Reed" against "van der Reed, Jo Ann": full names on both sides, no particle in front.
    several = len(names) > 1 and all(" " in name for name in names) and not names[0][0].islower()
    return names if several else list(filter(None, [text]))


def _pieces(text: str, separator: str) -> list[str]:
    return [piece.strip() for piece in text.split(separator) if piece.strip()]


def pages(first_page: str, last_page: str = "") -> str:
    """``351-354``; an abbreviated or missing end stays as it is, dashes become hyphens."""
    first_page, last_page = (re.sub(r"\s*[-–—]+\s*", "-", clean(page)) for page in (first_page, last_page))
    return f"{first_page}-{last_page}" if last_page and first_page and last_page != first_page else first_page


def language(text: str) -> str:
    """ISO 639-2 codes joined by ``;``, from codes or English names; unknown ones are left out."""
    words = re.split(r"[;,/]", clean(text).lower())
    return ";".join(filter(None, dict.fromkeys(_LANGUAGES.get(w.strip()) or three_letters(w) for w in words)))


def abstract(text: str) -> tuple[str, tuple[Section, ...]]:
    """Text and sections. Headings are HTML or JATS elements, or capitals before a colon (``METHODS: ...``)."""
    if re.search(r"<(?:h[1-6]|jats:|p\b|sec\b|title\b)", text, re.I):
        return jats.abstract(text)
    plain = strip_markup(text)
    found = list(_LABEL.finditer(plain))
    if not found or found[0].start() > 0:
        return plain, ()
    ends = [match.start() for match in found[1:]] + [len(plain)]
    return join_sections((m.group(1), "", plain[m.end() : end]) for m, end in zip(found, ends, strict=True))


def pmid_in(*notes: str) -> str:
    """The PMID that notes, accession fields or addresses state; '' when there is none or they disagree.

    >>> pmid_in("PMID: 10686270\\nPMCID: PMC123"), pmid_in("see also PMID: 1 and others"), pmid_in("PMID:1; PMID:2")
    ('10686270', '', '')
    """
    found = {clean_pmid(pmid) for note in notes for pattern in _PMID_IN for pmid in pattern.findall(note)}
    found.discard("")
    return found.pop() if len(found) == 1 else ""


_PMID_IN = (_PMID_NOTE, _PMID_ADDRESS)


def pmcid_in(*notes: str) -> str:
    """The PMCID that notes or addresses state; '' when there is none or they disagree."""
    found = {clean_pmcid(n) for note in notes for pattern in (_PMCID_NOTE, _PMC_ADDRESS) for n in pattern.findall(note)}
    found.discard("")
    return found.pop() if len(found) == 1 else ""


def nct_in_address(*addresses: str) -> str:
    """The number of the ClinicalTrials.gov entry that an address leads to."""
    return next((clean_nct(m.group(1)) for text in addresses if (m := _NCT_ADDRESS.search(text))), "")


def kind_of(stated: Kind, nct: str, *places: str) -> Kind:
    """The stated kind, corrected by where the document stands: a registry entry, or on a preprint server."""
    if nct:
        return "registry-entry"
    if stated in ("article", "other") and any(map(on_preprint_server, places)):
        return "preprint"
    return stated


def says_retracted(title: str) -> bool:
    """Publishers put it before the title: ``RETRACTED: ...``."""
    return _RETRACTED.match(title) is not None


def on_preprint_server(place: str) -> bool:
    return _PREPRINT_SERVER.match(clean(place)) is not None


def abstract_kind(text: str, kind: Kind) -> AbstractKind:
    """A registry entry has a summary where others have an abstract."""
    if not text:
        return ""
    return "registry-summary" if kind == "registry-entry" else "abstract"
