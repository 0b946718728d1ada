"""PubMed XML to records: whole invented records compared, then single rules, damage, and the real recordings."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest.errors import BadInput, HostileInput
from harvest.pubmed_xml import ArticleSet, articles, parse_article, split
from harvest.record import Author, Heading, Link, PublicationType, Record, Section
from harvest.xml import parse_element

FIXTURES = Path(__file__).parent / "fixtures" / "pubmed"
SHARED = Path(__file__).resolve().parents[2] / "shared"
JOURNAL_ARTICLE = PublicationType("Journal Article", "D016428")


def records(name: str) -> list[Record]:
    found = split((FIXTURES / name).read_bytes())
    assert found.damaged == ()
    return [parse_article(xml) for _, xml in found.articles]


def article(inside: str = "", citation: str = "", data: str = "", pmid: str = "90000100") -> Record:
    """The record of a PubmedArticle with the given parts of Article, MedlineCitation and PubmedData."""
    return parse_article(
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article>{inside}</Article>{citation}'
        f"</MedlineCitation><PubmedData>{data}</PubmedData></PubmedArticle>".encode()
    )


# Whole records


def test_a_full_article_is_read_field_by_field() -> None:
    """Everything pubmed states about an article, each from its own place, nothing from the references."""
    abstract = (
        "BACKGROUND: Nobody had asked about 103 spoons.\n"
        "METHODS: We gave all of them to 10^-3 mice (NCT 01234567).\n"
        "They were content (p < 0.05)."
    )
    assert records("structured.xml") == [
        Record(
            source="pubmed",
            source_id="90000001",
            title="Intranasal spray and the in vitro CO2 response: a randomised trial of ten3 inventions",
            kind="article",
            abstract=abstract,
            abstract_kind="abstract",
            sections=(
                Section("BACKGROUND", "BACKGROUND", 12, 46),
                Section("METHODS", "METHODS", 56, 105),
                Section("", "", 106, 135),
            ),
            rights="© 2024 The Inventors.",
            authors=(
                Author("Østergård IM", "Østergård", "Inge Marie", "0000-0001-2345-678X"),
                Author("King T Jr", "King", "Theodore Jr"),
                Author("The Spoon Study Group", collective=True),
            ),
            date="2023-11-30",
            journal="Annals of invented psychiatry & anaesthesia",
            journal_abbreviation="Ann Invent Psychiatry",
            issn="3333-4444",
            volume="12",
            issue="3 Suppl 1",
            pages="770-780",
            language="eng;fre",
            pmid="90000001",
            pmcid="PMC9000001",
            doi="10.5555/invented.1",
            registrations=("ISRCTN12345678", "NCT07654321", "RBR-2x3y4z", "NCT01234567"),
            mesh=(
                Heading("Humans", "D006801"),
                Heading("Ketamine", "D007649", major=True),
                Heading("Depressive Disorder, Treatment-Resistant", "D061218", major=True),
                Heading("Spoon aversion", "C000001"),
            ),
            substances=(Heading("Ketamine", "D007649"), Heading("Esketamine", "C000711258")),
            keywords=("spoons", "CO2", "cutlery"),
            publication_types=(JOURNAL_ARTICLE, PublicationType("Randomized Controlled Trial", "D016449")),
            links=(Link("commented-on-by", "pmid", "90000901", "Ann Invent Psychiatry. 2024 Feb;12(4):1"),),
            url="https://pubmed.ncbi.nlm.nih.gov/90000001/",
            revised="2024-03-09",
        )
    ]


def test_sections_point_at_their_text() -> None:
    (record,) = records("structured.xml")
    assert [record.abstract[s.start : s.end].split()[0] for s in record.sections] == ["Nobody", "We", "They"]


def test_a_translated_article_keeps_both_titles_and_an_english_summary() -> None:
    """Brackets and PubMed's full stop go; the summary that stands in for the abstract is marked as one."""
    assert parse_article((FIXTURES / "translated.xml").read_bytes()) == Record(
        source="pubmed",
        source_id="90000050",
        title="On the sleep of spoons [a letter]",
        original_title="Über den Schlaf der Löffel",
        abstract="They sleep.",
        abstract_kind="abstract",
        sections=(Section("", "plain-language-summary", 0, 11),),
        authors=(Author("Löffel B", "Löffel", "B"),),
        date="1987",
        journal="Zeitschrift für Erfundenes",
        journal_abbreviation="Z Erfund",
        issn="5555-6666",
        volume="9",
        pages="80-3",
        language="ger",
        pmid="90000050",
        doi="10.5555/only.here",
        publication_types=(JOURNAL_ARTICLE,),
        url="https://pubmed.ncbi.nlm.nih.gov/90000050/",
    )


def test_a_retracted_article_and_its_notices_name_each_other() -> None:
    """Links by PMID, by a DOI in the description, or by the description alone; notices are notices."""
    first = "J Invent. 2010;1(1):1"
    common = {"source": "pubmed", "journal": "J Invent", "language": "eng"}
    url = "https://pubmed.ncbi.nlm.nih.gov/"
    assert records("retraction.xml") == [
        Record(
            **common,
            source_id="90000010",
            pmid="90000010",
            title="Results that nobody could find again",
            date="2010",
            url=url + "90000010/",
            publication_types=(JOURNAL_ARTICLE, PublicationType("Retracted Publication", "D016441")),
            retracted=True,
            links=(
                Link("retracted-by", "pmid", "90000011", "J Invent. 2012 Mar;3(1):9"),
                Link("corrected-by", note="J Invent 2011 Jun 27;351(9120):1968"),
                Link(
                    "concern-raised-by",
                    "doi",
                    "10.5555/concern.1",
                    "J Invent. 2011;2:5. doi: 10.5555/Concern.1.",
                ),
            ),
        ),
        Record(
            **common,
            source_id="90000011",
            pmid="90000011",
            title="Retraction: Results that nobody could find again",
            date="2012-03",
            url=url + "90000011/",
            kind="notice",
            publication_types=(PublicationType("Retraction of Publication", "D016440"),),
            links=(Link("retracts", "pmid", "90000010", first),),
        ),
        Record(
            **common,
            source_id="90000012",
            pmid="90000012",
            title="Erratum",
            date="2011",
            url=url + "90000012/",
            kind="notice",
            publication_types=(PublicationType("Published Erratum", "D016425"),),
            links=(Link("corrects", "pmid", "90000010", first),),
        ),
        Record(
            **common,
            source_id="90000013",
            pmid="90000013",
            title="Editors' expression of concern",
            date="2011-11",
            url=url + "90000013/",
            kind="notice",
            publication_types=(PublicationType("Expression of Concern"),),
            links=(Link("raises-concern-about", "pmid", "90000010", first),),
        ),
        Record(
            source="pubmed",
            source_id="90000014",
            pmid="90000014",
            title="Results that were withdrawn and printed again",
            url=url + "90000014/",
            publication_types=(JOURNAL_ARTICLE,),
            retracted=True,
            links=(
                Link("retracted-by", "pmid", "90000015", "J Invent. 2014;5(1):1"),
                Link("republished-as", "pmid", "90000015", "J Invent. 2014;5(1):1"),
            ),
        ),
    ]


def test_a_chapter_is_a_book_record_within_its_book_and_a_book_stands_for_itself() -> None:
    assert records("book.xml") == [
        Record(
            source="pubmed",
            source_id="90000020",
            title="Spray Toxicity",
            kind="book",
            abstract="A chapter about sprays.",
            abstract_kind="abstract",
            rights="Copyright © Invented Press.",
            authors=(Author("Writer C", "Writer", "Chapter"),),
            date="2021-06-07",
            journal="InventedPearls®",
            publisher="Invented Press",
            language="eng",
            pmid="90000020",
            keywords=("spray",),
            publication_types=(PublicationType("Study Guide", "D000072643"),),
            url="https://pubmed.ncbi.nlm.nih.gov/90000020/",
            revised="2022-08-10",
        ),
        Record(
            source="pubmed",
            source_id="90000021",
            title="A whole book of inventions",
            kind="book",
            authors=(Author("Board of Inventors", collective=True),),
            date="2019",
            publisher="Invented Press",
            pmid="90000021",
            url="https://pubmed.ncbi.nlm.nih.gov/90000021/",
        ),
    ]


def test_a_pmid_alone_makes_a_record() -> None:
    """The DTD calls much mandatory; sixty years of records do not."""
    assert parse_article(
        b"<PubmedArticle><MedlineCitation><PMID>7</PMID></MedlineCitation></PubmedArticle>", source="files"
    ) == Record(source="files", source_id="7", pmid="7", url="https://pubmed.ncbi.nlm.nih.gov/7/")


# Sets


def test_a_set_gives_the_highest_version_the_deleted_and_the_damaged() -> None:
    """An element without a PMID costs nobody else their place."""
    found = split((FIXTURES / "versions.xml").read_bytes())
    assert [pmid for pmid, _ in found.articles] == ["90000030", "90000031", "90000032"]
    assert parse_article(found.articles[0][1]).title == "Second version"
    assert found.deleted == ("90000040", "90000041")
    assert found.damaged == ("Element 2 of the set (PubmedArticle) names no PMID.",)


def test_split_elements_stand_alone_with_their_namespaces() -> None:
    found = dict(split((FIXTURES / "versions.xml").read_bytes()).articles)
    assert found["90000032"].startswith(b"<PubmedArticle>")
    assert found["90000032"].endswith(b"</PubmedArticle>")
    assert b'xmlns:mml="http://www.w3.org/1998/Math/MathML"' in found["90000032"]
    assert parse_article(found["90000032"]).abstract == "Half of a/2."


def test_split_gives_utf_8_whatever_came() -> None:
    body = (
        (FIXTURES / "structured.xml")
        .read_text(encoding="utf-8")
        .replace('version="1.0"', 'version="1.0" encoding="utf-16"')
    )
    assert split(body.encode("utf-16")) == split((FIXTURES / "structured.xml").read_bytes())


def test_a_single_article_as_root_is_a_set_of_one() -> None:
    body = (FIXTURES / "translated.xml").read_bytes()
    ((pmid, xml),) = split(body).articles
    assert (pmid, parse_article(xml)) == ("90000050", parse_article(body))


def test_an_empty_set_is_empty_not_an_error() -> None:
    assert split(b"<PubmedArticleSet>\n</PubmedArticleSet>") == ArticleSet()


@pytest.mark.parametrize("name", ["structured.xml", "retraction.xml", "book.xml"])
def test_an_element_and_its_bytes_give_the_same_record(name: str) -> None:
    """Streamed from a file, or split for the archive and read later without its references."""
    body = (FIXTURES / name).read_bytes()
    assert [parse_article(element) for element in articles(body)] == records(name)


def test_words_that_look_like_references_do_not_cost_the_rest() -> None:
    comment, body = "<!-- <ReferenceList> -->", (FIXTURES / "structured.xml").read_text(encoding="utf-8")
    assert split(body.encode()).articles[0][1].count(b"ReferenceList") == 2
    element = body[body.index("<PubmedArticle>") : body.index("</PubmedArticleSet>")]
    assert [parse_article((comment + element).encode())] == records("structured.xml")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<eSearchResult><ERROR>busy</ERROR></eSearchResult>", "root is <eSearchResult>"),
        (b"<rss><PubmedArticle/></rss>", "root is <rss>"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE PubmedArticleSet>', "without any element"),
        (b"", "empty"),
        (b"<html><body>busy</body></html>", "HTML"),
        (b"<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>7</PMID>", "cut off at line 1"),
    ],
)
def test_split_refuses_what_is_no_whole_set(body: bytes, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        split(body)
    with pytest.raises(BadInput):
        list(articles(body))


def test_split_refuses_entities() -> None:
    with pytest.raises(HostileInput):
        split(b'<!DOCTYPE PubmedArticleSet [<!ENTITY x "y">]><PubmedArticleSet/>')


def test_a_doubled_answer_gives_each_article_once() -> None:
    body = (FIXTURES / "retraction.xml").read_text()
    inside = body[body.index("<PubmedArticle>") : body.index("</PubmedArticleSet>")]
    assert split(body.replace(inside, inside * 2).encode()) == split(body.encode())


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<PubmedArticle/>", "names no PMID"),
        (
            b"<PubmedArticle><MedlineCitation><PMID>none</PMID></MedlineCitation></PubmedArticle>",
            "names no PMID",
        ),
        (b"<PubmedArticleSet/>", "got <PubmedArticleSet>"),
        (b"not xml", "not XML"),
    ],
)
def test_what_is_no_article_is_refused(body: bytes, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        parse_article(body)


# Rules


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("A plain title.", "A plain title"),
        ("Is it so?", "Is it so?"),
        ("Depression in the U.S.", "Depression in the U.S."),
        ("And so on...", "And so on..."),
        ("By Invention et al.", "By Invention et al."),
        ("Hepatitis B.", "Hepatitis B"),
        ("[3H]ketamine and [11C]raclopride.", "[3H]ketamine and [11C]raclopride"),
        ("[3H]ketamine [abstract].", "[3H]ketamine [abstract]"),
        ("[Was ist das?]", "Was ist das?"),
        ("[Inside the brackets.]", "Inside the brackets"),
        ("[Retracted] A title.", "[Retracted] A title"),
        ("", ""),
    ],
)
def test_titles_lose_only_what_pubmed_added(stated: str, title: str) -> None:
    assert article(f"<ArticleTitle>{stated}</ArticleTitle>").title == title


@pytest.mark.parametrize("stated", ["", "[Not Available].", "[In Process Citation]"])
def test_without_an_english_title_the_original_one_serves(stated: str) -> None:
    record = article(f"<ArticleTitle>{stated}</ArticleTitle><VernacularTitle>Nur deutsch.</VernacularTitle>")
    assert (record.title, record.original_title) == ("Nur deutsch", "Nur deutsch")


@pytest.mark.parametrize(
    ("printed", "electronic", "date"),
    [
        ("<Year>2019</Year><Month>Feb</Month><Day>3</Day>", "", "2019-02-03"),
        ("<Year>2019</Year><Month>02</Month>", "", "2019-02"),
        ("<Year>2019</Year><Season>Winter</Season>", "", "2019"),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", "", "1998-12"),
        ("<MedlineDate>Spring 1947</MedlineDate>", "", "1947"),
        ("<Year>2019</Year>", "<Year>2018</Year><Month>12</Month><Day>20</Day>", "2018-12-20"),
        ("<Year>2018</Year><Month>Nov</Month>", "<Year>2018</Year><Month>12</Month><Day>20</Day>", "2018-11"),
        ("<Year>2018</Year>", "<Year>2018</Year><Month>12</Month><Day>20</Day>", "2018-12-20"),
        ("", "<Year>2018</Year><Month>12</Month><Day>20</Day>", "2018-12-20"),
        ("", "", ""),
    ],
)
def test_the_date_is_the_earlier_of_print_and_electronic(printed: str, electronic: str, date: str) -> None:
    record = article(
        f"<Journal><JournalIssue><PubDate>{printed}</PubDate></JournalIssue></Journal>"
        f'<ArticleDate DateType="Electronic">{electronic}</ArticleDate>'
    )
    assert record.date == date


@pytest.mark.parametrize(
    ("inside", "pages"),
    [
        ("<Pagination><StartPage>12</StartPage><EndPage>12</EndPage></Pagination>", "12"),
        ("<Pagination><StartPage>e12</StartPage><MedlinePgn>e12</MedlinePgn></Pagination>", "e12"),
        ("<Pagination><MedlinePgn>S12-8, S15</MedlinePgn></Pagination>", "S12-8, S15"),
        ('<ELocationID EIdType="pii" ValidYN="Y">e0092424</ELocationID>', "e0092424"),
        ('<ELocationID EIdType="doi" ValidYN="Y">10.5555/x</ELocationID>', ""),
    ],
)
def test_pages_come_from_where_they_are(inside: str, pages: str) -> None:
    assert article(inside).pages == pages


def test_an_abstract_is_never_mixed_with_other_abstracts() -> None:
    other = '<OtherAbstract Type="Publisher" Language="eng"><AbstractText>Theirs.</AbstractText></OtherAbstract>'
    own = "<Abstract><AbstractText>Ours.</AbstractText></Abstract>"
    assert article(own, other).abstract == "Ours."
    assert article("", other).abstract == "Theirs."
    assert article("", other.replace("eng", "spa")).abstract == ""


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("<LastName>Ito</LastName><ForeName>Ken-ichi Bo</ForeName>", Author("Ito KB", "Ito", "Ken-ichi Bo")),
        ("<LastName>Ito</LastName>", Author("Ito", "Ito")),
        ("<ForeName>Madonna</ForeName>", Author("Madonna", "", "Madonna")),
        (
            "<CollectiveName>Group</CollectiveName><Identifier Source='ORCID'>0000000123456789</Identifier>",
            Author("Group", orcid="0000-0001-2345-6789", collective=True),
        ),
    ],
)
def test_authors_are_persons_or_groups(author: str, expected: Author) -> None:
    assert article(f"<AuthorList><Author>{author}</Author><Author/></AuthorList>").authors == (expected,)


def test_investigators_are_not_authors() -> None:
    record = article("", "<InvestigatorList><Investigator><LastName>No</LastName></Investigator></InvestigatorList>")
    assert record.authors == ()


def test_identifiers_of_references_are_not_the_records_own() -> None:
    theirs = '<ArticleId IdType="doi">10.5555/theirs</ArticleId><ArticleId IdType="pmc">PMC2</ArticleId>'
    reference = f"<Reference><ArticleIdList>{theirs}</ArticleIdList></Reference>"
    record = article(data=f"<ReferenceList>{reference}</ReferenceList>")
    assert (record.doi, record.pmcid, record.pmid) == ("", "", "90000100")


@pytest.mark.parametrize(
    ("bank", "number", "expected"),
    [
        ("ClinicalTrials.gov", "nct01234567", ("NCT01234567",)),
        ("ISRCTN", "ISRCTN12345678", ("ISRCTN12345678",)),
        ("EudraCT", "2012-001234-56", ("EudraCT-2012-001234-56",)),
        ("UMIN-CTR", "UMIN000012345", ("UMIN000012345",)),
        ("NTR", "1234", ("NTR1234",)),
        ("GENBANK", "AB12345678", ()),
        ("Dryad", "10.5061/dryad.2012-001234-56", ()),
        ("ClinicalTrials.gov", "", ()),
    ],
)
def test_only_trial_registries_give_registration_numbers(bank: str, number: str, expected: tuple[str, ...]) -> None:
    record = article(
        f"<DataBankList><DataBank><DataBankName>{bank}</DataBankName><AccessionNumberList>"
        f"<AccessionNumber>{number}</AccessionNumber></AccessionNumberList></DataBank></DataBankList>"
    )
    assert record.registrations == expected


def test_a_preprint_and_its_article_are_linked_as_such() -> None:
    """PubMed says "update in" and "update of" for them, as it does for revised reviews."""

    def link(kind: str, source: str, types: str = "") -> tuple[str, str]:
        record = article(
            f"<PublicationTypeList>{types}</PublicationTypeList>",
            f'<CommentsCorrectionsList><CommentsCorrections RefType="{kind}"><RefSource>{source}</RefSource>'
            "<PMID>9</PMID></CommentsCorrections></CommentsCorrectionsList>",
        )
        return record.kind, record.links[0].kind

    preprint = '<PublicationType UI="D000076942">Preprint</PublicationType>'
    assert link("UpdateIn", "J Invent. 2024", preprint) == ("preprint", "preprint-of")
    assert link("UpdateOf", "medRxiv. 2023 Jan 1:2023.01.01.1") == ("article", "has-preprint")
    assert link("UpdateOf", "J Invent Rev. 2001") == ("article", "updates")
    assert link("UpdateIn", "J Invent Rev. 2003") == ("article", "updated-by")


@pytest.mark.parametrize(
    ("revised", "entrez", "expected"),
    [
        ("2020-01-02", "2019-05-06", "2020-01-02"),
        ("2019-01-02", "2019-05-06", "2019-05-06"),
        ("", "2019-05-06", "2019-05-06"),
        ("2020", "", ""),
    ],
)
def test_revised_is_the_later_of_revision_and_creation(revised: str, entrez: str, expected: str) -> None:
    def parts(day: str) -> str:
        names = ("Year", "Month", "Day")
        return "".join(f"<{n}>{v}</{n}>" for n, v in zip(names, filter(None, day.split("-")), strict=False))

    record = article(
        citation=f"<DateRevised>{parts(revised)}</DateRevised>",
        data=f'<History><PubMedPubDate PubStatus="pubmed">{parts("2024-01-01")}</PubMedPubDate>'
        f'<PubMedPubDate PubStatus="entrez">{parts(entrez)}</PubMedPubDate></History>',
    )
    assert record.revised == expected


# Damage

WHOLE = [xml for path in sorted(FIXTURES.glob("*.xml")) for _, xml in split(path.read_bytes()).articles]


MUTATIONS = [
    b"",
    b"<",
    b">",
    b"&",
    b"<!--",
    b"<![CDATA[",
    b"<PMID>1</PMID>",
    b"</Article>",
    "²".encode(),
    b"9" * 30,
]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_mutated_articles_give_a_record_or_bad_input(data: st.DataObject) -> None:
    """Cut, doubled, swapped or overwritten pieces: never another error."""
    body = data.draw(st.sampled_from(WHOLE))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        end = min(len(body), start + data.draw(st.integers(0, 40)))
        piece = data.draw(st.one_of(st.binary(max_size=8), st.sampled_from(MUTATIONS), st.just(body[start:end] * 2)))
        body = body[:start] + piece + body[end:]
    try:
        assert parse_article(body).pmid
    except BadInput as refusal:
        assert str(refusal)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(WHOLE), st.text(max_size=30), st.integers(0, 10_000))
def test_any_text_in_any_element_gives_a_record_or_bad_input(body: bytes, text: str, seed: int) -> None:
    """Well-formed, but with nonsense where a number, a date or a name is expected."""
    root = parse_element(body)
    leaves = [element for element in root.iter() if isinstance(element.tag, str) and not len(element)]
    try:
        leaves[seed % len(leaves)].text = text
    except ValueError:  # control characters cannot stand in XML
        return
    try:
        assert parse_article(root).pmid
    except BadInput as refusal:
        assert "PMID" in str(refusal)


# Real recordings (beside the repository)

shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not beside this repository")


@shared
@pytest.mark.shared
def test_every_recording_is_read_or_refused_for_what_it_is() -> None:
    """Counts by file; the answers of esearch and epost are no sets of articles."""
    counts: dict[str, int] = {}
    for path in sorted((SHARED / "recordings" / "pubmed").glob("*.xml")):
        if path.name.startswith(("esearch", "epost")):
            with pytest.raises(BadInput, match="not a set of PubMed records"):
                split(path.read_bytes())
            continue
        found = split(path.read_bytes())
        assert found.damaged == ()
        counts[path.name] = len(found.articles)
        streamed = map(parse_article, articles(path.read_bytes()))
        for (pmid, xml), alike in zip(found.articles, streamed, strict=True):
            record = parse_article(xml)
            assert record == alike
            assert (record.pmid, bool(record.title), len(record.revised)) == (pmid, True, 10)
    assert counts["nlm_sample_2019_176records.xml"] == 176
    assert counts["efetch_empty_set_37909814.xml"] == 0
    assert sum(counts.values()) == 201


@shared
@pytest.mark.shared
def test_the_sample_names_what_was_deleted() -> None:
    body = (SHARED / "recordings" / "pubmed" / "nlm_sample_2019_176records.xml").read_bytes()
    assert len(split(body).deleted) == 7


@shared
@pytest.mark.shared
def test_a_real_record_with_thirty_dois_has_its_own() -> None:
    (element,) = split((SHARED / "recordings" / "pubmed" / "efetch_38011560.xml").read_bytes()).articles
    record = parse_article(element[1])
    assert (record.doi, record.pmcid) == ("10.1073/pnas.2305772120", "PMC10710048")
    assert Heading("Ketamine", "D007649", major=True) in record.mesh
    assert (record.date, record.issn, record.pages) == ("2023-11-27", "0027-8424", "e2305772120")


@shared
@pytest.mark.shared
def test_the_features_listed_for_the_recordings_are_found() -> None:
    """Of the recordings' feature list: abstracts, retractions, vernacular titles, group authors, other languages."""
    folder = SHARED / "recordings" / "pubmed"
    checked: Counter[str] = Counter()
    read: dict[str, dict[str, Record]] = {}
    for line in (folder / "FEATURES.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        name, root, pmid, _, _, _, stated, *_ = line.split("\t")
        if not root.startswith("Pubmed"):
            continue
        if name not in read:
            read[name] = {p: parse_article(x) for p, x in split((folder / name).read_bytes()).articles}
        record, features = read[name][pmid], {feature.strip() for feature in stated.split("|")}
        plain = not any(feature.startswith("OtherAbstract") for feature in features)
        expected = {
            "noabs": not record.abstract and plain,
            "structured": any(section.label for section in record.sections),
            "Vernacular": bool(record.original_title),
            "Collective": any(author.collective for author in record.authors),
            "noauthors": not record.authors,
            "MedlineDate": bool(record.date),
        }
        for feature, found in expected.items():
            if feature in features and (feature != "noabs" or plain):
                assert found, (pmid, feature)
                checked[feature] += 1
        if any("RetractionIn" in feature for feature in features):
            assert record.retracted
            checked["retracted"] += 1
    assert min(checked[f] for f in ("noabs", "structured", "Vernacular", "Collective", "MedlineDate", "retracted")) > 2


@shared
@pytest.mark.shared
def test_native_records_of_the_emulator_have_the_identifiers_it_knows() -> None:
    corpus = SHARED / "upstream" / "corpus" / "pubmed.jsonl.gz"
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        native = [item for item in map(json.loads, lines) if "xml" in item]
    assert len(native) == 108
    for item in native:
        record = parse_article(item["xml"].encode())
        assert (record.pmid, record.doi) == (item["pmid"], (item.get("doi") or "").lower())
        assert record.pmcid == (item.get("pmcid") or "")
