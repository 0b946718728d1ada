"""The page of accuracy: nothing weak is hidden, words follow from figures, and what was not measured is named."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from harvest import accuracy as shipped
from harvest.schema import DIMENSIONS
from harvest.site.pages import accuracy

COLUMNS = ("id", "dimension", "concept_id", "dataset", "about", "measure", "n", "positives", "value", "ci_low", "ci_high",
           "precision", "recall", "f1", "human", "published", "rules")  # fmt: skip
BOUND = "Invented headings (recall counts; precision is a lower bound)"
ROWS = [
    (1, "condition", "depression", "invented", "Invented set", "F1", 200, 80, 0.91, 0.85, 0.96, 0.92, 0.90, 0.91, "alpha .8", "F1 .9", "r1"),
    (2, "condition", "depression", "headings", BOUND, "recall", 900, 300, 0.70, 0.65, 0.75, 0.40, 0.70, 0.51, None, None, "r1"),
    (3, "condition", "ptsd", "invented", "Invented set", "F1", 200, 30, 0.80, 0.60, 0.95, 0.75, 0.86, 0.80, "alpha .8", None, "r1"),
    (4, "design", "rct", "invented", "Invented set", "F1", 200, 50, 0.995, 0.98, 1.0, 0.996, 0.99, 0.995, None, None, "r1"),
    (5, "design", None, "invented", "Invented set", "accuracy", 200, None, 0.9, 0.85, 0.94, None, None, None, None, None, "r1"),
    (6, "finding", "<b>odd</b>", "<i>set</i>", "<script>alert(1)</script>", "<b>measure</b>", 5, 5, 0.5, None, None, None, 0.5, None,
     "<b>", "<b>", "r1"),
]  # fmt: skip


def _made(local: Any, database_file: Path, folder: Path, rows: list[Any], rules: str) -> Any:
    path = folder / "ketamine.db"
    shutil.copyfile(database_file, path)
    db = sqlite3.connect(path)
    marks = ", ".join("?" * len(COLUMNS))
    db.executemany(f"insert into accuracy ({', '.join(COLUMNS)}) values ({marks})", rows)
    db.execute("insert into about values ('rules', ?)", [rules])
    db.commit()
    db.close()
    return type(local)(path)


@pytest.fixture(scope="module")
def site(local: Any, database_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return _made(local, database_file, tmp_path_factory.mktemp("accuracy"), ROWS, "r1")


def _page(site: Any, query: str = "") -> BeautifulSoup:
    answer = site.get(f"/accuracy{query}")
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "lxml")


def _values(page: BeautifulSoup) -> list[tuple[str, float]]:
    return [(row.select_one("td.what").get_text(), float(row.select_one("td strong").get_text()))
            for row in page.select(".figures-table tbody tr")]  # fmt: skip


def test_the_worst_figures_come_first(site: Any) -> None:
    """By dimension, and within it by the weakest figure of each concept, of which all figures stand together."""
    assert _values(_page(site)) == [
        ("Depression", 0.70), ("Depression", 0.91), ("Post-traumatic stress disorder", 0.80),
        ("All of it", 0.90), ("Randomised controlled trial", 0.995), ("<b>odd</b>", 0.50),
    ]  # fmt: skip


def test_concepts_have_anchors_for_their_pages(site: Any) -> None:
    """`#condition-ptsd` and no anchor twice; the label leads to the page of the concept."""
    page = _page(site)
    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids)) and {"condition-ptsd", "condition-depression", "design-all"} <= set(ids)
    assert page.select_one("#condition-ptsd td.what a")["href"] == "/ketamine/conditions/ptsd"


def test_opening_words_follow_from_precision(site: Any) -> None:
    """Never from recall or F1, never from a lower bound; the weakest is among them; the caution is beside them."""
    page = _page(site)
    opening = " ".join(page.select_one("main ul.bullets").get_text().split())
    assert "Of 100 reports tagged Depression, about 92 are right" in opening and "80 of 200 reports" in opening
    assert "Of 100 reports tagged Post-traumatic stress disorder, about 75 are right" in opening
    assert "about 40" not in opening and "99 are right" in opening, "99.6 % is not all"
    assert "were looked at while the rules were written" in " ".join(page.get_text().split())


def test_plain_words_say_at_least_where_a_figure_is_a_lower_bound(site: Any) -> None:
    """The labels of such a set leave out reports that are rightly tagged."""
    words = [cell.get_text() for cell in _page(site).select("#condition-depression td.words")]
    assert words == ["of 100 tagged, at least 40 right; of 100 it should find, about 70 found",
                     "of 100 tagged, about 92 right; of 100 it should find, about 90 found"]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "expected"),
    [("?below=0.75", [0.70, 0.50]), ("?below=75+%25", [0.70, 0.50]), ("?below=0,75&dimension=condition", [0.70]),
     ("?dimension=finding", [0.50]), ("?dimension=nothing", []), ("?below=0.1", [])],
)  # fmt: skip
def test_filters(query: str, expected: list[float], site: Any) -> None:
    """Of one dimension, below a share; the count says how many are left, and an empty answer says so."""
    page = _page(site, query)
    assert [value for _, value in _values(page)] == expected
    assert page.select_one("p.count strong").get_text() == str(len(expected))
    assert bool(expected) != ("No figure is that low" in page.get_text())


@pytest.mark.parametrize("below", ["x", "nan", "-1", "²", "<b>", "%00", "9" * 400, "1e5", "..", "'", "inf"])
def test_what_is_no_share_leaves_nothing_out(below: str, site: Any) -> None:
    """And the reader is told; nothing is reflected as markup."""
    answer = site.get("/accuracy", params={"below": below, "dimension": ""})
    page = BeautifulSoup(answer.text, "lxml")
    assert answer.status_code == 200 and len(_values(page)) == len(ROWS)
    assert "is not one, so nothing was left out" in page.get_text() and not page.select("main b")


def test_what_comes_from_the_table_is_escaped(site: Any) -> None:
    """Sets and measures are data, even if ours."""
    page = _page(site)
    assert not page.select("main b, main i, script") and "<script>alert(1)</script>" in page.get_text()


def test_interval_pictures_agree_with_their_numbers(site: Any) -> None:
    """Dot and whiskers at 100 units from 0 to 1, two units in; the numbers stand beside them for all readers."""
    for row in _page(site).select(".figures-table tbody tr"):
        value = float(row.select_one("circle")["cx"])
        assert abs((value - 2) / 100 - float(row.select_one("td strong").get_text())) < 0.006
        whisker = row.select_one("line.whisker")
        text = row.select("td")[2].get_text()
        assert bool(whisker) == (any(c.isdigit() for c in text))
        if whisker:
            low, high = (float(part) for part in text.split(" to "))
            assert (
                abs((float(whisker["x1"]) - 2) / 100 - low) < 0.006
                and abs((float(whisker["x2"]) - 2) / 100 - high) < 0.006
            )
        assert row.select_one("svg")["aria-hidden"] == "true" and not row.select("[style]")


def test_what_was_not_measured_is_counted_and_named(site: Any) -> None:
    """Every concept that a report carries is measured or in the list, for each dimension."""
    page = _page(site)
    listed = {a["href"] for a in page.select("ul.unmeasured a")}
    measured = {"/ketamine/conditions/depression", "/ketamine/conditions/ptsd", "/ketamine/designs/rct"}
    carried = {f"/ketamine/{table}/{row['id']}" for table in DIMENSIONS.values()
               for row in site.get(f"/ketamine/{table}.json?_shape=array&reports__gt=0").json()}  # fmt: skip
    assert listed == carried - measured and listed
    total = page.find(id="not-measured").find_next("p").get_text()
    assert f"Of {len(carried)} concepts" in total and f" {len(listed)}\n" in total


def test_figures_of_other_rules_are_called_so(local: Any, site: Any, database_file: Path, tmp_path: Path) -> None:
    """A reader must not take the figures of last month's rules for those of this copy."""
    assert "Measured with other rules" not in site.get("/accuracy").text
    assert "Measured with other rules" in _made(local, database_file, tmp_path, ROWS, "r2").get("/accuracy").text


def test_without_figures_the_page_says_what_to_do(local: Any) -> None:
    """A copy that was never measured is no error."""
    assert "harvest evaluate" in local.get("/accuracy").text


def test_shipped_figures_all_appear(local: Any, database_file: Path, tmp_path: Path) -> None:
    """As many rows as data/accuracy.yml holds, and every dimension has a name and a place in the order of the page."""
    rows = [tuple(row[name] for name in COLUMNS) for row in shipped.read()]
    page = _page(_made(local, database_file, tmp_path, rows, rows[0][-1]))
    assert len(_values(page)) == len(rows) > 100
    assert {row[1] for row in rows} <= set(accuracy.MEASURED)
