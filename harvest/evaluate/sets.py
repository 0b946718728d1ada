"""Labelled sets as folders: ``manifest.json`` names the files, JSON lines hold ``id``, ``input`` and ``labels``."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from harvest import locations
from harvest.errors import BadInput

Row = Mapping[str, Any]


def read(folders: Iterable[Path]) -> dict[str, list[Row]]:
    """Set name -> its rows; halves of one set in several folders are pooled. Raises `BadInput` naming the file."""
    sets: dict[str, list[Row]] = {}
    for folder in folders:
        path = folder / "manifest.json"
        try:
            files = {
                name: folder / about["file"] for name, about in json.loads(path.read_text("utf-8"))["sets"].items()
            }
        except FileNotFoundError as problem:
            raise BadInput(f"{path}: missing; a folder of labelled sets has a manifest.json") from problem
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise BadInput(f'{path}: must hold {{"sets": {{name: {{"file": ...}}}}}}: {problem!r}') from problem
        for name, file in files.items():
            sets.setdefault(name, []).extend(_rows(file))
    return sets


def _rows(path: Path) -> list[Row]:
    opener = gzip.open if path.suffix == ".gz" else open
    number = 0
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            rows = []
            for number, line in enumerate(lines, start=1):
                row = json.loads(line)
                if not isinstance(row["input"], dict) or not isinstance(row["labels"], dict):
                    raise BadInput(f"{path}, line {number}: input and labels must be objects")
                rows.append(row)
            return rows
    except OSError as problem:
        raise BadInput(f"{path}: cannot be read: {problem}") from problem
    except (ValueError, KeyError, TypeError) as problem:
        raise BadInput(f"{path}, line {number}: no labelled row: {problem!r}") from problem


def definitions(folder: Path | None = None) -> dict[str, Any]:
    """``data/evaluation.yml``: what counts as the same, and what is known of each set."""
    path = (folder or locations.definitions()) / "evaluation.yml"
    loaded: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return loaded
