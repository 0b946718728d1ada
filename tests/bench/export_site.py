"""Whether every export holds every report, once: counted by reading each file back with a library that did not write it.

    python tests/bench/export_site.py DATABASE [--only .ris,.bib] [--downloads]

Asks the public profile for everything in each format, of the table and of a search without words, and compares the distinct
reports with the table. ``--downloads`` also writes the files of ``harvest export`` into a temporary folder and counts them.
Prints seconds, MB and reports; exits with 1 when one is missing, doubled or changed its identifiers.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import sqlite3
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import bibtexparser
import rispy

sys.path.insert(0, str(Path(__file__).parent))
from served import Client, ours

from harvest import export
from harvest.formats import nbib
from harvest.identifiers import clean_doi

csv.field_size_limit(10_000_000)


class Table:
    """What the file itself says of its reports."""

    def __init__(self, database: Path) -> None:
        with sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True) as db:
            self.rows = db.execute("select id, coalesce(pmid, ''), coalesce(doi, '') from reports").fetchall()

    @property
    def ids(self) -> Counter[str]:
        return Counter(id for id, _, _ in self.rows)

    @property
    def named(self) -> Counter[str]:
        """Reports by what formats without our ids can say: PubMed's number, else the DOI, else that there is one."""
        return Counter(naming(pmid, doi) for _, pmid, doi in self.rows)


def naming(pmid: str, doi: str) -> str:
    return f"pmid {pmid}" if pmid else f"doi {clean_doi(doi)}" if doi else "neither"


# ------------------------------------------------------------ readers: text of a file -> what it names


def read_csv(text: str) -> Counter[str]:
    rows = csv.DictReader(io.StringIO(text))
    return Counter(row.get("report_id") or row["id"] for row in rows)


def read_ris(text: str) -> Counter[str]:
    return Counter(one["id"] for one in rispy.loads(text))


def read_csljson(text: str) -> Counter[str]:
    return Counter(item["id"] for item in json.loads(text))


def read_bib(text: str) -> Counter[str]:
    """In portions, which bibtexparser reads much faster; entries begin at the start of a line."""
    found: Counter[str] = Counter()
    entries = text.split("\n@")
    for start in range(0, len(entries), 500):
        portion = "\n".join(f"@{entry.lstrip('@')}" for entry in entries[start : start + 500])
        library = bibtexparser.parse_string(portion)
        if library.failed_blocks:
            raise ValueError(f"{len(library.failed_blocks)} entries cannot be read: {library.failed_blocks[0]}")
        for entry in library.entries:
            found[naming(_field(entry, "pmid"), _field(entry, "doi"))] += 1
    keys = [entry.partition("{")[2].partition(",")[0] for entry in entries]
    if len(set(keys)) != len(keys):
        raise ValueError("two entries have the same key")
    return found


def _field(entry: Any, name: str) -> str:
    return str(entry[name]) if name in entry.fields_dict else ""


def read_nbib(text: str) -> Counter[str]:
    """By our own reader; no kept library reads PubMed's format."""
    items = nbib.read(text)
    if items.rejected:
        raise ValueError(f"{len(items.rejected)} records cannot be read: {items.rejected[0]}")
    records = (nbib.record(item.fields) for item in items.items)
    return Counter(naming(record.pmid or "", record.doi or "") for record in records)


READERS: dict[str, Callable[[str], Counter[str]]] = {
    ".csv": read_csv, ".ris": read_ris, ".bib": read_bib, ".csljson": read_csljson, ".nbib": read_nbib,
}  # fmt: skip
WITHOUT_IDS = {".bib", ".nbib"}
ADDRESSES = {
    ".csv": ("/ketamine/reports.csv?_stream=on&_size=max", "/search.csv"),
    **{extension: (f"/search{extension}", f"/ketamine/reports{extension}") for extension in READERS if extension != ".csv"},
}  # fmt: skip


def in_pages(client: Client, path: str, ids: Callable[[Any], Iterable[str]]) -> tuple[Counter[str], int]:
    """What a JSON list names, page after page, and its bytes."""
    found: Counter[str] = Counter()
    size = 0
    while path:
        answer = client.get(path)
        page = json.loads(answer.body)
        found.update(ids(page))
        size += len(answer.body)
        parts = urlsplit(page.get("next_url") or page.get("next") or "")
        path = f"{parts.path}?{parts.query}" if parts.path else ""
    return found, size


def exports(
    client: Client, wanted: set[str], table: Table
) -> Iterator[tuple[str, float, float, Counter[str], Counter[str]]]:
    """(address, seconds to fetch, MB, what it names, what it should name) of each export."""
    paged: dict[str, Callable[[Any], Iterable[str]]] = {
        "/ketamine/reports.json?_size=max": lambda page: (row[0] for row in page["rows"]),
        "/search.json?size=200": lambda page: (one.get("report_id") or one["id"] for one in page["results"]),
    }
    for path, ids in paged.items() if ".json" in wanted else ():
        started = time.perf_counter()
        found, size = in_pages(client, path, ids)
        yield path, time.perf_counter() - started, size / 1e6, found, table.ids
    for extension in READERS:
        for path in ADDRESSES[extension] if extension in wanted else ():
            answer = client.get(path)
            if answer.status != 200:
                sys.exit(f"{path}: status {answer.status}")
            expected = table.named if extension in WITHOUT_IDS else table.ids
            yield path, answer.seconds, len(answer.body) / 1e6, READERS[extension](answer.text), expected


def downloads(database: Path, table: Table) -> Iterator[tuple[str, float, float, Counter[str], Counter[str]]]:
    """The same of the files that ``harvest export`` writes; the seconds are those of all of them."""
    import pyarrow.parquet

    with tempfile.TemporaryDirectory() as folder:
        out, started = Path(folder) / "downloads", time.perf_counter()
        export.export(database.parent, out, say=lambda text: None)
        seconds = time.perf_counter() - started
        with zipfile.ZipFile(out / "ketamine-csv.zip") as archive, archive.open("reports.csv") as file:
            rows = csv.DictReader(io.TextIOWrapper(file, "utf-8"))
            packed = Counter(row["id"] for row in rows)
        columns = pyarrow.parquet.read_table(out / "reports.parquet", columns=["id"])
        with gzip.open(out / "reports.jsonl.gz", "rt", encoding="utf-8") as lines:
            listed = Counter(json.loads(line)["id"] for line in lines)
        for name, found in (
            ("ketamine-csv.zip", packed), ("reports.parquet", Counter(columns["id"].to_pylist())), ("reports.jsonl.gz", listed)
        ):  # fmt: skip
            yield f"downloads/{name}", seconds, (out / name).stat().st_size / 1e6, found, table.ids


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("database", type=Path)
    options.add_argument("--only", default=",".join([".json", *READERS]), metavar="EXTENSIONS")
    options.add_argument("--downloads", action="store_true")
    given = options.parse_args()
    table = Table(given.database)
    print(f"{len(table.rows):,} reports, public profile\n{'export':46}{'seconds':>9}{'MB':>8}{'reports':>9}")
    wrong = 0
    with ours(given.database) as client:
        client.timeout = 600
        checked = exports(client, set(given.only.split(",")), table)
        for path, seconds, size, found, expected in checked:
            wrong += told(path, seconds, size, found, expected)
    for row in downloads(given.database, table) if given.downloads else ():
        wrong += told(*row)
    if wrong:
        sys.exit(f"{wrong} exports do not hold what the table holds")


def told(path: str, seconds: float, size: float, found: Counter[str], expected: Counter[str]) -> bool:
    """Prints a line; gives whether something is wrong."""
    print(f"{path:46}{seconds:9.1f}{size:8.1f}{found.total():9,}", flush=True)
    for name, difference in (("missing", expected - found), ("too many", found - expected)):
        if difference:
            print(f"  {name}: {difference.total():,}, such as {', '.join(list(difference)[:3])}")
    return found != expected


if __name__ == "__main__":
    main()
