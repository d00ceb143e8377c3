"""State of widgets that pages set themselves, and picking a row of a table."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages._shell import words

if TYPE_CHECKING:
    import pandas as pd


def set_widget(key: str, value: Any) -> None:
    """Give a widget a value, before it is drawn in this run."""
    st.session_state[key] = value


def default_widget(key: str, value: list[str], *, among: Container[str]) -> None:
    """Give a widget of several choices its first value; later, drop choices that are on offer no more.

    Where none of them is on offer any more, the widget has its first value again; one that was emptied stays empty.
    """
    chosen = st.session_state.get(key, value)
    left = [item for item in chosen if item in among]
    st.session_state[key] = left or [item for item in value if item in among] if chosen else []


def pick_row(
    lines: Sequence[Mapping[str, Any]], *, key: str, columns: Mapping[str, Any] | None = None, otherwise: int = 0
) -> int:
    """Show a table of records and return the position of the selected one; ``otherwise`` when none is selected."""
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
    return selected[0] if selected and selected[0] < len(lines) else otherwise


def clamp_widget(key: str, most: int) -> None:
    """Bring a number that counts from 1 back within what there is."""
    st.session_state[key] = max(1, min(int(st.session_state[key]), most))


def edit_rows(
    frame: pd.DataFrame,
    *,
    key: str,
    editable: Sequence[str],
    on_edit: Callable[[int, Mapping[str, Any]], None],
    shown: Sequence[str],
    columns: Mapping[str, Any] | None = None,
) -> None:
    """Show a table some of whose columns can be changed in place.

    Args:
        key: Names the table and the state of its rows: the browser keeps edits by a row's position.
        editable: Columns that can be changed.
        on_edit: Told of each changed row's position and of its changed cells by column.
        shown: Columns in their order.
    """

    def save() -> None:
        for place, change in st.session_state[key]["edited_rows"].items():
            on_edit(int(place), change)

    st.data_editor(
        frame,
        key=key,
        hide_index=True,
        on_change=save,
        disabled=[name for name in frame.columns if name not in editable],
        column_order=list(shown),
        column_config=columns,
        placeholder=words.MISSING,
    )


def widget_value(key: str, otherwise: Any = None) -> Any:
    """What a widget stands at, whether or not it is on the screen, also in a callback."""
    return st.session_state.get(key, otherwise)


def first_value(key: str, value: Any) -> None:
    """Give a widget its first value; later its own stands."""
    st.session_state.setdefault(key, value)
