"""For writers: a verdict as sentences to print, with marks of citation, the references, and files of all reports.

`box` gives what ``_claim_writers.html`` shows as ``writers``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from datasette.utils import tilde_encode

from harvest.cite.formats import FORMATS
from harvest.cite.styles import STYLES, Style, listed
from harvest.claims import telling
from harvest.claims.asked import Asked, Marks, asked, order
from harvest.claims.choosing import MOST, MOST_OF_SEVERAL, RULE, Bearing, choose
from harvest.claims.rungs import DECIDING
from harvest.site import web
from harvest.site.claims.references import References, keys_of_facts, references
from harvest.site.claims.words import WITHOUT_STUDIES
from harvest.site.web import Row

MOST_IN_AN_ADDRESS: Final = 100
"""Reports that one address of ``/cite`` names; more than that are offered as a table."""
_CHOICES: Final = ("sort", "show")
"""Other choices of the page, kept when the style is changed."""
_AS_OF: Final = """
    select (select max(finished_at) from runs where status = 'complete') as harvested,
           (select value from about where name = 'version') as version"""
_BEARING: Final = """
    select report_id, stance, participants, sort_key from question_reports join reports on reports.id = report_id
    where question_id = :id and stance <> 'silent' and rung in (select value from json_each(:deciding))"""
_BY_RATE: Final = """
    select held.report_id, held.participants, sort_key,
           case when min(findings.rate) >= :percent then 'supports' when max(findings.rate) < :percent then 'contradicts'
                else 'mixed' end as stance
    from question_findings join findings on findings.id = finding_id
    join question_reports as held
      on held.question_id = question_findings.question_id and held.report_id = question_findings.report_id
    join reports on reports.id = held.report_id
    where question_findings.question_id = :id and rung in (select value from json_each(:deciding))
    group by held.report_id"""
"""The stances where a claim states a percentage of its own."""
_ALL: Final = """
    select count(distinct report_id) as number from question_reports
    where question_id in (select value from json_each(:ids))"""
_COUNTS: Final = ("verdict", "supports", "contradicts", "mixed", "silent", "participants")


@dataclass(frozen=True)
class _Part:
    """One question with what its sentence cites."""

    row: Row
    percent: float | None
    bearing: tuple[Bearing, ...]
    chosen: Mapping[str, Sequence[str]]
    facts: tuple[Row, ...]


async def box(datasette: Any, request: Any, claim: Mapping[str, Any] | None, questions: Sequence[Row]) -> Row:
    """What writers are offered on the page of a claim (its row of ``claims``), or of a question (``claim`` None).

    ``questions``: rows of ``questions``, each with its ``facts``, in the order in which the claim asks them.
    ``?style=`` chooses the citation style.
    """
    style = listed(request.args.get("style") or "")
    path = f"/claims/{tilde_encode(claim['id'])}" if claim else f"/questions/{tilde_encode(questions[0]['id'])}"

    async def work() -> Row:
        return await _made(datasette, claim, questions, style)

    return {
        **await web.kept(datasette, f"writers {path} {style.id}", work),
        "style": style, "styles": list(STYLES.values()), "path": path, "unfolded": bool(request.args.get("style")),
        "permalink": str(datasette.absolute_url(request, datasette.urls.path(path))),
        "hidden": [(name, request.args[name]) for name in _CHOICES if request.args.get(name)],
    }  # fmt: skip


async def _made(datasette: Any, claim: Mapping[str, Any] | None, questions: Sequence[Row], style: Style) -> Row:
    parts = [await _part(datasette, claim, row, len(questions)) for row in questions]
    facts = [fact for part in parts for fact in part.facts]
    keys = await keys_of_facts(datasette, facts)
    elsewhere = {keys[fact["id"]]: fact for fact in facts if keys[fact["id"]].endswith(":" + fact["id"])}
    cited = list(dict.fromkeys(key for part in parts for key in _keys(part, keys)))
    made = await references(datasette, cited, elsewhere, style)
    as_of = await web.first(datasette, _AS_OF) or {"harvested": None, "version": None}
    deciding = list(dict.fromkeys(one.report for part in parts for one in part.bearing))
    return {
        "sentences": list(_sentences(claim, parts, made, keys, telling.held(as_of["harvested"], as_of["version"]))),
        "counts": any(part.row["test"] not in WITHOUT_STUDIES for part in parts),
        "references": made.lines, "numeric": style.numeric, "total": len(deciding), "rule": RULE,
        "cited": sum(bool(one.report) for one in made.lines), "deciding": _address(deciding, style),
        **await _files(datasette, claim, questions),
    }  # fmt: skip


# ------------------------------------------------------------ what is cited


async def _part(datasette: Any, claim: Mapping[str, Any] | None, row: Row, of: int) -> _Part:
    if row["test"] in WITHOUT_STUDIES:
        return _Part(row, None, (), {}, tuple(_facts(claim, row)))
    percent, parameters = None, {"id": row["id"], "deciding": json.dumps(DECIDING.get(row["rung"], ()))}
    own = await _own_number(datasette, claim, row)
    if own:
        row, percent = row | own, claim["number"] if claim else None
    found = await web.rows(datasette, _BY_RATE if own else _BEARING, parameters | {"percent": percent})
    bearing = tuple(Bearing(one["report_id"], one["stance"], one["participants"], one["sort_key"]) for one in found)
    return _Part(row, percent, bearing, choose(bearing, order(asked(row)), MOST if of < 2 else MOST_OF_SEVERAL), ())


async def _own_number(datasette: Any, claim: Mapping[str, Any] | None, row: Row) -> Row | None:
    """The counts of a question of rates, taken with the percentage that the claim states."""
    if row["test"] != "rates" or not claim or claim["number"] is None or not claim["number_sql"]:
        return None
    found = await web.first(datasette, claim["number_sql"])
    return {name: found[name] for name in _COUNTS} if found and set(_COUNTS) <= found.keys() else None


def _facts(claim: Mapping[str, Any] | None, row: Row) -> list[Row]:
    """The facts that the reason names, of the claim where it asks nothing else; else the first."""
    facts = list(row.get("facts", ()))
    why = claim["why"] if claim and any(fact["says"] in claim["why"] for fact in facts) else row["why"]
    return [fact for fact in facts if fact["says"] in why] or facts[:1]


def _keys(part: _Part, keys: Mapping[str, str]) -> Iterator[str]:
    """Everything that the part cites, in the order of its sentence."""
    for reports in part.chosen.values():
        yield from reports
    for fact in part.facts:
        yield keys[fact["id"]]


def _marks(part: _Part, made: References) -> Marks:
    sizes = {stance: sum(one.stance == stance for one in part.bearing) for stance in part.chosen}
    return {
        stance: made.mark(reports, all_of_them=len(reports) == sizes[stance]) for stance, reports in part.chosen.items()
    }


# ------------------------------------------------------------ sentences


def _sentences(
    claim: Mapping[str, Any] | None, parts: Sequence[_Part], made: References, keys: Mapping[str, str], where: str
) -> Iterator[str]:
    """The sentences in their order; the last says what the database is."""
    given = [asked(part.row, _marks(part, made), part.percent) for part in parts]
    alone = claim is None or len(parts) == 1
    if claim and not alone:
        yield telling.several(claim["says"], claim["verdict"])
    for part, one in zip(parts, given, strict=True):
        told = _sentence(part, one, made, keys, where, bare=bool(claim) and alone)
        counts = part.row["test"] not in WITHOUT_STUDIES
        yield telling.claim(claim["says"], claim["verdict"], told, counted=counts) if claim and alone else told
        where = "held there" if counts else where
    yield from filter(None, _further(claim, [part.row for part in parts]))
    yield telling.ONLY if any(part.row["test"] not in WITHOUT_STUDIES for part in parts) else ""


def _sentence(part: _Part, one: Asked, made: References, keys: Mapping[str, str], where: str, *, bare: bool) -> str:
    if part.row["test"] == "facts":
        marks = {fact["id"]: made.mark([keys[fact["id"]]], all_of_them=True) for fact in part.facts}
        return telling.facts(one.about, part.facts, marks)
    return telling.question(one, where, bare=bare)


def _further(claim: Mapping[str, Any] | None, rows: Sequence[Row]) -> Iterator[str]:
    """On how much the words take in, and on a word that leaves no doubt."""
    if claim and claim["certainty"]:
        yield telling.certainty(claim["certainty"], claim["certainty_verdict"])
    for row in rows:
        if row["scope_of"]:
            yield telling.scope(row["scope_of"], row["scope_verdict"])


# ------------------------------------------------------------ all of the reports


def _address(reports: Sequence[str], style: Style) -> str:
    """Where all of them are cited; '' where they are too many for an address."""
    if not reports or len(reports) > MOST_IN_AN_ADDRESS:
        return ""
    return web.address("/cite", [*(("id", one) for one in reports), ("style", style.id)])


async def _files(datasette: Any, claim: Mapping[str, Any] | None, questions: Sequence[Row]) -> Row:
    """All reports that bear on it, as a table and as files for reference managers."""
    found = await web.first(datasette, _ALL, {"ids": json.dumps([row["id"] for row in questions])})
    table, chosen = (
        ("claim_reports", {"claim_id": claim["id"]})
        if claim
        else ("question_reports", {"question_id": questions[0]["id"]})
    )
    path = f"/{web.DATABASE}/{table}"
    return {
        "bearing": found["number"] if found else 0,
        "table": web.address(path, chosen),
        "files": [
            {"label": one.label, "reader": one.reader, "address": web.address(f"{path}.{one.extension}", chosen)}
            for one in FORMATS.values()
        ],
    }
