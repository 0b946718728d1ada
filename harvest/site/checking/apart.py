"""A visitor's PDF is read in a process of its own, with a limit to its time and memory: a small file can hold as much work as its
author likes, and a thread cannot be stopped. The file and its text go through pipes, never through a disk.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from typing import Final

from harvest.checker import reading
from harvest.checker.model import Block, Document
from harvest.errors import BadInput

_SECONDS: Final = 15.0
_MEMORY: Final = 1_000_000_000
_PROGRAM: Final = "from harvest.site.checking import apart; apart.main()"


def is_pdf(data: bytes) -> bool:
    """Whether the bytes say that they are a PDF, as the reader of files sees it."""
    return b"%PDF-" in data[:1024]


async def read_pdf(data: bytes) -> Document:
    """The text of a PDF. Raises `BadInput` where it cannot be read, or takes too long."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _PROGRAM, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        answer, _ = await asyncio.wait_for(process.communicate(data), _SECONDS)
    except TimeoutError as problem:
        raise BadInput("this PDF takes too long to read; please copy its text") from problem
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise BadInput("this PDF cannot be read; please copy its text")
    return _document(answer)


def _document(answer: bytes) -> Document:
    told = json.loads(answer)
    if "problem" in told:
        raise BadInput(told["problem"])
    blocks = tuple(Block(**block) for block in told.pop("blocks"))
    return Document(**told | {"blocks": blocks, "notes": tuple(told["notes"])})


def main() -> None:
    """In the process: a PDF from standard input, its document as JSON to standard output."""
    _limit_memory()
    try:
        told = asdict(reading.read_bytes(sys.stdin.buffer.read()))
    except BadInput as problem:
        told = {"problem": str(problem)}
    sys.stdout.write(json.dumps(told))


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
