"""What all tests share: no traffic beyond this machine, and the emulator where it lies beside the project."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# The same examples at every run, however busy the machine: a test that passed must not fail for somebody else. To look for
# new counterexamples: pytest --hypothesis-profile=explore
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile("steady")

SHARED = Path(__file__).resolve().parents[2] / "shared"
ABSENT = "the material beside the project (../shared) is absent"
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that tries to leave this machine fails at once instead of hanging or reaching somebody."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:
            raise AssertionError(f"a test tried to connect to {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses, keys and folders of the person who runs the tests stay out of them."""
    for name in list(os.environ):
        if name.startswith("HARVEST_") or name in ("NCBI_API_KEY", "OPENALEX_API_KEY"):
            monkeypatch.delenv(name)


@pytest.fixture
def shared() -> Path:
    """The material beside the project; tests that ask for it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(ABSENT)
    return SHARED


@dataclass(frozen=True)
class Emulator:
    """A running emulator: its address and what it tells of itself."""

    url: str
    process: subprocess.Popen[str]

    def _admin(self, name: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/__{name}", timeout=30) as answer:
            return json.load(answer)

    def truth(self) -> dict[str, Any]:
        return self._admin("truth")

    def stats(self) -> dict[str, Any]:
        return self._admin("stats")

    def environment(self, data: Path | None = None) -> dict[str, str]:
        """The variables that point a harvest here."""
        return {
            "HARVEST_PUBMED_URL": f"{self.url}/entrez/eutils",
            "HARVEST_EUROPEPMC_URL": f"{self.url}/europepmc/webservices/rest",
            "HARVEST_CLINICALTRIALS_URL": f"{self.url}/api/v2",
            "HARVEST_OPENALEX_URL": f"{self.url}/openalex",
            "HARVEST_CROSSREF_URL": f"{self.url}/crossref",
            "HARVEST_EMAIL": "dev@example.org",
            "OPENALEX_API_KEY": "a-key-for-the-emulator",
        } | ({"HARVEST_DATA": str(data)} if data else {})

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def _started(folder: Path, options: tuple[str, ...]) -> Emulator:
    """An emulator on a port of its own choice, ready to answer; it says its address when it is."""
    command = [sys.executable, "serve.py", "--port", "0", "--speed", "50", *options]
    process = subprocess.Popen(
        command, cwd=folder / "upstream", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout
    address = process.stdout.readline().split()[-1:]
    if not address:
        process.wait()
        raise AssertionError(f"the emulator did not start with {' '.join(options) or 'its defaults'}")
    return Emulator(address[0], process)


@pytest.fixture
def emulator(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Emulator]]:
    """Starts emulators: ``emulator("--faults", "hostile", "--epoch", "2")``; the environment points to the latest."""
    running: list[Emulator] = []

    def start(*options: str) -> Emulator:
        running.append(_started(shared, options))
        for name, value in running[-1].environment().items():
            monkeypatch.setenv(name, value)
        return running[-1]

    yield start
    for one in running:
        one.stop()


@pytest.fixture(scope="session")
def standing_emulator() -> Iterator[Callable[..., Emulator]]:
    """Emulators that stay up for all tests, one for each set of options; for tests that only read from them and count
    their own requests. The environment is left as it is."""
    running: dict[tuple[str, ...], Emulator] = {}

    def give(*options: str) -> Emulator:
        if not SHARED.is_dir():
            pytest.skip(ABSENT)
        if options not in running:
            running[options] = _started(SHARED, options)
        return running[options]

    yield give
    for one in running.values():
        one.stop()
