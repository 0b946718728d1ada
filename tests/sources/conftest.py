"""Shared by the tests of the sources: a service played from a list of answers, and windows fetched from an emulator."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

import pytest

from harvest.client import Client, Identity
from harvest.errors import Refused, Transient
from harvest.sources import Payload, Source, Window

WHO = Identity("reader@example.org", "", "invented-key")


@dataclass
class PlayedService:
    """A client without sockets: gives prepared answers in turn, asks again after `Transient` as the real one does.

    An answer is a JSON value, raw bytes, or (status, bytes). ``asked`` keeps what was sent.
    """

    answers: list[Any]
    identity: Identity = WHO
    tries: int = 4
    asked: list[dict[str, str]] = field(default_factory=list)
    posted: list[bool] = field(default_factory=list)

    def ask(
        self, source: Source, path: str, parameters: Mapping[str, Any], read: Callable[[bytes], Any],
        *, post: bool = False, read_error: Callable[[int, bytes], None] | None = None,
    ) -> Any:  # fmt: skip
        for attempt in range(self.tries):
            self.asked.append({name: str(value) for name, value in parameters.items() if value not in (None, "")})
            self.posted.append(post)
            answer = self.answers.pop(0)
            try:
                if isinstance(answer, tuple):
                    self._fail(answer, read_error)
                return read(answer if isinstance(answer, bytes) else json.dumps(answer).encode())
            except Transient:
                if attempt == self.tries - 1:
                    raise
        raise AssertionError("unreachable")

    @staticmethod
    def _fail(answer: tuple[int, bytes], read_error: Callable[[int, bytes], None] | None) -> None:
        status, body = answer
        if read_error:
            read_error(status, body)
        raise (Transient(f"status {status}") if status in (429, 500, 502, 503, 504) else Refused(f"status {status}"))


@pytest.fixture
def played() -> type[PlayedService]:
    return PlayedService


# ---------------------------------------------------------------- the emulator


@dataclass
class Harvested:
    """What fetching some windows brought: payloads by id, absent ids, and the requests it took."""

    payloads: dict[str, Payload]
    absent: set[str]
    requests: int
    expected: int | None


@pytest.fixture
def harvest_from(
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[Any, ModuleType, list[Window]], Harvested]:
    """Fetches windows of a source from an emulator, fast and without long waits."""

    def run(server: Any, module: ModuleType, windows: list[Window]) -> Harvested:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(module, "ABOUT", replace(module.ABOUT, per_second=100.0))
        client = Client(WHO, backoff=0.01, sleep=lambda seconds: time.sleep(min(seconds, 0.02)))
        payloads: dict[str, Payload] = {}
        absent: set[str] = set()
        expected = None
        for window in windows:
            for batch in module.fetch(client, window):
                payloads |= {payload.source_id: payload for payload in batch.payloads}
                absent |= set(batch.absent)
                expected = batch.expected
        return Harvested(payloads, absent, client.requests_sent.get(module.ABOUT.name, 0), expected)

    return run
