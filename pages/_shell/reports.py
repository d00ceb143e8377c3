"""Reading a report: a part that the command did not compute is absent, and reads as empty here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages._shell import words

if TYPE_CHECKING:
    import pandas as pd

_MARKS = {"pass": (":material/check_circle:", "green"), "warn": (":material/warning:", "orange")}


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


def verdicts(table: pd.DataFrame) -> None:
    """A card a check: its title and verdict, the evidence, and the remedy where there is one.

    Args:
        table: Columns ``title``, ``verdict``, ``evidence``, ``remedy``.
    """
    for line in table.to_dict("records"):
        icon, color = _MARKS.get(line["verdict"], (":material/error:", "red"))
        with st.container(border=True):
            st.badge(f"{words.escaped(line['title'])}: {words.escaped(line['verdict'])}", icon=icon, color=color)
            st.markdown(words.escaped(line["evidence"]))
            if line["remedy"]:
                st.caption(line["remedy"])
