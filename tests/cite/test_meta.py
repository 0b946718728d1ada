"""What a page tells machines: the tags that Zotero's button reads, and schema.org's description."""

from __future__ import annotations

import json
from typing import Any

from harvest.cite.meta import json_ld, json_ld_markup, meta_tags

Row = dict[str, Any]


def test_the_tags_name_everything_a_reference_needs(row: Row, authors: list[Row]) -> None:
    """One tag for each author in order, the date with slashes, first and last page apart."""
    tags = meta_tags(row, authors, "https://site.example/ketamine/reports/pmid-90000001")
    assert [content for name, content in tags if name == "citation_author"] == [
        "Brightwater, Robin M, Jr", "van Ooster, J", "Ó Súilleabháin, Brían", "Solonimo", "Invented Ketamine Study Group",
    ]  # fmt: skip
    once = {name: content for name, content in tags if name not in ("citation_author", "citation_keywords")}
    assert once == {
        "citation_title": "Invented ketamine for an invented sadness: a trial", "citation_volume": "12",
        "citation_publication_date": "2018/05/14", "citation_journal_title": "Journal of invented psychiatry",
        "citation_publisher": "Invented Press", "citation_issue": "3", "citation_firstpage": "100",
        "citation_lastpage": "109", "citation_doi": "10.5555/inv.1", "citation_pmid": "90000001",
        "citation_issn": "1234-5678", "citation_language": "en",
        "citation_abstract_html_url": "https://site.example/ketamine/reports/pmid-90000001",
        "citation_public_url": "https://pubmed.ncbi.nlm.nih.gov/90000001/",
    }  # fmt: skip


def test_nothing_unknown_is_tagged() -> None:
    """No empty tags."""
    assert meta_tags({"id": "rec-1", "title": "T", "date": "2018-05"}, []) == [
        ("citation_title", "T"),
        ("citation_publication_date", "2018/05"),
    ]


def test_json_ld_describes_the_article(row: Row, authors: list[Row]) -> None:
    """Types, people and groups, the chain from issue to journal, identifiers."""
    made = json_ld(row, authors, "https://site.example/x")
    assert made["@type"] == ["ScholarlyArticle", "MedicalScholarlyArticle"] and made["datePublished"] == "2018-05-14"
    assert made["author"][0] == {"@type": "Person", "name": "Robin M Brightwater Jr", "givenName": "Robin M",
                                 "familyName": "Brightwater"}  # fmt: skip
    assert made["author"][4] == {"@type": "Organization", "name": "Invented Ketamine Study Group"}
    assert made["isPartOf"]["issueNumber"] == "3" and made["isPartOf"]["isPartOf"]["isPartOf"]["issn"] == "1234-5678"
    assert {"@type": "PropertyValue", "propertyID": "doi", "value": "10.5555/inv.1"} in made["identifier"]
    assert "creativeWorkStatus" not in made
    assert json_ld(row | {"retracted": 1}, [])["creativeWorkStatus"] == "Retracted"
    assert (
        json_ld({"id": "nct-1", "kind": "registry-entry", "registrations": "NCT90000001"}, [])["@type"]
        == "MedicalTrial"
    )


def test_a_digest_is_not_given_out_as_the_abstract(row: Row) -> None:
    """Machines would quote our words as the authors'."""
    assert "abstract" not in json_ld(row | {"abstract_kind": "digest"}, [])


def test_no_title_can_end_the_script(row: Row) -> None:
    """The element stays one element, and the data come back whole."""
    title = '</script><script>alert(1)</script> & "x" \u2028 <!-- ]]>'
    markup = str(json_ld_markup(row | {"title": title}, []))
    inside = markup.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not set("<>&\u2028") & set(inside)
    assert json.loads(inside)["name"] == " ".join(title.split())
