"""Servers for the measurements: our site in either profile, and Datasette without anything of ours, on the same file."""

from __future__ import annotations

import contextlib
import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from harvest import serve


@dataclass(frozen=True)
class Answer:
    """What came back for one request.

    seconds
        Until the last byte.
    first
        Until the answer began; a long export is sent while it is made.
    whole
        False where the reader left before the end.
    """

    path: str
    status: int
    kind: str
    body: bytes
    seconds: float
    first: float = 0.0
    location: str = ""
    whole: bool = True

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass
class Client:
    """One visitor with one connection that stays open."""

    port: int
    timeout: float = 120
    process: int = 0
    """Of the server."""
    _connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def get(self, path: str, most: int | None = None) -> Answer:
        """The answer, whatever its status; follows no redirect, reads no more than ``most`` bytes.

        Raises `OSError` when none came in time.
        """
        try:
            return self._ask(path, most)
        except (http.client.HTTPException, ConnectionError):
            self._connection = None  # the server closed it between two requests
            return self._ask(path, most)

    def processor_seconds(self) -> float:
        """What the server has used of the processor so far, which a busy machine does not blur; 0 where nobody tells."""
        tasks = Path(f"/proc/{self.process}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def _ask(self, path: str, most: int | None) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        started = time.perf_counter()
        self._connection.request("GET", path, headers={"Accept": "text/html"})
        response = self._connection.getresponse()
        first = time.perf_counter() - started
        body = response.read(most)
        whole = response.isclosed()
        if not whole:
            self._connection.close()
            self._connection = None
        headers = {name: response.headers.get(name) or "" for name in ("content-type", "location")}
        return Answer(path, response.status, headers["content-type"], body, time.perf_counter() - started, first,
                      headers["location"], whole)  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def ours(database: Path, public: bool = True) -> Iterator[Client]:
    """The site as ``harvest serve`` starts it."""
    port = free_port()
    with _running(serve.command(database.resolve(), port=port, public=public), port) as client:
        yield client


@contextlib.contextmanager
def stock(database: Path, *settings: str) -> Iterator[Client]:
    """Datasette alone: no plugin, template or metadata of ours; ``settings``: pairs of name and value."""
    port = free_port()
    line = [sys.executable, "-m", "datasette", "serve", "--immutable", str(database.resolve()), "--port", str(port)]
    for name, value in zip(settings[::2], settings[1::2], strict=True):
        line += ["--setting", name, value]
    with _running(line, port) as client:
        yield client


@contextlib.contextmanager
def _running(line: list[str], port: int) -> Iterator[Client]:
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = Client(port, process=process.pid)
    try:
        _wait(client, process)
        yield client
    finally:
        process.terminate()
        process.wait()


def _wait(client: Client, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError, http.client.HTTPException):
            client.get("/-/versions.json")
            return
        if process.poll() is not None:
            raise SystemExit(f"the site ended with status {process.returncode} instead of answering")
        time.sleep(0.1)
    raise SystemExit("the site did not answer within a minute")
