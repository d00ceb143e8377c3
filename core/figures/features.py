"""Figures of the features page: how much was read, and how train and test spread over one feature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.figures import theme

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

_SIDES = (("train", "train_pct", theme.TRAIN), ("test", "test_pct", theme.TEST))


def coverage_bars(table: pd.DataFrame) -> go.Figure:
    """Share of products where each main feature was read, train beside test.

    Args:
        table: ``feature``, ``train_pct``, ``test_pct``, best covered first.
    """
    import plotly.graph_objects as go

    figure = go.Figure(
        [
            go.Bar(
                name=name,
                y=table["feature"],
                x=table[column],
                orientation="h",
                marker_color=colour,
                hovertemplate="%{y}: %{x:.1f} % of " + name + " rows<extra></extra>",
            )
            for name, column, colour in _SIDES
        ]
    )
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(range=[0, 100], ticksuffix=" %")
    return theme.styled(figure, x_title="products where it was read", height_px=90 + 30 * len(table))


def distribution_bars(table: pd.DataFrame, title: str) -> go.Figure:
    """Shares of train and test rows over the values of one feature.

    Args:
        table: ``label``, ``train_pct``, ``test_pct``.
        title: The feature with its unit, for the axis.
    """
    import plotly.graph_objects as go

    figure = go.Figure(
        [
            go.Bar(
                name=name,
                x=table["label"],
                y=table[column],
                marker_color=colour,
                hovertemplate="%{x}: %{y:.2f} % of " + name + " rows<extra></extra>",
            )
            for name, column, colour in _SIDES
        ]
    )
    figure.update_xaxes(type="category", nticks=12)
    figure.update_yaxes(ticksuffix=" %", rangemode="tozero")
    return theme.styled(figure, x_title=title, y_title="rows that have it", height_px=390)
