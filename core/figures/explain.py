"""Figures of what moved predictions: swarm, dependence, waterfall, what if."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from core.figures import theme
from core.types import FloatArray

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

_BINS: Final = 60
_ROW_PX: Final = 30
UP, DOWN = theme.BAD, theme.TRAIN


def swarm(table: pd.DataFrame, values: Sequence[str]) -> go.Figure:
    """Each row's SHAP value of the strongest columns, coloured by how high the row's value is.

    Args:
        table: ``column`` (in order), ``sample_id``, ``shap`` and ``rank`` (0 to 1, NaN where missing).
        values: Each line's value in words.
    """
    import plotly.graph_objects as go

    columns = list(dict.fromkeys(table["column"]))
    place = table["column"].map({name: row for row, name in enumerate(columns)}).to_numpy(dtype=np.float64)
    y = place + _spread(table["shap"].to_numpy(), place)
    known = table["rank"].notna().to_numpy()
    custom = np.column_stack([table["sample_id"].to_numpy(dtype=object), np.array(values, dtype=object)])
    figure = go.Figure()
    for mask, name, colour in ((~known, "missing", theme.NEUTRAL), (known, "known", table["rank"].to_numpy()[known])):
        marker: dict[str, Any] = {"size": 4, "color": colour, "opacity": 0.8}
        if name == "known":
            bar = {"title": "value", "tickvals": [0.02, 0.98], "ticktext": ["low", "high"], "thickness": 10}
            marker |= {"colorscale": [[0, DOWN], [1, UP]], "cmin": 0, "cmax": 1, "showscale": True, "colorbar": bar}
        figure.add_scattergl(
            x=table["shap"].to_numpy()[mask],
            y=y[mask],
            mode="markers",
            marker=marker,
            name=name,
            customdata=custom[mask],
            hovertemplate="product %{customdata[0]}<br>value %{customdata[1]}<br>%{x:+.3f} in log price<extra></extra>",
        )
    figure.update_yaxes(tickvals=list(range(len(columns))), ticktext=columns, autorange="reversed", zeroline=False)
    figure.update_layout(showlegend=False)
    height = 90 + _ROW_PX * len(columns)
    return theme.styled(figure, x_title="SHAP value in log price; 0.1 is some 10 % of the price", height_px=height)


def _spread(shap: FloatArray, place: FloatArray) -> FloatArray:
    """How far each point is moved off its line, so that the many at one value lie beside each other."""
    low, high = float(shap.min()), float(shap.max())
    cell = np.floor((shap - low) / max(high - low, 1e-12) * _BINS).astype(np.int64) + (_BINS + 1) * place.astype(
        np.int64
    )
    order = np.argsort(cell, kind="stable")
    _, start, count = np.unique(cell[order], return_index=True, return_counts=True)
    rank = np.empty(len(cell))
    rank[order] = np.arange(len(cell)) - np.repeat(start, count)
    crowd = np.empty(len(cell))
    crowd[order] = np.repeat(count, count)
    most = np.array([crowd[place == line].max() for line in np.unique(place)])[np.unique(place, return_inverse=True)[1]]
    side = np.where(rank % 2 == 0, 1.0, -1.0)
    offset: FloatArray = side * np.ceil(rank / 2) / np.maximum(most / 2, 1.0) * 0.42
    return offset


def dependence(
    table: pd.DataFrame,
    column: str,
    by: str,
    *,
    names: Mapping[float, str],
    by_names: Mapping[float, str],
    effect: str = "SHAP value in log price",
) -> go.Figure:
    """A column's value against its SHAP value, a point a row, coloured by another column.

    Args:
        table: ``sample_id``, ``value``, ``shap``, ``by``.
        names, by_names: Names of the values of a categorical column; empty for numbers.
        effect: What the height of a point is.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    value, other = (table[name].to_numpy(dtype=np.float64) for name in ("value", "by"))
    known = np.isfinite(value)
    # Rows without the value stand apart, left of all others.
    edge = float(value[known].min()) - 0.06 * max(float(np.ptp(value[known])), 1.0) if known.any() else 0.0
    x = np.where(known, value, edge)
    coloured = np.isfinite(other)
    custom = table[["sample_id"]].to_numpy(dtype=object)
    for mask in (~coloured, coloured):
        if not mask.any():
            continue
        marker: dict[str, Any] = {"size": 6, "opacity": 0.75, "color": theme.NEUTRAL}
        if mask is coloured:
            low, high = (float(edge) for edge in np.quantile(other[mask], [0.02, 0.98]))
            marker |= {
                "color": other[mask],
                "colorscale": [[0, DOWN], [1, UP]],
                "cmin": low,
                "cmax": max(high, low + 1e-9),
                "showscale": True,
                "colorbar": {"title": by, "thickness": 10, **_ticks(other[mask], by_names)},
            }
        shown = [by_names.get(one, f"{one:,.4g}") for one in other[mask]]
        figure.add_scattergl(
            x=x[mask],
            y=table["shap"].to_numpy()[mask],
            mode="markers",
            marker=marker,
            customdata=np.column_stack([custom[mask], np.array(shown, dtype=object)]),
            hovertemplate=f"product %{{customdata[0]}}<br>{column} %{{x}}<br>{by} %{{customdata[1]}}<br>"
            "× %{text} on the price<extra></extra>",
            text=[f"{factor:.2f}" for factor in np.exp(table["shap"].to_numpy()[mask])],
        )
    if names:
        codes = sorted(set(value[known]))
        figure.update_xaxes(tickvals=codes, ticktext=[names.get(code, f"{code:g}") for code in codes], tickangle=-45)
    figure.update_layout(showlegend=False)
    title = f"{column} (left edge: missing)" if not known.all() else column
    return theme.styled(figure, x_title=title, y_title=effect, height_px=420)


def _ticks(values: FloatArray, names: Mapping[float, str]) -> dict[str, Any]:
    codes = sorted(set(values))
    if not names or len(codes) > 12:
        return {}
    return {"tickvals": codes, "ticktext": [names.get(code, f"{code:g}") for code in codes]}


def waterfall(
    labels: Sequence[str], shap: Sequence[float], *, start: float, start_label: str, end_label: str
) -> go.Figure:
    """From the mean prediction to one product's price, a bar a reason, each with its factor.

    Args:
        labels: Of the reasons, in their order.
        shap: In ``log_price``.
        start: Where the first bar begins, in ``log_price``.
    """
    import plotly.graph_objects as go

    values = np.asarray(shap, dtype=np.float64)
    ends = start + np.cumsum(values)
    begins = np.concatenate([[start], ends[:-1]])
    scale = np.log(10.0)
    names = [f"{label} " for label in labels]
    figure = go.Figure(
        go.Bar(
            y=names,
            x=values / scale,
            base=begins / scale,
            orientation="h",
            marker_color=[UP if value > 0 else DOWN for value in values],
            text=[f"× {factor:.2f}" for factor in np.exp(values)],
            textposition="outside",
            cliponaxis=False,
            customdata=np.column_stack([np.exp(begins), np.exp(ends)]),
            hovertemplate="%{y}: %{text}<br>$%{customdata[0]:,.2f} to $%{customdata[1]:,.2f}<extra></extra>",
        )
    )
    last = float(ends[-1]) if len(ends) else start
    for place, said, side in ((start, start_label, "top"), (last, end_label, "bottom")):
        figure.add_vline(x=place / scale, line_dash="dot", line_color=theme.NEUTRAL)
        y = 1.0 if side == "top" else 0.0
        anchor = "bottom" if side == "top" else "top"
        figure.add_annotation(x=place / scale, y=y, yref="paper", yanchor=anchor, text=said, showarrow=False)
    spots = np.concatenate([[start], ends]) / scale
    margin = max(0.12 * float(np.ptp(spots)), 0.06)
    low, high = float(spots.min()) - margin, float(spots.max()) + margin
    figure.update_xaxes(**theme.price_ticks(low, high), range=[low, high], side="top", ticklabelstandoff=18)
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_layout(margin={"t": 60, "b": 34}, uniformtext={"minsize": 10, "mode": "show"})
    return theme.styled(figure, height_px=130 + 32 * len(names))


def moves(table: pd.DataFrame, titles: Mapping[str, str]) -> go.Figure:
    """What each block does to the price before and after an edit, as factors.

    Args:
        table: ``block``, ``before``, ``after`` (SHAP values in ``log_price``).
    """
    import plotly.graph_objects as go

    names = [titles.get(str(block), str(block)) for block in table["block"]]
    figure = go.Figure()
    for part, colour in (("before", theme.NEUTRAL), ("after", theme.CATEGORIES[1])):
        values = table[part].to_numpy(dtype=np.float64)
        figure.add_bar(
            y=names,
            x=values / np.log(2.0),
            orientation="h",
            name=part,
            marker_color=colour,
            text=[f"× {factor:.2f}" for factor in np.exp(values)],
            textposition="outside",
            cliponaxis=False,
            hovertemplate=f"%{{y}} {part}: %{{text}}<extra></extra>",
        )
    factors = [0.125, 0.25, 0.5, 0.71, 1.0, 1.41, 2.0, 4.0, 8.0]
    # Room for the factors beside the longest bars.
    reach = np.concatenate([[0.0], table[["before", "after"]].to_numpy(dtype=np.float64).ravel()]) / np.log(2.0)
    room = 0.18 * max(float(np.ptp(reach)), 0.1)
    ends = [float(reach.min()) - room, float(reach.max()) + room]
    figure.update_xaxes(tickvals=np.log2(factors).tolist(), ticktext=[f"× {one:g}" for one in factors], range=ends)
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_layout(barmode="group")
    return theme.styled(figure, x_title="factor on the price", height_px=120 + 44 * len(names))
