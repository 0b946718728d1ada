"""Imported files: every format and exporter, and what happens to damaged ones."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvest.archive import Archive, Run
from harvest.build import build
from harvest.errors import BadInput, HostileInput
from harvest.importing import import_files
from harvest.record import Record
from harvest.sources import Payload
from harvest.sources.files import FileContents, beside, origin, origins, parse, read_file

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "files"
SHARED = Path(__file__).resolve().parents[3] / "shared"
SUFFIXES = [".nbib", ".ris", ".xml", ".bib", ".csv", ".tsv", ".txt"]
SYRUP = "10.5555/invented.2031.101"


def records(name: str) -> list[Record]:
    return [parse(payload) for payload in read_file(FIXTURES / name).payloads]


def write(folder: Path, name: str, content: bytes | str) -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


# ---------------------------------------------------------------- every exporter


@pytest.mark.parametrize(
    ("name", "form", "payloads", "rejected"),
    [
        ("pubmed.nbib", "nbib", 2, 1),
        ("zotero.ris", "ris", 3, 0),
        ("endnote.ris", "ris", 3, 2),
        ("europepmc.ris", "ris", 1, 0),
        ("rayyan.ris", "ris", 1, 0),
        ("zotero.bib", "bib", 4, 0),
        ("cut.bib", "bib", 2, 2),
        ("pubmed.csv", "csv (pubmed)", 2, 1),
        ("europepmc.csv", "csv (europepmc)", 2, 0),
        ("zotero.csv", "csv (zotero)", 2, 1),
        ("rayyan.csv", "csv (rayyan)", 2, 0),
        ("semicolon.csv", "csv (other)", 2, 1),
        ("pubmed.xml", "xml", 2, 0),
    ],
)
def test_good_records_come_and_bad_ones_are_named(name: str, form: str, payloads: int, rejected: int) -> None:
    """Each export gives its records; damaged ones stand in ``rejected`` with position, reason and their beginning."""
    contents = read_file(FIXTURES / name)
    assert (contents.format, len(contents.payloads), len(contents.rejected)) == (form, payloads, rejected)
    assert all(item.position and item.reason and item.excerpt for item in contents.rejected)


@pytest.mark.parametrize(
    "name",
    ["pubmed.nbib", "zotero.ris", "europepmc.ris", "pubmed.csv", "europepmc.csv", "zotero.csv", "pubmed.xml"],
)
def test_the_same_document_has_the_same_id_in_every_format(name: str) -> None:
    """The DOI names it, whatever its case, and its PMID is found wherever the exporter puts it."""
    found = {record.source_id: record for record in records(name)}
    assert found[SYRUP].pmid == "90000101"
    assert found[SYRUP].source == "files"
    assert found[SYRUP].title.startswith("Ketamine ")
    assert not found[SYRUP].title.endswith(".")


@pytest.mark.parametrize("name", ["rayyan.ris", "rayyan.csv"])
def test_without_doi_the_pmid_is_the_id(name: str) -> None:
    """Rayyan's exports here state no DOI; the PMID stands in a note or a column of its own."""
    assert records(name)[0].source_id == "pmid:90000101"


def test_without_identifier_a_hash_of_the_words_is_the_id(tmp_path: Path) -> None:
    """It survives another file name, position, case and added tags, and differs for another title."""
    row = "TY  - JOUR\nTI  - {}\nAU  - Hill, C.\nPY  - 2030\n{}ER  - \n"
    one = read_file(write(tmp_path, "a.ris", row.format("Sorrow alone", ""))).payloads[0]
    again = row.format("Other", "") + row.format("SORROW  alone", "KW  - read\n")
    other, same = read_file(write(tmp_path, "b.ris", again)).payloads
    assert one.source_id == same.source_id != other.source_id
    assert one.source_id.startswith("ris:")
    assert len(one.source_id) == len("ris:") + 10


@pytest.mark.parametrize("name", ["pubmed.nbib", "zotero.ris", "zotero.bib", "zotero.csv", "pubmed.xml"])
def test_importing_twice_gives_the_same_payloads(name: str) -> None:
    """Same ids and bodies, so the archive has nothing to add."""
    assert read_file(FIXTURES / name) == read_file(FIXTURES / name)


def test_an_item_that_stands_twice_comes_once(tmp_path: Path) -> None:
    """A repetition adds nothing; another item under the same DOI is kept beside the first."""
    row = "TY  - JOUR\nTI  - {}\nDO  - 10.5555/x\nER  - \n"
    text = row.format("Sorrow") + row.format("Sorrow") + row.format("Erratum to: Sorrow")
    payloads = read_file(write(tmp_path, "a.ris", text)).payloads
    assert [parse(payload).title for payload in payloads] == ["Sorrow", "Erratum to: Sorrow"]
    assert len({payload.source_id for payload in payloads}) == 2


def test_the_payload_keeps_the_words_of_the_file() -> None:
    """Nothing is decoded before parsing: the fields are as exported, whatever the file is called."""
    body = json.loads(read_file(FIXTURES / "zotero.bib").payloads[0].body)
    assert set(body) == {"format", "fields"}
    assert body["format"] == "bib"
    assert "{\\textless}" in body["fields"]["title"][0]


# ---------------------------------------------------------------- beside what is held


@pytest.mark.parametrize(
    ("name", "found"),
    [("pubmed.csv", ("csv", "pubmed")), ("europepmc.csv", ("csv", "europepmc")), ("zotero.csv", ("csv", "zotero")),
     ("rayyan.csv", ("csv", "rayyan")), ("semicolon.csv", ("csv", "other")), ("zotero.ris", ("ris", "other")),
     ("endnote.ris", ("ris", "other")), ("europepmc.ris", ("ris", "europepmc")), ("rayyan.ris", ("ris", "rayyan")),
     ("pubmed.nbib", ("nbib", "other")), ("zotero.bib", ("bib", "other")), ("pubmed.xml", ("xml", "other"))],
)  # fmt: skip
def test_every_item_tells_its_origin(name: str, found: tuple[str, str]) -> None:
    """From its own fields, whatever else the file holds and whatever it is called."""
    assert {origin(payload) for payload in read_file(FIXTURES / name).payloads} == {found}


def imported(folder: Path, *paths: Path) -> Run:
    assert import_files(folder, paths, say=lambda _: None)
    with Archive(folder / "raw.db", write=False) as archive:
        return archive.runs()[-1]


def held(folder: Path) -> dict[str, Payload]:
    with Archive(folder / "raw.db", write=False) as archive:
        return {kept.payload.source_id: kept.payload for kept in archive.current("files")}


def export(folder: Path, name: str, title: str = "Sorrow") -> Path:
    """A file of one item, the same document in each form."""
    bodies = {
        "zotero.ris": f"TY  - JOUR\nTI  - {title}\nAB  - All of its abstract.\nDO  - 10.5555/X\nER  - \n",
        "pubmed.csv": f"PMID,Title,Authors,Create Date,DOI\n90000001,{title},Hill C,2031/01/01,10.5555/x\n",
        "zotero.csv": f"Key,Item Type,Title,Author,DOI\nABC,journalArticle,{title},Hill C,10.5555/x\n",
        "other.csv": f"title,authors,doi\n{title},Hill C,10.5555/x\n",
        "zotero.bib": f"@article{{a,\n title = {{{title}}},\n doi = {{10.5555/x}}\n}}\n",
    }
    folder.mkdir(exist_ok=True)
    return write(folder, name, bodies[name])


EXPORTS = ["zotero.ris", "pubmed.csv", "zotero.csv", "zotero.bib", "other.csv"]
IDS = ["", " (csv)", " (csv zotero)", " (bib)", " (csv other)"]


def test_exports_of_one_document_stand_beside_each_other(tmp_path: Path) -> None:
    """The first has the plain id; those of other programs name their format, and the program where that is taken."""
    for count, name in enumerate(EXPORTS, start=1):
        run = imported(tmp_path, export(tmp_path / "in", name))
        assert (run.new, run.changed, run.unchanged) == (1, 0, 0)
        assert sorted(held(tmp_path)) == sorted(f"10.5555/x{ending}" for ending in IDS[:count])
    assert parse(held(tmp_path)["10.5555/x"]).abstract == "All of its abstract."
    for source_id, payload in held(tmp_path).items():
        assert (parse(payload).source_id, parse(payload).doi) == (source_id, "10.5555/x")


def test_one_import_of_several_exports_gives_the_same_as_one_after_another(tmp_path: Path) -> None:
    """What a file brought counts for the next file of the same run."""
    for name in EXPORTS:
        imported(tmp_path / "one by one", export(tmp_path / "in", name))
    run = imported(tmp_path / "at once", *(tmp_path / "in" / name for name in EXPORTS))
    assert run.new == len(EXPORTS)
    assert {i: p.body for i, p in held(tmp_path / "one by one").items()} == {
        i: p.body for i, p in held(tmp_path / "at once").items()
    }


@pytest.mark.parametrize("order", [1, -1])
def test_importing_again_adds_and_changes_nothing(tmp_path: Path, order: int) -> None:
    """From another folder, under another name, in another order: 0 new, 0 changed, and the same payloads."""
    imported(tmp_path, *(export(tmp_path / "in", name) for name in EXPORTS))
    before = held(tmp_path)
    again = tmp_path / "elsewhere"
    again.mkdir()
    copies = [
        write(again, f"copy {number}{Path(name).suffix}", (tmp_path / "in" / name).read_bytes())
        for number, name in enumerate(EXPORTS)
    ]
    run = imported(tmp_path, *copies[::order])
    assert (run.new, run.changed, run.unchanged) == (0, 0, len(EXPORTS))
    assert {i: p.body for i, p in held(tmp_path).items()} == {i: p.body for i, p in before.items()}


def test_every_fixture_can_be_imported_again(tmp_path: Path) -> None:
    """All exporters together, good and damaged items, in the order of their names and then from the last to the first."""
    paths = sorted(FIXTURES.iterdir())
    import_files(tmp_path, paths, say=lambda _: None)
    before = held(tmp_path)
    import_files(tmp_path, paths[::-1], say=lambda _: None)
    with Archive(tmp_path / "raw.db", write=False) as archive:
        first, second = archive.runs()
    assert first.new == len(before) == second.unchanged
    assert (second.new, second.changed) == (0, 0)


def test_a_newer_export_of_the_same_program_replaces_the_older(tmp_path: Path) -> None:
    """That is how a corrected title gets in; the exports of other programs stay as they were."""
    imported(tmp_path, *(export(tmp_path / "in", name) for name in EXPORTS))
    run = imported(tmp_path, export(tmp_path / "in", "zotero.csv", title="Corrected"))
    assert (run.new, run.changed) == (0, 1)
    titles = {source_id: parse(payload).title for source_id, payload in held(tmp_path).items()}
    assert {i for i, title in titles.items() if title == "Corrected"} == {"10.5555/x (csv zotero)"}


def test_all_exports_of_a_document_are_one_report(tmp_path: Path) -> None:
    """Every record is in the database, joined by the DOI, and the fullest gives the abstract."""
    imported(tmp_path, *(export(tmp_path / "in", name) for name in reversed(EXPORTS)))
    build(tmp_path, starter=False)
    connection = sqlite3.connect(tmp_path / "ketamine.db")
    records = connection.execute("select count(*), count(distinct report_id) from records").fetchone()
    abstracts = connection.execute("select abstract from reports").fetchall()
    connection.close()
    assert (records, abstracts) == ((len(EXPORTS), 1), [("All of its abstract.",)])


def test_a_damaged_payload_in_the_archive_does_not_stop_an_import() -> None:
    """It has no origin; what is imported under its id takes its place."""
    damaged = Payload("files", "10.5555/x", b"{", "json")
    whole = Payload("files", "10.5555/x", b'{"format":"ris","fields":{"TI":["Sorrow"]}}', "json")
    assert origins([damaged]) == {}
    assert beside(whole, origins([damaged])) == whole


# ---------------------------------------------------------------- damaged payloads


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"format": "ris"}',
        b'{"format": "doc", "fields": {}}',
        b'{"format": [], "fields": {}}',
        b'{"format": "ris", "fields": {"TI": [1]}}',
    ],
)
def test_parse_refuses_a_damaged_payload(body: bytes) -> None:
    """Archived bodies may be damaged; that is said of the item, not raised as something else."""
    with pytest.raises(BadInput):
        parse(Payload("files", "ris:0123456789", body, "json"))
    with pytest.raises(BadInput):
        parse(Payload("files", "pmid:1", body, "xml"))


# ---------------------------------------------------------------- files that are no exports


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"<!DOCTYPE html>\n<html><body>Please sign in</body></html>", "HTML page"),
        (b'<?xml version="1.0"?>\n<html xmlns="x"><body>TY  - </body></html>', "HTML page"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04 ...", "Excel workbook or ZIP"),
        (b"just some words\n", "export"),
        (b"TY  - JOUR\nTI  - A\x00B\nER  - \n", "zero byte in line 2"),
    ],
)
def test_other_files_are_refused_by_name(tmp_path: Path, suffix: str, content: bytes, said: str) -> None:
    """The message names the file and says what it is instead."""
    file = write(tmp_path, f"export{suffix}", content)
    with pytest.raises(BadInput, match=said) as refusal:
        read_file(file)
    assert f"export{suffix}" in str(refusal.value)


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    """The path is in the message."""
    for path in (tmp_path / "absent.ris", tmp_path):
        with pytest.raises(BadInput, match=path.name):
            read_file(path)


def test_an_html_page_saved_as_ris_is_refused() -> None:
    """Although a line of it looks like a tag."""
    with pytest.raises(BadInput, match=r"page\.ris: this is an HTML page"):
        read_file(FIXTURES / "page.ris")


@pytest.mark.parametrize("name", ["pubmed.xml", "cut.bib", "zotero.ris"])
def test_a_file_that_ends_early_says_so(tmp_path: Path, name: str) -> None:
    """Cut inside the last record: XML is refused as a whole, elsewhere the last record is rejected."""
    file = write(tmp_path, name, (FIXTURES / name).read_bytes()[:-30].rstrip(b"ER -\n"))
    if name.endswith(".xml"):
        with pytest.raises(BadInput, match=r"pubmed\.xml: .*cut off"):
            read_file(file)
    else:
        assert "end" in read_file(file).rejected[-1].reason


def test_a_file_cut_in_its_only_record_is_refused(tmp_path: Path) -> None:
    """Nothing readable is left, so the file is refused with the reason."""
    with pytest.raises(BadInput, match=r"a\.bib: no readable record.*line 1"):
        read_file(write(tmp_path, "a.bib", "@article{x,\n title = {Sorrow"))


def test_hostile_xml_is_refused(tmp_path: Path) -> None:
    """Entity declarations are an attack, in imported files as on the wire."""
    attack = '<!DOCTYPE PubmedArticleSet [<!ENTITY a "b">]><PubmedArticleSet>&a;</PubmedArticleSet>'
    with pytest.raises(HostileInput, match=r"a\.xml"):
        read_file(write(tmp_path, "a.xml", attack))


def test_other_xml_is_refused(tmp_path: Path) -> None:
    """EndNote's XML is no PubMed XML."""
    with pytest.raises(BadInput, match=r"a\.xml.*<xml>"):
        read_file(write(tmp_path, "a.xml", '<?xml version="1.0"?><xml><records/></xml>'))


def test_the_content_decides_about_the_format(tmp_path: Path) -> None:
    """PubMed's web page saves its format as .txt, and endings get changed."""
    for name in ("pubmed-set.txt", "renamed.ris", "renamed.csv"):
        contents = read_file(write(tmp_path, name, (FIXTURES / "pubmed.nbib").read_bytes()))
        assert (contents.format, len(contents.payloads)) == ("nbib", 2)


def test_a_table_without_column_names_is_refused(tmp_path: Path) -> None:
    """The message says which tables are understood."""
    with pytest.raises(BadInput, match=r"column names.*Zotero"):
        read_file(write(tmp_path, "a.csv", "90000101,Sorrow,Hill C\n90000102,More sorrow,Hill C\n"))


# ---------------------------------------------------------------- encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_accented_names_survive_every_usual_encoding(tmp_path: Path, encoding: str, newline: str) -> None:
    """UTF-8 with and without mark, UTF-16 and Excel's Windows-1252, with any line ends."""
    text = 'title,authors,year\n“Sorrow” – 5 µg,"Müller, Zoë; Ørsted, B.",2030\n'
    file = write(tmp_path, "a.csv", text.replace("\n", newline).encode(encoding))
    contents = read_file(file)
    record = parse(contents.payloads[0])
    assert record.title == "“Sorrow” – 5 µg"
    assert [author.family for author in record.authors] == ["Müller", "Ørsted"]
    assert (contents.encoding == "windows-1252") == (encoding == "cp1252")


@pytest.mark.parametrize(
    "broken",
    [
        "Müller".encode() + " and Zoë".encode("cp1252"),  # two encodings in one file
        "Привет мир".encode("cp1251"),
        "抑郁症研究".encode("gbk"),
        "うつ病".encode("shift-jis"),
        b"Sorrow \x81\x8d",
    ],
)
def test_a_broken_encoding_is_refused_not_guessed(tmp_path: Path, broken: bytes) -> None:
    """The message names file, line and byte, and says how to save the file again."""
    file = write(tmp_path, "a.csv", b"title,authors,year\nSorrow,Hill C,2030\n" + broken + b",Hill C,2031\n")
    with pytest.raises(BadInput, match=r"a\.csv: broken text encoding \(byte 0x.*line 3\).*UTF-8"):
        read_file(file)


def test_a_file_cut_inside_a_character_is_refused(tmp_path: Path) -> None:
    """The last byte alone would pass for a Windows-1252 letter."""
    with pytest.raises(BadInput, match="cut off"):
        read_file(write(tmp_path, "a.csv", b"title,year\nSorrow \xc3"))


# ---------------------------------------------------------------- anything at all


def check_only_bad_input(file: Path) -> FileContents | None:
    """Whatever is in the file: refused with its name, or read into payloads that parse."""
    try:
        contents = read_file(file)
    except BadInput as refusal:
        assert file.name in str(refusal)
        return None
    for payload in contents.payloads:
        record = parse(payload)
        assert record.source_id
        for section in record.sections:
            assert 0 <= section.start <= section.end <= len(record.abstract)
    return contents


anything = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("suffix", SUFFIXES)
@anything
@given(body=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda t: t.encode("utf-8", "replace"))))
def test_random_bytes_never_break_the_reader(tmp_path: Path, suffix: str, body: bytes) -> None:
    """Nothing but `BadInput` comes out of any bytes under any ending."""
    check_only_bad_input(write(tmp_path, f"a{suffix}", body))


LINES = st.sampled_from(
    """TY  - JOUR|ER  - |TI  - Sorrow|AB  - METHODS: x|PMID- 1|PMID- |      more||FAU - Hill, C|AU  - |KW  - a|SP  - –
    DA  - 2030/13/45/|DP  - 2030 Feb 30|UR  - https://clinicaltrials.gov/study/NCT90000001|é|<PubmedArticleSet>
    @article{a,|title = {Sorrow $x_1$ {\\textless}},|title={{{{|author = {A and {B} and },|year=2030}|}|@comment{
    @string{x = 3}|url = {\\|title,authors,year|"a","b;c"|a,b,2030|\"""".replace("\n    ", "|").split("|")
)


@pytest.mark.parametrize("suffix", [".nbib", ".ris", ".bib", ".csv", ".xml"])
@anything
@given(lines=st.lists(LINES, max_size=25))
def test_shuffled_lines_never_break_the_reader(tmp_path: Path, suffix: str, lines: list[str]) -> None:
    """Pieces of all formats in any order: bad records are rejected, and what comes out parses."""
    check_only_bad_input(write(tmp_path, f"a{suffix}", "\n".join(lines)))


@pytest.mark.parametrize("name", ["pubmed.nbib", "zotero.ris", "zotero.bib", "zotero.csv", "pubmed.xml"])
@anything
@given(data=st.data())
def test_damaged_exports_never_break_the_reader(tmp_path: Path, name: str, data: st.DataObject) -> None:
    """Good exports with bytes changed, taken out or cut off."""
    body = bytearray((FIXTURES / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(body) - 1))
        body[position : position + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=4))
    check_only_bad_input(write(tmp_path, name, bytes(body)))


# ---------------------------------------------------------------- beside the repository


@pytest.mark.shared
def test_recorded_pubmed_xml_imports_as_a_file() -> None:
    """Real PubMed answers, saved to disk, give the same titles as when they are harvested."""
    folder = SHARED / "recordings" / "pubmed"
    if not folder.is_dir():
        pytest.skip("no recordings beside the repository")
    from harvest import pubmed_xml

    taken = 0
    for file in sorted(folder.rglob("*.xml")):
        try:
            split = pubmed_xml.split(file.read_bytes())
        except BadInput:
            continue
        if not split.articles:
            continue
        contents = read_file(file)
        assert len(contents.payloads) + len(contents.rejected) >= len(split.articles)
        for payload, (_, element) in zip(contents.payloads, split.articles, strict=False):
            record = parse(payload)
            assert replace(record, source="pubmed", source_id=record.pmid) == pubmed_xml.parse_article(element)
            taken += 1
    assert taken
