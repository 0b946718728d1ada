"""The fields of a PubMed record, each read from where PubMed states it. Pure; used by `harvest.pubmed_xml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from harvest import dates
from harvest.identifiers import clean_doi, clean_orcid, clean_pmcid, clean_pmid, registrations, unique
from harvest.record import Author, Heading, PublicationType, Section
from harvest.text import clean, join_sections
from harvest.xml import text_of

Element = etree._Element
ARTICLE, BOOK = "PubmedArticle", "PubmedBookArticle"

# Reading by direct paths only: references, comments and other abstracts nest elements of the same names.


def one(element: Element | None, *path: str) -> Element | None:
    for tag in path:
        if element is None:
            return None
        element = next(element.iterchildren(tag), None)
    return element


def each(element: Element | None, *path: str) -> Iterable[Element]:
    parent = one(element, *path[:-1])
    return () if parent is None else parent.iterchildren(path[-1])


def text_at(element: Element | None, *path: str) -> str:
    return _content(one(element, *path))


def _content(element: Element | None) -> str:
    return "" if element is None else clean(text_of(element))


def facts(element: Element | None) -> dict[str, str]:
    """Tag -> text of the children, for elements whose children are plain text and do not repeat. Read in one pass."""
    return {} if element is None else {str(child.tag): clean(child.text) for child in element if child.text}


def pmid_and_version(element: Element) -> tuple[str, int]:
    """(PMID, version); other PMIDs, of comments and of references, stand deeper."""
    stated = one(element, "MedlineCitation" if element.tag == ARTICLE else "BookDocument", "PMID")
    if stated is None:
        return "", 0
    version = stated.get("Version", "")
    return clean_pmid(text_of(stated)), int(version) if re.fullmatch("[0-9]{1,4}", version) else 1


def address(pmid: str) -> str:
    return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"


# Title

# Placeholders that PubMed puts where it has no English title (yet).
_NO_TITLE = {"not available", "in process citation", "no title available"}
_OWN_STOP = re.compile(r"(?:\.\.\.|\b(?:[A-Za-z]\.)+[A-Za-z]\.|\b(?:Inc|Ltd|Co|Jr|Sr|etc|al|spp?|vs)\.)$")


def titles(parent: Element | None, tag: str) -> tuple[str, str]:
    """(title, original title). A record that only has its original title bears that as its title too."""
    title = _unbracketed(without_stop(text_at(parent, tag)))
    original = _unbracketed(without_stop(text_at(parent, "VernacularTitle")))
    if title.casefold() in _NO_TITLE:
        title = ""
    return title or original, original


def without_stop(title: str) -> str:
    """Without the full stop PubMed ends titles with; that of ``U.S.`` and of ``...`` is the title's own."""
    if not title.endswith(".") or _OWN_STOP.search(title, max(0, len(title) - 12)):
        return title
    return title[:-1].rstrip()


def _unbracketed(title: str) -> str:
    """``[Translated title.]`` without its brackets; ``[3H]ketamine and [11C]raclopride`` as it is."""
    if not (title.startswith("[") and title.endswith("]")):
        return title
    depth = 0
    for position, character in enumerate(title, start=1):
        depth += (character == "[") - (character == "]")
        if depth == 0 and position < len(title):
            return title
    return without_stop(title[1:-1].strip())


# Abstract

_UNLABELLED = {"UNLABELLED", "UNLABELED"}
_PLACEHOLDER = "abstract available from the publisher"


def abstract_of(article: Element | None, citation: Element | None) -> tuple[str, tuple[Section, ...], str]:
    """(text, sections, rights line). Without an abstract an English other abstract stands in.

    The sections of another abstract have its type (``plain-language-summary``, ``Publisher``) as their category.
    """
    own = one(article, "Abstract")
    text, sections = join_sections(_parts(own))
    if text:
        return text, sections, text_at(own, "CopyrightInformation")
    for other in each(citation, "OtherAbstract"):
        if other.get("Language", "eng").lower() != "eng":
            continue
        text, sections = join_sections(_parts(other, other.get("Type", "")))
        if text and not text.casefold().startswith(_PLACEHOLDER):
            return text, sections, text_at(other, "CopyrightInformation")
    return "", (), ""


# <AbstractText Label="AIMS" NlmCategory="OBJECTIVE">: the author's heading stands in the attribute only.
def _parts(abstract: Element | None, category: str = "") -> Iterator[tuple[str, str, str]]:
    for part in each(abstract, "AbstractText"):
        label = part.get("Label", "")
        if label.upper() in _UNLABELLED:
            label = ""
        yield label, category or part.get("NlmCategory", ""), text_of(part)


# Authors


def authors_of(authors: Element | None) -> tuple[Author, ...]:
    found = (_author(author) for author in each(authors, "Author") if author.get("ValidYN") != "N")
    return tuple(author for author in found if author)


def _author(author: Element) -> Author | None:
    """A person or a group; None when the element names neither."""
    parts = facts(author)
    orcid = clean_orcid(next((i.text for i in author.iterchildren("Identifier") if i.get("Source") == "ORCID"), ""))
    family, given, suffix = (parts.get(tag, "") for tag in ("LastName", "ForeName", "Suffix"))
    if not family and (group := text_at(author, "CollectiveName")):
        return Author(group, orcid=orcid, collective=True)
    initials = parts.get("Initials") or "".join(part[0] for part in given.split())
    name = _joined(family, initials if family else given, suffix)
    return Author(name, family, _joined(given or initials, suffix), orcid) if name else None


def _joined(*parts: str) -> str:
    return " ".join(filter(None, parts))


def book_authors(document: Element | None, book: Element | None) -> tuple[Author, ...]:
    """Authors of the chapter, else of the book; editors only when there is nobody else."""
    lists = [*each(document, "AuthorList"), *each(book, "AuthorList")]
    lists.sort(key=lambda authors: authors.get("Type") == "editors")
    return next(filter(None, map(authors_of, lists)), ())


# Dates


def published(article: Element | None) -> str:
    """The earlier of print and electronic publication."""
    printed = date_of(one(article, "Journal", "JournalIssue", "PubDate"))
    return dates.earliest(printed, *map(date_of, each(article, "ArticleDate")))


# Year with Month and Day, Year with Season, or free text: <MedlineDate>1998 Dec-1999 Jan</MedlineDate>.
def date_of(element: Element | None) -> str:
    parts = facts(element)
    year = parts.get("Year", "")
    day = dates.partial(year, parts.get("Month"), parts.get("Day"))
    return day or dates.from_medline(parts.get("MedlineDate") or year)


# <PubMedPubDate PubStatus="entrez"> is the day the record was created in PubMed.
def revised(citation: Element | None, data: Element | None) -> str:
    stated = [date_of(one(citation, "DateRevised"))]
    stated += [date_of(day) for day in each(data, "History", "PubMedPubDate") if day.get("PubStatus") == "entrez"]
    return max((day for day in stated if len(day) == len("2018-05-14")), default="")


# Place of publication


# <StartPage>770</StartPage><EndPage>80</EndPage>, <MedlinePgn>770-80</MedlinePgn>, or only an article number.
def pages(article: Element | None) -> str:
    parts = facts(one(article, "Pagination"))
    first, last = parts.get("StartPage", ""), parts.get("EndPage", "")
    if first and last and first != last:
        return f"{first}-{last}"
    number = (clean(i.text) for i in each(article, "ELocationID") if i.get("EIdType") == "pii" and _valid(i))
    return parts.get("MedlinePgn") or first or next(number, "")


def languages(article: Element | None) -> str:
    return ";".join(unique(clean(language.text).lower() for language in each(article, "Language")))


# Identifiers


def _valid(element: Element) -> bool:
    return element.get("ValidYN") != "N"


def doi_of(article: Element | None, data: Element | None) -> str:
    """From ELocationID, else from the record's own list of identifiers (most DOIs before 2008)."""
    for stated in each(article, "ELocationID"):
        if stated.get("EIdType") == "doi" and _valid(stated) and (doi := clean_doi(stated.text)):
            return doi
    return next((doi for text in _article_ids(data, "doi") if (doi := clean_doi(text))), "")


def pmcid_of(data: Element | None) -> str:
    return next((pmcid for text in _article_ids(data, "pmc") if (pmcid := clean_pmcid(text))), "")


def _article_ids(data: Element | None, scheme: str) -> Iterator[str | None]:
    for stated in each(data, "ArticleIdList", "ArticleId"):
        if stated.get("IdType") == scheme:
            yield stated.text


# Trial registries among the data banks (GENBANK, PDB, Dryad and the like are not):
# https://www.nlm.nih.gov/bsd/medline_databank_source.html
_REGISTRIES = {
    "anzctr", "chictr", "cris", "clinicaltrials.gov", "ctri", "drks", "eudract", "euctr", "irct", "isrctn", "japiccti",
    "jmacct", "jprn", "jrct", "kct", "lbctr", "ntr", "pactr", "rebec", "repec", "rpcec", "slctr", "tctr", "umin ctr",
    "umin-ctr",
}  # fmt: skip


def registrations_of(article: Element | None, *texts: str) -> tuple[str, ...]:
    """Numbers of the data banks first, then those in title and abstract."""
    stated: list[str] = []
    for bank in each(article, "DataBankList", "DataBank"):
        name = text_at(bank, "DataBankName")
        if name.lower() in _REGISTRIES:
            for number in each(bank, "AccessionNumberList", "AccessionNumber"):
                stated += _registration(name, clean(number.text))
    return unique([*stated, *registrations(*texts)])


def _registration(registry: str, number: str) -> tuple[str, ...]:
    """In the project's form; a bare number gets its registry's name; an unknown form stays as it is."""
    return registrations(number) or registrations(f"{registry}{number}") or (number,)


# Indexing


def mesh(citation: Element | None) -> tuple[Heading, ...]:
    """Headings (major when the descriptor or a qualifier is), then supplementary concepts."""
    found = []
    for heading in each(citation, "MeshHeadingList", "MeshHeading"):
        parts = list(heading)
        major = any(part.get("MajorTopicYN") == "Y" for part in parts)
        descriptors = (part for part in parts if part.tag == "DescriptorName")
        found += [Heading(name, ui, major) for name, ui in _named(descriptors)]
    supplementary = _named(each(citation, "SupplMeshList", "SupplMeshName"))
    return (*found, *(Heading(name, ui) for name, ui in supplementary))


def substances(citation: Element | None) -> tuple[Heading, ...]:
    """Esketamine, for one, is often named only here."""
    chemicals = each(citation, "ChemicalList", "Chemical")
    return tuple(Heading(name, ui) for c in chemicals for name, ui in _named(c.iterchildren("NameOfSubstance")))


def _named(stated: Iterable[Element]) -> Iterator[tuple[str, str]]:
    """(name, UI) of each element that has a name."""
    for element in stated:
        if name := clean(element.text):
            yield name, element.get("UI", "")


def keywords(citation: Element | None) -> tuple[str, ...]:
    lists = each(citation, "KeywordList")
    return unique(clean(text_of(keyword)) for owner in lists for keyword in owner.iterchildren("Keyword"))


def publication_types(stated: Iterable[Element]) -> tuple[PublicationType, ...]:
    return tuple(PublicationType(name, ui) for name, ui in _named(stated))
