"""Figures of runs beside each other: live curves, the paired difference, learning curve, search of settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from core.figures import theme

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

_MOST_POINTS: Final = 400


def live_curves(curves: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> go.Figure:
    """Validation SMAPE by round, a line a fold; long ones are thinned to every so many rounds, the last always shown.

    Args:
        curves: Title to rounds and SMAPE in percent; ``fold 1, seed 2`` has the colour of ``fold 1``, thinner.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    folds = list(dict.fromkeys(title.partition(",")[0] for title in curves))
    for title, (x, y) in curves.items():
        if not len(x):
            continue
        step = max(1, -(-len(x) // _MOST_POINTS))
        kept = sorted({*range(0, len(x), step), len(x) - 1, int(np.argmin(y))})
        fold, _, seed = title.partition(",")
        colour = theme.CATEGORIES[folds.index(fold) % len(theme.CATEGORIES)]
        figure.add_scatter(
            x=[x[i] for i in kept],
            y=[y[i] for i in kept],
            mode="lines",
            name=title,
            legendgroup=fold,
            showlegend=not seed,
            line={"color": colour, "width": 1 if seed else 2},
            hovertemplate="%{fullData.name}, round %{x}: %{y:.2f} %<extra></extra>",
        )
        best = int(np.argmin(y))
        figure.add_scatter(
            x=[x[best]],
            y=[y[best]],
            mode="markers",
            marker={"color": colour, "size": 8},
            legendgroup=fold,
            showlegend=False,
            hovertemplate=f"{title}, best so far: round %{{x}}, %{{y:.2f}} %<extra></extra>",
        )
    _focus(figure, [np.asarray(y) for _, y in curves.values() if len(y)])
    figure.update_yaxes(ticksuffix=" %")
    return theme.styled(figure, x_title="round", y_title="validation SMAPE", height_px=300)


def difference(
    gain_pct: float, low_pct: float, high_pct: float, fold_gain_pct: Sequence[float], real: bool
) -> go.Figure:
    """The second run against the first: the change of SMAPE with its interval, and fold by fold; left is better.

    Args:
        gain_pct, low_pct, high_pct: SMAPE of the first minus that of the second, with its interval.
        fold_gain_pct: The same by fold; empty when the folds differ.
        real: The verdict.
    """
    import plotly.graph_objects as go

    change, low, high = -gain_pct, -high_pct, -low_pct
    colour = theme.NEUTRAL if not real else theme.GOOD if gain_pct > 0 else theme.BAD
    figure = go.Figure()
    if fold_gain_pct:
        figure.add_scatter(
            x=[-gain for gain in fold_gain_pct],
            y=["by fold"] * len(fold_gain_pct),
            mode="markers",
            marker={"color": theme.TRAIN, "size": 9, "opacity": 0.7},
            customdata=[fold + 1 for fold in range(len(fold_gain_pct))],
            hovertemplate="fold %{customdata}: %{x:+.2f} points<extra></extra>",
        )
    figure.add_scatter(
        x=[change],
        y=["all rows"],
        mode="markers",
        marker={"color": colour, "size": 12},
        error_x=theme.error_bars([high - change], [change - low], colour=colour, thickness=3, width=7),
        hovertemplate=f"%{{x:+.2f}} points, 95 % {low:+.2f} to {high:+.2f}<extra></extra>",
    )
    figure.add_vline(x=0, line_color=theme.NEUTRAL, line_dash="dot")
    figure.update_layout(showlegend=False)
    return theme.styled(figure, x_title="change of SMAPE in points; left of 0 the second run is better", height_px=190)


def _focus(figure: go.Figure, curves: Sequence[np.ndarray]) -> None:
    """The first rounds start far above: show from the best up to where the curves have come after a tenth of them."""
    if not curves:
        return
    low = min(float(curve.min()) for curve in curves)
    high = max(float(curve[min(len(curve) - 1, max(5, len(curve) // 10))]) for curve in curves)
    span = max(0.5, high - low)
    figure.update_yaxes(range=[low - 0.08 * span, high + 0.15 * span])


def learning_curve(points: pd.DataFrame, line: pd.DataFrame, n_fit_now: int) -> go.Figure:
    """Score over fit rows, logarithmic, with the extrapolation and its 90 % band.

    Args:
        points: ``n_fit``, ``smape_pct``: measured sub-samples.
        line: ``n_fit``, ``smape_pct``, ``low_pct``, ``high_pct``, from the smallest size to the full one.
        n_fit_now: Up to where it was measured; beyond, the line is dashed.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    ends = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    figure.add_scatter(x=line["n_fit"], y=line["high_pct"], **ends)
    shade = {"fill": "tonexty", "fillcolor": theme.faint(theme.TEST, 0.22)}
    figure.add_scatter(x=line["n_fit"], y=line["low_pct"], **shade, **ends)
    known, beyond = line[line["n_fit"] <= n_fit_now], line[line["n_fit"] >= n_fit_now * 0.999]
    for part, dash, name in ((known, "solid", "form"), (beyond, "dash", "extrapolated")):
        figure.add_scatter(
            x=part["n_fit"],
            y=part["smape_pct"],
            mode="lines",
            name=name,
            line={"color": theme.TEST, "dash": dash, "width": 2},
            customdata=part[["low_pct", "high_pct"]].to_numpy(),
            hovertemplate="%{x:,} fit rows: %{y:.2f} %, 90 % %{customdata[0]:.2f} to %{customdata[1]:.2f}"
            "<extra></extra>",
        )
    figure.add_scatter(
        x=points["n_fit"],
        y=points["smape_pct"],
        mode="markers",
        name="measured",
        marker={"color": theme.TRAIN, "size": 9},
        hovertemplate="%{x:,} fit rows: %{y:.2f} %<extra></extra>",
    )
    figure.update_xaxes(type="log", dtick="D2", tickformat=",")
    figure.update_yaxes(ticksuffix=" %")
    return theme.styled(figure, x_title="fit rows of a fold, logarithmic", y_title="SMAPE, same rows", height_px=380)


def search_history(numbers: Sequence[float], smape_pct: Sequence[float]) -> go.Figure:
    """Score of each completed trial and the best so far.

    Args:
        numbers: Trials, from 1.
        smape_pct: As the search saw them.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    figure.add_scatter(
        x=list(numbers),
        y=list(smape_pct),
        mode="markers",
        name="trial",
        marker={"color": theme.TRAIN, "size": 7, "opacity": 0.7},
        hovertemplate="trial %{x}: %{y:.2f} %<extra></extra>",
    )
    figure.add_scatter(
        x=list(numbers),
        y=np.minimum.accumulate(np.asarray(smape_pct, dtype=np.float64)) if len(smape_pct) else [],
        mode="lines",
        name="best so far",
        line={"color": theme.GOOD, "width": 2, "shape": "hv"},
        hoverinfo="skip",
    )
    figure.update_yaxes(ticksuffix=" %")
    return theme.styled(figure, x_title="trial", y_title="SMAPE of the search's rows", height_px=300)


def importance_bars(importance: Mapping[str, float]) -> go.Figure:
    """Share of each setting in what decides a good score, the largest on top."""
    import plotly.graph_objects as go

    ordered = sorted(importance.items(), key=lambda item: -item[1])
    figure = go.Figure(
        go.Bar(
            x=[100.0 * share for _, share in ordered],
            y=[name.replace("_", " ") for name, _ in ordered],
            orientation="h",
            marker_color=theme.CATEGORIES[0],
            hovertemplate="%{y}: %{x:.0f} %<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(ticksuffix=" %")
    return theme.styled(figure, x_title="share in what decides a good score", height_px=300)
