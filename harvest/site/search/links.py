"""Addresses of a question and of those next to it: with a value more or less, on another page, in another format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final
from urllib.parse import quote_plus

from harvest.site.search.found import Question

PATH: Final = "/search"

Pair = tuple[str, str]


class Links:
    """``local``: makes the address of a path of this site (``urls.path``)."""

    def __init__(self, question: Question, shown_whole: Sequence[str], local: Callable[[str], str]) -> None:
        self.local = local
        self._path = local(PATH)
        self._whole = [("all", name) for name in shown_whole]
        self._pairs = question.pairs
        # A page has some hundred links that share nearly all their parts.
        self._parts = [(pair, _part(pair)) for pair in (*self._pairs, *self._whole)]

    def _query(self, without: Callable[[Pair], bool], added: Iterable[Pair] = ()) -> str:
        parts = [part for pair, part in self._parts if not without(pair)]
        return "&".join([*parts, *map(_part, added)])

    def _address(self, query: str, anchor: str = "") -> str:
        return f"{self._path}?{query}{anchor}" if query else f"{self._path}{anchor}"

    def page(self, number: int) -> str:
        return self._address(self._query(_none, [("page", str(number))] if number > 1 else ()))

    def toggled(self, name: str, value: str) -> str:
        """With the value of the filter chosen, or no more chosen; back at the first page."""
        pair = (name, value)
        if pair in self._pairs:
            return self._address(self._query(pair.__eq__))
        return self._address(self._query(_none, [pair]))

    def without(self, name: str) -> str:
        """Without any value of the filter or any other parameter of this name."""
        return self._address(self._query(lambda pair: pair[0] == name))

    def replaced(self, name: str, value: str) -> str:
        """With just this value of the filter or parameter, where it stood before."""
        rest = [(pair, part) for pair, part in self._parts if pair[0] != name]
        before = next((place for place, pair in enumerate(self._pairs) if pair[0] == name), len(rest))
        parts = [part for _, part in rest]
        return self._address("&".join([*parts[:before], _part((name, value)), *parts[before:]]))

    def whole(self, name: str, anchor: str) -> str:
        """With every value of the filter shown, or no more."""
        pair = ("all", name)
        shown = pair in self._whole
        return self._address(self._query(pair.__eq__, () if shown else [pair]), anchor)

    def unfiltered(self) -> str:
        """The words alone."""
        return self._address(self._query(lambda pair: pair[0] not in {"q", "expand"}))

    def as_format(self, extension: str) -> str:
        return self._with_query(f"{self._path}.{extension}")

    def cite(self) -> str:
        """All reports found, on the page that cites them."""
        return self._with_query(self.local("/cite"))

    def _with_query(self, path: str) -> str:
        query = "&".join(map(_part, self._pairs))
        return f"{path}?{query}" if query else path


def _none(pair: Pair) -> bool:
    return False


def _part(pair: Pair) -> str:
    return f"{quote_plus(pair[0])}={quote_plus(pair[1])}"
