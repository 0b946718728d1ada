"""Charts: every bar is a link with its number in words, nothing but shapes and text reaches the page."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader
from lxml import etree, html

from harvest import locations
from harvest.site.charts import _NARROW, _WIDE, Bar, Chart, Series, _labelled, _scale

HOSTILE = "\"><script>alert('1')</script> & <b>\x00"
KINDS = ("benefit", "no-difference", "none-observed", "harm", "mixed", "not-stated", "not-applicable", "reports",
         "randomised", "other")  # fmt: skip


def chart(numbers: dict[str, tuple[int, ...]], names: tuple[str, ...] = ("2019", "2020", "2021"), **more: Any) -> Chart:
    series = tuple(
        Series(kind, kind.replace("-", " "), tuple(Bar(n, f"/search?a={kind}&n={n}") for n in each))
        for kind, each in numbers.items()
    )
    return Chart("Reports by year", names, series, **more)


def drawings(it: Chart) -> dict[str, Any]:
    """Size -> the drawing, as a strict XML parser reads it."""
    trees = etree.fromstring(f"<both>{it.svg}</both>".encode())
    return {(tree.get("class") or "").split()[1]: tree for tree in trees}


def links(tree: Any) -> list[Any]:
    return list(tree.iter("{*}a"))


@pytest.mark.parametrize("horizontal", [False, True])
def test_every_bar_is_a_link_that_says_its_number_and_zero_draws_none(horizontal: bool) -> None:
    """A reader who sees no bar hears the same; a link to no rows would lead nowhere."""
    it = chart({"benefit": (12, 0, 1), "harm": (0, 3, 0)}, horizontal=horizontal)
    for tree in drawings(it).values():
        said = {link.get("aria-label"): link.get("href") for link in links(tree)}
        assert said == {
            "2019, benefit: 12 reports": "/search?a=benefit&n=12", "2021, benefit: 1 report": "/search?a=benefit&n=1",
            "2020, harm: 3 reports": "/search?a=harm&n=3",
        }  # fmt: skip
        assert [link.findtext("{*}title") for link in links(tree)] == [link.get("aria-label") for link in links(tree)]
        assert len(list(tree.iter("{*}rect"))) == 3 and tree.get("role") == "group"


@pytest.mark.parametrize(("horizontal", "side"), [(False, "height"), (True, "width")])
def test_bars_are_as_long_as_their_numbers(horizontal: bool, side: str) -> None:
    """The picture must not say something else than the table: lengths are in proportion, stacks do not overlap."""
    it = chart({"benefit": (10, 20, 0), "harm": (30, 5, 40)}, horizontal=horizontal)
    for tree in drawings(it).values():
        length = {link.get("aria-label"): float(link.find("{*}rect").get(side)) for link in links(tree)}
        unit = length["2021, harm: 40 reports"] / 40
        for said, drawn in length.items():
            assert drawn == pytest.approx(unit * int(re.findall(r"(\d+) report", said)[0]), abs=0.2)
        boxes = [[float(rect.get(name)) for name in ("x", "y", "width", "height")] for rect in tree.iter("{*}rect")]
        for place, (x, y, width, height) in enumerate(boxes):
            for other_x, other_y, other_width, other_height in boxes[place + 1 :]:
                across = min(x + width, other_x + other_width) - max(x, other_x)
                along = min(y + height, other_y + other_height) - max(y, other_y)
                assert min(across, along) < 0.2


@pytest.mark.parametrize("horizontal", [False, True])
def test_first_name_is_first_and_totals_stand_at_their_bars(horizontal: bool) -> None:
    """Names read from the top or the left, and the number at a bar is that of its whole stack."""
    it = chart({"benefit": (10, 0, 7), "harm": (30, 0, 1)}, horizontal=horizontal)
    along = "y" if horizontal else "x"
    for tree in drawings(it).values():
        written = {text.text: float(text.get(along)) for text in tree.iter("{*}text") if len(text.text) == 4}
        assert sorted(written, key=lambda name: written[name]) == ["2019", "2020", "2021"]
        totals = {text.text: float(text.get(along)) for text in tree.iter("{*}text") if text.get("class") == "total"}
        assert set(totals) == {"40", "8"}
        assert abs(totals["40"] - written["2019"]) < 6 and abs(totals["8"] - written["2021"]) < 6


def test_nothing_but_shapes_text_and_links_is_left() -> None:
    """The site's policy forbids inline style and script; ids would be double where two charts share a page."""
    tags, attributes = set(), set()
    for horizontal in (False, True):
        for tree in drawings(chart(dict.fromkeys(KINDS, (1, 2, 3)), horizontal=horizontal)).values():
            tags |= {etree.QName(element).localname for element in tree.iter() if isinstance(element.tag, str)}
            attributes |= {name for element in tree.iter() for name in element.attrib}
            assert not list(tree.iter(etree.Comment))
    assert tags == {"svg", "g", "path", "text", "rect", "a", "title"}
    assert attributes <= {
        "class",
        "transform",
        "x",
        "y",
        "width",
        "height",
        "d",
        "href",
        "viewBox",
        "aria-label",
        "role",
    }


@pytest.mark.parametrize("horizontal", [False, True])
def test_hostile_names_stay_text(horizontal: bool) -> None:
    """Names come from data; labels and titles show them, and nothing in them becomes markup."""
    it = Chart(
        HOSTILE, (HOSTILE, "b"), (Series("harm", HOSTILE, (Bar(1, f"/search?q={HOSTILE}"), Bar(2, "/"))),), horizontal
    )
    for tree in drawings(it).values():
        assert "script" not in {etree.QName(element).localname for element in tree.iter()}
    assert "<script" not in it.svg and "alert('1')" in it.svg
    assert html.fromstring(f"<div>{it.svg}</div>").xpath("//*[local-name()='script' or local-name()='b']") == []


def test_series_get_the_class_of_their_kind_and_every_kind_has_a_colour() -> None:
    """Colours stand in one stylesheet; a kind without a rule would look like another."""
    tree = drawings(chart(dict.fromkeys(KINDS, (1, 1, 1))))["wide"]
    assert [group.get("class") for group in tree.iter("{*}g") if (group.get("class") or "").startswith("series")] == [
        f"series {kind}" for kind in KINDS
    ]
    sheet = (locations.site() / "static" / "charts.css").read_text("utf-8")
    assert all(f".series.{kind} rect" in sheet for kind in KINDS)
    assert not re.search(r"#[0-9a-f]{3,6}\b|rgb\(|hsl\(", sheet)


def test_many_bars_on_a_phone_are_a_picture_without_links() -> None:
    """A bar of four pixels is no target for a finger; the table behind the picture has the links."""
    years = tuple(str(year) for year in range(1990, 2026))
    both = drawings(chart({"benefit": tuple(range(36)), "harm": (1,) * 36}, years))
    assert links(both["narrow"]) == [] and both["narrow"].get("role") == "img" and both["narrow"].get("aria-label")
    assert len(links(both["wide"])) == 35 + 36
    narrow = [text.text for text in both["narrow"].iter("{*}text") if text.text and len(text.text) == 4]
    assert narrow == ["1990", "2000", "2010", "2020"]


def test_long_names_are_cut_beside_the_bar_and_whole_in_its_title() -> None:
    """A cut name may stand beside a bar, but nowhere else."""
    name = "A very long name of an invented condition that goes on"
    tree = drawings(chart({"harm": (1, 2)}, (name, "b"), horizontal=True))["narrow"]
    assert [link.get("aria-label") for link in links(tree)][-1] == f"{name}, harm: 1 report"
    assert any((text.text or "").endswith("…") for text in tree.iter("{*}text"))


def test_an_empty_chart_draws_nothing_and_the_template_says_so() -> None:
    """Zeros, no bars and no names are all nothing to draw."""
    template = Environment(loader=FileSystemLoader(locations.site() / "templates"), autoescape=True).get_template(
        "_chart.html"
    )
    for it in (chart({"harm": (0, 0, 0)}), chart({}), Chart("t", (), (Series("a", "a", ()),), unit="findings")):
        assert it.empty and it.svg == ""
        assert f"no {it.unit} here yet" in str(template.module.chart(it))  # type: ignore[attr-defined]


def test_the_table_behind_the_picture_has_the_same_numbers_and_links() -> None:
    """Whoever prefers to read finds each number of the picture, zeros included."""
    template = Environment(loader=FileSystemLoader(locations.site() / "templates"), autoescape=True).get_template(
        "_chart.html"
    )
    it = chart({"benefit": (1200, 0, 1), "harm": (0, 3, 0)})
    page: Any = html.fromstring(str(template.module.chart(it)))  # type: ignore[attr-defined]
    cells = [[cell.text_content() for cell in row.iter("td")] for row in page.xpath("//tbody/tr")]
    assert cells == [["1,200", "0"], ["0", "3"], ["1", "0"]]
    assert {link.get("href") for link in page.xpath("//td/a")} == {
        link.get("href") for link in page.xpath("//*[local-name()='svg']//a")
    }


@pytest.mark.parametrize("most", [1, 2, 3, 5, 7, 9, 10, 11, 49, 51, 99, 100, 101, 999, 1234, 30561])
def test_axes_count_in_whole_round_numbers(most: int) -> None:
    """Half a report helps nobody, and neither do twenty lines."""
    for size in (_WIDE, _NARROW):
        scale = _scale(most, size)
        assert scale[0] == 0 and scale[-1] <= most and 2 <= len(scale) <= 6
        assert len({after - before for before, after in itertools.pairwise(scale)}) == 1


def test_years_are_labelled_where_they_are_round() -> None:
    """1990, 1995, 2000 is read at a glance; other names are thinned evenly."""
    assert _labelled([str(year) for year in range(1988, 2020)], 8) == ["1990", "1995", "2000", "2005", "2010", "2015"]
    assert _labelled(list("abcdef"), 3) == ["a", "c", "e"] and _labelled(["a", "b"], 3) == ["a", "b"]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.text(max_size=40), st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=6),
    st.booleans(),
)
def test_any_names_and_numbers_are_drawn(values: list[tuple[str, int, int]], horizontal: bool) -> None:
    """Whatever a name holds, both drawings are well-formed and have a bar for each number but zero."""
    names, first, second = zip(*values, strict=True)
    it = chart({"benefit": first, "harm": second}, names, horizontal=horizontal)
    if not it.empty:
        for tree in drawings(it).values():
            assert len(links(tree)) == sum(number > 0 for number in (*first, *second))
