"""Figures of what tells train from test: the spread of the propensity, the columns, the words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from core.figures import theme

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

MOST_COLUMNS: Final = 15
MOST_WORDS: Final = 12
ODDS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
"""Marks on the axis of odds ratios."""
_ROW_PX: Final = 24
_SIDES: Final = (("train", "train_pct", theme.TRAIN), ("test", "test_pct", theme.TEST))


def propensity_steps(bins: pd.DataFrame, *, n_train: int, n_test: int) -> go.Figure:
    """Share of each file's rows by their chance to be a test row; the dotted line is test's share of all rows.

    Args:
        bins: ``low``, ``high``, ``train_pct``, ``test_pct``.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    middle = (bins["low"] + bins["high"]) / 2.0
    for name, column, colour in _SIDES:
        figure.add_trace(
            go.Scatter(
                x=middle,
                y=bins[column],
                mode="lines",
                line={"color": colour, "width": 2, "shape": "hvh"},
                fill="tozeroy",
                fillcolor=theme.faint(colour),
                name=name,
                customdata=bins[["low", "high"]],
                hovertemplate=f"%{{y:.1f}} % of {name} rows<br>chance %{{customdata[0]:.3f}} to"
                " %{customdata[1]:.3f}<extra></extra>",
            )
        )
    figure.add_vline(x=n_test / max(1, n_train + n_test), line_dash="dot", line_color=theme.NEUTRAL)
    figure.update_yaxes(ticksuffix=" %", rangemode="tozero")
    return theme.styled(
        figure,
        x_title="chance to be a test row (dotted: test's share)",
        y_title="rows of the file",
        height_px=300,
    )


def column_effects(table: pd.DataFrame) -> go.Figure:
    """The clearest columns: the share of rows by which the files differ, its interval, and what chance alone gives.

    Args:
        table: ``name``, ``effect``, ``low``, ``high``, ``chance`` (shares, 0..1), ``alarm``, ``test`` (of columns that
            share one, the first is drawn); clearest first.
    """
    import plotly.graph_objects as go

    top = table.drop_duplicates("test").head(MOST_COLUMNS)
    figure = go.Figure()
    for name, colour, rows in (
        ("alarms", theme.BAD, top[top["alarm"]]),
        ("no more than chance", theme.TEST, top[~top["alarm"]]),
    ):
        if len(rows):
            figure.add_trace(_effects(rows, name, colour))
    figure.add_trace(
        go.Scatter(
            x=100.0 * top["chance"],
            y=top["name"],
            mode="markers",
            marker={"color": theme.NEUTRAL, "symbol": "line-ns-open", "size": 12, "line": {"width": 2}},
            name="median in alike files",
            hovertemplate="%{y}: alike files differ by %{x:.2f} %<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed", categoryorder="array", categoryarray=top["name"].tolist())
    figure.update_xaxes(ticksuffix=" %", rangemode="tozero")
    return theme.styled(
        figure, x_title="share of rows by which train and test differ", height_px=110 + _ROW_PX * len(top)
    )


def word_odds(table: pd.DataFrame) -> go.Figure:
    """The clearest words of either side: how many times the odds of a test row are those of a train row.

    Args:
        table: ``term``, ``log_odds``, ``low``, ``high``, ``train_rows``, ``test_rows``, ``told``; clearest first.
    """
    import plotly.graph_objects as go

    sides = [table[table["log_odds"] > 0].head(MOST_WORDS), table[table["log_odds"] <= 0].head(MOST_WORDS)]
    figure = go.Figure()
    for name, colour, rows in zip(("more in test", "more in train"), (theme.TEST, theme.TRAIN), sides, strict=True):
        if len(rows):
            figure.add_trace(_odds(rows.sort_values("log_odds", ascending=False), name, colour))
    figure.add_vline(x=1.0, line_dash="dot", line_color=theme.NEUTRAL)
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(type="log", tickvals=ODDS, ticktext=[f"×{odds:g}" for odds in ODDS])
    count = sum(len(side) for side in sides)
    return theme.styled(
        figure,
        x_title="odds to stand in a test row over a train row (filled: more than chance)",
        height_px=110 + _ROW_PX * count,
    )


def _effects(rows: pd.DataFrame, name: str, colour: str) -> Any:
    import plotly.graph_objects as go

    return go.Scatter(
        x=100.0 * rows["effect"],
        y=rows["name"],
        mode="markers",
        name=name,
        marker={"color": colour, "size": 10},
        error_x=_bars(100.0 * rows["effect"], 100.0 * rows["low"], 100.0 * rows["high"], colour),
        customdata=100.0 * rows[["low", "high"]],
        hovertemplate="%{y}: %{x:.2f} %, 90 % interval %{customdata[0]:.2f} to %{customdata[1]:.2f} %<extra></extra>",
    )


def _odds(rows: pd.DataFrame, name: str, colour: str) -> Any:
    import plotly.graph_objects as go

    ratio, low, high = (np.exp(rows[column].to_numpy(dtype=np.float64)) for column in ("log_odds", "low", "high"))
    return go.Scatter(
        x=ratio,
        y=rows["term"],
        mode="markers",
        name=name,
        marker={"color": colour, "size": 9, "symbol": np.where(rows["told"], "circle", "circle-open").tolist()},
        error_x=_bars(ratio, low, high, colour),
        customdata=rows[["train_rows", "test_rows"]],
        hovertemplate="%{y}: ×%{x:.2f}<br>%{customdata[0]:,} train rows, %{customdata[1]:,} test rows<extra></extra>",
    )


def _bars(value: Any, low: Any, high: Any, colour: str) -> dict[str, Any]:
    return theme.error_bars(np.asarray(high - value), np.asarray(value - low), colour=colour, thickness=1.5)
