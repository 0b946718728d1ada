"""The command line. Each command is a few lines: it reads options, calls a room, prints what came out."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from harvest import __version__, locations
from harvest.cli_check import check_text
from harvest.cli_cite import cite
from harvest.cli_export import export
from harvest.cli_starter import starter
from harvest.errors import HarvestError


class Commands(click.Group):
    """Lists commands in the order of the walk and turns errors for people into messages and exit status 1."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except HarvestError as problem:
            raise click.ClickException(str(problem)) from problem


def _data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--data", metavar="DIR", type=click.Path(file_okay=False), envvar="HARVEST_DATA",
        help="Folder of raw.db and ketamine.db. Default: $HARVEST_DATA, else data/.",
    )(command)  # fmt: skip


def _say(text: str) -> None:
    click.echo(text, err=True)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", prog_name="harvest")
@click.option("-v", "--verbose", count=True, help="Say more: -v tells of retries, -vv everything.")
def main(verbose: int) -> None:
    """Harvest, deduplicate, tag and publish the public study abstracts on ketamine.

    The walk: fetch (or import) brings payloads into data/raw.db; build makes data/ketamine.db from them and from the
    starter set that ships with the project; serve shows it with Datasette. Fetching needs a network, all else does not.

    \b
    First steps:
      harvest build && harvest serve        the starter set, in your browser
      HARVEST_EMAIL=you@example.org harvest fetch pubmed
    """
    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    logging.basicConfig(level=level, format="%(message)s", stream=sys.stderr)


@main.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--full", is_flag=True, help="Fetch everything again instead of what changed.")
@click.option("--accept-deletions", is_flag=True, help="Believe a source that lists far fewer ids than before.")
@_data_option
def fetch(sources: tuple[str, ...], full: bool, accept_deletions: bool, data: str | None) -> None:
    """Harvest SOURCEs (default: all) into raw.db.

    The first run of a source fetches all it finds, later runs what is new, changed or deleted. An interrupted run goes
    on where it stopped. Exits with 1 when anything announced did not arrive.

    \b
    HARVEST_EMAIL      your address, for NCBI and Crossref (never stored)
    NCBI_API_KEY       ten instead of three requests a second
    OPENALEX_API_KEY   needed for OpenAlex; without it that source is left out
    """
    from harvest import fetch as fetching

    runs = fetching.fetch(locations.data_folder(data), sources, full=full, accept_deletions=accept_deletions, say=_say)
    sys.exit(0 if all(run.status == "complete" for run in runs) else 1)


@main.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@_data_option
def import_(files: tuple[Path, ...], data: str | None) -> None:
    """Take records from your own FILEs into raw.db.

    Reads .nbib, .ris, PubMed .xml, .bib and the .csv exports of PubMed, Europe PMC, Zotero and Rayyan; a folder stands
    for the files in it. Importing the same file twice adds nothing. What cannot be read is named, kept as rejected and
    makes the exit status 1; everything else goes in.
    """
    from harvest import importing

    sys.exit(0 if importing.import_files(locations.data_folder(data), files, say=_say) else 1)


@main.command()
@click.option("--starter/--no-starter", default=True, help="With or without the starter set.", show_default=True)
@click.option("--accept-shrink", is_flag=True, help="Publish even if a table lost more than 10 % of its rows.")
@_data_option
def build(starter: bool, accept_shrink: bool, data: str | None) -> None:
    """Build ketamine.db from raw.db, the starter set and the vocabularies.

    The database is made whole in a file beside the old one, checked, and swapped in at once; if a check fails, the
    old one stays. Needs no network. Change a vocabulary, build again, done.
    """
    from harvest import build as building

    summary = building.build(locations.data_folder(data), starter=starter, accept_shrink=accept_shrink, say=_say)
    click.echo(summary)


@main.command()
@_data_option
def check(data: str | None) -> None:
    """Prove what ketamine.db promises: keys, every evidence offset, the search index, the PRISMA counts."""
    from harvest import check as checking

    for line in checking.check_file(locations.data_folder(data)):
        click.echo(line)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, help="Port to listen on.")
@click.option("--public", is_flag=True, help="Settings for the open internet: no free SQL, low limits.")
@click.option("--open", "open_browser", is_flag=True, help="Open the page in a browser.")
@_data_option
def serve(host: str, port: int, public: bool, open_browser: bool, data: str | None) -> None:
    """Serve ketamine.db with Datasette and print the address.

    With --public visitors send no SQL of their own and limits are low. Set HARVEST_SITE_URL to the address the site is
    known by (https://evidence.example.org): feeds, sitemap and permalinks name it whatever a request says.
    """
    from harvest import database
    from harvest import serve as serving

    path = database.path_in(locations.data_folder(data))
    db = database.open_read_only(path)
    if public and not database.is_public_edition(db):
        _say(
            f"{path} is your own edition, with all abstracts; for the open internet write a copy with 'harvest public'"
        )
    db.close()
    serving.serve(path, host=host, port=port, public=public, open_browser=open_browser)


@main.command()
@_data_option
def status(data: str | None) -> None:
    """Show what is held: payloads and runs per source, windows left open, the last build."""
    from harvest import status as reporting

    reporting.show(locations.data_folder(data), Console())


@main.command()
def sources() -> None:
    """List the sources, their addresses, limits and terms."""
    from harvest import status as reporting

    reporting.show_sources(Console())


@main.command()
@click.argument("dimension", required=False)
@click.argument("concept", required=False)
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Another vocabulary folder.")
def vocabulary(dimension: str | None, concept: str | None, folder: Path | None) -> None:
    """Check the vocabularies and list their concepts.

    Without arguments: how many concepts there are, and whether every example of theirs matches as it says. With a
    DIMENSION (drug, condition, outcome, route, comparator, design, mechanism, setting, adjunct, regimen, use, attribute)
    its concepts; with a CONCEPT all about it.
    """
    from harvest import glossary

    sys.exit(0 if glossary.show(Console(), dimension, concept, folder) else 1)


@main.command()
def tag() -> None:
    """Tag records: JSON lines in on standard input, JSON lines out.

    In: {"id", "title", "abstract", "mesh"?: [..], "publication_types"?: [..]}. Out, one for each in the same order:
    drugs, conditions, outcomes, design, routes, comparators, population, sample_size, direction, and for each tag the
    evidence with start and end (code points, end exclusive). A line that is no record is named on standard error, and
    the exit status is 1 after all others were answered.
    """
    from harvest import streams

    sys.exit(streams.tag_stream(sys.stdin.buffer, sys.stdout, sys.stderr))


@main.command()
def findings() -> None:
    """Read what abstracts say about an outcome: JSON lines in on standard input, JSON lines out.

    In: {"id", "title", "abstract", "intervention", "comparator", "outcome"}, the last three in your own words, best in
    those of the abstract. Out, one for each in the same order: {"id", "direction", "start", "end"}. The direction says
    whether the value of the outcome was increased, decreased or no-difference under the intervention against the
    comparator (the value, not whether that is good), or not-stated; start and end (code points, end exclusive) are the
    sentence of the abstract that says so, both 0 when none does.

    \b
    echo '{"id": 1, "abstract": "Pain was lower with ketamine than with placebo.", "intervention": "ketamine",
           "comparator": "placebo", "outcome": "pain"}' | tr -d '\\n' | harvest findings
    """
    from harvest import streams

    sys.exit(streams.findings_stream(sys.stdin.buffer, sys.stdout, sys.stderr))


@main.command()
def dedupe() -> None:
    """Find duplicates: JSON lines in on standard input, JSON lines out.

    In: {"id", "title", "abstract", "authors": [..], "year", "journal", "volume", "issue", "pages", "doi", "pmid",
    "source"}, of which any but the id may be missing. Out, one for each in the same order: {"id", "cluster"}; records
    of one report have the same cluster.
    """
    from harvest import streams

    sys.exit(streams.dedupe_stream(sys.stdin.buffer, sys.stdout, sys.stderr))


for command in (check_text, cite, export, starter):
    main.add_command(command)


@main.command()
@click.argument("out", required=False, type=click.Path(dir_okay=False, path_type=Path))
@_data_option
def public(out: Path | None, data: str | None) -> None:
    """Write OUT (default: public/ketamine.db in the data folder), a copy for publication.

    It keeps the text of an abstract only where an open licence is recorded or the text is this project's own, and
    keeps everything else: titles, tags, offsets, links.
    """
    from harvest import database
    from harvest import public as publishing

    folder = locations.data_folder(data)
    for line in publishing.publish(folder, out or database.path_in(folder / "public")):
        click.echo(line)


@main.command()
@click.option(
    "--sets", "folders", multiple=True, required=True, type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of labelled sets with a manifest.json; may be given twice, and the halves are pooled.",
)  # fmt: skip
@click.option("--write/--no-write", default=False, help="Keep the figures: data/accuracy.yml and the table accuracy.")
@_data_option
def evaluate(folders: tuple[Path, ...], write: bool, data: str | None) -> None:
    """Measure how right the tags, numbers and findings are, on labelled sets.

    Prints a figure for each concept with its 95 % interval, beside what people and the best published systems reach.
    With --write the figures go into data/accuracy.yml, from which each build fills the table `accuracy`, and into the
    table itself if there is a database. The labelled texts are read where they are and never kept.
    """
    from harvest import evaluate as evaluation

    console = Console(width=None if sys.stdout.isatty() else 160)  # into a file or pipe, lines are not cut
    measurements = evaluation.evaluate(folders, say=console.print)
    console.print(evaluation.as_table(measurements))
    if write:
        for line in evaluation.keep(measurements, locations.data_folder(data)):
            console.print(line)


if __name__ == "__main__":
    main()
