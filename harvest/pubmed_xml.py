"""PubMed XML, as E-utilities, the FTP files and a user's download send it, read into records. Pure.

https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/250101/index.html describes the elements. Nothing but the PMID is taken
as given: records of the last sixty years leave out nearly everything else somewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from harvest import pubmed_fields as fields
from harvest.errors import BadInput
from harvest.identifiers import clean_pmid, registrations, unique
from harvest.pubmed_fields import ARTICLE, BOOK, each, one
from harvest.pubmed_links import is_retracted, kind_of, links_of
from harvest.record import Record
from harvest.xml import elements, parse_element

Element = etree._Element

_SETS = ("PubmedArticleSet", "PubmedBookArticleSet")
_DELETED = "DeleteCitation"


@dataclass(frozen=True)
class ArticleSet:
    """What one answer of PubMed holds.

    articles
        (PMID, the element as UTF-8 XML), in order of appearance; of several versions of a PMID the highest.
    deleted
        PMIDs that PubMed says are no more.
    damaged
        One message for each element that names no PMID.
    """

    articles: tuple[tuple[str, bytes], ...] = ()
    deleted: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()


def split(body: bytes) -> ArticleSet:
    """The articles and book records of a ``PubmedArticleSet`` (or the one that is the root), ready for the archive.

    Raises `BadInput` when the body is no such document, or is cut off or damaged anywhere.
    """
    kept: dict[str, tuple[int, bytes]] = {}
    deleted: list[str] = []
    damaged: list[str] = []
    for position, element in enumerate(_members(body, ARTICLE, BOOK, _DELETED), start=1):
        if element.tag == _DELETED:
            deleted += [clean_pmid(pmid.text) for pmid in element.iterchildren("PMID")]
            continue
        pmid, version = fields.pmid_and_version(element)
        if not pmid:
            damaged.append(f"Element {position} of the set ({element.tag}) names no PMID.")
        elif pmid not in kept or version >= kept[pmid][0]:
            kept[pmid] = (version, etree.tostring(element, encoding="utf-8", with_tail=False))
    articles = tuple((pmid, xml) for pmid, (_, xml) in kept.items())
    return ArticleSet(articles, unique(deleted), tuple(damaged))


def articles(body: bytes) -> Iterator[Element]:
    """Each article or book element of a whole document, one at a time: valid until the next one is asked for."""
    return _members(body, ARTICLE, BOOK)


def _members(body: bytes, *tags: str) -> Iterator[Element]:
    root = ""
    for element in elements(body, *tags):
        root = root or str(element.getroottree().getroot().tag)
        if root not in (*_SETS, ARTICLE, BOOK):
            break
        yield element
    if not root:
        root = str(parse_element(body).tag)
    if root not in (*_SETS, ARTICLE, BOOK):
        raise BadInput(f"This is XML, but not a set of PubMed records: its root is <{root}>.")


def parse_article(item: Element | bytes, source: str = "pubmed") -> Record:
    """The record of one ``PubmedArticle`` or ``PubmedBookArticle``.

    Raises `BadInput` when it is neither, or names no PMID.
    """
    element = parse_element(_without_references(item)) if isinstance(item, bytes) else item
    if element.tag not in (ARTICLE, BOOK):
        raise BadInput(f"Expected a <{ARTICLE}> or <{BOOK}>, got <{element.tag}>.")
    if not fields.pmid_and_version(element)[0]:
        raise BadInput(f"This <{element.tag}> names no PMID.")
    return _article(element, source) if element.tag == ARTICLE else _book(element, source)


def _without_references(body: bytes) -> bytes:
    """References are half of a record's bytes and nothing is read from them; they stand last in their parent.

    Only what is surely markup is cut: comments and CDATA sections may hold anything.
    """
    start, end = body.find(b"<ReferenceList>"), body.rfind(b"</ReferenceList>")
    if b"<!" in body or not 0 <= start < end:
        return body
    return body[:start] + body[end + len(b"</ReferenceList>") :]


def _article(element: Element, source: str) -> Record:
    citation = one(element, "MedlineCitation")
    article, data = one(citation, "Article"), one(element, "PubmedData")
    journal, medline = (
        fields.facts(one(article, "Journal")),
        fields.facts(one(citation, "MedlineJournalInfo")),
    )
    issue = fields.facts(one(article, "Journal", "JournalIssue"))
    pmid = fields.pmid_and_version(element)[0]
    title, original_title = fields.titles(article, "ArticleTitle")
    abstract, sections, rights = fields.abstract_of(article, citation)
    types = fields.publication_types(each(article, "PublicationTypeList", "PublicationType"))
    kind = kind_of(types)
    links = links_of(citation, kind)
    return Record(
        source=source,
        source_id=pmid,
        title=title,
        kind=kind,
        original_title=original_title,
        abstract=abstract,
        abstract_kind="abstract" if abstract else "",
        sections=sections,
        rights=rights,
        authors=fields.authors_of(one(article, "AuthorList")),
        date=fields.published(article),
        journal=journal.get("Title", ""),
        journal_abbreviation=journal.get("ISOAbbreviation") or medline.get("MedlineTA", ""),
        issn=medline.get("ISSNLinking") or journal.get("ISSN", ""),
        volume=issue.get("Volume", ""),
        issue=issue.get("Issue", ""),
        pages=fields.pages(article),
        language=fields.languages(article),
        pmid=pmid,
        pmcid=fields.pmcid_of(data),
        doi=fields.doi_of(article, data),
        registrations=fields.registrations_of(article, title, abstract),
        mesh=fields.mesh(citation),
        substances=fields.substances(citation),
        keywords=fields.keywords(citation),
        publication_types=types,
        links=links,
        retracted=is_retracted(types, links),
        url=fields.address(pmid),
        revised=fields.revised(citation, data),
    )


# <BookDocument> takes the place of both MedlineCitation and Article; the book stands in <Book>, the chapter around it.
def _book(element: Element, source: str) -> Record:
    document, data = one(element, "BookDocument"), one(element, "PubmedBookData")
    book = one(document, "Book")
    pmid = fields.pmid_and_version(element)[0]
    title, original_title = fields.titles(document, "ArticleTitle")
    whole = fields.without_stop(fields.text_at(book, "BookTitle"))
    abstract, sections, rights = fields.abstract_of(document, document)
    types = fields.publication_types(each(document, "PublicationType"))
    return Record(
        source=source,
        source_id=pmid,
        title=title or whole,
        kind="book",
        original_title=original_title,
        abstract=abstract,
        abstract_kind="abstract" if abstract else "",
        sections=sections,
        rights=rights,
        authors=fields.book_authors(document, book),
        date=fields.date_of(one(document, "ContributionDate")) or fields.date_of(one(book, "PubDate")),
        journal=whole if title else "",
        volume=fields.text_at(book, "Volume"),
        pages=fields.pages(document),
        publisher=fields.text_at(book, "Publisher", "PublisherName"),
        language=fields.languages(document),
        pmid=pmid,
        pmcid=fields.pmcid_of(document) or fields.pmcid_of(data),
        doi=fields.doi_of(document, data) or fields.doi_of(document, document),
        registrations=registrations(title, abstract),
        keywords=fields.keywords(document),
        publication_types=types,
        retracted=is_retracted(types, ()),
        url=fields.address(pmid),
        revised=fields.revised(document, data),
    )
