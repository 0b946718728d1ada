"""``/schema``: every table and view as the served file itself describes them, with the words of metadata.yml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from harvest.schema import DIMENSIONS, SEARCH_COLUMNS, SEARCH_TABLE, SEARCH_WEIGHTS, TOKENIZER
from harvest.site import diagram, web
from harvest.site.code import highlighted
from harvest.site.diagram import CONCEPTS, FOLDED, TAGS

GROUPS: Final = (
    ("Reports", ("reports", "authors", "identifiers", "aliases", "report_links", "report_mesh", "records")),
    ("Concepts and tags", (CONCEPTS, TAGS)),
    ("Evidence, numbers, findings", ("evidence", "quantities", "findings")),
    ("Studies", ("studies", "study_reports")),
    ("Sources and runs", ("sources", "runs", "windows", "rejected", "flow")),
    ("Bookkeeping", ("changes", "accuracy", "about")),
)
"""Sections of the page; a table that none names comes last."""

_OURS: Final = f"m.name not like 'sqlite_%' and m.name not like '{SEARCH_TABLE}%'"
_COLUMNS: Final = f"""
    select m.name as owner, m.type as sort, c.name, c.type, c."notnull" as required, c.pk
    from sqlite_master as m join pragma_table_info(m.name) as c
    where m.type in ('table', 'view') and {_OURS} order by m.rowid, c.cid"""  # noqa: S608
_KEYS: Final = f"""
    select m.name as owner, f."from" as name, f."table" as target, f."to" as target_column
    from sqlite_master as m join pragma_foreign_key_list(m.name) as f
    where m.type = 'table' and {_OURS} order by m.rowid, f.id desc"""  # noqa: S608
_INDEXES: Final = f"""
    select m.name as owner, i.name, i."unique" as is_unique, group_concat(x.name, ', ') as columns
    from sqlite_master as m join pragma_index_list(m.name) as i join pragma_index_info(i.name) as x
    where m.type = 'table' and i.origin = 'c' and {_OURS} group by m.rowid, i.name order by m.rowid, i.seq desc"""  # noqa: S608
_VIEWS: Final = f"select m.name, m.sql from sqlite_master as m where m.type = 'view' and {_OURS}"  # noqa: S608


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    required: bool
    primary: bool
    target: str
    description: str


@dataclass(frozen=True)
class Described:
    """A table or view as the file has it and metadata.yml tells it."""

    name: str
    title: str
    description: str
    rows: int
    columns: tuple[Column, ...]
    indexes: tuple[str, ...]
    sql: str = ""

    @property
    def key(self) -> str:
        return ", ".join(column.name for column in self.columns if column.primary)


@dataclass(frozen=True)
class Section:
    """Tables under one heading; ``alike`` holds, for a dozen drawn as one, all of the dozen."""

    anchor: str
    table: Described
    alike: tuple[Described, ...] = ()


async def schema(datasette: Any, request: Any) -> Any:
    return await web.page(
        datasette, request, "schema.html", await web.kept(datasette, "schema", lambda: _all(datasette))
    )


async def _all(datasette: Any) -> dict[str, Any]:
    columns = await web.rows(datasette, _COLUMNS)
    keys = await web.rows(datasette, _KEYS)
    indexes = await web.rows(datasette, _INDEXES)
    sql = {row["name"]: row["sql"] for row in await web.rows(datasette, _VIEWS)}
    names = list(dict.fromkeys(row["owner"] for row in columns if row["sort"] == "table"))
    rows = await _numbers(datasette, names)
    words = datasette.metadata("tables", database=web.DATABASE) or {}
    told = {
        owner: _described(owner, columns, keys, indexes, rows.get(owner, 0), words.get(owner) or {}, sql.get(owner, ""))
        for owner in dict.fromkeys(row["owner"] for row in columns)
    }
    tables = {name: told[name] for name in names}
    found = [diagram.Key(row["owner"], row["name"], row["target"]) for row in keys]
    return {
        "picture": diagram.drawn(rows, found, _main_columns(told["reports"], words)), "keys": keys, "groups": _grouped(tables), "tables": tables,
        "views": [told[name] for name in sql], "view_sql": {name: highlighted(text, "sql") for name, text in sql.items()},
        "examples": {name: highlighted(text, "sql") for name, text in EXAMPLES.items()}, "dimensions": tuple(DIMENSIONS),
        "search": {"table": SEARCH_TABLE, "columns": tuple(zip(SEARCH_COLUMNS, SEARCH_WEIGHTS, strict=True)),
                   "tokenizer": TOKENIZER},
    }  # fmt: skip


EXAMPLES: Final = {
    "offsets": """\
select substr(reports.abstract, evidence.start + 1, evidence."end" - evidence.start) as words
from evidence join reports on reports.id = evidence.report_id
where evidence.field = 'abstract' limit 5""",
    "search": """\
select reports.id, reports.title
from reports_fts join reports on reports.rowid = reports_fts.rowid
where reports_fts match 'relapse AND esketamine'
order by reports_fts.rank limit 10""",
}


def _main_columns(reports: Described, words: web.Row) -> tuple[str, ...]:
    """What the picture writes into the box of the reports: the columns of their list."""
    listed = (words.get("reports") or {}).get("list_columns") or []
    return (*listed, f"and {len(reports.columns) - len(listed)} more columns")


async def _numbers(datasette: Any, names: list[str]) -> dict[str, int]:
    """Table -> number of rows."""
    counts = " union all ".join(f"select '{name}' as name, count(*) as number from \"{name}\"" for name in names)  # noqa: S608
    return {row["name"]: row["number"] for row in await web.rows(datasette, counts)}


def _described(
    owner: str, columns: list[web.Row], keys: list[web.Row], indexes: list[web.Row], rows: int, words: web.Row, sql: str
) -> Described:
    targets = {row["name"]: row["target"] for row in keys if row["owner"] == owner}
    described = words.get("columns") or {}
    return Described(
        owner, words.get("title") or owner, words.get("description_html") or words.get("description") or "", rows,
        tuple(
            Column(row["name"], (row["type"] or "any").lower(), bool(row["required"] or row["pk"]), bool(row["pk"]),
                   targets.get(row["name"], ""), described.get(row["name"], ""))
            for row in columns if row["owner"] == owner
        ),
        tuple(row["columns"] + (" (unique)" if row["is_unique"] else "") for row in indexes if row["owner"] == owner),
        sql,
    )  # fmt: skip


def _grouped(tables: dict[str, Described]) -> list[tuple[str, list[Section]]]:
    placed = {name for _, names in GROUPS for name in names}
    others = tuple(name for name in tables if FOLDED.get(name, name) not in placed)
    grouped = []
    for heading, names in (*GROUPS, ("Others", others)):
        sections = [section for name in names if (section := _section(name, tables))]
        if sections:
            grouped.append((heading, sections))
    return grouped


def _section(name: str, tables: dict[str, Described]) -> Section | None:
    if name not in (CONCEPTS, TAGS):
        return Section(name, tables[name]) if name in tables else None
    dozen = tuple(tables[n] for n in _dozen(name) if n in tables)
    if not dozen:
        return None
    # The one with most columns stands for all: outcomes say whether they are a harm.
    shown = max(dozen, key=lambda one: len(one.columns)) if name == CONCEPTS else dozen[1 % len(dozen)]
    return Section("concepts" if name == CONCEPTS else "tags", shown, dozen)


def _dozen(name: str) -> tuple[str, ...]:
    return tuple(DIMENSIONS.values()) if name == CONCEPTS else tuple(f"report_{n}" for n in DIMENSIONS.values())


ROUTES = ((r"^/schema$", schema),)
