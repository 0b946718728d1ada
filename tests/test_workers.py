"""Work shared out over processes: the same answers in the same order, and nobody left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harvest.workers import workers

needs_two = pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="there is one processor only")

KILLED = """
import multiprocessing, time
from harvest.workers import workers
with workers(wanted=True) as spread:
    list(spread(abs, range(4)))
    print(*[child.pid for child in multiprocessing.active_children()], flush=True)
    time.sleep(60)
"""


@needs_two
def test_answers_come_in_order_from_other_processes() -> None:
    """Every item is answered, in order; the work is not done here."""
    with workers(wanted=True) as spread:
        assert list(spread(abs, range(-50, 0))) == list(range(50, 0, -1))
        assert os.getpid() not in set(spread(_pid, range(8)))


def test_small_work_stays_here() -> None:
    """Without a wish for processes it is `map`."""
    with workers(wanted=False) as spread:
        assert set(spread(_pid, range(3))) == {os.getpid()}


@needs_two
def test_workers_of_a_killed_parent_end() -> None:
    """SIGKILL of the build leaves no process behind."""
    parent = subprocess.Popen([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    children = [int(pid) for pid in parent.stdout.readline().split()]
    assert children
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    for _ in range(50):
        if not any(_alive(pid) for pid in children):
            return
        time.sleep(0.1)
    raise AssertionError("workers outlived their parent")


def _pid(_: int) -> int:
    return os.getpid()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")  # where nobody collects it, an ended process stays as a zombie
    return not stat.is_file() or stat.read_text().split()[2] != "Z"
