"""What keeps pages fast, held by counts rather than by the clock."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from harvest.cite.formats import FORMATS
from harvest.site import exports

from .conftest import Site

REPORT = "/ketamine/reports/pmid-90000001"


def questions(site: Any, monkeypatch: pytest.MonkeyPatch, path: str) -> int:
    """How often the page asks the database, each time waiting for a thread of its own."""
    database, asked = site.datasette.get_database("ketamine"), 0
    whole = type(database).execute_fn

    async def counted(self: Any, work: Any) -> Any:
        nonlocal asked
        asked += 1
        return await whole(self, work)

    with monkeypatch.context() as patch:
        patch.setattr(type(database), "execute_fn", counted)
        assert site.get(path).status_code == 200
    return asked


@pytest.mark.parametrize(("path", "most"), [(REPORT, 4), ("/ketamine/conditions/depression", 2), ("/ketamine", 1)])
def test_a_page_asks_the_database_a_few_times(
    public: Any, monkeypatch: pytest.MonkeyPatch, path: str, most: int
) -> None:
    """Once it was seen: among fifty readers every question is another turn in the queue."""
    public.get(path)
    assert questions(public, monkeypatch, path) <= most


def test_unknown_tables_are_still_not_found(public: Any) -> None:
    """Twice, since answers about the schema are kept."""
    assert [public.get("/ketamine/nosuch").status_code for _ in range(2)] == [404, 404]


def test_a_table_that_is_denied_stays_denied(database_file: Path) -> None:
    """Permissions are worked out once, and from metadata.yml as before."""
    site = Site(database_file)
    site.metadata["databases"]["ketamine"]["tables"]["rejected"]["allow"] = {"id": "root"}
    tables = ("rejected", "reports")
    assert [[site.get(f"/ketamine/{name}").status_code for name in tables] for _ in range(2)] == [[403, 200]] * 2
    assert site.datasette._table_permission_allows.cache_info().hits > 0


def test_the_database_arrives_whole_and_once(public: Any, database_file: Path) -> None:
    """Byte for byte under Datasette's address, with a mark by which a reader who has it gets no second copy."""
    answer = public.get("/ketamine.db")
    assert answer.content == database_file.read_bytes()
    assert answer.headers["content-disposition"] == 'attachment; filename="ketamine.db"'
    again = public._loop.run_until_complete(
        public.datasette.client.get("/ketamine.db", headers={"if-none-match": answer.headers["etag"]})
    )
    assert (again.status_code, again.content) == (304, b"")


def test_an_export_lets_others_be_answered(public: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It pauses after a short time of writing, not after a batch of reports."""
    chosen = FORMATS["ris"]

    def slowly(item: Any) -> str:
        time.sleep(2 * exports.PAUSE)
        return "x"

    slow = type(chosen)(chosen.extension, chosen.label, chosen.media, chosen.reader, lambda: slowly)
    monkeypatch.setitem(FORMATS, "ris", slow)
    ids = [row["id"] for row in public.get("/ketamine/reports.json?_shape=array&_size=10").json()]

    async def pieces() -> list[str]:
        return [piece async for piece in exports._written(public.datasette, ids, "ris")]

    assert public._loop.run_until_complete(pieces()).count("x") == len(ids)
