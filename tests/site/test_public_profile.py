"""What the public profile promises: who may crawl what, whose host is believed, what one visitor may cost the others."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from datasette.database import Database
from lxml import etree

from harvest import serve
from harvest.errors import HarvestError
from harvest.schema import DIMENSIONS
from harvest.site import web
from harvest.site.pages import robots
from harvest.site.plugins import guard

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def _rules(text: str) -> list[re.Pattern[str]]:
    """The addresses kept out, as RFC 9309 reads them: a beginning, `*` for anything, `$` for the end."""
    paths = re.findall(r"^Disallow: (\S+)$", text, flags=re.MULTILINE)
    return [re.compile(re.escape(path).replace(r"\*", ".*").replace(r"\$", "$")) for path in paths]


# ------------------------------------------------------------ robots, sitemap, llms


@pytest.mark.parametrize(
    ("address", "allowed"),
    [("/", True), ("/methods", True), ("/search", True), ("/ketamine/reports", True), ("/ketamine/reports/pmid-1", True),
     ("/ketamine/conditions/ptsd", True), ("/ketamine/studies/nct1", True), ("/static/site.css", True), ("/sitemap.xml", True),
     ("/sitemap/reports-1.xml", True), ("/llms.txt", True), ("/search?q=x", False), ("/search.json?q=x", False),
     ("/ketamine/reports?_condition=ptsd", False), ("/ketamine/reports.csv", False), ("/ketamine/reports/pmid-1.json", False),
     ("/ketamine.db", False), ("/ketamine/reports.atom", False), ("/quote/pmid-1/abstract/1-2", False), ("/cite?id=1", False),
     ("/-/settings", False), ("/ketamine/evidence/1", False), ("/ketamine/finding_text/1", False)],
)  # fmt: skip
def test_robots_lets_in_pages_and_rows_and_keeps_out_the_endless(address: str, allowed: bool, public: Any) -> None:
    """Facets, searches and exports have no end; rows of evidence are shown on the pages of reports."""
    rules = _rules(public.get("/robots.txt").text)
    assert rules and any(rule.match(address) for rule in rules) != allowed


def test_ones_own_copy_is_not_for_crawlers(local: Any) -> None:
    """Everything is kept out, and there is no map of it."""
    assert local.get("/robots.txt").text.splitlines()[-2:] == ["User-agent: *", "Disallow: /"]
    assert local.get("/sitemap.xml").status_code == 404 and local.get("/sitemap/reports-1.xml").status_code == 404


def _addresses(public: Any, path: str) -> list[str]:
    answer = public.get(path)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("application/xml")
    return [element.text for element in etree.fromstring(answer.content).iter(LOC)]


def test_the_sitemap_lists_every_page_and_row_once(public: Any) -> None:
    """Absolute addresses of this site that robots.txt allows, and each of them answers."""
    parts = _addresses(public, "/sitemap.xml")
    assert f"Sitemap: {'http://localhost/sitemap.xml'}" in public.get("/robots.txt").text
    listed = [address for part in parts for address in _addresses(public, urlsplit(part).path)]
    assert len(listed) == len(set(listed))
    rules = _rules(public.get("/robots.txt").text)
    unused = 0
    for table in ("reports", "studies", *DIMENSIONS.values()):
        rows = public.get(f"/ketamine/{table}.json?_shape=array&_size=max").json()
        used = {row["id"] for row in rows if table in {"reports", "studies"} or row["reports"]}
        own = {address.rpartition("/")[2] for address in listed if f"/ketamine/{table}/" in address}
        assert own == used, "every row, but no concept that no report carries"
        unused += len(rows) - len(used)
    assert unused
    for address in listed:
        path = urlsplit(address).path
        assert address.startswith("http://localhost/") and not any(rule.match(path) for rule in rules)
        assert public.get(path).status_code == 200, path


@pytest.mark.parametrize(
    "path", ["reports-2", "reports-0", "reports-99999", "pages-2", "records-1", "x-1", "reports", "reports--1"]
)
def test_parts_that_the_sitemap_does_not_have(path: str, public: Any) -> None:
    """Not found, whatever is asked."""
    assert public.get(f"/sitemap/{path}.xml").status_code == 404


def test_parts_are_small_enough(large_site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many reports each is in exactly one part, and no part is larger than allowed."""
    monkeypatch.setattr(robots, "MOST", 1000)
    site = large_site(2500)
    parts = [urlsplit(part).path for part in _addresses(site, "/sitemap.xml") if "/reports-" in part]
    found = [_addresses(site, part) for part in parts]
    assert [len(part) for part in found] == [1000, 1000, 500]
    assert len({address for part in found for address in part}) == 2500


def test_llms_txt_says_what_this_is_and_leads_to_it(public: Any, local: Any) -> None:
    """Its addresses are absolute, and each answers."""
    text = public.get("/llms.txt").text
    assert (
        text.startswith("# ")
        and "not medical advice" in text
        and public.get("/llms.txt").headers["content-type"].startswith("text/plain")
    )
    for address in re.findall(r"\]\((.*?)\)", text):
        assert address.startswith("http://localhost/")
        assert public.get(urlsplit(address).path).status_code == 200, address
    assert local.get("/llms.txt").status_code == 200


# ------------------------------------------------------------ the host a request names

HOSTILE = ["evil.example/<script>", 'a"onload="x', "a b", "a,b", "evil.example\\@good.example", "user@evil.example", "a:b:c",
           "a:999999", "[::1", "[<b>]", "http://evil.example", "a/../b", "évil.example", ".", "-", "a?b", "a#b", "x" * 300]  # fmt: skip
PLACES = ["/", "/robots.txt", "/sitemap.xml", "/ketamine/reports.json?_size=1", "/ketamine/reports.atom", "/nothing"]


@pytest.mark.parametrize("host", HOSTILE)
def test_hosts_that_are_none_are_refused(host: str, public: Any, local: Any) -> None:
    """Datasette writes the host into absolute addresses unread; nothing of a hostile one comes back, from any page."""
    for site in (public, local):
        for path in PLACES[:5] if site is public else PLACES[:1]:
            answer = site.get(path, headers={"host": host.encode("latin-1")})
            assert answer.status_code == 400 and (len(host) < 4 or host not in answer.text)


def test_two_hosts_are_refused(public: Any) -> None:
    """A proxy and Datasette might believe different ones."""
    assert public.get("/robots.txt", headers=[("host", "a.example"), ("host", "b.example")]).status_code == 400


@pytest.mark.parametrize(
    "host", ["localhost:8001", "ketamine.example", "127.0.0.1:8001", "[::1]:8001", "my_host", "a.b-c.example."]
)
def test_hosts_of_all_usual_forms_are_answered(host: str, public: Any) -> None:
    """And absolute addresses are of that host."""
    answer = public.get("/robots.txt", headers={"host": host})
    assert answer.status_code == 200 and f"Sitemap: http://{host}/sitemap.xml" in answer.text


def test_a_site_that_knows_its_address_believes_no_other(
    local: Any, database_file: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the address set, no host that a visitor makes up reaches a feed, a sitemap or a cached page."""
    monkeypatch.setenv(serve.ADDRESS, "https://ketamine.example")
    site = type(local)(database_file, public=True)
    for path in [*PLACES[1:5], "/ketamine/reports?_size=5", "/ketamine/reports.json?_facet=kind&_size=2"]:
        answer = site.get(path, headers={"host": "evil.example"})
        assert "evil.example" not in answer.text + str(answer.headers), path
    assert "Sitemap: https://ketamine.example/sitemap.xml" in site.get("/robots.txt").text
    assert '<link href="https://ketamine.example/' in site.get("/ketamine/reports.atom").text


@pytest.mark.parametrize(
    "address",
    ["ketamine.example", "ftp://a.example", "https://", "https://a.example/", "https://a.example/x", "javascript:x"],
)
def test_an_address_that_is_none_is_refused_at_the_start(
    address: str, database_file: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is served, with the name of the variable."""
    monkeypatch.setenv(serve.ADDRESS, address)
    with pytest.raises(HarvestError, match=serve.ADDRESS):
        serve.serve(database_file, port=0)


# ------------------------------------------------------------ headers


@pytest.mark.parametrize("path", ["/", "/methods", "/robots.txt", "/ketamine/reports.json", "/ketamine/reports.atom"])
def test_strict_transport_is_asked_for_over_https_alone(path: str, public: Any) -> None:
    """On plain http the header has no meaning and must not be sent (RFC 6797, section 7.2)."""
    assert "strict-transport-security" not in public.get(path).headers

    async def securely() -> Any:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(public.datasette.app()), base_url="https://a.example"
        ) as client:
            return await client.get(path)

    header = public._loop.run_until_complete(securely()).headers["strict-transport-security"]
    assert header.startswith("max-age=") and "preload" not in header and "includeSubDomains" not in header


@pytest.mark.parametrize(
    "path", ["/", "/methods", "/flow", "/accuracy", "/feeds", "/ketamine", "/ketamine/reports/pmid-90000001", "/robots.txt",
             "/sitemap.xml", "/ketamine/reports.atom", "/llms.txt"],
)  # fmt: skip
def test_what_is_shown_may_be_kept_for_an_hour(path: str, public: Any, local: Any) -> None:
    """By caches that many readers share; one's own copy is always asked again; nothing sets a cookie."""
    headers = public.get(path).headers
    assert headers["cache-control"] == "max-age=3600" and "set-cookie" not in headers
    assert "3600" not in local.get(path).headers.get("cache-control", "")


def test_errors_are_not_kept(public: Any) -> None:
    """A page that is missing today may be there after the next build."""
    for path in ("/nothing", "/ketamine/reports/nothing", "/ketamine/reports?_sort=x"):
        assert "max-age" not in public.get(path).headers.get("cache-control", "")


@pytest.mark.parametrize(
    "path", ["/-/settings", "/-/settings.json", "/-/versions.json", "/-/messages", "/-/patterns", "/-/allow-debug", "/-/permissions",
             "/-/auth-token?token=x", "/-/databases", "/-/", "/-//settings"],
)  # fmt: skip
def test_datasettes_own_tools_are_hidden(path: str, public: Any) -> None:
    """They serve whoever runs the site, not its readers."""
    assert public.get(path).status_code in {400, 404}


# ------------------------------------------------------------ what one visitor may cost the others


def test_pages_are_small_and_exports_whole(public: Any, local: Any) -> None:
    """An HTML page of a thousand rows is refused with a way out; as CSV and JSON they come, and at home they come too."""
    for size in ("1000", "max", "101"):
        answer = public.get(f"/ketamine/reports?_size={size}")
        assert answer.status_code == 400 and ".csv" in answer.text
    assert public.get("/ketamine/reports?_size=100").status_code == 200
    assert public.get("/ketamine/reports.csv?_size=max&_stream=on").status_code == 200
    assert public.get("/ketamine/reports.json?_size=1000").status_code == 200
    assert local.get("/ketamine/reports?_size=1000").status_code == 200


def test_counts_on_one_page_are_few(public: Any) -> None:
    """Each may take the whole time limit of a count."""
    assert public.get("/ketamine/reports?" + "&".join(["_facet=kind"] * 13)).status_code == 400
    assert public.get("/ketamine/reports?" + "&".join(f"_facet_tag={name}" for name in DIMENSIONS)).status_code == 200


def test_others_get_a_turn_while_an_export_is_sent(public: Any) -> None:
    """Between any two of a thousand rows; sending one never waits where the network is quick."""
    order: list[str] = []

    async def export(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(1000):
            await send({"type": "http.response.body", "body": b"row", "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        order.append("export")

    async def send(message: Any) -> None:
        """Like a network that takes everything at once."""

    async def other() -> None:
        await asyncio.sleep(0)
        order.append("other")

    async def both() -> None:
        guarded = guard.asgi_wrapper(public.datasette)(export)
        scope = {"type": "http", "path": "/ketamine/reports.csv", "headers": [], "scheme": "http"}
        await asyncio.gather(guarded(scope, None, send), other())

    asyncio.run(both())
    assert order == ["other", "export"]


def test_fifty_readers_at_once_ask_the_database_once(public: Any) -> None:
    """An answer that is kept is worked out once, also while it is; one reader who leaves takes nobody else's answer."""
    asked: list[str] = []

    async def work() -> str:
        asked.append("asked")
        await asyncio.sleep(0.01)
        return "answer"

    async def readers() -> list[Any]:
        tasks = [asyncio.ensure_future(web.kept(public.datasette, "test: readers", work)) for _ in range(50)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    found = public._loop.run_until_complete(readers())
    assert isinstance(found[0], asyncio.CancelledError) and set(found[1:]) == {"answer"} and len(asked) == 1
    assert (
        public._loop.run_until_complete(web.kept(public.datasette, "test: readers", work)) == "answer"
        and len(asked) == 1
    )


def test_a_failure_is_not_kept(public: Any) -> None:
    """The next reader gets another try, and with it the answer."""
    outcomes: list[Any] = [web.TooSlow("once"), "answer"]

    async def work() -> Any:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    with pytest.raises(web.TooSlow):
        public._loop.run_until_complete(web.kept(public.datasette, "test: failure", work))
    assert public._loop.run_until_complete(web.kept(public.datasette, "test: failure", work)) == "answer"


@pytest.mark.parametrize("path", ["/", "/methods", "/flow", "/accuracy", "/feeds", "/sitemap.xml", "/llms.txt"])
def test_pages_that_are_always_the_same_ask_the_database_nothing(
    path: str, public: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once warm. Each question waits for its turn behind those of fifty readers; Datasette's own home page asks 270."""
    assert public.get(path).status_code == 200
    asked: list[Any] = []
    stock = Database.execute_fn

    async def counted(database: Any, work: Any) -> Any:
        asked.append(work)
        return await stock(database, work)

    monkeypatch.setattr(Database, "execute_fn", counted)
    assert public.get(path).status_code == 200 and len(asked) == 0
