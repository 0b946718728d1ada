"""Atom feeds: valid by RFC 4287, the same for the same data, stable across hosts, and nobody's abstract in them."""

from __future__ import annotations

import re
import shutil
import sqlite3
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from datasette.utils.asgi import Request
from lxml import etree

from harvest.site import feeds
from harvest.site.pages import feeds as page_of_feeds

ATOM = "{http://www.w3.org/2005/Atom}"
ODD = 'bell\x07 null\x00 escape\x1b half\ud800 end\uffff vertical\x0b <b>bold</b> & "quoted" ]]> 日本語 😀'


def parsed(text: str) -> Any:
    """The feed, after proving what RFC 4287 asks of every feed and entry (sections 4.1.1, 4.1.2)."""
    feed = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False))
    assert feed.tag == f"{ATOM}feed"
    _proved(feed)
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links.keys() == {"self", "alternate"}
    entries = feed.findall(f"{ATOM}entry")
    for entry in entries:
        _proved(entry)
        link = entry.find(f"{ATOM}link")
        assert link.get("rel") == "alternate" and link.get("href").startswith("http")
        assert len(entry.findall(f"{ATOM}summary")) == 1 and len(entry.findall(f"{ATOM}published")) <= 1
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids)) <= feeds.MOST
    assert feed.find(f"{ATOM}author/{ATOM}name").text, "for the entries without authors of their own"
    return feed


def _proved(element: Any) -> None:
    for name in ("id", "title", "updated"):
        assert len(element.findall(f"{ATOM}{name}")) == 1 and element.findtext(f"{ATOM}{name}"), name
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", element.findtext(f"{ATOM}id"))
    for name in ("updated", "published"):
        for moment in element.findall(f"{ATOM}{name}"):
            assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+00:00", moment.text)
            assert datetime.fromisoformat(moment.text)
    assert all(author.findtext(f"{ATOM}name") for author in element.findall(f"{ATOM}author"))


def entries(feed: Any) -> dict[str, Any]:
    """Report id -> entry, in the order of the feed."""
    return {entry.find(f"{ATOM}link").get("href").rpartition("/")[2]: entry for entry in feed.findall(f"{ATOM}entry")}


@pytest.fixture
def changed(local: Any, database_file: Path, tmp_path: Path) -> Any:
    def serve(*statements: tuple[str, list[Any]]) -> Any:
        path = tmp_path / "ketamine.db"
        shutil.copyfile(database_file, path)
        with sqlite3.connect(path) as db:
            for sql, values in statements:
                db.execute(sql, values)
        return type(local)(path, public=True)

    return serve


# ------------------------------------------------------------ form


def test_tables_and_filters_are_feeds(public: Any) -> None:
    """With the type of Atom, the newest report first, of the same reports as the page."""
    answer = public.get("/ketamine/reports.atom?_condition=depression")
    assert answer.status_code == 200 and answer.headers["content-type"] == feeds.TYPE
    found = list(entries(parsed(answer.text)))
    rows = public.get("/ketamine/reports.json?_condition=depression&_shape=array&_col=id").json()
    assert found == [row["id"] for row in rows] and len(found) == 5


def test_every_canned_query_that_names_reports_is_a_feed(public: Any) -> None:
    """Its page offers the feed and links it for feed readers; the others refuse in words."""
    fed = 0
    for name, query in public.metadata["databases"]["ketamine"]["queries"].items():
        asked = "?" + urlencode(query["example"]) if query.get("example") else ""
        page, answer = public.get(f"/ketamine/{name}{asked}"), public.get(f"/ketamine/{name}.atom{asked}")
        offered = 'type="application/atom+xml"' in page.text
        assert offered == (answer.status_code == 200), name
        if offered:
            parsed(answer.text)
            fed += 1
        else:
            assert answer.status_code == 400 and "name no reports" in answer.text
    assert fed >= 10


def test_pages_link_their_feed(public: Any) -> None:
    """In the head, for browsers and feed readers, and under the rows; a row's own page offers none."""
    text = public.get("/ketamine/reports?_condition=ptsd").text
    link = re.search(r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="([^"]+)"', text)
    assert link and f'<a href="{link[1]}">Atom feed</a>' in text
    assert parsed(public.get(link[1].replace("&amp;", "&")).text) is not None
    assert "atom+xml" not in public.get("/ketamine/reports/pmid-90000001").text
    assert "atom+xml" not in public.get("/ketamine/studies").text


def test_tables_of_tags_feed_each_report_once(public: Any) -> None:
    """Also with labels, where a cell is an id with its title."""
    for query in ("", "?_labels=on", "?condition_id=depression&_labels=on"):
        found = entries(parsed(public.get(f"/ketamine/report_conditions.atom{query}").text))
        assert len(found) >= 3


def test_ones_own_sql_is_a_feed_too(local: Any) -> None:
    """At home, where a column names reports; elsewhere the same address is refused."""
    sql = urlencode({"sql": "select 'pmid-90000001' as report_id union select 'nobody' union select null"})
    assert list(entries(parsed(local.get(f"/ketamine.atom?{sql}").text))) == ["pmid-90000001"]
    assert local.get("/ketamine.atom?" + urlencode({"sql": "select 1 as one"})).status_code == 400


def test_any_characters_make_valid_xml(changed: Any) -> None:
    """What XML cannot hold is left out, the rest is escaped once, in titles, names, digests and addresses."""
    odd = ODD.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    columns = ("title", "authors", "journal", "digest")
    site = changed(*((f"update reports set {column} = ? where id = 'pmid-90000010'", [odd]) for column in columns))
    entry = entries(parsed(site.get("/ketamine/reports.atom?_condition=ptsd").text))["pmid-90000010"]
    title = entry.findtext(f"{ATOM}title")
    assert title.startswith("bell null escape half") and title.endswith('<b>bold</b> & "quoted" ]]> 日本語 😀')
    assert "&lt;b&gt;bold&lt;/b&gt;" in entry.findtext(f"{ATOM}summary") and "<b>" not in entry.findtext(
        f"{ATOM}summary"
    )
    for query in ("q=%00%07%1b%EF%BF%BF", "q=" + "%F0%9F%98%80" * 300, "q=%ED%A0%80", 'q="><script>', "%0a=%0d"):
        parsed(site.get(f"/ketamine/reference_list.atom?{query}").text)


@pytest.mark.parametrize("text", [ODD, "", "plain", "\ufffe\udfff"])
def test_clean_text_can_be_written(text: str) -> None:
    """Any text, also one that Python itself cannot encode."""
    element = etree.Element("a")
    element.text = feeds.clean(text)
    assert etree.fromstring(etree.tostring(element)).text == (feeds.clean(text) or None)


# ------------------------------------------------------------ ids and times


def test_ids_do_not_depend_on_host_or_order_of_parameters(public: Any) -> None:
    """What a feed reader remembers stays the same when the site moves; another search is another feed."""
    first = parsed(public.get("/ketamine/reference_list.atom?condition=depression&design=").text)
    moved = parsed(
        public.get("/ketamine/reference_list.atom?design=&condition=depression", headers={"host": "b.example"}).text
    )
    other = parsed(public.get("/ketamine/reference_list.atom?condition=ptsd").text)
    assert first.findtext(f"{ATOM}id") == moved.findtext(f"{ATOM}id") != other.findtext(f"{ATOM}id")
    assert [e.findtext(f"{ATOM}id") for e in entries(first).values()] == [
        e.findtext(f"{ATOM}id") for e in entries(moved).values()
    ]
    assert "b.example" in etree.tostring(moved).decode() and "b.example" not in etree.tostring(first).decode()


def test_an_id_once_given_is_given_for_ever(public: Any) -> None:
    """Written down here: another namespace or another way of making ids would show every reader everything again."""
    entry = entries(parsed(public.get("/ketamine/reports.atom?_condition=ptsd").text))["pmid-90000010"]
    assert entry.findtext(f"{ATOM}id") == "urn:uuid:40bf73db-fbe0-51cd-a45e-70cf0a33ad67"


def test_the_same_data_give_the_same_feed(public: Any) -> None:
    """Never the time of asking; a reader that holds the feed already gets 304 and no body."""
    first, second = (public.get("/ketamine/newest.atom") for _ in range(2))
    assert first.text == second.text and first.headers["etag"] == second.headers["etag"]
    again = public.get("/ketamine/newest.atom", headers={"if-none-match": f'"x", {first.headers["etag"]}'})
    assert again.status_code == 304 and again.content == b"" and again.headers["etag"] == first.headers["etag"]
    assert public.get("/ketamine/newest.atom", headers={"if-none-match": '"x"'}).status_code == 200


def test_times_are_those_of_the_report(changed: Any) -> None:
    """When it came here if that is known, else its date; what has neither has the day of the starter set."""
    site = changed(("update records set fetched_at = '2026-01-05T10:00:00Z' where report_id = 'pmid-90000010'", []),
                   ("update reports set date = '2031-01-01', sort_key = '2031-01-01|pmid-90000010' where id = 'pmid-90000010'", []))  # fmt: skip
    found = entries(parsed(site.get("/ketamine/reports.atom?_size=100").text))

    def times(id: str) -> tuple[str, str | None]:
        return found[id].findtext(f"{ATOM}updated")[:10], (found[id].findtext(f"{ATOM}published") or "")[:10] or None

    assert times("pmid-90000010") == ("2026-01-05", "2026-01-05"), "nothing is published after it was fetched"
    assert times("pmid-90000002") == ("2021-03-01", "2021-03-01")
    assert times("rec-0123456789") == ("2026-11-22", None)


def test_an_empty_feed_is_valid_and_has_a_fixed_time(public: Any) -> None:
    """Nothing found yet is no error for somebody who waits for it."""
    texts = {public.get("/ketamine/reports.atom?_condition=nothing").text for _ in range(2)}
    assert len(texts) == 1 and not entries(parsed(texts.pop()))


def test_reports_that_came_late_count_as_new(changed: Any) -> None:
    """After the first whole harvest a report is new when it comes, however old it is; before, its date decides."""
    site = changed(
        ("update runs set finished_at = '2026-01-01T00:00:00Z'", []),
        ("update records set fetched_at = '2026-01-01T00:00:00Z'", []),
        ("update records set fetched_at = '2026-06-01T00:00:00Z' where report_id = 'pmid-90000023'", []),
    )
    found = list(entries(parsed(site.get("/ketamine/reports.atom").text)))
    assert found[0] == "pmid-90000023" and found[1] == "pmid-90000010"


# ------------------------------------------------------------ content


def test_entries_tell_what_a_reader_needs(public: Any) -> None:
    """Design, people, result, conditions, every author, the page of the report."""
    entry = entries(parsed(public.get("/ketamine/reports.atom").text))["pmid-90000001"]
    summary = entry.findtext(f"{ATOM}summary")
    for words in (
        "Randomised controlled trial",
        "30 people",
        "says it found: benefit",
        "Depression",
        "Invented Journal, 2018",
    ):
        assert words in summary
    assert [name.text for name in entry.findall(f"{ATOM}author/{ATOM}name")] == ["Brightwater A", "Ó Súilleabháin B"]
    assert entry.find(f"{ATOM}link").get("href") == "http://localhost/ketamine/reports/pmid-90000001"
    assert "number of people not stated" in entries(parsed(public.get("/ketamine/reports.atom").text))[
        "rec-0123456789"
    ].findtext(f"{ATOM}summary")


def test_no_abstract_is_ever_fed_and_digests_are_marked(public: Any) -> None:
    """Not even where the abstract is held; our own words say that they are ours, and are cut short."""
    text = public.get("/ketamine/reports.atom").text
    assert "Thirty invented adults" not in text and "Authors' own words" not in text and "infusion word" not in text
    found = entries(parsed(text))
    summary = found["pmid-90000012"].findtext(f"{ATOM}summary")
    assert "Our digest, not the authors' words: Aim: To see" in summary
    assert "Our digest" in found["pmid-90000013"].findtext(f"{ATOM}summary")
    assert "Our digest" not in found["pmid-90000001"].findtext(f"{ATOM}summary")


def test_retracted_reports_say_so_in_their_title(public: Any) -> None:
    """A feed reader may show nothing else."""
    found = entries(parsed(public.get("/ketamine/retracted.atom").text))
    assert found["pmid-90000003"].findtext(f"{ATOM}title").startswith("RETRACTED: ")
    assert "do not rely on it" in found["pmid-90000003"].findtext(f"{ATOM}summary")
    assert found["pmid-90000004"].findtext(f"{ATOM}title").startswith("Expression of concern: ")


def test_a_feed_says_what_it_is_of(public: Any) -> None:
    """Title of the question or table and what narrows it; the page beside it; the caution."""
    feed = parsed(public.get("/ketamine/reference_list.atom?condition=ptsd&_labels=on").text)
    assert feed.findtext(f"{ATOM}title") == "References ready to quote: ptsd - Ketamine evidence"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["alternate"] == "http://localhost/ketamine/reference_list?condition=ptsd"
    assert "not medical advice" in feed.findtext(f"{ATOM}subtitle")
    assert "condition is" in parsed(public.get("/ketamine/reports.atom?_condition=ptsd").text).findtext(f"{ATOM}title")


# ------------------------------------------------------------ searches


def _search_feed(site: Any, ids: list[str], path: str = "/search.atom?condition=ptsd&page=2&sort=largest") -> Any:
    found = SimpleNamespace(ids=ids, title="PTSD & <more>")
    request = Request.fake(path)

    async def ask() -> Any:
        await site.datasette.invoke_startup()
        return await feeds.search_feed(site.datasette, request, found)

    return site._loop.run_until_complete(ask())


def test_a_search_is_a_feed(public: Any) -> None:
    """Newest first whatever the order of the search; ids that are not there are left out; page and order do not make another feed."""
    answer = _search_feed(public, ["rec-0123456789", "pmid-90000003", "nobody", "pmid-90000010", "<b>"])
    feed = parsed(answer.body)
    assert answer.content_type == feeds.TYPE and list(entries(feed)) == [
        "pmid-90000010",
        "pmid-90000003",
        "rec-0123456789",
    ]
    assert feed.findtext(f"{ATOM}title") == "PTSD & <more> - Ketamine evidence"
    same = parsed(_search_feed(public, [], "/search.atom?condition=ptsd").body)
    assert same.findtext(f"{ATOM}id") == feed.findtext(f"{ATOM}id")


def test_a_search_that_finds_everything_gives_the_newest(large_site: Any) -> None:
    """Of 3,000 reports the 50 newest."""
    site = large_site(3000)
    ids = [
        row["id"]
        for page in ("", "&_sort=sort_key")
        for row in site.get(f"/ketamine/reports.json?_shape=array&_size=max&_col=id{page}").json()
    ]
    found = list(entries(parsed(_search_feed(site, ids).body)))
    assert found == ids[:50] and len(found) == 50


def test_the_address_of_a_search_with_atom_is_its_feed(public: Any) -> None:
    """The same reports as the search itself, whatever is asked."""
    for query in ("condition=depression", "q=ketamine", "design=rct&condition=ptsd", "retracted=yes", ""):
        feed = parsed(public.get(f"/search.atom?{query}").text)
        links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
        assert links["alternate"].removesuffix("?") == f"http://localhost/search?{query}".removesuffix("?")
        shown = public.get(f"/search.json?{query}").json()
        assert len(entries(feed)) == min(shown["total"], feeds.MOST) > 0
    for hostile in ("q=%00", "q=%22&condition=%3Cb%3E", "year=x", "n=-1..x", "sort=x", "page=-1", "q=" + "(" * 500):
        parsed(public.get(f"/search.atom?{hostile}").text)


# ------------------------------------------------------------ the page


def test_the_page_lists_feeds_with_their_pages(public: Any) -> None:
    """Each feed beside its page, of the same parameters; those of queries answer; every condition that is studied has one."""
    text = public.get("/feeds").text
    pairs = re.findall(r'<a href="([^"]+)" aria-label="Feed: [^"]+">feed</a><a href="([^"]+)"', text)
    assert len(pairs) >= 12 + 3
    for feed, page in pairs:
        assert feed.replace(".atom", "") == page
        if feed.startswith("/ketamine/"):
            parsed(public.get(feed).text)
    assert (
        "/search.atom?condition=ptsd" in text
        and "/search.atom?design=randomised-controlled-trial&amp;condition=ptsd" in text
    )


def test_ready_feeds_name_queries_and_parameters_that_exist(public: Any) -> None:
    """A renamed query or a mistyped filter would be an empty feed for ever."""
    queries = public.metadata["databases"]["ketamine"]["queries"]
    assert {name for _, name in page_of_feeds.QUESTIONS} <= set(queries)
    known = {"design", "condition", "direction", "retracted", "kind"}
    assert {name for _, parameters in page_of_feeds.READY for name in dict(parameters)} <= known


def test_the_form_makes_an_address_of_a_feed(public: Any) -> None:
    """Without a script: it is sent to the search's own feed; every field has a label."""
    text = public.get("/feeds").text
    assert '<form class="ask" action="/search.atom" method="get">' in text
    labelled = set(re.findall(r'<label for="([^"]+)"', text))
    assert (
        set(re.findall(r'<(?:input|select) id="([^"]+)"', text))
        == labelled
        == {"q", "condition", "design", "drug", "feed-direction"}
    )
    assert "<script" not in text and text.count("<h1") == 1 and text.count("<main") == 1
