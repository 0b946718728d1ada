"""Bar charts as inline SVG, drawn by pygal on the server: no script, no inline style, colours from ``static/charts.css``.

Every bar is a link to the rows it counts and has a title that says so in words. A chart is a picture of a table: show the
table behind it on the same page (template ``_chart.html`` does both). Each chart is drawn twice, for wide and for narrow
columns, so that its text stays readable on a phone; the stylesheet shows one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pygal
from lxml import etree
from markupsafe import Markup
from pygal.graph.horizontal import HorizontalGraph
from pygal.style import Style

_STYLE: Final = Style(font_family="inherit", label_font_size=13, major_label_font_size=13)
_HEIGHT, _ROW = 250, 28
_STEPS: Final = (1, 2, 5, 10, 20, 50)
_MOST_TOTALS: Final = 14
"""Up to so many names the whole is written at each bar; more would run into each other."""
_DROPPED: Final = ("defs", "script", "style", "desc", "title")
_KEPT: Final = frozenset({"class", "transform", "x", "y", "width", "height", "d", "href", "viewBox"})
"""Attributes that stay; pygal's ids, inline styles, events and rounded corners go."""


@dataclass(frozen=True)
class Bar:
    """One value: how many, and the address of the rows that it counts."""

    number: int
    href: str


@dataclass(frozen=True)
class Series:
    """One colour of the chart: ``kind`` becomes its class (``benefit``, ``no-difference``, ``reports`` ...)."""

    kind: str
    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Chart:
    """What a chart shows: a bar, or stack of bars, for each of ``names``. ``svg`` draws it, the template tabulates it."""

    title: str
    names: tuple[str, ...]
    series: tuple[Series, ...]
    horizontal: bool = False
    unit: str = "reports"

    @cached_property
    def svg(self) -> Markup:
        """The drawing, 10 to 60 ms, made once: pages keep the chart (`web.kept`). Nothing where the chart is `empty`."""
        if self.empty:
            return Markup("")
        return Markup("\n").join(_drawn(self, size) for size in (_WIDE, _NARROW))

    @property
    def empty(self) -> bool:
        return not any(bar.number for series in self.series for bar in series.bars)


@dataclass(frozen=True)
class _Size:
    """A drawing for one width of column, in units that are pixels at full size."""

    name: str
    width: int
    most_labels: int
    longest_label: int
    most_links: int
    """More names than this and a bar is too thin for a finger: the links are in the table behind the picture."""


_WIDE: Final = _Size("wide", 760, 13, 30, 1000)
_NARROW: Final = _Size("narrow", 340, 6, 18, 12)


def _drawn(chart: Chart, size: _Size) -> Markup:
    source = _pygal(chart, size).render(is_unicode=True)
    plot = next(
        group for group in etree.fromstring(source.encode()).iter("{*}g") if group.get("class") == "plot"
    )  # the overlays that follow it are for pygal's script
    drawing = _svg(chart, size)
    drawing.append(_cleaned(plot))
    for place, series in enumerate(chart.series):
        _link_bars(chart, series, _group_of(plot, place), linked=len(chart.names) <= size.most_links)
    if len(chart.names) <= _MOST_TOTALS:
        _write_totals(chart, plot)
    etree.cleanup_namespaces(drawing)
    return Markup(etree.tostring(drawing, encoding="unicode"))  # noqa: S704 (serialised by lxml, which escapes)


class _Upright(pygal.StackedBar):  # type: ignore[misc]
    """Without the hidden values for pygal's script, which are half of its work and not used here."""

    def _tooltip_and_print_values(self, *_: Any) -> None:
        """Nothing; where pygal no longer has this method, it only takes longer."""


class _Lying(HorizontalGraph, _Upright):  # type: ignore[misc]
    """The same with bars from left to right."""


def _pygal(chart: Chart, size: _Size) -> Any:
    kind = _Lying if chart.horizontal else _Upright
    most = max(sum(series.bars[place].number for series in chart.series) for place in range(len(chart.names)))
    drawing = kind(
        css=[], js=[], style=_STYLE, width=size.width, height=_height(chart), show_legend=False, no_prefix=True,
        disable_xml_declaration=True, margin=4, margin_top=16, margin_right=44 if chart.horizontal else 4, spacing=6,
        show_minor_x_labels=chart.horizontal, truncate_label=-1,
        print_values=False, range=(0, most), value_formatter="{:,.0f}".format, include_x_axis=True,
    )  # fmt: skip
    drawing.y_labels = _scale(most, size)
    names = [_cut(_printable(name), _longest(chart, size)) for name in _ordered(chart.names, chart)]
    drawing.x_labels = names
    if not chart.horizontal:
        drawing.x_labels_major = _labelled(names, size.most_labels)
    for series in chart.series:
        drawing.add(series.kind, [bar.number for bar in _ordered(series.bars, chart)])
    return drawing


def _height(chart: Chart) -> int:
    return 44 + _ROW * len(chart.names) if chart.horizontal else _HEIGHT


def _printable(text: str) -> str:
    """Without characters that XML cannot hold (a NUL in a name would break the drawing)."""
    kept = (letter if letter.isprintable() else " " * letter.isspace() for letter in text)
    return "".join(kept) or "-"


def _longest(chart: Chart, size: _Size) -> int:
    """Characters that a name may have: beside its bar, or under it without touching the next."""
    beneath = size.width // (8 * min(len(chart.names), size.most_labels))
    return size.longest_label if chart.horizontal else max(4, beneath)


def _cut(name: str, longest: int) -> str:
    """A name that fits beside its bar; the whole name is in the title of the bar and in the table."""
    return name if len(name) <= longest else name[: longest - 1].rstrip() + "…"


def _ordered(items: Sequence[Any], chart: Chart) -> Sequence[Any]:
    """A horizontal chart is drawn from the bottom up; the first name belongs to the top."""
    return items[::-1] if chart.horizontal else items


def _scale(most: int, size: _Size) -> list[int]:
    """Round whole numbers from 0 to ``most``: half a report helps nobody.

    >>> _scale(1, _WIDE), _scale(7, _WIDE), _scale(1234, _WIDE)
    ([0, 1], [0, 2, 4, 6], [0, 500, 1000])
    """
    wanted = 5 if size is _WIDE else 3
    power = 10 ** (len(str(most)) - 1)
    steps = [max(1, power * factor // 10) for factor in _STEPS]
    step = next(step for step in steps if most // step < wanted)
    return list(range(0, most + 1, step))


def _labelled(names: Sequence[str], most: int) -> list[str]:
    """The names that are written under the axis: all, or round years, or every so many."""
    if len(names) <= most:
        return list(names)
    years = all(name.isascii() and name.isdigit() and len(name) == 4 for name in names)
    step = next((step for step in _STEPS if len(names) / step <= most), len(names))
    return [name for place, name in enumerate(names) if (int(name) if years else place) % step == 0]


def _svg(chart: Chart, size: _Size) -> Any:
    """An empty drawing. With links inside it is a group of them, without it is one picture."""
    drawing: Any = etree.fromstring('<svg xmlns="http://www.w3.org/2000/svg"/>')
    drawing.set("viewBox", f"0 0 {size.width} {_height(chart)}")
    drawing.set("class", f"chart {size.name} {'horizontal' if chart.horizontal else 'vertical'}")
    drawing.set("role", "group" if len(chart.names) <= size.most_links else "img")
    drawing.set("aria-label", _printable(chart.title))
    return drawing


def _cleaned(plot: Any) -> Any:
    """The same tree without pygal's scripts, styles, descriptions and links, and with short numbers."""
    for element in list(plot.iter(*(f"{{*}}{name}" for name in _DROPPED), etree.Comment)):
        element.getparent().remove(element)
    for element in plot.iter():
        for name in set(element.attrib) - _KEPT:
            del element.attrib[name]
        for name in {"x", "y", "width", "height"} & set(element.attrib):
            element.set(name, _short(element.get(name)))
    background = plot[0]
    if background.get("class") == "background":
        plot.remove(background)
    return plot


def _short(number: str | float) -> str:
    return f"{float(number):.1f}".removesuffix(".0")


def _group_of(plot: Any, place: int) -> Any:
    return next(group for group in plot.iter("{*}g") if f"serie-{place}" in (group.get("class") or "").split())


def _link_bars(chart: Chart, series: Series, group: Any, linked: bool) -> None:
    """Each bar of the series in its colour, with a title in words and, where there is room, a link; no bar for zero."""
    group.set("class", f"series {series.kind}")
    for (name, bar), element in zip(_values(chart, series), list(group.iter("{*}rect")), strict=True):
        holder = element.getparent()
        if not bar.number:
            holder.getparent().remove(holder)
            continue
        words = _printable(f"{name}, {series.label}: {bar.number:,} {_unit(chart, bar.number)}")
        element.attrib.pop("class", None)
        holder.set("class", "bar")
        if linked:
            holder.remove(element)
            link = etree.SubElement(holder, _named(holder, "a"), {"href": _printable(bar.href), "aria-label": words})
            etree.SubElement(link, _named(holder, "title")).text = words
            link.append(element)


def _unit(chart: Chart, number: int) -> str:
    """``reports``, of one ``report``."""
    return {"studies": "study"}.get(chart.unit, chart.unit.removesuffix("s")) if number == 1 else chart.unit


def _values(chart: Chart, series: Series) -> Iterator[tuple[str, Bar]]:
    return zip(_ordered(chart.names, chart), _ordered(series.bars, chart), strict=True)


def _named(near: Any, name: str) -> str:
    """The tag in the namespace of its neighbour."""
    return f"{{{etree.QName(near).namespace}}}{name}"


def _write_totals(chart: Chart, plot: Any) -> None:
    """The whole of each stack as a number at its end, for those who see no colours and those in a hurry."""
    ends: dict[float, tuple[float, float]] = {}
    for element in plot.iter("{*}rect"):
        x, y, width, height = (float(element.get(name)) for name in ("x", "y", "width", "height"))
        line, end = (y + height / 2, x + width) if chart.horizontal else (x + width / 2, -y)
        ends[line] = max(ends.get(line, (end, 0.0)), (end, 0.0))
    totals = [sum(series.bars[place].number for series in chart.series) for place in range(len(chart.names))]
    shown = [total for total in totals if total]
    for (line, (end, _)), total in zip(sorted(ends.items()), shown, strict=True):
        x, y = (end + 5, line + 4.5) if chart.horizontal else (line, -end - 5)
        text = etree.SubElement(plot, _named(plot, "text"), {"class": "total", "x": _short(x), "y": _short(y)})
        text.text = f"{total:,}"
