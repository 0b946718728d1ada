"""The page of a report: its text with the evidence marked, its facts and findings, its kin, its silences, and its speed."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any, Final

import pytest
from lxml import html as parser

from harvest import database
from harvest.site.quotes import fingerprint

from . import conftest
from .conftest import DIGEST, REPORTS, Site, fill, report

Row = dict[str, Any]

HOSTILE: Final = '</h1><script>alert(1)</script> ketamine & "pain"'
TEXT: Final = (
    "AIM: To see <b>whether</b> resistant depression eases 😀. METHODS: Ten and twelve people drew lots; ketamine "
    "0.5 mg/kg. RESULTS: Pain fell at 24 hours (p=0.01). Nausea was <i>common</i>."
)
OPEN_TEXT: Final = "Ketamine was studied. " + "It was a long invented sentence without any stop " * 20 + "at last."
EXTRA: Final = [
    report("pmid-91000001", HOSTILE, "2020-02-02", abstract=TEXT, abstract_kind="abstract", journal="<u>J</u> & J",
           conditions=["depression"], drugs=["ketamine"], outcomes=["depressive-symptoms", "dissociation"],
           comparators=["midazolam"], design="rct", sample_size=22, direction="mixed", original_title="<i>Orig</i>",
           mesh="Ketamine; Depression", keywords="pain relief", registrations="NCT90000001; CTRI/2018/05/013634",
           authors="; ".join(f"Name{n} A" for n in range(15)), url="javascript:alert(1)", corrected=1,
           abstract_rights="<b>© 2020</b> All rights reserved"),
    report("pmid-91000002", "A report whose abstract is withheld", "2021-01-01", abstract_kind="abstract",
           conditions=["depression"], outcomes=["depressive-symptoms"], direction="benefit", doi="10.5555/w.1"),
    report("pmid-91000003", "Ketamine with three hundred words of evidence", "2021-01-01",
           abstract="ketamine depression " * 400, abstract_kind="abstract", conditions=["depression"], drugs=["ketamine"]),
    report("pmid-91000004", "An open abstract", "2022-01-01", abstract=OPEN_TEXT, abstract_kind="abstract",
           abstract_open=1, abstract_rights="CC BY 4.0"),
    report("pmid-91000005", "A closed abstract", "2022-01-01", abstract=OPEN_TEXT, abstract_kind="abstract"),
    report("pmid-91000006", "Another midazolam trial", "2019-01-01", conditions=["depression"], comparators=["midazolam"],
           design="rct", sample_size=8),
    report("pmid-91000007", "Notice of retraction", "2016-01-01", kind="notice"),
]  # fmt: skip


def _at(text: str, words: str) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


def _evidence() -> list[Row]:
    listed = [
        ("pmid-91000001", "condition", "depression", "abstract", "resistant depression", "synonym of treatment-resistant-depression", "studied"),
        ("pmid-91000001", "outcome", "depressive-symptoms", "abstract", "depression eases", "synonym", "studied"),
        ("pmid-91000001", "drug", "ketamine", "title", "ketamine", "synonym", "studied"),
        ("pmid-91000001", "drug", "ketamine", "mesh", "Ketamine", "mesh", "studied"),
        ("pmid-91000001", "drug", "ketamine", "abstract", "ketamine", "synonym", "studied"),
        ("pmid-91000001", "outcome", "adverse-events", "abstract", "Nausea", "instrument madrs", "mentioned"),
        ("pmid-91000001", "comparator", "midazolam", "keywords", "pain", "acronym", "studied"),
    ]  # fmt: skip
    texts = {row["id"]: row for row in EXTRA}
    rows = [
        {"report_id": id, "dimension": dimension, "concept_id": concept, "field": field, "rule": rule, "role": role,
         **dict(zip(("start", "end"), _at(texts[id][field], words), strict=True))}
        for id, dimension, concept, field, words, rule, role in listed
    ]  # fmt: skip
    rows += [
        {"report_id": "pmid-91000002", "dimension": "condition", "concept_id": "depression", "field": "abstract",
         "rule": "synonym", "role": "studied", "start": 10, "end": 20}
    ]  # fmt: skip
    rows += [
        {"report_id": "pmid-91000003", "dimension": "drug" if n % 2 == 0 else "condition", "field": "abstract",
         "concept_id": "ketamine" if n % 2 == 0 else "depression", "rule": "synonym", "role": "studied",
         "start": n // 2 * 20 + n % 2 * 9, "end": n // 2 * 20 + n % 2 * 9 + (8 if n % 2 == 0 else 10)}
        for n in range(300)
    ]  # fmt: skip
    return [row | {"id": 1000 + number} for number, row in enumerate(rows)]


def _finding(
    number: int, id: str, outcome: str, direction: str, sentence: tuple[int, int], cue: tuple[int, int], **more: Any
) -> Row:
    return {"id": number, "report_id": id, "outcome_id": outcome, "direction": direction, "change": "decreased",
            "basis": "between-groups", "hedged": 0, "field": "abstract", "start": sentence[0], "end": sentence[1],
            "cue_start": cue[0], "cue_end": cue[1], "rule": "change", **more}  # fmt: skip


def _findings() -> list[Row]:
    sentence = _at(TEXT, "RESULTS: Pain fell at 24 hours (p=0.01).")
    other = _at(TEXT, "Nausea was <i>common</i>.")
    return [
        _finding(100, "pmid-91000001", "depressive-symptoms", "benefit", sentence, _at(TEXT, "fell"), p="=0.01",
                 timepoint="24 hours", hours=24.0, effect=-1.5, effect_kind="MD", ci_low=-2.0, ci_high=-1.0, hedged=1,
                 comparator_id="midazolam"),
        _finding(101, "pmid-91000001", "suicidal-ideation", "no-difference", sentence, _at(TEXT, "at 24 hours")),
        _finding(102, "pmid-91000001", "dissociation", "harm", other, _at(TEXT, "common")),
        _finding(103, "pmid-91000002", "depressive-symptoms", "benefit", (10, 60), (20, 30)),
    ]  # fmt: skip


def _quantities() -> list[Row]:
    listed = [("sample-size", 22.0, "people", "Ten and twelve", None, "sum of groups"),
              ("arm-size", 10.0, "people", "Ten", "ketamine", "arm n"),
              ("dose", 0.5, "mg/kg", "0.5 mg/kg", "ketamine", "dose, drug beside"),
              ("time-point", 24.0, "h", "24 hours", None, "at")]  # fmt: skip
    rows = [
        {"report_id": "pmid-91000001", "kind": kind, "value": value, "unit": unit, "stated": words, "concept_id": concept,
         "rule": rule, "field": "abstract", **dict(zip(("start", "end"), _at(TEXT, words), strict=True))}
        for kind, value, unit, words, concept, rule in listed
    ]  # fmt: skip
    return [row | {"id": 500 + number} for number, row in enumerate(rows)]


@pytest.fixture(scope="module")
def extra_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented reports of all tests of the site and those above."""
    path = tmp_path_factory.mktemp("report") / "ketamine.db"
    with database.building(path) as db:

        def put(name: str, rows: list[Row]) -> None:
            database.insert(db, name, database.rows_of(name, rows))

        fill(db, [*REPORTS, *EXTRA])
        # The tag tables follow conftest's own reports; these are of the extra ones.
        for id, concepts in (("pmid-91000001", ("depression",)), ("pmid-91000002", ("depression",)),
                             ("pmid-91000003", ("depression",)), ("pmid-91000006", ("depression",))):  # fmt: skip
            put(
                "report_conditions",
                [{"report_id": id, "condition_id": one, "role": "studied", "mentions": 2} for one in concepts],
            )
        for id in ("pmid-91000001", "pmid-91000006"):
            put(
                "report_comparators",
                [{"report_id": id, "comparator_id": "midazolam", "role": "studied", "mentions": 1}],
            )
            put("report_designs", [{"report_id": id, "design_id": "rct", "role": "studied", "mentions": 1}])
        for id in ("pmid-91000001", "pmid-91000003"):
            put("report_drugs", [{"report_id": id, "drug_id": "ketamine", "role": "studied", "mentions": 3}])
        put("report_outcomes", [
            {"report_id": "pmid-91000001", "outcome_id": one, "role": role, "mentions": 1}
            for one, role in (("depressive-symptoms", "studied"), ("adverse-events", "mentioned"))
        ])  # fmt: skip
        put("evidence", _evidence())
        put("findings", _findings())
        put("quantities", _quantities())
        put("authors", [
            {"report_id": "pmid-91000001", "position": n, "name": f'Name{n} "A" <b>', "collective": 0} for n in range(1, 16)
        ])  # fmt: skip
        put("aliases", [{"id": "pmid-1", "report_id": None, "reason": "no longer served"}])
        put("report_links", [
            {"id": 1, "report_id": "pmid-90000003", "kind": "retracted-by", "target_id": "pmid-91000007", "source": "pubmed"},
            {"id": 2, "report_id": "pmid-90000003", "kind": "retracted-by", "target_id": "pmid-91000007", "scheme": "pmid",
             "value": "91000007", "source": "crossref"},
            {"id": 3, "report_id": "pmid-91000001", "kind": "corrected-by", "scheme": "doi", "value": "10.5555/fix",
             "source": "crossref"},
            {"id": 4, "report_id": "pmid-91000001", "kind": "has-preprint", "target_id": "doi-aaaaaaaaaa",
             "note": "inferred: title and authors", "source": "crossref"},
            {"id": 5, "report_id": "pmid-91000001", "kind": "comments-on", "note": "<b>Some J</b> 1999", "source": "pubmed"},
        ])  # fmt: skip
        put(
            "study_reports",
            [{"study_id": "NCT90000001", "report_id": "pmid-91000001", "rule": "preprint-title", "certain": 0}],
        )
        put("records", [{"source": "crossref", "source_id": "10.5555/h", "report_id": "pmid-91000001", "kind": "article",
                         "match_rule": "close-title-authors-year", "matched_to": "pubmed pmid-91000001",
                         "url": "javascript:alert(1)"}])  # fmt: skip
        database.finish(db)
    return path


@pytest.fixture(scope="module")
def site(extra_file: Path) -> Site:
    return Site(extra_file, public=True)


def text_of(page: str) -> str:
    """What a reader sees of a page, with single spaces."""
    return " ".join(parser.fromstring(page).xpath("string(//main)").split())


def section(page: str, id: str) -> str:
    """What a reader sees of one part of the page."""
    found = parser.fromstring(page).xpath(f'//main//*[@id="{id}"]')
    return " ".join(found[0].xpath("string()").split()) if found else ""


# ------------------------------------------------------------ text and marks


def test_nothing_from_outside_becomes_markup(site: Site) -> None:
    """Title, journal, names, notes, abstracts and addresses that hold markup or script stay text."""
    page = site.get("/ketamine/reports/pmid-91000001").text
    for harmful in (
        "<script>alert",
        "<u>J",
        "<b>Some",
        "<b>©",
        "<i>Orig",
        "<b>whether",
        "<i>common",
        'href="javascript:',
    ):
        assert harmful not in page
    assert page.count("<h1") == 1 and HOSTILE in text_of(page)


def test_evidence_is_marked_in_every_text_and_leads_to_its_tag(site: Site) -> None:
    """Overlapping words in the abstract, words of title, MeSH and keywords; each link's target is on the page."""
    tree = parser.fromstring(site.get("/ketamine/reports/pmid-91000001").text)
    marks = [(a.text_content(), a.get("href")) for a in tree.xpath('//a[contains(@class, "w d")]')]
    assert ("resistant ", "#tag-condition-depression") in marks and (
        " eases",
        "#tag-outcome-depressive-symptoms",
    ) in marks
    assert tree.xpath('string(//h1//a[contains(@class, "drug")])') == "ketamine"
    assert ("Ketamine", "#tag-drug-ketamine") in marks and ("pain", "#tag-comparator-midazolam") in marks
    assert ("0.5 mg/kg", "#fact-dose") in marks
    ids = set(tree.xpath("//@id"))
    assert {href.removeprefix("#") for _, href in marks} <= ids
    assert len(tree.xpath("//@id")) == len(ids), "no id twice"


def test_a_mark_says_the_concept_and_the_rule(site: Site) -> None:
    """In plain words, as the title that a pointer shows and report.js turns into a card."""
    page = html.unescape(site.get("/ketamine/reports/pmid-91000001").text)
    assert (
        'title="Depression (condition, studied): a phrase of our word list, for the narrower “Treatment-resistant depression”'
        in page
    )
    assert "Adverse events (outcome, mentioned): a scale that measures it (MADRS)" in page


def test_findings_are_a_layer_of_their_own(site: Site) -> None:
    """The sentence in the colour of its direction, or of several, the deciding words marked in it."""
    tree = parser.fromstring(site.get("/ketamine/reports/pmid-91000001").text)
    said = tree.xpath('//div[@class="marks"]//span[starts-with(@class, "said")]')
    assert [one.get("class") for one in said] == ["said several", "said harm"]
    assert "".join(said[0].xpath('.//mark[contains(@class, "benefit")]//text()')) == "fell"


def test_the_legend_switches_each_kind_without_script(site: Site) -> None:
    """A labelled box for each kind of mark in the text; the address can choose them too; the style sheet knows each."""
    page = site.get("/ketamine/reports/pmid-91000001").text
    boxes = re.findall(r'<input type="checkbox" id="show-(\w+)"( checked)?>', page)
    assert {kind for kind, _ in boxes} == {"drug", "condition", "outcome", "comparator", "number", "finding"}
    assert all(on for _, on in boxes)
    chosen = site.get("/ketamine/reports/pmid-91000001?show=outcome,finding").text
    assert set(re.findall(r'id="show-(\w+)" checked', chosen)) == {"outcome", "finding"}
    assert " checked" not in site.get("/ketamine/reports/pmid-91000001?show=<b>").text
    style = (Path(conftest.__file__).parents[2] / "harvest/site/static/report.css").read_text("utf-8")
    from harvest.site.highlight import KINDS

    assert all(f"#show-{kind}:not(:checked)" in style for kind in (*KINDS, "finding"))


def test_a_digest_is_shown_as_what_it_is(site: Site) -> None:
    """Never under the heading of an abstract; with the abstract, where there is one, above it."""
    alone = site.get("/ketamine/reports/pmid-90000012").text
    assert 'id="digest">Digest' in alone and 'id="abstract"' not in alone
    assert (
        "Results. Pain did not differ." in section(alone, "text")
        and section(alone, "text").count("Pain did not differ") == 1
    )
    assert "abstract rights" not in alone, "the licence is the digest's and stands in its box"
    assert "not the authors' words" in alone and "until a harvest brings the abstract" in alone
    assert "our digest" in section(alone, "findings"), "its sentences are marked as ours too"
    beside = site.get("/ketamine/reports/pmid-90000013").text
    assert 0 < beside.index("<strong>OBJECTIVE.</strong> Authors&#39; own words.") < beside.index("Our own words.")
    assert 'id="digest"' not in site.get("/ketamine/reports/pmid-90000001").text


def test_a_withheld_abstract_says_so_and_keeps_what_was_read(site: Site) -> None:
    """In a public copy the text is gone, but not the tags, findings and places; there is a way to the text."""
    page = site.get("/ketamine/reports/pmid-91000002").text
    assert (
        "may not be shown here" in section(page, "text") and 'href="https://pubmed.ncbi.nlm.nih.gov/91000002/"' in page
    )
    assert "words withheld" in section(page, "tags") and 'href="/quote/pmid-91000002/abstract/10-20"' in page
    assert "Sentence withheld" in section(page, "findings") and "benefit" in section(page, "findings")
    assert "not mentioned" in section(page, "findings").lower() and "No abstract held" not in section(page, "findings")


def test_a_report_without_abstract_says_so(site: Site) -> None:
    """Another silence than a withheld abstract, in the text, the facts and the harms."""
    page = site.get("/ketamine/reports/pmid-90000002").text
    assert "No abstract is held" in section(page, "text") and "no abstract held" in section(page, "facts")
    assert "No abstract held" in section(page, "findings") and "may not be shown" not in page


def test_long_abstracts_are_whole(site: Site) -> None:
    """90 kB, and lone marks of the search, which mean nothing here."""
    assert site.get("/ketamine/reports/pmid-90000009").text.count("infusion word") == 4000
    assert "a lone ⟧ marker" in section(site.get("/ketamine/reports/pmid-90000011").text, "text")


# ------------------------------------------------------------ head


def test_banners_lead_to_the_notices(site: Site) -> None:
    """Retracted loudly and with the notice held here, once; corrected with the notice elsewhere."""
    page = site.get("/ketamine/reports/pmid-90000003").text
    assert "Retracted." in page and page.index("Retracted.</strong>") < page.index('id="text"')
    banner = re.search(r'<div class="message error loud".*?</div>', page, re.S)
    assert banner and banner[0].count('href="/ketamine/reports/pmid-91000007"') == 1
    assert "stated by crossref, pubmed" in banner[0]
    corrected = site.get("/ketamine/reports/pmid-91000001").text
    assert "<strong>Corrected.</strong>" in corrected and 'href="https://doi.org/10.5555/fix"' in corrected
    assert "Expression of concern" in site.get("/ketamine/reports/pmid-90000004").text
    assert "error loud" not in site.get("/ketamine/reports/pmid-90000001").text


def test_all_people_are_there_and_each_is_a_search(site: Site) -> None:
    """The first twelve at once, the rest folded; a name's quotation marks cannot break the search."""
    tree = parser.fromstring(site.get("/ketamine/reports/pmid-91000001").text)
    people = tree.xpath('//ul[@class="people"]//a')
    assert len(people) == 15 and "and 3 more" in tree.xpath("string(//details[@class='people-more']/summary)")
    assert people[0].get("href") == "/search?q=author%3A%22Name1++A++%3Cb%3E%22"


def test_links_to_where_it_can_be_read(site: Site) -> None:
    """PubMed, Europe PMC, DOI, the study here and the registry; never a script."""
    page = site.get("/ketamine/reports/pmid-90000001").text
    for address in ("https://pubmed.ncbi.nlm.nih.gov/90000001/", "https://doi.org/10.5555/inv.1",
                    "https://europepmc.org/article/MED/90000001", "/ketamine/studies/NCT90000001",
                    "https://clinicaltrials.gov/study/NCT90000001"):  # fmt: skip
        assert f'href="{address}"' in page
    other = site.get("/ketamine/reports/pmid-91000001").text
    assert 'href="/ketamine/by_registration?registration=CTRI%2F2018%2F05%2F013634"' in other


def test_machines_read_it_too(site: Site) -> None:
    """Meta tags for reference managers, JSON-LD for search engines, and nothing of the abstract in them."""
    page = site.get("/ketamine/reports/pmid-90000001").text
    assert '<meta name="citation_doi" content="10.5555/inv.1">' in page
    described = re.search(r'<script type="application/ld\+json">([^<]*)</script>', page)
    assert described and "10.5555/inv.1" in described[1] and "Thirty invented adults" not in described[1]
    hostile = site.get("/ketamine/reports/pmid-91000001").text
    assert hostile.count("<script") == len(re.findall(r'<script (?:src="/static/|type="application/ld)', hostile))


# ------------------------------------------------------------ facts


def test_facts_carry_their_words_and_a_search(site: Site) -> None:
    """The number, what it means, the words it was read from with a fingerprinted link, and reports like it."""
    page = site.get("/ketamine/reports/pmid-91000001").text
    start, end = _at(TEXT, "Ten and twelve")
    address = f"/quote/pmid-91000001/abstract/{start}-{end}?words={fingerprint('Ten and twelve')}"
    assert f'href="{address}"' in page and 'href="/search?n=22..22"' in page
    assert 'href="/search?condition=depression"' in page and 'href="/search?design=rct"' in page
    facts = section(page, "facts")
    assert "0.5 mg/kg of Ketamine" in facts and "24 h “24 hours”" in facts and "10 people Ketamine “Ten”" in facts
    assert "Women not stated" in facts


def test_a_digests_silence_is_the_digests(site: Site) -> None:
    """What our summary leaves out, the abstract may state."""
    assert "not in our digest" in section(site.get("/ketamine/reports/pmid-90000012").text, "facts")


# ------------------------------------------------------------ findings and harms


def test_findings_table_tells_everything_stated(site: Site) -> None:
    """Outcome, direction, comparator, time point once, statistics, hedging, the sentence and its permalink."""
    page = site.get("/ketamine/reports/pmid-91000001").text
    told = section(page, "findings")
    assert "Pain fell at 24 hours" in told and "24 hours (24 h)" not in told
    assert "MD -1.5; interval -2 to -1; p =0.01" in told and "hedged" in told and "Midazolam" in told
    assert 'href="/ketamine/findings_by?outcome=depressive-symptoms&amp;direction=benefit"' in page
    start, end = _at(TEXT, "RESULTS: Pain fell at 24 hours (p=0.01).")
    assert f"/quote/pmid-91000001/abstract/{start}-{end}?words={fingerprint(TEXT[start:end])}" in page


def test_directions_are_counted_and_disagreement_is_said(site: Site) -> None:
    """Wanted outcomes and harms apart: a side effect does not contradict a benefit."""
    told = section(site.get("/ketamine/reports/pmid-91000001").text, "findings")
    assert "1 benefit, 1 no difference. They do not all agree" in told and "On unwanted effects: 1 harm" in told
    assert "No direction reaches two thirds" in told
    agreeing = section(site.get("/ketamine/reports/pmid-90000001").text, "findings")
    assert "They do not all agree" not in agreeing


def test_harms_keep_silences_apart(site: Site) -> None:
    """Found, mentioned without a result, not in our digest, no abstract: never one for another."""
    told = section(site.get("/ketamine/reports/pmid-91000001").text, "findings")
    assert re.search(r"to have grown 1 .*Dissociation", told) and re.search(r"no result read 1 .*Adverse events", told)
    digest = section(site.get("/ketamine/reports/pmid-90000012").text, "findings")
    assert re.search(r"No difference 1 .*Adverse events", digest) and re.search(
        r"Not in our digest 1 .*Dissociation", digest
    )


# ------------------------------------------------------------ kin, similar, records


def test_study_and_related_reports_with_their_certainty(site: Site) -> None:
    """Why it belongs to the study, its other reports, and what is inferred rather than stated."""
    told = section(site.get("/ketamine/reports/pmid-91000001").text, "kin")
    assert "preprint and article have the same title and authors (inferred, not stated)" in told
    assert (
        "Ketamine versus midazolam, an invented trial" in told and "it states the study's registration number" in told
    )
    assert "Has a preprint: Midazolam-controlled" in told and "inferred (title and authors)" in told
    assert "Comments on: <b>Some J</b> 1999" in told and "stated by Pubmed" in told


def test_similar_reports_share_rare_concepts_and_say_which(site: Site) -> None:
    """The other midazolam trial, not the reports of the same study, not itself, and no notice."""
    page = site.get("/ketamine/reports/pmid-91000001").text
    told = section(page, "similar")
    assert told.index("Another midazolam trial") and "Midazolam" in told.partition("shares")[2]
    similar = re.search(r'<section id="similar".*?</section>', page, re.S)
    assert similar and not {"pmid-91000001", "pmid-90000001", "nct-90000001", "doi-aaaaaaaaaa", "pmid-91000007"} & set(
        re.findall(r'href="/ketamine/reports/([^"]+)"', similar[0])
    )
    assert "No report studies the same concepts" in section(
        site.get("/ketamine/reports/rec-0123456789").text, "similar"
    )


def test_records_say_why_they_were_joined(site: Site) -> None:
    """Rules in plain words, former ids, and an address that is none stays text."""
    page = site.get("/ketamine/reports/pmid-91000001").text
    told = section(page, "records")
    assert "2 records of 2 sources" in told and "the record this report began with" in told
    assert "nearly the same title, and the same authors and year" in told
    assert "doi-bbbbbbbbbb (other identifier)" in section(site.get("/ketamine/reports/pmid-90000001").text, "records")


@pytest.mark.parametrize("query", ["evidence_for?report", "findings_for?report", "numbers_for?report"])
def test_the_tables_behind_the_page_are_one_link_away(query: str, site: Site) -> None:
    """Everything shown can be had as rows; the JSON of the row is Datasette's own."""
    page = site.get("/ketamine/reports/pmid-91000001").text
    assert f'href="/ketamine/{query}=pmid-91000001"' in page
    assert site.get("/ketamine/reports/pmid-91000001.json?_shape=array").json()[0]["abstract"] == TEXT


# ------------------------------------------------------------ former ids


def test_a_former_id_leads_to_the_present_one(site: Site) -> None:
    """As a page and as JSON, with its parameters; one that nobody serves any more is gone, others are not found."""
    moved = site.get("/ketamine/reports/doi-bbbbbbbbbb?show=outcome")
    assert moved.status_code == 302 and moved.headers["location"] == "/ketamine/reports/pmid-90000001?show=outcome"
    assert (
        site.get("/ketamine/reports/doi-bbbbbbbbbb.json").headers["location"] == "/ketamine/reports/pmid-90000001.json"
    )
    gone = site.get("/ketamine/reports/pmid-1")
    assert gone.status_code == 410 and "no source serves it any longer" in gone.text and "<main" in gone.text
    assert site.get("/ketamine/reports/pmid-1.json").status_code == 410
    assert site.get("/ketamine/reports/pmid-2").status_code == 404
    assert site.get("/ketamine/outcomes/doi-bbbbbbbbbb").status_code == 404


# ------------------------------------------------------------ every report, and speed


@pytest.mark.parametrize("row", [*REPORTS, *EXTRA], ids=lambda row: row["id"])
def test_every_report_has_a_page_for_people_and_screen_readers(row: Row, site: Site) -> None:
    """One h1, one main, every id once, every field labelled, no link to nowhere on the page."""
    answer = site.get(f"/ketamine/reports/{row['id']}")
    assert answer.status_code == 200
    tree = parser.fromstring(answer.text)
    assert len(tree.xpath("//h1")) == len(tree.xpath("//main")) == 1
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert all(href[1:] in ids for href in tree.xpath('//main//a/@href[starts-with(., "#")]') if href != "#")
    for box in tree.xpath("//main//input"):
        assert tree.xpath(f'//label[@for="{box.get("id")}"]')
    assert not tree.xpath("//@style")


def test_three_hundred_evidence_rows_are_all_marked(site: Site) -> None:
    """None is left out, and the tag table counts them."""
    page = site.get("/ketamine/reports/pmid-91000003").text
    assert page.count('class="w d drug"') == 150 and page.count('class="w d condition"') == 150
    assert "×150" in section(page, "tags")


def test_the_digest_fixture_is_what_these_tests_think() -> None:
    """Its words are those quoted above."""
    assert "Pain did not differ." in DIGEST
