"""Two submissions beside each other: each row's price in one and in the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from core.figures import theme

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_POINTS: Final = 4000
FAR_SHARE: Final = 0.25


def two_submissions(rows: pd.DataFrame, *, moved_pct: float, earlier: str) -> go.Figure:
    """Price in the earlier and in the new file, both on log axes, with a band in which a row moved little.

    Above 4,000 rows the thousand that moved most are shown and of all others a random draw; the title says so.

    Args:
        rows: ``sample_id``, ``earlier``, ``new``, ``change_pct``, the row that moved most first.
        moved_pct: Half-width of the band.
    """
    import plotly.graph_objects as go

    shown = _sampled(rows)
    low = float(min(rows["earlier"].min(), rows["new"].min())) / 1.2
    high = float(max(rows["earlier"].max(), rows["new"].max())) * 1.2
    edge = 1.0 + moved_pct / 100.0
    figure = go.Figure()
    figure.add_scatter(
        x=[low, high, high, low],
        y=[low * edge, high * edge, high / edge, low / edge],
        fill="toself",
        fillcolor=theme.faint(theme.NEUTRAL),
        mode="lines",
        line={"width": 0},
        showlegend=False,
        name=f"{moved_pct:.0f} % band",
        hoverinfo="skip",
    )
    far = shown["change_pct"].abs().to_numpy() > moved_pct
    for mask, name, colour in (
        (~far, f"moved less than {moved_pct:.0f} %", theme.NEUTRAL),
        (far, "moved farther", theme.TEST),
    ):
        part = shown[mask]
        figure.add_scattergl(
            x=part["earlier"],
            y=part["new"],
            mode="markers",
            name=name,
            marker={"size": 5, "color": colour, "opacity": 0.6},
            customdata=np.column_stack([part["sample_id"], part["change_pct"].round(1)]),
            hovertemplate="%{customdata[0]}: $%{x:,.2f} → $%{y:,.2f} (%{customdata[1]} %)<extra></extra>",
        )
    span = [float(np.log10(low)), float(np.log10(high))]
    figure.update_xaxes(type="log", range=span, tickprefix="$", dtick=1)
    figure.update_yaxes(type="log", range=span, tickprefix="$", dtick=1)
    title = f"price in {earlier}"
    if len(shown) < len(rows):
        title += f" ({len(shown):,} of {len(rows):,} rows: those that moved most, and others at random)"
    return theme.styled(figure, x_title=title, y_title="price now", height_px=420)


def _sampled(rows: pd.DataFrame) -> pd.DataFrame:
    if len(rows) <= MOST_POINTS:
        return rows
    n_far = round(MOST_POINTS * FAR_SHARE)
    drawn = np.random.default_rng(0).choice(np.arange(n_far, len(rows)), MOST_POINTS - n_far, replace=False)
    return rows.iloc[np.concatenate([np.arange(n_far), np.sort(drawn)])]
