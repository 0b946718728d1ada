"""What is held, and where it comes from, for the terminal."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from harvest import database, sources
from harvest.archive import Archive
from harvest.archive import path_in as archive_path
from harvest.errors import HarvestError


def show(folder: Path, console: Console) -> None:
    """Payloads and last runs of raw.db, open windows, and what ketamine.db holds."""
    console.print(f"data folder: {folder}", highlight=False)
    _show_archive(archive_path(folder), console)
    _show_database(database.path_in(folder), console)


def _show_archive(path: Path, console: Console) -> None:
    try:
        archive = Archive(path, write=False)
    except HarvestError as problem:
        console.print(str(problem))
        return
    with archive:
        grid = Table("source", "held", "gone", "last run", "status", "expected", "received", "message", title="raw.db")
        gone = [source for source, _, _ in archive.gone()]
        latest = {run.source: run for run in archive.runs()}
        for name, run in latest.items():
            expected = f"{run.expected:,}" if run.expected is not None else ""
            grid.add_row(name, f"{archive.count(name):,}", f"{gone.count(name):,}", run.started_at, run.status,
                         expected, f"{run.received:,}", run.message)  # fmt: skip
        console.print(grid)
        for stored in archive.windows():
            if stored.status in ("open", "incomplete"):
                of = f" of {stored.expected:,}" if stored.expected is not None else ""
                console.print(f"window not complete: run {stored.run_id}, {stored.window.key}: {stored.received:,}{of}")
        if rejected := archive.rejections():
            console.print(f"{len(rejected):,} rejected; the last: {rejected[-1][1]}: {rejected[-1][2]}")


def _show_database(path: Path, console: Console) -> None:
    try:
        db = database.open_read_only(path)
    except HarvestError as problem:
        console.print(str(problem))
        return
    grid = Table("step", "source", "number", title="ketamine.db")
    for label, source, number in db.execute("select label, source, number from flow order by position").fetchall():
        grid.add_row(label, source or "", f"{number:,}")
    console.print(grid)
    db.close()


def show_sources(console: Console) -> None:
    """All sources with address, pace and terms."""
    grid = Table("name", "title", "address", "requests/s", "terms", show_lines=True)
    for name, module in sources.load().items():
        about = module.ABOUT
        pace = f"{about.per_second:g}" if hasattr(module, "fetch") else ""
        grid.add_row(name, about.title, about.base_url or about.homepage, pace, about.terms)
    console.print(grid)
