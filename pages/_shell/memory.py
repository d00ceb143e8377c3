"""What pages remember in memory: results that are too quick for the disk cache, and lists of the session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import streamlit as st

T = TypeVar("T")


def kept(key: tuple[str, ...], compute: Callable[[], T]) -> T:
    """The result under ``key``, computed once; the key must name everything that the result depends on."""
    return cast(T, _kept(key, compute))


def session_list(key: str) -> list[Any]:
    """A list that lasts as long as the browser's session, empty at first; whoever asked for it may change it."""
    return cast(list[Any], st.session_state.setdefault(key, []))


@st.cache_resource(max_entries=32, show_spinner=False)
def _kept(key: tuple[str, ...], _compute: Callable[[], object]) -> object:
    return _compute()
