"""Finding one's way: trails, numbers that lead to as many reports, rows without a title, and words for what is missing."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from harvest.site.highlight import Span, marked

PAGES = (
    "/search", "/help", "/map", "/cite", "/feeds", "/data", "/schema", "/sql", "/downloads", "/notebook", "/methods", "/flow",
    "/accuracy", "/ketamine", "/ketamine/reports", "/ketamine/studies", "/ketamine/conditions", "/ketamine/conditions/ptsd",
    "/ketamine/by_year", "/ketamine/findings_by", "/ketamine/about/edition",
)  # fmt: skip


def read(site: Any, path: str) -> Any:
    """The page as a tree of elements."""
    return html.fromstring(site.get(path).text)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_where_it_is(local: Any, path: str) -> None:
    """The trail begins at home and ends with the page itself, which is not a link."""
    (trail,) = read(local, path).xpath("//nav[@class='crumbs']/ol")
    steps = trail.xpath("li")
    assert steps[0].text_content().strip() == "Home"
    assert steps[-1].get("aria-current") == "page" and not steps[-1].xpath("a") and steps[-1].text_content().strip()
    assert all(step.xpath("a/@href") for step in steps[:-1])


def test_numbers_of_the_home_page_are_those_of_the_search(local: Any) -> None:
    """Beside a concept and in the picture's table, each number is what the page behind its link counts."""
    page = read(local, "/")
    links = page.xpath("//ul[@class='counts']//a[@class='number'] | //figure//td/a")
    assert links, "no number on the home page"
    for link in links:
        found = re.search(r'class="count"[^>]*><strong>([\d,]+) ', local.get(link.get("href")).text)
        assert found and found[1] == link.text_content().strip(), link.get("href")


def test_a_study_without_a_title_can_be_opened_from_the_list(local: Any, database_file: Path, tmp_path: Path) -> None:
    """Its number stands where the title would; every row of the lists of studies leads to its study."""
    file = tmp_path / "ketamine.db"
    shutil.copy(database_file, file)
    with closing(sqlite3.connect(file)) as db:
        db.execute("update studies set title = null where id = 'NCT90000003'")
        db.commit()
    site = type(local)(file)
    for path in ("/ketamine/studies", "/ketamine/trials_without_results"):
        links = [
            row.xpath("td[contains(@class, 'col-title')]/a")[0] for row in read(site, path).xpath("//table//tbody/tr")
        ]
        assert "NCT90000003" in {link.text_content().strip() for link in links}, path
        assert all("/ketamine/studies/" in link.get("href") for link in links), path


def test_a_list_leaves_out_columns_that_are_empty_in_every_row(local: Any) -> None:
    """A column of the list has a value in at least one row; all columns stay one link away."""
    page = read(local, "/ketamine/studies")
    assert page.xpath("//table//thead//th")
    for place, heading in enumerate(page.xpath("//table//thead//th"), start=1):
        cells = page.xpath(f"//table//tbody/tr/td[{place}]")
        assert any(cell.text_content().strip() for cell in cells), heading.text_content()
    assert page.xpath("//a[contains(@href, '_all=1')]")


@pytest.mark.parametrize("path", ["/nothing", "/ketamine/nothing", "/ketamine/reports/nothing"])
def test_a_missing_page_says_so_in_plain_words(local: Any, path: str) -> None:
    """No word of databases or records, and three ways on."""
    answer = local.get(path)
    assert answer.status_code == 404
    (main,) = read(local, path).xpath("//main")
    assert not re.search("database|record|table", main.text_content(), re.I)
    assert len(main.xpath(".//a")) == 3


def test_findings_say_whose_words_before_the_words(local: Any) -> None:
    """The column that marks our digest stands before the sentence, where it is seen without scrolling."""
    names = [th.text_content().strip() for th in read(local, "/ketamine/findings_by").xpath("//table//th")]
    assert names.index("read from") < names.index("sentence") < 6


def test_a_sentence_after_the_label_of_its_paragraph_can_be_led_to() -> None:
    """The label is shown apart from the paragraph, so the sentence is met after it; inside a sentence it is not met twice."""
    text = "Results: Pain fell. It rose."
    assert 'id="as0"' in str(marked(text, [Span(0, 19, "benefit", "sentence")], 9, None, "a"))
    assert 'id="as0"' not in str(marked(text, [Span(0, 28, "benefit", "sentence")], 20, None, "a"))
