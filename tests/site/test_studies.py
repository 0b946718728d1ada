"""The page of a study: what was registered, what is known of results, its reports in order of time, gaps told as gaps."""

from __future__ import annotations

import html
import re
import sqlite3
from pathlib import Path

import pytest

from .conftest import Site

CHANGES = """
update studies set sponsor = 'Invented Sponsor <b>', allocation = 'RANDOMIZED', enrolment_type = 'ACTUAL',
  primary_outcomes = '["Pain <i>now</i>"]', interventions = '["Ketamine"]' where id = 'NCT90000001';
insert into study_reports values ('NCT90000001', 'doi-aaaaaaaaaa', 'preprint-title', 0);
insert into study_reports values ('NCT90000001', 'pmid-90000003', 'registration', 1);
update reports set registrations = 'NCT90000001; ISRCTN00000001' where id = 'pmid-90000003';
insert into studies (id, registration, registry, reports, publications, conditions)
  values ('chictr2', 'ChiCTR2', 'ChiCTR', 0, 0, 'not JSON');
insert into studies (id, reports, publications) values ('unnumbered', 1, 1);
insert into study_reports values ('unnumbered', 'rec-0123456789', 'stated-preprint', 1);
"""


@pytest.fixture(scope="module")
def site(database_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The invented reports, with an inferred and a retracted report in the first study, and studies that lack most."""
    path = tmp_path_factory.mktemp("studies") / "ketamine.db"
    path.write_bytes(database_file.read_bytes())
    copy = sqlite3.connect(path)
    copy.executescript(CHANGES)
    copy.close()
    return Site(path, public=True)


def page_of(site: Site, study: str) -> str:
    answer = site.get(f"/ketamine/studies/{study}")
    assert answer.status_code == 200
    return str(answer.text)


def words(page: str, section: str) -> str:
    """The words of a section, by the id of its heading."""
    start = page.index(f'aria-labelledby="{section}"')
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page[start : page.index("</section>", start)])).split())


def test_everything_registered_is_told_in_words(site: Site) -> None:
    """Codes of the registry become words; its texts are escaped."""
    page = page_of(site, "NCT90000001")
    told = words(page, "registered")
    for said in ("Status Completed", "Phase Phase 2", "Type Interventional", "Allocation Randomized", "30 (took part)",
                 "Started 2016-02", "Completed, or to be 2017-03", "Invented Sponsor <b>", "Interventions Ketamine"):  # fmt: skip
        assert said in told
    assert "<i>now" not in page and "Sponsor <b>" not in page
    assert 'href="https://clinicaltrials.gov/study/NCT90000001"' in page


def test_reports_stand_in_order_of_time_with_the_rule_that_joined_them(site: Site) -> None:
    """The registry entry first; an inferred one is marked; a retracted one is flagged."""
    page = page_of(site, "NCT90000001")
    timeline = page[page.index('<ol class="timeline">') :]
    order = re.findall(r'href="/ketamine/reports/([^"]+)"', timeline[: timeline.index("</ol>")])
    assert order == ["nct-90000001", "pmid-90000003", "doi-aaaaaaaaaa", "pmid-90000001"]
    told = words(page, "reports")
    assert told.count("inferred Thought to belong to the study: a preprint of the same title") == 1
    assert told.count("Belongs to the study: states the study's number.") == 3
    assert "Retracted · article" in told


def test_findings_lead_to_their_sentences(site: Site) -> None:
    """By direction, each with its number."""
    page = page_of(site, "NCT90000001")
    found = re.findall(r'href="(/ketamine/findings_for\?[^"]+)">([^<]+) (\d+)</a>', page)
    assert [(name, number) for _, name, number in found] == [("benefit", "1"), ("harm", "1")]
    for address, _, number in found:
        rows = site.get(html.unescape(address).replace("findings_for?", "findings_for.json?_shape=array&")).json()
        assert len(rows) == int(number)


def test_registered_and_reported_stand_side_by_side_without_a_verdict(site: Site) -> None:
    """Numbers of people and outcomes; what was read of each outcome leads to its findings."""
    page = page_of(site, "NCT90000001")
    assert "The registry says 30 people took part" in words(page, "reports")
    told = words(page, "outcomes")
    assert "Primary outcomes as registered Pain <i>now</i>" in told and "Depressive symptoms 1 finding" in told
    assert "without a verdict" in told
    address = re.search(r'href="(/ketamine/findings\?[^"]+)">1 finding<', page)
    assert address
    path, _, query = html.unescape(address[1]).partition("?")
    assert site.get(f"{path}.json?{query}").json()["filtered_table_rows_count"] == 1


def test_other_numbers_of_the_study(site: Site) -> None:
    """Those its reports state beside its own."""
    assert 'registration=ISRCTN00000001">ISRCTN00000001</a>' in page_of(site, "NCT90000001")


def test_a_trial_that_ended_without_results_says_so_and_what_known_means(site: Site) -> None:
    """Completed on a day, no results known here; one may exist all the same."""
    told = words(page_of(site, "NCT90000002"), "results")
    assert "Completed on 2015-01-01; no results known here." in told
    assert "None are posted in the registry" in told and "One may exist all the same" in told


def test_a_running_trial_is_not_accused(site: Site) -> None:
    """Status first; whether results are posted is not known here, and no alarm."""
    page = page_of(site, "NCT90000003")
    assert "Recruiting; no results known here." in words(page, "results") and "message error" not in page


def test_results_that_are_posted_or_published_are_told(site: Site) -> None:
    """Both, with where to find them."""
    told = words(page_of(site, "NCT90000001"), "results")
    assert "Results are posted in the registry" in told and "3 publications are known here" in told
    assert "Whether results are posted in the registry is not known here." in words(
        page_of(site, "unnumbered"), "results"
    )


def test_a_study_of_which_almost_nothing_is_held_still_has_a_page(site: Site) -> None:
    """No title, status, dates or reports: each gap is said, with where to look."""
    page = page_of(site, "chictr2")
    assert "<h1>ChiCTR2</h1>" in page and "its title is not known here" in page
    assert "https://trialsearch.who.int/Trial2.aspx?TrialID=ChiCTR2" in page
    assert "holds none of the registry's facts" in words(page, "registered")
    assert "No report of this study is held here" in words(page, "reports")
    assert "Not held here" in words(page, "outcomes")
    assert "No registration number is known" in page_of(site, "unnumbered")


@pytest.mark.parametrize("study", ["NCT90000001", "NCT90000002", "NCT90000003", "chictr2", "unnumbered"])
def test_pages_are_made_for_people_and_screen_readers(study: str, site: Site) -> None:
    """One heading, one main part, nothing inline, no id twice."""
    page = page_of(site, study)
    assert page.count("<main") == 1 and page.count("<h1") == 1 and re.search(r"<title>[^<]{5,}</title>", page)
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|None\b(?! are posted)", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_unknown_studies_are_not_found_and_json_stays_stock(site: Site) -> None:
    """Datasette's own answers."""
    assert site.get("/ketamine/studies/NCT00000000").status_code == 404
    assert "more" not in site.get("/ketamine/studies/NCT90000001.json").json()
