"""Figures of the forecast: beside plain cross-validation, and what makes its interval as wide as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from core.figures import theme

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

ERROR_LABELS: Final[Mapping[str, str]] = {
    "se_rows": "single rows",
    "se_brands": "brands",
    "se_shift": "unknown shift",
    "se_doubt": "warnings",
}
_ROW_PX: Final = 46


def score_intervals(scores: pd.DataFrame) -> go.Figure:
    """Scores with their intervals, one below the other, on an axis that starts near them: only points are drawn.

    Args:
        scores: ``name``, ``smape_pct``, ``low_pct``, ``high_pct`` (NaN without an interval), ``kind``: ``train`` or
            ``test``, the side whose rows it speaks of.
    """
    import plotly.graph_objects as go

    value, low, high = (scores[name].to_numpy(dtype=np.float64) for name in ("smape_pct", "low_pct", "high_pct"))
    above, below = np.nan_to_num(high - value), np.nan_to_num(value - low)
    figure = go.Figure(
        go.Scatter(
            x=value,
            y=scores["name"],
            mode="markers+text",
            text=[f"<b>{x:.2f} %</b>" for x in value],
            textposition="top center",
            marker={"size": 13, "color": [theme.SPLIT_COLOURS[kind] for kind in scores["kind"]]},
            error_x=theme.error_bars(above, below, colour=theme.NEUTRAL, thickness=3, width=6),
            customdata=np.column_stack([value - below, value + above]),
            hovertemplate="%{y}<br>%{x:.2f} %<br>%{customdata[0]:.2f} to %{customdata[1]:.2f}<extra></extra>",
        )
    )
    figure.update_yaxes(range=[len(scores) - 0.5, -0.7])
    figure.update_xaxes(ticksuffix=" %")
    return theme.styled(figure, x_title="SMAPE, lower is better", height_px=110 + _ROW_PX * len(scores))


def error_shares(parts: Mapping[str, float]) -> go.Figure:
    """Standard errors that the interval is made of; they add as squares.

    Args:
        parts: ``parts`` of a forecast.
    """
    import plotly.graph_objects as go

    shown = {label: float(parts[name]) for name, label in ERROR_LABELS.items() if name in parts}
    figure = go.Figure(
        go.Bar(
            x=list(shown.values()),
            y=list(shown),
            orientation="h",
            marker_color=theme.TEST,
            text=[f"{value:.2f}" for value in shown.values()],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}<br>standard error %{x:.2f}<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed")
    return theme.styled(figure, x_title="standard error, points", height_px=90 + _ROW_PX * len(shown))
