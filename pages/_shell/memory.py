"""Results that are too quick for the disk cache and too slow for every rerun of a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import streamlit as st

T = TypeVar("T")


def kept(key: tuple[str, ...], compute: Callable[[], T]) -> T:
    """The result under ``key``, computed once; the key must name everything that the result depends on."""
    return cast(T, _kept(key, compute))


@st.cache_resource(max_entries=32, show_spinner=False)
def _kept(key: tuple[str, ...], _compute: Callable[[], object]) -> object:
    return _compute()
