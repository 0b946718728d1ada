"""Each promise of the database, broken on purpose: the check must notice."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from harvest import build, check, database
from harvest.errors import CheckFailed, HarvestError

DAMAGE = {
    "an offset behind the end": ("not words", 'update evidence set "end" = 100000 where id = 1'),
    "an offset before the start": ("not words", "update evidence set start = -1 where id = 1"),
    "an unknown field": ("not words", "update evidence set field = 'authors' where id = 1"),
    "a tag without evidence": ("tags without evidence", "delete from evidence where report_id = (select max(report_id) from evidence)"),
    "evidence moved by one": ("not words", "update evidence set start = start - 1 where id = (select id from evidence where "
                              "field = 'title' and start > 0 limit 1)"),
    "a record of no report": ("point to nothing", "update records set report_id = 'pmid-none' where rowid = 1"),
    "a title the index does not know": ("search index", "update reports set title = substr(title, 1, length(title) - 1) || 'q' where rowid = 1"),
    "a report left out of the index": ("search index", "delete from reports_fts_docsize where id = 1"),
    "a sort key of another date": ("sort keys", "update reports set sort_key = '1900|x' where rowid = 1"),
    "a PRISMA number": ("PRISMA", "update flow set number = number + 1 where stage = 'reports'"),
    "a scope number": ("PRISMA", "update flow set number = number + 1 where stage = 'studied'"),
    "a count beside a concept": ("counts differ", "update conditions set reports = reports + 1 where id = 'depression'"),
    "a digest given as the abstract": ("confused", "update reports set abstract_kind = 'abstract' where abstract_kind = 'digest'"),
    "an abstract that is no digest": ("confused", "update reports set abstract_kind = 'digest' where rowid = "
                                      "(select rowid from reports where digest is null limit 1)"),
    "an array that differs": ("differs from", "update reports set conditions = '[]' where conditions != '[]'"),
}  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    build.build(folder)
    return folder


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    shutil.copy(database.path_in(built), tmp_path)
    return tmp_path


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_noticed(copy: Path, damage: str) -> None:
    """The message says which promise was broken."""
    message, sql = DAMAGE[damage]
    with sqlite3.connect(database.path_in(copy)) as db:
        assert db.execute(sql).rowcount > 0, "the damage must happen for the test to mean anything"
    with pytest.raises(CheckFailed, match=message):
        check.check_file(copy)


def test_a_sound_database_passes(built: Path) -> None:
    """Every check answers with a line."""
    assert len(check.check_file(built)) == len(check.CHECKS)


def test_a_damaged_or_missing_file_is_named(tmp_path: Path) -> None:
    """A cut file and no file at all give a message, not a trace."""
    with pytest.raises(HarvestError, match=r"ketamine\.db does not exist"):
        check.check_file(tmp_path)
    database.path_in(tmp_path).write_bytes(b"SQLite format 3\0" + b"\0" * 50)
    with pytest.raises(HarvestError, match=r"cannot be read|damaged"):
        check.check_file(tmp_path)
