"""Citing on the site: pages of references, files of everything, and what they do with odd wishes."""

from __future__ import annotations

import asyncio
import html
import json
import re
import time
from typing import Any
from urllib.parse import quote

import bibtexparser
import pytest
import rispy

from harvest import database
from harvest.cite.formats import FORMATS
from harvest.cite.styles import STYLES
from harvest.schema import DIMENSIONS
from harvest.site import exports, web
from harvest.site.pages import cite
from harvest.site.report import cited

FIRST = "pmid-90000001"


def ids_in(text: str, extension: str) -> list[str]:
    """The reports of a file, counted by what the format calls the beginning of one."""
    if extension == "csljson":
        return [item["id"] for item in json.loads(text)]
    pattern = {"ris": r"^ID  - (.*)$", "bib": r"^@\w+\{(.*),$", "nbib": r"^(?:TI|BTI) +- (.*)$"}[extension]
    return re.findall(pattern, text, re.MULTILINE)


# ------------------------------------------------------------ the page


@pytest.mark.parametrize("style", STYLES)
def test_a_page_shows_the_references_in_every_style(style: str, public: Any) -> None:
    """Chosen by id; with the menu at that style, files of the same reports, and a link to each report."""
    page = public.get(f"/cite?id={FIRST}&id=pmid-90000002&style={style}")
    assert page.status_code == 200 and page.text.count('class="reference"') == 2
    assert f'<option value="{style}" selected>' in page.text
    assert f'href="/cite.ris?id={FIRST}&amp;id=pmid-90000002"' in page.text
    assert f'href="/ketamine/reports/{FIRST}"' in page.text


def test_pages_are_made_for_people_and_screen_readers(public: Any) -> None:
    """One heading, one main, every field labelled, no script or style but the site's files."""
    for path in ("/cite", f"/cite?id={FIRST}", "/cite?ids=nosuch", "/cite?ids=90000001,nosuch&style=apa"):
        page = public.get(path).text
        assert page.count("<h1") == 1 and page.count("<main") == 1 and re.search(r"<title>[^<]{5,}</title>", page)
        assert "not medical advice" in page and not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
        assert re.findall(r"<script[^>]*>", page) == ['<script src="/static/copy.js" defer>']
        labelled = set(re.findall(r'<label for="([^"]+)"', page))
        for field in re.findall(r"<(?:input|select|textarea)\b[^>]*>", page):
            named = re.search(r'\bid="([^"]+)"', field)
            assert 'type="hidden"' in field or (named and named[1] in labelled), field


def test_numbers_of_any_sort_are_found_and_the_rest_is_named(public: Any) -> None:
    """PMID, DOI, an id that was merged away; what is not held stands above the list."""
    page = public.get("/cite?ids=" + quote("90000002, doi:10.5555/INV.1\ndoi-bbbbbbbbbb; 123 <b>x</b>")).text
    assert page.count('class="reference"') == 2, "the DOI and the merged id name one report"
    missing = page.partition("Not in this database")[2].partition("</div>")[0]
    assert "<code>123</code>" in missing and "<code>&lt;b&gt;x&lt;/b&gt;</code>" in missing
    assert page.index("Suicidal ideation") < page.index("Midazolam-controlled")


def test_retracted_reports_say_so_in_the_reference_and_beside_it(public: Any) -> None:
    """The word goes with a copy of the text, and is seen by who only looks."""
    page = public.get("/cite?id=pmid-90000003&id=pmid-90000004").text
    assert "[Retracted]" in page and '<strong class="alarm">Retracted.</strong>' in page
    assert "[Expression of concern published]" in page and "Expression of concern.</strong>" in page


def test_hostile_reports_are_escaped(public: Any) -> None:
    """Markup in titles, journals, DOIs and names stays text, in every style."""
    for style in STYLES:
        page = public.get(f"/cite?id=pmid-90000007&style={style}").text
        assert "&lt;b&gt;x&lt;/b&gt;" in page.casefold() and "<b>x" not in page
        assert "alert(1)</script>" not in page and "javascript:" not in page
        addresses = re.findall(r'href="([^"]*)"', page)
        assert all(address.startswith(("/", "https://", "#")) for address in addresses)


def test_the_text_of_a_page(public: Any) -> None:
    """Numbered in Vancouver, sorted and without numbers in APA; plain text, not for framing as HTML."""
    answer = public.get(f"/cite.txt?id={FIRST}&id=pmid-90000002")
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    assert lines[0].startswith("1. Brightwater A. Midazolam-controlled") and lines[1].startswith("2. Suicidal ideation")
    assert public.get(f"/cite.txt?id=pmid-90000002&id={FIRST}&style=apa").text.startswith("Brightwater")


def test_long_lists_have_pages(public: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers go on; a page that is too far is the last one."""
    monkeypatch.setattr(cite, "PAGE", 2)
    address = "/cite?ids=90000001+90000002+90000003+90000004+90000005"
    first, second, last = (public.get(f"{address}&page={number}").text for number in (1, 2, 99999))
    assert '<ol start="1">' in first and '<ol start="3">' in second and '<ol start="5">' in last
    assert "page=2" in first and "Next page" not in last and "1 to 2 of 5" in first
    assert public.get(f"{address.replace('cite', 'cite.txt')}&page=3").text.startswith("5. ")


@pytest.mark.parametrize(
    "query",
    ["page=x", "page=²", "page=-1", "page=9" * 9, "style=nosuch", "style=%00", "ids=%00", "ids=%FF%FE", "ids=,;,;", "id=",
     "ids=" + "1," * 3000, "ids=" + "%F0%9F%98%80" * 50, "ids=%3Cscript%3E", "id=../../x", "ids=10.1/%0d%0ax", "_next=1"],
)  # fmt: skip
@pytest.mark.parametrize("extension", ["", ".txt", ".ris", ".bib", ".csljson", ".nbib"])
def test_odd_wishes_are_answered(query: str, extension: str, public: Any) -> None:
    """Never a server error, never reflected markup."""
    answer = public.get(f"/cite{extension}?{query}")
    assert answer.status_code == 200 and "<script>" not in answer.text


def test_unknown_formats_are_not_found(public: Any) -> None:
    """Only the formats there are."""
    assert public.get(f"/cite.pdf?id={FIRST}").status_code == 404


def test_a_search_can_be_cited(public: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parameters of the search reach it as they are; the page and its files hold what it finds, in its order."""
    from types import SimpleNamespace

    asked: list[Any] = []

    async def find(datasette: Any, pairs: Any) -> Any:
        asked.append(list(pairs))
        return SimpleNamespace(ids=["pmid-90000002", FIRST], total=2, title="Reports on <depression>")

    monkeypatch.setattr(cite, "find", find)
    page = public.get("/cite?condition=depression&year=2015..2021&style=ama&page=1").text
    assert asked == [[("condition", "depression"), ("year", "2015..2021")]]
    assert "Reports on &lt;depression&gt;" in page and page.index("Suicidal") < page.index("Midazolam")
    assert 'href="/search?condition=depression&amp;year=2015..2021"' in page
    found = ids_in(public.get("/cite.ris?condition=depression").text, "ris")
    assert found == ["pmid-90000002", FIRST]


def test_the_sites_own_search_is_cited(public: Any) -> None:
    """What /search finds, /cite lists, by author or in the order of the search."""
    found = ids_in(public.get("/search.ris?condition=depression").text, "ris")
    assert len(found) > 2 and ids_in(public.get("/cite.ris?condition=depression").text, "ris") == found
    page = public.get("/cite?condition=depression").text
    assert page.count('class="reference"') == len(found)


def test_how_to_cite_one_report(public: Any) -> None:
    """All styles, all files. The block for the page of a report shows them without script."""
    run = public._loop.run_until_complete
    run(public.datasette.invoke_startup())
    row = run(web.first(public.datasette, "select * from reports where id = :id", {"id": FIRST}))
    made = run(cite.how_to_cite(row, run(cited.authors(public.datasette, FIRST))))
    assert [style["id"] for style in made["styles"]] == list(STYLES)
    assert [file["address"] for file in made["downloads"]] == [f"/cite.{name}?id={FIRST}" for name in FORMATS]
    block = run(public.datasette.render_template("_cite.html", {"cite": made}))
    assert block.count("<details") == 6 and block.count(" open>") == 1 and made["styles"][0]["html"] in block


# ------------------------------------------------------------ files


def test_files_have_their_types_and_names(public: Any) -> None:
    """What browsers and reference managers go by."""
    for extension, chosen in FORMATS.items():
        answer = public.get(f"/cite.{extension}?id={FIRST}")
        assert answer.headers["content-type"] == f"{chosen.media}; charset=utf-8"
        assert answer.headers["content-disposition"] == f'attachment; filename="ketamine-reports.{extension}"'
        assert len(ids_in(answer.text, extension)) == 1


@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("reports", 20), ("reports?_condition=depression", 5), ("reports?_size=2&_sort=sort_key", 20),
        ("reports?_search=esketamine", 1), ("reports?_col=title", 20), ("report_conditions?role=studied", 8),
        ("report_conditions?_size=1", 8), ("findings", 2), ("authors", 1), ("finding_text", 2), ("evidence_text?_size=1", 1),
        ("harms_by_report?_size=3", 20), ("search?q=suicidal", 1), ("newest", 20), ("possible_duplicates", 2),
        ("reports/pmid-90000002", 1),
    ],
)  # fmt: skip
def test_every_list_that_names_reports_can_be_exported(extension: str, path: str, expected: int, public: Any) -> None:
    """Tables, views, queries and single rows: each report of all filtered rows once, whatever the size of a page."""
    name, _, query = path.partition("?")
    found = ids_in(public.get(f"/ketamine/{name}.{extension}?{query}").text, extension)
    assert len(found) == expected and (extension == "nbib" or len(set(found)) == expected)


def test_a_later_page_exports_everything_too(public: Any) -> None:
    """The links on page two must not leave out page one."""
    page = public.get("/ketamine/reports?_size=7")
    later = html.unescape(re.search(r'href="([^"]*_next=[^"]*)"', page.text)[1])  # type: ignore[index]
    link = re.search(r'href="([^"]*reports\.ris[^"]*)"', public.get(later.replace("http://localhost", "")).text)
    assert link and "_next" in link[1]
    assert len(set(ids_in(public.get(html.unescape(link[1])).text, "ris"))) == 20


def test_reports_keep_the_order_of_the_rows(public: Any) -> None:
    """As sorted on the page."""
    for sort in ("_sort=sort_key", "_sort_desc=sort_key", "_sort=id"):
        rows = public.get(f"/ketamine/reports.json?{sort}&_shape=array&_size=max&_col=title").json()
        assert ids_in(public.get(f"/ketamine/reports.ris?{sort}").text, "ris") == [row["id"] for row in rows]


def test_formats_are_offered_where_rows_name_reports_and_nowhere_else(local: Any) -> None:
    """By their names; asked for elsewhere, they are refused with a sentence."""
    for path in ("reports", "findings", "newest", "reports?_size=1"):
        page = local.get(f"/ketamine/{path}").text
        assert all(f">{found.label}</a>" in page for found in FORMATS.values()), path
    for path in ("conditions", "studies", "by_year", "sources"):
        assert ">BibTeX</a>" not in local.get(f"/ketamine/{path}").text
        refused = local.get(f"/ketamine/{path}.ris")
        assert refused.status_code == 400 and "name no reports" in refused.text


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select id from reports order by id limit 3", 3),
        ("select report_id from report_conditions -- a comment", 8),
        ("select id from reports where id = :id;", 1),
        (
            "with r as (select id as report_id from reports) select r.report_id, r.report_id as other_report_id from r",
            20,
        ),
        ("select report_id, report_id from findings", 2),
        ("select 'nosuch' as report_id", 0),
    ],
)
def test_ones_own_sql_can_be_exported(sql: str, expected: int, local: Any, public: Any) -> None:
    """Any select with a column of report ids, without the limit of rows on a page; the public profile runs none."""
    address = f"/ketamine.ris?sql={quote(sql)}&id={FIRST}"
    assert len(ids_in(local.get(address).text, "ris")) == expected
    assert public.get(address).status_code == 403


@pytest.mark.parametrize("sql", ["select 1 as id", "select 'x' as title", "select report_id from nosuch", "select ("])
def test_sql_without_reports_is_refused(sql: str, local: Any) -> None:
    """A message, not a server error."""
    assert local.get(f"/ketamine.bib?sql={quote(sql)}").status_code == 400


def test_files_read_back(public: Any) -> None:
    """Independent readers find every report of the table, the hostile ones too."""
    assert len(rispy.loads(public.get("/ketamine/reports.ris").text)) == 20
    library = bibtexparser.parse_string(public.get("/ketamine/reports.bib").text)
    assert len(library.entries) == 20 and not library.failed_blocks


def test_a_file_that_fails_later_breaks_off(public: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of a file must not look like the whole of it: the error goes on to the server, which cuts the connection."""
    monkeypatch.setattr(exports, "BATCH", 5)
    calls = 0

    async def answers(*_: Any) -> dict[str, list[Any]]:
        nonlocal calls
        calls += 1
        if calls > 2:
            raise exports.web.TooSlow("too slow")
        return {"reports": [{"id": f"pmid-{n}", "kind": "article"} for n in range(20)], "authors": []}

    monkeypatch.setattr(exports.together, "answers", answers)
    monkeypatch.setattr(exports, "PAUSE", 0)
    response = exports.response(public.datasette, [f"pmid-{n}" for n in range(20)], "ris")
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    with pytest.raises(exports.web.TooSlow):
        asyncio.new_event_loop().run_until_complete(response.asgi_send(send))
    assert sent[0]["type"] == "http.response.start" and all(message.get("more_body") for message in sent[1:])


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory, public: Any) -> Any:
    """The public site of 30,000 reports of two years, with two authors each, and without tags, which no file holds."""
    path = tmp_path_factory.mktemp("cited") / "ketamine.db"
    arrays = dict.fromkeys((name for name in DIMENSIONS.values() if name != "designs"), "[]")
    common = arrays | {"kind": "article", "retracted": 0, "concern": 0, "corrected": 0, "abstract_open": 0,
                       "sources": "[]", "records": 1, "journal": "Equal", "volume": "1"}  # fmt: skip
    rows = [
        common | {"id": f"pmid-{number}", "pmid": str(number), "title": f"Invented report {number}",
                  "year": 2018 + number % 2, "sort_key": f"{2018 + number % 2}|pmid-{number}"}
        for number in range(10_000_000, 10_030_000)
    ]  # fmt: skip
    with database.building(path) as db:
        database.insert(db, "reports", database.rows_of("reports", rows))
        database.insert(
            db, "authors", ((row["id"], n, "Marsh A", "Marsh", "Ada", None, 0) for row in rows for n in (1, 2))
        )
        database.insert(db, "identifiers", (("pmid", row["pmid"], row["id"]) for row in rows))
        database.finish(db)
    return type(public)(path, public=True)


@pytest.mark.parametrize("extension", FORMATS)
def test_thirty_thousand_reports_are_thirty_thousand_in_the_file(extension: str, large: Any) -> None:
    """In the public profile with its limits: each report once, however many rows a page has."""
    found = ids_in(large.get(f"/ketamine/reports.{extension}?_nofacet=1").text, extension)
    assert len(found) == len(set(found)) == 30_000


def test_a_page_of_references_is_fast_once_warm(large: Any) -> None:
    """Fifty references out of 30,000 reports; the limit is wide, since the machine may be busy."""
    address = "/cite?ids=" + "+".join(str(10_000_000 + number) for number in range(50))
    assert large.get(address).text.count('class="reference"') == 50
    started = time.process_time()
    large.get(address)
    assert time.process_time() - started < 0.2
