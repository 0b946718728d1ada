"""The command `harvest export`: the database as files for people who analyse."""

from __future__ import annotations

from pathlib import Path

import click

from harvest import locations


@click.command("export")
@click.option(
    "--out", metavar="DIR", type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write, whole. Default: downloads/ beside the database, where the site finds it.",
)  # fmt: skip
@click.option(
    "--data", metavar="DIR", type=click.Path(file_okay=False), envvar="HARVEST_DATA",
    help="Folder of ketamine.db. Default: $HARVEST_DATA, else data/.",
)  # fmt: skip
def export(out: Path | None, data: str | None) -> None:
    """Write the database as files to download: CSV, Parquet, JSON lines, a notebook, checksums.

    Every file holds every row of its table once; that is counted before anything is published. The files are made in a
    folder beside the old one and swapped in. The site lists them at /downloads and says when they belong to an older
    build: export again after each build. Parquet needs pyarrow; without it everything else is written.

    Your own edition holds abstracts that remain their publishers'. For publication export the public copy:

    \b
      harvest public && harvest export --data data/public
    """
    from harvest import export as exporting

    for line in exporting.export(locations.data_folder(data), out, say=lambda text: click.echo(text, err=True)):
        click.echo(line)
