"""What twins say of the error that nobody can avoid, a line a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.figures import theme

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go


def floor_bounds(floors: pd.DataFrame) -> go.Figure:
    """The floor of each kind of twins: a bar from its lower to its upper bound, the middle marked with its interval.

    Args:
        floors: ``name``, ``lower``, ``centre`` with ``low`` and ``high`` (NaN for none), ``upper``, all SMAPE in
            percent, ``rows``, ``groups``; in the order of the screen.
    """
    import plotly.graph_objects as go

    lines = [
        f"{name}<br>{rows:,} rows in {groups:,} group{'' if groups == 1 else 's'}"
        for name, rows, groups in zip(*(floors[column] for column in ("name", "rows", "groups")), strict=True)
    ]
    figure = go.Figure(
        go.Bar(
            base=floors["lower"],
            x=floors["upper"] - floors["lower"],
            y=lines,
            orientation="h",
            marker={"color": theme.faint(theme.TRAIN, 0.45), "line": {"color": theme.TRAIN, "width": 1}},
            customdata=floors[["lower", "upper"]],
            hovertemplate="%{y}<br>from %{customdata[0]:.1f} % to %{customdata[1]:.1f} %<extra></extra>",
            name="from the best price chosen afterwards to a guess by the twins",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=floors["centre"],
            y=lines,
            mode="markers",
            marker={"color": theme.TRAIN, "size": 11, "symbol": "diamond"},
            error_x=theme.error_bars(
                floors["high"] - floors["centre"], floors["centre"] - floors["low"], colour=theme.TRAIN
            ),
            customdata=floors[["low", "high"]],
            name="if prices scatter normally, 90 % interval",
            hovertemplate="%{y}<br>%{x:.1f} %, 90 % interval %{customdata[0]:.1f} to %{customdata[1]:.1f} %"
            "<extra></extra>",
        )
    )
    figure.update_xaxes(rangemode="tozero", ticksuffix=" %")
    figure.update_yaxes(autorange="reversed")
    return theme.styled(figure, x_title="SMAPE of rows with a twin", height_px=120 + 48 * len(floors))
