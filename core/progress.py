"""A progress bar on a terminal; silence where stderr is a file or a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from core.types import ProgressFn, no_progress


@contextmanager
def terminal_progress() -> Iterator[ProgressFn]:
    """Yield a :data:`core.types.ProgressFn` that draws on stderr."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[now]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0, now="")

        def report(fraction: float, message: str) -> None:
            bar.update(task, completed=fraction, now=message)

        yield report
