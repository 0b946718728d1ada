"""``/check`` as visitors meet it: what is sent is answered on the same page, and is nowhere afterwards.

Most tests stand in a checker that finds words of their own, so that they hold the page and not the rules of the checker.
"""

from __future__ import annotations

import asyncio
import html
import json
import logging
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from lxml import html as parser
from markupsafe import Markup

from harvest.checker.model import Block, Checked, Document, Judged, Omission, Part, Statement, Unjudged
from harvest.site.checking import apart, form, marking, work
from harvest.site.checking.example import EXAMPLE
from harvest.site.checking.form import LARGEST, Sent, Unreadable

TEXT = "Ketamine & you\n\nKetamine cures <depression> in 70 % of people. It is not addictive.\n- Pain goes away\n"
HOSTILE = "</textarea><script>alert('x9')</script><img src=x onerror=alert(1)>\x00\x01\u202e{{31337*31337}} Ketamine cures depression."


def judged(text: str, words: str, verdict: Any, question: str = "depression-efficacy", **more: Any) -> Judged:
    start = text.index(words)
    statement = Statement(start, start + len(words), question, "efficacy", words=((start, start + 8),))
    return Judged(statement, words, "Does ketamine relieve an invented depression?", ("000-01", "001-17"), verdict,
                  "Four trials were asked & agree.", **more)  # fmt: skip


def checked(text: str = TEXT) -> Checked:
    """Three statements, two of them on the same words; one sentence that nobody can judge; one omission."""
    blocks = (
        Block(0, 14, "heading"),
        Block(16, text.index("\n- "), "paragraph", 0),
        Block(text.index("Pain"), len(text) - 1, "item", 1),
    )
    cures = "Ketamine cures <depression> in 70 % of people."
    statements = (
        judged(text, cures, "mixed", parts=(Part("number", "not-shown-directly", "No trial states 70 %."),),
               counts={"supports": 4, "contradicts": 1, "mixed": 0, "silent": 2}, participants=1234),
        judged(text, cures, "contradicted", "response-rate"),
        judged(text, "It is not addictive.", "not-shown-directly", "addiction"),
    )  # fmt: skip
    document = Document(text, blocks, "text", notes=("Read as plain text.",))
    unjudged = (Unjudged(text.index("Pain"), text.index("Pain") + 14, "It names no time."),)
    omissions = (Omission("dissociation", "Dissociation", ("pmid-90000001", "pmid-90000010"), 1),)
    return Checked(document, statements, unjudged, omissions, ("A note of the checker.",))


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> list[Sent]:
    """What the page hands to the checker, which answers with `checked` or, of any other text, with nothing found."""
    seen: list[Sent] = []

    def check(document: Document, rows: Any) -> Checked:
        return checked() if document.text == TEXT else Checked(document, (), (), (), ())

    async def read(sent: Sent) -> Document:
        seen.append(sent)
        return Document(sent.text, (Block(0, len(sent.text), "paragraph"),), "text")

    monkeypatch.setattr(work, "check", check)
    monkeypatch.setattr(work, "_read", read)
    return seen


def post(site: Any, text: str | None = None, headers: dict[str, Any] | None = None, **options: Any) -> Any:
    """The form as a browser sends it, unless the options say otherwise."""
    if text is not None:
        options = {"files": {"text": (None, text.encode("utf-8", "surrogatepass"))}, **options}
    return site._loop.run_until_complete(
        site.datasette.client.post("/check", headers=headers or {}, follow_redirects=False, **options)
    )


def words_of(page: Any) -> str:
    """What a reader sees of a page."""
    return " ".join(parser.fromstring(page.text).find(".//main").text_content().split())


# ------------------------------------------------------------ the form


def test_the_form_has_a_label_help_and_an_example(public: Any) -> None:
    """Empty at first; a link fills in a text of our own; no token and no cookie."""
    page, filled = public.get("/check"), public.get("/check?example=1")
    assert page.status_code == filled.status_code == 200
    assert '<label for="text">' in page.text and 'href="/check?example=1"' in page.text
    assert parser.fromstring(page.text).get_element_by_id("text").text.strip() == ""
    assert parser.fromstring(filled.text).get_element_by_id("text").text.strip() == EXAMPLE.strip()
    assert "csrf" not in page.text and "set-cookie" not in page.headers


def test_only_what_a_form_does_is_answered(public: Any) -> None:
    """Other methods are refused in words."""
    for method in ("PUT", "DELETE", "PATCH"):
        answer = public._loop.run_until_complete(public.datasette.client.request(method, "/check"))
        assert answer.status_code == 405 and "POST" in answer.headers["allow"]


# ------------------------------------------------------------ the answer


def test_the_answer_marks_the_text_and_says_why(public: Any, stand_in: list[Sent]) -> None:
    """Every character of the text is there; each statement has its marker, card, verdict, parts, counts and links."""
    page = post(public, TEXT)
    assert page.status_code == 200
    tree = parser.fromstring(page.text)
    text = "\n".join("".join(part.xpath("(.|.//*)[not(ancestor-or-self::a[contains(@class,'marker')])]/text()"))
                     for part in tree.find_class("said-there"))  # fmt: skip
    assert "".join(text.split()).replace("-", "") == "".join(TEXT.split()).replace("-", "")
    said = words_of(page)
    for part in ("3 checkable statements", "1 sentence that could not be judged", "Mixed", "Contradicted", "Not shown directly",
                 "Does ketamine relieve an invented depression?", "Four trials were asked & agree.", "No trial states 70 %.",
                 "Reports: 4 for, 1 against, 2 silent; 1,234 participants", "It names no time.", "A note of the checker.",
                 "Read as plain text."):  # fmt: skip
        assert part in said, part
    for number, verdict in ((1, "mixed"), (2, "contradicted"), (3, "not-shown-directly")):
        marker = tree.get_element_by_id(f"m{number}")
        assert marker.get("class") == f"marker {verdict}" and marker.get("href") == f"#s{number}"
        assert tree.get_element_by_id(f"s{number}").find_class("to-text")[0].get("href") == f"#m{number}"
    links = {href for _, _, href, _ in tree.iterlinks()}
    assert {"/questions/depression-efficacy", "/questions/addiction", "/claims/000-01"} <= links


def test_every_marker_tells_its_verdict_without_colour(public: Any, stand_in: list[Sent]) -> None:
    """A sign to see, words to hear; seven verdicts have seven signs."""
    tree = parser.fromstring(post(public, TEXT).text)
    for marker in tree.find_class("marker"):
        assert re.fullmatch(r"\d+ \S+", marker.text) and re.fullmatch(
            r"Statement \d+: [A-Z][a-z ]+", marker.get("aria-label")
        )
    assert len(set(marking.SIGNS.values())) == len(marking.SIGNS)


def test_omissions_lead_to_their_reports(public: Any, stand_in: list[Sent]) -> None:
    """All of them behind one link, the largest by name."""
    tree = parser.fromstring(post(public, TEXT).text)
    (item,) = tree.find_class("omissions")[0]
    told = " ".join(item.text_content().split())
    assert told.startswith("Dissociation: 2 reports, 1 randomised trial among them") and "Midazolam-controlled" in told
    links = [link.get("href") for link in item.iter("a")]
    assert links[0] == "/cite?id=pmid-90000001&id=pmid-90000010" and links[1] == "/ketamine/reports/pmid-90000001"
    assert all(public.get(link).status_code == 200 for link in links)


def test_the_summary_counts_by_verdict_and_leads_to_the_first(public: Any, stand_in: list[Sent]) -> None:
    """Counts in words, and the same as a picture."""
    tree = parser.fromstring(post(public, TEXT).text)
    (listed,) = tree.find_class("verdicts")
    told = [" ".join(item.text_content().split()) for item in listed]
    assert [line[:11] for line in told] == ["1 statement"] * 3 and "± Mixed" in told[0] and "✗ Contradicted" in told[1]
    assert [link.get("href") for link in listed.iter("a")] == ["#s1", "#s2", "#s3"]
    drawn = {link.get("href"): link.get("aria-label") for link in tree.find_class("picture")[0].iter("{*}a")}
    assert drawn["#s1"] == "Mixed, Mixed: 1 statement" and drawn.keys() == {"#s1", "#s2", "#s3"}


def test_nothing_checkable_is_said_so(public: Any, stand_in: list[Sent]) -> None:
    """A text without a statement gets an answer, not an empty page."""
    said = words_of(post(public, "The weather was fine."))
    assert "No statement was found" in said and "0 checkable statements" in said
    assert "not mention" not in said, "no harm was looked for"


def test_a_very_long_answer_is_cut_and_says_so(
    public: Any, monkeypatch: pytest.MonkeyPatch, stand_in: list[Sent]
) -> None:
    """So that drawing it holds up nobody; the counts are of all, and so are the files."""
    text = "Ketamine helps.\n\n" * 2000
    places = [(at, at + 15) for at in range(0, len(text), 17)]
    blocks = tuple(Block(start, end, "paragraph") for start, end in places)
    statements = tuple(
        Judged(Statement(start, end, "mood", "efficacy"), "Ketamine helps.", "Does it?", (), "mixed", "Mixed.")
        for start, end in places
    )
    found = Checked(Document(text, blocks, "text"), statements, (), (), ())
    monkeypatch.setattr(work, "check", lambda _, rows: found)
    page = post(public, text)
    said = words_of(page)
    assert "2,000 checkable statements" in said and "The text goes on" in said and len(page.content) < 500_000
    assert said.count("As statement 1.") == 299
    answer = post(public, files={"text": (None, text.encode()), "format": (None, b"json")})
    assert len(answer.json()["statements"]) == 2000


def test_another_language_is_said_so(public: Any, monkeypatch: pytest.MonkeyPatch, stand_in: list[Sent]) -> None:
    """As the checker puts it, and marked for those who have the page read to them."""
    text = "Ketamin heilt."
    document = Document(
        text, (Block(0, len(text), "paragraph"),), "text", notes=("The text seems to be in German.",), language="de"
    )
    monkeypatch.setattr(work, "check", lambda _, rows: Checked(document, (), (), (), ()))
    page = post(public, text)
    assert "The text seems to be in German" in words_of(page) and 'class="checked" lang="de"' in page.text


def test_a_language_code_cannot_carry_markup(
    public: Any, monkeypatch: pytest.MonkeyPatch, stand_in: list[Sent]
) -> None:
    """Whatever a reader of HTML takes for a code."""
    document = Document("x", (), "html", language='"><b>')
    monkeypatch.setattr(work, "check", lambda _, rows: Checked(document, (), (), (), ()))
    assert "><b>" not in post(public, "x").text


@pytest.mark.parametrize(("wanted", "media"), [("json", "application/json"), ("markdown", "text/markdown")])
def test_the_answer_as_a_file(wanted: str, media: str, public: Any, stand_in: list[Sent]) -> None:
    """The same form with another button."""
    answer = post(public, files={"text": (None, TEXT.encode()), "format": (None, wanted.encode())})
    assert answer.status_code == 200 and answer.headers["content-type"] == f"{media}; charset=utf-8"
    assert (
        answer.headers["content-disposition"].startswith("attachment; filename=")
        and answer.headers["cache-control"] == "no-store"
    )
    if wanted == "json":
        first = answer.json()["statements"][0]
        assert TEXT[first["start"] : first["end"]] == first["text"] and first["verdict"] == "mixed"
    else:
        assert "Mixed" in answer.text or "mixed" in answer.text


# ------------------------------------------------------------ privacy


def test_nothing_that_is_sent_is_kept(public: Any, stand_in: list[Sent], caplog: Any, capfd: Any, tmp_path: Path,
                                      monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """No cookie, no store, not in the title or an address, not in a log, not on a disk, not for the next visitor."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    secret = "Zanzibarium"
    with caplog.at_level(logging.DEBUG):
        page = post(public, TEXT + secret * 1000, headers={"cookie": "other=1"})
    assert page.status_code == 200 and secret in page.text
    assert "no-store" in page.headers["cache-control"] and "set-cookie" not in page.headers
    tree = parser.fromstring(page.text)
    assert secret not in tree.findtext(".//title") and not any(secret in link for _, _, link, _ in tree.iterlinks())
    assert secret not in public.get("/check").text and not list(tmp_path.iterdir())
    heard = capfd.readouterr()
    assert secret not in caplog.text + heard.out + heard.err


def test_a_file_is_never_written_to_a_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader of forms would write large files to the folder of temporary files."""
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", lambda *_, **__: pytest.fail("a file was made"))
    found = received(*multipart({"file": ("a.txt", b"x" * 999_000)}))
    assert len(found.file) == 999_000 and not list(tmp_path.iterdir())


def test_a_visitor_with_a_cookie_of_something_else_is_not_refused(public: Any, stand_in: list[Sent]) -> None:
    """Datasette would ask for a token, and so for a cookie of its own; elsewhere it still does."""
    assert post(public, TEXT, headers={"cookie": "jupyter=1"}).status_code == 200
    other = public._loop.run_until_complete(
        public.datasette.client.post("/ketamine", data={"x": "1"}, headers={"cookie": "jupyter=1"})
    )
    assert other.status_code == 403


def test_no_address_is_fetched(public: Any, stand_in: list[Sent]) -> None:
    """An address alone is not read as a text either: the page says where addresses are taken."""
    for text in ("https://clinic.example/ketamine?x=1", "  HTTP://127.0.0.1:8001/ \n", "www.clinic.example"):
        page = post(public, text)
        assert page.status_code == 400 and "harvest check-text" in words_of(page), text
    assert stand_in == []
    assert post(public, "Read https://clinic.example/ on ketamine.").status_code == 200


# ------------------------------------------------------------ hostile and broken input


@pytest.mark.parametrize(
    "text", [HOSTILE, "\x00" * 50, "\ufffe\U000e0041", "<" * 3000, "&lt;b&gt;", "😀" * 2000, "a\u0301" * 500]
)
def test_markup_and_odd_characters_are_shown_as_text(text: str, public: Any, stand_in: list[Sent]) -> None:
    """As escaped text in the box and in the answer; no element and no attribute of the visitor's."""
    page = post(public, text)
    assert page.status_code in (200, 400)
    tree = parser.fromstring(page.text)
    assert not [
        element
        for element in tree.iter("script", "img", "style", "iframe")
        if not element.get("src", "").startswith("/static/")
    ]
    assert not any(name.startswith("on") or name == "style" for element in tree.iter() for name in element.attrib)
    assert str(31337 * 31337) not in page.text


def test_control_characters_are_made_visible(public: Any, stand_in: list[Sent]) -> None:
    """One for one, so that offsets stay right."""
    assert "A␀B␛C" in words_of(post(public, "A\x00B\x1bC ketamine"))


@pytest.mark.parametrize("text", ["", "   \n\t "])
def test_no_text_gets_the_form_and_a_word(text: str, public: Any, stand_in: list[Sent]) -> None:
    """Status 400, as a page to go on from; as JSON for those who asked for it."""
    page = post(public, text)
    assert page.status_code == 400 and "There was no text" in words_of(page) and 'id="check-form"' in page.text
    answer = post(public, files={"text": (None, text.encode()), "format": (None, b"json")})
    assert answer.status_code == 400 and answer.json()["ok"] is False
    assert post(public, files={"other": (None, b"x")}).status_code == 400 and stand_in == []


def test_too_much_is_refused_politely_and_never_held(public: Any, stand_in: list[Sent]) -> None:
    """Just under the limit is taken; beyond it: status 413 with the form."""
    assert post(public, "x" * (LARGEST - 1000)).status_code == 200
    page = post(public, "x" * (LARGEST + 1))
    assert page.status_code == 413 and "part by part" in words_of(page) and 'id="check-form"' in page.text
    assert len(page.content) < 50_000 and len(stand_in) == 1


def test_a_body_without_end_is_cut() -> None:
    """Beyond some megabytes nobody listens any more; what was heard is not held."""
    heard = 0

    async def receive() -> dict[str, Any]:
        nonlocal heard
        heard += 1
        return {"type": "http.request", "body": b"x" * 1_000_000, "more_body": True}

    with pytest.raises(Unreadable) as problem:
        asyncio.run(form.sent({"content-type": "multipart/form-data; boundary=b"}, receive))
    assert problem.value.status == 413 and heard <= 35


def multipart(files: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    import httpx

    request = httpx.Request("POST", "http://localhost/check", files=files)
    return dict(request.headers), request.read()


def received(headers: dict[str, str], body: bytes, piece: int = 1000) -> Sent:
    """The form read from a body that arrives in pieces."""
    pieces = [body[at : at + piece] for at in range(0, len(body), piece)] or [b""]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    return asyncio.run(form.sent(headers, receive))


def test_forms_of_both_kinds_are_read_alike() -> None:
    """Multipart in pieces of any size, urlencoded, with every line end as it was pasted."""
    text = "Ketamine \u2013 déjà vu;\r\n50 % & more=less + 日本"
    plain = text.replace("\r\n", "\n")
    for piece in (1, 7, 1000):
        assert received(*multipart({"text": (None, text.encode()), "format": (None, b"json")}), piece=piece) == Sent(
            plain, b"", "json"
        )
    from urllib.parse import urlencode

    kind = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    assert received(kind, urlencode({"text": text, "format": "markdown"}).encode()) == Sent(plain, b"", "markdown")
    both = multipart({"text": (None, b"of the box"), "file": ("a.html", b"<p>of the file")})
    assert received(*both) == Sent("", b"<p>of the file", "page", "a.html", "text/html")
    none = multipart({"text": (None, b"of the box"), "file": ("", b"")})
    assert received(*none).text == "of the box"


BROKEN = [
    ("", b"text=x", 415), ("application/json", b"{}", 415), ("text/plain", b"x", 415), ("\xff;;=", b"x", 415),
    ("multipart/form-data", b"x", 400), ("multipart/form-data; boundary=b", b"", 400), ("multipart/form-data; boundary=b", b"--b", 400),
    ("multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n--b--", 400), ("multipart/form-data; boundary=" + "b" * 500, b"x", 400),
    ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", 400),
    ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=text\r\nContent-Transfer-Encoding: base64\r\n\r\n%%\r\n--b--\r\n", 400),
    ("multipart/form-data; boundary=b", b"--b\r\n" + b"A: b\r\n" * 5000, 400),
    ("application/x-www-form-urlencoded", b"a=1&" * 50, 400), ("application/x-www-form-urlencoded", b"%ff%00=%zz&text", 400),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "body", "status"), BROKEN)
def test_broken_requests_end_in_a_page(kind: str, body: bytes, status: int, public: Any, stand_in: list[Sent]) -> None:
    """Never a server error, whatever a script sends."""
    page = post(public, headers={"content-type": kind.encode("latin-1")}, content=body)
    assert page.status_code == status and 'id="check-form"' in page.text


@pytest.mark.parametrize("header", ["cookie", "x-csrftoken"])
def test_odd_letters_in_headers_are_the_visitors_mistake(header: str, public: Any) -> None:
    """The reader of tokens would fail on them, on every page."""
    assert post(public, "ketamine", headers={header: b"\xc3\xa9=1"}).status_code == 400


def test_a_visitor_who_leaves_breaks_nothing() -> None:
    """The connection ends in the middle of the text."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(Unreadable):
        asyncio.run(form.sent({"content-type": "multipart/form-data; boundary=b"}, receive))


# ------------------------------------------------------------ files


def pdf(words: str) -> bytes:
    """A page with one line of text, put together by hand."""
    stream = f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET".encode()
    parts = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
             b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
             b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
             b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]  # fmt: skip
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(body),
    )


@pytest.fixture
def nothing_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are really read; the checker finds nothing in them."""
    monkeypatch.setattr(work, "check", lambda document, rows: Checked(document, (), (), (), ()))


@pytest.mark.parametrize(
    ("name", "held", "read"),
    [
        ("a.pdf", pdf("Ketamine relieves an invented pain."), "read from a PDF"),
        (
            "a.html",
            b"<html><body><h1>X</h1><p>Ketamine relieves an <i>invented</i> pain.</p></body></html>",
            "read from HTML",
        ),
        ("a.txt", "Ketamine relieves an invented pain \u2013 it says.".encode("utf-16"), "found in 45 characters"),
    ],
)
def test_files_are_read_as_their_reader_sees_them(
    name: str, held: bytes, read: str, public: Any, nothing_found: None
) -> None:
    """PDF, HTML and text; the box then holds what gives the same answer when it is sent again."""
    page = post(public, files={"text": (None, b"BOXED"), "file": (name, held)})
    assert page.status_code == 200 and read in words_of(page)
    shown = parser.fromstring(page.text).find_class("checked")[0].text_content()
    assert "Ketamine relieves an invented pain" in " ".join(shown.split()) and "BOXED" not in page.text
    again = parser.fromstring(page.text).get_element_by_id("text").text
    second = parser.fromstring(post(public, again.lstrip("\n")).text).find_class("checked")[0].text_content()
    assert second.split() == shown.split()


@pytest.mark.parametrize(
    ("held", "answer"),
    [(b"%PDF-1.4 broken", "damaged"), (b"PK\x03\x04" + b"x" * 50, "office program"), (b"\x89PNG\r\n\x1a\n", "a picture"),
     (b"   ", "no text"), (bytes(range(256)) * 40, "no text")],
)  # fmt: skip
def test_files_that_hold_no_text_are_refused_politely(held: bytes, answer: str, public: Any) -> None:
    """Status 400, with what to do."""
    page = post(public, files={"text": (None, b""), "file": ("x", held)})
    assert page.status_code == 400 and answer in words_of(page) and 'id="check-form"' in page.text


def test_a_pdf_that_takes_too_long_is_given_up(public: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that reads it is ended, and is no more."""
    monkeypatch.setattr(apart, "_SECONDS", 0.5)
    monkeypatch.setattr(apart, "_PROGRAM", "import time; time.sleep(60)")
    page = post(public, files={"file": ("a.pdf", pdf("x"))})
    assert page.status_code == 400 and "takes too long" in words_of(page)


# ------------------------------------------------------------ at the same time


def test_two_at_a_time_others_wait_and_too_many_are_told(
    public: Any, monkeypatch: pytest.MonkeyPatch, stand_in: list[Sent]
) -> None:
    """Never more than two checks run; while they do, other pages are answered."""
    running, most, gate = 0, 0, threading.Event()

    def slow(document: Document, rows: Any) -> Checked:
        nonlocal running, most
        running += 1
        most = max(most, running)
        gate.wait(5)
        running -= 1
        return Checked(document, (), (), (), ())

    monkeypatch.setattr(work, "check", slow)
    monkeypatch.setattr(work, "WAITING", 3)

    async def visitors() -> list[int]:
        ask = public.datasette.client
        checks = [asyncio.ensure_future(ask.post("/check", data={"text": "ketamine"})) for _ in range(8)]
        refused = [await first for _, first in zip(range(3), asyncio.as_completed(checks), strict=False)]
        assert [answer.status_code for answer in refused] == [503] * 3
        assert (await ask.get("/robots.txt")).status_code == 200
        while running < 2:
            await asyncio.sleep(0.01)
        gate.set()
        return [(await answer).status_code for answer in checks]

    statuses = public._loop.run_until_complete(visitors())
    assert most == 2 and statuses.count(200) == 5 and statuses.count(503) == 3


def test_waiting_ends(public: Any, monkeypatch: pytest.MonkeyPatch, stand_in: list[Sent]) -> None:
    """After some seconds the visitor is told to try again, with the text still in the box."""
    monkeypatch.setattr(work, "PATIENCE", 0.05)

    async def visitor() -> Any:
        turns = work._turns.setdefault(asyncio.get_running_loop(), work._Turns())
        async with turns.free, turns.free:
            return await public.datasette.client.post("/check", data={"text": "ketamine <1>"})

    answer = public._loop.run_until_complete(visitor())
    assert answer.status_code == 503 and answer.headers["retry-after"] and "ketamine &lt;1&gt;" in answer.text
    assert post(public, "ketamine").status_code == 200


# ------------------------------------------------------------ marking


def test_marks_cover_their_statement_and_nothing_else() -> None:
    """Overlaps, statements over two paragraphs, edges beyond the text, text that no block holds."""
    text = "One two. Three four.\n\nFive six.\nSeven"
    statement = lambda start, end: Judged(Statement(start, end, "q", "efficacy"), text[start:end], "", (), "mixed", "")  # noqa: E731
    found = Checked(Document(text, (Block(0, 20, "paragraph"), Block(22, 31, "paragraph")), "text"),
                    (statement(0, 8), statement(4, 14), statement(15, 26), statement(27, 900)), (), (), ())  # fmt: skip
    parts = marking.stretches(found)
    assert [text[part.start : part.end] for part in parts] == ["One two. Three four.", "Five six.", "\nSeven"]
    assert [part.numbers for part in parts] == [(1, 2, 3), (4,), ()]
    bare = [html.unescape(re.sub(r'<a class="marker.*?</a>|<[^>]+>', "", str(part.html))) for part in parts]
    assert [line.replace(" ", "") for line in bare] == ["Onetwo.Threefour.", "Fivesix.", "\nSeven"]
    assert re.sub(r"<(?!/?span|a |/a)[^>]*>", "", str(parts[1].html)).startswith(
        '<span class="said statement">Five</span>'
    )


@pytest.mark.parametrize("text", ["", "\x00", "<b>", "\n\n"])
def test_a_text_without_blocks_is_shown_whole(text: str) -> None:
    """Or not at all where there is nothing to see."""
    parts = marking.stretches(Checked(Document(text, (), "text"), (), (), (), ()))
    assert [part.html for part in parts] == ([Markup.escape(text.replace("\x00", "␀"))] if text.strip() else [])


# ------------------------------------------------------------ with the real checker


def test_the_example_shows_what_the_page_can_do(public: Any) -> None:
    """Several statements of several kinds."""
    said = words_of(post(public, EXAMPLE))
    found = re.search(r"(\d+) checkable statements", said)
    assert found and int(found[1]) >= 5, said[:500]


def test_pasted_html_is_read_as_its_reader_sees_it(public: Any) -> None:
    """Tags and scripts of the source are not in the marked text."""
    page = post(
        public, "<html><body><script>var ketamine = 1</script><p>Ketamine relieves <b>depression</b>.</p></body></html>"
    )
    shown = " ".join(part.text_content() for part in parser.fromstring(page.text).find_class("said-there"))
    assert page.status_code == 200 and "Ketamine relieves depression" in shown and "var ketamine" not in shown


def test_a_text_not_about_ketamine_says_so(public: Any) -> None:
    """No verdict is given on what another drug does."""
    said = words_of(post(public, "Aspirin relieves headaches within an hour in most people. " * 5))
    assert "does not name ketamine" in said and "0 checkable statements" in said


def test_json_of_the_real_checker_can_be_read(public: Any) -> None:
    """The contract of the issue: statements with text, start, end, claims, question, verdict; omissions."""
    answer = post(public, files={"text": (None, EXAMPLE.encode()), "format": (None, b"json")})
    found = json.loads(answer.text)
    assert {"statements", "omissions"} <= found.keys() and found["statements"]
    for one in found["statements"]:
        assert EXAMPLE[one["start"] : one["end"]] == one["text"] and {"claims", "question", "verdict"} <= one.keys()
