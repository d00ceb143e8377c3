"""Small parts that every page is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import streamlit as st

from core.figures import theme
from pages._shell import words

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

ICON = str(Path(__file__).with_name("icon.svg"))
"""The browser tab's icon, a file of ours: a named icon would be fetched from outside."""

_CHART_CONFIG = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]}


@runtime_checkable
class _Hit(Protocol):
    hit: bool


@dataclass(frozen=True)
class Headline:
    """One of the numbers on top of a page.

    Attributes:
        note: What stands below it: its rows, its interval.
        help: What it means, on hover.
    """

    label: str
    value: str
    note: str = ""
    help: str = ""


def headlines(numbers: Sequence[Headline]) -> None:
    """The headline numbers side by side; on a narrow window the last ones go into a line of their own."""
    with st.container(horizontal=True):
        for number in numbers:
            with st.container(border=True, height="stretch"):
                st.metric(number.label, number.value, help=number.help or None)
                if number.note:
                    st.caption(number.note)


def badge(made: Any, *, what: str = "") -> None:
    """Say what a result cost: "computed in 12.3 s" or "cached", with its key on hover.

    Args:
        made: A ``Cached``, ``FeatureBlock``, ``EncodedBlock`` or ``Run``: anything with ``seconds``, ``hit`` or
            ``cached``, and ``key`` or ``run_id``.
        what: Goes before it, e.g. the block's title.
    """
    hit = bool(made.hit if isinstance(made, _Hit) else made.cached)
    key = getattr(made, "key", None) or getattr(made, "run_id", "")
    took = words.seconds(float(made.seconds))
    text = f"cached (took {took} once)" if hit else f"computed in {took}"
    st.badge(
        f"{what}: {text}" if what else text,
        icon=":material/bolt:" if hit else ":material/timer:",
        color="green" if hit else "blue",
        help=f"Key {key}",
    )


def chart(figure: go.Figure, *, key: str | None = None, alt: str = "") -> None:
    """Show a figure of ``core.figures`` over the whole width, in the shade that the user's theme asks for."""
    in_shade(figure)
    st.plotly_chart(figure, width="stretch", theme=None, key=key, config=_CHART_CONFIG, alt=alt or None)


def in_shade(figure: go.Figure) -> None:
    """Give a figure the template of the shade that the user's theme asks for."""
    figure.update_layout(template=theme.template(dark=st.context.theme.type == "dark"))


def table(frame: pd.DataFrame, *, key: str | None = None, columns: dict[str, Any] | None = None) -> None:
    """Show a table over the whole width; big ones are sent in pieces as the user scrolls."""
    st.dataframe(frame, width="stretch", hide_index=True, key=key, column_config=columns, placeholder=words.MISSING)


def empty_state(text: str, *, icon: str = ":material/hourglass_empty:") -> None:
    """Say what is missing and what to do next; put the button for it right below."""
    st.info(text, icon=icon)
