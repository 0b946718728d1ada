"""The site as visitors and machines meet it: safe addresses, safe cells, complete exports, both profiles."""

from __future__ import annotations

import csv
import io
import re
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from harvest import serve
from harvest.errors import HarvestError
from harvest.schema import DIMENSIONS, TABLES, VIEWS

OWN_SCRIPTS = re.compile(
    r'<script src="/static/[\w.-]+" defer></script>|<script type="application/ld\+json">[^<]*</script>'
)
"""What may be on a page: a file of the site, which no page needs for reading, and a description for machines (data)."""

PAGES = ["/", "/ketamine", "/ketamine/reports", "/ketamine/reports/pmid-90000001", "/ketamine/search?q=ketamine",
         *(f"/ketamine/{name}" for name in (*(shape.name for shape in TABLES), *VIEWS))]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_pages_answer_and_are_made_for_people_and_screen_readers(path: str, public: Any) -> None:
    """Every page: 200, a language, one main landmark, one heading, the caution; no script but files of the site."""
    page = public.get(path)
    assert page.status_code == 200
    assert '<html lang="en">' in page.text and page.text.count("<main") == 1 and page.text.count("<h1") == 1
    assert re.search(r"<title>[^<]{5,}</title>", page.text)
    assert "not medical advice" in page.text
    assert not re.search(
        r"""<script|<style|\sstyle=|\son[a-z]+=|\ssrc=|stylesheet" href="(?!/static/)""",
        re.sub(r"<pre.*?</pre>", "", OWN_SCRIPTS.sub("", page.text), flags=re.S),
    )


@pytest.mark.parametrize("path", PAGES)
def test_every_field_has_a_name(path: str, local: Any) -> None:
    """Selects, inputs and text areas have a label or an aria-label."""
    page = local.get(path).text
    labelled = set(re.findall(r'<label for="([^"]+)"', page))
    for field in re.findall(r"<(?:input|select|textarea)\b[^>]*>", page):
        named = re.search(r'\bid="([^"]+)"', field)
        assert 'type="hidden"' in field or "aria-label=" in field or (named and named[1] in labelled), field


# ------------------------------------------------------------ addresses


@pytest.mark.parametrize(
    "path",
    [b"/\\example.com/", b"//example.com/", b"/%5Cexample.com/", b"/%5cexample.com%2f..", b"/%2Fexample.com/",
     b"/%09/example.com/", b"/%0a//example.com/", b"/\\/example.com/", b"/ketamine/\\example.com/", b"///example.com/"],
)  # fmt: skip
@pytest.mark.parametrize("profile", ["local", "public"])
def test_no_address_redirects_to_another_site(path: bytes, profile: str, request: pytest.FixtureRequest) -> None:
    """Datasette 0.65 sends `/\\example.com/` to example.com; here all such addresses are refused."""
    status, headers, _ = request.getfixturevalue(profile).raw(path)
    assert status == 400 and "location" not in headers


def test_trailing_slash_still_redirects_within_the_site(local: Any) -> None:
    """The harmless use of that redirect keeps working."""
    response = local.get("/ketamine/")
    assert response.status_code == 302 and response.headers["location"] == "/ketamine"


ODD = """
%00 %FF%FE .. %2e%2e%2f ~ ~zz a,b,c ' %22 😀 <b> pmid-1.json.json -1 ~00 null %25s %7B%7B7*7%7D%7D , ~2F
""".split()


@pytest.mark.parametrize("odd", [*ODD, "x" * 3000])
@pytest.mark.parametrize("table", ["reports", "records", "report_conditions", "evidence", "evidence_text", "flow"])
def test_odd_ids_are_answered_without_a_server_error(odd: str, table: str, public: Any) -> None:
    """Row addresses nobody published: not found or refused, never 500, never reflected as markup."""
    for suffix in ("", ".json") if table in {"reports", "evidence_text"} else ("",):
        response = public.get(f"/ketamine/{table}/{odd}{suffix}")
        assert response.status_code < 500
        assert "<b>" not in response.text or "application/json" in response.headers["content-type"]


QUERIES = """
_next=x _next=%F0%9F%98%80 _next=a,b,c,d _next=999999999999999999999999999999 _size=-1 _size=x
_size=99999999999 _size=² _sort=nothing _sort=id&_sort_desc=id _facet=nothing _facet={ _facet=[ _facet={}
_facet_tag=x _facet_tag={} _facet_tag={"simple":1} _facet_array={ _facet_array=title _facet_size=x
_facet_date=date _timelimit=x _timelimit=² _through={} _through=x
_through={"table":"x","column":"y","value":1} _search_x=1 _search=%00 _condition=%00
_condition=x&_condition=depression _col=x _nocol=x _where=1=1 _shape=x _ttl=x _ttl=² year__gt=x
conditions__arraycontains=x title__like=%25 x__y__z=1 _filter_column=id&_filter_op=exact&_filter_value=x
_filter_column=&_filter_op=&_filter_value= _labels=x _json=x _trace=1 _sort_by_desc=on abstract__in=[
_facet_tag=condition&_facet_tag=condition _extra=x
""".split()


@pytest.mark.parametrize("query", [*QUERIES, "_ttl=" + "9" * 5000])
@pytest.mark.parametrize("table", ["reports", "report_conditions", "trials_without_results", "search"])
def test_odd_parameters_are_answered_without_a_server_error(query: str, table: str, public: Any) -> None:
    """Datasette's own parameters with values it does not expect."""
    for suffix in ("", ".json") if table == "reports" else (".json",):
        assert public.get(f"/ketamine/{table}{suffix}?{query}").status_code < 500


# ------------------------------------------------------------ profiles


def test_public_profile_runs_nobodys_sql(public: Any, local: Any) -> None:
    """Neither as a query, nor as `_where=`, nor offered on a page; the local profile has it."""
    assert public.get("/ketamine?sql=select+1").status_code == 403
    assert public.get("/ketamine.json?sql=select+1").status_code == 403
    assert public.get("/ketamine/reports.json?_where=1=1").status_code == 403
    assert "sql-editor" not in public.get("/ketamine").text
    assert "sql=" not in public.get("/ketamine/reports").text + public.get("/ketamine/search").text
    assert local.get("/ketamine.json?sql=select+1+as+one&_shape=array").json() == [{"one": 1}]
    assert 'id="sql-editor"' in local.get("/ketamine").text


@pytest.mark.parametrize("path", ["/-/databases.json", "/-/databases", "/-/plugins.json", "/-/threads.json"])
def test_public_profile_shows_no_paths_of_the_machine(path: str, public: Any) -> None:
    """Datasette would tell every visitor where the file lies."""
    assert public.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/ketamine/reports.json", "/ketamine/reports/nothing", "/static/site.css"])
def test_security_headers_on_every_answer(path: str, public: Any) -> None:
    """Pages, JSON, errors and static files alike; nothing may run that is not a file of the site."""
    headers = public.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"
    assert "referrer-policy" in headers


def test_pages_of_the_public_may_be_cached_and_ones_own_are_fresh(public: Any, local: Any) -> None:
    """A cache in front makes the public site fast; on one's own machine a rebuild must show at once."""
    assert public.get("/ketamine/reports").headers["cache-control"] == "max-age=3600"
    assert local.get("/ketamine/reports").headers["cache-control"] == "no-cache"


def test_command_starts_datasette_with_our_files_and_limits(database_file: Path) -> None:
    """Everything the tests use in this process is on the command line too; only the public one answers other sites."""
    line = serve.command(database_file, port=9000, public=True)
    joined = " ".join(line)
    for part in ("--immutable", "--metadata", "--plugins-dir", "--template-dir", "--static", "--port 9000", "--cors",
                 "suggest_facets off", "default_allow_sql off", "max_csv_mb 0"):  # fmt: skip
        assert part in joined
    assert "--cors" not in serve.command(database_file)
    for flag in ("--metadata", "--plugins-dir", "--template-dir"):
        assert Path(line[line.index(flag) + 1]).exists()


def test_serve_says_what_is_wrong(tmp_path: Path, database_file: Path) -> None:
    """No file, another name, a port in use: a sentence that names it, before anything starts."""
    with pytest.raises(HarvestError, match="harvest build"):
        serve.serve(tmp_path / "ketamine.db")
    other = tmp_path / "other.db"
    other.write_bytes(database_file.read_bytes())
    with pytest.raises(HarvestError, match=r"ketamine\.db"):
        serve.serve(other)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(HarvestError, match="--port"):
            serve.serve(database_file, port=taken.getsockname()[1])


# ------------------------------------------------------------ cells


def test_identifiers_become_links_and_everything_is_escaped(local: Any) -> None:
    """PubMed, DOI, registry and study links; tags as chips; hostile values stay text."""
    page = local.get("/ketamine/reports/pmid-90000001").text
    for address in (
        "https://pubmed.ncbi.nlm.nih.gov/90000001/",
        "https://doi.org/10.5555/inv.1",
        "https://clinicaltrials.gov/study/NCT90000001",
        "/ketamine/by_registration?registration=NCT90000001",
        "/ketamine/reports?_condition=treatment-resistant-depression",
        "/ketamine/reports?_design=rct",
    ):
        assert f'href="{address}"' in page
    hostile = OWN_SCRIPTS.sub("", local.get("/ketamine/reports/pmid-90000007").text)
    assert "&lt;b&gt;x&lt;/b&gt;" in hostile and "<b>x" not in hostile and "<script" not in hostile
    assert 'href="javascript:' not in hostile and "<i>Tag" not in hostile
    assert "<b>bold" not in local.get("/ketamine/studies/NCT90000001").text


def test_abstracts_are_whole_on_row_pages_and_short_in_lists(local: Any) -> None:
    """A list of a hundred abstracts would be megabytes."""
    assert local.get("/ketamine/reports/pmid-90000009").text.count("infusion word") == 4000
    assert local.get("/ketamine/reports?_all=1").text.count("infusion word") < 50


@pytest.mark.parametrize("path", ["search?q=invented+pain", "findings_for?report=pmid-90000012", "digests"])
def test_lists_say_where_words_are_ours(path: str, local: Any) -> None:
    """Search results and findings mark what comes from a digest; the list of digests says so above the rows."""
    page = local.get(f"/ketamine/{path}").text
    assert ("our digest</a>" in page) != (path == "digests")
    assert "not the authors' words" in page.replace("&#39;", "'")


def test_the_list_of_digests_shows_them_whole(local: Any) -> None:
    """Part by part, where other cells of lists are cut short."""
    assert (
        "<p><strong>Conclusion.</strong> The authors see no proof of benefit.</p>"
        in local.get("/ketamine/digests").text
    )


def test_retracted_reports_say_so_before_anything_else(local: Any) -> None:
    """On the row page, in a banner above the fields."""
    page = local.get("/ketamine/reports/pmid-90000003").text
    assert 0 < page.index("Retracted.</strong>") < page.index('<dl class="fields">')


def test_lone_marks_are_dropped(local: Any) -> None:
    """The characters that mark words are shown as nothing when they do not pair up."""
    page = local.get("/ketamine/search?q=marker").text
    words = "".join(re.findall(r'data-label="matched words">(.*?)</td>', page, flags=re.S))
    assert "⟦" not in words and "⟧" not in words and "<mark>marker</mark>" in words


# ------------------------------------------------------------ tags: chips, facets and filters agree


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_facet_counts_are_what_their_links_show(dimension: str, local: Any) -> None:
    """Every number of a tag facet is the number of rows behind its link, with and without another filter."""
    for extra in ("", "&kind=article"):
        data = local.get(f"/ketamine/reports.json?_size=1&_facet_tag={dimension}{extra}").json()
        results = data["facet_results"][dimension]["results"]
        assert results or extra
        for value in results:
            behind = local.get(value["toggle_url"].replace("http://localhost", "")).json()
            assert behind["filtered_table_rows_count"] == value["count"]


def test_dimensions_that_are_not_counted_are_one_link_away(local: Any) -> None:
    """The main dimensions are counted on every page; the link of another keeps the filters and counts it too."""
    page = local.get("/ketamine/reports?_condition=depression").text
    for dimension in ("mechanism", "setting", "adjunct", "regimen", "attribute"):
        assert f'id="facet-{dimension}"' not in page
        address = f"/ketamine/reports?_condition=depression&amp;_facet_tag={dimension}#facets"
        assert address in page
    counted = local.get("/ketamine/reports?_condition=depression&_facet_tag=setting").text
    assert 'id="facet-setting"' in counted and "_facet_tag=setting#facets" not in counted


def test_tag_filters_combine_and_reach_exports(local: Any) -> None:
    """Two filters narrow; CSV holds the same rows."""
    address = "/ketamine/reports.csv?_condition=depression&_outcome=dissociation&_col=id"
    assert [row["id"] for row in csv.DictReader(io.StringIO(local.get(address).text))] == ["pmid-90000001"]
    assert local.get("/ketamine/reports.json?_condition=nothing").json()["filtered_table_rows_count"] == 0


def test_tag_filter_means_studied_as_the_column_does(local: Any) -> None:
    """A concept merely mentioned is in no array, so the chip's link must not bring it either."""
    rows = local.get("/ketamine/reports.json?_condition=chronic-pain&_shape=array").json()
    assert [row["id"] for row in rows] == ["pmid-90000004"]


# ------------------------------------------------------------ many rows


@pytest.fixture(scope="module")
def equal_years(large_site: Any) -> Any:
    return large_site(3000)


@pytest.mark.parametrize("options", ["", "&_sort=sort_key", "&_sort_desc=id", "&_sort=id", "&year=2018&_labels=on"])
def test_csv_export_loses_no_row(options: str, equal_years: Any) -> None:
    """3,000 reports of two years, in pages of 1,000: every id once. (Sorting by year would lose some.)"""
    text = equal_years.get(f"/ketamine/reports.csv?_stream=on&_size=max{options}").text
    found = [row["id"] for row in csv.DictReader(io.StringIO(text))]
    expected = 1500 if "year=" in options else 3000
    assert len(found) == len(set(found)) == expected


def test_the_pages_csv_link_is_the_complete_export(equal_years: Any) -> None:
    """What a reader clicks is the address that the test above proves."""
    page = equal_years.get("/ketamine/reports?_outcome=dissociation").text
    link = re.search(r'href="(/ketamine/reports\.csv[^"]+)"', page)
    assert link
    address = link[1].replace("&amp;", "&")
    assert "_size=max" in address and "_stream=on" in address
    assert len(equal_years.get(address).text.splitlines()) - 1 == 2400


def test_json_paging_loses_no_row(equal_years: Any) -> None:
    """Following `next_url` from page to page visits every report once."""
    seen: list[str] = []
    address = "/ketamine/reports.json?_size=400&_nofacet=1&_col=id"
    while address:
        data = equal_years.get(address).json()
        seen += [row[0] for row in data["rows"]]
        address = (data["next_url"] or "").replace("http://localhost", "")
    assert len(seen) == len(set(seen)) == 3000


@pytest.mark.parametrize("column", ["year", "journal", "design", "sample_size", "date"])
def test_sorting_by_a_shared_value_is_refused(column: str, equal_years: Any) -> None:
    """It would lose rows in silence, which is worse than an error."""
    assert equal_years.get(f"/ketamine/reports.json?_sort={column}").status_code == 400


def test_tag_facets_are_fast_on_30_000_reports(large_site: Any) -> None:
    """Six at once, within the public profile's limit for each, filtered or not; Datasette's array facet cannot do one.

    Counted in seconds of the processor: how busy the machine is does not matter.
    """
    site = large_site(30_000)
    limit = site.datasette.setting("facet_time_limit_ms") / 1000
    site.datasette._settings["facet_time_limit_ms"] = 60_000
    dimensions = list(DIMENSIONS)
    main, others = dimensions[:6], (dimensions[6:8], dimensions[8:10], dimensions[10:])
    for filtered, asked in (
        *((filtered, main) for filtered in ("", "&kind=article", "&_condition=ptsd")),
        *(("&kind=article", few) for few in others),
    ):
        facets = "&".join(f"_facet_tag={dimension}" for dimension in asked)
        started = time.process_time()
        data = site.get(f"/ketamine/reports.json?_size=1&{facets}{filtered}").json()
        seconds = time.process_time() - started
        assert set(asked) <= set(data["facet_results"])
        assert seconds < limit * len(data["facet_results"]), f"{filtered or 'no filter'}: {seconds:.2f} s"
