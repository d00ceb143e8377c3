"""Figure of the zero-shot probe: what a model said against what the products cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from core.figures import theme

if TYPE_CHECKING:
    import plotly.graph_objects as go


def told_prices(table: pd.DataFrame) -> go.Figure:
    """Priced rows as points on two logarithmic axes, with the line on which a true price stands.

    Args:
        table: Indexed by ``sample_id``; columns ``price``, ``predicted`` (NaN where there is none) and ``smape_pct``.
    """
    import plotly.graph_objects as go

    priced = table[table["predicted"].notna()]
    figure = go.Figure()
    if len(priced):
        both = pd.concat([priced["price"], priced["predicted"]])
        ends = [float(both.min()), float(both.max())]
        figure.add_scatter(
            x=ends, y=ends, mode="lines", name="the true price", line={"color": theme.NEUTRAL, "dash": "dot"}
        )
    figure.add_scatter(
        x=priced["price"],
        y=priced["predicted"],
        mode="markers",
        name="what the model said",
        marker={"color": theme.TRAIN, "size": 9, "opacity": 0.75},
        customdata=priced.reset_index()[["sample_id", "smape_pct"]].to_numpy(),
        hovertemplate=(
            "%{customdata[0]}: said $%{y:,.2f}, costs $%{x:,.2f}<br>SMAPE %{customdata[1]:.1f} %<extra></extra>"
        ),
    )
    figure.update_xaxes(type="log", tickprefix="$")
    figure.update_yaxes(type="log", tickprefix="$", title="price that the model said")
    return theme.styled(figure, x_title="true price")
