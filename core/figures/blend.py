"""Figures of what a blend is made of: the greedy's path, what members are worth, where it wins, what moved it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from core.figures import theme
from core.types import FloatArray

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

_ROW_PX: Final = 30


def greedy_path(members: Sequence[str], smape_pct: Sequence[float], taken: int) -> go.Figure:
    """The score after each pick of the greedy.

    Args:
        members: What each pick added, in order.
        smape_pct: The score of all picks up to it, on the rows that it chose by.
        taken: How many picks make the blend.
    """
    import plotly.graph_objects as go

    steps = list(range(1, len(members) + 1))
    figure = go.Figure(
        go.Scatter(
            x=steps,
            y=list(smape_pct),
            mode="lines",
            line={"color": theme.NEUTRAL, "width": 1},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    for place, name in enumerate(dict.fromkeys(members)):
        mine = [step for step in steps if members[step - 1] == name]
        figure.add_scatter(
            x=mine,
            y=[smape_pct[step - 1] for step in mine],
            mode="markers",
            name=name,
            marker={"size": 9, "color": theme.CATEGORIES[place % len(theme.CATEGORIES)]},
            hovertemplate=f"pick %{{x}}: {name}<br>%{{y:.3f}} %<extra></extra>",
        )
    figure.add_vline(x=taken, line_dash="dot", line_color=theme.GOOD)
    figure.add_annotation(x=taken, y=1.0, yref="paper", yanchor="bottom", text="taken", showarrow=False)
    figure.update_yaxes(ticksuffix=" %")
    return theme.styled(figure, x_title="pick", y_title="SMAPE in sample", height_px=340)


def leaving_out(names: Sequence[str], cost_pct: FloatArray) -> go.Figure:
    """Points of nested SMAPE that the blend loses without each member, shape (n_members,)."""
    import plotly.graph_objects as go

    figure = go.Figure(
        go.Bar(
            x=cost_pct,
            y=list(names),
            orientation="h",
            marker_color=[theme.GOOD if cost > 0 else theme.NEUTRAL for cost in cost_pct],
            text=[f"{cost:+.3f}" for cost in cost_pct],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="without %{y}: %{x:+.3f}<extra></extra>",
        )
    )
    low, high = min(0.0, float(np.min(cost_pct))), max(0.0, float(np.max(cost_pct)))
    room = 0.25 * max(high - low, 0.02)
    figure.update_xaxes(range=[low - room, high + room])
    figure.update_yaxes(autorange="reversed", type="category")
    title = "points of nested SMAPE lost without it"
    return theme.styled(figure, x_title=title, height_px=110 + _ROW_PX * len(names))


def gains(table: pd.DataFrame) -> go.Figure:
    """What the blend gains over its best member in each slice, with intervals; right of 0 the blend is better.

    Args:
        table: ``label``, ``rows``, ``gain_pct``, ``low_pct``, ``high_pct``, ``blend_smape_pct``, ``best_smape_pct``.
    """
    import plotly.graph_objects as go

    gain, low, high = (table[name].to_numpy(dtype=np.float64) for name in ("gain_pct", "low_pct", "high_pct"))
    above, below = (np.where(np.isfinite(side), side, 0.0) for side in (high - gain, gain - low))
    colour = np.where(low > 0, theme.GOOD, np.where(high < 0, theme.BAD, theme.NEUTRAL))
    custom = table[["rows", "blend_smape_pct", "best_smape_pct"]].to_numpy(dtype=np.float64)
    figure = go.Figure(
        go.Scatter(
            x=gain,
            y=[f"{label} ({rows:,})" for label, rows in zip(table["label"], table["rows"], strict=True)],
            mode="markers",
            marker={"size": 11, "color": colour.tolist()},
            error_x=theme.error_bars(above, below, colour=theme.NEUTRAL),
            customdata=np.column_stack([custom, gain - below, gain + above]),
            hovertemplate="%{y}<br>gain %{x:+.2f} [%{customdata[3]:+.2f}, %{customdata[4]:+.2f}]<br>"
            "blend %{customdata[1]:.2f} %, best member %{customdata[2]:.2f} %<extra></extra>",
        )
    )
    figure.add_vline(x=0, line_dash="dot", line_color=theme.NEUTRAL)
    figure.update_yaxes(autorange="reversed", type="category")
    title = "points of SMAPE gained over the best member, 95 % intervals"
    return theme.styled(figure, x_title=title, height_px=110 + _ROW_PX * len(table))


def reasons(table: pd.DataFrame, titles: Mapping[str, str]) -> go.Figure:
    """How far each block, and each member that is one part, moves the blend's price on average.

    Args:
        table: ``part``, ``is_member``, ``mean_abs_shap``, ``share_pct``.
        titles: Of the parts.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    # In the table's order, whatever the kind.
    names = [titles.get(part, part) for part in table["part"]]
    for kind, label, colour in ((False, "block", theme.TRAIN), (True, "member as a whole", theme.CATEGORIES[1])):
        mine = (table["is_member"] == kind).to_numpy(dtype=np.bool_)
        if mine.any():
            figure.add_bar(
                x=table["mean_abs_shap"][mine],
                y=[name for name, is_mine in zip(names, mine, strict=True) if is_mine],
                orientation="h",
                name=label,
                marker_color=colour,
                text=[f"{share:.0f} %" for share in table["share_pct"][mine]],
                textposition="outside",
                cliponaxis=False,
                hovertemplate="%{y}: %{x:.3f} in log price<extra></extra>",
            )
    figure.update_yaxes(autorange="reversed", type="category", categoryorder="array", categoryarray=names)
    figure.update_layout(showlegend=bool(table["is_member"].any()))
    title = "mean |SHAP| in log price; 0.1 is some 10 % of the price"
    return theme.styled(figure, x_title=title, height_px=120 + _ROW_PX * len(table))
