"""How Datasette is started: which files, which limits, for one's own machine or for the public.

The reasons for each setting were measured; the two that matter most are ``suggest_facets`` (66 times slower pages when
on) and ``default_allow_sql`` (open SQL lets one visitor starve all others).
https://docs.datasette.io/en/stable/settings.html
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from harvest import locations
from harvest.errors import HarvestError

DATABASE_NAME = "ketamine"
"""Datasette names a database after its file; metadata.yml and every link depend on this name."""

ADDRESS = "HARVEST_SITE_URL"
"""Environment variable with the address the public knows the site by, such as ``https://ketamine.example``. Then every
absolute address (feeds, sitemap, links to next pages) begins with it, whatever host a request names."""

Setting = int | bool

_EVERYWHERE: dict[str, Setting] = {
    "default_page_size": 50,
    "suggest_facets": False,
    "max_csv_mb": 0,
    "truncate_cells_html": 300,
    "allow_download": True,
}
_LOCAL: dict[str, Setting] = {
    "default_allow_sql": True,
    "max_returned_rows": 5000,
    "sql_time_limit_ms": 10_000,
    "facet_time_limit_ms": 2000,
    "num_sql_threads": 3,
    # One's own machine: a page must show the database as it is after a rebuild.
    "default_cache_ttl": 0,
}
_PUBLIC: dict[str, Setting] = {
    "default_allow_sql": False,
    "max_returned_rows": 1000,
    # Visitors cannot send SQL here; the slowest of our own queries takes 0.8 s on 30,000 reports and a busy machine.
    "sql_time_limit_ms": 3000,
    "facet_time_limit_ms": 500,
    # Queries run beside each other, pages are drawn one after the other. What helps many readers at once is a cache in
    # front (nginx, a CDN), which the time to live is for.
    "num_sql_threads": 4,
    "default_cache_ttl": 3600,
}


def settings(public: bool) -> dict[str, Setting]:
    """Datasette's settings by name; ``public``: no SQL of visitors' own, low limits, an hour of caching."""
    return {**_EVERYWHERE, **(_PUBLIC if public else _LOCAL)}


def command(database: Path, host: str = "127.0.0.1", port: int = 8001, public: bool = False) -> list[str]:
    """The command line that serves the database.

    The file is opened as immutable: a build puts a new file in its place and never writes into this one.
    """
    site = locations.site()
    line = [sys.executable, "-m", "datasette", "serve", "--immutable", str(database)]
    line += ["--host", host, "--port", str(port)]
    line += ["--metadata", str(locations.metadata_file())]
    line += ["--plugins-dir", str(site / "plugins"), "--template-dir", str(site / "templates")]
    line += ["--static", f"static:{site / 'static'}"]
    for name, value in settings(public).items():
        line += ["--setting", name, _written(value)]
    # JSON and CSV may be read by other sites' pages; Datasette sends no credentials along.
    return [*line, "--cors"] if public else line


def serve(
    database: Path,
    host: str = "127.0.0.1",
    port: int = 8001,
    public: bool = False,
    open_browser: bool = False,
) -> None:
    """Becomes the Datasette process, so that signals and exit status are Datasette's; does not return.

    Raises `HarvestError` when there is no such database, it has another name, the port is taken, or `ADDRESS` is no
    address.
    """
    _check_file(database)
    _check_address(os.environ.get(ADDRESS, ""))
    _check_port(host, port)
    line = command(database.resolve(), host, port, public) + (["--open"] if open_browser else [])
    profile = "public" if public else "local"
    print(f"Serving {database} at http://{host}:{port}/ ({profile} profile); stop with Ctrl-C", flush=True)
    if os.name == "posix":
        os.execv(line[0], line)  # noqa: S606 (our own command line, no shell)
    raise SystemExit(subprocess.run(line, check=False).returncode)  # noqa: S603


def _check_file(database: Path) -> None:
    if not database.is_file():
        raise HarvestError(f"{database} does not exist; run 'harvest build' first")
    if database.stem != DATABASE_NAME:
        raise HarvestError(f"{database}: the file must be called {DATABASE_NAME}.db, since pages are named after it")


def _check_address(address: str) -> None:
    known = urlsplit(address)
    if address and not (
        known.scheme in ("http", "https") and known.hostname and address == f"{known.scheme}://{known.netloc}"
    ):
        raise HarvestError(
            f"{ADDRESS}={address}: this must be an address such as https://ketamine.example, without a path"
        )


def _check_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise HarvestError(
                f"cannot listen on {host}:{port} ({problem.strerror}); choose another with --port"
            ) from problem


def _written(value: Setting) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else str(value)
