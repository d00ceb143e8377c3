"""Figures of the overview: from the flattering score to the one to expect, and what the prices look like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from core.figures import theme
from core.types import JsonDict

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

SETTING_LABELS: Final[Mapping[str, str]] = {
    "in_sample_brand_price": "Brand price that saw<br>the row's own price",
    "out_of_fold": "Brand price<br>out of fold",
    "test_like": "Brands as new<br>as in test",
    "five_simple": "No brand price<br>at all",
    "brand_grouped": "Every brand<br>unseen",
}
ASIDE: Final = frozenset({"twins_together", "all_text"})
"""Settings that answer a question of their own and are no step of this story; the brand shift page shows them."""
PRICE_BINS: Final = 60


@dataclass(frozen=True)
class Step:
    """One score on the way from the flattering number to the honest one.

    Attributes:
        kind: ``leaked``, ``honest`` or ``forecast``.
        low_pct, high_pct: Its interval, where it has one.
    """

    label: str
    smape_pct: float
    kind: str
    low_pct: float | None = None
    high_pct: float | None = None


def ladder_steps(report: JsonDict) -> list[Step]:
    """The scores that a report holds, in the order in which the story is told; what is absent is left out."""
    gap = report.get("gap")
    told = [item for item in gap if isinstance(item, dict)] if isinstance(gap, list) else []
    steps = [_gap_step(item) for item in told if item.get("setting") not in ASIDE]
    cv, forecast = report.get("cv"), report.get("forecast")
    if isinstance(cv, dict):
        steps.append(Step("This run,<br>out of fold", _number(cv, "smape_pct"), "honest"))
    if isinstance(forecast, dict):
        low, high = (_number(forecast, name) for name in ("low_pct", "high_pct"))
        ends = (low, high) if np.isfinite(low) and np.isfinite(high) else ()
        steps.append(Step("Forecast of the<br>test score", _number(forecast, "smape_pct"), "forecast", *ends))
    return [step for step in steps if np.isfinite(step.smape_pct)]


def gap_ladder(steps: list[Step]) -> go.Figure:
    """A bar a score, each with the change from the one before it; lower is better, 0 to 200 %."""
    import plotly.graph_objects as go

    colours = {"leaked": theme.BAD, "honest": theme.TRAIN, "forecast": theme.TEST}
    score = [step.smape_pct for step in steps]
    change = [""] + [_signed(after - before) for before, after in pairwise(score)]
    figure = go.Figure(
        go.Bar(
            x=[step.label for step in steps],
            y=score,
            marker_color=[colours[step.kind] for step in steps],
            text=[
                f"<b>{value:.1f} %</b>{f'<br>{more}' if more else ''}"
                for value, more in zip(score, change, strict=True)
            ],
            textposition="inside",
            insidetextanchor="middle",
            textfont={"color": "white", "size": 14},
            hovertemplate="%{x}<br>SMAPE %{y:.2f} %<extra></extra>",
        )
    )
    figure.add_scatter(**_intervals([step for step in steps if step.low_pct is not None and step.high_pct is not None]))
    figure.update_yaxes(rangemode="tozero", ticksuffix=" %")
    figure.update_layout(showlegend=False)
    return theme.styled(figure, y_title="SMAPE, lower is better")


def price_histogram(price: pd.Series) -> go.Figure:
    """How the train prices spread, on a logarithmic axis in dollars; counted here, so 75,000 rows draw at once."""
    import plotly.graph_objects as go

    values = price.to_numpy(dtype=np.float64)
    count, edge = np.histogram(np.log10(values), bins=PRICE_BINS)
    low, high = 10 ** edge[:-1], 10 ** edge[1:]
    figure = go.Figure(
        go.Bar(
            x=(edge[:-1] + edge[1:]) / 2,
            y=count,
            width=np.diff(edge),
            marker_color=theme.TRAIN,
            customdata=np.column_stack([low, high]),
            hovertemplate="$%{customdata[0]:,.2f} to $%{customdata[1]:,.2f}<br>%{y:,} rows<extra></extra>",
        )
    )
    powers = range(int(np.floor(edge[0])), int(np.ceil(edge[-1])) + 1)
    figure.update_xaxes(tickvals=list(powers), ticktext=[f"${10.0**power:,.10g}" for power in powers])
    figure.add_vline(x=float(np.log10(np.median(values))), line_dash="dot", line_color=theme.NEUTRAL)
    figure.update_yaxes(tickformat=",")
    figure.update_layout(bargap=0.02, showlegend=False)
    return theme.styled(figure, x_title="price (logarithmic; dotted: median)", y_title="train rows")


def _signed(change: float) -> str:
    """One decimal with its sign; what rounds to nothing has neither."""
    return "±0.0" if abs(change) < 0.05 else f"{change:+.1f}".replace("-", "−")


def _gap_step(item: JsonDict) -> Step:
    setting = str(item.get("setting", ""))
    label = SETTING_LABELS.get(setting, setting.replace("_", " ").capitalize())
    return Step(label, _number(item, "oof_smape_pct"), "leaked" if setting.startswith("in_sample") else "honest")


def _number(values: JsonDict, name: str) -> float:
    value = values.get(name)
    return float(value) if isinstance(value, int | float) else float("nan")


def _intervals(steps: list[Step]) -> dict[str, Any]:
    """Whiskers of the steps that have an interval, without a point of their own."""
    return {
        "x": [step.label for step in steps],
        "y": [step.smape_pct for step in steps],
        "mode": "markers",
        "marker": {"opacity": 0},
        "hoverinfo": "skip",
        "error_y": theme.error_bars(
            [(step.high_pct or 0.0) - step.smape_pct for step in steps],
            [step.smape_pct - (step.low_pct or 0.0) for step in steps],
            colour=theme.NEUTRAL,
        ),
    }
