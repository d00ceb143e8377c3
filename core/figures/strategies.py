"""Figures of strategies: score against time, with the frontier that is worth standing on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.figures import theme

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go


def score_against_time(table: pd.DataFrame, *, seconds_left: float | None = None) -> go.Figure:
    """Each measured strategy at its seconds and its SMAPE; lower and further left is better.

    Args:
        table: ``title``, ``seconds`` (cold), ``smape_pct``, ``low_pct``, ``high_pct``, ``forecast_pct`` (not a number
            without one), ``on_frontier``, ``in_parts``.
        seconds_left: Until the deadline; a line where it is.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    frontier = table[table["on_frontier"]].sort_values("seconds")
    figure.add_scatter(
        x=frontier["seconds"],
        y=frontier["smape_pct"],
        mode="lines",
        name="nothing is as good in less time",
        line={"color": theme.TRAIN, "width": 2, "shape": "hv", "dash": "dot"},
        hoverinfo="skip",
    )
    told = table[table["forecast_pct"].notna()]
    if len(told):
        figure.add_scatter(
            x=told["seconds"],
            y=told["forecast_pct"],
            mode="markers",
            name="forecast of the test score",
            marker={"color": theme.TEST, "size": 9, "symbol": "diamond"},
            customdata=told["title"],
            hovertemplate="%{customdata}: forecast %{y:.2f} %<extra></extra>",
        )
    figure.add_scatter(
        x=table["seconds"],
        y=table["smape_pct"],
        mode="markers+text",
        name="validation, out of fold",
        text=table["title"],
        textposition=_beside(table),
        cliponaxis=False,
        marker={"color": theme.TRAIN, "size": 12},
        error_y=theme.error_bars(
            table["high_pct"] - table["smape_pct"], table["smape_pct"] - table["low_pct"], colour=theme.TRAIN
        ),
        hovertemplate="%{text}: %{y:.2f} % in %{x:.1f} s<extra></extra>",
    )
    if seconds_left is not None and seconds_left > 0:
        figure.add_vline(x=seconds_left, line={"color": theme.BAD, "dash": "dash"}, annotation_text="deadline")
    figure.update_xaxes(type="log", dtick=1)
    figure.update_yaxes(ticksuffix=" %")
    return theme.styled(figure, x_title="seconds from an empty cache", y_title="SMAPE", height_px=430)


def _beside(table: pd.DataFrame) -> list[str]:
    """Where each name stands: inwards of its point, above and below by turns, so that neighbours seldom meet."""
    order = table["seconds"].rank(method="first")
    low, high = table["seconds"].min(), table["seconds"].max()
    side = ["left" if seconds**2 > low * high else "right" for seconds in table["seconds"]]
    return [f"{'top' if place % 2 else 'bottom'} {name}" for place, name in zip(order, side, strict=True)]
