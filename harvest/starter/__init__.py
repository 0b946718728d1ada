"""The starter set: bibliographic facts of real reports and trials, written from record files.

`make` reads two files of gathered records (JSON lines, gzipped) and writes ``reports.jsonl`` and ``trials.jsonl``:
identifiers, titles, names, journals, years, headings, types, registration numbers, retraction state, and what a
registry says about a trial. Nobody's abstract and nobody's sentence passes through here; a value that looks wrong
is left out, never repaired by guessing. The rules, the sources and the counts: data/starter/README.md.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from harvest import jsonlines
from harvest.errors import BadInput
from harvest.locations import definitions
from harvest.starter.counts import Counts
from harvest.starter.reports import MESH_BESIDE_THE_LIST, position, reports_from
from harvest.starter.trials import trials_from, trials_named_in

__all__ = ["RECORDS", "TRIALS", "Counts", "describe", "make"]

RECORDS, TRIALS = "ketamine_records.jsonl.gz", "ctgov_ketamine.jsonl.gz"
"""Files of gathered records. They hold abstracts and are not part of the project."""


def make(records_folder: Path, mesh_csv: Path | None, out_folder: Path) -> Counts:
    """Write reports.jsonl and trials.jsonl to ``out_folder``, the same bytes for the same input.

    ``mesh_csv`` is the list of MeSH headings (columns ``id`` and ``subject``); without it no headings are written,
    since they cannot be told from keywords. Raises `BadInput` when an input file is missing or unreadable.
    """
    counts = Counts()
    gathered = list(jsonlines.read(records_folder / RECORDS))
    reports = list(reports_from(gathered, _mesh(mesh_csv), counts))
    trials = list(trials_from([*jsonlines.read(records_folder / TRIALS), *trials_named_in(gathered)], counts))
    counts.reports, counts.trials = len(reports), len(trials)
    out_folder.mkdir(parents=True, exist_ok=True)
    jsonlines.write(out_folder / "reports.jsonl", sorted(reports, key=position))
    jsonlines.write(out_folder / "trials.jsonl", sorted(trials, key=lambda facts: str(facts["nct"])))
    return counts


def describe(folder: Path | None = None) -> Iterator[str]:
    """A line per file of the starter set: how many objects it holds, and how many of them have which field."""
    for path in sorted((folder or definitions() / "starter").glob("*.jsonl")):
        rows = list(jsonlines.read(path))
        fields = Counter(name for row in rows for name in row)
        yield (f"{path.stem}: {len(rows)} (" + ", ".join(f"{name} {number}" for name, number in fields.items()) + ")")


def _mesh(path: Path | None) -> dict[str, str]:
    """Heading -> identifier; empty without a list."""
    if path is None:
        return {}
    try:
        with path.open(encoding="utf-8", newline="") as table:
            found = {row["subject"]: row["id"].rsplit("/", 1)[-1] for row in csv.DictReader(table)}
    except (OSError, ValueError, KeyError) as problem:
        raise BadInput(f"cannot read the MeSH list {path}: it needs the columns id and subject") from problem
    return MESH_BESIDE_THE_LIST | found
