"""Figures of the submissions: what was validated, foretold and scored, and the gaps between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.figures import theme

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go


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
            customdata=_plain(entries),
            hovertemplate=f"%{{customdata}}<br>{label} %{{y:.2f}} %<extra></extra>",
        )
    figure.update_yaxes(ticksuffix=" %")
    figure.update_xaxes(**_numbers(entries))
    return theme.styled(figure, x_title="submission", y_title="SMAPE, lower is better")


def gap_by_submission(entries: pd.DataFrame) -> go.Figure:
    """Leaderboard less validation and leaderboard less forecast of each scored submission, as bars from zero.

    The band behind a forecast's bar is its interval around zero: a bar that ends within it was foretold.

    Args:
        entries: As for :func:`scores_by_submission`.
    """
    import plotly.graph_objects as go

    scored = entries[entries["leaderboard_smape_pct"].notna()]
    score = scored["leaderboard_smape_pct"].to_numpy(dtype=np.float64)
    told = scored["forecast_smape_pct"].to_numpy(dtype=np.float64)
    low, high = (scored[f"forecast_{end}_pct"].to_numpy(dtype=np.float64) for end in ("low", "high"))
    validated = scored["validation_smape_pct"].to_numpy(dtype=np.float64)
    place, names = np.arange(len(scored)), _plain(scored)
    figure = go.Figure()
    figure.add_bar(
        x=place + 0.2,
        y=high - low,
        base=low - told,
        width=0.38,
        name="the forecast's interval",
        marker_color=theme.faint(theme.NEUTRAL, 0.3),
        hoverinfo="skip",
    )
    for label, gap, colour, step in (
        ("leaderboard less validation", score - validated, theme.TRAIN, -0.2),
        ("leaderboard less forecast", score - told, theme.TEST, 0.2),
    ):
        figure.add_bar(
            x=place + step,
            y=gap,
            width=0.24,
            name=label,
            marker_color=colour,
            text=[_signed(value) for value in gap],
            textposition="outside",
            textangle=0,
            textfont={"size": 11},
            constraintext="none",
            cliponaxis=False,
            customdata=names,
            hovertemplate=f"%{{customdata}}<br>{label}: %{{y:+.2f}}<extra></extra>",
        )
    figure.update_layout(barmode="overlay")
    figure.update_yaxes(zeroline=True, zerolinewidth=2)
    figure.update_xaxes(**_numbers(scored))
    return theme.styled(figure, x_title="submission", y_title="points of SMAPE")


def _numbers(entries: pd.DataFrame) -> dict[str, Any]:
    """A place a submission, under its number."""
    return {
        "tickvals": np.arange(len(entries)),
        "ticktext": [str(number) for number in entries["number"]],
        "range": [-0.6, max(1, len(entries)) - 0.4],
        "tickangle": 0,
        "showgrid": False,
        "zeroline": False,
    }


def _plain(entries: pd.DataFrame) -> list[str]:
    """Names as text, never as markup."""
    return [name.replace("&", "&amp;").replace("<", "&lt;") for name in entries["name"].astype(str)]


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−") if np.isfinite(value) else ""
