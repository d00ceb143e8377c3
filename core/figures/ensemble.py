"""Figures of the ensemble: what each member is worth alone, and how much of it the blend takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from core.figures import theme
from core.types import FloatArray

if TYPE_CHECKING:
    import plotly.graph_objects as go

_ROW_PX: Final = 26
_NUMBER_PX: Final = 72


def member_scores(member_smape_pct: Mapping[str, float], blend_smape_pct: float) -> go.Figure:
    """Each member's out-of-fold SMAPE beside the blend's.

    The axis starts near the best score, because members differ by little; the numbers stand on the bars.
    """
    import plotly.graph_objects as go

    names = [*member_smape_pct, "blend"]
    scores = [*member_smape_pct.values(), blend_smape_pct]
    figure = go.Figure(
        go.Scatter(
            x=scores,
            y=names,
            mode="markers+text",
            marker={"size": 14, "color": [*[theme.TRAIN] * len(member_smape_pct), theme.GOOD]},
            text=[f"{score:.2f} %" for score in scores],
            textposition="middle right",
            # Long names leave little width: the last numbers stand in the margin.
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.3f} %<extra></extra>",
        )
    )
    low, high = min(scores), max(scores)
    room = max(high - low, 0.2)
    figure.update_xaxes(range=[low - 0.15 * room, high + 0.4 * room], ticksuffix=" %")
    figure.update_yaxes(autorange="reversed")
    styled = theme.styled(figure, x_title="out-of-fold SMAPE, lower is better", height_px=110 + _ROW_PX * len(names))
    return styled.update_layout(margin_r=_NUMBER_PX)


def weight_bars(manual: Mapping[str, float], suggested: Mapping[str, float]) -> go.Figure:
    """The weights set by hand beside the fitted ones, as shares that sum to 100 %."""
    import plotly.graph_objects as go

    names = list(manual)
    figure = go.Figure()
    for label, weights, colour in (("by hand", manual, theme.TRAIN), ("suggested", suggested, theme.GOOD)):
        total = sum(weights.values()) or 1.0
        share = [100.0 * weights.get(name, 0.0) / total for name in names]
        figure.add_bar(
            x=share,
            y=names,
            name=label,
            orientation="h",
            marker_color=colour,
            texttemplate="%{x:.0f} %",
            hovertemplate=f"%{{y}}, {label}: %{{x:.1f}} %<extra></extra>",
        )
    figure.update_layout(barmode="group")
    figure.update_xaxes(ticksuffix=" %", rangemode="tozero")
    figure.update_yaxes(autorange="reversed")
    return theme.styled(figure, x_title="weight", height_px=120 + 2 * _ROW_PX * len(names))


def weight_intervals(
    names: Sequence[str], weights: FloatArray, low: FloatArray, high: FloatArray, fold_weights: FloatArray
) -> go.Figure:
    """Each member's weight with its interval, and the folds' own weights as small dots.

    Args:
        weights, low, high: Shape (n_members,).
        fold_weights: Shape (n_folds, n_members).
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    for fold in fold_weights:
        figure.add_scatter(
            x=fold,
            y=list(names),
            mode="markers",
            marker={"size": 5, "color": theme.NEUTRAL},
            hovertemplate="%{y}, one fold: %{x:.3f}<extra></extra>",
            showlegend=False,
        )
    figure.add_scatter(
        x=weights,
        y=list(names),
        mode="markers+text",
        marker={"size": 12, "color": theme.GOOD},
        error_x=theme.error_bars(high - weights, weights - low, colour=theme.GOOD),
        text=[f"{weight:.2f}" for weight in weights],
        textposition="top center",
        hovertemplate="%{y}: %{x:.3f}<extra></extra>",
        showlegend=False,
    )
    ends = np.concatenate([[0.0], weights, low, high, fold_weights.ravel()])
    room = 0.12 * float(np.ptp(ends))
    figure.update_xaxes(range=[float(ends.min()) - room, float(ends.max()) + room])
    # Room for the first number above its dot.
    figure.update_yaxes(range=[len(names) - 0.5, -0.8], type="category")
    return theme.styled(figure, x_title="weight", height_px=120 + 38 * len(names))


def error_correlation(names: Sequence[str], correlation: FloatArray, apart: FloatArray) -> go.Figure:
    """How alike the members err.

    Args:
        correlation: Shape (n_members, n_members), each −1 to 1.
        apart: Mean distance of their ``log_price``, same shape.
    """
    import plotly.graph_objects as go

    figure = go.Figure(
        go.Heatmap(
            z=correlation,
            x=list(names),
            y=list(names),
            zmin=0.0,
            zmax=1.0,
            colorscale=[[0.0, theme.faint(theme.TEST)], [1.0, theme.TEST]],
            texttemplate="%{z:.2f}",
            customdata=100.0 * np.expm1(apart),
            hovertemplate="%{y} and %{x}: %{z:.3f}<br>%{customdata:.0f} % of the price apart<extra></extra>",
            showscale=False,
        )
    )
    figure.update_yaxes(autorange="reversed")
    return theme.styled(figure, height_px=130 + 2 * _ROW_PX * len(names))
