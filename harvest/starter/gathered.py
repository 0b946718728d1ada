"""Files of gathered records: JSON lines, gzipped or plain, as the starter set is made from. They hold abstracts and
are not part of the project."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from harvest.errors import BadInput
from harvest.starter.counts import Facts

RECORDS, TRIALS = "ketamine_records.jsonl.gz", "ctgov_ketamine.jsonl.gz"


def lines(path: Path) -> Iterator[Facts]:
    """The objects of a file of JSON lines. Raises `BadInput` naming the file, and the line that is no JSON object."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as rows:
            for number, line in enumerate(rows, start=1):
                yield _object(line, f"{path.name}, line {number}")
    except (OSError, EOFError, UnicodeDecodeError) as problem:
        raise BadInput(f"cannot read {path}: {problem}; name a file of JSON lines") from problem


def _object(line: str, place: str) -> Facts:
    try:
        item = json.loads(line)
    except ValueError as problem:
        raise BadInput(f"{place}: not JSON ({problem}); mend the line") from problem
    if not isinstance(item, dict):
        raise BadInput(f"{place}: not a JSON object; mend the line")
    return item


def record_file(place: Path) -> Path:
    """``place`` itself, or the file of records in it where it is a folder."""
    return place / RECORDS if place.is_dir() else place
