"""The command `harvest cite`: references and files for reference managers, without the site."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click

from harvest import locations
from harvest.cite import EXTENSIONS, STYLE_NAMES

_BATCH = 500


@click.command("cite")
@click.argument("reports", nargs=-1, required=True, metavar="REPORT...")
@click.option(
    "--style", type=click.Choice(STYLE_NAMES), default=STYLE_NAMES[0], show_default=True,
    help="Style of the references. Vancouver and AMA are numbered, the others sorted by author.",
)  # fmt: skip
@click.option(
    "--format", "extension", type=click.Choice(EXTENSIONS),
    help="Write a file for a reference manager instead: RIS, BibTeX, CSL-JSON or NBIB.",
)  # fmt: skip
@click.option(
    "--data", metavar="DIR", type=click.Path(file_okay=False), envvar="HARVEST_DATA",
    help="Folder of ketamine.db. Default: $HARVEST_DATA, else data/.",
)  # fmt: skip
def cite(reports: tuple[str, ...], style: str, extension: str | None, data: str | None) -> None:
    """Cite REPORTs: by id, PMID, DOI, PMCID or trial number; - reads them from standard input.

    Prints one reference a line, or with --format a file. A retracted report says so at its end. What is not in the
    database is named on standard error and makes the exit status 1; everything else is cited.

    \b
      harvest cite 10686270 pmid-23982301 --style apa
      harvest cite 10.1016/s0006-3223(99)00230-9 --format bib > ketamine.bib
      sqlite3 data/ketamine.db "select id from reports where pmcid is not null" | harvest cite - --format ris > free.ris
    """
    from harvest import database

    db = database.open_read_only(database.path_in(locations.data_folder(data)))
    ids, missing = _chosen(db, reports)
    if extension:
        for piece in _file(db, ids, extension):
            click.echo(piece, nl=False)
    else:
        for line in _references(db, ids, style):
            click.echo(line)
    for word in missing:
        click.echo(f"not in this database: {word}", err=True)
    sys.exit(1 if missing else 0)


def _chosen(db: Any, reports: Sequence[str]) -> tuple[list[str], list[str]]:
    """(ids in the order they were named, words that name no report)."""
    from harvest.cite import select

    texts = [sys.stdin.read() if name == "-" else name for name in reports]
    words = list(dict.fromkeys(word for text in texts for word in select.words(text)))
    return select.chosen(words, db.query(select.LOOKUP, {"wanted": select.wanted(words)}))


def _references(db: Any, ids: Sequence[str], style: str) -> Iterator[str]:
    from harvest.cite import select
    from harvest.cite.styles import STYLES, reference

    numeric = STYLES[style].numeric
    ids = ids if numeric else [row["id"] for row in db.query(select.SORTED, {"ids": json.dumps(ids)})]
    for number, item in enumerate(_items(db, ids, whole=False), start=1):
        text = reference(item, style).text
        yield f"{number}. {text}" if numeric and len(ids) > 1 else text


def _file(db: Any, ids: Sequence[str], extension: str) -> Iterator[str]:
    from harvest.cite.formats import written

    yield from written(_items(db, ids, whole=True), extension)


def _items(db: Any, ids: Sequence[str], whole: bool) -> Iterator[dict[str, Any]]:
    from harvest.cite import select
    from harvest.cite.csl import BRIEF, WHOLE

    sql = select.reports(WHOLE if whole else BRIEF)
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        parameters = {"ids": json.dumps(batch)}
        yield from select.items(batch, db.query(sql, parameters), db.query(select.AUTHORS, parameters))
