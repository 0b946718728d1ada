"""The evidence map: every number is that of the rows behind its link, gaps are told apart, nothing is added up twice."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from harvest import database
from harvest.site.gapmap import holdings
from harvest.site.gapmap.grid import DIRECTIONS, Cell, Choice
from harvest.site.gapmap.request import Addresses, read
from harvest.site.pages.map import NAMES, RANDOMISED, charts

from .conftest import REPORTS, Site, fill, report
from .test_queries import HOSTILE

Row = dict[str, Any]

TEXT = "Invented: mood rose and then sank again."
TAGS = {
    "pmid-92000001": {"condition": ["depression", "treatment-resistant-depression"], "outcome": ["depressive-symptoms"],
                      "drug": ["esketamine"], "design": [RANDOMISED], "use": ["treatment"], "route": ["intranasal"]},
    "pmid-92000002": {"condition": ["ptsd", "chronic-pain"], "outcome": ["dissociation"], "drug": ["ketamine"],
                      "use": ["treatment"], "comparator": ["placebo"]},
    "pmid-92000003": {"condition": ["depression"], "outcome": ["depressive-symptoms"], "use": ["treatment"]},
    "pmid-92000004": {"condition": ["ptsd"], "outcome": ["suicidal-ideation"], "use": ["treatment"]},
    "pmid-92000005": {"outcome": ["adverse-events"]},
    "pmid-92000006": {"condition": ["depression"], "outcome": ["depressive-symptoms"], "use": ["treatment"],
                      "design": [RANDOMISED]},
}  # fmt: skip
"""Report -> dimension -> the concepts it studies."""
EXTRA = [
    report("pmid-92000001", "Esketamine nose spray, an invented trial", "2020-05-01", abstract=TEXT, abstract_kind="abstract"),
    report("pmid-92000002", "<b>Two</b> conditions & one sentence", "2021-01-01", abstract=TEXT, abstract_kind="abstract"),
    report("pmid-92000003", "A retracted trial", "2021-02-01", retracted=1, abstract=TEXT, abstract_kind="abstract"),
    report("pmid-92000004", "An undated protocol", ""),
    report("pmid-92000005", "No condition, no use", "2022-01-01", abstract=TEXT, abstract_kind="abstract"),
    report("pmid-92000006", "Another invented trial", "1970-01-01", abstract=TEXT, abstract_kind="abstract"),
]  # fmt: skip
FINDINGS = [
    ("pmid-92000001", "treatment-resistant-depression", "depressive-symptoms", "esketamine", "benefit", "between-groups", 0),
    ("pmid-92000001", None, "depressive-symptoms", "esketamine", "no-difference", "within-group", 1),
    ("pmid-92000002", None, "dissociation", "ketamine", "harm", "stated", 1),
    ("pmid-92000003", "depression", "depressive-symptoms", None, "benefit", "between-groups", 0),
    ("pmid-92000005", None, "adverse-events", None, "none-observed", "stated", 0),
    ("pmid-92000006", "depression", "depressive-symptoms", None, "benefit", "between-groups", 0),
    ("pmid-92000006", "depression", "suicidal-ideation", None, "mixed", "within-group", 0),
    ("pmid-92000006", "depression", "anhedonia", None, "not-applicable", "stated", 0),
    ("pmid-92000006", "depression", "slow-thought", None, "harm", "stated", 0),
]  # fmt: skip
COLUMNS = ("report_id", "condition_id", "outcome_id", "drug_id", "direction", "basis", "hedged")
ANY = {"use": "any"}
CHOICES = [
    {}, ANY, {"rows": "drug"}, {"rows": "comparator", **ANY}, {"rows": "route"}, {"rows": "design", **ANY},
    {"design": RANDOMISED}, {"basis": "between-groups"}, {"drug": "ketamine", **ANY}, {"condition": "depression"},
    {"outcome": "adverse-events", **ANY}, {"from_year": "2021"}, {"to_year": "2020", **ANY}, {"count": "findings"},
    {"from_year": "2018", "to_year": "2020", "rows": "drug", **ANY}, {"route": "intranasal"}, {"comparator": "placebo"},
]  # fmt: skip


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented reports of all tests of the site and those above."""
    path = tmp_path_factory.mktemp("map") / "ketamine.db"
    with database.building(path) as db:

        def put(name: str, rows: list[Row]) -> None:
            database.insert(db, name, database.rows_of(name, rows))

        fill(db, [*REPORTS, *EXTRA])
        put("outcomes", [
            {"id": id, "label": id.capitalize(), "broader": "depressive-symptoms", "kind": kind, "reports": 1, "studied": 0}
            for id, kind in (("anhedonia", "benefit"), ("slow-thought", "harm"))
        ])  # fmt: skip
        put("designs", [{"id": RANDOMISED, "label": "Randomised <i>trial</i>", "reports": 1, "studied": 1}])
        for name, dimension in (("conditions", "condition"), ("outcomes", "outcome"), ("drugs", "drug"), ("designs", "design"),
                                ("uses", "use"), ("routes", "route"), ("comparators", "comparator")):  # fmt: skip
            put(f"report_{name}", [
                {"report_id": id, f"{dimension}_id": concept, "role": "studied", "mentions": 1}
                for id, tags in TAGS.items() for concept in tags.get(dimension, [])
            ])  # fmt: skip
        put("findings", [
            dict(zip(COLUMNS, row, strict=True)) | {
                "id": 100 + n, "change": "decreased", "field": "abstract", "start": 0, "end": len(TEXT), "cue_start": 15,
                "cue_end": 19, "rule": "change", "comparator_id": "placebo" if row[2] == "dissociation" else None}
            for n, row in enumerate(FINDINGS)
        ])  # fmt: skip
        database.finish(db)
    return path


@pytest.fixture(scope="module")
def site(file: Path) -> Site:
    return Site(file, public=True)


def cells(site: Site, **asked: str) -> dict[tuple[str, str], Row]:
    """(row, outcome) -> cell."""
    answer = site.get("/map.json", params=asked).json()
    rows = asked.get("rows", "condition")
    return {(cell[rows], cell["outcome"]): cell for cell in answer["cells"]}


def page(site: Site, **asked: str) -> Any:
    answer = site.get("/map", params=asked)
    assert answer.status_code == 200
    return html.fromstring(answer.text)


def behind(site: Site, address: str) -> list[Row]:
    """The rows of the query that an address leads to."""
    path, query = urlsplit(address).path, dict(parse_qsl(urlsplit(address).query))
    rows: list[Row] = site.get(f"{path}.json", params={"_shape": "array", **query}).json()
    return rows


# ------------------------------------------------------------ numbers


@pytest.mark.parametrize("asked", CHOICES, ids=urlencode)
def test_every_number_is_that_of_the_rows_behind_it(asked: dict[str, str], site: Site) -> None:
    """Findings, reports, hedged ones and every direction, for each cell of each kind of map."""
    found = cells(site, most_rows="all", most_columns="all", **asked)
    assert found
    for cell in found.values():
        rows = behind(site, cell["address"])
        assert (cell["findings"], cell["reports_with_findings"]) == (len(rows), len({row["report_id"] for row in rows}))
        assert cell["hedged"] == sum(row["hedged"] for row in rows)
        for each in DIRECTIONS:
            assert cell[each.replace("-", "_")] == sum(row["direction"] == each for row in rows)


@pytest.mark.parametrize("asked", CHOICES, ids=urlencode)
def test_a_gap_leads_to_the_reports_that_study_both(asked: dict[str, str], site: Site) -> None:
    """The number in brackets, and that of all reports with the filters, are what the search finds."""
    tree = page(site, **asked)
    links = {link.get("href"): link.text for link in tree.xpath("//td[@class='gap']/a")}
    links |= {
        link.get("href"): link.text for link in tree.xpath("//a[starts-with(@href, '/search')][starts-with(., 'all ')]")
    }
    for address, text in links.items():
        found = site.get(address.replace("/search", "/search.json")).json()
        assert found["total"] == int(re.sub(r"\D", "", text)), address


def test_findings_stand_where_their_sentence_or_their_report_says(site: Site) -> None:
    """A named condition wins; else every studied one; wider conditions include narrower ones; untold ones are shown too."""
    found = {key: cell["findings"] for key, cell in cells(site, **ANY).items() if cell["findings"]}
    assert found["treatment-resistant-depression", "depressive-symptoms"] == 2
    # Those two, three of 1970 and that of conftest; not the retracted one.
    assert found["depression", "depressive-symptoms"] == 6
    assert found["ptsd", "dissociation"] == found["chronic-pain", "dissociation"] == 1
    assert found["not-stated", "adverse-events"] == 1


def test_columns_are_the_widest_outcomes_of_each_kind(site: Site) -> None:
    """Anhedonia stands within depressive symptoms; a harm under a benefit keeps its own column; a chosen outcome shows both."""
    assert {outcome for _, outcome in cells(site)} == {
        "", "depressive-symptoms", "suicidal-ideation", "dissociation", "slow-thought",
    }  # fmt: skip
    assert {outcome for _, outcome in cells(site, outcome="depressive-symptoms")} == {
        "", "depressive-symptoms", "anhedonia", "slow-thought",
    }  # fmt: skip
    assert cells(site, outcome="depressive-symptoms")["depression", "anhedonia"]["not_applicable"] == 1


def test_a_wide_row_with_nothing_of_its_own_is_left_out(site: Site) -> None:
    """Depression stands above its narrower kind where it adds to it, and not where all it has is that kind's."""
    heads = [(head.text_content(), head.get("class")) for head in page(site).xpath("//tbody/tr/th")]
    assert heads[:2] == [("Depression", "depth-0"), ("Treatment-resistant depression", "depth-1")]
    heads = [head.text_content() for head in page(site, drug="esketamine").xpath("//table[@class='map']/tbody/tr/th")]
    assert heads == ["Treatment-resistant depression"]


def test_only_treatment_counts_unless_asked_and_retracted_reports_never(site: Site) -> None:
    """The usual map is about ketamine as a treatment; the page says what is left out."""
    usual, everything = cells(site), cells(site, **ANY)
    assert ("not-stated", "adverse-events") in everything and ("not-stated", "adverse-events") not in usual
    assert "pmid-92000003" not in {row["report_id"] for row in behind(site, everything["depression", ""]["address"])}
    text = page(site).text_content()
    assert "Findings of retracted reports, and reports that do not tell of ketamine given as a treatment" in text
    assert "Findings of retracted reports." in page(site, **ANY).text_content()


def test_a_gap_is_not_an_absence(site: Site) -> None:
    """Reports that study both without a finding are counted in brackets; where there are none, a dash."""
    (row,) = page(site).xpath("//tr[th[contains(., 'Post-traumatic')]]")
    shown = [cell.text_content().strip() for cell in row.iter("td")]
    assert shown == ["1", "–no report", "(1)", "1", "–no report"]
    assert [link.get("aria-label") for link in row.xpath("td[@class='gap']/a")] == [
        "Post-traumatic stress disorder, Suicidal ideation: no finding here yet; 1 report studies both"
    ]
    (row,) = page(site).xpath("//tr[th[contains(., 'Chronic pain')]]")
    assert [cell.text_content().strip() for cell in row.iter("td")] == [
        "1",
        "–no report",
        "–no report",
        "1",
        "–no report",
    ]
    text = re.sub(r"\s+", " ", page(site, outcome="suicidal-ideation", condition="ptsd").text_content())
    assert "No finding here matches all of this" in text and "1 report match" in text


# ------------------------------------------------------------ the page


def test_a_cell_says_in_words_all_that_it_shows(site: Site) -> None:
    """Screen readers and tooltips get the names, both numbers and every direction."""
    (link,) = page(site).xpath("//a[starts-with(@aria-label, 'Treatment-resistant depression, Depressive symptoms:')]")
    assert (
        link.get("aria-label")
        == link.get("title")
        == ("Treatment-resistant depression, Depressive symptoms: 2 findings in 1 report; 1 benefit, 1 no difference")
    )
    assert link.text == "1"
    bars = [(rect.get("class"), rect.get("x"), rect.get("width")) for rect in link.iter("{*}rect", "rect")]
    assert bars == [("benefit", "0.0", "50.0"), ("no-difference", "50.0", "50.0")]


def test_every_row_has_a_cell_for_every_column(site: Site) -> None:
    """A missing cell would shift numbers under the wrong heading."""
    for asked in CHOICES:
        tree = page(site, **asked)
        rows = [len(row.findall("td")) for row in tree.xpath("//table[@class='map']/tbody/tr")]
        heads = len(tree.xpath("//table[@class='map']/thead/tr[2]/th"))
        groups = sum(int(head.get("colspan")) for head in tree.xpath("//th[@scope='colgroup']"))
        assert not rows or (set(rows) == {heads - 1} and groups == heads - 2)


def test_wanted_and_unwanted_outcomes_stand_apart(site: Site) -> None:
    """Harms get columns of their own, however few findings they have."""
    heads = [head.text_content() for head in page(site, **ANY).xpath("//th[@scope='colgroup']")]
    assert heads == ["Hoped for", "Unwanted"]


@pytest.mark.parametrize("asked", CHOICES, ids=urlencode)
def test_page_is_made_for_people_and_screen_readers(asked: dict[str, str], site: Site) -> None:
    """One heading, fields with names, no inline style or script, the cautions in sight."""
    answer = site.get("/map", params=asked)
    assert answer.text.count("<h1") == 1 and answer.text.count("<main") == 1
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=", answer.text)
    tree = html.fromstring(answer.text)
    labelled = set(tree.xpath("//label/@for"))
    assert labelled == set(tree.xpath("//select/@id | //main//input/@id")) and len(labelled) == 14
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    text = re.sub(r"\s+", " ", tree.text_content())
    assert "Counting is not weighing." in text and "does not prove that there is none" in text
    assert "not medical advice" in text


def test_filters_are_shown_chosen_and_can_be_dropped(site: Site) -> None:
    """What narrows the map stands above it, and its link takes away that one only."""
    tree = page(site, drug="esketamine", design=RANDOMISED, from_year="2019", rows="route")
    dropped = {
        link.text.strip(): dict(parse_qsl(urlsplit(link.get("href")).query))
        for link in tree.xpath("//ul[@aria-label='Filters']//a")
    }
    assert dropped["Esketamine"] == {"rows": "route", "design": RANDOMISED, "from_year": "2019"}
    assert dropped["2019 to latest"] == {"rows": "route", "design": RANDOMISED, "drug": "esketamine"}
    assert tree.xpath("//select[@name='drug']/option[@selected]/@value") == ["esketamine"]
    assert tree.xpath("//select[@name='use']/option[@selected]/@value") == ["treatment"]


@pytest.mark.parametrize("asked", CHOICES, ids=urlencode)
def test_addresses_of_the_map_read_back_as_the_same_choice(asked: dict[str, str], file: Path) -> None:
    """Links that change one thing must keep all else."""
    with sqlite3.connect(file) as connection:
        held = holdings.read(connection)
    choice, ignored = read(asked, held)
    again, _ = read(dict(parse_qsl(urlsplit(Addresses(str, choice).map()).query)), held)
    assert ignored == [] and again == choice


# ------------------------------------------------------------ by year


def test_charts_by_year_add_up(site: Site) -> None:
    """Every dated finding and report is in one bar, and each bar's link leads to as many rows."""
    tree = page(site, **ANY)
    bars = {
        link.get("href"): link.get("aria-label")
        for link in tree.xpath("//*[local-name()='svg'][contains(@class, 'wide')]//a")
    }
    findings = {address: label for address, label in bars.items() if "/findings_by" in address}
    assert sum(int(re.findall(r"(\d+) finding", label)[0]) for label in findings.values()) == 11
    for address, label in findings.items():
        assert len(behind(site, address)) == int(re.findall(r"(\d+) finding", label)[0])
    for address, label in bars.items():
        if "/search" in address:
            total = site.get(address.replace("/search", "/search.json")).json()["total"]
            assert total == int(re.findall(r"(\d+) report", label)[0]), label


def test_long_histories_begin_with_one_bar_for_all_before() -> None:
    """Sixty bars cannot be read; the years before the last thirty share one, and lose nothing."""
    years = {year: dict.fromkeys(("reports", "randomised", "others", *DIRECTIONS), 2) for year in range(1950, 2025, 3)}
    first, second = charts(years, Addresses(str, Choice()))
    assert first.names[:2] == ("to 1992", "1993") and first.names[-1] == "2022" and len(first.names) == 31
    assert sum(bar.number for bar in first.series[0].bars) == 2 * len(years)
    assert "year=1950..1992" in first.series[0].bars[0].href and second.unit == "findings"
    assert [series.label for series in second.series] == list(NAMES.values())


# ------------------------------------------------------------ for machines, and for the hostile


def test_csv_and_json_hold_the_same_cells(site: Site) -> None:
    """One line per cell, with the address of its rows."""
    lines = list(csv.DictReader(io.StringIO(site.get("/map.csv", params=ANY).text)))
    answer = site.get("/map.json", params=ANY).json()
    assert [{name: str(value) for name, value in cell.items()} for cell in answer["cells"]] == lines
    assert answer["parameters"] == {"use": "any"} and answer["findings"] == 11


@pytest.mark.parametrize("label", sorted(HOSTILE))
@pytest.mark.parametrize("suffix", ["", ".json", ".csv"])
def test_hostile_parameters_are_named_and_left_out(label: str, suffix: str, site: Site) -> None:
    """Any text in every parameter: 200, the map drawn without it, and never markup."""
    names = ("condition", "outcome", "drug", "design", "use", "rows", "count", "basis", "from_year", "most_rows")
    answer = site.get(f"/map{suffix}", params=dict.fromkeys(names, HOSTILE[label]))
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text or suffix == ".json"
    if not suffix and HOSTILE[label].strip():
        assert "the map is drawn without it" in answer.text


@pytest.mark.parametrize("query", ["rows=rows", "most_rows=0", "most_columns=-1", "from_year=20201", "from_year=²", "condition=a&condition=b",
                                   "to_year=0", "rows=condition&rows=drug", "use=", "%FF=%FF", "count=%00"])  # fmt: skip
def test_odd_parameters_are_answered(query: str, site: Site) -> None:
    """Numbers that are none, names that do not exist."""
    assert site.get(f"/map?{query}").status_code == 200


def test_labels_from_the_vocabulary_stay_text(site: Site) -> None:
    """A label that looks like markup is escaped on the map and in its charts."""
    text = site.get("/map", params={"rows": "design", **ANY}).text
    assert "Randomised &lt;i&gt;trial" in text and "<i>trial" not in text


def test_an_empty_database_has_an_empty_map(tmp_path: Path) -> None:
    """Nothing harvested yet is no error."""
    with database.building(tmp_path / "ketamine.db") as db:
        database.finish(db)
    empty = Site(tmp_path / "ketamine.db")
    answer = empty.get("/map")
    assert answer.status_code == 200 and "No finding here matches" in answer.text and "Nothing to draw" in answer.text
    assert empty.get("/map.csv").status_code == 200 and empty.get("/map.json").json()["cells"] == []


# ------------------------------------------------------------ the query behind the cells


def test_findings_are_listed_newest_report_first_and_can_be_skipped(site: Site) -> None:
    """Each report's findings stand together; skipping leaves out the first ones."""
    rows = behind(site, "/ketamine/findings_by")
    assert [row["report_id"] for row in rows][:3] == ["pmid-92000005", "pmid-92000003", "pmid-92000002"]
    assert behind(site, "/ketamine/findings_by?skip=2") == rows[2:]
    assert rows[0]["sentence"] == TEXT and rows[0]["words"] == TEXT[15:19] and rows[0]["text_kind"] == "abstract"


def test_years_of_findings_leave_out_the_undated(site: Site) -> None:
    """A limit on the year keeps what is known to lie within it."""
    assert {row["year"] for row in behind(site, "/ketamine/findings_by?from_year=2020&to_year=2021")} == {2020, 2021}
    assert {row["report_id"] for row in behind(site, "/ketamine/findings_by?retracted=yes")} == {"pmid-92000003"}


# ------------------------------------------------------------ sets of bits


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=40))
def test_reports_of_a_set_of_findings_are_counted_without_a_loop(findings: list[tuple[int, bool]]) -> None:
    """The carry into the guards counts the same as a set of ids does, empty reports included."""
    findings.sort()
    with sqlite3.connect(":memory:") as connection:
        connection.execute("create table reports (id text)")
        connection.executemany("insert into reports values (?)", [(f"r{n}",) for n in range(10)])
        places = holdings._Places(connection, [f"r{n}" for n, _ in findings])
    held = holdings.Holdings(
        {},
        places.findings(places.of_findings),
        places.findings(first for first, _ in places.spans.values()),
        {},
        {},
        {},
        {},
        0,
    )
    chosen = places.findings(place for place, (_, wanted) in zip(places.of_findings, findings, strict=True) if wanted)
    assert held.reports_of(chosen) == len({n for n, wanted in findings if wanted})
    assert held.number(places.reports(["r0", "r9"])) == 2
    assert (places.reports(["r3"]) & chosen).bit_count() == sum(wanted and n == 3 for n, wanted in findings)


@pytest.mark.parametrize(
    ("number", "step"), [(0, 0), (1, 1), (2, 1), (3, 2), (10, 3), (30, 4), (99, 4), (100, 5), (9999, 5)]
)
def test_shades_have_fixed_limits(number: int, step: int) -> None:
    """The same number has the same shade whatever else is on the map."""
    assert Cell("", number, number, 0, {}, 0, number).step == step
