"""The plan of the house, held by tests: who may import whom, who touches the network and SQLite, how big rooms are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "harvest"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "plugins" not in path.relative_to(PACKAGE).parts)

# cli -> build and its like -> steps -> leaves: a room may import rooms of its own floor and of those below.
FLOORS = (
    {"cli", "cli_check", "cli_cite", "cli_export", "cli_starter", "help", "__main__"},
    {"site"},
    {
        "build",
        "check",
        "export",
        "fetch",
        "importing",
        "public",
        "status",
        "glossary",
        "evaluate",
        "streams",
        "serve",
        "starter",
    },
    {"writing"},
    {"checker"},
    {"claims"},
    {"accuracy", "reading", "changes", "flow", "rows", "database", "progress"},
    {"cite", "search"},
    {"extraction"},
    {"findings"},
    {"numbers"},
    {"dedupe", "merge", "link", "normalise", "tagging"},
    {"archive"},
    {"sources"},
    {
        "client",
        "formats",
        "pubmed_xml",
        "pubmed_fields",
        "pubmed_links",
        "jats",
        "xml",
        "vocabulary",
        "instruments",
        "report",
        "schema",
        "workers",
    },
    {"record", "identifiers", "dates", "text", "people", "languages", "locations", "errors", "jsonlines"},
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
# client reads the shape of a Source; the sources use the client: two halves of one contract.
ALLOWED = {("client", "sources"), ("vocabulary", "sources")}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """(module, whether it is one of ours) of every import, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, alias.name.startswith("harvest")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "harvest":
                yield from ((f"harvest.{alias.name}", True) for alias in node.names)
            else:
                yield node.module, node.module.startswith("harvest")


def test_every_room_has_its_floor() -> None:
    """A new room must be given a place in the plan."""
    assert {room_of(path) for path in MODULES} - {"__init__"} == set(FLOOR)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_step_reaches_back(path: Path) -> None:
    """Imports go down the house, never up."""
    room = room_of(path)
    if room == "__init__":
        return
    for name, ours in imports(path):
        target = name.split(".")[1] if ours and "." in name else ""
        if target in FLOOR and (room, target) not in ALLOWED:
            assert FLOOR[target] >= FLOOR[room], f"{path.name} imports {name}"


def test_only_client_opens_sockets_and_only_archive_and_database_touch_sqlite() -> None:
    """`serve` looks whether a port is free; `changes`, `check`, `public` and others go through `database`."""
    for path in MODULES:
        names = {name.split(".")[0] for name, _ in imports(path)}
        room = room_of(path)
        assert not names & {"requests", "urllib3", "http", "httpx"} or room == "client", path
        assert "sqlite3" not in names or room in {"archive", "database"}, path
        assert "socket" not in names or room == "serve", path


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_rooms_stay_small(path: Path) -> None:
    """A crowded room is to be divided, not extended."""
    assert len(path.read_text("utf-8").splitlines()) <= 330


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_error_is_swallowed(path: Path) -> None:
    """No bare except, and no ``except Exception``."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.id if isinstance(node.type, ast.Name) else ""
            assert node.type is not None, f"{path}:{node.lineno}"
            assert caught != "Exception", f"{path}:{node.lineno}"
            rethrown = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
            assert caught != "BaseException" or rethrown, f"{path}:{node.lineno}"
