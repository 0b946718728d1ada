"""The PRISMA flow: the picture says what the table says, it adds up, and every number leads to what it counts."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from harvest.flow import Intake, flow_rows
from harvest.site.pages import flow

SOURCES = {"pubmed": 12, "europepmc": 6, "crossref": 2}


def _fill(path: Path) -> None:
    """The records of the invented reports shared out among three sources; two payloads of PubMed not used."""
    db = sqlite3.connect(path)
    ids = [row[0] for row in db.execute("select id from reports order by id")]
    db.execute("delete from records")
    for source, number in SOURCES.items():
        rows = [(source, f"{source}-{n}", ids[n], "pmid", "article") for n in range(number)]
        db.executemany(
            "insert into records (source, source_id, report_id, match_rule, kind) values (?, ?, ?, ?, ?)", rows
        )
    first = [("pubmed", f"first-{id}", id, "first", "article") for id in ids]
    db.executemany("insert into records (source, source_id, report_id, match_rule, kind) values (?, ?, ?, ?, ?)", first)
    db.execute("insert into rejected values (2, 'pubmed', '2', 'not listed any more', 'withdrawn', null)")
    db.execute("insert into report_drugs values ('pmid-90000005', 'ketamine', 'mentioned', 1)")
    named = {row[0] for row in db.execute("select report_id from report_drugs")}
    reports = [{"drugs": drugs, "names_drug": id in named} for id, drugs in db.execute("select id, drugs from reports")]
    records = Counter(SOURCES) + Counter({"pubmed": len(ids)})
    intake = Intake(records + Counter({"pubmed": 2}), {"pubmed": 1}, {"pubmed": 1})
    db.execute("delete from flow")
    rows = list(flow_rows(intake, records, reports, 3))
    db.executemany("insert into flow values (:position, :stage, :label, :source, :number, :detail)", rows)
    db.commit()
    db.close()


@pytest.fixture(scope="module")
def site(local: Any, database_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("flow") / "ketamine.db"
    shutil.copyfile(database_file, path)
    _fill(path)
    return type(local)(path)


@pytest.fixture(scope="module")
def page(site: Any) -> Any:
    return BeautifulSoup(site.get("/flow").text, "lxml")


def _of_picture(picture: Any) -> dict[str, tuple[int, str]]:
    """Words of each link -> its number and its address."""
    found = {}
    for link in picture.select("a"):
        words, number = re.fullmatch(
            r"(.*) \(n = ([\d,]+)\)", " ".join(link.stripped_strings).replace("\xa0", " ")
        ).groups()
        assert link.get("aria-label").replace("\xa0", " ") == f"{words} (n = {number})"
        found[words] = (int(number.replace(",", "")), link.get("href"))
    return found


def test_both_pictures_hold_the_numbers_of_the_table(page: Any, site: Any) -> None:
    """Wide and narrow, each number of the table's stages is in the picture, summed over sources where it has one box."""
    rows = site.get("/ketamine/flow.json?_shape=array").json()
    total: Counter[str] = Counter()
    for row in rows:
        total[row["stage"]] += row["number"]
    pictures = page.select("svg.flow-picture")
    assert ["wide" in picture["class"] for picture in pictures] == [True, False]
    for picture in pictures:
        found = _of_picture(picture)
        identified = {row["source"]: row["number"] for row in rows if row["stage"] == "identified"}
        assert {name.lower(): number for name, (number, _) in found.items() if name.lower() in identified} == identified
        for words, stage in (("No longer served by their source", "withdrawn"), ("Could not be read", "unreadable"),
                             ("Records", "records"), ("Records of a report already there", "duplicates"),
                             ("Only mention it", "mentioned"), ("Do not name it", "unnamed"),
                             ("Studies, known by registration or linked reports", "studies")):  # fmt: skip
            assert found[words][0] == total[stage], words
        reports = re.findall(r"Reports \(n\xa0=\xa0(\d+)\)", picture.get_text())
        assert [int(number) for number in reports] == [total["reports"], total["studied"]]


def test_it_adds_up(page: Any) -> None:
    """The three sums in words are right, and their results are one another's beginnings."""
    first, second, third = ([int(n.replace(",", "")) for n in re.findall(r"[\d,]*\d", line.get_text())]
                            for line in page.select("ul.sums li"))  # fmt: skip
    assert first[0] - first[1] == first[2] == second[0]
    assert second[0] - second[1] == second[2] == third[0] == sum(third[1:])
    assert third[2] == 1, "the report that only mentions the drug"


def test_every_number_leads_to_as_many_rows(page: Any, site: Any) -> None:
    """In the picture and in the table: a filter of a table holds that many rows, a page of its own says that many."""
    numbers = {(number, href) for picture in page.select("svg") for number, href in _of_picture(picture).values()}
    numbers |= {(int(a.get_text().replace(",", "")), a.get("href")) for a in page.select("table.flow-table td a")}
    followed = 0
    for number, href in numbers:
        if href.startswith("/search"):
            assert site.get(href.replace("/search?", "/search.json?")).json()["total"] == number
            followed += 1
        elif href.startswith("/flow/"):
            assert f"{number} report" in site.get(href).text
            followed += 1
        elif "/prisma_flow" in href:
            assert site.get(href).status_code == 200
        else:
            path, _, query = href.partition("?")
            behind = site.get(f"{path}.json?{query}&_size=0").json()
            assert behind["filtered_table_rows_count"] == number, href
            followed += 1
    assert followed >= 10


def test_pages_of_scopes_list_their_reports(site: Any) -> None:
    """Each once, linked; a page number that is none, or too far, is answered with a page."""
    found = BeautifulSoup(site.get("/flow/unnamed").text, "lxml").select("ul.newest a")
    listed = [a.get("href").rpartition("/")[2] for a in found]
    assert len(listed) == len(set(listed)) and "pmid-90000005" not in listed and "rec-0123456789" in listed
    for page in ("0", "-1", "9999999999", "²", "x", "<b>", "1' or 1=1", "%00", "99999"):
        answer = site.get(f"/flow/unnamed?page={page}")
        assert answer.status_code == 200 and "<b>" not in answer.text
    assert site.get("/flow/else").status_code == 404


def test_pages_of_a_scope_follow_each_other(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every report once; the last page, even if it is full, leads no further."""
    listed = [a.get("href") for a in BeautifulSoup(site.get("/flow/unnamed").text, "lxml").select("ul.newest a")]
    for size in (1, len(listed) - 1, len(listed)):
        monkeypatch.setattr(flow, "_PAGE", size)
        found, address = [], "/flow/unnamed"
        while address:
            page = BeautifulSoup(site.get(address).text, "lxml")
            found += [a.get("href") for a in page.select("ul.newest a")]
            address = next((a.get("href") for a in page.select("a.next")), "")
            assert len(found) <= len(listed)
        assert found == listed and page.select("ul.newest a")


def test_boxes_do_not_overlap_and_hold_their_text() -> None:
    """For any number of sources and any length of title, wide and narrow."""
    titles = {f"s{n}": "A source with a very long name indeed, of several words " * (n % 3 + 1) for n in range(12)}
    rows = [{"stage": "identified", "source": name, "number": 10**n, "label": "", "detail": "", "position": n}
            for n, name in enumerate(titles)]  # fmt: skip
    for kind in ("wide", "narrow"):
        picture = flow.draw(flow.boxes(flow.Numbers(rows, titles)), kind)
        for n, box in enumerate(picture.boxes):
            assert box.x >= 0 and box.x + box.width <= picture.width and box.y + box.height <= picture.height
            for text in box.texts:
                assert all(box.y < y < box.y + box.height for y, _ in text.rows)
                assert all(text.x + len(words) * 7.2 < box.x + box.width for _, words in text.rows)
            for other in picture.boxes[n + 1 :]:
                beside = box.x + box.width <= other.x or other.x + other.width <= box.x
                assert beside or box.y + box.height <= other.y, (kind, box, other)


def test_one_source_is_told_as_one(local: Any) -> None:
    """A table that is not whole, as after a first build from the starter set alone, is drawn as far as it goes."""
    text = local.get("/flow").text
    assert "Identified in 1 source<" in text and "It adds up" not in text


def test_an_empty_table_says_what_to_do(local: Any, database_file: Path, tmp_path: Path) -> None:
    """No picture of nothing."""
    path = tmp_path / "ketamine.db"
    shutil.copyfile(database_file, path)
    with sqlite3.connect(path) as db:
        db.execute("delete from flow")
    text = type(local)(path).get("/flow").text
    assert "harvest build" in text and "<svg" not in text and "prisma-statement.org" in text


def test_the_picture_has_no_style_and_no_script(page: Any) -> None:
    """The policy of the site forbids both."""
    for element in page.select("svg, svg *"):
        assert element.name in {"svg", "rect", "text", "path", "a"} and "style" not in element.attrs
