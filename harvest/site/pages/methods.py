"""``/methods``: what was searched, how records became reports, how they are read, and what this cannot do.

Everything that is counted comes from the tables; what the rules are called in words stands here and in the template.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from harvest import locations
from harvest.claims import rules
from harvest.dedupe import compare
from harvest.dedupe.match import RULES, Rule
from harvest.schema import DIMENSIONS
from harvest.site import web
from harvest.site.words import listed

CITATION: Final = "CITATION.cff"

_TABLES: Final = {
    "kinds": "select kind as name, count(*) as number from reports group by kind order by number desc, kind",
    "directions": "select direction as name, count(*) as number from reports group by direction order by number desc",
    "texts": """select case when digest is not null and abstract_kind is 'digest' then 'digest'
                       when abstract_kind is null then 'none' when abstract is null then 'withheld' else abstract_kind end
                  as name, count(*) as number from reports group by 1 order by number desc""",
    "joins": "select match_rule as name, count(*) as number from records group by match_rule order by number desc, match_rule",
    "links": """select rule as name, certain, count(*) as number, count(distinct study_id) as studies
                from study_reports group by rule, certain order by number desc, rule""",
    "numbers": "select kind as name, count(*) as number from quantities group by kind order by number desc, kind",
    "rejected": """select stage, reason, count(*) as number from rejected group by stage, reason
                   order by number desc, stage, reason limit 50""",
    "changed": "select change as name, count(*) as number from changes group by change order by change",
    "sources": """select id, title, homepage, licence, terms, records, last_harvest_at,
                    (select count(*) from runs where runs.source = sources.id) as runs
                  from sources order by id = 'starter', records desc, id""",
    "asked": """select source, id, mode, status, query, translation, started_at, finished_at, expected, received, message
                from runs where id in (
                  select coalesce(max(case when mode = 'full' then id end), max(id)) from runs group by source)
                order by source""",
    "open_windows": """
        select windows.id, runs.source, windows.key, windows.status, windows.expected, windows.received, windows.message
        from windows join runs on runs.id = windows.run_id
        where windows.status in ('open', 'incomplete') and not exists (
          select 1 from windows as later join runs as later_run on later_run.id = later.run_id
          where later.run_id > windows.run_id and later_run.source = runs.source and later.key = windows.key
            and later.kind = windows.kind and later.status = 'complete')
        order by windows.id desc limit 50""",
    "open_runs": """select id, source, status, expected, received, message from runs as run where status <> 'complete'
                    and id = (select max(id) from runs where runs.source = run.source)""",
    "about": "select name, value from about order by name",
}  # fmt: skip
_COUNTED: Final = (
    "reports",
    "records",
    "studies",
    "evidence",
    "findings",
    "quantities",
    "accuracy",
    "questions",
    "facts",
)

IDENTIFIER_RULES: Final = {
    "first": "The record that the report began with; nothing was joined by it.",
    "pmid": "Both name the same PubMed number.", "doi": "Both name the same DOI.",
    "pmcid": "Both name the same PubMed Central number.",
    "registration": "Both are entries of the registry under the same number.",
}  # fmt: skip
STUDY_RULES: Final = {
    "registration": "The report states the registration number of the study.",
    "registry-result": "The registry lists the report as a result of the study.",
    "registry-derived": "The registry lists the report as one that names the study's number.",
    "stated-preprint": "A source says that one is the preprint of the other.",
    "preprint-title": "Preprint and article share title and people; no source says so, so it is not certain.",
}  # fmt: skip
TEXTS: Final = {
    "abstract": ("The authors' abstract", "/ketamine/reports?abstract_kind=abstract"),
    "registry-summary": ("The summary of a registry entry", "/ketamine/reports?abstract_kind=registry-summary"),
    "digest": ("No abstract, but our own digest", "/ketamine/reports?abstract_kind=digest"),
    "withheld": ("An abstract that was read but may not be shown in this copy",
                 "/ketamine/reports?abstract_kind__notblank=1&abstract__isblank=1"),
    "none": ("No text but the title and what it is indexed with", "/ketamine/reports?abstract_kind__isblank=1"),
}  # fmt: skip
_TITLES: Final = {
    compare.SAME: "The same title", compare.CLOSE: "Nearly the same title",
    compare.PART: "The same main title, where one lacks the subtitle",
}  # fmt: skip
_FIELDS: Final = ("authors", "journal", "year", "volume", "pages", "abstract")


def rule_in_words(rule: Rule) -> str:
    """What two records must share by a rule of likeness.

    >>> rule_in_words(RULES[0])
    'Nearly the same title; authors, volume and pages agree.'
    """
    agreeing = [field for field in _FIELDS if getattr(rule, field) == compare.AGREES]
    parts = [_TITLES[rule.title]]
    if rule.distinctive:
        parts[0] += ", of words that few titles share"
    if agreeing:
        parts.append(f"{listed(agreeing)} agree{'s' if len(agreeing) == 1 else ''}")
    if rule.year == compare.ADJACENT:
        parts.append("years at most one apart")
    if rule.unique:
        parts.append("and no other report fits")
    return "; ".join(parts) + "."


RULES_IN_WORDS: Final = IDENTIFIER_RULES | {rule.name: rule_in_words(rule) for rule in RULES}


def citation(folder: Path | None = None) -> Mapping[str, Any]:
    """The facts of CITATION.cff (citation-file-format.github.io), empty where the file does not come along."""
    definitions = folder or locations.definitions()
    for path in (definitions / CITATION, definitions.parent / CITATION):
        if path.is_file():
            found = yaml.safe_load(path.read_text("utf-8"))
            return found if isinstance(found, dict) else {}
    return {}


async def _facts(datasette: Any) -> web.Row:
    """Everything the page shows; the same as long as the file is."""
    facts: web.Row = {name: await web.rows(datasette, sql) for name, sql in _TABLES.items()}
    for name in _COUNTED:
        found = await web.first(datasette, f"select count(*) as number from {name}")  # noqa: S608 (our own tables)
        facts[f"number_of_{name}"] = found["number"] if found else 0
    facts["vocabulary"] = [await _size(datasette, dimension, table) for dimension, table in DIMENSIONS.items()]
    facts["built"] = {row["name"]: row["value"] for row in facts["about"]}
    facts["titles"] = {row["id"]: row["title"] for row in facts["sources"]}
    return facts


async def _size(datasette: Any, dimension: str, table: str) -> web.Row:
    found = await web.first(
        datasette,
        f"""select count(*) as concepts, coalesce(sum(reports > 0), 0) as used,
                   (select count(*) from report_{table}) as tags,
                   (select count(*) from report_{table} where role = 'studied') as studied from {table}""",  # noqa: S608
    )
    return {"dimension": dimension, "table": table, **(found or {})}


async def methods(datasette: Any, request: Any) -> Any:
    facts = await web.kept(datasette, "methods", lambda: _facts(datasette))
    return await web.page(datasette, request, "methods.html", {
        **facts, "cite": citation(), "rules_in_words": RULES_IN_WORDS, "study_rules": STUDY_RULES, "text_kinds": TEXTS, "rule": rules,
    })  # fmt: skip


ROUTES: Final = ((r"^/methods$", methods),)
