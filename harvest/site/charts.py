"""Bar charts as inline SVG, drawn by pygal on the server: no script, no inline style, colours from ``static/charts.css``.

Every bar is a link to the rows it counts and has a title that says so in words. A chart is a picture of a table: show the
table behind it on the same page (template ``_chart.html`` does both).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pygal
from lxml import etree
from markupsafe import Markup
from pygal.style import Style

_SVG: Final = "{http://www.w3.org/2000/svg}"
_XLINK: Final = "{http://www.w3.org/1999/xlink}"
_STYLE: Final = Style(font_family="inherit", label_font_size=13, major_label_font_size=13, legend_font_size=13)
_WIDTH, _HEIGHT, _ROW = 760, 260, 26


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

    @property
    def svg(self) -> Markup:
        return _drawn(self)

    @property
    def empty(self) -> bool:
        return not any(bar.number for series in self.series for bar in series.bars)


def _drawn(chart: Chart) -> Markup:
    """The chart as SVG, scaled to the width it is given; axis labels are thinned where there are many."""
    kind = pygal.HorizontalStackedBar if chart.horizontal else pygal.StackedBar
    height = 60 + _ROW * len(chart.names) if chart.horizontal else _HEIGHT
    drawing = kind(
        css=[], js=[], style=_STYLE, width=_WIDTH, height=height, show_legend=False, disable_xml_declaration=True,
        no_prefix=True, margin=6, spacing=6, truncate_label=28, print_values=False, min_scale=2, max_scale=5,
        value_formatter="{:,.0f}".format, x_label_rotation=0, show_minor_x_labels=chart.horizontal, tooltip_border_radius=0,
        # Half-integers on an axis of counts help nobody.
        order_min=0,
    )  # fmt: skip
    # A horizontal chart is drawn from the bottom up.
    drawing.x_labels = list(_ordered(chart.names, chart))
    if not chart.horizontal:
        drawing.x_labels_major = [name for place, name in enumerate(chart.names) if place % _step(chart) == 0]
    for series in chart.series:
        drawing.add(
            series.label,
            [
                {"value": bar.number or None, "xlink": {"href": bar.href, "target": "_self"},
                 "label": f"{name}, {series.label}: {bar.number:,} {chart.unit}"}
                for name, bar in zip(_ordered(chart.names, chart), _ordered(series.bars, chart), strict=True)
            ],
        )  # fmt: skip
    return Markup(_tidied(drawing.render_tree(), chart))  # noqa: S704 (serialised by lxml, which escapes)


def _ordered(items: Sequence[Any], chart: Chart) -> Sequence[Any]:
    return items[::-1] if chart.horizontal else items


def _step(chart: Chart) -> int:
    return max(1, -(-len(chart.names) // 12))


def _tidied(tree: Any, chart: Chart) -> str:
    """Without pygal's scripts, styles and tooltips; bars as links with names, series with the class of their kind."""
    for element in list(tree.iter(f"{_SVG}defs", f"{_SVG}script", f"{_SVG}style", etree.Comment)):
        element.getparent().remove(element)
    for element in tree.iter():
        for name in ("style", "id", "target", f"{_XLINK}show"):
            element.attrib.pop(name, None)
        _name_bar(element)
        # What pygal leaves for its script: positions and values as text nobody should see.
        if element.tag == f"{_SVG}desc" and element.getparent() is not None:
            element.getparent().remove(element)
    for place, series in enumerate(chart.series):
        for element in tree.iter(f"{_SVG}g"):
            if f"serie-{place}" in (element.get("class") or "").split():
                element.set("class", f"series {series.kind}")
    tree.set("role", "group")
    tree.set("aria-label", chart.title)
    tree.set("class", "chart horizontal" if chart.horizontal else "chart")
    return str(etree.tostring(tree, encoding="unicode"))


def _name_bar(element: Any) -> None:
    if element.tag != f"{_SVG}a":
        return
    href = element.attrib.pop(f"{_XLINK}href", None) or element.get("href")
    element.set("href", href)
    label = next(
        (desc.text for desc in element.getparent().iter(f"{_SVG}desc") if "label" in desc.get("class", "")), ""
    )
    element.set("aria-label", label or "")
    etree.SubElement(element, f"{_SVG}title").text = label
