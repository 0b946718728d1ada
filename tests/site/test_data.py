"""The pages for people who analyse: schema, worked queries, downloads, notebook, and that no export loses a row."""

from __future__ import annotations

import ast
import csv
import html
import io
import json
import os
import re
import shutil
import sqlite3
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from harvest import build as building
from harvest import database, export, locations
from harvest.export import notebook, parquet, tables
from harvest.schema import SEARCH_TABLE
from harvest.site import diagram
from harvest.site.code import highlighted, rendered
from harvest.site.pages import worked

PAGES = ("/data", "/schema", "/sql", "/downloads", "/notebook")
LONGEST = 1.0  # seconds a worked query may take on the starter set


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the database built from the starter set, and its export."""
    folder = tmp_path_factory.mktemp("starter")
    building.build(folder, say=lambda _: None)
    export.export(folder, say=lambda _: None)
    return folder


@pytest.fixture(scope="module")
def whole(database_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a copy of the invented database and its export; not to be changed."""
    folder = tmp_path_factory.mktemp("whole")
    shutil.copyfile(database_file, folder / "ketamine.db")
    export.export(folder, say=lambda _: None)
    return folder


@pytest.fixture
def exported(whole: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return Path(shutil.copytree(whole, tmp_path / "data"))


def served(local: Any, folder: Path, public: bool = False) -> Any:
    """A site of the database in the folder."""
    return type(local)(folder / "ketamine.db", public=public)


def rows_of(file: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True) as connection:
        return connection.execute(sql).fetchall()


# ------------------------------------------------------------ every page


@pytest.mark.parametrize("profile", ["local", "public"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_are_made_for_people_and_screen_readers(path: str, profile: str, request: Any) -> None:
    """200, one main, one h1, a language, the caution, no script, no inline style, every field labelled."""
    page = request.getfixturevalue(profile).get(path)
    assert page.status_code == 200
    assert '<html lang="en">' in page.text and page.text.count("<main") == 1 and page.text.count("<h1") == 1
    assert "not medical advice" in page.text
    bare = re.sub(r"<pre.*?</pre>", "", page.text, flags=re.S)
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|\ssrc=", bare)
    labelled = set(re.findall(r'<label for="([^"]+)"', page.text))
    assert set(re.findall(r'<(?:input|select|textarea) id="([^"]+)"', page.text)) <= labelled


@pytest.mark.parametrize("profile", ["local", "public"])
@pytest.mark.parametrize("path", PAGES)
def test_links_within_the_site_lead_somewhere(path: str, profile: str, request: Any) -> None:
    """Anchors exist on their page; pages of tables, questions and files answer. Other rooms' pages are theirs to test."""
    site = request.getfixturevalue(profile)
    page = site.get(path).text
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for anchor in re.findall(r'href="#([^"]+)"', page):
        assert anchor in ids, anchor
    ours = ("/ketamine", "/data", "/schema", "/sql", "/downloads", "/notebook")
    for address in {html.unescape(href) for href in re.findall(r'href="(/[^"]*)"', page)}:
        if address.startswith(ours) and address != "/ketamine.db" and "_stream" not in address:
            assert site.get(address.partition("#")[0]).status_code == 200, address


@pytest.mark.parametrize("path", PAGES)
def test_hostile_parameters_change_nothing(path: str, public: Any) -> None:
    """These pages take none; what is sent is neither an error nor shown."""
    response = public.get(f"{path}?sql=<script>alert(1)</script>&x=%00&_size=-1&q=%F0%9F%98%80")
    assert response.status_code == 200 and "alert(1)" not in response.text


# ------------------------------------------------------------ schema


def test_the_schema_page_tells_every_table_column_and_key(local: Any, database_file: Path) -> None:
    """As the file itself has them; each table with its rows, each view with its SQL."""
    page = html.unescape(local.get("/schema").text)
    names = [name for (name,) in rows_of(database_file, "select name from sqlite_master where type = 'table' "
             f"and name not like 'sqlite_%' and name not like '{SEARCH_TABLE}%'")]  # fmt: skip
    assert len(names) >= 44
    for name in names:
        assert f'id="{name}"' in page, name
        (number,) = rows_of(database_file, f"select count(*) from {name}")[0]
        assert f'href="/ketamine/{name}">{number:,} row' in page
        for key in rows_of(database_file, f"pragma foreign_key_list('{name}')"):
            line = f'#{name}">{name}</a></th><td><code>{key[3]}</code></td><td><a href="#{key[2]}">'
            assert line in page, (name, key)
    for name in {*names} - set(diagram.FOLDED):
        section = page.split(f'<section id="table-{name}"')[1].split("</section>")[0]
        for _, column, kind, required, _, primary in rows_of(database_file, f"pragma table_info('{name}')"):
            cells = re.search(rf"<code>{column}</code></td>(.*?)</tr>", section, re.S)
            assert cells and f">{kind.lower()}</td>" in cells[1] and ("primary" in cells[1]) == bool(primary)
            assert (">no</td>" in cells[1]) == bool(required or primary)
    for (view,) in rows_of(database_file, "select name from sqlite_master where type = 'view'"):
        assert f'id="{view}"' in page


def test_the_picture_shows_every_table_once_and_every_key() -> None:
    """Twelve alike are one box; boxes do not overlap, lie within the picture, and lines end at the table they point to."""
    single = [name for column in diagram.LAYOUT for _, names in column for name in names if "<" not in name]
    rows = dict.fromkeys((*diagram.FOLDED, *single), 1)
    keys = [diagram.Key("records", "report_id", "reports"), diagram.Key("reports", "design", "designs"),
            diagram.Key("findings", "outcome_id", "outcomes"), diagram.Key("findings", "drug_id", "drugs"),
            diagram.Key("conditions", "broader", "conditions"), diagram.Key("flow", "source", "sources"),
            diagram.Key("runs", "source", "sources"), diagram.Key("records", "source", "sources")]  # fmt: skip
    picture = diagram.drawn(rows | {"brand_new": 7}, keys)
    boxes = {box.name: box for box in picture.boxes}
    expected = {diagram.FOLDED.get(name, name) for name in rows} | {"brand_new"}
    assert set(boxes) == expected and len(picture.boxes) == len(expected)
    assert "12 alike, 12 rows" in {box.note for box in picture.boxes}
    for box in picture.boxes:
        assert box.x >= 0 and box.right <= picture.width and box.y >= 0 and box.y + box.height <= picture.height
        for other in picture.boxes:
            apart = box.right < other.x or other.right < box.x or box.y + box.height < other.y
            assert box is other or apart or other.y + other.height < box.y, (box.name, other.name)
    assert len(picture.lines) == 7, "two keys of findings share a line"
    assert any(line.title == "findings: outcome_id, drug_id → <dimension>s" for line in picture.lines)
    for line in picture.lines:
        target = boxes[line.title.rpartition("→ ")[2]]
        assert _end(line.path, target), line


def _end(path: str, target: diagram.Box) -> bool:
    """Whether a path of M, H, V, h and v ends on the edge of the box."""
    x = y = 0
    for step, first, second in re.findall(r"([MHVhv]) ?(-?\d+)(?: (-?\d+))?", path):
        x, y = {"M": (int(first), int(second or 0)), "H": (int(first), y), "V": (x, int(first)),
                "h": (x + int(first), y), "v": (x, y + int(first))}[step]  # fmt: skip
    within = target.x <= x <= target.right and target.y <= y <= target.y + target.height
    return within and (x in (target.x, target.right) or y in (target.y, target.y + target.height))


def test_wider_concepts_are_tagged_too(starter: Path) -> None:
    """What the schema page says: a report that studies a concept also carries the concepts above it."""
    for dimension in ("condition", "outcome", "drug", "route", "comparator"):
        table = {"condition": "conditions", "outcome": "outcomes"}.get(dimension, f"{dimension}s")
        missing = f"""select count(*) from report_{table} as tag join {table} as c on c.id = tag.{dimension}_id
            where tag.role = 'studied' and c.broader is not null and not exists (select 1 from report_{table} as above
            where above.report_id = tag.report_id and above.{dimension}_id = c.broader)"""
        assert rows_of(starter / "ketamine.db", missing) == [(0,)], dimension


# ------------------------------------------------------------ worked queries


def test_there_are_twenty_told_in_plain_words() -> None:
    """From simple to hard, each with a question, a reason of one to three sentences, and an end to its rows."""
    queries = worked.queries()
    assert len(queries) == 20 and len({query.id for query in queries}) == 20
    order = [list(worked.LEVELS).index(query.level) for query in queries]
    assert order == sorted(order) and set(order) == {0, 1, 2}
    for query in queries:
        assert query.question.rstrip(".").endswith("?") or "?" in query.question
        assert 1 <= len(re.findall(r"[.?](?:\s|$)", query.why)) <= 3 and len(query.why) > 60
        assert ":" not in re.sub(r"'[^']*'", "", query.sql), f"{query.id} has a parameter"


@pytest.mark.parametrize("query", worked.queries(), ids=lambda query: query.id)
def test_worked_queries_answer_with_the_columns_they_state(query: worked.Worked, local: Any) -> None:
    """On the invented database, by the address that the page links to."""
    answer = local.get("/ketamine.json", params={"sql": query.sql})
    assert answer.status_code == 200, answer.text[:300]
    assert tuple(answer.json()["columns"]) == query.columns and answer.json()["truncated"] is False


@pytest.mark.parametrize("query", worked.queries(), ids=lambda query: query.id)
def test_worked_queries_find_rows_in_the_starter_set(query: worked.Worked, starter: Path) -> None:
    """Within a second of the processor; those that need more than the starter set say what they need."""
    started = time.process_time()
    found = rows_of(starter / "ketamine.db", query.sql)
    assert time.process_time() - started < LONGEST
    assert found if not query.needs else found == [], query.id


def test_worked_queries_that_need_more_find_it(local: Any) -> None:
    """Trials with their dates, as a harvest brings them: NCT90000001 ended in March 2017, published in November."""
    found = rows_of(
        Path(local.datasette.get_database("ketamine").path),
        next(query.sql for query in worked.queries() if query.id == "time-to-publication"),
    )
    assert found[0][:3] == ("2017", 1, 1) and found[1] == ("2015", 1, 0, None)


def test_the_page_shows_the_first_rows_in_both_profiles(starter: Path, local: Any) -> None:
    """The same five rows; only the local profile offers to run them, and those addresses answer."""
    ours, theirs = served(local, starter), served(local, starter, public=True)
    first, second = ours.get("/sql").text, theirs.get("/sql").text
    answers = re.findall(r'<table class="answer">.*?</table>', first, re.S)
    assert answers == re.findall(r'<table class="answer">.*?</table>', second, re.S)
    assert len(answers) == sum(not query.needs for query in worked.queries())
    assert all(1 <= table.count("<tr>") - 1 <= 5 for table in answers)
    runs = re.findall(r'href="(/ketamine\?sql=[^"]+)"', first)
    assert len(runs) == 20 and "sql=" not in second
    assert ours.get(html.unescape(runs[7])).text.count("<tr>") > 5


def test_rows_of_worked_queries_are_escaped(local: Any, tmp_path: Path, database_file: Path) -> None:
    """A title that looks like markup stays a title."""
    shutil.copyfile(database_file, tmp_path / "ketamine.db")
    with sqlite3.connect(tmp_path / "ketamine.db") as connection:
        connection.execute("update reports set title = '<b>x</b>' where retracted")
    page = served(local, tmp_path).get("/sql").text
    assert "&lt;b&gt;x&lt;/b&gt;" in page and "<b>x" not in page


# ------------------------------------------------------------ downloads


def test_without_an_export_the_page_says_what_to_do(local: Any) -> None:
    """The database itself is always there; the command that writes the rest is named."""
    page = local.get("/downloads").text
    assert "harvest export" in page and 'href="/ketamine.db"' in page and "/downloads/" not in page
    assert local.get("/downloads/README.txt").status_code == 404


@pytest.mark.parametrize("public", [False, True])
def test_every_file_is_listed_and_served_whole(public: bool, exported: Path, local: Any) -> None:
    """With its length, a name to save it under and its hash as the tag; asked again with that tag, nothing is sent."""
    site = served(local, exported, public)
    page = site.get("/downloads").text
    assert "older build" not in page
    for path in (exported / export.FOLDER).iterdir():
        assert f'href="/downloads/{path.name}"' in page
        answer = site.get(f"/downloads/{path.name}")
        assert answer.status_code == 200 and answer.content == path.read_bytes()
        assert answer.headers["content-length"] == str(path.stat().st_size)
        assert answer.headers["content-disposition"] == f'attachment; filename="{path.name}"'
        assert answer.headers["x-content-type-options"] == "nosniff"
        again = site.get(f"/downloads/{path.name}", headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304 and again.content == b""
    with zipfile.ZipFile(io.BytesIO(site.get("/downloads/ketamine-csv.zip").content)) as archive:
        assert archive.testzip() is None


@pytest.fixture(scope="module")
def with_secrets(whole: Path, local: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A site in whose folder of downloads lie files that the export did not write."""
    folder = Path(shutil.copytree(whole, tmp_path_factory.mktemp("secrets") / "data"))
    (folder / export.FOLDER / "secret.txt").write_text("secret")
    (folder / export.FOLDER / ".hidden").write_text("secret")
    return served(local, folder, True)


@pytest.mark.parametrize("name", ["ketamine.db", "..", "../ketamine.db", "..%2fketamine.db", "%2e%2e%2fketamine.db",
                                  "secret.txt", ".hidden", "a/../secret.txt", "README.txt%00", "readme.txt", "~2e~2e",
                                  "datapackage.json/..", "x" * 500])  # fmt: skip
def test_nothing_but_the_listed_files_is_served(name: str, with_secrets: Any) -> None:
    """No path leads out of the folder, nor to a file in it that the export did not write."""
    status, _, body = with_secrets.raw(f"/downloads/{name}".encode())
    assert status in {302, 400, 404} and "secret" not in body.replace("secret.txt", "")


@pytest.mark.parametrize("path", ["../ketamine.db", "/etc/hostname", "a/b", "nothing.csv"])
def test_a_list_that_names_other_files_is_not_believed(path: str, exported: Path, local: Any) -> None:
    """A tampered datapackage.json serves nothing at all."""
    listed = exported / export.FOLDER / "datapackage.json"
    package = json.loads(listed.read_text())
    package["resources"][0]["path"] = path
    listed.write_text(json.dumps(package))
    page = served(local, exported).get("/downloads").text
    assert "have not been written" in page and path not in page.replace("/ketamine.db", "")


@pytest.mark.parametrize("damage", ["", "[]", "{}", "{", '{"made_by": "harvest export"}', "\0"])
def test_a_damaged_list_is_no_error(damage: str, exported: Path, local: Any) -> None:
    """The page then says that there is no export."""
    (exported / export.FOLDER / "datapackage.json").write_text(damage)
    assert "have not been written" in served(local, exported).get("/downloads").text


def test_an_export_of_an_older_build_says_so(exported: Path, local: Any) -> None:
    """A copied file is still the same; one that changed is not, even if its size did not."""
    os.utime(exported / "ketamine.db", (1, 1))
    assert "older build" not in served(local, exported).get("/downloads").text
    with sqlite3.connect(exported / "ketamine.db") as connection:
        connection.execute("update reports set sample_size = 31 where id = 'pmid-90000001'")
    os.utime(exported / "ketamine.db", (2, 2))
    page = served(local, exported).get("/downloads").text
    assert "older build" in page and page.count('class="hash"') == page.count("/downloads/") - 3


def test_rights_are_said_and_a_public_copy_serves_no_local_export(exported: Path, local: Any) -> None:
    """The local edition warns; beside a copy made for publication, files with all abstracts are not even listed."""
    assert "do not publish it" in served(local, exported).get("/downloads").text
    with sqlite3.connect(exported / "ketamine.db") as connection:
        connection.execute("update about set value = 'public' where name = 'edition'")
    site = served(local, exported, True)
    assert site.get("/downloads/reports.jsonl.gz").status_code == 404
    page = site.get("/downloads").text
    assert "made for publication" in page and "have not been written" in page


# ------------------------------------------------------------ no row is lost


def test_three_thousand_reports_are_the_same_in_every_format(
    large_site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Datasette's CSV stream and JSON pages, and the files of the export: 3,000 distinct ids, the same ones."""
    monkeypatch.setattr(parquet, "available", lambda: False)  # tests/test_export.py reads Parquet
    site = large_site(3000)
    file = Path(site.datasette.get_database("ketamine").path)
    expected = {id for (id,) in rows_of(file, "select id from reports")}
    stream = site.get("/ketamine/reports.csv?_stream=on&_size=max").text
    pages, address = [], "/ketamine/reports.json?_size=max&_col=title"
    while address:
        answer = site.get(address).json()
        pages += [row[answer["columns"].index("id")] for row in answer["rows"]]
        address = (answer["next_url"] or "").replace("http://localhost", "")
    export.export(file.parent, tmp_path / "out", say=lambda _: None)
    with zipfile.ZipFile(tmp_path / "out" / "ketamine-csv.zip") as archive, archive.open("reports.csv") as raw:
        files = [row["id"] for row in csv.DictReader(tables.text_in(raw))]
    for found in ([row["id"] for row in csv.DictReader(io.StringIO(stream, newline=""))], pages, files):
        assert len(found) == 3000 and set(found) == expected


def test_lists_of_the_starter_set_are_lists_of_words(starter: Path) -> None:
    """The columns that the export unpacks hold JSON arrays of strings, and no other column does."""
    for wanted in tables.exported():
        for field in wanted.fields:
            if field.kind not in {"string", "list"}:
                continue
            array = f'case when json_valid("{field.name}") then json_type("{field.name}") = \'array\' end'
            sql = f'select count("{field.name}"), sum({array}) from "{wanted.name}" where "{field.name}" <> \'\''
            held, arrays = rows_of(starter / "ketamine.db", sql)[0]
            assert (arrays or 0) == (held if field.kind == "list" else 0), f"{wanted.name}.{field.name}"


# ------------------------------------------------------------ notebook


def test_the_page_shows_the_notebook_that_is_downloaded(local: Any) -> None:
    """The same cells, in order; the file is the one in the export."""
    file = local.get("/notebook.ipynb")
    assert file.text == notebook.written() and "attachment" in file.headers["content-disposition"]
    page = local.get("/notebook").text
    code = re.findall(r'<div class="cell code"><pre.*?><code>(.*?)</code></pre></div>', page, re.S)
    shown = [html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in code]
    assert shown == [cell.text.strip() for cell in notebook.CELLS if cell.kind == "code"]


def test_the_notebook_runs_from_top_to_bottom(starter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the folder of the export, beside the built starter set: each step gives rows, none of them empty."""
    pytest.importorskip("pandas", reason="pandas is not installed")
    pytest.importorskip("duckdb", reason="duckdb is not installed")
    pytest.importorskip("pyarrow", reason="pyarrow is not installed: there are no Parquet files to read")
    monkeypatch.chdir(starter / export.FOLDER)
    names: dict[str, Any] = {}
    shown = [_run(cell.text, names) for cell in notebook.CELLS if cell.kind == "code"]
    assert [len(getattr(one, "data", one)) > 0 for one in shown] == [True] * 8
    assert names["counts"].loc["Depression", "all"] > 300
    assert "ptsd" in set(names["places"]["words"].str.casefold())
    assert {"benefit", "no-difference", "harm"} <= set(names["directions"].columns)
    assert list(names["joined"]["held"]) == [True, True, True, False]
    names["connection"].close()


def _run(code: str, names: dict[str, Any]) -> Any:
    """Runs a cell as a notebook does: gives the value of its last expression."""
    *body, last = ast.parse(code).body
    assert isinstance(last, ast.Expr)
    exec(compile(ast.Module(body, []), "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


# ------------------------------------------------------------ data page, code


def test_the_examples_of_the_interface_answer(local: Any) -> None:
    """Three addresses of JSON and one of CSV, as printed, give what is promised."""
    page = local.get("/data").text
    printed = [html.unescape(text) for text in re.findall(r"<dd><a[^>]*><code>(/ketamine[^<]+)</code>", page)]
    assert len(printed) == 3
    assert [row["id"] for row in local.get(printed[0]).json()] == ["pmid-90000010", "pmid-90000003"]
    assert local.get(printed[1]).json()["rows"][0]["title"]
    assert local.get(printed[2]).json()[0]["year"] >= 2020
    assert 'id="sql-editor"' in page


def test_the_public_hub_offers_no_sql_but_says_how_at_home(public: Any) -> None:
    """No box that would be refused."""
    page = public.get("/data").text
    assert "sql-editor" not in page and 'id="home"' in page
    assert 'sqlite3 ketamine.db "select' in re.sub(r"<[^>]+>", "", page)


def test_code_and_words_are_escaped() -> None:
    """Markup within code, strings, comments or Markdown stays text."""
    for language in ("sql", "python", "bash"):
        assert "<b>" not in highlighted("select '<b>' -- <b>\n# <b>", language)
    assert "<b>" not in rendered("a <b>bold</b> [x](javascript:alert(1))\n\n    <b>")
    assert "javascript:" not in re.findall(r'href="([^"]*)"', rendered("[x](javascript:alert(1))"))
    assert database.FILE_NAME == "ketamine.db" and (locations.site() / "worked.yml").is_file()
