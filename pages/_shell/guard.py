"""The frame of a page: its question on top, and no traceback whatever happens below."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import ParamSpec

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from core.config import settings
from core.errors import ShelfpriceError
from pages._shell import words

P = ParamSpec("P")
_LOG_BYTES = 1 << 20


class guard(AbstractContextManager["guard"]):  # reads as a verb at its use
    """Shows an error in the page's own words instead of raising it; reruns and stops pass through."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None or not isinstance(error, Exception):
            return False
        if isinstance(error, ShelfpriceError):
            st.error(words.escaped(str(error)), icon=":material/error:")
            return True
        path = _log_error(error)
        said = words.escaped(" ".join(str(error).split())[:300]) or "no message"
        st.error(
            f"This part of the page failed: {type(error).__name__}: {said}. The rest of the"
            f" studio still works; the details are in {words.escaped(str(path))}.",
            icon=":material/error:",
        )
        return True


def page(title: str, question: str) -> guard:
    """Open a page with its title and the question that it answers: ``with shell.page(…):`` around its whole body."""
    _run_inside_the_app()
    st.caption(title)
    st.header(question, anchor=False)
    return guard()


def fragment(*, run_every: float | None = None) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """``st.fragment`` for a part that reruns on its own: errors in it are shown there, as :class:`guard` does."""

    def decorate(part: Callable[P, None]) -> Callable[P, None]:
        @functools.wraps(part)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
            with guard():
                part(*args, **kwargs)

        return st.fragment(guarded, run_every=run_every)

    return decorate


def log_file() -> Path:
    """Where unexpected errors are written in full."""
    return settings().cache_dir / "log" / "studio.log"


def _run_inside_the_app() -> None:
    """Start again through ``app.py`` when Streamlit has run the page's file alone.

    Until ``app.py`` has run once in a server, Streamlit takes the files in ``pages/`` for pages of its older kind: the
    first address opened, were it a page's, would show that page without the sidebar.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()


def _log_error(error: Exception) -> Path:
    path = log_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    record = logging.LogRecord(
        "shelfprice", logging.ERROR, __file__, 0, "a page failed", None, (type(error), error, error.__traceback__)
    )
    handler.emit(record)
    handler.close()
    return path
