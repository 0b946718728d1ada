"""The command `harvest check-text`: what a text says about ketamine, beside what the studies say."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harvest import locations
from harvest.errors import BadInput

if TYPE_CHECKING:
    from harvest.checker.checking import Rows
    from harvest.checker.model import Checked, Document

_TABLE = "questions"


@click.command("check-text")
@click.argument("where", metavar="FILE|URL|-")
@click.option(
    "--format", "form", type=click.Choice(("text", "json", "markdown")), default="text", show_default=True,
    help="For reading here, for programs, or a report to send on.",
)  # fmt: skip
@click.option(
    "--data", metavar="DIR", type=click.Path(file_okay=False), envvar="HARVEST_DATA",
    help="Folder of ketamine.db. Default: $HARVEST_DATA, else data/.",
)  # fmt: skip
def check_text(where: str, form: str, data: str | None) -> None:
    """Check what a text says about ketamine against the studies.

    The text is a file (HTML, PDF or plain text), the page at a web address, or with - what comes on standard input. Finds the statements that can be checked, says for each how the studies held here stand with it and why, names the
    harms that controlled studies report and the text does not mention, and says what it could not judge. English only.
    Nothing of the text is kept or sent anywhere. Without a database the statements are found, without verdicts.

    \b
    With --format json: {"statements": [{"text", "start", "end", "question", "claims": [..], "verdict", "why", ..}],
    "omissions": [{"outcome", "reports": [..]}], "unjudged": [..], "text", ..}; start and end count the code points of
    "text", end exclusive. Exit status 0 when the text was checked, whatever came out.
    """
    with _kept():
        _show(_checked(where, data), form)


def _checked(where: str, data: str | None) -> Checked:
    from harvest.checker.checking import check

    return check(_document(where), _rows(data))


@contextlib.contextmanager
def _kept() -> Iterator[None]:
    """A short run keeps nearly all it makes; to look again and again for what could go took a fifth of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _show(checked: Checked, form: str) -> None:
    if form == "json":
        from harvest.checker.as_json import as_json

        _write(json.dumps(as_json(checked), ensure_ascii=False, indent=1) + "\n")
    elif form == "markdown":
        from harvest.checker.as_markdown import as_markdown

        _write(as_markdown(checked))
    else:
        from rich.console import Console

        from harvest.checker.on_screen import show

        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # a terminal that knows few letters
        show(checked, Console(width=None if sys.stdout.isatty() else 100, highlight=False))


def _write(text: str) -> None:
    """UTF-8, whatever the terminal's settings are: it is to be read by programs and other machines."""
    sys.stdout.buffer.write(text.encode("utf-8"))


# ------------------------------------------------------------ what is checked


def _document(where: str) -> Document:
    from harvest.checker import reading

    if where == "-":
        return reading.read_bytes(sys.stdin.buffer.read(reading.LARGEST + 1))
    if "://" in where:
        from harvest import client

        data, content_type = client.page(where, largest=reading.LARGEST)
        return reading.read_bytes(data, content_type=content_type)
    return reading.read_bytes(_file(Path(where), reading.LARGEST), name=where)


def _file(path: Path, largest: int) -> bytes:
    """The file's bytes, at most one more than may be checked."""
    try:
        with path.expanduser().open("rb") as file:
            return file.read(largest + 1)
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise BadInput(f"{path}: {reason}") from problem


def _rows(data: str | None) -> Rows | None:
    """Runs SQL on ketamine.db; None, and a word on standard error, where there is none or it is of an older version."""
    from harvest import database

    path = database.path_in(locations.data_folder(data))
    if not path.is_file():
        click.echo(f"{path} does not exist: statements are found, but verdicts need 'harvest build'", err=True)
        return None
    db = database.open_read_only(path)
    if _TABLE not in db.table_names():
        click.echo(f"{path} is of an older version: verdicts need another 'harvest build'", err=True)
        return None

    def rows(sql: str, parameters: Any) -> list[dict[str, Any]]:
        return list(db.query(sql, parameters))

    return rows
