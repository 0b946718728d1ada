"""Datasette's own pages under our templates, for readers who go below the pages made for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

CONTRAST = """element => {
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  let ground = element;
  const opaque = e => { const c = parse(getComputedStyle(e).backgroundColor); return c.length < 4 || c[3] > 0; };
  while (ground && !opaque(ground)) ground = ground.parentElement;
  const a = light(parse(getComputedStyle(element).color));
  const b = light(parse(getComputedStyle(ground || document.body).backgroundColor));
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""


def test_from_a_query_to_the_proof_in_tables(size: str, visit: Callable[..., Any]) -> None:
    """The ready-made search, its best hit, every place of its evidence as a table, a reference to quote."""
    reader = visit(size)
    page = reader.go("/ketamine/search?q=dissociation+midazolam")
    assert page.locator("mark").first.inner_text().casefold() in {"dissociation", "midazolam"}
    reader.follow(page.get_by_role("link", name="Midazolam-controlled ketamine").first)
    assert page.get_by_role("heading", level=1).inner_text().startswith("Midazolam-controlled")
    assert page.get_by_text("Thirty invented adults").first.is_visible()
    reader.follow(page.get_by_role("link", name="Every place, as a table"))
    assert page.locator("td").filter(has_text="Dissociation").first.is_visible()
    page = reader.go("/ketamine/reference_list?q=pmid-90000001")
    assert page.get_by_text("Invented Journal. 2018;12(3):100-109.").first.is_visible()
    assert reader.overflow() <= 0


def test_filters_of_a_table_narrow_and_let_go(size: str, visit: Callable[..., Any]) -> None:
    """Click a tag, then its cross: fewer reports, then all again."""
    reader = visit(size, scripts=False)
    page = reader.go("/ketamine/reports")
    everything = page.locator(".count").inner_text()
    reader.follow(page.locator("#facet-condition").get_by_role("link", name="Chronic pain"))
    assert page.locator(".count").inner_text().startswith("1 ")
    reader.follow(page.locator(".chosen a"))
    assert page.locator(".count").inner_text() == everything


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(visit: Callable[..., Any], scheme: str) -> None:
    """Contrast of at least 4.5 to 1 for text, quiet text, links and buttons, in both colour schemes; axe, which looks at
    every page, passes over what it cannot decide."""
    page = visit("desktop", scheme=scheme).go("/ketamine/search?q=ketamine")
    for selector in ("main p", ".small", "main td a", ".chip", "button", "mark", "footer", ".none", "th"):
        ratio = page.locator(selector).first.evaluate(CONTRAST)
        assert ratio >= 4.5, f"{selector} in {scheme}: {ratio:.2f}"
