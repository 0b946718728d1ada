"""``/claims``: what pages say about ketamine and whether the studies bear it out; ``/claims/ID``; ``/questions/ID``."""

from __future__ import annotations

from typing import Any, Final

from datasette.utils import tilde_decode, tilde_encode
from datasette.utils.asgi import Response

from harvest.site import web
from harvest.site.claims import data, listing, words, writers
from harvest.site.claims import question as asked
from harvest.site.claims.listing import Claim
from harvest.site.claims.sql import code
from harvest.site.claims.studies import MOST_UNFOLDED, ORDERS
from harvest.site.web import Route, Row

_OPEN: Final = {"access-control-allow-origin": "*"}
_NO_CLAIM: Final = "There is no claim “{}” here. The list of claims is at /claims."
_NO_QUESTION: Final = "There is no question “{}” here. The claims with the questions they ask are at /claims."


async def index(datasette: Any, request: Any) -> Response:
    """The list with its filters, its pictures, and what the pages say against one another."""
    held = await listing.claims(datasette)
    choice = listing.read(request.args, held)
    return await web.page(datasette, request, "claims.html", {
        "all": held, "choice": choice, "found": listing.found(held, choice), "facets": listing.facets(held, choice),
        "filters": listing.FILTERS, "sorts": listing.SORTS, "at_first": listing.SHOWN_AT_FIRST, "words": words,
        "pictures": await listing.pictures(datasette, datasette.urls.path) if held.all else (),
        "contradictions": await asked.contradictions(datasette), "questions": await listing.questions(datasette),
    })  # fmt: skip


async def index_as(datasette: Any, request: Any) -> Response:
    """The same claims as JSON or CSV."""
    held = await listing.claims(datasette)
    choice = listing.read(request.args, held)
    found = listing.found(held, choice)
    if request.url_vars["format"] == "csv":
        headers = {**_OPEN, "content-disposition": 'attachment; filename="claims.csv"'}
        return Response(data.as_csv(found), headers=headers, content_type="text/csv; charset=utf-8")
    return Response.json({
        "filters": dict(choice.chosen), "ignored": list(choice.ignored), "total": len(found), "of": len(held.all),
        "claims": [data.row(claim) for claim in found],
    }, headers=_OPEN)  # fmt: skip


async def claim(datasette: Any, request: Any) -> Response:
    """The page of one claim: its verdict, its parts, and each question it asks."""
    found = await _claim(datasette, request)
    context = await _shared(datasette, request)
    questions = [
        one for id in found.questions
        if (one := await asked.question(datasette, id, context["order"], context["unfolded"])) is not None
    ]  # fmt: skip
    opposed = await asked.opposed(datasette, found)
    names = (await listing.claims(datasette)).names
    return await web.page(datasette, request, "claim.html", {
        **context, "claim": found, "row": found.row, "parts": asked.parts(found), "questions": questions,
        "question": questions[0] if questions else None, "verdict": found.verdict, "opposed": opposed,
        "meaning": asked.means(found, questions), "names": names, "path": f"/claims/{tilde_encode(found.id)}",
        "writers": await writers.box(datasette, request, found.row, questions),
    })  # fmt: skip


async def claim_json(datasette: Any, request: Any) -> Response:
    """The same for programs, with every report that takes a side."""
    return Response.json(await data.claim(datasette, await _claim(datasette, request)), headers=_OPEN)


async def question(datasette: Any, request: Any) -> Response:
    """The page of one question and the claims that ask it."""
    key = tilde_decode(request.url_vars["id"])
    context = await _shared(datasette, request)
    found = await asked.question(datasette, key, context["order"], context["unfolded"])
    if found is None:
        raise web.missing(_NO_QUESTION.format(key[:60]))
    return await web.page(datasette, request, "question.html", {
        **context, "claim": None, "question": found, "verdict": found["verdict"], "path": f"/questions/{tilde_encode(key)}",
        "writers": await writers.box(datasette, request, None, [found]),
    })  # fmt: skip


async def all_questions(datasette: Any, request: Any) -> Response:
    """They are listed below the claims."""
    return Response.redirect(datasette.urls.path("/claims#questions"))


async def question_json(datasette: Any, request: Any) -> Response:
    """The same for programs, with every report that takes a side."""
    key = tilde_decode(request.url_vars["id"])
    found = await data.question(datasette, key)
    if found is None:
        raise web.missing(_NO_QUESTION.format(key[:60]))
    return Response.json(found, headers=_OPEN)


async def row_page(datasette: Any, request: Any) -> Response:
    """The rows of both tables have better pages; Datasette's own links lead to them."""
    key = tilde_decode(request.url_vars["id"])
    return Response.redirect(datasette.urls.path(f"/{request.url_vars['table']}/{tilde_encode(key)}"), status=301)


async def _claim(datasette: Any, request: Any) -> Claim:
    key = tilde_decode(request.url_vars["id"])
    found = (await listing.claims(datasette)).by_id(key)
    if found is None:
        raise web.missing(_NO_CLAIM.format(key[:60]))
    return found


async def _shared(datasette: Any, request: Any) -> Row:
    """The choices of the address that both pages know, and what their templates need."""
    order = request.args.get("sort") or ""
    unfolded = request.args.get("show") or ""
    return {
        "order": order if order in ORDERS else "newest",
        "unfolded": unfolded if unfolded in words.STANCES else "",
        "orders": list(ORDERS), "most": MOST_UNFOLDED, "words": words, "sql": code,
    }  # fmt: skip


_ID: Final = r"(?P<id>[^/.]+)"
ROUTES: Final[tuple[Route, ...]] = (
    (r"^/claims$", index),
    (r"^/claims\.(?P<format>json|csv)$", index_as),
    (rf"^/claims/{_ID}\.json$", claim_json),
    (rf"^/claims/{_ID}$", claim),
    (r"^/questions$", all_questions),
    (rf"^/questions/{_ID}\.json$", question_json),
    (rf"^/questions/{_ID}$", question),
    (rf"^/{web.DATABASE}/(?P<table>claims|questions)/{_ID}$", row_page),
)
