"""Figures of the brand shift: what train shows of test's brands, and how far the two files can be told apart.

The first entries of a point's ``customdata`` say what it stands for, so that what is picked can filter the tables: its
level in :func:`level_bars`, its group and level in :func:`group_bars`, its train rows in :func:`coverage_curve`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from core.figures import theme

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

LEVEL_COLOURS: Final[Mapping[str, str]] = {
    "unseen": theme.UNSEEN,
    "rare": "#f0b86e",
    "well": theme.TEST,
    "unknown": theme.NEUTRAL,
}
NO_SHIFT_AUC: Final = 0.53
MOST_GROUPS: Final = 15
MOST_TICKS: Final = 300
_ROW_PX: Final = 26


def level_names(rare_below: int, noun: str = "brand") -> dict[str, str]:
    """Level to its words on a screen; ``noun`` is what is compared."""
    rare = "1 train row" if rare_below == 2 else f"1 to {rare_below - 1} train rows"
    return {
        "unseen": "unseen: no train row",
        "rare": f"rare: {rare}",
        "well": f"well shown: {rare_below} or more",
        "unknown": f"{noun} not readable",
    }


def level_bars(shares_pct: Mapping[str, Mapping[str, float]], rare_below: int, *, noun: str = "brand") -> go.Figure:
    """One stacked bar a line, such as rows and brands: each level's share in percent.

    Args:
        shares_pct: Line to level to percent.
    """
    identity = dict.fromkeys(shares_pct, ())
    return _stacked(shares_pct, level_names(rare_below, noun), identity, height_px=190)


def group_bars(table: pd.DataFrame, name: str, rare_below: int, *, identity: str | None = None) -> go.Figure:
    """The levels within each group, the first :data:`MOST_GROUPS` groups of the table that have rows.

    Args:
        table: Column ``name`` and ``unseen_pct``, ``rare_pct``, ``well_pct``, ``unknown_pct``.
        identity: Column with what a group is picked by; ``name`` when None.
    """
    shown = [f"{level}_pct" for level in LEVEL_COLOURS]
    top = table[table[shown].sum(axis="columns") > 0].head(MOST_GROUPS)
    shares = {
        str(group).replace("_", " "): {level: float(top[f"{level}_pct"].iloc[i]) for level in LEVEL_COLOURS}
        for i, group in enumerate(top[name])
    }
    picked = {line: (value,) for line, value in zip(shares, top[identity or name].tolist(), strict=True)}
    return _stacked(shares, level_names(rare_below), picked, height_px=90 + _ROW_PX * len(shares))


def coverage_curve(curve: pd.DataFrame, rare_below: int, *, noun: str = "brand") -> go.Figure:
    """Test rows whose brand has at least so many train rows.

    Args:
        curve: ``min_train_rows`` and ``test_rows_pct``.
    """
    import plotly.graph_objects as go

    at_least = curve[curve["min_train_rows"] > 0]
    figure = go.Figure(
        go.Scatter(
            x=at_least["min_train_rows"],
            y=at_least["test_rows_pct"],
            customdata=at_least[["min_train_rows"]].to_numpy(dtype=object),
            # A line alone has nothing that can be picked.
            mode="lines+markers",
            marker={"size": 6, "color": theme.TEST},
            line={"color": theme.TEST, "width": 3, "shape": "hv"},
            fill="tozeroy",
            hovertemplate=f"%{{y:.1f}} % of the test rows:<br>their {noun} has %{{x:,}} train rows or more"
            "<extra></extra>",
        )
    )
    figure.add_vline(x=rare_below, line_dash="dot", line_color=theme.NEUTRAL)
    # On a logarithmic axis a line stands at a value and a text at its logarithm.
    figure.add_annotation(
        x=float(np.log10(rare_below)),
        y=1.0,
        yref="paper",
        xanchor="left",
        yanchor="top",
        text="rare below",
        showarrow=False,
        font={"color": theme.NEUTRAL},
    )
    figure.update_xaxes(type="log", dtick=1)
    figure.update_yaxes(range=[0, 105], ticksuffix=" %")
    figure.update_layout(showlegend=False)
    return theme.styled(figure, x_title=f"train rows of the {noun}, at least", y_title="test rows", height_px=300)


def brand_prices(brand_price: Sequence[float], all_price: Sequence[float], brand: str) -> go.Figure:
    """Where a brand's train prices stand among all train prices, on a logarithmic axis in dollars.

    Up to :data:`MOST_TICKS` prices are a tick each; more of them are bars as well.
    """
    import plotly.graph_objects as go

    everything = np.log10(np.asarray(all_price, dtype=np.float64))
    count, edge = np.histogram(everything, bins=50)
    figure = go.Figure(_price_bars(count, edge, "all train rows", theme.NEUTRAL))
    if len(brand_price) > MOST_TICKS:
        own, _ = np.histogram(np.log10(np.asarray(brand_price, dtype=np.float64)), bins=edge)
        figure.add_trace(_price_bars(own, edge, f"{brand}, train", theme.TRAIN))
        figure.update_layout(barmode="overlay")
    else:
        figure.add_trace(
            go.Scatter(
                x=list(brand_price),
                y=[float(108.0 * count.max() / max(1, everything.size))] * len(brand_price),
                mode="markers",
                marker={"color": theme.TRAIN, "size": 10, "symbol": "line-ns-open", "line": {"width": 2}},
                name=f"{brand}, train",
                hovertemplate="$%{x:,.2f}<extra></extra>",
            )
        )
    figure.update_xaxes(type="log", tickprefix="$", tickformat=",")
    figure.update_yaxes(ticksuffix=" %")
    return theme.styled(figure, x_title="price", y_title="train rows", height_px=240)


def _price_bars(count: np.ndarray, edge: np.ndarray, name: str, colour: str) -> go.Bar:
    """Shares of the rows in bins of the logarithm, drawn in dollars."""
    import plotly.graph_objects as go

    return go.Bar(
        x=10 ** ((edge[:-1] + edge[1:]) / 2),
        y=100.0 * count / max(1, int(count.sum())),
        width=10 ** edge[1:] - 10 ** edge[:-1],
        marker={"color": colour, "opacity": 0.5},
        name=name,
        hovertemplate=f"%{{y:.1f}} % of {name} around $%{{x:,.2f}}<extra></extra>",
    )


def auc_intervals(aucs: pd.DataFrame, *, alike_below: float = NO_SHIFT_AUC) -> go.Figure:
    """Adversarial AUC of each modality with its 90 % interval; the band is where the files count as alike.

    Args:
        aucs: ``name``, ``auc``, ``low``, ``high``, 0..1, in the order of the screen.
        alike_below: AUC below which files of this size count as alike.
    """
    import plotly.graph_objects as go

    figure = go.Figure(
        go.Scatter(
            x=aucs["auc"],
            y=aucs["name"],
            mode="markers",
            marker={"color": theme.TEST, "size": 12},
            error_x=theme.error_bars(aucs["high"] - aucs["auc"], aucs["auc"] - aucs["low"], colour=theme.TEST),
            customdata=aucs[["low", "high"]],
            hovertemplate="%{y}: %{x:.3f}, 90 % interval %{customdata[0]:.3f} to %{customdata[1]:.3f}<extra></extra>",
        )
    )
    figure.add_vrect(
        x0=1 - alike_below, x1=alike_below, fillcolor=theme.GOOD, opacity=0.12, line_width=0, layer="below"
    )
    figure.update_xaxes(range=[min(0.45, float(aucs["low"].min()) - 0.02), max(0.65, float(aucs["high"].max()) + 0.02)])
    figure.update_yaxes(autorange="reversed")
    figure.update_layout(showlegend=False)
    return theme.styled(
        figure,
        x_title="adversarial AUC (shaded: counts as alike)",
        height_px=90 + 40 * len(aucs),
    )


def _stacked(
    shares_pct: Mapping[str, Mapping[str, float]],
    words: Mapping[str, str],
    identity: Mapping[str, tuple[object, ...]],
    *,
    height_px: int,
) -> go.Figure:
    """A bar a line, cut at the levels; a piece is picked by its line's identity and its level."""
    import plotly.graph_objects as go

    lines = list(shares_pct)
    figure = go.Figure()
    for level, colour in LEVEL_COLOURS.items():
        share = [shares_pct[line].get(level, 0.0) for line in lines]
        if not any(share):
            continue
        figure.add_trace(
            go.Bar(
                x=share,
                y=lines,
                orientation="h",
                name=words[level],
                customdata=[[*identity[line], level] for line in lines],
                marker_color=colour,
                text=[f"{value:.0f} %" if value >= 4 else "" for value in share],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                hovertemplate=f"%{{y}}: %{{x:.1f}} % {words[level]}<extra></extra>",
            )
        )
    figure.update_layout(barmode="stack", legend_traceorder="normal")
    figure.update_xaxes(range=[0, 100], ticksuffix=" %")
    figure.update_yaxes(autorange="reversed")
    return theme.styled(figure, height_px=height_px)
