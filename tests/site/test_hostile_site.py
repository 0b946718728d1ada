"""A part of the hostile walk of ``tests/bench/hostile_site.py``, small enough for every run of the tests."""

from __future__ import annotations

import importlib.util
import re
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from harvest.site import pages

BENCH = Path(__file__).parents[1] / "bench"
SEARCHES, PATHS = 160, 100


def _loaded(name: str) -> ModuleType:
    """A module of the measurements, by its path."""
    spec = importlib.util.spec_from_file_location(name, BENCH / f"{name}.py")
    assert spec and spec.loader
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


served = _loaded("served")
hostile = _loaded("hostile_site")


def _answer(site: Any, path: str) -> Any:
    """As over a socket; a path that no client would send as it is goes to the application itself."""
    address, _, query = path.partition("?")
    started = time.perf_counter()
    status, headers, body = site.raw(address.encode(), query.encode())
    seconds = time.perf_counter() - started
    return served.Answer(
        path, status, headers.get("content-type", ""), body.encode(), seconds, seconds, headers.get("location", "")
    )


@pytest.mark.parametrize("profile", ["public", "local"])
def test_hostile_searches_end_in_a_page(profile: str, request: pytest.FixtureRequest) -> None:
    """No server error, no markup of the visitor's, no template worked out, every format still readable."""
    site = request.getfixturevalue(profile)
    wrong = []
    for path in hostile.searches(SEARCHES // 2, seed=20 if profile == "public" else 21):
        wrong += [f"{fault}: {path[:300]}" for fault in hostile.faults(_answer(site, path))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("profile", ["public", "local"])
def test_hostile_paths_end_in_a_page(profile: str, request: pytest.FixtureRequest) -> None:
    """Traversal, double encoding, wrong types and numbers, too much of everything, over all routes."""
    site = request.getfixturevalue(profile)
    wrong = []
    for path in hostile.paths(PATHS // 2, seed=20 if profile == "public" else 21):
        wrong += [f"{fault}: {path[:300]}" for fault in hostile.faults(_answer(site, path))]
    assert not wrong, "\n".join(wrong)


def test_words_alone_are_never_refused(public: Any) -> None:
    """Whatever stands in the search field, the answer is a page of results, perhaps none."""
    for piece in (*hostile.GRAMMAR, *hostile.NASTY):
        query = hostile.quote(piece, safe="")
        assert _answer(public, f"/search?q={query}").status == 200, piece


def test_every_route_of_ours_is_walked() -> None:
    """A page that is added must be added to the hostile walk too."""
    plain = [re.sub(r"\?.*", "", path) for path in (*hostile.ADDRESSES, *(f"/search{end}" for end in hostile.FORMATS))]
    for pattern, _ in pages.routes():
        assert any(re.match(pattern, path) for path in plain), f"no address for {pattern}"


def test_the_walk_sees_a_fault() -> None:
    """Markup that comes back, a server error, a template worked out and broken JSON are each told."""

    def told(kind: str, body: str, status: int = 200) -> list[str]:
        return hostile.faults(served.Answer("/", status, kind, body.encode(), 0.1))  # type: ignore[no-any-return]

    assert told("text/html", f"<p>{hostile.NASTY[0]}</p>") and told("text/html", "<p>fine</p>", 500)
    assert told("text/html", f'<input value="" {hostile.ATTRIBUTE}="1">') and told("application/json", "{")
    assert told("text/html", f"<p>{hostile.PRODUCT}</p>") and told("text/html", "<a href=' javascript:x'>x</a>")
    assert told("text/html", "<p>&lt;x9element&gt; javascript:alert(1)</p>") == []
