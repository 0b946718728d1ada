"""Pages of conditions, outcomes, drugs and other concepts: every number is its rows, nulls get equal room, gaps are told."""

from __future__ import annotations

import html
import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harvest import database
from harvest.schema import DIMENSIONS
from harvest.site.concept.listings import LENGTH
from harvest.site.concept.scales import measuring
from harvest.site.concept.tallies import rolled_up
from harvest.site.concept.tree import tree
from harvest.site.concept.trials import in_words, registry

from .conftest import Row, Site, report

RCT = "randomised-controlled-trial"
CONCEPTS: dict[str, list[tuple[str, str, str | None]]] = {
    "conditions": [("pain", "Pain", None), ("chronic-pain", "Chronic pain", "pain"), ("ptsd", "PTSD", None),
                   ("tinnitus", "Tinnitus", None), ("odd", 'Odd <b>"label"</b>', None)],
    "outcomes": [("pain-intensity", "Pain intensity", None), ("adverse-events", "Adverse events", None),
                 ("nausea", "Nausea", "adverse-events"), ("biomarkers", "Biomarkers", None)],
    "drugs": [("ketamine", "Ketamine", None), ("esketamine", "Esketamine", None)],
    "designs": [(RCT, "Randomised controlled trial", None), ("cohort", "Cohort study", None),
                ("systematic-review", "Systematic review", None), ("protocol", "Protocol", None)],
    "routes": [("parenteral", "Parenteral", None), ("intravenous", "Intravenous", "parenteral"), ("oral", "Oral", None)],
    "comparators": [("placebo", "Placebo", None)],
}  # fmt: skip
KINDS = {"pain-intensity": "benefit", "adverse-events": "harm", "nausea": "harm", "biomarkers": "measure"}


def _reports() -> Iterator[Row]:
    """Nine trials with a benefit, nine without a difference; one each of what is counted apart; a plan; a bare title."""
    told = {"abstract": "An invented text.", "abstract_kind": "abstract", "drugs": ["ketamine"]}
    for n in range(9):
        for direction, first in (("benefit", 100), ("no-difference", 200)):
            yield report(f"pmid-{first + n}", f"Trial {first + n} of an invented pain", f"20{10 + n}-01-01", **told,
                         design=RCT, direction=direction, sample_size=first + n, conditions=["chronic-pain", "pain"],
                         outcomes=["pain-intensity"], routes=["intravenous", "parenteral"])  # fmt: skip
    yield report("pmid-301", "A cohort that fared worse", "2019-05-05", **told, design="cohort", direction="harm",
                 conditions=["pain"], outcomes=["adverse-events", "nausea"], routes=["intravenous", "oral", "parenteral"])  # fmt: skip
    yield report("pmid-302", "Of no stated design <script>alert(1)</script>", "", **told, direction="mixed",
                 conditions=["pain"], outcomes=["biomarkers"])  # fmt: skip
    yield report("pmid-303", "A withdrawn trial, the largest of all", "2022-01-01", **told, design=RCT, retracted=1,
                 direction="benefit", sample_size=9999, conditions=["chronic-pain", "pain"], outcomes=["pain-intensity"])  # fmt: skip
    yield report("pmid-304", "A review of trials", "2021-01-01", **told, design="systematic-review",
                 direction="not-stated", conditions=["pain"])  # fmt: skip
    yield report(
        "pmid-305", "A plan", "2020-01-01", **told, design="protocol", direction="not-applicable", conditions=["pain"]
    )
    yield report("pmid-306", "A bare title on PTSD", "2020-01-01", conditions=["ptsd"])
    for n in range(3):
        yield report(f"nct-0000000{n}", f"Registered trial {n}", "2015-01-01", kind="registry-entry",
                     conditions=["pain"], direction="not-applicable")  # fmt: skip


REPORTS = list(_reports())
TRIALS = [
    ("nct00000000", "COMPLETED", "2018-06", "nct-00000000"), ("nct00000001", "COMPLETED", "2012-01", "nct-00000001"),
    ("nct00000002", "WITHDRAWN", "2001-01", "nct-00000002"), ("nct00000003", None, None, None),
]  # fmt: skip


def _tags() -> Iterator[tuple[str, str, str, str]]:
    for row in REPORTS:
        for dimension, name in DIMENSIONS.items():
            own = [row["design"]] if name == "designs" and row.get("design") else json.loads(row.get(name) or "[]")
            yield from ((dimension, row["id"], concept, "studied") for concept in own)
    yield "condition", "pmid-301", "ptsd", "mentioned"
    yield "outcome", "pmid-304", "nausea", "mentioned"


def _findings() -> Iterator[Row]:
    """One of each trial, half of them naming no condition; two of harms."""
    common = {"change": "decreased", "basis": "between-groups", "hedged": 0, "field": "abstract", "start": 0, "end": 2,
              "cue_start": 0, "cue_end": 1, "rule": "change", "drug_id": "ketamine"}  # fmt: skip
    for number, row in enumerate((row for row in REPORTS if row.get("design") == RCT), start=1):
        condition = {"condition_id": "chronic-pain"} if number % 2 else {}
        yield common | condition | {"id": number, "report_id": row["id"], "outcome_id": "pain-intensity",
                                    "direction": row["direction"]}  # fmt: skip
    for number, direction in ((90, "harm"), (91, "none-observed")):
        yield common | {"id": number, "report_id": "pmid-301", "outcome_id": "nausea", "direction": direction}


def _quantities() -> Iterator[Row]:
    place = {"kind": "dose", "field": "abstract", "start": 0, "end": 2, "rule": "invented", "concept_id": "ketamine"}
    for number, (of, value, unit) in enumerate(
        [("pmid-100", 0.5, "mg/kg"), ("pmid-101", 0.5, "mg/kg"), ("pmid-101", 0.5, "mg/kg"), ("pmid-102", 40.0, "mg"),
         ("pmid-301", 0.5, "mg/kg")], start=1
    ):  # fmt: skip
        yield place | {"id": number, "report_id": of, "value": value, "unit": unit, "stated": f"{value:g} {unit}"}


def _fill(db: Any) -> None:
    def put(name: str, rows: Any) -> None:
        database.insert(db, name, database.rows_of(name, rows))

    tags = list(_tags())
    for dimension, name in DIMENSIONS.items():
        counts = [(concept, role) for kind, _, concept, role in tags if kind == dimension]
        put(name, [
            {"id": id, "label": label, "broader": broader, "kind": KINDS.get(id), "polarity": "lower",
             "synonyms": 'pains; "><b>x</b>' if id == "pain" else None, "mesh": "D010146; bad" if id == "pain" else None,
             "reports": sum(one == id for one, _ in counts), "studied": counts.count((id, "studied"))}
            for id, label, broader in CONCEPTS.get(name, [])
        ])  # fmt: skip
    put("reports", REPORTS)
    for dimension, name in DIMENSIONS.items():
        put(f"report_{name}", [
            {"report_id": of, f"{dimension}_id": concept, "role": role, "mentions": 1}
            for kind, of, concept, role in tags if kind == dimension
        ])  # fmt: skip
    put("findings", _findings())
    put("quantities", _quantities())
    put("studies", [
        {"id": id, "registration": id.upper(), "title": "Chronic pain, told by the registry alone" if not of else id,
         "status": status, "completion_date": ended, "reports": int(bool(of)), "publications": 0}
        for id, status, ended, of in TRIALS
    ])  # fmt: skip
    put("study_reports", [{"study_id": id, "report_id": of, "rule": "registration", "certain": 1}
                          for id, _, _, of in TRIALS if of])  # fmt: skip
    put("accuracy", [{"id": 1, "dimension": "condition", "concept_id": "pain", "dataset": "invented", "measure": "F1",
                      "about": "Reports that nobody wrote", "n": 200, "positives": 9, "value": 0.9, "precision": 0.87,
                      "recall": 0.93, "rules": "x"}])  # fmt: skip


@pytest.fixture(scope="module")
def evidence_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("concepts") / "ketamine.db"
    with database.building(path) as db:
        _fill(db)
        database.finish(db)
    return path


@pytest.fixture(scope="module")
def site(evidence_file: Path) -> Site:
    return Site(evidence_file, public=True)


PAGES = ["conditions/pain", "conditions/chronic-pain", "conditions/ptsd", "outcomes/pain-intensity", "outcomes/nausea",
         "outcomes/biomarkers", "drugs/ketamine", "routes/parenteral", f"designs/{RCT}", "conditions", "outcomes"]  # fmt: skip
EMPTY = ["conditions/tinnitus", "drugs/esketamine", "comparators/placebo"]


def page_of(site: Site, path: str) -> str:
    answer = site.get(f"/ketamine/{path}")
    assert answer.status_code == 200, path
    return str(answer.text)


# ------------------------------------------------------------ numbers


def numbers(page: str) -> Iterator[tuple[int, str, str]]:
    """(number, address, words) of every link whose words are or end with a number, or begin with one."""
    for href, inner in re.findall(r'<a [^>]*?href="(/[^"]+)"[^>]*>(.*?)</a>', page[page.index("<main") :], re.S):
        words = html.unescape(re.sub(r"<[^>]+>", "", inner)).strip()
        found = re.search(r": ([\d,]+)(?: reports?| findings?)?$", words) or re.match(
            r"(?:All )?([\d,]+)(?=[ :]|$)", words
        )
        if found:
            yield int(found[1].replace(",", "")), html.unescape(href), words


def behind(site: Site, address: str) -> int:
    """How many rows an address of the site shows."""
    path, _, query = address.partition("?")
    if path == "/search":
        return int(site.get(f"/search.json?{query}").json()["total"])
    if path.rpartition("/")[2] in site.metadata["databases"]["ketamine"]["queries"]:
        return len(site.get(f"{path}.json?{query}&_shape=array").json())
    return int(site.get(f"{path}.json?{query}").json()["filtered_table_rows_count"])


@pytest.mark.parametrize("path", PAGES)
def test_every_number_is_the_number_of_rows_behind_its_link(path: str, site: Site) -> None:
    """Figures, bars of charts, tables, lists and trees alike, on every kind of page."""
    found = list(numbers(page_of(site, path)))
    wrong = [(number, words, address) for number, address, words in found if behind(site, address) != number]
    assert len(found) >= 4 and not wrong, wrong


def test_a_wider_concept_counts_a_finding_once() -> None:
    """Also where the finding belongs to two narrower ones; and what would say the same as one narrower is left out."""
    broader = {"a": "top", "b": "top", "c": "only"}
    found = rolled_up(
        {(("a", "b"), "benefit"): 2, (("a",), "harm"): 1, (("b",), "harm"): 5, (("c",), "mixed"): 4}, broader
    )
    assert found["top"] == {"benefit": 2, "harm": 6} and found["a"] == {"benefit": 2, "harm": 1}
    assert "only" not in found and found["c"] == {"mixed": 4}


def test_numbers_include_narrower_conditions_and_leave_out_mere_mentions(site: Site) -> None:
    """Pain counts chronic pain; PTSD is only mentioned in one report, which is said and not counted."""
    pain, ptsd = page_of(site, "conditions/pain"), page_of(site, "conditions/ptsd")
    assert re.search(r"<strong>26</strong> reports study it", pain) and "Narrower, counted above" in pain
    assert re.search(r"<strong>1</strong> report studies it", ptsd)
    assert re.search(r'role=mentioned">1 more report</a> only mentions it and is not counted', ptsd)


def test_a_wider_concept_that_says_the_same_is_not_listed_beside(site: Site) -> None:
    """All parenteral reports of the drug are intravenous ones; both would be two links to the same reports."""
    page = page_of(site, "drugs/ketamine")
    assert "/ketamine/routes/intravenous" in page and "/ketamine/routes/parenteral" not in page


# ------------------------------------------------------------ fair play


def listing(page: str, heading: str) -> list[str]:
    """Ids of the reports under a heading."""
    start = page.index(f"<h3>{heading}</h3>")
    return re.findall(r'href="/ketamine/reports/([^"?]+)"', page[start : page.index("</section>", start)])


@pytest.mark.parametrize("path", ["conditions/pain", "drugs/ketamine"])
def test_null_results_get_equal_room(path: str, site: Site) -> None:
    """As many reports without a difference as with a benefit, beside each other, the newest first."""
    page = page_of(site, path)
    benefits, nulls = listing(page, "Reports that found a benefit"), listing(page, "Reports that found no difference")
    assert len(benefits) == len(nulls) == LENGTH
    assert benefits[0] == "pmid-108" and nulls[0] == "pmid-208"
    assert listing(page, "Reports that found harm") == ["pmid-301"]


def test_an_outcome_lists_nulls_beside_benefits(site: Site) -> None:
    """By what its findings say."""
    page = page_of(site, "outcomes/pain-intensity")
    assert len(listing(page, "Reports that state a benefit for it")) == LENGTH
    assert len(listing(page, "Reports that state no difference")) == LENGTH
    assert "No report held here states that." in page, "no harm: said, not hidden"


def test_retracted_reports_are_flagged_and_never_the_largest(site: Site) -> None:
    """Counted in a figure of their own, marked among the newest, left out where results are told."""
    page = page_of(site, "conditions/pain")
    assert listing(page, "Largest randomised trials")[0] == "pmid-208"
    assert "pmid-303" not in listing(page, "Reports that found a benefit")
    newest = page[page.index("<h3>Newest reports</h3>") :]
    assert re.search(r'pmid-303">[^<]+</a>\s*<span class="small"><strong class="alarm">Retracted</strong>', newest)
    assert re.search(r"<strong>1</strong> retracted", page)


def test_caution_stands_before_the_counts(site: Site) -> None:
    """On pages where counts could be taken for proof; doses are no advice."""
    for path in ("conditions/pain", "outcomes/nausea", "drugs/ketamine"):
        page = page_of(site, path)
        assert 0 < page.index("Counts, not proof.") < page.index('<figure class="picture">')
    assert "Not a recommendation." in page_of(site, "drugs/ketamine")


def test_what_is_in_no_bar_is_said(site: Site) -> None:
    """Plans and registry entries, reports without a text, retracted ones: each with its number."""
    page = page_of(site, "conditions/pain")
    words = html.unescape(re.sub(r"<[^>]+>", "", page[page.index("Not in the picture") :][:900]))
    assert re.search(r"4 plans, animals, cells.*1 retracted", words)
    assert re.search(r"1</a> without a text to read", page_of(site, "conditions/ptsd"))


def test_benefits_and_harms_are_tables_apart(site: Site) -> None:
    """A harm that was looked for and not seen has a column of its own; so has no difference."""
    page = page_of(site, "conditions/pain")
    harms = page[page.index("Harms looked for") :][:3000]
    assert page.index("Benefits hoped for") < page.index("Harms looked for")
    assert "looked for, not seen" in harms and "no difference" in harms and "Nausea" in harms


def test_silence_about_a_harm_is_not_its_absence(site: Site) -> None:
    """Every report of the database is counted once by what it tells of the harm, silent ones too."""
    page = page_of(site, "outcomes/nausea")
    told = page[page.index("Absence of mention is not absence of harm") :]
    told = told[: told.index("</p>")]
    counts = [int(number) for number in re.findall(r">(\d+)</a>", told)]
    assert sum(counts) == len(REPORTS) and "1</a> state a finding" in told and "do not name it" in told


def test_withheld_texts_count_as_read(evidence_file: Path, tmp_path: Path, site: Site) -> None:
    """In a copy for the public, whose abstracts are taken out, the page says the same as before."""
    path = tmp_path / "ketamine.db"
    path.write_bytes(evidence_file.read_bytes())
    with sqlite3.connect(path) as copy:
        copy.execute("update reports set abstract = null")
    copy.close()
    before, after = (page_of(one, "outcomes/nausea") for one in (site, Site(path, public=True)))
    told = re.compile(r"Absence of mention.*?</p>", re.S)
    assert told.findall(after) == told.findall(before) != []


# ------------------------------------------------------------ trials, doses, scales, accuracy


def test_trials_without_results_that_ended_longest_ago_come_first(site: Site) -> None:
    """Withdrawn ones, which nobody took part in, come last; statuses are counted, also none."""
    page = page_of(site, "conditions/pain")
    table = page[page.index('<table class="trials">') :]
    assert re.findall(r"/ketamine/studies/(\w+)", table)[:3] == ["nct00000001", "nct00000000", "nct00000003"]
    assert "Completed: 2" in page and "Withdrawn: 1" in page
    chronic = page_of(site, "conditions/chronic-pain")
    assert "nct00000003" in chronic and "nct00000001" not in chronic, "the registry's words, where no entry is held"


def test_doses_are_counted_once_a_report_and_only_with_one_route(site: Site) -> None:
    """Of two routes nobody knows which dose went which way; a wider route is no second one."""
    page = page_of(site, "drugs/ketamine")
    table = page[page.index('<table class="doses">') :]
    table = table[: table.index("</table>")]
    assert "Intravenous" in table and "Oral" not in table
    assert re.search(r"0.5 mg/kg <a[^>]*>2</a>.*40 mg <a[^>]*>1</a>", table)


def test_scales_are_told_with_their_rules(site: Site) -> None:
    """What response means is the vocabulary's, in words."""
    (madrs,) = [row for row in measuring("depressive-symptoms") if row["id"] == "madrs"]
    assert madrs["response"].startswith("at least 50 % better") and madrs["better"] == "lower"
    assert "a score of 10 or less" in madrs["remission"]
    label = measuring("pain-intensity")[0]["label"]
    assert html.escape(label) in page_of(site, "outcomes/pain-intensity")


def test_accuracy_of_the_tag_is_told_with_its_size(site: Site) -> None:
    """And where the tag alone was not measured, that is said."""
    page = page_of(site, "conditions/pain")
    assert "87 % of the tags given were right, 93 % of those due were given" in page
    assert "200 reports read, 9 of them about it" in page and "take the figures as rough" in page
    assert "has not been measured" in page_of(site, "conditions/ptsd")


def test_headings_lead_to_the_library_only_when_they_are_headings(site: Site) -> None:
    """MeSH identifiers are links; anything else in that column stays text."""
    page = page_of(site, "conditions/pain")
    assert "https://meshb.nlm.nih.gov/record/ui?ui=D010146" in page and "ui=bad" not in page


def test_codes_and_registries_in_words() -> None:
    """Codes of ClinicalTrials.gov read as words; every registry has an address, and no script is one."""
    assert [in_words(code) for code in ("ACTIVE_NOT_RECRUITING", "PHASE1/PHASE2", "", None)] == [
        "Active not recruiting", "Phase 1, phase 2", "", ""]  # fmt: skip
    assert registry({"registration": "NCT01234567"}) == "https://clinicaltrials.gov/study/NCT01234567"
    assert registry({"registration": "ChiCTR1", "url": "javascript:alert(1)"}).startswith(
        "https://trialsearch.who.int/"
    )
    assert registry({"registration": None}) == ""


# ------------------------------------------------------------ pages as such


@pytest.mark.parametrize("path", [*PAGES, *EMPTY, "conditions/odd"])
def test_pages_are_made_for_people_and_screen_readers(path: str, site: Site) -> None:
    """One heading, one main part, no inline style or script, nothing reflected, sections that are named."""
    page = page_of(site, path)
    assert page.count("<main") == 1 and page.count("<h1") == 1 and re.search(r"<title>[^<]{5,}</title>", page)
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|<b>", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids)) and set(re.findall(r'aria-labelledby="([^"]+)"', page)) <= set(ids)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


@pytest.mark.parametrize("path", EMPTY)
def test_a_concept_without_reports_says_so_and_what_to_do(path: str, site: Site) -> None:
    """No empty chart, no table of zeros."""
    page = page_of(site, path)
    assert re.search(r"No report in this copy studies", page) and 'href="/search"' in page
    assert "<svg" not in page and "<td>0</td>" not in page


@pytest.mark.parametrize("table", DIMENSIONS.values())
def test_unknown_concepts_are_not_found_and_json_stays_stock(table: str, site: Site) -> None:
    """Datasette's own answers, with and without ``.json``."""
    assert site.get(f"/ketamine/{table}/no-such-concept").status_code == 404
    if CONCEPTS.get(table):
        answer = site.get(f"/ketamine/{table}/{CONCEPTS[table][0][0]}.json").json()
        assert set(answer) >= {"rows", "columns", "primary_keys"} and "more" not in answer


def test_lists_of_concepts_are_trees(site: Site) -> None:
    """The narrower inside the wider, harms apart from benefits; a filter keeps what it keeps; the table is one link away."""
    page = page_of(site, "conditions")
    assert re.search(r"<li><span class=\"leaf\">[^\n]*>Pain</a>.*?<ul>.*?>Chronic pain</a>.*?</ul>", page, re.S)
    outcomes = page_of(site, "outcomes")
    assert outcomes.index("Benefits hoped for") < outcomes.index("Harms looked for") < outcomes.index(">Nausea</a>")
    assert "Chronic pain" in page_of(site, "conditions?broader=pain")
    assert 'class="rows-and-columns"' in page_of(site, "conditions?_all=1") and 'class="trees' not in page_of(
        site, "conditions?_all=1"
    )
    assert "No rows match" in page_of(site, "conditions?id=nothing")


def test_a_concept_whose_wider_one_is_hidden_stands_at_the_top() -> None:
    """A filtered list loses nothing."""
    rows = [{"id": "b", "label": "B", "broader": "a"}, {"id": "c", "label": "C", "broader": "b"}]
    (top,) = tree(rows, {"b": 3})
    assert (top.id, top.studied, [node.id for node in top.below]) == ("b", 3, ["c"])


def test_every_concept_page_has_a_feed_and_a_way_to_all(site: Site) -> None:
    """Newest reports as Atom, and the search that takes them along."""
    page = page_of(site, "conditions/pain")
    assert (
        page.count('href="/search.atom?condition=pain"') == 2
        and 'href="/search?condition=pain&amp;sort=newest"' in page
    )
    assert 'href="/map?condition=pain"' in page
