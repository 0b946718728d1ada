"""A user's own files into the archive: everything readable goes in, everything else is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harvest.archive import Archive
from harvest.errors import ArchiveError
from harvest.importing import import_files

RIS = """TY  - JOUR
TI  - Ketamine and an invented sorrow
AU  - Marsh, Ada
PY  - 2031
DO  - 10.5555/invented.{n}
ER  -

TY  - JOUR
TI  - Esketamine and another invented sorrow
PY  - 2032
ER  -
"""
NBIB = """
PMID- 9000010{n}
TI  - Ketamine syrup for nobody
DP  - 2031 Sep
FAU - Hill, Cora
PT  - Journal Article
"""
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><PubmedArticleSet>&b;</PubmedArticleSet>'
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><PubmedArticleSet>&a;</PubmedArticleSet>'


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file into the folder of exports."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / "exports" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def take(tmp_path: Path, said: list[str]) -> Callable[..., bool]:
    """Imports files into an archive; the exit status is 0 when it gives True."""
    return lambda *paths: import_files(tmp_path / "data", paths, say=said.append)


@pytest.fixture
def look(tmp_path: Path) -> Callable[[], Archive]:
    return lambda: Archive(tmp_path / "data" / "raw.db", write=False)


def test_files_become_payloads(
    put: Callable[..., Path], take: Callable[..., bool], look: Callable[[], Archive], said: list[str]
) -> None:
    """Under the DOI, the PMID or a hash; with a run, a window per file, and a line per file for the user."""
    assert take(put("a.ris", RIS.format(n=1)), put("b.nbib", NBIB.format(n=1)))
    first, second, third = look().ids("files")
    assert (first, third.startswith("ris:") or second.startswith("pmid:")) == ("10.5555/invented.1", True)
    (run,) = look().runs()
    assert (run.source, run.mode, run.status, run.new) == ("files", "import", "complete", 3)
    assert [(w.window.key, w.status, w.received) for w in look().windows()] == [
        ("1 a.ris", "complete", 2), ("2 b.nbib", "complete", 1),
    ]  # fmt: skip
    assert "2 records (ris)" in said[0]
    assert said[-1] == "files: 3 new, 0 changed, 0 already held"


def test_importing_the_same_file_again_adds_nothing(
    put: Callable[..., Path], take: Callable[..., bool], look: Callable[[], Archive], said: list[str]
) -> None:
    """Also under another name, and from another place in the file."""
    one = put("a.ris", RIS.format(n=1))
    take(one)
    before = look().ids("files")
    assert take(one)
    assert said[-1] == "files: 0 new, 0 changed, 2 already held"
    assert take(put("renamed.ris", RIS.format(n=1)))
    assert look().ids("files") == before


def test_a_folder_stands_for_the_files_in_it(
    put: Callable[..., Path], take: Callable[..., bool], look: Callable[[], Archive]
) -> None:
    """In the order of their names, known endings only, whatever their case."""
    put("b.NBIB", NBIB.format(n=2))
    put("a.ris", RIS.format(n=1))
    folder = put("notes.md", "# not an export").parent
    assert take(folder)
    assert [w.window.key for w in look().windows()] == ["1 a.ris", "2 b.NBIB"]


def test_nothing_to_import_is_no_success(tmp_path: Path, take: Callable[..., bool], said: list[str]) -> None:
    """An empty folder is told, and the exit status is not 0."""
    (tmp_path / "exports").mkdir()
    assert not take(tmp_path / "exports")
    assert "nothing to import" in said[-1]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb.xml", BOMB), ("outside.xml", OUTSIDE), ("cut.xml", "<PubmedArticleSet><PubmedArticle><Medline"),
        ("prolog.xml", '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet>\n'), ("empty.ris", b""),
        ("page.ris", "<!DOCTYPE html><html><body>Please sign in</body></html>"),
        ("broken.csv", b"\xff\xfe\x00\x00\x81"),
        ("program.ris", b"MZ\x90\x00\x03" + bytes(range(256)) * 4), ("other.csv", "a,b\n1,2\n"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_named_and_the_others_go_in(
    put: Callable[..., Path], take: Callable[..., bool], look: Callable[[], Archive], said: list[str],
    name: str, content: str | bytes,
) -> None:  # fmt: skip
    """Hostile, cut, empty, HTML or of a broken encoding: named in a message and in rejected; exit status not 0."""
    assert not take(put(name, content), put("good.nbib", NBIB.format(n=1)))
    assert len(look().ids("files")) == 1
    ((source, source_id, reason, _),) = look().rejections()
    assert (source, source_id) == ("files", name)
    assert reason
    assert any(name in line and reason in line for line in said)
    refused, taken = look().windows()
    assert refused.message == f"refused: {reason}"
    assert (taken.received, taken.message) == (1, "")
    assert look().runs()[0].message == "some records or files could not be read"


def test_a_file_that_is_not_there_is_named(tmp_path: Path, take: Callable[..., bool], said: list[str]) -> None:
    """As a message, without a traceback."""
    assert not take(tmp_path / "nowhere.ris")
    assert "nowhere.ris" in said[0]


def test_a_damaged_record_does_not_take_the_file_with_it(
    put: Callable[..., Path], take: Callable[..., bool], look: Callable[[], Archive], said: list[str]
) -> None:
    """The record is named with its position and kept as rejected; the others are held."""
    broken = RIS.format(n=1) + "\nAU  - Lost, L.\nTI  - A record without a type\nER  -\n"
    assert not take(put("a.ris", broken))
    assert look().count("files") == 2
    ((_, source_id, reason, _),) = look().rejections()
    assert source_id == "a.ris #3"
    assert any("record 3" in line and reason in line for line in said)
    assert "1 refused" in look().windows()[0].message


def test_importing_while_a_harvest_writes_is_refused(
    tmp_path: Path, put: Callable[..., Path], take: Callable[..., bool]
) -> None:
    """Two writers would mix their runs."""
    with Archive(tmp_path / "data" / "raw.db"), pytest.raises(ArchiveError, match="another harvest is writing"):
        take(put("a.ris", RIS.format(n=1)))
