"""``/data``: where people who analyse start: tables, worked queries, questions, files, notebook, JSON, SQL."""

from __future__ import annotations

from typing import Any, Final

from harvest.site import web
from harvest.site.code import highlighted
from harvest.site.pages import downloads, worked

_HELD: Final = """
    select (select count(*) from reports) as reports, (select count(*) from evidence) as evidence,
           (select count(*) from findings) as findings, (select count(*) from studies) as studies,
           (select id from reports where kind = 'article' order by sort_key desc limit 1) as newest,
           (select value from about where name = 'edition') as edition,
           (select count(*) from sqlite_master where type = 'table' and name not like 'sqlite_%'
             and name not like 'reports_fts%') as tables"""

SQL_AT_HOME: Final = """\
sqlite3 ketamine.db "select design, count(*) from reports group by design order by 2 desc"
"""
PYTHON_PAGES: Final = """\
import requests

site = "http://127.0.0.1:8001"  # the address of this site
address = site + "/ketamine/reports.json?_condition=ptsd&_size=max"
reports = []
while address:
    answer = requests.get(address, timeout=60).json()
    reports += [dict(zip(answer["columns"], row)) for row in answer["rows"]]
    address = answer["next_url"]
print(len(reports), "reports")
"""
START: Final = """\
select year, count(*) as reports
from reports
where kind = 'article'
group by year
order by year desc"""


async def data(datasette: Any, request: Any) -> Any:
    async def held() -> web.Row:
        return await web.first(datasette, _HELD) or {}

    context = {
        "held": await web.kept(datasette, "data", held), "worked": worked.queries(), "levels": worked.LEVELS,
        "queries": datasette.metadata("queries", database=web.DATABASE) or {},
        "export": await downloads.found(datasette), "public": web.is_public(datasette), "start": START,
        "pages_code": highlighted(PYTHON_PAGES, "python"), "home_code": highlighted(SQL_AT_HOME, "bash"),
    }  # fmt: skip
    return await web.page(datasette, request, "data.html", context)


ROUTES = ((r"^/data$", data),)
