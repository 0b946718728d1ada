"""The six styles, against the samples of their guides in form; all reports are invented."""

from __future__ import annotations

import html
import re
import warnings
from typing import Any

import pytest
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest.cite import EXTENSIONS, STYLE_NAMES
from harvest.cite.casing import after_colons, journal_name, title_case
from harvest.cite.csl import item
from harvest.cite.formats import FORMATS
from harvest.cite.sheets import sheet
from harvest.cite.styles import STYLES, listed, reference

Row = dict[str, Any]

JOURNAL_ARTICLE = {
    # https://www.nlm.nih.gov/bsd/uniform_requirements.html, standard journal article with PMID
    "vancouver": "Brightwater RM Jr, van Ooster J, Ó Súilleabháin B, Solonimo, Invented Ketamine Study Group. Invented "
    "ketamine for an invented sadness: a trial. Journal of Invented Psychiatry. 2018 May 14;12(3):100-9. "
    "doi:10.5555/inv.1. PubMed PMID: 90000001; PubMed Central PMCID: PMC9000001.",
    # https://apastyle.apa.org/style-grammar-guidelines/references/examples/journal-article-references
    "apa": "Brightwater, R. M., Jr., van Ooster, J., Ó Súilleabháin, B., Solonimo, & Invented Ketamine Study Group. "
    "(2018). Invented ketamine for an invented sadness: A trial. Journal of Invented Psychiatry, 12(3), 100–109. "
    "https://doi.org/10.5555/inv.1",
    # AMA Manual of Style, 11th edition, 3.11.1
    "ama": "Brightwater RM Jr, van Ooster J, Ó Súilleabháin B, Solonimo, Invented Ketamine Study Group. Invented ketamine "
    "for an invented sadness: a trial. Journal of Invented Psychiatry. 2018;12(3):100-109. doi:10.5555/inv.1",
    # MLA Handbook, 9th edition, 5.31 and appendix 2
    "mla": "Brightwater, Robin M., Jr., et al. “Invented Ketamine for an Invented Sadness: A Trial.” Journal of Invented "
    "Psychiatry, vol. 12, no. 3, May 2018, pp. 100–09, https://doi.org/10.5555/inv.1.",
    "harvard": "Brightwater, R.M., Jr. et al. (2018) ‘Invented ketamine for an invented sadness: a trial’, Journal of "
    "Invented Psychiatry, 12(3), pp. 100–109. Available at: https://doi.org/10.5555/inv.1.",
    # https://www.chicagomanualofstyle.org/tools_citationguide/citation-guide-2.html
    "chicago": "Brightwater, Robin M., Jr., J. van Ooster, Brían Ó Súilleabháin, Solonimo, and Invented Ketamine Study "
    "Group. 2018. “Invented Ketamine for an Invented Sadness: A Trial.” Journal of Invented Psychiatry 12 (3): 100–109. "
    "https://doi.org/10.5555/inv.1.",
}


@pytest.mark.parametrize("style", STYLES)
def test_a_journal_article_is_cited_as_the_guide_shows(style: str, row: Row, authors: list[Row]) -> None:
    """Names, capitals, order and punctuation of each guide's first sample."""
    assert reference(item(row, authors), style).text == JOURNAL_ARTICLE[style]


OTHERS = [
    ("apa", {"pages": "e123"}, "Psychiatry, 12(3), Article e123. https://"),
    ("vancouver", {"pages": "e123"}, "2018 May 14;12(3):e123. doi"),
    ("vancouver", {"pages": "S100-S109"}, "12(3):S100-S109. "),
    ("mla", {"pages": "S100-S109"}, "pp. S100–S109,"),
    ("vancouver", {"date": None, "year": None}, "Psychiatry. [date unknown];12(3)"),
    ("vancouver", {"journal_abbreviation": "J. Inv. Psych."}, " J Inv Psych. 2018"),
    ("ama", {"journal_abbreviation": "J Inv Psych"}, " J Inv Psych. 2018"),
    ("apa", {"journal_abbreviation": "J Inv Psych"}, "Journal of Invented Psychiatry"),
    ("apa", {"date": None, "year": None}, "(n.d.). Invented"),
    ("harvard", {"date": None, "year": None}, "(no date) ‘Invented"),
    ("chicago", {"date": None, "year": None}, ". n.d. “Invented"),
    ("apa", {"title": "Does it help?"}, "(2018). Does it help? Journal"),
    ("chicago", {"title": "Does it help?"}, "“Does It Help?” Journal"),
    ("mla", {"title": "Does it help?"}, "“Does It Help?” Journal"),
    ("ama", {"volume": None, "issue": None, "pages": None}, "Psychiatry. May 14, 2018. doi:"),
    ("chicago", {"volume": None, "issue": None, "pages": None}, "Psychiatry, May 14. https"),
    ("harvard", {"volume": None, "issue": None, "pages": None}, "Psychiatry. Available at"),
    ("apa", {"kind": "preprint", "journal": "medRxiv", "volume": None, "issue": None, "pages": None}, "A trial [Preprint]. medRxiv. https"),
    ("chicago", {"kind": "preprint", "journal": "medRxiv", "volume": None, "issue": None, "pages": None}, "medRxiv, May 14. https"),
    ("vancouver", {"kind": "conference-abstract"}, "a trial [abstract]. Journal of Invented Psychiatry. 2018"),
    ("mla", {"language": "fre"}, "“Invented ketamine for an invented sadness: a trial.”"),
    ("apa", {"language": "fre", "original_title": "Une tristesse"}, "Une tristesse [Invented ketamine"),
    ("vancouver", {"retracted": 1}, "PMC9000001. [Retracted]"),
    ("apa", {"concern": 1}, "inv.1 [Expression of concern published]"),
]  # fmt: skip


@pytest.mark.parametrize(("style", "change", "expected"), OTHERS)
def test_what_is_missing_or_special_is_written_as_the_guides_ask(
    style: str, change: Row, expected: str, row: Row
) -> None:
    """Unknown dates, article numbers, questions, preprints, translations, warnings; and no claim that something
    appeared online first because its volume is not held."""
    assert expected in reference(item(row | change), style).text


REGISTERED = {
    "vancouver": "ClinicalTrials.gov [Internet]. [date unknown]. Identifier NCT90000001, Invented trial. Available from: ",
    "apa": "Invented trial (Clinical trial registration No. NCT90000001). (n.d.). ClinicalTrials.gov. ",
    "ama": "Invented trial. ClinicalTrials.gov identifier: NCT90000001. ClinicalTrials.gov. ",
    "mla": "“Invented Trial.” ClinicalTrials.gov, Clinical trial registration no. NCT90000001, ",
    "harvard": "Invented trial (ClinicalTrials.gov NCT90000001) (no date) ClinicalTrials.gov. Available at: ",
    "chicago": "ClinicalTrials.gov. n.d. “Invented Trial.” Clinical trial registration No. NCT90000001. ClinicalTrials.gov. ",
}


@pytest.mark.parametrize("style", STYLES)
def test_a_registry_entry_has_its_number_and_address(style: str) -> None:
    """No sheet has registry entries; the number must stand in the reference all the same, once."""
    row = {"id": "nct-90000001", "kind": "registry-entry", "title": "Invented trial", "registrations": "NCT90000001",
           "url": "https://clinicaltrials.gov/study/NCT90000001"}  # fmt: skip
    text = reference(item(row), style).text
    assert text.rstrip(".") == REGISTERED[style] + "https://clinicaltrials.gov/study/NCT90000001"


@pytest.mark.parametrize("style", STYLES)
def test_without_authors_the_title_stands_once_and_first(style: str, row: Row) -> None:
    """The processor would give it twice, or put the journal in the authors' place."""
    text = reference(item(row | {"authors": None}), style).text
    assert text.lstrip("“‘").casefold().startswith("invented ketamine") and text.casefold().count("sadness") == 1
    assert text.count("Invented Psychiatry") == 1


def test_html_is_the_text_with_italics_and_links(row: Row, authors: list[Row]) -> None:
    """Titles of journals in italics, the DOI and PMID as links, all else escaped."""
    made = reference(item(row | {"title": 'A <b>"title"</b> & more'}, authors), "apa")
    assert "<i>Journal of Invented Psychiatry</i>, <i>12</i>(3)" in made.html
    assert '<a href="https://doi.org/10.5555/inv.1">https://doi.org/10.5555/inv.1</a>' in made.html
    assert "&lt;b&gt;&#34;title&#34;&lt;/b&gt; &amp; more" in made.html
    assert html.unescape(re.sub(r"</?[ia][^>]*>", "", made.html)) == made.text
    assert '<a href="https://pubmed.ncbi.nlm.nih.gov/90000001/">90000001</a>' in reference(item(row), "vancouver").html


# The processor's weak points: its own markup, private-use characters, stops, words of other alphabets, nothing at all.
HOSTILE = st.one_of(
    st.text(max_size=40),
    st.sampled_from(['<span class="nocase">', "</span>", "<script>", "\ue002\ue000", "?", "...", "et al.", "-", ", Jr",
                     "שלום 😀", "\x00\x1b", "a\nb", "{}", "&amp;", "(", "10.1/x", "“", "’"]),
)  # fmt: skip


@settings(max_examples=60)
@given(
    title=HOSTILE, journal=HOSTILE, volume=HOSTILE, pages=HOSTILE, doi=HOSTILE, family=HOSTILE, given_=HOSTILE,
    kind=st.sampled_from(["article", "preprint", "registry-entry", "conference-abstract", "book", "other"]),
    date=st.sampled_from([None, "1999", "2018-02", "2018-02-28"]),
    style=st.sampled_from(list(STYLES)),
)  # fmt: skip
def test_there_is_always_a_reference_and_it_is_safe(style: str, family: str, given_: str, **fields: Any) -> None:
    """Whatever the fields hold: no exception, no tag but italics and links, text and HTML agree."""
    people = [{"name": family, "family": family, "given": given_, "collective": 0}] if family else []
    made = reference(
        item({"id": "rec-1", **{name.rstrip("_"): value for name, value in fields.items()}}, people), style
    )
    assert made.text and "\n" not in made.text and not re.search("[\ue000-\ue00f]", made.text)
    tags = re.findall(r"<[^>]*>", made.html)
    assert all(re.fullmatch(r'</?i>|</a>|<a href="https?://[^"<>]*">', tag) for tag in tags)
    shown = html.unescape(re.sub(r"<[^>]*>", "", made.html))
    assert shown == made.text


def test_cut_sheets_give_what_the_whole_sheets_give(row: Row, authors: list[Row]) -> None:
    """Cutting a style down to one type is only to save time."""
    cited = item(row, authors)
    for kind in ("article-journal", "article", "webpage", "book", "chapter", "dataset", "document"):
        offered = {
            name: cited[name] for name in ("title", "author", "issued", "container-title", "DOI", "page", "volume")
        }
        made = offered | {"id": "it", "type": kind, "language": "en", "genre": "Preprint"}
        for style in STYLES.values():
            whole = CitationStylesStyle(style.sheet, locale=style.locale, validate=False)
            if style.full_names:
                whole.root.attrib.pop("initialize-with")
            expected = re.sub(r"^1\. ?", "", _formatted(made, whole))
            assert _formatted(made, sheet(style.sheet, kind, style.locale)) == expected, (style.id, kind)


def _formatted(made: Row, style: Any) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bibliography = CitationStylesBibliography(style, CiteProcJSON([made]), formatter.plain)
    bibliography.register(Citation([CitationItem("it")]))
    return str(bibliography.bibliography()[0])


def test_names_become_initials_as_the_guides_ask() -> None:
    """Hyphens stay, small letters after them too get an initial; groups and single names stay whole."""
    people = [{"name": "Cheng PF", "family": "Cheng", "given": "Peng-fei", "collective": 0},
              {"name": "van Ooster JP", "family": "van Ooster", "given": "Jean-Pierre", "collective": 0},
              {"name": "Marsh RM", "family": "Marsh", "given": "RM", "collective": 0}]  # fmt: skip
    made = item({"id": "x", "kind": "article", "title": "T", "journal": "J", "year": 2020}, people)
    assert reference(made, "apa").text.startswith("Cheng, P.-F., van Ooster, J.-P., & Marsh, R. M. (2020)")
    assert reference(made, "vancouver").text.startswith("Cheng PF, van Ooster JP, Marsh RM. T.")
    assert reference(made, "chicago").text.startswith("Cheng, Peng-fei, Jean-Pierre van Ooster, and R. M. Marsh. 2020.")


def test_a_title_that_is_a_question_has_one_stop() -> None:
    """Also where nothing stands after it."""
    made = item({"id": "x", "kind": "article", "title": "Does it help?"})
    assert reference(made, "ama").text == "Does it help?"


def test_capitals_follow_the_guides_and_leave_symbols_alone() -> None:
    """Title case for English alone; units, Greek letters, gene names and p values stay as they are."""
    assert title_case("effects of α-ketamine at 0.5 mg/kg on mTOR between p<0.05 and pH 7") == (
        "Effects of α-ketamine at 0.5 mg/kg on mTOR between p<0.05 and pH 7"
    )
    assert title_case("after the fall: the end", prepositions=False) == "After the Fall: The End"
    assert title_case("Effets de la kétamine et du midazolam") == "Effets de la kétamine et du midazolam"
    assert (
        title_case("meta-analysis of a long-term, double-blind trial")
        == "Meta-analysis of a Long-Term, Double-Blind Trial"
    )
    assert after_colons("Pain: mTOR, a study: results") == "Pain: mTOR, a study: Results"
    assert journal_name("Zeitschrift für Psychiatrie") == "Zeitschrift für Psychiatrie"
    assert journal_name("J. Psychiatr. Pract.") == "J. Psychiatr. Pract."
    assert journal_name("BMC psychiatry") == "BMC Psychiatry"


def test_menus_name_what_there_is() -> None:
    """The names for the command line stand apart so that it starts fast; an unknown style is the default."""
    assert tuple(STYLES) == STYLE_NAMES and tuple(FORMATS) == EXTENSIONS
    assert listed("nosuch").id == "vancouver" and listed("apa").id == "apa"
