"""Picking in a chart: what was picked is kept until it is cleared, whatever else on the page changes.

Streamlit forgets what was picked as soon as a chart's figure changes or the chart leaves the screen. So the pick is
noted apart, when it is made; a chart that has forgotten it is drawn with the picked points marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import streamlit as st

from core.store import hash_bytes
from pages._shell import words
from pages._shell.parts import in_shade

if TYPE_CHECKING:
    import plotly.graph_objects as go

Mode: TypeAlias = Literal["points", "box", "lasso"]
Outline: TypeAlias = tuple[tuple[float, float], ...]
_PICKED = "shell.picked."
_DRAWN = "shell.drawn."
_TURN = "shell.turn."
_DRAGS: dict[Mode, str] = {"box": "select", "lasso": "lasso"}
_CONFIG = {"displaylogo": False, "modeBarButtonsToRemove": ["autoScale2d"]}


@dataclass(frozen=True)
class Selection:
    """What is picked in a chart; false when nothing is.

    Attributes:
        points: What the picked points stand for: the first entries of their ``customdata``.
        x_range: From where to where a box was drawn on the horizontal axis, or None.
        outlines: Corners, in the units of the axes, of every lasso and box that was drawn: what a chart that draws
            only some of its points needs to find the others.
    """

    points: tuple[tuple[Any, ...], ...] = ()
    x_range: tuple[float, float] | None = None
    outlines: tuple[Outline, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.points)


@dataclass(frozen=True)
class _Pick:
    """A selection, and the figure in which it was made; ``marked`` when that figure showed an earlier one itself."""

    selection: Selection
    figure: str
    marked: bool


def choose(
    figure: go.Figure, *, key: str, identity: int, modes: Sequence[Mode] = ("points",), alt: str = ""
) -> Selection:
    """Show a figure in which points can be picked, and return what is picked.

    Args:
        key: Names the chart over reruns; also what :func:`clear_choice` takes.
        identity: How many first entries of a point's ``customdata`` say what it stands for.
        modes: Single points, a box, a lasso; dragging the mouse draws the first of box and lasso.
    """
    in_shade(figure)
    figure.update_layout(dragmode=next((_DRAGS[mode] for mode in modes if mode in _DRAGS), False))
    plain = hash_bytes(figure.to_json().encode())
    pick: _Pick | None = st.session_state.get(_PICKED + key)
    widget = _widget(key)
    live = st.session_state.get(widget)
    remembers = live is not None and bool(live["selection"]["points"])
    marked = pick is not None and (pick.marked or pick.figure != plain or not remembers)
    if pick is not None and marked:
        _mark(figure, pick.selection, identity)
    st.session_state[_DRAWN + key] = (plain, marked)
    st.plotly_chart(
        figure,
        width="stretch",
        theme=None,
        key=widget,
        config=_CONFIG,
        alt=alt or None,
        on_select=lambda: _note(key, widget, identity),
        selection_mode=tuple(modes),
    )
    return Selection() if pick is None else pick.selection


def chosen(key: str) -> Selection:
    """What is picked in the chart of that key, whether or not it is on the screen."""
    pick: _Pick | None = st.session_state.get(_PICKED + key)
    return Selection() if pick is None else pick.selection


def clear_choice(key: str) -> None:
    """Forget what is picked, in the chart as well."""
    st.session_state.pop(_PICKED + key, None)
    st.session_state[_TURN + key] = st.session_state.get(_TURN + key, 0) + 1


def chips(said: dict[str, str]) -> None:
    """A button a choice that says what is chosen and takes it back: ``{chart's key: words}``.

    Draw it in the same fragment as the charts: a chart has to be drawn anew to show that it is cleared.
    """
    if not said:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        for key, sentence in said.items():
            st.button(
                words.escaped(f"{sentence[:1].upper()}{sentence[1:]}"),
                key=f"{key}.clear",
                icon=":material/close:",
                help="Clear this choice",
                on_click=clear_choice,
                args=(key,),
            )
        if len(said) > 1:
            st.button("Clear all", key=f"{next(iter(said))}.clear_all", type="tertiary", on_click=_clear, args=(said,))


def _clear(keys: Sequence[str]) -> None:
    for key in keys:
        clear_choice(key)


def _widget(key: str) -> str:
    """Streamlit's key: a new one after each clearing, so that the browser forgets as well."""
    return f"{key}.{st.session_state.get(_TURN + key, 0)}"


def _note(key: str, widget: str, identity: int) -> None:
    """Keep what was just picked, unless the chart was cleared meanwhile."""
    if widget != _widget(key) or widget not in st.session_state:
        return
    found = st.session_state[widget]["selection"]
    points = (_identity(point.get("customdata"), identity) for point in found["points"])
    spans = [box["x"] for box in found["box"] if box.get("x")]
    span = (min(map(min, spans)), max(map(max, spans))) if spans else None
    outlines = (*map(_corners, found.get("lasso", [])), *map(_box_corners, found["box"]))
    selection = Selection(
        tuple(dict.fromkeys(point for point in points if point)), span, tuple(line for line in outlines if line)
    )
    figure, marked = st.session_state.get(_DRAWN + key, ("", True))
    if selection:
        st.session_state[_PICKED + key] = _Pick(selection, figure, marked)
    else:
        st.session_state.pop(_PICKED + key, None)


def _corners(lasso: Any) -> Outline:
    return tuple(zip(map(float, lasso["x"]), map(float, lasso["y"]), strict=True))


def _box_corners(box: Any) -> Outline:
    """Four corners; none where an axis holds names or the box has no height."""
    sides = [box.get(axis) for axis in ("x", "y")]
    if not all(side and all(isinstance(end, int | float) for end in side) for side in sides):
        return ()
    (left, right), (low, high) = ((float(min(side)), float(max(side))) for side in sides)
    return ((left, low), (right, low), (right, high), (left, high))


def _identity(custom: Any, entries: int) -> tuple[Any, ...]:
    """The identity as plain text and numbers; the browser may hand a list back as a mapping of positions."""
    if isinstance(custom, dict):
        custom = [custom[name] for name in sorted(custom, key=int)]
    if custom is None or isinstance(custom, str | bytes) or not hasattr(custom, "__len__"):
        return ()
    return tuple(_plain(value) for value in list(custom)[:entries])


def _plain(value: Any) -> Any:
    return value if isinstance(value, str) else float(value)


def _mark(figure: go.Figure, selection: Selection, identity: int) -> None:
    """Show the picked points as picked in a figure of which the browser knows nothing yet."""
    wanted = set(selection.points)
    for trace in figure.data:
        if trace.customdata is not None:
            places = [i for i, custom in enumerate(trace.customdata) if _identity(custom, identity) in wanted]
            trace.selectedpoints = places
