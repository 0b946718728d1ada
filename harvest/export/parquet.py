"""Parquet files of the tables: typed columns, arrays of JSON as lists of strings. Needs pyarrow (extra ``parquet``)."""

from __future__ import annotations

import importlib.util
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from harvest.export.tables import Exported, Field, batches

if TYPE_CHECKING:
    import pyarrow as pa


def available() -> bool:
    """Whether pyarrow is installed."""
    return importlib.util.find_spec("pyarrow") is not None


def write(db: Database, wanted: Exported, path: Path) -> int:
    """The table as one file, compressed with zstd; gives the number of rows that the file itself then counts."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([pa.field(field.name, _type(field), nullable=not field.required) for field in wanted.fields])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for rows in batches(db, wanted):
            columns = [
                pa.array(_values(field, column), type=_type(field))
                for field, column in zip(wanted.fields, zip(*rows, strict=True), strict=True)
            ]
            writer.write_batch(pa.record_batch(columns, schema=schema))
    return int(pq.read_metadata(path).num_rows)


def pack(files: Iterable[Path], path: Path, moment: tuple[int, int, int, int, int, int]) -> None:
    """The files in one archive. They are compressed already, so it only stores them."""
    with zipfile.ZipFile(path, "w") as archive:
        for file in files:
            member = zipfile.ZipInfo(file.name, moment)
            with file.open("rb") as source, archive.open(member, "w", force_zip64=True) as target:
                while block := source.read(1 << 20):
                    target.write(block)


def _type(field: Field) -> pa.DataType:
    import pyarrow as pa

    kinds = {"integer": pa.int64(), "number": pa.float64(), "list": pa.list_(pa.string())}
    return kinds.get(field.kind, pa.string())


def _values(field: Field, column: tuple[Any, ...]) -> list[Any] | tuple[Any, ...]:
    return [json.loads(value) if value else None for value in column] if field.kind == "list" else column
