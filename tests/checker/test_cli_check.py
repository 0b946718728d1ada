"""The command `harvest check-text`: where the text comes from, what is written, what is said when it cannot be read."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from harvest import client as asking
from harvest.checker import checking
from harvest.checker.model import Checked, Document
from harvest.cli import main
from harvest.errors import Refused

from .made import TEXT, checked, pdf

Rows = Callable[[str, Mapping[str, Any]], list[dict[str, Any]]]


class Checks:
    """Stands for the check: keeps what it was given, and gives what is made up for it."""

    def __init__(self) -> None:
        self.document: Document | None = None
        self.rows: Rows | None = None

    def __call__(self, document: Document, rows: Rows | None) -> Checked:
        self.document, self.rows = document, rows
        return checked(database=rows is not None)


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> Checks:
    checks = Checks()
    monkeypatch.setattr(checking, "check", checks)
    return checks


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    def invoke(*arguments: str, text: str | bytes | None = None) -> Result:
        return CliRunner().invoke(main, ["check-text", "--data", str(tmp_path), *arguments], input=text)

    return invoke


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    path = tmp_path / "leaflet.txt"
    path.write_text(TEXT, "utf-8", newline="")
    return path


def database(folder: Path, *, old: bool = False) -> None:
    from sqlite_utils import Database

    db = Database(folder / "ketamine.db")
    db["reports" if old else "questions"].insert({"id": "helps", "verdict": "mixed"})
    db.close()


# ------------------------------------------------------------ sources and formats


def test_a_file_is_checked_and_shown(run: Callable[..., Result], check: Checks, text_file: Path) -> None:
    """As text unless something else is asked for; without a database that is said beside it, not in it."""
    result = run(str(text_file))
    assert result.exit_code == 0
    assert check.document and check.document.text == TEXT and check.rows is None
    assert "Does ketamine help?" in result.stdout and "no verdict" in result.stdout
    assert "verdicts need 'harvest build'" in result.stderr and "harvest build" not in result.stdout


def test_standard_input_is_checked(run: Callable[..., Result], check: Checks) -> None:
    """Bytes of any kind: a page, a PDF, a text with Windows line ends."""
    assert run("-", "--format", "json", text=b"One.\r\nTwo.").exit_code == 0
    assert check.document and (check.document.source, check.document.text) == ("text", "One.\r\nTwo.")
    run("-", text=b"<html><p>One &amp; two.</p></html>")
    assert (check.document.source, check.document.text) == ("html", "One & two.")
    run("-", text=pdf(["One line only."]))
    assert (check.document.source, check.document.text) == ("pdf", "One line only.")


def test_json_and_markdown_are_written_as_utf_8(run: Callable[..., Result], check: Checks, text_file: Path) -> None:
    """One object that can be read at once; a report."""
    value = json.loads(run(str(text_file), "--format", "json").stdout_bytes)
    assert value["statements"][0]["question"] == "helps" and value["text"] == TEXT
    report = run(str(text_file), "--format", "markdown").stdout_bytes.decode("utf-8")
    assert report.startswith("# What the studies say") and "“" in report


def test_a_database_gives_rows(run: Callable[..., Result], check: Checks, text_file: Path, tmp_path: Path) -> None:
    """Named parameters in, rows as dicts out; nothing on standard error."""
    database(tmp_path)
    result = run(str(text_file))
    assert result.exit_code == 0 and result.stderr == ""
    assert check.rows and check.rows("select verdict from questions where id = :id", {"id": "helps"}) == [
        {"verdict": "mixed"}
    ]
    assert "mixed  Does ketamine help?" in result.stdout


def test_an_older_database_is_named(run: Callable[..., Result], check: Checks, text_file: Path, tmp_path: Path) -> None:
    """It knows no questions: as without one, and what to do."""
    database(tmp_path, old=True)
    result = run(str(text_file))
    assert (result.exit_code, check.rows) == (0, None)
    assert "older version" in result.stderr and "harvest build" in result.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "no text to check"), (b" \n\t", "no text"), (b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"), (b"%PDF-1.4 cut", "damaged"),
     (b"<html><body><script>x</script></body></html>", "no text on this page"), (b"PK\x03\x04", "office")],
)  # fmt: skip
def test_bad_input_is_a_message_and_status_1(
    run: Callable[..., Result], check: Checks, tmp_path: Path, content: bytes, message: str
) -> None:
    """From a file and from standard input."""
    path = tmp_path / "bad"
    path.write_bytes(content)
    for result in (run(str(path)), run("-", text=content)):
        assert (result.exit_code, type(result.exception), result.stdout) == (1, SystemExit, "")
        assert message in result.stderr and "Traceback" not in result.stderr


@pytest.mark.parametrize("where", ["no-such-file.txt", ".", "a\0b"])
def test_what_is_no_file_is_a_message(run: Callable[..., Result], check: Checks, where: str) -> None:
    """Missing, a folder, a name no file can have."""
    result = run(where)
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert result.stderr.startswith("Error: ")


def test_nothing_of_the_text_is_logged(
    run: Callable[..., Result], check: Checks, text_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """However talkative the log."""
    with caplog.at_level(logging.DEBUG):
        run(str(text_file))
        run("-", text=pdf(["Ketamine is secret."])[:-200])
    assert "etamine" not in caplog.text


# ------------------------------------------------------------ web addresses

PAGE = "<html><head><title>A page</title></head><body><p>Ketamine helps – they say.</p></body></html>"


def test_a_page_is_fetched_and_checked(run: Callable[..., Result], check: Checks, httpserver: HTTPServer) -> None:
    """Once, by a program that says what it is and tells nobody's address; its declared encoding counts."""
    asked: list[Request] = []

    def answer(request: Request) -> Response:
        asked.append(request)
        return Response(PAGE.encode("cp1252"), content_type="text/html; charset=windows-1252")

    httpserver.expect_request("/page").respond_with_handler(answer)
    result = CliRunner(env={"HARVEST_EMAIL": "reader@example.org"}).invoke(
        main, ["check-text", httpserver.url_for("/page")]
    )
    assert result.exit_code == 0 and check.document
    assert (check.document.text, check.document.title) == ("Ketamine helps – they say.", "A page")
    assert len(asked) == 1
    assert asked[0].headers["User-Agent"].startswith("ketamine-evidence/") and "@" not in asked[0].headers["User-Agent"]


def test_redirects_are_followed_to_web_pages_only(
    run: Callable[..., Result], check: Checks, httpserver: HTTPServer, text_file: Path
) -> None:
    """To another page yes; to a file of this machine or round in a circle no."""
    httpserver.expect_request("/new").respond_with_data(PAGE, content_type="text/html; charset=utf-8")
    for path, target in {
        "/old": "/new",
        "/file": text_file.as_uri(),
        "/ftp": "ftp://127.0.0.1/x",
        "/round": "/round",
    }.items():
        httpserver.expect_request(path).respond_with_data("", status=302, headers={"Location": target})
    assert run(httpserver.url_for("/old")).exit_code == 0
    assert check.document and check.document.title == "A page"
    check.document = None
    for path, message in {"/file": "no web address", "/ftp": "no web address", "/round": "without an end"}.items():
        result = run(httpserver.url_for(path))
        assert (result.exit_code, check.document) == (1, None), path
        assert message in result.stderr


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/x", "file:///etc/hostname", "javascript://x", "http://", "http:///x", "http://[::1"]
)
def test_only_web_addresses_are_read(run: Callable[..., Result], check: Checks, url: str) -> None:
    """Everything else is refused before anything is opened."""
    result = run(url)
    assert (result.exit_code, check.document) == (1, None)
    assert "Traceback" not in result.stderr and "address" in result.stderr


def test_errors_of_a_page_are_messages(run: Callable[..., Result], check: Checks, httpserver: HTTPServer) -> None:
    """A status, too much (also unpacked), a server that is not there, one that keeps silent."""
    import gzip

    httpserver.expect_request("/gone").respond_with_data("not here", status=404)
    bomb = gzip.compress(b"x" * (6 << 20))
    httpserver.expect_request("/large").respond_with_data(bomb, headers={"Content-Encoding": "gzip"})
    for url, message in {
        httpserver.url_for("/gone"): "answered 404",
        httpserver.url_for("/large"): "larger than 5 MB",
        "http://127.0.0.1:9/": "cannot be reached",
    }.items():
        result = run(url)
        assert (result.exit_code, check.document) == (1, None)
        assert message in result.stderr, result.stderr


def test_a_page_that_never_comes_is_given_up(httpserver: HTTPServer) -> None:
    """After the time that is set."""
    import time

    def wait(request: Request) -> Response:
        time.sleep(1.0)
        return Response("late")

    httpserver.expect_request("/slow").respond_with_handler(wait)
    with pytest.raises(Refused, match="does not answer"):
        asking.page(httpserver.url_for("/slow"), largest=1000, timeout=(1.0, 0.2))


# ------------------------------------------------------------ the command as it is started


def test_the_command_starts_without_what_it_does_not_need() -> None:
    """Neither the network's library nor the PDF reader nor the database is loaded for `harvest --help`."""
    code = "import sys, harvest.cli, harvest.checker.reading; print([m for m in ('requests', 'pypdf', 'sqlite_utils', 'lxml') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_real_statements_are_found_without_a_database(run: Callable[..., Result]) -> None:
    """The whole way, with the words and questions on file."""
    text = "Ketamine relieves depression within hours. Ketamine is not addictive. The weather is fine."
    result = run("-", "--format", "json", text=text)
    value = json.loads(result.stdout_bytes)
    assert result.exit_code == 0
    assert {text[one["start"] : one["end"]] for one in value["statements"]} >= {"Ketamine is not addictive."}
    assert {one["verdict"] for one in value["statements"]} == {""}
    assert any("harvest build" in note for note in value["notes"])


def test_output_fits_any_terminal(text_file: Path, tmp_path: Path) -> None:
    """Also one that knows only ASCII; files are UTF-8 all the same."""
    code = (
        "import sys; from harvest.checker import checking; from harvest.checker.model import Checked; from harvest.cli import main;"
        "checking.check = lambda document, rows: Checked(document, (), (), (), (chr(0x201c) + chr(0x1f600),)); main(sys.argv[1:])"
    )
    for form, expected in {"text": "Note: ??", "json": "\u201c\U0001f600", "markdown": "\u201c\U0001f600"}.items():
        out = subprocess.run(
            [sys.executable, "-c", code, "check-text", str(text_file), "--data", str(tmp_path), "--format", form],
            capture_output=True, env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PATH": ""}, check=False,
        )  # fmt: skip
        assert out.returncode == 0, out.stderr.decode()
        assert expected in out.stdout.decode("utf-8")
