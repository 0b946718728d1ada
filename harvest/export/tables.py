"""What is exported: every table and the view of all tags, column by column, read in batches.

Two formats need nothing but Python: CSV, the values as they are stored, and JSON lines, where arrays are arrays.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from sqlite_utils import Database

from harvest.schema import DIMENSIONS, TABLES, Table, table

Rows = list[tuple[Any, ...]]

TAGS: Final = "report_concepts"
"""The view of all tags: exported beside the tables, since the twelve tables of tags are most useful as one."""

LISTS: Final = {
    "reports": frozenset(name for name in DIMENSIONS.values() if name != "designs") | {"sources"},
    "studies": frozenset({"conditions", "interventions", "primary_outcomes"}),
    "questions": frozenset({"drugs", "conditions", "without", "outcomes"}),
    "claims": frozenset({"kinds"}),
}
"""Columns that hold JSON arrays of strings."""
OBJECTS: Final = {
    "reports": frozenset({"sections"}),
    "questions": frozenset({"other"}),
    "claims": frozenset({"states"}),
    "facts": frozenset({"attributes"}),
}
"""Columns that hold other JSON."""

_BATCH: Final = {"reports": 2_000}
_MOST: Final = 50_000
"""Rows held in memory at once; a report is much longer than any other row."""


@dataclass(frozen=True)
class Field:
    """One column: ``kind`` is string, integer, number, list (of strings) or json; ``target`` is table.column or ''."""

    name: str
    kind: str
    required: bool = False
    target: str = ""


@dataclass(frozen=True)
class Exported:
    """A table, or the view of all tags, as it is exported: in the order of its key, so that each export is the same."""

    name: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    @property
    def select(self) -> str:
        def quoted(names: Iterable[str]) -> str:
            return ", ".join(f'"{name}"' for name in names)

        return f'select {quoted(self.names)} from "{self.name}" order by {quoted(self.key)}'  # noqa: S608


def exported() -> tuple[Exported, ...]:
    """All tables in the order of the schema, then the view of all tags."""
    tags = (Field("report_id", "string", True, "reports.id"), Field("dimension", "string", True),
            Field("concept_id", "string", True), Field("role", "string", True), Field("mentions", "integer", True))  # fmt: skip
    return (*(_of(shape) for shape in TABLES), Exported(TAGS, tags, ("report_id", "dimension", "concept_id")))


def _of(shape: Table) -> Exported:
    plain = {str: "string", int: "integer", float: "number"}
    fields = []
    for column in shape.columns:
        kind = plain[column.type]
        if column.name in LISTS.get(shape.name, ()):
            kind = "list"
        elif column.name in OBJECTS.get(shape.name, ()):
            kind = "json"
        target = f"{column.references}.{table(column.references).primary_key[0]}" if column.references else ""
        fields.append(Field(column.name, kind, column.required or column.name in shape.primary_key, target))
    return Exported(shape.name, tuple(fields), shape.primary_key)


def batches(db: Database, wanted: Exported) -> Iterator[Rows]:
    """Every row once, as lists of tuples in the order of ``wanted.names``."""
    cursor = db.execute(wanted.select)
    while rows := cursor.fetchmany(_BATCH.get(wanted.name, _MOST)):
        yield rows


def number_of_rows(db: Database, wanted: Exported) -> int:
    return int(db.execute(f'select count(*) from "{wanted.name}"').fetchone()[0])  # noqa: S608


def write_csv(
    db: Database, wanted: Exported, archive: zipfile.ZipFile, moment: tuple[int, int, int, int, int, int]
) -> int:
    """``<name>.csv`` within the archive, UTF-8 with a header; gives the number of rows.

    An empty cell is a missing value: no column of this database tells null from ''.
    """
    written = 0
    member = zipfile.ZipInfo(f"{wanted.name}.csv", moment)
    member.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(member, "w", force_zip64=True) as raw, text_in(raw) as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(wanted.names)
        for rows in batches(db, wanted):
            writer.writerows(rows)
            written += len(rows)
    return written


def text_in(raw: IO[bytes]) -> io.TextIOWrapper:
    return io.TextIOWrapper(raw, encoding="utf-8", newline="")


def write_json_lines(db: Database, wanted: Exported, path: Path, moment: float) -> int:
    """A gzipped file with one JSON object a line; gives their number. The stamp within makes equal exports equal bytes."""
    written = 0
    unpack = [field.kind in {"list", "json"} for field in wanted.fields]
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, moment) as packed:
        for rows in batches(db, wanted):
            lines = (json.dumps(_object(wanted.names, row, unpack), ensure_ascii=False) + "\n" for row in rows)
            packed.write("".join(lines).encode())
            written += len(rows)
    return written


def _object(names: tuple[str, ...], row: tuple[Any, ...], unpack: list[bool]) -> dict[str, Any]:
    return {
        name: json.loads(value) if packed and value else value
        for name, value, packed in zip(names, row, unpack, strict=True)
    }
