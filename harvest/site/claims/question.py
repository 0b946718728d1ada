"""One question with all that answers it, as its own page and the pages of its claims show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

from harvest.claims import rules
from harvest.claims.rungs import DECIDING, NOUNS
from harvest.site import together, web
from harvest.site.claims import studies, words
from harvest.site.claims.changing import Change, Counts, Rule, changes, told, usual_size
from harvest.site.claims.listing import Claim, claims
from harvest.site.claims.searches import searches, window
from harvest.site.report.concepts import concepts
from harvest.site.web import Row

QUESTION: Final = "select * from questions where id = :id"
_ABOUT: Final = {
    "question": QUESTION,
    "counts": """
        select rung, stance, count(*) as reports, sum(participants) as participants
        from question_reports where question_id = :id group by rung, stance""",
    "sizes": "select rung, stance, participants from question_reports where question_id = :id and stance <> 'silent'",
    "facts": """
        select facts.* from question_facts join facts on facts.id = fact_id
        where question_id = :id order by position""",
}
_SIDES: Final = """
    select contradictions.id, contradictions.says, resolved, contradiction_sides.says as side_says, side, claim_id
    from contradictions join contradiction_sides on contradictions.id = contradiction_id
    order by contradictions.rowid, side, claim_id"""
_SCHEMES: Final = {"pmid": "https://pubmed.ncbi.nlm.nih.gov/{}/", "doi": "https://doi.org/{}"}


async def question(datasette: Any, id: str, order: str = "newest", unfolded: str = "") -> Row | None:
    """Everything about one question; None where there is none. ``unfolded``: a stance of which all studies are listed."""

    async def work() -> Row | None:
        return await _question(datasette, id, order, unfolded)

    if unfolded:  # long, and seldom asked for
        return await work()
    return await web.kept(datasette, f"question {order} {id}", work)


async def _question(datasette: Any, id: str, order: str, unfolded: str) -> Row | None:
    found = await together.answers(datasette, _ABOUT, {"id": id})
    if not found["question"]:
        return None
    row = found["question"][0]
    by_studies = row["test"] not in words.WITHOUT_STUDIES
    known, held = await concepts(datasette), await claims(datasette)
    rows = await studies.listed(datasette, row, order, unfolded)
    said = await studies.said(datasette, id, [one["report_id"] for one in rows])
    ladder = studies.ladder(row, found["counts"])
    decided, others = studies.groups(row, rows, said, ladder, known)
    noun = NOUNS.get(row["rung"], NOUNS["any"])
    changed = _changes(row, found["sizes"]) if by_studies else ()
    return {
        **row,
        "meaning": words.meaning(row["verdict"], row["test"]),
        "by_studies": by_studies,
        "ladder": ladder,
        "decided": decided,
        "others": others,
        "facts": [fact | {"link": fact_link(fact)} for fact in found["facts"]],
        "changes": [told(one, row["test"], noun) for one in changed],
        "would_change": changed,
        "window": window(row["window_from"], row["window_to"]),
        "searches": await searches(datasette, row) if by_studies else [],
        "claims": [claim for claim in held.all if id in claim.questions],
    }


def _changes(row: Row, sizes: Iterable[Row]) -> tuple[Change, ...]:
    """What would change the verdict, by the rule of the question's test."""
    deciding = DECIDING.get(row["rung"], ())
    counts = Counts(*(row[name] or 0 for name in ("supports", "contradicts", "mixed", "participants")))
    people = usual_size(one["participants"] for one in sizes if one["rung"] in deciding)
    freed = rule({**row, "reviews_for": 0, "reviews_against": 0})
    made = changes(counts, row["verdict"], rule(row), people, freed)
    side = {"gap": "contradicts", "studied": "supports"}.get(row["test"])
    return tuple(change for change in made if side in (None, change.side))


def rule(question: Row) -> Rule:
    """The rule of the question's test, with its reviews as they are."""
    if question["test"] == "gap":
        return lambda supports, contradicts, mixed, people: rules.gap_verdict(contradicts)
    if question["test"] == "studied":
        return lambda supports, contradicts, mixed, people: rules.studied_verdict(supports)
    reviews = {name: question[name] for name in ("reviews_for", "reviews_against")}
    return partial(rules.verdict, **reviews)


def fact_link(fact: Mapping[str, Any]) -> str:
    """Where the source of a fact is: PubMed, else its DOI, else its own address if that is one of the web; else ''."""
    for scheme, address in _SCHEMES.items():
        if fact[scheme]:
            return address.format(fact[scheme])
    url = str(fact["url"] or "")
    return url if url.startswith(("https://", "http://")) else ""


async def contradictions(datasette: Any) -> list[Row]:
    """What the pages say against one another: says, how it can be ``resolved``, and its sides with their claims."""

    async def read() -> list[Row]:
        held = await claims(datasette)
        by_id = {claim.id: claim for claim in held.all}
        found: dict[Any, Row] = {}
        for row in await web.rows(datasette, _SIDES):
            one = found.setdefault(
                row["id"], {"id": row["id"], "says": row["says"], "resolved": row["resolved"], "sides": {}}
            )
            side = one["sides"].setdefault(row["side"], {"says": row["side_says"], "claims": []})
            if row["claim_id"] in by_id:
                side["claims"].append(by_id[row["claim_id"]])
        return [one | {"sides": list(one["sides"].values())} for one in found.values()]

    return await web.kept(datasette, "claims: contradictions", read)


async def opposed(datasette: Any, claim: Claim) -> list[Row]:
    """The contradictions that a claim has a side in, with the sides of the others alone."""
    found = []
    for one in await contradictions(datasette):
        mine = [side for side in one["sides"] if any(other.id == claim.id for other in side["claims"])]
        if mine:
            found.append(one | {"mine": mine, "sides": [side for side in one["sides"] if side not in mine]})
    return found


def means(claim: Claim, questions: Iterable[Row]) -> str:
    """What the verdict on a claim means, in a sentence or two."""
    asked = list(questions)
    if claim.verdict == "mixed" and {one["verdict"] for one in asked} != {"mixed"} and len(asked) > 1:
        return words.SEVERAL
    tests = {one["test"] for one in asked}
    return words.meaning(claim.verdict, tests.pop() if len(tests) == 1 else "")


def parts(claim: Claim) -> list[Row]:
    """The parts of a claim that have a verdict: name, what it is called, what it says, verdict, why."""
    row = claim.row
    number = f"{row['number']:g} %" if row["number"] is not None else ""
    says = {"number": number, "certainty": f"“{row['certainty']}”" if row["certainty"] else ""}
    made = [{"name": "direction", "says": "", "verdict": claim.verdict, "why": row["why"]}]
    made += [{"name": name, "says": says.get(name, ""), "verdict": verdict, "why": row[f"{name}_why"]}
             for name, verdict in claim.parts]  # fmt: skip
    return [{**part, "title": words.PARTS[part["name"]]} for part in made]
