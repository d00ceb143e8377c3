"""Reading a report: a part that the command did not compute is absent, and reads as empty here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages._shell import words


def section(report: Mapping[str, Any] | None, name: str) -> dict[str, Any]:
    """A part of a report, empty when it is absent."""
    part = (report or {}).get(name)
    return dict(part) if isinstance(part, Mapping) else {}


def listed(report: Mapping[str, Any] | None, name: str) -> list[dict[str, Any]]:
    """A list of records in a report, empty when it is absent."""
    part = (report or {}).get(name)
    return [dict(item) for item in part if isinstance(item, Mapping)] if isinstance(part, Sequence) else []


def records(items: Sequence[Mapping[str, Any]], *, empty: str, key: str) -> None:
    """A table of records, their nested values as text, or a line when there is none."""
    if not items:
        st.caption(empty)
        return
    flat = [
        {name: ", ".join(map(str, value)) if isinstance(value, list | tuple) else value for name, value in item.items()}
        for item in items
    ]
    st.dataframe(flat, width="stretch", hide_index=True, key=key, placeholder=words.MISSING)
