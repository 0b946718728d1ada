"""harvest.findings.lexicon: the words of change.yml, with their endings."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvest.errors import VocabularyError
from harvest.findings.lexicon import load
from harvest.findings.words import read, significant


@pytest.mark.parametrize(
    ("word", "sense"),
    [
        ("reduces", "D"),
        ("reducing", "D"),
        ("fell", "D"),
        ("raised", "U"),
        ("modified", "A"),
        ("no", "N"),
        ("on", "i"),
        ("worsening", "B"),
    ],
)
def test_endings_are_made_by_rule(word: str, sense: str) -> None:
    """Verbs stand by their base form; words that YAML takes for truth values are quoted."""
    assert load().words[word].sense == sense


def test_every_word_is_text_in_lower_case() -> None:
    """A bare yes or no in the file would be a truth value."""
    assert all(word == word.lower() and word not in {"true", "false"} for word in load().words)


@pytest.mark.parametrize("content", ["up: 3", "up: {colours: [red]}", "up: [a\n"])
def test_a_bad_file_is_named(tmp_path: Path, content: str) -> None:
    """The message tells which file."""
    (tmp_path / "change.yml").write_text(content, "utf-8")
    with pytest.raises(VocabularyError, match=r"change\.yml"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("P < 0.05", "P"),
        ("p=.2", "p"),
        ("P-value = 0·03", "P"),
        ("(p: 0,049)", "P"),
        ("P=NS", "p"),
        ("P > 0.05", "p"),
        ("P ≤ 0.001", "P"),
    ],
)
def test_p_values_are_one_word(text: str, letter: str) -> None:
    """However they are written."""
    assert read(text, 0).shape.strip("()") == letter


def test_significance_ends_at_five_per_cent() -> None:
    """.05 itself is taken as significant, as reports do."""
    assert significant("=", "0.05")
    assert not significant("=", "0.051")
