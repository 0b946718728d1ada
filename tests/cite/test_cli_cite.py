"""`harvest cite`: references and files without the site."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from harvest import database
from harvest.cli_cite import cite

Row = dict[str, Any]


@pytest.fixture
def folder(tmp_path: Path, row: Row, authors: list[Row]) -> Path:
    """A database of two reports."""
    arrays = (
        "drugs conditions outcomes routes comparators mechanisms settings adjuncts regimens uses attributes sources"
    )
    common = dict.fromkeys(arrays.split(), "[]") | {"corrected": 0, "abstract_open": 0, "records": 1}
    first = row | common | {"sort_key": "a"}
    second = first | {"id": "pmid-90000002", "pmid": "90000002", "doi": None, "pmcid": None, "sort_key": "b",
                      "title": "A second report", "authors": "Aardvark A", "retracted": 1}  # fmt: skip
    with database.building(tmp_path / "ketamine.db") as db:
        database.insert(db, "reports", database.rows_of("reports", (first, second)))
        database.insert(db, "authors", database.rows_of("authors", (
            author | {"report_id": row["id"], "position": n} for n, author in enumerate(authors))))  # fmt: skip
        database.insert(db, "identifiers", [("pmid", "90000001", row["id"]), ("pmid", "90000002", second["id"]),
                                            ("doi", "10.5555/inv.1", row["id"])])  # fmt: skip
        database.finish(db)
    return tmp_path


def run(folder: Path, *arguments: str, text: str = "") -> Result:
    return CliRunner().invoke(cite, [*arguments, "--data", str(folder)], input=text)


def test_references_come_in_the_order_of_the_style(folder: Path) -> None:
    """Numbered in the order given, or sorted by author; the retracted report says so."""
    numbered = run(folder, "10.5555/INV.1", "90000002").stdout.splitlines()
    assert numbered[0].startswith("1. Brightwater RM Jr, van Ooster J") and numbered[1].startswith("2. Aardvark A.")
    assert numbered[1].endswith("[Retracted]")
    assert run(folder, "10.5555/INV.1", "90000002", "--style", "apa").stdout.startswith("Aardvark, A.")
    assert run(folder, "90000001").stdout.startswith("Brightwater"), "a single reference has no number"


def test_files_come_from_standard_input_too(folder: Path) -> None:
    """A list of ids, such as SQL gives, as any format."""
    result = run(folder, "-", "--format", "csljson", text="pmid-90000002\npmid-90000001\n")
    assert [made["id"] for made in json.loads(result.stdout)] == ["pmid-90000002", "pmid-90000001"]
    assert result.exit_code == 0


def test_what_is_not_there_is_named(folder: Path) -> None:
    """On standard error, with exit status 1, after everything else was cited."""
    result = run(folder, "90000001", "nosuch")
    assert result.exit_code == 1 and "not in this database: nosuch" in result.stderr and "Brightwater" in result.stdout
