"""Figures of the submissions: what was validated, foretold and scored, and the gaps between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from core.figures import theme

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

_NAME_CHARACTERS: Final = 16


def scores_by_submission(entries: pd.DataFrame) -> go.Figure:
    """Validation, forecast with its interval and leaderboard score of each submission, side by side.

    Args:
        entries: ``number``, ``name``, ``validation_smape_pct``, ``forecast_smape_pct``, ``forecast_low_pct``,
            ``forecast_high_pct`` and ``leaderboard_smape_pct``, one line a submission; NaN where there is none.
    """
    import plotly.graph_objects as go

    place = np.arange(len(entries))
    told = entries["forecast_smape_pct"].to_numpy(dtype=np.float64)
    low, high = (entries[f"forecast_{end}_pct"].to_numpy(dtype=np.float64) for end in ("low", "high"))
    names = entries["name"].to_numpy(dtype=object)
    figure = go.Figure()
    # A little apart, so that an interval never hides what stands in it.
    for label, column, symbol, colour, step in (
        ("validation", "validation_smape_pct", "circle", theme.TRAIN, -0.14),
        ("forecast", "forecast_smape_pct", "square", theme.TEST, 0.0),
        ("leaderboard", "leaderboard_smape_pct", "diamond", theme.GOOD, 0.14),
    ):
        bars = theme.error_bars(high - told, told - low, colour=theme.TEST) if label == "forecast" else None
        figure.add_scatter(
            x=place + step,
            y=entries[column].to_numpy(dtype=np.float64),
            mode="markers",
            name=label,
            marker={"symbol": symbol, "size": 11, "color": colour},
            error_y=bars,
            customdata=names,
            hovertemplate=f"%{{customdata}}<br>{label} %{{y:.2f}} %<extra></extra>",
        )
    figure.update_yaxes(ticksuffix=" %")
    figure.update_xaxes(tickvals=place, ticktext=_labels(entries), range=[-0.6, len(entries) - 0.4], showgrid=False)
    return theme.styled(figure, x_title="submission", y_title="SMAPE, lower is better")


def gap_by_submission(entries: pd.DataFrame) -> go.Figure:
    """Leaderboard less validation and leaderboard less forecast of each scored submission, as bars from zero.

    The whisker on a forecast's bar is its interval around zero: a bar that ends within it was foretold.

    Args:
        entries: As for :func:`scores_by_submission`.
    """
    import plotly.graph_objects as go

    scored = entries[entries["leaderboard_smape_pct"].notna()]
    score = scored["leaderboard_smape_pct"].to_numpy(dtype=np.float64)
    told = scored["forecast_smape_pct"].to_numpy(dtype=np.float64)
    low, high = (scored[f"forecast_{end}_pct"].to_numpy(dtype=np.float64) for end in ("low", "high"))
    validated = scored["validation_smape_pct"].to_numpy(dtype=np.float64)
    place = np.arange(len(scored))
    figure = go.Figure()
    for label, gap, colour, step in (
        ("leaderboard less validation", score - validated, theme.TRAIN, -0.2),
        ("leaderboard less forecast", score - told, theme.TEST, 0.2),
    ):
        figure.add_bar(
            x=place + step,
            y=gap,
            width=0.36,
            name=label,
            marker_color=colour,
            text=[_signed(value) for value in gap],
            textposition="auto",
            hovertemplate=f"{label}: %{{y:+.2f}}<extra></extra>",
        )
    figure.add_scatter(
        x=place + 0.2,
        y=np.where(np.isfinite(told), 0.0, np.nan),
        mode="markers",
        name="the forecast's interval",
        marker={"size": 1, "color": theme.NEUTRAL},
        error_y=theme.error_bars(high - told, told - low, colour=theme.NEUTRAL, thickness=2, width=7),
        hoverinfo="skip",
    )
    figure.update_yaxes(zeroline=True, zerolinewidth=2)
    figure.update_xaxes(tickvals=place, ticktext=_labels(scored), range=[-0.6, max(1, len(scored)) - 0.4])
    figure.update_xaxes(showgrid=False)
    return theme.styled(figure, x_title="submission", y_title="points of SMAPE; above 0 it came out worse")


def _labels(entries: pd.DataFrame) -> list[str]:
    """``3<br>two families``, cut where a name is long; a name is text, never markup."""
    labels = []
    for number, name in zip(entries["number"], entries["name"].astype(str), strict=True):
        short = name if len(name) <= _NAME_CHARACTERS else f"{name[: _NAME_CHARACTERS - 1]}…"
        labels.append(f"{number}<br>{short.replace('&', '&amp;').replace('<', '&lt;')}")
    return labels


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−") if np.isfinite(value) else ""
