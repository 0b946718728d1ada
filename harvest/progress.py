"""Progress on the terminal: a bar per window while somebody watches, a line per window in a log."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from harvest.archive import StoredWindow


class Bars:
    """Implements `harvest.fetch.Progress` on standard error."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            console=self.console, disable=not self.console.is_terminal,
        )  # fmt: skip
        self._task: TaskID | None = None
        self._label = ""
        self._counts: tuple[int, int | None] = (0, None)

    def __enter__(self) -> Bars:
        self._progress.start()
        return self

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end_line()
        self._progress.stop()

    def window(self, source: str, stored: StoredWindow) -> None:
        self._end_line()
        self._label = f"{source}: {stored.window.key}"
        self._counts = (stored.received, stored.expected)
        self._task = self._progress.add_task(self._label, total=stored.expected, completed=stored.received)

    def advance(self, received: int, expected: int | None) -> None:
        self._counts = (received, expected)
        if self._task is not None:
            self._progress.update(self._task, completed=received, total=expected)

    def _end_line(self) -> None:
        if self._label and not self.console.is_terminal:
            received, expected = self._counts
            of = f" of {expected:,}" if expected is not None else ""
            self.console.print(f"{self._label}: {received:,}{of}", highlight=False)
        self._label = ""
