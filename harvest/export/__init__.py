"""The database as files for people who analyse: CSV, Parquet, JSON lines, a notebook, checksums, a description.

All are written into a folder beside the old one, counted against the database, and swapped in. Memory stays small,
however many rows there are.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from harvest import database
from harvest.errors import HarvestError
from harvest.export import notebook, package, parquet, tables
from harvest.export.package import Made, Origin
from harvest.export.tables import TAGS, Exported

FOLDER: Final = "downloads"
"""Where the export lies, beside ketamine.db; the site looks there."""
SINGLE: Final = ("reports", "findings", "evidence", "quantities", TAGS)
"""What is also given as a Parquet file of its own: what most questions need."""
NO_PARQUET: Final = "Parquet files are left out: pyarrow is not installed (pip install 'ketamine-evidence[parquet]')."

Say = Callable[[str], None]


def export(data: Path, out: Path | None = None, say: Say = print) -> list[str]:
    """Writes the export of ``data``/ketamine.db into ``out`` (default: downloads/ beside it); gives lines about it.

    Raises `HarvestError` when there is no database, when ``out`` holds something else, when the database is replaced
    meanwhile, or when a file does not hold every row.
    """
    path = database.path_in(data)
    out = out or data / FOLDER
    db = database.open_read_only(path)
    unfinished = _emptied(out)
    try:
        before = path.stat()
        origin = _origin(db, path)
        files = list(_written(db, unfinished, origin, say))
        if (path.stat().st_ino, path.stat().st_mtime_ns) != (before.st_ino, before.st_mtime_ns):
            raise HarvestError(f"{path} was replaced during the export; run 'harvest export' again")
        _describe(unfinished, files, origin)
        _swap(unfinished, out)
    finally:
        db.close()
        shutil.rmtree(unfinished, ignore_errors=True)
    return [*_told(out, files), origin.notice, *([] if parquet.available() else [NO_PARQUET])]


def _origin(db: Database, path: Path) -> Origin:
    """What the export is made of. The file is hashed as it lies there; that it stayed there is looked at afterwards."""
    closed = int(db.execute(package.CLOSED).fetchone()[0])
    edition = "public" if database.is_public_edition(db) else "local"
    return Origin(path.stat().st_size, path.stat().st_mtime_ns, package.sha256(path), edition, closed)


def _emptied(out: Path) -> Path:
    """A new folder beside ``out``. Refuses to replace a folder that holds anything but an export."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())) and not is_export(out):
        raise HarvestError(f"{out} exists and is no export of ours; name another folder with --out")
    unfinished = out.with_name(f"{out.name}.building")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    return unfinished


def is_export(folder: Path) -> bool:
    try:
        found = json.loads((folder / package.PACKAGE).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("made_by") == package.OWN


def _swap(unfinished: Path, out: Path) -> None:
    old = out.with_name(f"{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    unfinished.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def _written(db: Database, folder: Path, origin: Origin, say: Say) -> Iterator[Made]:
    """Writes the files with rows, one after the other, each proved to hold all of them."""
    everything = tables.exported()
    expected = {table.name: tables.number_of_rows(db, table) for table in everything}
    moment = origin.modified_ns // 10**9
    say(f"CSV of {len(everything)} tables")
    yield _csv(db, folder, everything, expected, origin)
    say("JSON lines of the reports")
    reports = next(table for table in everything if table.name == "reports")
    written = tables.write_json_lines(db, reports, folder / "reports.jsonl.gz", moment)
    _same(reports, expected, written)
    yield Made("reports.jsonl.gz", "Reports, one JSON object a line, lists as lists; gzipped", written)
    if parquet.available():
        say(f"Parquet of {len(everything)} tables")
        yield from _parquet(db, folder, everything, expected, moment)
    (folder / package.NOTEBOOK).write_text(notebook.written(), "utf-8")
    yield Made(package.NOTEBOOK, "Notebook: five worked steps with pandas and DuckDB; put it beside the other files")


def _csv(
    db: Database, folder: Path, everything: tuple[Exported, ...], expected: dict[str, int], origin: Origin
) -> Made:
    name, moment = "ketamine-csv.zip", _calendar(origin.modified_ns // 10**9)
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in everything:
            _same(table, expected, tables.write_csv(db, table, archive, moment))
        member = zipfile.ZipInfo(package.PACKAGE, moment)
        archive.writestr(member, package.of_tables([(t, expected[t.name]) for t in everything], origin))
    purpose = f"All {len(everything)} tables as CSV, and datapackage.json that describes each column; for spreadsheets, R, Stata"
    return Made(name, purpose)


def _parquet(
    db: Database, folder: Path, everything: tuple[Exported, ...], expected: dict[str, int], moment: int
) -> Iterator[Made]:
    rest = folder / "rest"
    rest.mkdir()
    written = []
    for table in everything:
        path = (folder if table.name in SINGLE else rest) / f"{table.name}.parquet"
        _same(table, expected, parquet.write(db, table, path))
        written.append(path)
    parquet.pack(written, folder / "ketamine-parquet.zip", _calendar(moment))
    shutil.rmtree(rest)
    words = package.described()
    for table in everything:
        if table.name in SINGLE:
            purpose = f"{words[table.name]['title']}: typed, with lists as lists; for DuckDB, pandas, Polars, R"
            yield Made(f"{table.name}.parquet", purpose, expected[table.name], table)
    yield Made("ketamine-parquet.zip", f"All {len(everything)} tables as Parquet files")


def _same(table: Exported, expected: dict[str, int], written: int) -> None:
    if written != expected[table.name]:
        raise HarvestError(
            f"table {table.name}: {written:,} of {expected[table.name]:,} rows were written; nothing was published"
        )


def _describe(folder: Path, files: list[Made], origin: Origin) -> None:
    missing = "" if parquet.available() else NO_PARQUET
    (folder / package.README).write_text(package.readme(files, origin, missing), "utf-8")
    files.append(Made(package.README, "What is here, in plain words"))
    (folder / package.PACKAGE).write_text(package.of_files(folder, files, origin), "utf-8")
    names = [*(made.name for made in files), package.PACKAGE]
    (folder / package.SUMS).write_text(package.sums(folder, names, origin), "utf-8")


def _told(out: Path, files: list[Made]) -> Iterator[str]:
    for made in files:
        rows = "" if made.rows is None else f", {made.rows:,} rows"
        yield f"{out / made.name}: {(out / made.name).stat().st_size / 1e6:,.1f} MB{rows}"


def _calendar(moment: int) -> tuple[int, int, int, int, int, int]:
    """UTC for a zip archive, which knows no year before 1980."""
    at = max(datetime.fromtimestamp(moment, UTC), datetime(1980, 1, 1, tzinfo=UTC))
    return (at.year, at.month, at.day, at.hour, at.minute, at.second)
