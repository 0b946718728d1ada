"""Shared by the tests of the sources: a service played from a list of answers, and the emulator beside the project."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.request import urlopen

import pytest

from harvest.client import Client, Identity
from harvest.errors import Refused, Transient
from harvest.sources import Payload, Source, Window

SHARED = Path(__file__).resolve().parents[3] / "shared"
PATHS = {
    "HARVEST_PUBMED_URL": "/entrez/eutils", "HARVEST_EUROPEPMC_URL": "/europepmc/webservices/rest",
    "HARVEST_CLINICALTRIALS_URL": "/api/v2", "HARVEST_OPENALEX_URL": "/openalex", "HARVEST_CROSSREF_URL": "/crossref",
}  # fmt: skip
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
            self.asked.append(
                {name: str(value) for name, value in parameters.items() if value not in (None, "")}
            )
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
        raise (
            Transient(f"status {status}")
            if status in (429, 500, 502, 503, 504)
            else Refused(f"status {status}")
        )


@pytest.fixture
def played() -> type[PlayedService]:
    return PlayedService


# ---------------------------------------------------------------- the emulator


@dataclass
class Emulator:
    """A running emulator of the services."""

    base: str

    def get(self, path: str) -> Any:
        with urlopen(self.base + path) as answer:
            return json.load(answer)

    def truth(self) -> Any:
        return self.get("/__truth")

    def requests(self, endpoint: str) -> int:
        return int(self.get("/__stats")["requests"].get(endpoint, 0))


@pytest.fixture(scope="session")
def emulator() -> Iterator[Callable[..., Emulator]]:
    """Starts the emulator with the given options, once per set of options; skips where it is absent."""
    script = SHARED / "upstream" / "serve.py"
    running: dict[tuple[str, ...], tuple[subprocess.Popen[str], Emulator]] = {}

    def start(*options: str) -> Emulator:
        if not script.is_file():
            pytest.skip(f"{script} is absent: the emulator of the services is not part of the repository")
        if options not in running:
            command = [sys.executable, str(script), "--port", "0", "--speed", "50", *options]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            assert process.stdout
            running[options] = (process, Emulator(process.stdout.readline().split()[-1]))
        return running[options][1]

    yield start
    for process, _ in running.values():
        process.terminate()
        process.wait(10)


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
) -> Callable[[Emulator, ModuleType, list[Window]], Harvested]:
    """Fetches windows of a source from an emulator, fast and without long waits."""

    def run(server: Emulator, module: ModuleType, windows: list[Window]) -> Harvested:
        for variable, path in PATHS.items():
            monkeypatch.setenv(variable, server.base + path)
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
