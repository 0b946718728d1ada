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
    """The objects of a file, a line each. Raises `BadInput` naming file and line when one cannot be read."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as rows:
            for number, line in enumerate(rows, start=1):
                item = json.loads(line)
                if not isinstance(item, dict):
                    raise BadInput(f"{path.name}, line {number}: not a JSON object; make the file again")
                yield item
    except (OSError, ValueError, EOFError) as problem:
        raise BadInput(f"cannot read the record file {path}: {problem}; name the folder that holds it") from problem


def record_file(place: Path) -> Path:
    """``place`` itself, or the file of records in it where it is a folder."""
    return place / RECORDS if place.is_dir() else place
