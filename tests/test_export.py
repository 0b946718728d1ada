"""The export: every row once in every format, as stored; described, summed, swapped in whole; nothing withheld leaks."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from harvest import database, export
from harvest.cli_export import export as command
from harvest.errors import HarvestError
from harvest.export import notebook, package, parquet, tables
from harvest.schema import DIMENSIONS, TABLES

NUMBER = 3000
SECRET = "Withheld sentence about zebras."
ODD = ["plain", 'with "quotes", and commas', "two\nlines", "=1+1", "日本語 😀 שלום", " spaces ", "semi;colon\ttab", "'"]
ARRAYS = tuple(name for name in DIMENSIONS.values() if name != "designs")


def _reports(number: int) -> Iterator[dict[str, Any]]:
    for n in range(number):
        yield {
            "id": f"pmid-{n * 7919 % 1_000_003}", "sort_key": f"{2000 + n % 3}|{n}", "title": f"{ODD[n % len(ODD)]} {n}",
            "kind": "article", "year": 2000 + n % 3 if n % 5 else None, "retracted": n % 2, "concern": 0, "corrected": 0,
            "abstract_open": n % 2, "records": 1, "sample_size": n if n % 7 else None, "sources": '["pubmed"]',
            **dict.fromkeys(ARRAYS, "[]"), "conditions": json.dumps(["pain", ODD[n % len(ODD)]]),
            "abstract": None if n % 3 else f"{ODD[n % len(ODD)]} {SECRET if n % 2 == 0 else ''}",
            "abstract_kind": None if n % 3 else "abstract", "sections": '[{"label": "A", "start": 0, "end": 2}]',
        }  # fmt: skip


def _built(path: Path, number: int) -> Path:
    rows = list(_reports(number))
    with database.building(path) as db:
        database.insert(db, "conditions", database.rows_of("conditions", [
            {"id": "pain", "label": "Pain", "reports": 1, "studied": 1}]))  # fmt: skip
        database.insert(db, "reports", database.rows_of("reports", rows))
        database.insert(db, "report_conditions", ((row["id"], "pain", "studied", 1) for row in rows))
        database.insert(db, "evidence", (
            (n, row["id"], "condition", "pain", "title", 0, 4, "phrase", "studied") for n, row in enumerate(rows)))  # fmt: skip
        database.insert(db, "quantities", database.rows_of("quantities", [
            {"id": 1, "report_id": rows[0]["id"], "kind": "dose", "value": 0.5, "unit": "mg/kg", "stated": "0.5 mg/kg",
             "field": "title", "start": 0, "end": 1, "rule": "invented"}]))  # fmt: skip
        database.insert(db, "about", [("edition", "local")])
        database.finish(db)
    return path.parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with 3,000 invented reports that share three years, their tags and evidence."""
    return _built(tmp_path_factory.mktemp("export") / "ketamine.db", NUMBER)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with 60 reports."""
    return _built(tmp_path_factory.mktemp("small") / "ketamine.db", 60)


@pytest.fixture(scope="module")
def made(folder: Path) -> Path:
    """Its export."""
    export.export(folder, say=lambda _: None)
    return folder / export.FOLDER


def stored(folder: Path, wanted: tables.Exported) -> list[tuple[Any, ...]]:
    db = database.open_read_only(folder / "ketamine.db")
    found = [row for rows in tables.batches(db, wanted) for row in rows]
    db.close()
    return found


def of_csv(made: Path, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(made / "ketamine-csv.zip") as archive, archive.open(f"{name}.csv") as raw:
        return list(csv.DictReader(tables.text_in(raw)))


def reports() -> tables.Exported:
    return next(table for table in tables.exported() if table.name == "reports")


def test_every_table_and_the_view_of_all_tags_is_exported() -> None:
    """In the order of the schema; a new table cannot be forgotten."""
    assert [one.name for one in tables.exported()] == [*(shape.name for shape in TABLES), "report_concepts"]
    for one, shape in zip(tables.exported(), TABLES, strict=False):
        assert one.names == shape.column_names and one.key == shape.primary_key


@pytest.mark.parametrize("wanted", tables.exported(), ids=lambda one: one.name)
def test_csv_holds_every_row_once_as_stored(wanted: tables.Exported, folder: Path, made: Path) -> None:
    """3,000 reports of three years: each once, quotes, line breaks and other scripts included; null is an empty cell."""
    rows = stored(folder, wanted)
    found = [tuple(row.values()) for row in of_csv(made, wanted.name)]
    assert found == [tuple("" if value is None else str(value) for value in row) for row in rows]
    keys = [wanted.names.index(name) for name in wanted.key]
    assert len({tuple(row[key] for key in keys) for row in found}) == len(found)


def test_json_lines_hold_every_report_once_with_lists(folder: Path, made: Path) -> None:
    """As stored, with lists as lists, objects as objects, null as null."""
    with gzip.open(made / "reports.jsonl.gz", "rt", encoding="utf-8", newline="\n") as lines:
        found = [json.loads(line) for line in lines]
    assert len(found) == len({one["id"] for one in found}) == NUMBER
    wanted = reports()
    for one, row in zip(found, stored(folder, wanted), strict=True):
        expected = dict(zip(wanted.names, row, strict=True))
        unpacked = {name: json.loads(expected[name]) for name in (*ARRAYS, "sources", "sections")}
        assert one == expected | unpacked


@pytest.mark.parametrize("wanted", tables.exported(), ids=lambda one: one.name)
def test_parquet_holds_every_row_once_typed(wanted: tables.Exported, folder: Path, made: Path) -> None:
    """Numbers are numbers and lists are lists; the single files and those in the archive are the same."""
    pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    with zipfile.ZipFile(made / "ketamine-parquet.zip") as archive:
        packed = archive.read(f"{wanted.name}.parquet")
    if wanted.name in export.SINGLE:
        assert (made / f"{wanted.name}.parquet").read_bytes() == packed
    found = pq.read_table(io.BytesIO(packed)).to_pylist()
    lists = {field.name for field in wanted.fields if field.kind == "list"}
    for one, row in zip(found, stored(folder, wanted), strict=True):
        expected = dict(zip(wanted.names, row, strict=True))
        assert one == expected | {name: json.loads(expected[name]) for name in lists if expected[name]}


def test_every_batch_is_written(small: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Rows come in batches; those after the first are not lost."""
    monkeypatch.setattr(tables, "_BATCH", {"reports": 7})
    monkeypatch.setattr(tables, "_MOST", 25)
    export.export(small, tmp_path / "out", say=lambda _: None)
    assert len(of_csv(tmp_path / "out", "reports")) == 60
    if parquet.available():
        import pyarrow.parquet as pq

        assert pq.read_table(tmp_path / "out" / "evidence.parquet").num_rows == 60


def test_checksums_and_list_say_what_is_there(folder: Path, made: Path) -> None:
    """SHA256SUMS names every file and the database; datapackage.json gives the same hashes, and the true sizes."""
    sums = dict(reversed(line.split("  ")) for line in (made / package.SUMS).read_text().splitlines())
    assert set(sums) == {path.name for path in made.iterdir()} - {package.SUMS} | {"ketamine.db"}
    for name, digest in sums.items():
        path = folder / name if name == "ketamine.db" else made / name
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
    listed = json.loads((made / package.PACKAGE).read_text())
    for resource in listed["resources"]:
        path = made / resource["path"]
        assert resource["bytes"] == path.stat().st_size and resource["hash"] == f"sha256:{sums[path.name]}"
        assert resource["licenses"][0]["title"] and resource["description"]
    assert listed["database"]["hash"] == f"sha256:{sums['ketamine.db']}"


def test_the_archive_of_csv_describes_every_column_and_key(made: Path) -> None:
    """A data package: the fields in the order of the header, described; keys lead to tables that are there."""
    with zipfile.ZipFile(made / "ketamine-csv.zip") as archive:
        listed = json.loads(archive.read(package.PACKAGE))
        headers = {name: archive.read(name).split(b"\n")[0].decode().split(",") for name in archive.namelist()
                   if name.endswith(".csv")}  # fmt: skip
    resources = {resource["name"]: resource for resource in listed["resources"]}
    assert {f"{name}.csv" for name in resources} == set(headers)
    for resource in resources.values():
        schema = resource["schema"]
        assert [field["name"] for field in schema["fields"]] == headers[resource["path"]]
        assert all(field["description"] for field in schema["fields"])
        assert resource["rows"] == len(of_csv(made, resource["name"]))
        for key in schema["foreignKeys"]:
            target = resources[key["reference"]["resource"] or resource["name"]]
            assert key["reference"]["fields"] == target["schema"]["primaryKey"]


def test_the_same_database_gives_the_same_bytes(folder: Path, made: Path, tmp_path: Path) -> None:
    """So that a checksum says whether the data changed, not when somebody exported them."""
    export.export(folder, tmp_path / "again", say=lambda _: None)
    for path in made.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name


def test_only_an_export_is_replaced(small: Path, tmp_path: Path) -> None:
    """A folder with anything else in it is left alone; an older export goes whole."""
    somebody = tmp_path / "thesis"
    somebody.mkdir()
    (somebody / "chapter.txt").write_text("years of work")
    with pytest.raises(HarvestError, match="--out"):
        export.export(small, somebody, say=lambda _: None)
    assert (somebody / "chapter.txt").read_text() == "years of work"
    export.export(small, tmp_path / "out", say=lambda _: None)
    (tmp_path / "out" / "left-over.parquet").write_bytes(b"old")
    export.export(small, tmp_path / "out", say=lambda _: None)
    assert not (tmp_path / "out" / "left-over.parquet").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "thesis"]


def test_a_lost_row_publishes_nothing(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a file does not hold every row the old export stays as it was, and the message names the table."""
    out = tmp_path / "out"
    export.export(small, out, say=lambda _: None)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    monkeypatch.setattr(tables, "write_json_lines", lambda *_: 59)
    with pytest.raises(HarvestError, match=r"reports: 59 of 60 rows"):
        export.export(small, out, say=lambda _: None)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_database_that_is_replaced_meanwhile_is_noticed(small: Path, tmp_path: Path) -> None:
    """Half of one build and half of the next would be worse than none."""
    shutil.copyfile(small / "ketamine.db", tmp_path / "ketamine.db")

    def rebuild(_: str) -> None:
        os.utime(tmp_path / "ketamine.db", (1, 1))

    with pytest.raises(HarvestError, match="again"):
        export.export(tmp_path, say=rebuild)
    assert not (tmp_path / export.FOLDER).exists()


def test_without_pyarrow_all_else_is_written(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And both the command and README.txt say what is missing and how to get it."""
    monkeypatch.setattr(parquet, "available", lambda: False)
    lines = export.export(small, tmp_path / "out", say=lambda _: None)
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"ketamine-csv.zip", "reports.jsonl.gz", "ketamine.ipynb", "README.txt", "datapackage.json",
                     "SHA256SUMS"}  # fmt: skip
    assert "pyarrow is not installed" in lines[-1]
    assert "pyarrow is not installed" in (tmp_path / "out" / "README.txt").read_text()


def test_the_public_copy_exports_no_withheld_text(small: Path, tmp_path: Path) -> None:
    """The local edition says that it must not be published; the public one holds none of the closed abstracts."""
    local = export.export(small, tmp_path / "local", say=lambda _: None)
    assert any("10 abstracts without an open licence" in line for line in local)
    assert SECRET in str(of_csv(tmp_path / "local", "reports"))
    copy = tmp_path / "public" / "ketamine.db"
    copy.parent.mkdir()
    shutil.copyfile(small / "ketamine.db", copy)
    db = database.open_to_check(copy)
    db.execute("update reports set abstract = null where abstract_open = 0")
    db.execute("insert or replace into about values ('edition', 'public')")
    db.conn.commit()
    db.close()
    lines = export.export(copy.parent, say=lambda _: None)
    assert any("made for publication" in line for line in lines) and not any("publishers'" in line for line in lines)
    for path in (copy.parent / export.FOLDER).iterdir():
        assert SECRET.encode() not in _whole(path), path.name


def _whole(path: Path) -> bytes:
    """The bytes of a file and of all that is packed in it."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".csv"))
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        return str(pq.read_table(path).to_pylist()).encode()
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def test_the_command_says_what_it_wrote(small: Path, tmp_path: Path) -> None:
    """A line for each file with its size and rows; no database, no traceback."""
    told = CliRunner().invoke(command, ["--data", str(small), "--out", str(tmp_path / "out")])
    assert told.exit_code == 0 and "reports.jsonl.gz: " in told.output and "60 rows" in told.output
    none = CliRunner().invoke(command, ["--data", str(tmp_path / "nothing")])
    assert isinstance(none.exception, HarvestError) and "harvest build" in str(none.exception)


def test_the_notebook_is_one() -> None:
    """In the form of nbformat 4.5: cells with ids of their own, code without outputs, no path of any machine."""
    read = json.loads(notebook.written())
    assert (read["nbformat"], read["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in read["cells"]}) == len(read["cells"]) >= 12
    assert all(cell["outputs"] == [] for cell in read["cells"] if cell["cell_type"] == "code")
    for cell in read["cells"]:
        assert cell["cell_type"] in {"code", "markdown"} and "/home" not in "".join(cell["source"])
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    nbformat.validate(nbformat.reads(notebook.written(), as_version=4))
