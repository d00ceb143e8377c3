"""The studio's colours and its one plotly template, in a light and a dark shade.

Train is always one colour, test another, rows of unseen brands a third; the three stay apart for colour-blind eyes
and on both backgrounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from core.types import FloatArray

if TYPE_CHECKING:
    from collections.abc import Mapping

    import plotly.graph_objects as go

TRAIN: Final = "#3b82f6"
TEST: Final = "#e08a1e"
UNSEEN: Final = "#c2489b"
GOOD: Final = "#1f9d6b"
BAD: Final = "#d94a57"
NEUTRAL: Final = "#8b93a1"
SEQUENCE: Final = (TRAIN, TEST, UNSEEN, GOOD, "#8b5cf6", "#0fa3b1", BAD, NEUTRAL)
# For things that are neither train nor test, such as feature blocks: none of the colours that have a meaning.
CATEGORIES: Final = ("#0fa3b1", "#8b5cf6", "#7a9e3f", "#b0653a", "#6b7f99", "#c9a227", "#4c9a8f", "#9a6fb0", "#a3a3a3")
CONTINUOUS: Final = ("#1e3a8a", "#3b82f6", "#7cc4e8", "#f5d76e", "#e08a1e")
DIVERGING: Final = (TRAIN, "#d9dde3", BAD)

SPLIT_COLOURS: Final[Mapping[str, str]] = {"train": TRAIN, "test": TEST, "unseen": UNSEEN}

HEIGHT_PX: Final = 340


def template(*, dark: bool = False) -> go.layout.Template:
    """Template for every figure: clear background, quiet grid, the colours above in order."""
    import plotly.graph_objects as go

    text, grid = ("#edebe8", "#3a3833") if dark else ("#2f2d2b", "#e6e5e2")
    axis = {
        "gridcolor": grid,
        "linecolor": grid,
        "zerolinecolor": grid,
        "automargin": True,
        "title": {"standoff": 8},
        "ticks": "",
    }
    return go.layout.Template(
        layout={
            "colorway": list(SEQUENCE),
            "colorscale": {"sequential": _scale(CONTINUOUS), "diverging": _scale(DIVERGING)},
            "font": {"color": text, "size": 13, "family": "Source Sans, Source Sans Pro, sans-serif"},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "xaxis": axis,
            "yaxis": axis,
            "margin": {"l": 8, "r": 28, "t": 36, "b": 8},
            "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0.0, "title": {"text": ""}},
            "hoverlabel": {"align": "left"},
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": NEUTRAL, "activecolor": TRAIN},
            "bargap": 0.18,
            "separators": ".,",
        }
    )


def styled(
    figure: go.Figure, *, x_title: str = "", y_title: str = "", height_px: int = HEIGHT_PX, dark: bool = False
) -> go.Figure:
    """The same figure with the template, its axis titles and its height; every figure leaves through here."""
    figure.update_layout(template=template(dark=dark), height=height_px)
    if x_title:
        figure.update_xaxes(title_text=x_title)
    if y_title:
        figure.update_yaxes(title_text=y_title)
    return figure


def faint(colour: str, opacity: float = 0.15) -> str:
    """The same colour, ``#rrggbb``, mostly transparent: it stands back on a light and on a dark page."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def _scale(colours: tuple[str, ...]) -> list[list[float | str]]:
    last = len(colours) - 1
    return [[i / last, colour] for i, colour in enumerate(colours)]


def row_squares(x_edge: FloatArray, y_edge: FloatArray, count: FloatArray) -> dict[str, Any]:
    """A ``go.Heatmap`` of rows counted in squares, the colour by the logarithm of the count and none for no row.

    Args:
        x_edge, y_edge: Edges of the squares.
        count: Rows of each, shape (len(x_edge) - 1, len(y_edge) - 1), as from ``np.histogram2d``.
    """
    rows = count.T
    return {
        "x": (x_edge[:-1] + x_edge[1:]) / 2,
        "y": (y_edge[:-1] + y_edge[1:]) / 2,
        "z": np.where(rows > 0, np.log10(np.maximum(rows, 1)), np.nan),
        "customdata": rows,
        "colorscale": [[0.0, faint(TRAIN)], [1.0, TRAIN]],
        "showscale": False,
        "hovertemplate": "%{customdata:,} rows<extra></extra>",
        "hoverongaps": False,
    }


def error_bars(
    above: Any, below: Any, *, colour: str, thickness: float = 2, width: float | None = None
) -> dict[str, Any]:
    """An interval around each point, for ``error_x`` or ``error_y``: how far it reaches above and below."""
    ends = {} if width is None else {"width": width}
    bars = {"array": above, "arrayminus": below, "color": colour, "thickness": thickness}
    return {"type": "data", "symmetric": False, **bars, **ends}


def price_ticks(low: float, high: float) -> dict[str, Any]:
    """Prices of the form 1, 2, 5 times a power of ten, as places on a decimal logarithm."""
    steps = (1.0, 2.0, 5.0) if high - low > 0.6 else (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0)
    prices = [step * 10.0**power for power in range(int(np.floor(low)), int(np.ceil(high)) + 1) for step in steps]
    inside = [price for price in prices if low <= np.log10(price) <= high]
    return {"tickvals": np.log10(inside).tolist(), "ticktext": [f"${price:,.10g}" for price in inside]}
