"""No text makes the checker's patterns try every way of dividing it: words and marks repeated a hundred times cost nothing."""

from __future__ import annotations

import time

import pytest

from harvest.checker import reading
from harvest.checker.find import find
from harvest.checker.html import looks_like_html
from harvest.claims.load import load

LIBRARY = load()


@pytest.mark.parametrize(
    "text",
    [
        "Ketamine helps. " + "patients " * 26 + "quietly depression is hard.",
        "Ketamine works. The risk of addiction is " + "extremely " * 26 + "blue.",
    ],
)
def test_a_repeated_word_takes_no_time(text: str) -> None:
    """Words before an illness, and words before "small", are each read in one way only."""
    find(reading.read_text("Ketamine helps."), LIBRARY)  # reads the lexicon
    started = time.process_time()
    find(reading.read_text(text), LIBRARY)
    assert time.process_time() - started < 1


def test_empty_comments_before_a_page_take_no_time() -> None:
    """Each comment ends at its first end, and a page may begin after as many as it likes."""
    started = time.process_time()
    assert not looks_like_html(b"<!---->" * 26 + b"x")
    assert looks_like_html(b"<!---->" * 26 + b"<html>")
    assert time.process_time() - started < 1


def test_spaces_after_a_charset_take_no_time() -> None:
    """A header that names no encoding after all its spaces is read once."""
    started = time.process_time()
    assert reading.decoded(b"It helps.", "text/plain; charset=" + " " * 40_000 + "=") == "It helps."
    assert time.process_time() - started < 1
