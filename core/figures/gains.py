"""Figure of block gains: what is lost without each block, what each adds alone, and its share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from core.figures import theme

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

VERDICT_COLOURS: Final[Mapping[str, str]] = {"gain": theme.GOOD, "no gain": theme.NEUTRAL, "hurts": theme.BAD}
_PANELS: Final = (("away", "among the others"), ("alone", "added alone"), ("share", "Shapley share"))
_ROW_PX: Final = 34


def gain_intervals(table: pd.DataFrame) -> go.Figure:
    """Gains with their 90 % intervals, a panel for each way to measure them; colours are the verdicts.

    Args:
        table: ``title``, ``verdict`` and, for ``away``, ``alone`` and ``share``, ``…_pct``, ``…_low_pct`` and
            ``…_high_pct`` in points of SMAPE, positive better; first row on top. A way without any number has no panel.
    """
    from plotly.subplots import make_subplots

    panels = [(name, title) for name, title in _PANELS if table[f"{name}_pct"].notna().any()]
    figure = make_subplots(
        rows=1,
        cols=max(1, len(panels)),
        shared_yaxes=True,
        horizontal_spacing=0.04,
        subplot_titles=[title for _, title in panels],
    )
    for place, (name, _) in enumerate(panels, start=1):
        for verdict, colour in VERDICT_COLOURS.items():
            _add_points(figure, table[table["verdict"] == verdict], name, verdict, colour, place)
        figure.add_vline(x=0, line_color=theme.NEUTRAL, line_dash="dot", row=1, col=place)
        figure.update_xaxes(title_text="SMAPE points", row=1, col=place)
    figure.update_yaxes(categoryorder="array", categoryarray=list(table["title"])[::-1], showgrid=True)
    styled = theme.styled(figure, height_px=120 + _ROW_PX * len(table))
    # Below the axis titles: the panels' own titles stand where the template has the legend.
    styled.update_layout(legend={"yanchor": "top", "y": -50 / (_ROW_PX * max(1, len(table)))})
    return styled


def _add_points(figure: go.Figure, rows: pd.DataFrame, name: str, verdict: str, colour: str, place: int) -> None:
    if rows.empty:
        return
    middle, low, high = (rows[f"{name}_{end}"] for end in ("pct", "low_pct", "high_pct"))
    figure.add_scatter(
        x=middle,
        y=rows["title"],
        mode="markers",
        name=verdict,
        legendgroup=verdict,
        showlegend=place == 1,
        marker={"color": colour, "size": 9},
        error_x={"type": "data", "symmetric": False, "array": high - middle, "arrayminus": middle - low, "width": 4},
        customdata=list(zip(low, high, strict=True)),
        hovertemplate="%{y}: %{x:+.2f} points, 90 % %{customdata[0]:+.2f} to %{customdata[1]:+.2f}<extra></extra>",
        row=1,
        col=place,
    )
