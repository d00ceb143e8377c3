"""Figures of a run's errors: slices, calibration, residuals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.figures import theme
from core.types import FloatArray

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go


def slice_bars(table: pd.DataFrame, whole_smape_pct: float) -> go.Figure:
    """SMAPE of each slice with its interval, and that of all rows as a line.

    Args:
        table: ``label``, ``rows``, ``smape_pct``, ``low_pct``, ``high_pct``, ``share_pct``.
    """
    import plotly.graph_objects as go

    reach = [
        (table["high_pct"] - table["smape_pct"]).replace(np.inf, 0.0),
        (table["smape_pct"] - table["low_pct"]).replace(np.inf, 0.0),
    ]
    figure = go.Figure(
        go.Bar(
            y=table["label"],
            x=table["smape_pct"],
            orientation="h",
            marker_color=theme.TRAIN,
            error_x=theme.error_bars(*reach, colour=theme.NEUTRAL),
            customdata=table[["label", "rows", "share_pct"]].to_numpy(dtype=object),
            hovertemplate="%{y}: %{x:.2f} %<br>%{customdata[1]:,} rows, %{customdata[2]:.1f} % of the whole error"
            "<extra></extra>",
        )
    )
    figure.add_vline(x=whole_smape_pct, line_dash="dot", line_color=theme.NEUTRAL)
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_xaxes(ticksuffix=" %", rangemode="tozero")
    return theme.styled(figure, x_title="SMAPE; dotted: all rows", height_px=110 + 28 * len(table))


def calibration(table: pd.DataFrame) -> go.Figure:
    """By how much the predictions of each band lie above or below the true prices on average.

    Args:
        table: ``label``, ``rows``, ``bias`` (mean of predicted less true ``log_price``), ``bias_low``, ``bias_high``.
    """
    import plotly.graph_objects as go

    percent = {name: 100.0 * np.expm1(table[name].to_numpy()) for name in ("bias", "bias_low", "bias_high")}
    bars = theme.error_bars(
        percent["bias_high"] - percent["bias"], percent["bias"] - percent["bias_low"], colour=theme.TRAIN
    )
    figure = go.Figure(
        go.Scatter(
            y=table["label"],
            x=percent["bias"],
            mode="markers",
            marker={"size": 9, "color": theme.TRAIN},
            error_x=bars,
            customdata=table[["label", "rows"]].to_numpy(dtype=object),
            hovertemplate="%{y}: %{x:+.1f} %<br>%{customdata[1]:,} rows<extra></extra>",
        )
    )
    figure.add_vline(x=0, line_dash="dot", line_color=theme.NEUTRAL)
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_xaxes(ticksuffix=" %")
    return theme.styled(figure, x_title="predicted over true price", height_px=110 + 28 * len(table))


def residuals(predicted: FloatArray, residual: FloatArray) -> go.Figure:
    """Residuals against the prediction, rows counted in squares (all of them).

    Args:
        predicted: Dollars.
        residual: Predicted less true ``log_price``.
    """
    import plotly.graph_objects as go

    x, y = np.log10(predicted), np.clip(residual, -3.0, 3.0)
    low, high = float(x.min()), float(x.max()) + 1e-9
    count, x_edge, y_edge = np.histogram2d(x, y, bins=[60, 50], range=[[low, high], [-3.0, 3.0]])
    figure = go.Figure(go.Heatmap(theme.row_squares(x_edge, y_edge, count)))
    figure.add_hline(y=0, line_dash="dot", line_color=theme.NEUTRAL)
    figure.update_xaxes(**theme.price_ticks(low, high))
    factors = [0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0]
    figure.update_yaxes(tickvals=np.log(factors).tolist(), ticktext=[f"× {one:g}" for one in factors])
    return theme.styled(figure, x_title="predicted price, out of fold", y_title="predicted over true", height_px=420)


def moved_prices(table: pd.DataFrame) -> go.Figure:
    """Change of SMAPE over a factor on all prices, with its band; the lowest point is marked.

    Args:
        table: ``factor``, ``change_pct``, ``low_pct``, ``high_pct``.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    ends = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    x = np.log2(table["factor"])
    figure.add_scatter(x=x, y=table["high_pct"], **ends)
    figure.add_scatter(
        x=x, y=table["low_pct"], fill="tonexty", fillcolor=theme.faint(theme.TRAIN, 0.22), name="90 %", **ends
    )
    custom = table[["factor", "low_pct", "high_pct"]].to_numpy()
    said = "× %{customdata[0]:.2f}: %{y:+.2f} points, 90 % %{customdata[1]:+.2f} to %{customdata[2]:+.2f}"
    best = int(table["change_pct"].to_numpy().argmin())
    for rows, look in (
        (slice(None), {"mode": "lines", "line": {"color": theme.TRAIN, "width": 2}}),
        (slice(best, best + 1), {"mode": "markers", "marker": {"color": theme.TRAIN, "size": 10}}),
    ):
        figure.add_scatter(
            x=x[rows],
            y=table["change_pct"][rows],
            customdata=custom[rows],
            hovertemplate=said + "<extra></extra>",
            **look,
        )
    figure.add_hline(y=0, line_dash="dot", line_color=theme.NEUTRAL)
    figure.add_vline(x=0, line_dash="dot", line_color=theme.NEUTRAL)
    factors = [0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15, 1.2]
    figure.update_xaxes(tickvals=np.log2(factors).tolist(), ticktext=[f"× {one:g}" for one in factors])
    figure.update_layout(showlegend=False)
    return theme.styled(figure, x_title="all prices times", y_title="change of SMAPE, points", height_px=340)
