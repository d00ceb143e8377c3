"""Each brand's rows in both files, the surprising ones named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from core.figures import theme
from core.types import FloatArray

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

NAMED_IN_HOVER: Final = 4
ZERO_AT: Final = 0.5
"""Where a count of zero is drawn on a logarithmic axis."""
LABEL_LETTERS: Final = 16
_HEIGHT_PX: Final = 500
# The smallest plot area that the labels must not overlap in: a larger one only moves them apart.
_PLOT_PX: Final = (270.0, 340.0)
_LETTER_PX: Final = 6.4
_LINE_PX: Final = 16.0
_AWAY_PX: Final = (8.0, 30.0, 60.0, 100.0)
_DOWN_PX: Final = tuple(sign * step for step in (14.0, 30.0, 46.0, 62.0, 80.0) for sign in (-1.0, 1.0))
_POINT_PX: Final = 5.0
_COST_PX: Final = 40.0
"""A label would rather stand so much farther from its point than on another point."""


def frequency_scatter(
    table: pd.DataFrame, *, n_train: int, n_test: int, named: pd.DataFrame | None = None, noun: str = "brands"
) -> go.Figure:
    """Each brand by its rows in train and in test; brands with the same two counts share a point.

    So 75,000 rows make a few hundred points, and none is left out. A point is picked by its two counts, the first
    entries of its ``customdata``.

    Args:
        table: Index: key; ``label``, ``train_rows``, ``test_rows``, ``surprising``.
        named: Rows of the table to name, most surprising first, with ``ratio_low`` and ``ratio_high``; a name
            that finds no free place near its point is left out.
        noun: What is compared, in the plural.
    """
    import plotly.graph_objects as go

    points = _shared_points(table)
    figure = go.Figure()
    for name, colour, rows in _kinds(points):
        figure.add_trace(_points(points[rows], name, colour, noun))
    most = float(max(points["train_rows"].max(), points["test_rows"].max(), 1)) if len(points) else 1.0
    line = np.geomspace(ZERO_AT, most, 40)
    figure.add_trace(
        go.Scatter(
            x=line,
            y=line * n_test / max(1, n_train),
            mode="lines",
            line={"color": theme.NEUTRAL, "dash": "dot"},
            name="equally frequent",
            hoverinfo="skip",
        )
    )
    powers = [10.0**power for power in range(int(np.ceil(np.log10(most))) + 1)]
    low, high = float(np.log10(ZERO_AT)) - 0.1, float(np.log10(most)) + 0.2
    ticks: dict[str, Any] = {
        "type": "log",
        "tickvals": [ZERO_AT, *powers],
        "ticktext": ["0", *(f"{power:,.0f}" for power in powers)],
        "range": [low, high],
    }
    figure.update_xaxes(**ticks)
    figure.update_yaxes(**ticks)
    if named is not None:
        _name(figure, named, points, low, high)
    return theme.styled(figure, x_title="rows in train", y_title="rows in test", height_px=_HEIGHT_PX)


def _shared_points(table: pd.DataFrame) -> pd.DataFrame:
    """One row a pair of counts: how many brands, the names of a few, and whether one is surprising."""
    pairs = table.groupby(["train_rows", "test_rows"], sort=True)
    points = pairs.agg(brands=("label", "size"), surprising=("surprising", "any")).reset_index()
    names = pairs["label"].agg(lambda part: ", ".join(part.iloc[:NAMED_IN_HOVER].astype(str)))
    return points.assign(names=names.to_numpy(dtype=object))


def _kinds(points: pd.DataFrame) -> list[tuple[str, str, pd.Series]]:
    train, test = points["train_rows"] > 0, points["test_rows"] > 0
    return [
        ("only in train", theme.TRAIN, train & ~test),
        ("unseen: only in test", theme.UNSEEN, test & ~train),
        ("in both", theme.TEST, train & test & ~points["surprising"]),
        ("in both, surprising", theme.BAD, train & test & points["surprising"]),
    ]


def _points(points: pd.DataFrame, name: str, colour: str, noun: str) -> Any:
    import plotly.graph_objects as go

    more = np.where(points["brands"] > NAMED_IN_HOVER, " …", "")
    return go.Scatter(
        x=points["train_rows"].clip(lower=ZERO_AT),
        y=points["test_rows"].clip(lower=ZERO_AT),
        mode="markers",
        name=name,
        marker={
            "color": colour,
            "opacity": 0.8,
            "line": {"width": 0.5, "color": theme.NEUTRAL},
            "size": 6 + 2.5 * np.log2(points["brands"].to_numpy(dtype=np.float64)).clip(max=6),
        },
        customdata=np.column_stack(
            [points[["train_rows", "test_rows", "brands"]].to_numpy(dtype=object), points["names"] + more]
        ),
        hovertemplate=f"%{{customdata[3]}}<br>%{{customdata[2]:,}} {noun} with %{{customdata[0]:,}} train rows and"
        " %{customdata[1]:,} test rows each<extra></extra>",
    )


def _name(figure: go.Figure, named: pd.DataFrame, points: pd.DataFrame, low: float, high: float) -> None:
    """Write the names beside their points, each where it is free of the ones before it and of most points."""
    others = _pixels(points["train_rows"], points["test_rows"], low, high)
    places = _pixels(named["train_rows"], named["test_rows"], low, high)
    taken: list[_Box] = []
    columns = (named[name].tolist() for name in ("label", "train_rows", "test_rows", "ratio_low", "ratio_high"))
    for place, label, train, test, least, most in zip(places, *columns, strict=True):
        short = label if len(label) <= LABEL_LETTERS else f"{label[:LABEL_LETTERS]}…"
        text = f"{short} {f'≥ {least:.2g}' if least > 1 else f'≤ {most:.2g}'}×"
        spot = _free_place(len(text) * _LETTER_PX, place, others, taken)
        if spot is None:
            continue
        taken.append(spot)
        x, y = (float(np.log10(max(count, ZERO_AT))) for count in (train, test))
        figure.add_annotation(
            x=x,
            y=y,
            ax=(spot[0] + spot[2]) / 2 - place[0],
            ay=(spot[1] + spot[3]) / 2 - place[1],
            text=text,
            showarrow=True,
            arrowhead=0,
            arrowwidth=1,
            arrowcolor=theme.NEUTRAL,
            font={"size": 12},
            standoff=4,
        )


_Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""


def _pixels(train_rows: pd.Series, test_rows: pd.Series, low: float, high: float) -> FloatArray:
    """Shape (n, 2): pixels from the left and from the top of the smallest plot area."""
    x, y = (
        (np.log10(rows.to_numpy(dtype=np.float64).clip(min=ZERO_AT)) - low) / (high - low)
        for rows in (train_rows, test_rows)
    )
    return np.column_stack([x * _PLOT_PX[0], (1.0 - y) * _PLOT_PX[1]])


def _free_place(width: float, place: FloatArray, others: FloatArray, taken: Sequence[_Box]) -> _Box | None:
    """The box for a label that covers few points and is near to its own; None when other labels leave no room."""
    best, least = None, np.inf
    for away in _AWAY_PX:
        for side in (1.0, -1.0):
            for down in _DOWN_PX:
                middle = place[0] + side * (away + width / 2)
                top = place[1] + down - _LINE_PX / 2
                box = (middle - width / 2, top, middle + width / 2, top + _LINE_PX)
                if not _inside(box) or any(_overlap(box, other) for other in taken):
                    continue
                cost = away + abs(down) + _COST_PX * _covered(box, others)
                if cost < least:
                    best, least = box, cost
    return best


def _inside(box: _Box) -> bool:
    return box[0] >= -4 and box[2] <= _PLOT_PX[0] + 10 and box[1] >= 0 and box[3] <= _PLOT_PX[1]


def _overlap(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _covered(box: _Box, points: FloatArray) -> int:
    x, y = points[:, 0], points[:, 1]
    across = (x > box[0] - _POINT_PX) & (x < box[2] + _POINT_PX)
    return int((across & (y > box[1] - _POINT_PX) & (y < box[3] + _POINT_PX)).sum())
