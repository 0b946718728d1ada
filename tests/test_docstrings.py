"""The examples in the docstrings of functions are true: each gives what is written below it."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "harvest"
MODULES = sorted(
    ".".join(("harvest", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
    if ">>>" in path.read_text("utf-8")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name: str) -> None:
    """A reader tries them first; one that fails is worse than none."""
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted > 0 and found.failed == 0


def test_there_are_examples() -> None:
    """In many rooms; a search that finds no module would prove nothing."""
    assert len(MODULES) > 30
