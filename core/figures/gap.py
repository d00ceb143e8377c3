"""Figures of the gap: from the flattering score to the honest one, and what could make the user's own gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from core.figures import theme
from core.types import JsonDict

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

START: Final = "in_sample_brand_price"
LAST: Final = "test_like"
WORST: Final = "brand_grouped"
LEVEL_LABELS: Final[Mapping[str, str]] = {
    START: "Flattering:<br>brand price saw<br>the row's own",
    "out_of_fold": "Honest:<br>random folds",
    LAST: "Honest:<br>folds like test",
    WORST: "Worst case:<br>every brand<br>unseen",
}
CHANGE_LABELS: Final[Mapping[str, str]] = {
    "out_of_fold": "without<br>the leak",
    "twins_together": "duplicates<br>kept together",
    LAST: "brands as new<br>as in test",
}
CHANCE_COLOUR: Final = theme.NEUTRAL
_ROW_PX: Final = 44


def gap_path(lines: Sequence[Mapping[str, Any]]) -> list[JsonDict]:
    """The steps from the flattering score to the honest one: each is compared with the one before it.

    Args:
        lines: ``gap`` of a report; a line names in ``against`` what it is compared with.
    """
    by_name = {str(line["setting"]): dict(line) for line in lines}
    at = LAST if LAST in by_name else "out_of_fold"
    path: list[JsonDict] = []
    while at in by_name and by_name[at] not in path:
        path.insert(0, by_name[at])
        at = str(by_name[at].get("against") or "")
    return path


def gap_waterfall(lines: Sequence[Mapping[str, Any]]) -> go.Figure:
    """Levels as bars from zero, the changes between them as floating bars with their intervals.

    A change whose interval holds zero is grey: it may be chance. The worst case stands beside the honest level.

    Args:
        lines: ``gap`` of a report.
    """
    import plotly.graph_objects as go

    path = gap_path(lines)
    worst = next((line for line in lines if line["setting"] == WORST), None)
    bars = [_level(path[0], theme.BAD), *(_change(*pair) for pair in pairwise(path))]
    if len(path) > 1:
        bars.append(_level(path[-1], theme.TRAIN))
    if worst is not None:
        bars.append(_level(worst, theme.UNSEEN))
    figure = go.Figure(
        go.Bar(
            x=[bar["label"] for bar in bars],
            y=[bar["height"] for bar in bars],
            base=[bar["base"] for bar in bars],
            marker_color=[bar["colour"] for bar in bars],
            customdata=[[bar["hover"]] for bar in bars],
            hovertemplate="%{customdata[0]}<extra></extra>",
            error_y=theme.error_bars(
                [bar["above"] for bar in bars],
                [bar["below"] for bar in bars],
                colour=theme.NEUTRAL,
                thickness=1.5,
                width=5,
            ),
        )
    )
    for bar in bars:
        figure.add_annotation(
            x=bar["label"], y=bar["top"], text=f"<b>{bar['text']}</b>", showarrow=False, yshift=12, font={"size": 14}
        )
    figure.update_yaxes(rangemode="tozero", ticksuffix=" %")
    figure.update_xaxes(tickangle=0)
    figure.update_layout(showlegend=False)
    return theme.styled(figure, y_title="SMAPE, lower is better", height_px=400)


def cause_reaches(causes: pd.DataFrame, *, gap_pct: float, noise_pct: float) -> go.Figure:
    """What each cause makes on these rows, against the user's gap with what chance adds to it.

    Args:
        causes: ``title``, ``low_pct``, ``high_pct``, ``fits``; one line a cause.
    """
    import plotly.graph_objects as go

    fits = causes["fits"].to_numpy(dtype=bool)
    low, high = (causes[name].to_numpy(dtype=np.float64) for name in ("low_pct", "high_pct"))
    figure = go.Figure()
    figure.add_vrect(
        x0=gap_pct - noise_pct, x1=gap_pct + noise_pct, fillcolor=theme.faint(theme.TEST), line_width=0, layer="below"
    )
    figure.add_bar(
        y=causes["title"],
        x=high - low,
        base=low,
        orientation="h",
        marker={
            "color": [theme.GOOD if fit else CHANCE_COLOUR for fit in fits],
            # A cause that makes nothing at all still shows where it stands.
            "line": {"color": [theme.GOOD if fit else CHANCE_COLOUR for fit in fits], "width": 3},
        },
        customdata=np.column_stack([low, high]),
        hovertemplate="%{y}<br>%{customdata[0]:+.2f} to %{customdata[1]:+.2f}<extra></extra>",
    )
    figure.add_vline(x=gap_pct, line_color=theme.TEST, line_width=3)
    figure.add_annotation(
        x=gap_pct, y=1.0, yref="paper", yanchor="bottom", showarrow=False, text=f"<b>your gap {_signed(gap_pct)}</b>"
    )
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(zeroline=True, zerolinewidth=1)
    return theme.styled(
        figure,
        x_title="leaderboard less validation, points of SMAPE (band: what chance adds)",
        height_px=90 + _ROW_PX * len(causes),
    )


def _level(line: Mapping[str, Any], colour: str) -> dict[str, Any]:
    value = float(line["oof_smape_pct"])
    low, high = (_number(line, name, value) for name in ("low_pct", "high_pct"))
    return {
        "label": LEVEL_LABELS.get(str(line["setting"]), str(line["setting"])),
        "height": value,
        "base": 0.0,
        "colour": colour,
        "text": f"{value:.1f} %",
        "top": high,
        "above": high - value,
        "below": value - low,
        "hover": f"SMAPE {value:.2f} %<br>{low:.2f} to {high:.2f}",
    }


def _change(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    start, end = float(before["oof_smape_pct"]), float(after["oof_smape_pct"])
    change = end - start
    low, high = (_number(after, name, change) for name in ("change_low_pct", "change_high_pct"))
    colour = theme.BAD if change > 0 else theme.GOOD
    return {
        "label": CHANGE_LABELS.get(str(after["setting"]), str(after["setting"])),
        "height": change,
        "base": start,
        "colour": CHANCE_COLOUR if after.get("verdict") == "noise" else theme.faint(colour, 0.75),
        "text": _signed(change),
        "top": max(start, end, start + high),
        "above": high - change,
        "below": change - low,
        "hover": f"{change:+.2f}<br>{low:+.2f} to {high:+.2f}",
    }


def _number(line: Mapping[str, Any], name: str, otherwise: float) -> float:
    value = line.get(name)
    return otherwise if value is None else float(value)


def _signed(change: float) -> str:
    return "±0.0" if abs(change) < 0.05 else f"{change:+.1f}".replace("-", "−")
