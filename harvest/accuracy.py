"""The measured accuracy that is shipped: ``data/accuracy.yml``, and which rules it was measured with."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

import yaml

from harvest import locations

NAME: Final = "accuracy.yml"
_RULES: Final = ("tagging", "numbers", "findings", "dedupe")
"""Rooms whose code decides what is measured."""


def read(folder: Path | None = None) -> list[dict[str, Any]]:
    """The shipped figures; none when the file is missing."""
    path = (folder or locations.definitions()) / NAME
    if not path.is_file():
        return []
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return list(yaml.load(path.read_text("utf-8"), Loader=loader) or [])  # noqa: S506 (the safe loader, in C)


def rules_version(package: Path | None = None) -> str:
    """Twelve hex digits that change whenever a rule or a vocabulary does; ``package`` is the folder of the code."""
    package = package or Path(__file__).resolve().parent
    files = [path for room in _RULES for path in sorted((package / room).rglob("*.py"))]
    files += sorted((locations.definitions() / "vocabulary").glob("*.yml"))
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]
