"""One Chromium and one server for all browser tests, on the invented reports that the tests of the site use."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest

from harvest import database, export, serve

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run", "--disable-dev-shm-usage"]  # fmt: skip
TRIAL = "randomised-controlled-trial"
SIZES = {"phone": (360, 740), "desktop": (1280, 900), "wide": (1920, 1080)}


def _invented() -> ModuleType:
    """``tests/site/conftest.py``, by its path: modules named conftest cannot be imported by name. The copy is our own."""
    path = Path(__file__).parents[1] / "site" / "conftest.py"
    spec = importlib.util.spec_from_file_location("invented_reports", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


NULL_RESULT = (
    "BACKGROUND: Invented adults with depression were compared.\nMETHODS: Eighty took ketamine or placebo.\n"
    "RESULTS: Depressive symptoms did not differ between groups."
)


def _fill(db: Any) -> None:
    """The reports of the tests of the site, and what a reader looks for beside a benefit: a null result of a randomised
    trial, a registered trial without results; measured accuracy, and a flow that agrees with the tables."""
    site = _invented()
    site.CONCEPTS["designs"].append((TRIAL, "Randomised controlled trial", None))
    null = site.report(
        "pmid-90000030", "No effect of ketamine on an invented depression", "2023-03-01", abstract=NULL_RESULT,
        abstract_kind="abstract", abstract_source="pubmed", abstract_open=1, abstract_rights="CC-BY-4.0",
        journal="Invented Journal", volume="20", pages="1-9", authors="Nullmann C", doi="10.5555/null.1",
        design=TRIAL, sample_size=80, direction="no-difference", drugs=["ketamine"], conditions=["depression"],
        outcomes=["depressive-symptoms"], comparators=["placebo"], uses=["treatment"],
    )  # fmt: skip
    silent = site.report("nct-90000004", "A registered trial nobody reported", "2014-01", kind="registry-entry",
                         registrations="NCT90000004", drugs=["ketamine"], conditions=["depression"])  # fmt: skip
    site.REPORTS.extend([null, silent])
    site.STUDIES.append(
        {"id": "NCT90000004", "registration": "NCT90000004", "registry": "ClinicalTrials.gov", "phase": "PHASE2",
         "title": "A registered trial nobody reported", "status": "COMPLETED", "completion_date": "2016-01-01",
         "results_posted": 0, "conditions": '["Depression"]', "reports": 1, "publications": 0}
    )  # fmt: skip
    site.fill(db)
    db.execute(
        f"update conditions set synonyms = 'resistant depression; TRD' where id = '{site.CONCEPTS['conditions'][1][0]}'"
    )
    start = NULL_RESULT.index("Depressive symptoms did")
    _put(db, "findings", {
        "id": 90, "report_id": null["id"], "field": "abstract", "start": start, "end": len(NULL_RESULT), "rule": "change",
        "hedged": 0, "drug_id": "ketamine", "condition_id": "depression", "outcome_id": "depressive-symptoms",
        "direction": "no-difference", "change": "no-difference", "basis": "between-groups", "comparator_id": "placebo",
        "cue_start": start + 20, "cue_end": start + 34})  # fmt: skip
    _put(
        db,
        "study_reports",
        {"study_id": "NCT90000004", "report_id": silent["id"], "rule": "registration", "certain": 1},
    )
    for number, dimension in enumerate(("condition", "finding direction"), start=1):
        _put(db, "accuracy", {"id": number, "dimension": dimension, "dataset": "invented", "measure": "f1", "n": 50,
                              "positives": 20, "value": 0.9, "ci_low": 0.8, "ci_high": 0.95, "precision": 0.92,
                              "recall": 0.88, "f1": 0.9, "rules": "invented"})  # fmt: skip
    _put_flow(db)


def _put(db: Any, table: str, row: dict[str, Any]) -> None:
    database.insert(db, table, database.rows_of(table, [row]))


def _put_flow(db: Any) -> None:
    """The stages that a build counts, from the tables themselves."""

    def count(sql: str) -> int:
        return int(db.execute(sql).fetchone()[0])

    db.execute("delete from flow")
    studied = "select report_id from report_drugs where role = 'studied'"
    stages = (
        ("identified", "Payloads identified", "pubmed", count("select count(*) from records")),
        ("records", "Records", "pubmed", count("select count(*) from records")),
        ("duplicates", "Records joined with another record", None, 0),
        ("reports", "Reports", None, count("select count(*) from reports")),
        ("studied", "Reports that study the drug", None, count(f"select count(*) from ({studied} group by 1)")),
        ("mentioned", "Reports that only mention the drug", None, 0),
        ("unnamed", "Reports that do not name it", None, count(f"select count(*) from reports where id not in ({studied})")),
        ("studies", "Studies", None, count("select count(*) from studies")),
    )  # fmt: skip
    for position, (stage, label, source, number) in enumerate(stages, start=1):
        _put(db, "flow", {"position": position, "stage": stage, "label": label, "source": source, "number": number})


@pytest.fixture(scope="session")
def invented_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """ketamine.db with its downloads beside it, as after ``harvest export``."""
    path = tmp_path_factory.mktemp("browser") / "ketamine.db"
    with database.building(path) as db:
        _fill(db)
        database.finish(db)
    export.export(path.parent, say=lambda text: None)
    return path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _served(file: Path, public: bool) -> Iterator[str]:
    """The address of the site as `harvest serve` starts it, on a port of its own."""
    port = _free_port()
    process = subprocess.Popen(
        serve.command(file, port=port, public=public), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, process)
        yield url
    finally:
        process.terminate()
        process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(url, timeout=5).close()
            return
        assert process.poll() is None, f"the site ended with {process.returncode} instead of answering"
        time.sleep(0.1)
    raise AssertionError("the site did not answer within 30 seconds")


@pytest.fixture(scope="session")
def address(invented_database: Path) -> Iterator[str]:
    """The site on one's own machine: SQL on."""
    with _served(invented_database, public=False) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Visit:
    """A reader's window: its page, and everything that went wrong on it."""

    def __init__(self, browser: Any, address: str, size: str, scripts: bool = True, scheme: str = "light") -> None:
        width, height = SIZES[size]
        self.address, self.size = address, size
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=scripts, color_scheme=scheme,
            accept_downloads=True, reduced_motion="reduce",
        )  # fmt: skip
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    def _heard(self, message: Any) -> None:
        # A page that is meant to say 404 makes the console say so too.
        if message.type in {"error", "warning"} and "the server responded with a status of 4" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"{self.page.url} asks another machine: {request.url}")

    def go(self, path: str, status: int = 200) -> Any:
        """Opens a page of the site and returns it."""
        answer = self.page.goto(self.address + path)
        assert answer.status == status, f"{path}: status {answer.status}"
        return self.page

    def follow(self, locator: Any, key: str = "") -> None:
        """Clicks, or presses a key on, what leads to another page, and waits until that page is whole and in its style."""
        with self.page.expect_navigation(wait_until="load"):
            if key:
                locator.press(key)
            else:
                locator.click()

    def fetch(self, path: str) -> Any:
        """The answer to a request of the same visitor, without opening it."""
        url = path if path.startswith("http") else self.address + path
        answer = self.context.request.get(url)
        assert answer.status == 200, f"{url}: status {answer.status}"
        return answer

    def where(self) -> str:
        """Path and query of the page now shown."""
        parts = urlsplit(self.page.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def resize(self, size: str) -> None:
        width, height = SIZES[size]
        self.page.set_viewport_size({"width": width, "height": height})


@pytest.fixture(scope="session")
def open_window(browser: Any, address: str) -> Iterator[Callable[..., Visit]]:
    """Opens windows that stay: ``open_window("phone", scripts=False, scheme="dark")``."""
    opened: list[Visit] = []

    def start(size: str = "desktop", **options: Any) -> Visit:
        opened.append(Visit(browser, address, size, **options))
        return opened[-1]

    yield start
    for one in opened:
        one.context.close()


@pytest.fixture
def visit(open_window: Callable[..., Visit]) -> Iterator[Callable[..., Visit]]:
    """Opens windows for one test; afterwards nothing may have gone wrong in any of them."""
    opened: list[Visit] = []

    def start(size: str = "desktop", **options: Any) -> Visit:
        opened.append(open_window(size, **options))
        return opened[-1]

    yield start
    complaints = [complaint for one in opened for complaint in one.complaints]
    for one in opened:
        one.context.close()
    assert complaints == []


@pytest.fixture(params=["phone", "desktop"])
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)
