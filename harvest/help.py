"""Writes the command pages of README.md from the help texts: ``python -m harvest.help README.md``.

A test compares them, so that the pages cannot drift from the program.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from harvest.cli import main

BEGIN, END = "<!-- commands: made by `make docs` -->", "<!-- end of commands -->"


def commands(command: click.Command, name: str) -> Iterator[tuple[str, str]]:
    """(``harvest fetch``, its help) of the command and all below it."""
    context = click.Context(command, info_name=name, max_content_width=100, terminal_width=100)
    yield name, command.get_help(context)
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            yield from commands(command.commands[child], f"{name} {child}")


def pages() -> str:
    """All commands as Markdown."""
    return "\n\n".join(f"### `{name}`\n\n```text\n{text.rstrip()}\n```" for name, text in commands(main, "harvest"))


def with_pages(readme: str) -> str:
    """The text of README.md with its command pages made anew."""
    return re.sub(
        re.escape(BEGIN) + ".*?" + re.escape(END), lambda _: f"{BEGIN}\n\n{pages()}\n\n{END}", readme, flags=re.DOTALL
    )


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.write_text(with_pages(target.read_text("utf-8")), "utf-8")
