"""Where things lie: the definitions that ship with the code, and the data folder of the user."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent


def definitions() -> Path:
    """The folder with ``vocabulary/``, ``starter/`` and ``precedence.yml``: in a wheel inside the package, else ``data/``."""
    packed = _PACKAGE / "data"
    return packed if packed.is_dir() else _CHECKOUT / "data"


def metadata_file() -> Path:
    """Datasette's metadata.yml."""
    packed = _PACKAGE / "data" / "metadata.yml"
    return packed if packed.is_file() else _CHECKOUT / "metadata.yml"


def site() -> Path:
    """What Datasette serves with: plugins, templates, static files."""
    return _PACKAGE / "site"


def data_folder(chosen: str | Path | None = None) -> Path:
    """The folder of raw.db and ketamine.db: ``--data``, else ``HARVEST_DATA``, else ``data/`` of the checkout or here."""
    named = chosen or os.environ.get("HARVEST_DATA")
    if named:
        return Path(named).expanduser().resolve()
    checkout = _CHECKOUT / "data"
    return checkout if (_CHECKOUT / "pyproject.toml").is_file() else Path.cwd() / "data"
