"""The rules of ``data/statements.yml``: every question is heard, and mistakes in the file are named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from harvest.checker import lexicon
from harvest.checker.find import find
from harvest.checker.model import Block, Document, Statement
from harvest.claims.load import load
from harvest.errors import VocabularyError

LIBRARY = load()
QUESTIONS = frozenset(LIBRARY.questions)
LEXICON = lexicon.load(QUESTIONS)
PATH = lexicon.default_path()
HELD = yaml.safe_load(PATH.read_text("utf-8"))


def document(text: str) -> Document:
    """A paragraph, or ``lead > item``: an item under a heading."""
    lead, mark, _ = text.partition(" > ")
    if not mark:
        return Document(text, (Block(0, len(text), "paragraph"),), "text")
    blocks = (Block(0, len(lead), "heading"), Block(len(lead) + 3, len(text), "item", 0))
    return Document(text, blocks, "text")


def asked(text: str, question: str) -> list[Statement]:
    return [one for one in find(document(text), LIBRARY).statements if one.question == question]


def examples(part: str) -> Iterator[tuple[str, str]]:
    for question, hearing in LEXICON.heard.items():
        yield from ((question, text) for text in hearing.examples.get(part, ()))


@pytest.mark.parametrize(("question", "text"), list(examples("says")))
def test_examples_say_it(question: str, text: str) -> None:
    """The sentences that stand as examples of a statement are heard to affirm their question."""
    found = asked(text, question)
    assert found
    assert not any(one.denies for one in found)


@pytest.mark.parametrize(("question", "text"), list(examples("denies")))
def test_examples_deny_it(question: str, text: str) -> None:
    """The sentences that stand as examples of a denial are heard to deny their question."""
    found = asked(text, question)
    assert found
    assert all(one.denies for one in found)


@pytest.mark.parametrize(("question", "text"), list(examples("silent")))
def test_examples_do_not_ask(question: str, text: str) -> None:
    """The sentences that are near a question but do not ask it are not heard to."""
    assert not asked(text, question)


def test_every_question_has_an_example_that_asks_it() -> None:
    """Nobody adds a question without a sentence that shows how it is asked."""
    without = [name for name, one in LEXICON.heard.items() if not one.examples.get("says")]
    assert not without


def test_every_cue_and_group_is_used() -> None:
    """A cue that no rule, no group and no code looks for is dead wood."""
    lines = [
        *HELD["silent"],
        *(line for one in HELD["heard"].values() for part in ("says", "denies") for line in one.get(part, ())),
    ]
    terms = {term.lstrip("-") for line in lines for term in re.split(r"[\s|~]+", line)}
    used = {re.sub(r"^(?:(?:own|lead|no|any):)+", "", term) for term in terms}
    used |= {one for group in HELD["groups"].values() for one in group} | lexicon.NEEDED
    cues = {one["id"] for one in HELD["cues"] if "broader" not in one and not one["id"].startswith("says-")}
    assert sorted((cues | set(HELD["groups"])) - used) == []


def test_no_word_stands_twice_in_a_cue() -> None:
    """A word that is listed twice was added without looking."""
    twice = {
        one["id"]: word for one in HELD["cues"] for word in one.get("synonyms", ()) if one["synonyms"].count(word) > 1
    }
    assert not twice


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"says": ["benefit condition:melancholy"]}, "unknown feature 'condition:melancholy'"),
        ({"says": ["-benefit"]}, "needs a feature that must be there"),
        ({"hears": ["benefit"]}, "needs rules under says or denies"),
        ({"says": ["benefit"], "outranks": ["happiness"]}, "unknown question or kind happiness"),
        (
            {"says": ["benefit"], "examples": {"maybe": ["Ketamine."]}},
            "examples are sentences under says, denies and silent",
        ),
    ],
)
def test_mistakes_in_a_rule_are_named(change: dict[str, object], message: str, tmp_path: Path) -> None:
    """Whoever writes a rule is told where it is wrong and why."""
    held = {**HELD, "heard": {**HELD["heard"], "opinion": change}}
    with pytest.raises(VocabularyError, match=re.escape(message)) as problem:
        lexicon.load(QUESTIONS, written(held, tmp_path))
    assert "opinion" in str(problem.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"surprise": 1}, "unknown section surprise"),
        ({"heard": []}, "must have a section heard"),
        ({"never": ["who-is-it"]}, "unknown question who-is-it"),
        ({"words": [{"means": "condition:nothing", "synonyms": ["a"]}]}, "'condition:nothing' is no concept"),
        ({"groups": {}}, "is missing; the checker looks for it"),
        ({"cues": [*HELD["cues"], HELD["cues"][0]]}, "is defined twice"),
        ({"cues": [{"id": "x", "label": "X", "broader": "y", "synonyms": ["z"]}, *HELD["cues"]]}, "broader 'y' is no other cue"),
    ],
)  # fmt: skip
def test_mistakes_in_the_file_are_named(change: dict[str, object], message: str, tmp_path: Path) -> None:
    """A section, a question, a concept or a cue that does not fit is named."""
    with pytest.raises(VocabularyError, match=re.escape(message)):
        lexicon.load(QUESTIONS, written({**HELD, **change}, tmp_path))


def test_a_question_that_nobody_hears_is_named(tmp_path: Path) -> None:
    """A new question needs a rule, or a place under never."""
    with pytest.raises(VocabularyError, match="no rule hears tomorrow"):
        lexicon.load(QUESTIONS | {"tomorrow"}, PATH)
    lexicon.load(QUESTIONS | {"tomorrow"}, written({**HELD, "never": ["tomorrow"]}, tmp_path))


def test_no_yaml(tmp_path: Path) -> None:
    """A broken file is named, not a traceback shown."""
    broken = tmp_path / "statements.yml"
    broken.write_text("heard: [", "utf-8")
    with pytest.raises(VocabularyError, match="not valid YAML"):
        lexicon.load(QUESTIONS, broken)


def written(held: dict[str, object], folder: Path) -> Path:
    path = folder / "statements.yml"
    path.write_text(yaml.safe_dump(held, sort_keys=False, allow_unicode=True), "utf-8")
    return path
