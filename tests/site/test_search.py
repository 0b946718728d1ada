"""The search page: what it finds, counts, links to and refuses to be broken by."""

from __future__ import annotations

import csv
import html
import io
import random
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from harvest.search import filters
from harvest.site.pages import help as help_page

MAIN = "pmid-90000001"


@pytest.fixture(scope="module")
def worded(tmp_path_factory: pytest.TempPathFactory, database_file: Path, public: Any) -> Any:
    """The public site with a vocabulary that has synonyms, and as a public copy: the abstract of one report withheld."""
    path = tmp_path_factory.mktemp("worded") / "ketamine.db"
    shutil.copy(database_file, path)
    connection = sqlite3.connect(path)
    connection.execute(
        "update conditions set synonyms = 'TRD; resistant depression' where id = 'treatment-resistant-depression'"
    )
    connection.execute("update reports set abstract = null where id = ?", (MAIN,))
    connection.execute("insert into reports_fts (reports_fts) values ('rebuild')")
    connection.commit()
    connection.close()
    return type(public)(path, public=True)


def ids(site: Any, query: str) -> list[str]:
    """All ids of a search, page after page of its JSON."""
    found: list[str] = []
    path = f"/search.json?{query}"
    while path:
        answer = site.get(path).json()
        found += [one["id"] for one in answer["results"]]
        path = (answer["next"] or "").partition("://")[2].partition("/")[2]
        path = f"/{path}" if path else ""
    assert len(found) == answer["total"] == len(set(found))
    return found


def links(page: str) -> list[str]:
    return [html.unescape(href) for href in re.findall(r'href="([^"]+)"', page)]


# ------------------------------------------------------------ the page


@pytest.mark.parametrize(
    "path",
    ["/search", "/search?q=ketamine", "/search?q=nothingsuch", "/search?q=TRD&condition=depression&year=2015..&sort=oldest",
     "/search?q=is:retracted", "/search?condition=nosuch", "/search?all=outcome&all=years", "/help"],
)  # fmt: skip
def test_made_for_people_and_screen_readers(path: str, public: Any) -> None:
    """One heading, one main part, a title, the caution; nothing inline; every field labelled; ids used once."""
    page = public.get(path)
    assert page.status_code == 200
    assert '<html lang="en">' in page.text and page.text.count("<main") == 1 and page.text.count("<h1") == 1
    assert "not medical advice" in page.text
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|\ssrc=", page.text)
    labelled = set(re.findall(r'<label for="([^"]+)"', page.text))
    for field in re.findall(r"<(?:input|select|textarea)\b[^>]*>", page.text):
        named = re.search(r'\bid="([^"]+)"', field)
        assert 'type="hidden"' in field or "aria-label=" in field or (named and named[1] in labelled), field
    own = re.findall(r'\sid="([^"]+)"', page.text)
    assert len(own) == len(set(own))


def test_the_title_says_the_search_and_the_number(public: Any) -> None:
    """So that a bookmark tells what it is; the feed is announced."""
    page = public.get("/search?q=midazolam&condition=depression").text
    assert "<title>midazolam; condition: Depression: 3 reports</title>" in page
    assert '<link rel="alternate" type="application/atom+xml"' in page
    assert "/search.atom?q=midazolam&amp;condition=depression" in page


def test_without_words_all_reports_the_newest_first(public: Any) -> None:
    """The list of everything; what has no date stands at the end."""
    found = ids(public, "")
    assert found[0] == "pmid-90000010" and found[-1] == "rec-0123456789" and len(found) == 20


def test_pages_follow_each_other(large_site: Any) -> None:
    """Each page leads to the next and back; a page beyond the end is the last one; no report twice."""
    site = large_site(60)
    page = site.get("/search?condition=depression").text
    assert 'rel="next"' in page and 'rel="prev"' not in page
    last = site.get("/search?condition=depression&page=99999999999999999999").text
    assert last.count('class="result"') == 25  # not a number that is read: the first page
    last = site.get("/search?condition=depression&page=99").text
    assert 'rel="next"' not in last and 'rel="prev"' in last and "page 3 of 3" in last
    assert 'start="51"' in last
    assert len(ids(site, "condition=depression")) == 60


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=midazolam", {MAIN, "nct-90000001", "doi-aaaaaaaaaa"}),
        ("q=midazolam&year=2016..2017", {"nct-90000001", "doi-aaaaaaaaaa"}),
        ("q=midazolam&kind=preprint&kind=registry-entry", {"nct-90000001", "doi-aaaaaaaaaa"}),
        ("condition=depression&design=rct", {MAIN}),
        ("condition=depression&condition=ptsd&n=10..&sort=largest", {"pmid-90000010", MAIN, "pmid-90000002"}),
        ("drug=ketamine&retracted=yes", {"pmid-90000003"}),
        ("condition=ptsd&retracted=no", {"pmid-90000010"}),
        ("setting=inpatient", {MAIN}),
        ("condition=chronic-pain", {"pmid-90000004"}),  # another report only mentions it
        ("q=Brightwater", {MAIN}),
        ("q=10.5555/INV.1", {MAIN}),
        ("condition=nosuch", set()),
        ("condition=nosuch&condition=ptsd", {"pmid-90000010", "pmid-90000003"}),
        ("year=nonsense", set()),
    ],
)
def test_filters_keep_just_these(query: str, expected: set[str], public: Any) -> None:
    """Values of one filter: any; different filters: all; what cannot be read: none."""
    assert set(ids(public, query)) == expected


def test_a_filter_that_cannot_be_read_says_so(public: Any) -> None:
    """Loudly, with the way out."""
    page = public.get("/search?condition=nosuch").text
    assert "There is no condition called nosuch here" in page and "0 reports" in page


STATES = ["", "q=ketamine", "q=depression&condition=depression", "year=2015..2022&kind=article", "q=ketamine&direction=mixed",
          "drug=ketamine&drug=esketamine", "q=ketamine&expand=off&retracted=no"]  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_the_number_beside_a_filter_is_what_a_click_gives(state: str, public: Any) -> None:
    """Every link of every filter: where none of its values was chosen, the number of reports that the click leads to."""
    answer = public.get(f"/search.json?{state}").json()
    page = public.get(f"/search?{state}").text
    rows = re.findall(
        r'<li>\s*<a href="(/search\?[^"]*)" rel="nofollow">([^<]*)</a>\s*<span class="number">([\d,]+)</span></li>',
        page,
    )
    assert len(rows) > 5
    followed = 0
    for href, label, number in rows:
        query = html.unescape(href).partition("?")[2]
        (name,) = {part.partition("=")[0] for part in query.split("&")} - {
            part.partition("=")[0] for part in state.split("&")
        } or {""}
        if name:
            found = public.get(f"/search.json?{query}&size=1")
            assert found.status_code == 200, found.text
            assert found.json()["total"] == int(number.replace(",", "")), (href, label)
            followed += 1
    assert followed > 5
    assert answer["total"] == len(ids(public, state))


@pytest.mark.parametrize("name", ["condition", "kind", "year", "drug"])
def test_the_count_of_a_value_leaves_its_own_filter_out(name: str, public: Any) -> None:
    """With one value chosen, the others still say what they alone would give."""
    first = public.get("/search.json?q=ketamine").json()["facets"][name]
    chosen = first[0]["value"]
    again = public.get(f"/search.json?q=ketamine&{urlencode({name: chosen})}").json()["facets"][name]
    assert {one["value"]: one["count"] for one in again} == {one["value"]: one["count"] for one in first}
    assert [one["value"] for one in again if one["chosen"]] == [chosen]


def test_a_chosen_value_can_be_let_go(public: Any) -> None:
    """Its link, in the list and as a chip, leads to the search without it; back on the first page."""
    page = public.get("/search?q=ketamine&condition=ptsd&kind=article&page=2").text
    chips = re.findall(r'<a class="chip" href="([^"]+)" aria-label="Remove the filter ([^"]+)">', page)
    assert [(html.unescape(href), label) for href, label in chips] == [
        ("/search?q=ketamine&kind=article", "condition: Post-traumatic stress disorder"),
        ("/search?q=ketamine&condition=ptsd", "kind: Article"),
    ]
    assert 'aria-label="Do not filter by Post-traumatic stress disorder"' in page
    assert "/search?q=ketamine" in links(page)


def test_show_all_of_a_filter_has_its_own_parameter(large_site: Any, public: Any) -> None:
    """Long lists are cut; `all=years` shows every year."""
    short = public.get("/search").text
    whole = public.get("/search?all=years").text
    assert "show all, " in short and "all=years" in short
    assert whole.count('<span class="number">') > short.count('<span class="number">')


# ------------------------------------------------------------ results


def test_retracted_and_concerned_reports_cannot_be_missed(public: Any) -> None:
    """In words, at the top of the result."""
    page = public.get("/search?q=withdrawn").text
    assert '<strong>RETRACTED</strong> <span class="small">stated by crossref, pubmed</span>' in page
    assert 'class="result is-retracted"' in page
    page = public.get("/search?q=concerned").text
    assert "<strong>EXPRESSION OF CONCERN</strong>" in page and 'class="result is-concern"' in page
    assert "RETRACTED" not in public.get("/search?q=midazolam").text


def test_a_digest_is_called_a_digest(public: Any) -> None:
    """Its words are ours, and every piece of it says so; an abstract's are not."""
    page = public.get("/search?q=saline").text
    assert re.search(r'class="chip own"[^>]*>our digest</a> .*<mark>saline</mark>', page)
    assert "our digest</a>" not in public.get("/search?q=scale").text


def test_words_are_marked_and_markup_is_not(public: Any) -> None:
    """In the title and the text; a title that is markup stays text."""
    page = public.get("/search?q=midazolam+dissociation").text
    assert "<mark>Midazolam</mark>-controlled" in page and "<mark>Dissociation</mark> was brief" in page
    page = public.get("/search?q=pmid:90000007").text
    assert "&lt;b&gt;x&lt;/b&gt;" in page and "<b>" not in page and "<script" not in page


def test_facts_of_a_result(public: Any) -> None:
    """Authors, journal, year, design, size, direction, conditions and outcomes, each as text or link."""
    page = public.get("/search?q=Brightwater").text
    for words in ("Brightwater A, Ó Súilleabháin B", "Invented Journal", "<span>2018</span>", "Randomised controlled trial",
                  "30 people", 'class="direction benefit"', ">Treatment-resistant depression</a>", ">Dissociation</a>"):  # fmt: skip
        assert words in page, words
    assert f'href="/ketamine/reports/{MAIN}"' in page
    assert ">Depression</a> <a" not in page  # the wider condition is left out beside the narrower


def test_selected_and_all_results_can_be_cited(public: Any) -> None:
    """A box for each report in a form to /cite; all of them by the search itself."""
    page = public.get("/search?q=midazolam&sort=oldest").text
    form = re.search(r'<form class="pick" action="/cite" method="get">.*?</form>', page, re.S)
    assert form and sorted(re.findall(r'name="id" value="([^"]+)"', form[0])) == sorted(ids(public, "q=midazolam"))
    assert "/cite?q=midazolam&sort=oldest" in links(page)


def test_expansion_is_shown_and_can_be_switched_off(worded: Any) -> None:
    """TRD finds the tagged report, says so, and `expand=off` finds the word only; the form keeps the choice."""
    page = worded.get("/search?q=TRD").text
    assert "“TRD” was searched also as" in page and "which adds 1 report." in page
    assert "/search?q=TRD&expand=off" in links(page)
    assert ids(worded, "q=TRD") == [MAIN] and ids(worded, "q=TRD&expand=off") == []
    off = worded.get("/search?q=TRD&expand=off").text
    assert "searched also" not in off and re.search(r'name="expand" value="off" checked', off)


def test_a_withheld_abstract_is_no_error(worded: Any) -> None:
    """In a public copy the words are gone; the tags still find the report, and it says where to read it."""
    page = worded.get("/search?q=TRD").text
    assert "The abstract may not be shown here; read it at" in page
    assert 'href="https://pubmed.ncbi.nlm.nih.gov/90000001/"' in page


def test_where_nothing_is_found_it_says_what_to_do(public: Any) -> None:
    """What was meant, which word or filter to leave out, with the number each gives; where else to look."""
    page = public.get("/search?q=midazolan+trial&condition=depression").text
    assert "Did you mean" in page and "/search?q=midazolam+trial&condition=depression" in links(page)
    assert re.search(r'Without\s+<a href="[^"]+">midazolan</a>\s+<span class="number">1 report', page)
    page = public.get("/search?q=midazolan&condition=ptsd").text
    assert 'href="/search?q=midazolam"' in page and "3 reports without the filters" in page
    page = public.get("/search?q=midazolam&condition=ptsd").text
    assert re.search(
        r'Without the filter <a href="/search\?q=midazolam">[^<]+</a>\s+<span class="number">3 reports', page
    )
    page = public.get("/search?q=pmid:12345").text
    assert "is not held here" in page and "https://pubmed.ncbi.nlm.nih.gov/12345/" in page
    page = public.get("/search?q=doi:10.5555/none%23such").text
    assert 'href="https://doi.org/10.5555/none%23such"' in page


def test_a_question_not_read_as_typed_says_so(public: Any) -> None:
    """Gently, above the results."""
    page = public.get("/search?q=year:abc+OR+ketamine").text
    assert "year:abc was read as words." in page and "Read as: (year AND abc) OR ketamine" in page
    assert "all reports are shown" in public.get("/search?q=***").text
    assert "Read as" not in public.get("/search?q=ketamine+pain").text


# ------------------------------------------------------------ other formats


def test_json_has_everything_of_the_page(public: Any) -> None:
    """The question as read, what was widened, counts, results, the next page."""
    answer = public.get("/search.json?q=condition:ptsd+-nothing&sort=largest&size=1").json()
    assert answer["query"]["read_as"] == "condition is Post-traumatic stress disorder AND NOT nothing"
    assert answer["total"] == 2 and answer["pages"] == 2 and answer["previous"] is None and "page=2" in answer["next"]
    result = answer["results"][0]
    assert result["id"] == "pmid-90000010" and result["conditions"] == ["ptsd"] and result["retracted"] is False
    assert set(answer["facets"]) == {*filters.NAMES, "years"}
    assert answer["facets"]["retracted"] == [
        {"value": "yes", "label": "Yes", "count": 1, "chosen": False}, {"value": "no", "label": "No", "count": 1, "chosen": False}]  # fmt: skip


def test_csv_has_every_result_in_order(large_site: Any, public: Any) -> None:
    """More than one page, each report once; what stands in cells is what stands in the table."""
    site = large_site(60)
    rows = list(csv.DictReader(io.StringIO(site.get("/search.csv?condition=depression&sort=oldest").text)))
    assert [row["report_id"] for row in rows] == ids(site, "condition=depression&sort=oldest")
    (row,) = csv.DictReader(io.StringIO(public.get("/search.csv?q=Brightwater").text))
    assert row["conditions"] == "depression; treatment-resistant-depression" and row["sample_size"] == "30"
    assert row["page"] == f"http://localhost/ketamine/reports/{MAIN}" and "abstract" not in row


@pytest.mark.parametrize(
    ("extension", "sign"),
    [("ris", "^ER  -"), ("bib", "^@"), ("csljson", '"id":'), ("nbib", "^TI  -"), ("atom", "<entry>")],
)
def test_reference_managers_and_feeds_get_all(extension: str, sign: str, public: Any) -> None:
    """As many as were found."""
    answer = public.get(f"/search.{extension}?q=midazolam")
    assert answer.status_code == 200 and len(re.findall(sign, answer.text, re.MULTILINE)) == 3


def test_unknown_formats_are_not_there(public: Any) -> None:
    """404, plainly."""
    assert public.get("/search.xml?q=x").status_code == 404


def test_help_examples_are_read_as_meant(public: Any) -> None:
    """Every example is a link to a search that answers; fields that need no vocabulary are read without complaint."""
    page = public.get("/help").text
    for section in help_page.SECTIONS:
        for example in section.examples:
            assert f"/search?{urlencode({'q': example.query})}" in links(page), example.query
            answer = public.get(f"/search.json?{urlencode({'q': example.query, 'size': 1})}")
            assert answer.status_code == 200
    for query in ("title:bladder", "n:>100", "is:retracted", "year:2015..2020"):
        assert public.get(f"/search.json?{urlencode({'q': query})}").json()["query"]["notes"] == []


# ------------------------------------------------------------ hostile


PARTS = ["\"", "'", "<script>alert(1)</script>", "<b>x", "\"><img src=x onerror=alert(1)>", "{{7*7}}", "{% raw %}", "%00", "\0", "\x02",
         "\ud7ff", "😀", "日本語", "(((((", ")))))", "OR OR", "NOT NOT", "-", "--", "*", "a*", "title:", "year:..", "n:>", "condition:",
         "is:x", "1e999", "9" * 40, "NEAR(a b, 2)", "^ketamine", "a AND", "col:x", "'; drop table reports;--", "\\", "//", "../../etc",
         "javascript:alert(1)", "ketamine", "TRD", "pmid:", "doi:10.", "10.5555/\"><script>", "İ", "ﷺ", "x" * 500, "\u202e", "&amp;",
         "%3Cscript%3E", "year:2015..", "${7*7}", "\t\n", "journal:\"", "\u0301", "|", "||", ":", "::", "http://evil.example/"]  # fmt: skip
NAMES = ["q", "q", "q", "sort", "expand", "page", "all", "size", "_x", "id", *filters.NAMES]


def hostile(number: int) -> Iterator[str]:
    """Searches as nobody should send them; always the same ones."""
    chance = random.Random(5)
    for _ in range(number):
        pairs = [
            (chance.choice(NAMES), chance.choice(["", " "]).join(chance.choices(PARTS, k=chance.randint(1, 6))))
            for _ in range(chance.randint(1, 5))
        ]
        yield urlencode(pairs)


def test_hostile_searches_break_nothing(public: Any) -> None:
    """300 pages: no server error, no traceback, nothing of what was sent comes back as markup."""
    for query in hostile(300):
        answer = public.get(f"/search?{query}")
        assert answer.status_code == 200, query
        assert not re.search(
            r"<script|<img|<b>|onerror=[^&]*>|Traceback|sqlite3|OperationalError|49\b(?=</)", answer.text
        ), query


@pytest.mark.parametrize("extension", ["json", "csv", "atom", "ris"])
def test_hostile_searches_break_no_format(extension: str, public: Any) -> None:
    """The same for programs."""
    for query in hostile(25):
        assert public.get(f"/search.{extension}?{query}").status_code == 200, query


@pytest.mark.parametrize(
    "query", [b"q=%FF%FE", b"q=%", b"%ff=%ff", b"q=%00", b"=", b"&&&", b"q", b"q=a;b=c", b"year=%F0%9F%98%80"]
)
def test_bytes_that_are_no_text_break_nothing(query: bytes, public: Any) -> None:
    """Query strings that no browser sends."""
    assert public.raw(b"/search", query)[0] == 200


def test_many_words_and_filters_are_answered(public: Any) -> None:
    """A pasted page of text, and three hundred values of a filter."""
    assert public.get("/search?" + urlencode({"q": "ketamine depression OR pain " * 100})).status_code == 200
    assert public.get("/search?" + urlencode([("condition", f"c{n}") for n in range(300)])).status_code == 200


def test_a_search_that_takes_too_long_is_answered(public: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """In words, and not as a fault of the server."""
    from harvest.site import web
    from harvest.site.search import found

    def slow(*arguments: Any) -> Any:
        raise web.TooSlow("This search took too long; try fewer words.")

    monkeypatch.setattr(found, "answer", slow)
    for path in ("/search?q=slow1", "/search.json?q=slow2"):
        answer = public.get(path)
        assert answer.status_code == 400 and "took too long" in answer.text


def test_a_database_that_is_written_to_is_read_anew(database_file: Path, tmp_path: Path, public: Any) -> None:
    """Served as mutable, the search finds what was changed since."""
    path = tmp_path / "ketamine.db"
    shutil.copy(database_file, path)
    site = type(public)(path)
    site.datasette.databases["ketamine"].is_mutable = True
    assert ids(site, "condition=ptsd&n=1000..") == []
    connection = sqlite3.connect(path)
    connection.execute("update reports set sample_size = 2000 where id = 'pmid-90000010'")
    connection.commit()
    connection.close()
    assert ids(site, "condition=ptsd&n=1000..") == ["pmid-90000010"]
