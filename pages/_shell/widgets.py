"""State of widgets that pages set themselves, and picking a row of a table."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

import streamlit as st

from pages._shell import words


def set_widget(key: str, value: Any) -> None:
    """Give a widget a value, before it is drawn in this run."""
    st.session_state[key] = value


def default_widget(key: str, value: list[str], *, among: Container[str]) -> None:
    """Give a widget of several choices its first value; later, drop choices that are on offer no more."""
    chosen = st.session_state.get(key, value)
    st.session_state[key] = [item for item in chosen if item in among]


def pick_row(lines: Sequence[Mapping[str, Any]], *, key: str, columns: Mapping[str, Any] | None = None) -> int:
    """Show a table of records and return the position of the selected one; the first when none is selected."""
    event = st.dataframe(
        list(lines),
        width="stretch",
        hide_index=True,
        key=key,
        column_config=columns,
        placeholder=words.MISSING,
        on_select="rerun",
        selection_mode="single-row",
    )
    selected = event["selection"]["rows"]
    return selected[0] if selected and selected[0] < len(lines) else 0


def clamp_widget(key: str, most: int) -> None:
    """Bring a number that counts from 1 back within what there is."""
    st.session_state[key] = max(1, min(int(st.session_state[key]), most))


def first_value(key: str, value: Any) -> None:
    """Give a widget its first value; later its own stands."""
    st.session_state.setdefault(key, value)
