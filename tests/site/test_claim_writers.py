"""The box for writers on the pages of claims and questions: sentences, citations in any style, files, and paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import html

from harvest.cite.in_text import in_text
from harvest.cite.styles import STYLES

from .conftest import Site, words

PAGES = ("/claims/a-1", "/claims/a-2", "/claims/b-1", "/claims/b-2", "/claims/b-3", "/questions/depression-efficacy",
         "/questions/spacing", "/questions/first-trial", "/questions/opinion")  # fmt: skip
QUESTION = "/questions/depression-efficacy"


def box(site: Site, path: str) -> Any:
    """The section of the page."""
    answer = site.get(path)
    assert answer.status_code == 200, path
    return html.fromstring(answer.text).get_element_by_id("writers")


def ready(section: Any) -> str:
    """The text to copy."""
    return words(section.find_class("ready")[0])


def cited(section: Any) -> list[str]:
    """Ids of the reports in the list of references."""
    return [href.rpartition("/")[2] for href in section.xpath(".//*[@class='references']//*[@class='beside']/a/@href")]


@pytest.mark.parametrize("path", PAGES)
def test_every_claim_and_question_has_its_sentence(public: Site, path: str) -> None:
    """Ready to copy, with a word of caution and the permalink; the rest of the page is told apart from it."""
    section = box(public, path)
    assert re.fullmatch(r"[A-Z].*\.", ready(section))
    assert section.find_class("ready")[0].get("data-copyable") is not None
    assert "not medical advice" in words(section.find_class("caution")[0])
    assert urlsplit(section.xpath(".//*[@class='permalink']/a/@href")[0]).path == path
    assert section.xpath(".//@style") == []


def test_the_sentence_tells_counts_date_and_what_the_database_is(changed: Callable[[str], Site]) -> None:
    """The date is that of the last complete harvest; people are those of the trials that decide."""
    site = changed(
        "update questions set about = 'ketamine for an invented gloom' where id = 'depression-efficacy';"
        "update runs set finished_at = '2026-03-09T10:00:00Z'"
    )
    assert ready(box(site, QUESTION)) == (
        "Only two randomised trials held in the Ketamine evidence database (as of 9 March 2026) state a result on ketamine for an "
        "invented gloom: 1 found a benefit [1] and 1 found none [2] (71 people, as far as stated). Fewer than three are not enough "
        "to call it shown. Another one looks at it, with no such result in the text held there. Fewer than three of the studies in favour looked at all of it. The database does not hold every study, and a count of studies does not tell how large an effect is."
    )


def test_marks_and_list_go_together(public: Site) -> None:
    """The first mark names the trial for it, the second the one against it; what does not decide is not cited."""
    section = box(public, QUESTION)
    assert re.findall(r"\[[^\]]*\]", ready(section)) == ["[1]", "[2]"]
    assert cited(section) == ["pmid-90000001", "pmid-90000010"]
    assert len(section.xpath(".//*[@class='references']/ol/li")) == 2


@pytest.mark.parametrize("style", STYLES)
def test_every_style_can_be_had(public: Site, style: str) -> None:
    """Numbers where the style numbers, author and year where it names; the form shows the choice and works without script."""
    section = box(public, f"{QUESTION}?style={style}&sort=largest")
    assert section.xpath(".//select/option[@selected]/@value") == [style]
    assert section.xpath(".//form/@action") == [f"{QUESTION}#writers"]
    assert section.xpath(".//form/input[@type='hidden']/@name") == ["sort"]
    assert sorted(cited(section)) == ["pmid-90000001", "pmid-90000010"]
    assert ("[1]" in ready(section)) == STYLES[style].numeric
    assert ("(Brightwater" in ready(section)) == (not STYLES[style].numeric)
    assert len(section.xpath(".//*[@class='references']/ol")) == STYLES[style].numeric
    assert section.xpath(".//details[@class='cited']/@open") != []


def test_hostile_styles_are_not_repeated(public: Site) -> None:
    """An unknown style is the usual one; nothing of the address comes back as markup."""
    for style in ('"><script>alert(1)</script>', "apa'", "\x00", "x" * 5000):
        answer = public.get("/claims/a-1", params={"style": style, "sort": style, "show": style})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        section = html.fromstring(answer.text).get_element_by_id("writers")
        assert section.xpath(".//select/option[@selected]/@value") == ["vancouver"]


def test_a_long_list_is_cut_by_the_rule(changed: Callable[[str], Site]) -> None:
    """At most eight, with each side; the text says “e.g.”, the page how they were chosen and where all are."""
    site = changed("""
        insert into question_reports select 'depression-efficacy', id, 'randomised', 'supports', 5, 1, 0, 0, null from reports
        where retracted = 0 and id not in (select report_id from question_reports where question_id = 'depression-efficacy') limit 11;
        update questions set supports = 12 where id = 'depression-efficacy'""")
    section = box(site, QUESTION)
    assert len(cited(section)) == 8
    assert {"pmid-90000001", "pmid-90000010"} <= set(cited(section))
    assert re.findall(r"\[[^\]]*\]", ready(section)) == ["[e.g. 1–7]", "[8]"]
    assert "Every side is cited" in words(section) and "8 of the 13 reports that decide" in words(section)
    (everything,) = section.xpath(".//a[starts-with(., 'Cite all')]/@href")
    assert "13 references" in site.get(everything).text


def test_all_that_bear_on_it_can_be_downloaded(public: Site) -> None:
    """Each file holds as many reports as the page says, silent ones and those of other rungs too."""
    for path in (QUESTION, "/claims/a-1", "/claims/b-3"):
        section = box(public, path)
        files = section.xpath(".//a[@class='file']/@href")
        assert [urlsplit(one).path.rpartition(".")[2] for one in files] == ["ris", "bib", "csljson", "nbib"]
        (number,) = re.findall(r"All (\d+) reports", words(section))
        assert public.get(files[0]).text.count("TY  - ") == int(number) == 6
        assert len(public.get(files[2]).json()) == 6
        assert all(public.get(one).status_code == 200 for one in files)


def test_a_question_without_reports_offers_no_files(public: Site) -> None:
    """“Not shown” is said in a sentence; there is nothing to cite."""
    section = box(public, "/questions/spacing")
    assert ready(section).startswith("No randomised trial held in the Ketamine evidence database")
    assert section.xpath(".//a[@class='file']") == [] and section.xpath(".//details") == []


def test_facts_are_cited_with_their_source(changed: Callable[[str], Site]) -> None:
    """A source that is a report here is cited like one; another by its name, and an address that is none is no link."""
    section = box(changed("update questions set why = 'The first invented trial was in 2000. Another followed.' where id = 'first-trial'"),
                  "/questions/first-trial")  # fmt: skip
    assert "The first invented trial was in 2000 [1]. Another followed [2]." in ready(section)
    assert cited(section) == ["pmid-90000001"]
    lines = [words(one) for one in section.find_class("reference")]
    assert lines[0].startswith("Brightwater A") and lines[1] == "Nobody's page."
    assert "javascript:" not in html.tostring(section).decode()
    named = ready(box(changed("update facts set pmid = null"), "/questions/first-trial?style=apa"))
    assert "(source: Brightwater 2000)" in named


def test_a_claim_of_several_parts_tells_each(public: Site) -> None:
    """Verdict on the whole first; then every question, what its words take in, and the word that leaves no doubt."""
    text = ready(box(public, "/claims/a-1"))
    assert text.startswith(
        "The evidence on the claim “It is proven to help 70 % of the depressed” is mixed, taken as a whole;"
    )
    assert "1 found a benefit [1] and 1 found none [2]" in text
    assert "No randomised trial held there states a result" in text
    assert "The word “proven” goes further than the studies held there do." in text
    assert "Fewer than three of the studies in favour looked at all of it." in text


def test_a_claim_of_one_part_is_one_sentence(public: Site) -> None:
    """Verdict and counts cannot be torn apart; markup in a claim stays text."""
    assert ready(box(public, "/claims/b-3")).startswith(
        'The evidence on the claim “It <b>never</b> helps, "they" say” is mixed: only two randomised trials'
    )
    assert (
        ready(box(public, "/claims/b-2"))
        == "The claim “It is wonderful” cannot be checked against studies. It is an opinion."
    )


def test_a_claim_with_a_number_is_held_against_its_own(changed: Callable[[str], Site]) -> None:
    """Not the number that the question is usually asked with: 67 % reach 50 %, and fall short of 70 %."""
    site = changed("""
        update questions set test = 'rates', threshold = 50, contradicts = 0 where id = 'depression-efficacy';
        delete from question_reports where question_id = 'depression-efficacy' and stance = 'contradicts';
        update findings set rate = 67 where id = 1;
        delete from question_findings where finding_id <> 1;
        delete from claim_questions where claim_id = 'a-1' and question_id = 'spacing';
        update claims set verdict = 'not-shown-directly', number_sql =
          'select ''not-shown-directly'' as verdict, 0 as supports, 1 as contradicts, 0 as mixed, 1 as silent, 30 as participants'
        where id = 'a-1'""")
    assert "and it gave less than 70 % [1] (30 people" in ready(box(site, "/claims/a-1"))
    assert "gave 50 % or more [1]" in ready(box(site, QUESTION))


def test_on_paper_what_only_works_on_a_screen_is_gone(public: Site) -> None:
    """The style sheet of the page hides SQL and files when it is printed, and opens the references."""
    page = html.fromstring(public.get(QUESTION).text)
    (sheet,) = [href for href in page.xpath("//link/@href") if "writers" in href]
    css = public.get(sheet).text.partition("@media print")[2]
    assert "size: A4" in css
    hidden = re.findall(r"([^{}]*)\{ display: none; \}", css)
    assert all(any(one in rule for rule in hidden) for one in ("#sql", ".cite-files", ".on-this"))
    assert "details.cited::details-content" in css


def test_names_in_a_text() -> None:
    """As the style writes them; a report without authors goes by the first words of its title, and nothing is markup."""
    one = {"title": "A <b>long</b> title of seven words here", "issued": {"date-parts": [[2020, 5]]}}
    authors = [{"family": "Óg"}, {"family": "Doe"}, {"family": "Roe"}]
    assert [in_text(one | {"author": authors[:n]}, "apa") for n in (1, 2, 3)] == [
        "Óg, 2020",
        "Óg & Doe, 2020",
        "Óg et al., 2020",
    ]
    assert in_text(one | {"author": authors[:2]}, "chicago") == "Óg and Doe 2020"
    assert in_text(one | {"author": authors[:1]}, "mla") == "Óg"
    assert in_text(one, "harvard") == "“A <b>long</b> title of seven words …”, 2020"
    assert in_text(one, "ama") == ""
