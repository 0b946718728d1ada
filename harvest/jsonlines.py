"""Files of JSON lines: an object a line, plain or gzipped."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from harvest.errors import BadInput

Item = dict[str, Any]


def read(path: Path, *, remedy: str = "mend the line") -> Iterator[Item]:
    """The objects of a file. Raises `BadInput` naming the file, the line that is no JSON object, and the ``remedy``."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                yield _item(line, f"{path.name}, line {number}", remedy)
    except (OSError, EOFError, UnicodeDecodeError) as problem:
        raise BadInput(f"cannot read {path}: {problem}; name a file of JSON lines") from problem


def write(path: Path, items: Iterable[Item]) -> None:
    """A line per object, UTF-8, keys as they come: the same objects give the same bytes."""
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")


def _item(line: str, place: str, remedy: str) -> Item:
    try:
        item = json.loads(line)
    except ValueError as problem:
        raise BadInput(f"{place}: not JSON ({problem}); {remedy}") from problem
    if not isinstance(item, dict):
        raise BadInput(f"{place}: not a JSON object; {remedy}")
    return item
