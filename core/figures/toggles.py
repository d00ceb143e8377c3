"""Figure of a session's toggles: the quick score after each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from core.figures import theme

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

VERDICT_COLOURS: Final[Mapping[str, str]] = {
    "better": theme.GOOD,
    "worse": theme.BAD,
    "noise": theme.NEUTRAL,
    "": theme.TRAIN,
}
HEIGHT_PX: Final = 150


def toggle_trail(table: pd.DataFrame) -> go.Figure:
    """Quick scores in the order in which they were seen; a point's colour says what its toggle did.

    Args:
        table: ``smape_pct``, ``changed`` (what was switched), ``verdict`` (``"better"``, ``"worse"``, ``"noise"``;
            ``""`` for the first).
    """
    import plotly.graph_objects as go

    places = list(range(1, len(table) + 1))
    figure = go.Figure(
        go.Scatter(
            x=places,
            y=table["smape_pct"],
            mode="lines+markers",
            line={"color": theme.faint(theme.NEUTRAL, 0.5), "width": 2},
            marker={"color": [VERDICT_COLOURS[str(verdict)] for verdict in table["verdict"]], "size": 10},
            customdata=table[["changed", "verdict"]].to_numpy(),
            hovertemplate="%{y:.2f} %<br>%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
        )
    )
    low, high = float(table["smape_pct"].min()), float(table["smape_pct"].max())
    room = max(0.1, 0.15 * (high - low))
    figure.update_xaxes(showticklabels=False, showgrid=False, range=[0.5, max(3, len(table)) + 0.5])
    figure.update_yaxes(ticksuffix=" %", nticks=4, range=[low - room, high + room])
    styled = theme.styled(figure, height_px=HEIGHT_PX)
    styled.update_layout(margin={"t": 8, "b": 8}, showlegend=False)
    return styled
