"""A copy of the database for publication: abstract texts only under open licences, everything else kept."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlite_utils import Database

from harvest import check, database

_WITHHELD = "abstract_kind in ('abstract', 'registry-summary') and abstract_open = 0"


def publish(folder: Path, out: Path) -> list[str]:
    """Writes ``out`` whole (its folder is made), checks it and swaps it in. Gives lines that say what it holds."""
    database.open_read_only(database.path_in(folder)).close()
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_name(f"{out.name}.building")
    database.remove(unfinished)
    shutil.copyfile(database.path_in(folder), unfinished)
    db = Database(unfinished)
    try:
        total = db["reports"].count
        withheld = db.execute(f"select count(*) from reports where {_WITHHELD} and abstract != ''").fetchone()[0]  # noqa: S608
        with db.atomic():
            db.execute(f"update reports set abstract = null, sections = null where {_WITHHELD}")  # noqa: S608
            db.execute("insert or replace into about (name, value) values ('edition', 'public')")
        # The index holds the words of the old texts, free pages the texts themselves: both are made anew.
        db.table("reports").disable_fts()
        db.vacuum()
        database.enable_search(db)
        check.check(db)
        shown = db.execute("select count(*) from reports where abstract != ''").fetchone()[0]
    except BaseException:
        db.close()
        database.remove(unfinished)
        raise
    db.close()
    unfinished.replace(out)
    return [
        f"{out}: {total:,} reports",
        f"abstracts shown: {shown:,}; text withheld (no open licence recorded): {withheld:,}",
    ]
