"""Hostile and damaged input, end to end: it is named and put aside, and everything else is there.

Files go through ``harvest import``, payloads through raw.db and ``harvest build``, JSON items through each source's
``parse``. What is asked of all of them: no other error than the one meant for people, and nothing that cannot be stored.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator
from copy import copy
from dataclasses import fields, is_dataclass
from pathlib import Path
from time import process_time
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest import text
from harvest.archive import Archive
from harvest.cli import main
from harvest.errors import BadInput, Transient
from harvest.normalise import normalise
from harvest.record import Record
from harvest.sources import (
    Batch,
    Payload,
    Window,
    clinicaltrials,
    crossref,
    dump,
    europepmc,
    files,
    openalex,
    pubmed,
)  # fmt: skip

FIXTURES = Path(__file__).parent / "fixtures"
SECRET = "words of a file that nobody asked to be read"
LAUGHS = (
    b'<!DOCTYPE PubmedArticleSet [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%b">' % (n, b"&%c;" % (n - 1) * 10) for n in range(ord("b"), ord("k")))
    + b"]><PubmedArticleSet><PubmedArticle>&j;</PubmedArticle></PubmedArticleSet>"
)
HTML = b"<!DOCTYPE html>\n<html><head><title>Please sign in</title></head><body><p>Session over</p></body></html>"
PROLOG = b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD" "pubmed.dtd">\n'


def element(pmid: str, title: str = "Invented sorrow and ketamine", before: str = "") -> bytes:
    return (
        f'{before}<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID><Article><Journal>'
        f"<Title>Invented letters</Title></Journal><ArticleTitle>{title}</ArticleTitle></Article></MedlineCitation>"
        f"</PubmedArticle>"
    ).encode()


def external(path: str, name: str = "PubmedArticle") -> str:
    return f'<!DOCTYPE {name} [<!ENTITY stolen SYSTEM "file://{path}">]>'


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "private.txt"
    path.write_text(SECRET)
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of the commands that a test runs."""
    path = tmp_path / "data"
    monkeypatch.setenv("HARVEST_DATA", str(path))
    return path


def harvest(*arguments: str | Path, status: int = 0) -> Result:
    """Runs a command; the exit status must be the one expected, and no exception may have come through."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == status, (result.output, result.exception)
    assert isinstance(result.exception, SystemExit | None)
    return result


def kept(folder: Path) -> set[tuple[str, str]]:
    with Archive(folder / "raw.db", write=False) as archive:
        return {(found.payload.source, found.payload.source_id) for found in archive.current()}


def table(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(folder / "ketamine.db")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def everything(folder: Path) -> bytes:
    """All that the databases hold, payloads and refused bodies unpacked."""
    found = [path.read_bytes() for path in folder.iterdir() if path.is_file()]
    raw = sqlite3.connect(folder / "raw.db")
    for name in ("payloads", "rejected"):
        found += [zlib.decompress(body) for (body,) in raw.execute(f"select body from {name}")]
    raw.close()
    return b"\n".join(found)


# ------------------------------------------------------------ files


def bad_files(secret: Path) -> dict[str, tuple[bytes, str]]:
    """Name of a file -> its content, and a word that the message must say."""
    good = PROLOG + b"<PubmedArticleSet>" + element("90000001") + element("90000002") + b"</PubmedArticleSet>"
    stealing = b"<PubmedArticleSet>" + element("90000003", "&stolen;") + b"</PubmedArticleSet>"
    return {
        "cut.xml": (good[:-80], "cut off"),
        "doubled.xml": (good + good, "damaged"),
        "doubled-roots.xml": (good + good.removeprefix(PROLOG), "damaged"),
        "empty.xml": (b"", "empty"),
        "empty.ris": (b"\n\n", "empty"),
        "page.xml": (HTML, "HTML page"),
        "page.ris": (HTML, "HTML page"),
        "page.csv": (HTML, "HTML page"),
        "prolog.xml": (PROLOG, "without any element"),
        "laughs.xml": (LAUGHS, "declares an entity"),
        "passwd.xml": (external("/etc/passwd", "PubmedArticleSet").encode() + stealing, "declares an entity"),
        "private.xml": (external(str(secret), "PubmedArticleSet").encode() + stealing, "declares an entity"),
        "broken.csv": ("title,authors,doi\nSorrow,Müller,10.5555/a\n".encode() + b"Sorr\xf6w,M\xfcller,10.5555/b\n", "line 3"),
    }  # fmt: skip


NAMES = list(bad_files(Path("/")))
GOOD = "TY  - JOUR\nTI  - Ketamine for invented sorrow\nDO  - 10.5555/good\nER  - \n"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("first", [True, False])
def test_a_bad_file_is_named_and_the_good_one_beside_it_is_in(
    tmp_path: Path, folder: Path, secret: Path, name: str, first: bool
) -> None:
    """Whichever comes first: exit status 1, a message with the file and what is wrong, and the good file's record."""
    content, said = bad_files(secret)[name]
    bad, good = tmp_path / name, tmp_path / "good file.ris"
    bad.write_bytes(content)
    good.write_text(GOOD)
    output = harvest("import", *([bad, good] if first else [good, bad]), status=1).output
    (line,) = [line for line in output.splitlines() if name in line]
    assert said in line
    assert "1 new" in output
    assert kept(folder) == {("files", "10.5555/good")}
    with Archive(folder / "raw.db", write=False) as archive:
        assert [(source, item) for source, item, _, _ in archive.rejections()] == [("files", name)]


def test_nothing_of_another_file_is_read(tmp_path: Path, folder: Path, secret: Path) -> None:
    """External entities are refused before they are looked up: neither messages nor databases hold a word of theirs."""
    bad = bad_files(secret)
    for name in ("passwd.xml", "private.xml"):
        (tmp_path / name).write_bytes(bad[name][0])
    (tmp_path / "good.ris").write_text(GOOD)
    said = harvest("import", *(tmp_path / n for n in ("passwd.xml", "private.xml", "good.ris")), status=1).output
    said += harvest("build", "--no-starter").output
    held = everything(folder)
    for stolen in (SECRET, Path("/etc/passwd").read_text().splitlines()[0]):
        assert stolen not in said
        assert stolen.encode() not in held
    assert b"Ketamine for invented sorrow" in held


def test_all_bad_files_at_once_leave_a_database_that_names_them(tmp_path: Path, folder: Path, secret: Path) -> None:
    """A folder of them imports what is good; the database lists every bad file, and passes its checks."""
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    for name, (content, _) in bad_files(secret).items():
        (downloads / name).write_bytes(content)
    (downloads / "good.ris").write_text(GOOD)
    harvest("import", downloads, status=1)
    harvest("build", "--no-starter")
    rejected = table(folder, "select source, source_id, reason, stage from rejected")
    assert sorted(row[:2] for row in rejected) == sorted(("files", name) for name in NAMES)
    assert all(row[1] in row[2] and row[3] == "fetch" for row in rejected)
    assert table(folder, "select source, source_id from records") == [("files", "10.5555/good")]
    harvest("check")


@pytest.mark.parametrize(
    ("name", "content", "position", "said", "good"),
    [
        ("some.csv", b"title,authors,doi\nSorrow,Hill C,10.5555/a\nSorrow\nJoy,Hill C,10.5555/b\n", 2, "1 cells", 2),
        ("some.ris", GOOD.encode() + b"TY  - JOUR\nTI  - Cut\n", 2, "ends inside the record", 1),
        ("some.xml", b"<PubmedArticleSet>" + element("90000001") + element("none") + b"</PubmedArticleSet>", 1, "PMID", 1),
    ],
)  # fmt: skip
def test_a_bad_item_is_named_and_the_others_of_its_file_are_in(
    tmp_path: Path, folder: Path, name: str, content: bytes, position: int, said: str, good: int
) -> None:
    """The message tells file, place and reason; the exit status is 1 although something came in."""
    (tmp_path / name).write_bytes(content)
    output = harvest("import", tmp_path / name, status=1).output
    assert any(f"{name}, record {position}: " in line and said in line for line in output.splitlines())
    assert len(kept(folder)) == good
    harvest("build", "--no-starter")
    assert table(folder, "select source_id from rejected") == [(f"{name} #{position}",)]


# ------------------------------------------------------------ payloads


def fixture(source: str, name: str) -> Any:
    return json.loads((FIXTURES / source / f"{name}.json").read_text("utf-8"))


def good_payloads() -> list[Payload]:
    """One of each source, some with texts that no service should send."""
    article = fixture("europepmc", "article") | {
        "id": "90000009",
        "pmid": "90000009",
        "title": "Invented \ud800 sor\0row",
    }
    work = fixture("openalex", "work") | {"abstract_inverted_index": {"Ketamine": [0], "\udfffcured": [1], "\0": [2]}}
    return [
        Payload("pubmed", "90000001", element("90000001"), "xml"),
        Payload("europepmc", "MED:90000009", dump(article), "json"),
        Payload("clinicaltrials", "NCT90000001", dump(fixture("clinicaltrials", "full")), "json"),
        Payload("openalex", "https://openalex.org/W9900000001", dump(work), "json"),
        Payload("crossref", "10.5555/invent.1", dump(fixture("crossref", "article") | {"DOI": "10.5555/invent.1"}), "json"),
        Payload("files", "10.5555/good", dump({"format": "ris", "fields": {"TY": ["JOUR"], "TI": ["Sor\ud800row"]}}), "json"),
    ]  # fmt: skip


def bad_payloads(secret: Path) -> list[Payload]:
    """Every bad body under an id of its own."""
    article = element("90000005")
    xml = {
        "cut": article[:-30], "doubled": article + article, "empty": b"", "page": HTML, "prolog": PROLOG,
        "laughs": LAUGHS, "passwd": element("5", "&stolen;", external("/etc/passwd")), "no-pmid": element(""),
        "private": element("5", "&stolen;", external(str(secret))), "deep": b"<a>" * 100_000, "bytes": b"\xff\xfe\xff",
        "nul": element("5", "a\0b"), "json": b"{}",
    }  # fmt: skip
    item = dump(fixture("crossref", "article"))
    texts = {
        "cut": item[:-30], "doubled": item + item, "empty": b"", "page": HTML, "list": b"[]", "null": b"null",
        "nothing": b"{}", "deep": b'{"a":' * 100_000, "deep-list": b"[" * 100_000, "bytes": b"\xff\xfe\xff",
        "number": b"9" * 5000, "xml": article,
    }  # fmt: skip
    return [
        *(Payload(source, f"{source}-{name}", body, "xml") for name, body in xml.items()
          for source in ("pubmed", "files")),
        *(Payload(source, f"{source}-{name}-json", body, "json") for name, body in texts.items()
          for source in ("europepmc", "clinicaltrials", "openalex", "crossref", "files")),
    ]  # fmt: skip


def plant(folder: Path, payloads: list[Payload]) -> None:
    """Into raw.db as a harvest would have stored them."""
    with Archive(folder / "raw.db") as archive:
        for source in sorted({payload.source for payload in payloads}):
            window = Window("all", "full", "ketamine")
            run = archive.open_run(archive.plan_runs([(source, "full")])[0], "ketamine", [window])
            (stored,) = archive.windows(run.id)
            archive.store(stored, Batch(tuple(p for p in payloads if p.source == source)), {})
            archive.close_window(stored, "complete")
            archive.finish_run(run, "complete", "", 1)


def test_bad_payloads_are_listed_and_everything_else_is_built(folder: Path, secret: Path) -> None:
    """Each with its id and a reason; the good ones are records, nothing was stolen, and the PRISMA counts add up."""
    good, bad = good_payloads(), bad_payloads(secret)
    plant(folder, [*good, *bad])
    output = harvest("build", "--no-starter").output
    assert f"{len(bad):,} payloads could not be read" in output
    rejected = table(folder, "select source, source_id, reason, stage from rejected")
    assert sorted(row[:2] for row in rejected) == sorted((p.source, p.source_id) for p in bad)
    assert all(reason and stage == "parse" for _, _, reason, stage in rejected)
    records = table(folder, "select source, source_id from records")
    assert sorted(records) == sorted((p.source, p.source_id) for p in good)
    numbers = dict(table(folder, "select stage, sum(number) from flow group by stage"))
    assert numbers["identified"] == len(good) + len(bad)
    assert (numbers["unreadable"], numbers["records"]) == (len(bad), len(good))
    assert "flow: PRISMA counts add up" in harvest("check").output
    dumped = "\n".join(sqlite3.connect(folder / "ketamine.db").iterdump())
    assert SECRET not in dumped
    assert Path("/etc/passwd").read_text().splitlines()[0] not in dumped


def test_what_is_no_character_is_replaced_in_the_database(folder: Path) -> None:
    """Half a surrogate pair is shown as U+FFFD, a zero character as a space; the words around them can be found."""
    plant(folder, good_payloads())
    harvest("build", "--no-starter")
    titles = {title for (title,) in table(folder, "select title from records")}
    assert "Invented \ufffd sor row" in titles
    assert "Sor\ufffdrow" in titles
    assert table(folder, "select count(*) from reports where instr(cast(title as blob), x'00')") == [(0,)]
    (abstract,) = table(folder, "select abstract from reports where abstract like 'Ketamine%cured%'")
    assert abstract == ("Ketamine \ufffdcured",)


# ------------------------------------------------------------ JSON items

ITEMS: list[tuple[ModuleType, str]] = [
    (europepmc, "article"), (europepmc, "preprint"), (crossref, "article"), (crossref, "notice"), (openalex, "work"),
    (clinicaltrials, "full"), (clinicaltrials, "sparse"),
]  # fmt: skip


def parsed(module: ModuleType, body: bytes) -> Record | None:
    """The record, which must be storable before and after normalising; None when the item is refused."""
    try:
        record = module.parse(Payload(module.ABOUT.name, "the item", body, "json"))
    except BadInput:
        return None
    for found in (record, normalise(record)):
        for value in leaves(found):
            if isinstance(value, str):
                assert "\0" not in value, value
                value.encode()
            elif isinstance(value, int):
                assert abs(value) < 2**63
        for section in found.sections:
            assert 0 <= section.start <= section.end <= len(found.abstract)
    return record


def leaves(value: Any) -> Iterator[Any]:
    """Every text and number in a record."""
    if is_dataclass(value):
        value = [getattr(value, part.name) for part in fields(value)]
    if isinstance(value, tuple | list):
        for part in value:
            yield from leaves(part)
    else:
        yield value


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every part of an item."""
    yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in steps:
        yield from places(part, (*path, step))


def put(item: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The item with another value at the place."""
    if not path:
        return value
    changed = copy(item)
    changed[path[0]] = put(item[path[0]], path[1:], value)
    return changed


ODD: dict[str, Any] = {
    "null": None, "true": True, "number": -1, "fraction": 0.5, "huge": 10**4000, "infinite": float("inf"),
    "no number": float("nan"), "empty": "", "list": [], "object": {}, "nested": [[{}]], "nulls": [None, [None]],
    "half": "\ud800", "halves": ["x\udfff", {"\ud800": ["\ud800"]}], "zero": "a\0b", "zeros": ["\0"],
    "digits": "9" * 5000, "foreign digits": "٢٠١٨-١٢",
    "escaped half": "10.5555/%ED%A0%80", "escaped zero": "10.5555/%00x",
    "half in a DOI": "10.5555/\ud800", "references": "&#xD800;&#0;&#x110000;", "tags": "<p>" * 300,
    "index": {"\ud800": [0]},
}  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(("module", "name"), ITEMS, ids=lambda part: getattr(part, "__name__", part).rpartition(".")[2])
def test_an_odd_value_anywhere_costs_a_field_or_the_item(module: ModuleType, name: str, odd: str) -> None:
    """Put in the place of every part of an item in turn: a record that can be stored, or a refusal."""
    item = fixture(module.ABOUT.name, name)
    assert parsed(module, dump(item)) is not None
    for path in places(item):
        parsed(module, dump(put(item, path, ODD[odd])))


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(), max_size=20),
    st.sampled_from([value for value in ODD.values() if isinstance(value, str)]),
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@pytest.mark.parametrize(("module", "name"), ITEMS, ids=lambda part: getattr(part, "__name__", part).rpartition(".")[2])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_mutated_items_are_read_or_refused(module: ModuleType, name: str, data: st.DataObject) -> None:
    """Several parts replaced by anything at all: never another error than `BadInput`."""
    item = fixture(module.ABOUT.name, name)
    for _ in range(data.draw(st.integers(1, 5), label="parts")):
        path = data.draw(st.sampled_from(list(places(item))), label="place")
        item = put(item, path, data.draw(values, label="value"))
    parsed(module, dump(item))


DEEP = [
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"[" * 100_000 + b"]" * 100_000,
    b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
]


@pytest.mark.parametrize("module", [europepmc, crossref, openalex, clinicaltrials, files])
@pytest.mark.parametrize("body", DEEP, ids=["lists", "objects", "closed lists", "closed objects"])
def test_an_item_nested_beyond_reason_is_refused(module: ModuleType, body: bytes) -> None:
    """100,000 levels end in a refusal that names the item, not in the end of the program."""
    with pytest.raises(BadInput, match="the item"):
        module.parse(Payload(module.ABOUT.name, "the item", body, "json"))


@pytest.mark.parametrize("module", [europepmc, crossref, openalex])
@pytest.mark.parametrize("body", DEEP, ids=["lists", "objects", "closed lists", "closed objects"])
def test_an_answer_nested_beyond_reason_is_asked_for_again(module: ModuleType, body: bytes) -> None:
    """As any answer that is no page."""
    with pytest.raises(Transient):
        module.read_page(body)


@pytest.mark.parametrize("tag", ["jats:sec", "jats:p", "b"])
def test_markup_nested_beyond_reason_is_refused(tag: str) -> None:
    """An abstract of a thousand sections within each other says nothing that could be shown."""
    assert parsed(crossref, dump(fixture("crossref", "article") | {"abstract": f"<{tag}>" * 5000 + "x"})) is None


@pytest.mark.parametrize("piece", ["<h4>", "<!--", "<sub ", "<", "&amp;", "</", "<![CDATA["])
@pytest.mark.parametrize(
    ("module", "name", "field"), [(crossref, "article", "abstract"), (europepmc, "article", "abstractText")],
    ids=["crossref", "europepmc"],
)  # fmt: skip
def test_markup_that_never_ends_does_not_take_for_ever(module: ModuleType, name: str, field: str, piece: str) -> None:
    """20,000 openings without an end are read in time that grows with their number, not with its square."""
    body = dump(fixture(module.ABOUT.name, name) | {field: piece * 20_000})
    started = process_time()
    parsed(module, body)
    assert process_time() - started < 3


@pytest.mark.parametrize("source", [pubmed, files])
def test_xml_nested_beyond_reason_is_refused(source: ModuleType) -> None:
    with pytest.raises(BadInput, match="nested or long beyond reason"):
        source.parse(Payload(source.ABOUT.name, "1", b"<a>" * 100_000 + b"</a>" * 100_000, "xml"))


def test_an_item_with_half_a_character_is_archived_as_sent() -> None:
    """JSON can write what UTF-8 cannot; the archived body is UTF-8 all the same and says the same."""
    item = {"title": "a\ud800b", "other": "ä"}
    assert json.loads(dump(item).decode()) == item
    assert dump({"title": "ä😀"}) == '{"title":"ä😀"}'.encode()


@given(st.text(st.characters()))
def test_cleaned_text_can_be_stored(anything: str) -> None:
    """Whatever comes in: UTF-8, without zero characters, and cleaning it again changes nothing."""
    for function in (text.clean, text.storable, text.strip_markup):
        found = function(anything)
        found.encode()
        assert "\0" not in found
    assert text.clean(text.clean(anything)) == text.clean(anything)
