"""What all pages share: what is kept and what is not, and questions cut off in time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from datasette.utils.sqlite import sqlite3

from harvest.site import web

from .conftest import Site

ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"


@pytest.fixture
def site(database_file: Path) -> Site:
    """A site of its own, whose answers and settings no other test shares."""
    return Site(database_file)


def run(site: Site, answer: Any) -> Any:
    return site._loop.run_until_complete(answer)


def test_a_file_that_may_be_written_to_is_asked_again(site: Site) -> None:
    """What it said a moment ago may no longer be so."""
    asked: list[int] = []

    async def work() -> int:
        asked.append(1)
        return len(asked)

    site.datasette.databases[web.DATABASE].is_mutable = True
    assert [run(site, web.kept(site.datasette, "a", work)) for _ in range(2)] == [1, 2]


def test_questions_are_cut_off_in_time(site: Site) -> None:
    """Alone or several in one turn, with a sentence for the reader; other faults are not called slow."""
    site.datasette._settings["sql_time_limit_ms"] = 20
    with pytest.raises(web.TooSlow, match="ask for less"):
        run(site, web.rows(site.datasette, ENDLESS))
    with pytest.raises(web.TooSlow, match="fewer words"):
        run(site, web.in_thread(site.datasette, lambda db: db.execute(ENDLESS).fetchall(), "Use fewer words."))
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        run(site, web.in_thread(site.datasette, lambda db: db.execute("select * from no_such_table")))
