"""``/flow``: the PRISMA 2020 flow of this database as a picture, every number a link, and the table behind it.

Page and colleagues 2021, doi:10.1136/bmj.n71. A database is no systematic review: nobody read full texts and nothing was
judged; the boxes say what was done instead.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from harvest.site import web
from harvest.site.words import counted

_LINE: Final = 24
"""Height of a line of text, so that neighbouring links are far enough apart for a finger."""
_LETTER: Final = 7.7
"""Width of a letter at the size of the text, on the safe side."""
_PADDING: Final = 12
_GAP: Final = 34
_PHASE: Final = 30.0
_PAGE: Final = 100

SCOPES: Final = {
    "mentioned": (
        "Reports that only mention the drug",
        "id not in (select report_id from report_drugs where role = 'studied') and id in (select report_id from report_drugs)",
    ),
    "unnamed": (
        "Reports whose title, abstract and index terms do not name the drug",
        "id not in (select report_id from report_drugs)",
    ),
}
"""Scopes of reports that no filter of a table can tell: heading, condition on reports."""


@dataclass(frozen=True)
class Line:
    """A line of a box: words, and for most a number with the address of the rows that it counts."""

    text: str
    number: int | None = None
    href: str = ""

    @property
    def words(self) -> str:
        return self.text if self.number is None else f"{self.text} (n = {self.number:,})"


@dataclass(frozen=True)
class Box:
    """A box of the picture. ``aside``: what left the flow, beside the arrow instead of in it."""

    phase: str
    title: str
    lines: tuple[Line, ...]
    aside: bool = False


@dataclass(frozen=True)
class Text:
    """Words at a place: one link may take several."""

    rows: tuple[tuple[float, str], ...]
    x: float
    href: str
    strong: bool


@dataclass(frozen=True)
class Placed:
    """A box with its place, in units of the picture."""

    x: float
    y: float
    width: float
    height: float
    texts: tuple[Text, ...]
    aside: bool


@dataclass(frozen=True)
class Arrow:
    """A line through these points, with its head at the last, pointing ``down`` or ``right``."""

    points: tuple[tuple[float, float], ...]
    points_to: str


@dataclass(frozen=True)
class Picture:
    """The flow drawn for one width: ``wide`` with what left the flow on the right, ``narrow`` one below the other."""

    kind: str
    width: float
    height: float
    boxes: tuple[Placed, ...]
    phases: tuple[tuple[float, float, str], ...]
    arrows: tuple[Arrow, ...]


class Numbers:
    """The table ``flow``, asked by stage."""

    def __init__(self, rows: Iterable[web.Row], titles: dict[str, str]) -> None:
        self.rows = list(rows)
        self.titles = titles

    def of(self, stage: str) -> dict[str | None, int]:
        """Source (None for totals) -> number; empty where the table does not hold the stage."""
        return {row["source"]: row["number"] for row in self.rows if row["stage"] == stage}

    def total(self, stage: str) -> int:
        return sum(self.of(stage).values())

    def href(self, stage: str, source: str | None = None) -> str:
        """The rows that a number counts."""
        left = [name for name in ("withdrawn", "unreadable") if source in self.of(name)]
        if stage == "records" or (stage == "identified" and source and not left):
            return web.address(f"/{web.DATABASE}/records", {"source": source})
        if stage in ("withdrawn", "unreadable"):
            step = "parse" if stage == "unreadable" else stage
            return web.address(f"/{web.DATABASE}/rejected", {"stage": step, "source": source})
        if stage == "studied":
            return web.address("/search", [("drug", name) for name in self.titles.get("drugs", "").split()])
        return {
            "duplicates": f"/{web.DATABASE}/records?match_rule__not=first",
            "reports": f"/{web.DATABASE}/reports", "studies": f"/{web.DATABASE}/studies",
            "mentioned": "/flow/mentioned", "unnamed": "/flow/unnamed",
        }.get(stage, web.address(f"/{web.DATABASE}/prisma_flow", {"source": source}))  # fmt: skip

    def line(self, stage: str, text: str, source: str | None = None) -> Line:
        number = self.of(stage).get(source, 0) if source else self.total(stage)
        return Line(text, number, self.href(stage, source))


def boxes(numbers: Numbers) -> tuple[Box, ...]:
    """The flow from top to bottom; what left it stands after the box that it left."""
    sources = [source for source in numbers.of("identified") if source]
    line = numbers.line
    return (
        Box("Identification", f"Identified in {counted(len(sources), 'source')}",
            tuple(line("identified", numbers.titles.get(source, source), source) for source in sources)),
        Box("Identification", "Not used", aside=True, lines=(
            line("withdrawn", "No longer served by their source"), line("unreadable", "Could not be read"))),
        Box("Identification", "Read", (line("records", "Records"),)),
        Box("Identification", "Duplicates, joined and kept", aside=True, lines=(
            line("duplicates", "Records of a report already there"),)),
        Box("Screening", "Screened by title, abstract and index terms", (line("reports", "Reports"),)),
        Box("Screening", "Kept, but not counted as studying the drug", aside=True, lines=(
            line("mentioned", "Only mention it"), line("unnamed", "Do not name it"))),
        Box("Screening", "Read as full texts", (Line("None. Only abstracts are read here"),)),
        Box("Included", "Study ketamine, esketamine or arketamine", (line("studied", "Reports"),)),
        Box("Included", "Of all reports", aside=True, lines=(
            line("studies", "Studies, known by registration or linked reports"),)),
    )  # fmt: skip


def draw(flow: Sequence[Box], kind: str) -> Picture:
    """The boxes with their places; ``kind``: ``wide`` or ``narrow``."""
    wide = kind == "wide"
    left, width, beside = (34.0, 380.0, 446.0) if wide else (0.0, 328.0, 28.0)
    placed: list[Placed] = []
    phases: dict[str, tuple[float, float]] = {}
    y, last = 0.0, 0.0
    for box in flow:
        if box.phase not in phases and not wide:
            y += _PHASE
        # What left the flow stands beside its box where there is room, else below it.
        x, top = (beside, last if wide else y) if box.aside else (left, y)
        shape = _place(box, x, top, width - (x if not wide else 0))
        last = last if box.aside else shape.y
        y = max(y, shape.y + shape.height + _GAP)
        start, end = phases.get(box.phase, (shape.y, 0.0))
        phases[box.phase] = (start, max(end, shape.y + shape.height))
        placed.append(shape)
    names = tuple((start, end, name) for name, (start, end) in phases.items())
    return Picture(
        kind, beside + width if wide else width, y - _GAP + 2, tuple(placed), names, tuple(_arrows(placed, wide))
    )


def _place(box: Box, x: float, y: float, width: float) -> Placed:
    """The box as high as its text."""
    texts, at = [], y + _PADDING + 14
    for line, strong in [(Line(box.title), True), *((line, False) for line in box.lines)]:
        # Bold letters are wider.
        fitting = int((width - 2 * _PADDING) / (_LETTER * (1.06 if strong else 1)))
        parts = textwrap.wrap(line.words.replace("(n = ", "(n\xa0=\xa0"), fitting, break_on_hyphens=False)
        rows = tuple((at + _LINE * number, part) for number, part in enumerate(parts))
        texts.append(Text(rows, x + _PADDING, line.href, strong))
        at += _LINE * len(rows)
    return Placed(x, y, width, at - y - 14 + 4, tuple(texts), box.aside)


def _arrows(placed: Sequence[Placed], wide: bool) -> Iterator[Arrow]:
    """From each box of the flow to the next, and to what left it."""
    trunk = [box for box in placed if not box.aside]
    middle = trunk[0].x + (trunk[0].width / 2 if wide else 14)
    for one, other in pairwise(trunk):
        yield Arrow(((middle, one.y + one.height), (middle, other.y - 1)), "down")
    box = trunk[0]
    for shape in placed:
        if not shape.aside:
            box = shape
        elif wide:
            y = shape.y + min(shape.height, box.height) / 2
            yield Arrow(((box.x + box.width, y), (shape.x - 1, y)), "right")
        else:
            y = shape.y + shape.height / 2
            yield Arrow(((middle, box.y + box.height), (middle, y), (shape.x - 1, y)), "right")


def sums(numbers: Numbers) -> list[str]:
    """The flow as sums in words, for readers who check; none where the table is not whole."""
    total = numbers.total
    if not (numbers.of("records") and numbers.of("studied")):
        return []
    lost = total("withdrawn") + total("unreadable")
    return [
        f"{total('identified'):,} identified, less {lost:,} not used, are {total('records'):,} records.",
        f"{total('records'):,} records, of which {total('duplicates'):,} are of a report already there, are "
        f"{total('reports'):,} reports.",
        f"{total('reports'):,} reports are {total('studied'):,} that study the drug, {total('mentioned'):,} that only "
        f"mention it and {total('unnamed'):,} that do not name it.",
    ]


async def numbers_of(datasette: Any) -> Numbers:
    rows = await web.rows(
        datasette, "select position, stage, label, source, number, detail from flow order by position"
    )
    titles = {row["id"]: row["title"] for row in await web.rows(datasette, "select id, title from sources")}
    drugs = await web.rows(datasette, "select id from drugs where studied > 0 order by id")
    return Numbers(rows, titles | {"drugs": " ".join(row["id"] for row in drugs)})


async def flow(datasette: Any, request: Any) -> Any:
    numbers = await web.kept(datasette, "flow", lambda: numbers_of(datasette))
    pictures = [draw(boxes(numbers), kind) for kind in ("wide", "narrow")] if numbers.rows else []
    rows = [row | {"href": numbers.href(row["stage"], row["source"]),
                   "name": numbers.titles.get(row["source"], row["source"])} for row in numbers.rows]  # fmt: skip
    return await web.page(
        datasette, request, "flow.html", {"pictures": pictures, "flow_rows": rows, "sums": sums(numbers)}
    )


async def scope(datasette: Any, request: Any) -> Any:
    """The reports behind a number that no table's filter can tell, `_PAGE` on a page."""
    name = request.url_vars["scope"]
    heading, condition = SCOPES[name]
    total = await web.kept(datasette, f"flow: {name}", lambda: _count(datasette, condition))
    number = min(max(web.number(request.args.get("page")), 1), max(1, -(-total // _PAGE)))
    found = await web.rows(
        datasette,
        f"""select id, title, journal, kind, year, retracted from reports where {condition}
            order by sort_key desc limit {_PAGE} offset {(number - 1) * _PAGE}""",  # noqa: S608 (ours)
    )
    after = web.address(f"/flow/{name}", {"page": number + 1}) if number * _PAGE < total else ""
    context = {"heading": heading, "counted": total, "found": found, "next": after, "scope": name}
    return await web.page(datasette, request, "flow_reports.html", context)


async def _count(datasette: Any, condition: str) -> int:
    found = await web.first(datasette, f"select count(*) as number from reports where {condition}")  # noqa: S608
    return int(found["number"]) if found else 0


ROUTES: Final = ((r"^/flow$", flow), (rf"^/flow/(?P<scope>{'|'.join(SCOPES)})$", scope))
