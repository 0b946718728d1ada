"""An analyst's three main tasks, on a desktop and on a phone, without JavaScript: from the schema to rows of one's own SQL;
a download that is what its checksum says; the numbers of flow, methods and accuracy against the tables."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def tables(invented_database: Path) -> Any:
    """The file behind the site, to compare with."""
    connection = sqlite3.connect(f"file:{invented_database}?mode=ro&immutable=1", uri=True)
    yield connection
    connection.close()


def _count(tables: Any, sql: str) -> int:
    return int(tables.execute(sql).fetchone()[0])


def test_from_the_schema_to_rows_of_ones_own(size: str, visit: Callable[..., Any], tables: Any) -> None:
    """Data page, schema, a worked query, run it, change nothing, take the rows as CSV: the rows of the table itself."""
    reader = visit(size, scripts=False)
    page = reader.go("/data")
    reader.follow(page.get_by_role("link", name=re.compile("Schema")).first)
    assert reader.where() == "/schema"
    assert page.get_by_text("sample_size").first.is_visible() or page.get_by_text("sample_size").count()
    reader.follow(page.get_by_role("link", name=re.compile("worked queries", re.IGNORECASE)).first)
    assert reader.where() == "/sql"
    reader.follow(page.get_by_role("link", name=re.compile("Run and change it")).first)
    sql = page.get_by_role("textbox").first.input_value()
    reader.follow(page.get_by_role("button", name="Run SQL"))
    shown = page.locator("table.rows-and-columns tbody tr").count()
    link = page.get_by_role("link", name="CSV", exact=True).get_attribute("href")
    rows = list(csv.reader(io.StringIO(reader.fetch(urljoin(page.url, link)).text())))
    expected = [[str(value) for value in row] for row in tables.execute(sql)]
    assert rows[1:] == expected and shown == len(expected) > 1
    assert reader.overflow() <= 0


def test_a_download_is_what_its_checksum_says(size: str, visit: Callable[..., Any], tables: Any) -> None:
    """Every file of the downloads page has the checksum that stands beside it; the CSV holds every report once."""
    reader = visit(size, scripts=False)
    page = reader.go("/data")
    reader.follow(page.get_by_role("link", name=re.compile("Downloads")).first)
    assert reader.where() == "/downloads"
    sums = dict(_sums(reader))
    assert len(sums) >= 5, "SHA256SUMS names too few files"
    checked = 0
    for row in page.locator("main table tr").filter(has=page.locator("a[href]")).all():
        href = row.locator("a[href]").first.get_attribute("href")
        name = href.rpartition("/")[2]
        if name == "SHA256SUMS":
            continue
        body = reader.fetch(urljoin(page.url, href)).body()
        assert hashlib.sha256(body).hexdigest() == sums[name], f"{name} is not what its checksum says"
        if name != "datapackage.json":  # which is written last, with the sums of all others in it
            assert sums[name][:12] in row.inner_text().replace("\n", ""), f"no checksum is shown for {name}"
        checked += 1
    assert checked >= 5
    packed = zipfile.ZipFile(io.BytesIO(reader.fetch("/downloads/ketamine-csv.zip").body()))
    rows = csv.DictReader(io.TextIOWrapper(packed.open("reports.csv"), "utf-8"))
    assert sorted(row["id"] for row in rows) == [id for (id,) in tables.execute("select id from reports order by id")]
    assert reader.overflow() <= 0


def _sums(reader: Any) -> Any:
    """(name, SHA-256) of every line of SHA256SUMS, as ``sha256sum --check`` reads it."""
    href = reader.page.locator("main a[href$='SHA256SUMS']").first.get_attribute("href")
    for line in reader.fetch(urljoin(reader.page.url, href)).text().splitlines():
        if not line.startswith("#"):
            digest, _, name = line.partition("  ")
            yield name.strip().lstrip("*"), digest


def test_flow_methods_and_accuracy_agree_with_the_tables(size: str, visit: Callable[..., Any], tables: Any) -> None:
    """Reports, records and studies of the flow and of the methods are those counted here; so are measures of accuracy."""
    reports, records, studies = (
        _count(tables, f"select count(*) from {name}") for name in ("reports", "records", "studies")
    )
    reader = visit(size, scripts=False)
    page = reader.go("/methods")
    told = page.locator("main").inner_text()
    assert f"{records} records were merged into {reports} reports of {studies} studies" in " ".join(told.split())
    reader.follow(page.locator("main").get_by_role("link", name=re.compile("the flow as a picture")).first)
    assert reader.where() == "/flow"
    flow = page.locator("main table").last
    for stage, number in (("Records", records), ("Reports", reports), ("Studies", studies)):
        row = flow.locator("tr").filter(has=page.locator("td, th").filter(has_text=re.compile(rf"^\s*{stage}\s*$")))
        assert re.search(rf"\b{number}\b", row.first.inner_text()), f"{row.first.inner_text()!r} does not say {number}"
    page = reader.go("/accuracy")
    for value, positives in tables.execute("select f1, n from accuracy"):
        shown = page.locator("main").inner_text()
        assert f"{value:.2f}" in shown or f"{100 * value:.0f}" in shown, f"accuracy {value} of {positives} is not shown"
    assert reader.overflow() <= 0


def test_every_number_of_the_flow_leads_to_as_many_rows(visit: Callable[..., Any]) -> None:
    """Follow the links of the flow's table: each opens a list that counts the number that was clicked."""
    reader = visit("desktop", scripts=False)
    page = reader.go("/flow")
    links = [
        (int(link.inner_text().replace(",", "")), link.get_attribute("href"))
        for link in page.locator("main table").last.locator("td a").all()
        if re.fullmatch(r"[\d,]+", link.inner_text().strip())
    ]
    assert len(links) >= 3
    for number, href in links:
        page = reader.go(href)
        told = page.get_by_role("status").first.inner_text() if page.get_by_role("status").count() else ""
        told = told or page.locator("main").inner_text()
        assert re.search(rf"\b{number:,}\b", told), f"{href} does not count {number}: {told[:80]!r}"
