"""What tells the reader of an export what it holds: datapackage.json, README.txt and SHA256SUMS.

datapackage.json follows the Data Package standard (https://datapackage.org/standard/data-package/): within the archive
of CSV files it describes every table, column by column; beside the files it lists them with size and hash, and says of
which database they were made. The words are those of metadata.yml.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import yaml

from harvest import locations
from harvest.export.tables import Exported, Field

CLOSED: Final = (
    "select count(*) from reports where abstract <> '' and abstract_kind is not 'digest' and abstract_open = 0"
)
PACKAGE, SUMS, README, NOTEBOOK = "datapackage.json", "SHA256SUMS", "README.txt", "ketamine.ipynb"
PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
OWN: Final = "harvest export"
"""Value of the property ``made_by``; a folder without it is not ours to replace."""

_KINDS: Final = {"list": "array", "json": "array"}
_CC0: Final = {"name": "CC0-1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/",
               "title": "CC0 for the facts and this project's own text; abstracts remain their publishers'"}  # fmt: skip

LOCAL_EDITION: Final = (
    "This is a local edition. It holds {closed:,} abstracts without an open licence, which remain their publishers'. Use "
    "it yourself; do not publish it. For publication write a copy with 'harvest public' and export that."
)
LOCAL_BUT_OPEN: Final = (
    "This is a local edition. It holds no abstract without an open licence, so far; the next harvest may bring some."
)
PUBLIC_EDITION: Final = (
    "This edition is made for publication: it holds the text of an abstract only where an open licence is recorded or "
    "the text is this project's own. Places of evidence may point into texts that are not here."
)


@dataclass(frozen=True)
class Made:
    """A file of the export: its name, what it is for, its rows (None where it has none), the table it holds, if one."""

    name: str
    purpose: str
    rows: int | None = None
    table: Exported | None = None


@dataclass(frozen=True)
class Origin:
    """The database an export was made of, by which a site sees whether the two belong together."""

    bytes: int
    modified_ns: int
    sha256: str
    edition: str
    closed: int
    """Abstracts without an open licence, which must not be published."""

    @property
    def notice(self) -> str:
        return notice(self.edition, self.closed)


def notice(edition: str, closed: int) -> str:
    """What may be done with texts of this edition, which holds so many abstracts without an open licence."""
    if edition == "public":
        return PUBLIC_EDITION
    return LOCAL_EDITION.format(closed=closed) if closed else LOCAL_BUT_OPEN


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def described() -> dict[str, dict[str, Any]]:
    """Table -> what metadata.yml says of it: title, description, columns, license."""
    metadata = yaml.safe_load(locations.metadata_file().read_text("utf-8"))
    tables: dict[str, dict[str, Any]] = metadata["databases"]["ketamine"]["tables"]
    return tables


def plain_description(about: Mapping[str, Any]) -> str:
    """The description of a table without markup."""
    text = about.get("description") or re.sub(r"<[^>]+>", "", about.get("description_html") or "")
    return " ".join(text.split())


def table_schema(table: Exported, about: Mapping[str, Any]) -> dict[str, Any]:
    """https://datapackage.org/standard/table-schema/ of a table."""
    keys = [(field.name, *field.target.split(".")) for field in table.fields if field.target]
    return {
        "fields": [_field(field, (about.get("columns") or {}).get(field.name, "")) for field in table.fields],
        "primaryKey": list(table.key),
        "foreignKeys": [
            {"fields": [name], "reference": {"resource": "" if to == table.name else to, "fields": [column]}}
            for name, to, column in keys
        ],
        "missingValues": [""],
    }


def _field(field: Field, description: str) -> dict[str, Any]:
    told = {"name": field.name, "type": _KINDS.get(field.kind, field.kind), "description": description}
    return {**told, "constraints": {"required": True}} if field.required else told


def of_tables(tables: Iterable[tuple[Exported, int]], origin: Origin) -> str:
    """datapackage.json within the archive of CSV files: a resource for each (table, number of rows)."""
    words = described()
    return _written(
        _head(origin)
        | {
            "resources": [
                {
                    "name": table.name, "path": f"{table.name}.csv", "type": "table", "format": "csv",
                    "mediatype": "text/csv", "encoding": "utf-8", "title": words[table.name]["title"],
                    "description": plain_description(words[table.name]), "rows": rows,
                    "licenses": [_licence(words[table.name])], "schema": table_schema(table, words[table.name]),
                }
                for table, rows in tables
            ]
        }
    )  # fmt: skip


def of_files(folder: Path, files: Iterable[Made], origin: Origin) -> str:
    """datapackage.json beside the files: each with its size, hash and rows, and the database they were made of."""
    words = described()
    resources = [_file(folder, made, words) for made in files]
    made_of = {"path": "ketamine.db", "bytes": origin.bytes, "hash": f"sha256:{origin.sha256}",
               "modified_ns": origin.modified_ns}  # fmt: skip
    return _written(_head(origin) | {"made_by": OWN, "database": made_of, "resources": resources})


def _file(folder: Path, made: Made, words: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    path = folder / made.name
    described_by: dict[str, Any] = {}
    if made.table:
        described_by = {"schema": table_schema(made.table, words[made.table.name]) | {"foreignKeys": []}}
    return {
        "name": re.sub(r"[^a-z0-9_]+", "-", made.name.lower()), "path": made.name,
        "format": made.name.removesuffix(".gz").rpartition(".")[2].lower(), "description": made.purpose,
        "bytes": path.stat().st_size, "hash": f"sha256:{sha256(path)}",
        "licenses": [_licence(words[made.table.name]) if made.table else _CC0],
        **({} if made.rows is None else {"rows": made.rows}), **described_by,
    }  # fmt: skip


def _licence(about: Mapping[str, Any]) -> dict[str, str]:
    return {"title": about["license"], "path": about["license_url"]}


def _head(origin: Origin) -> dict[str, Any]:
    made = datetime.fromtimestamp(origin.modified_ns // 10**9, UTC)
    return {
        "$schema": PROFILE, "name": "ketamine-evidence", "title": "Ketamine evidence database",
        "description": f"Public study records on ketamine, tagged with the words that prove each tag. {origin.notice} "
        "A database of studies, not medical advice.",
        "created": made.strftime("%Y-%m-%dT%H:%M:%SZ"), "edition": origin.edition, "licenses": [_CC0],
    }  # fmt: skip


def _written(package: Mapping[str, Any]) -> str:
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def sums(folder: Path, names: Iterable[str], origin: Origin) -> str:
    """Lines for ``sha256sum --check``: the files, and the database that is downloaded beside them."""
    lines = [f"{sha256(folder / name)}  {name}\n" for name in names]
    return "".join([*lines, f"{origin.sha256}  ketamine.db\n"])


def readme(files: Iterable[Made], origin: Origin, missing: str) -> str:
    """The export in plain words; ``missing`` says what could not be written and why, or is ''."""
    listed = "\n".join(
        f"  {made.name}{f' ({made.rows:,} rows)' if made.rows is not None else ''}\n      {made.purpose}"
        for made in files
    )
    return _README.format(files=listed, notice=origin.notice, missing=f"\n{missing}\n" if missing else "")


_README: Final = """\
Ketamine evidence database: files to download
=============================================

A database of studies, not medical advice. A count of findings is not a verdict on a treatment.

{notice}
Facts and this project's own text, the digests among it, are CC0. PubMed data: courtesy of the U.S. National Library of
Medicine, which is not responsible for this database and does not endorse it.

Files
-----
{files}
  datapackage.json
      This list for machines (https://datapackage.org), with sizes and hashes.
  SHA256SUMS
      Checksums of all files and of ketamine.db.
{missing}
Has everything arrived unharmed?
--------------------------------
  sha256sum --check --ignore-missing SHA256SUMS          (Linux)
  shasum -a 256 --check --ignore-missing SHA256SUMS      (macOS)

Good to know
------------
- All files hold the same rows as ketamine.db, every one of them once.
- CSV is UTF-8. An empty cell is a missing value. In a spreadsheet choose "from text/CSV" and UTF-8; a double click may
  turn identifiers into dates and garble accents, and cells that begin with = are text, not formulas.
- Lists (drugs, conditions, outcomes ... of reports) are JSON in SQLite and CSV, lists in Parquet and JSON lines.
- start and end of evidence, quantities and findings count characters (code points) from 0, end exclusive:
  text[start:end] in Python, substr(text, start + 1, end - start) in SQL.
- Where abstract_kind is 'digest' the text is this project's own summary, not the authors' words.
"""
