"""The command line: help that is complete, pages that do not drift, errors that are messages."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from harvest import help as pages
from harvest.cli import main

README = Path(__file__).resolve().parents[1] / "README.md"
COMMANDS = dict(pages.commands(main, "harvest"))


def run(*arguments: str, text: str | bytes | None = None) -> object:
    return CliRunner().invoke(main, list(arguments), input=text)


def test_every_command_of_the_plan_is_there() -> None:
    """The walk and everything around it can be had from the command line."""
    names = (
        "fetch import build check serve status sources vocabulary tag findings dedupe check-text cite export starter public "
        "evaluate".split()
    )
    assert list(main.commands) == names


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_help(name: str) -> None:
    """A first line that says what it does, and a text beside each option."""
    command: click.Command = main
    for part in name.split()[1:]:
        assert isinstance(command, click.Group)
        command = command.commands[part]
    assert command.help
    assert len(command.help.splitlines()[0]) > 20
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{name} {option.name}"


def test_the_command_pages_of_the_readme_are_those_of_the_program() -> None:
    """`make docs` writes them; a changed help text without it fails here."""
    text = README.read_text("utf-8")
    assert pages.BEGIN in text
    assert pages.with_pages(text) == text


def test_errors_are_messages(tmp_path: Path) -> None:
    """What happened and what to do, on one line, with exit status 1; no trace."""
    for arguments, message in {
        ("check", "--data", str(tmp_path)): "run 'harvest build' first",
        ("fetch", "nosuch", "--data", str(tmp_path)): "no such source: nosuch",
        ("vocabulary", "nosuch"): "no dimension 'nosuch'",
        ("vocabulary", "condition", "nosuch"): "'harvest vocabulary condition' lists them",
        ("public", "--data", str(tmp_path)): "run 'harvest build' first",
        ("serve", "--data", str(tmp_path)): "run 'harvest build' first",
    }.items():
        result = run(*arguments)
        assert (result.exit_code, result.exception.__class__) == (1, SystemExit), arguments
        assert message in result.output


def test_build_check_status_and_public(tmp_path: Path) -> None:
    """The offline commands, one after the other, on the starter set."""
    data = ("--data", str(tmp_path))
    assert "reports" in run("build", *data).output
    assert "foreign keys" in run("check", *data).output
    assert "Reports" in run("status", *data).output
    assert "text withheld" in run("public", *data).output
    assert (tmp_path / "public" / "ketamine.db").is_file()


def test_the_data_folder_can_be_named_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """HARVEST_DATA puts both databases elsewhere."""
    monkeypatch.setenv("HARVEST_DATA", str(tmp_path / "elsewhere"))
    assert run("build").exit_code == 0
    assert (tmp_path / "elsewhere" / "ketamine.db").is_file()


def test_listings() -> None:
    """Sources, vocabularies and the starter set can be looked at."""
    sources = run("sources").output
    for name in ("pubmed", "europepmc", "clinicaltrials", "crossref", "openalex", "files", "starter"):
        assert name in sources
    assert "every example matches" in run("vocabulary").output
    assert "ptsd" in run("vocabulary", "condition").output
    assert "D013313" in run("vocabulary", "condition", "ptsd").output
    assert run("starter", "show").exit_code == 0


def test_streams_answer_each_line_and_name_bad_ones() -> None:
    """Good lines are answered in order, the bad one is named by its number, the exit status is 1."""
    lines = [
        '{"id": "a", "title": "Ketamine for PTSD", "abstract": ""}',
        "no json",
        '{"id": "b", "title": "x", "abstract": ""}',
    ]
    for command, key in (("tag", "conditions"), ("dedupe", "cluster")):
        result = run(command, text="\n".join(lines))
        answers = [json.loads(line) for line in result.stdout.splitlines()]
        assert [answer["id"] for answer in answers] == ["a", "b"]
        assert all(key in answer for answer in answers)
        assert "line 2" in result.stderr
        assert result.exit_code == 1
