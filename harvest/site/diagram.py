"""The picture of the schema: boxes for tables, lines for foreign keys, laid out for inline SVG.

Template ``_diagram.html`` draws it without script and inline style; colours are classes in ``static/data.css``. The
twelve tables of concepts are alike, and so are the twelve of tags: each dozen is drawn as one box. Tables that are not
named in `LAYOUT` come last in the last column, so that a new one cannot be missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from harvest.schema import DIMENSIONS

CONCEPTS, TAGS = "<dimension>s", "report_<dimension>s"
FOLDED: Final = dict.fromkeys(DIMENSIONS.values(), CONCEPTS) | {f"report_{n}": TAGS for n in DIMENSIONS.values()}

Stack = tuple[str, tuple[str, ...]]
LAYOUT: Final[tuple[tuple[Stack, ...], ...]] = (
    (("Sources and runs", ("windows", "runs", "sources", "rejected", "flow")), ("Studies", ("studies",))),
    (("Around a report", ("records", "identifiers", "aliases", "authors", "report_links", "report_mesh")),
     ("Reports of studies", ("study_reports",))),
    (("Reports", ("reports",)),),
    (("Tags", (TAGS,)), ("Evidence and findings", ("evidence", "quantities", "findings"))),
    (("Concepts", (CONCEPTS,)), ("Bookkeeping", ("changes", "accuracy", "about"))),
)  # fmt: skip
"""Columns from left to right, each of stacks with a heading; the last stack of a column stands at its foot."""

_WIDTH, _HEIGHT, _BETWEEN, _GAP, _HEADING, _MARGIN, _LANE = 174, 46, 14, 66, 26, 24, 8


@dataclass(frozen=True)
class Key:
    """A foreign key: ``column`` of ``table`` names a row of ``target``."""

    table: str
    column: str
    target: str


@dataclass(frozen=True)
class Box:
    name: str
    note: str
    anchor: str
    x: int
    y: int
    width: int
    height: int
    hub: bool = False
    lines: tuple[str, ...] = ()
    """What is written below, in a box tall enough."""

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


@dataclass(frozen=True)
class Line:
    """A drawn foreign key, or several between the same two boxes; ``path`` ends at the table that is pointed to."""

    path: str
    title: str


@dataclass(frozen=True)
class Heading:
    text: str
    x: int
    y: int


@dataclass(frozen=True)
class Diagram:
    width: int
    height: int
    boxes: tuple[Box, ...]
    headings: tuple[Heading, ...]
    lines: tuple[Line, ...]


def drawn(rows: Mapping[str, int], keys: Iterable[Key], inside: Sequence[str] = ()) -> Diagram:
    """The picture of the tables (name -> number of rows) and their foreign keys; ``inside`` is written into the hub."""
    columns = _columns(list(rows))
    height = max(_needed(column) for column in columns) + _HEADING
    boxes: dict[str, Box] = {}
    headings: list[Heading] = []
    for number, column in enumerate(columns):
        x = _MARGIN + number * (_WIDTH + _GAP)
        for heading, placed in _stacked(column, x, height):
            headings.append(heading)
            boxes |= {name: _box(name, x, y, tall, rows, tuple(inside)) for name, y, tall in placed}
    place = {name: number for number, column in enumerate(columns) for _, names in column for name in names}
    width = 2 * _MARGIN + len(columns) * _WIDTH + (len(columns) - 1) * _GAP
    lines = _lines(boxes, place, keys)
    return Diagram(width, height + _MARGIN, tuple(boxes.values()), tuple(headings), tuple(lines))


def _columns(tables: Sequence[str]) -> list[list[Stack]]:
    """`LAYOUT` with the tables that exist; those it does not name join the last stack."""
    existing = {FOLDED.get(name, name) for name in tables}
    named = {name for column in LAYOUT for _, names in column for name in names}
    columns = [[(heading, tuple(n for n in names if n in existing)) for heading, names in column] for column in LAYOUT]
    heading, names = columns[-1][-1]
    columns[-1][-1] = (heading, names + tuple(name for name in tables if FOLDED.get(name, name) not in named))
    return columns


def _needed(column: Sequence[Stack]) -> int:
    return sum(_HEADING + len(names) * (_HEIGHT + _BETWEEN) for _, names in column)


def _stacked(column: Sequence[Stack], x: int, height: int) -> Iterable[tuple[Heading, list[tuple[str, int, int]]]]:
    """Each stack's heading and (table, y, height) of its boxes. A table alone in its column fills it: it is the hub."""
    top = _HEADING
    for number, (text, names) in enumerate(column):
        if number == len(column) - 1 and number:
            top = height - _needed([(text, names)])
        alone = len(column) == 1 and len(names) == 1
        tall = height - top - _HEADING - _BETWEEN if alone else _HEIGHT
        start = top + _HEADING
        yield Heading(text, x, top + 16), [(n, start + i * (_HEIGHT + _BETWEEN), tall) for i, n in enumerate(names)]
        top += _needed([(text, names)])


def _box(name: str, x: int, y: int, height: int, rows: Mapping[str, int], inside: tuple[str, ...]) -> Box:
    alike = [number for table, number in rows.items() if FOLDED.get(table) == name]
    counted = f"{sum(alike) if alike else rows.get(name, 0):,} rows"
    note = f"{len(alike)} alike, {counted}" if alike else counted
    anchor = {CONCEPTS: "concepts", TAGS: "tags"}.get(name, name)
    hub = height > _HEIGHT
    return Box(name, note, anchor, x, y, _WIDTH, height, hub, inside if hub else ())


def _lines(boxes: Mapping[str, Box], place: Mapping[str, int], keys: Iterable[Key]) -> Iterable[Line]:
    """One line for each pair of boxes. Lanes keep lines between the same two columns apart."""
    pairs: dict[tuple[str, str], list[str]] = {}
    for key in keys:
        ends = FOLDED.get(key.table, key.table), FOLDED.get(key.target, key.target)
        columns = pairs.setdefault(ends, [])
        column = key.column if FOLDED.get(key.table) != TAGS or key.column == "report_id" else "<dimension>_id"
        if column not in columns:
            columns.append(column)
    lanes: dict[int, int] = {}
    arriving: dict[str, int] = {}
    for (start, end), columns in pairs.items():
        a, b = boxes[start], boxes[end]
        step = place[end] - place[start]
        arriving[end] = arriving.get(end, -1) + 1
        path = _path(a, b, step, place[start], lanes, arriving[end])
        yield Line(path, f"{start}: {', '.join(columns)} → {end}")


def _path(a: Box, b: Box, step: int, column: int, lanes: dict[int, int], arrival: int) -> str:
    """The way of a line from box ``a`` to box ``b``, ``step`` columns to the right (negative: to the left)."""

    def lane(gap: int) -> int:
        """A free vertical in the gap to the right of a column (-1: the left margin)."""
        lanes[gap] = lanes.get(gap, -1) + 1
        left = _MARGIN + gap * (_WIDTH + _GAP) + _WIDTH
        return left + 15 + _LANE * (lanes[gap] % 5)

    if a is b:
        return f"M{a.right} {a.middle - 9} h14 v18 h-14"
    if step == 0 and abs(b.y - a.y) <= _HEIGHT + _BETWEEN:
        x = a.x + _WIDTH // 2
        return f"M{x} {a.y + a.height} V{b.y}" if b.y > a.y else f"M{x} {a.y} V{b.y + b.height}"
    if step == 0:
        return f"M{a.x} {a.middle} h-12 V{b.middle} H{b.x}"
    leave, enter = (a.right, b.x) if step > 0 else (a.x, b.right)
    first, last = (column, column + step - 1) if step > 0 else (column - 1, column + step)
    if abs(step) == 1:
        if b.y + 6 <= a.middle <= b.y + b.height - 6:
            return f"M{leave} {a.middle} H{enter}"
        return f"M{leave} {a.middle} H{lane(first)} V{b.y + 14 + 9 * (arrival % 4)} H{enter}"
    over = 10 + 6 * (arrival % 2)
    start = a.y + 16 if a.hub else a.middle
    return f"M{leave} {start} H{lane(first)} V{over} H{lane(last)} V{b.y + 12} H{enter}"
