"""Figures of the embeddings: which photos there are, and the map of the products."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

import numpy as np

from core.figures import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    import plotly.graph_objects as go
    from numpy.typing import NDArray

MAP_COLOURS: Final = {
    "price": "Price",
    "brand": "Brand",
    "category": "Category",
    "split": "Train or test",
    "error": "Error of a run",
}
TOP_GROUPS: Final = len(theme.SEQUENCE) - 1
_STATUS_COLOURS: Final = {"ok": theme.GOOD, "pending": theme.TRAIN, "missing": theme.NEUTRAL, "blank": theme.NEUTRAL}
_MAP_PX: Final = 560
_HOVER: Final = "%{hovertext}<extra></extra>"
_WORST_PCT: Final = 100.0


def coverage_bars(counts: pd.DataFrame) -> go.Figure:
    """Share of the train and of the test products with each status, in percent.

    Args:
        counts: Indexed by status, columns ``train`` and ``test`` (numbers of products) and ``meaning``.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    totals = {side: max(1, int(counts[side].sum())) for side in ("test", "train")}
    for status, line in counts.iterrows():
        figure.add_bar(
            name=str(status),
            y=list(totals),
            x=[100.0 * line[side] / total for side, total in totals.items()],
            customdata=[[int(line[side]), line["meaning"]] for side in totals],
            orientation="h",
            marker_color=_STATUS_COLOURS.get(str(status), theme.BAD),
            hovertemplate=f"{status}: %{{customdata[0]:,}} products (%{{x:.1f}} %)<br>%{{customdata[1]}}<extra>"
            "</extra>",
        )
    figure.update_layout(barmode="stack")
    figure.update_xaxes(ticksuffix=" %", range=[0, 100])
    return theme.styled(figure, height_px=170)


def product_map(table: pd.DataFrame, colour: str) -> go.Figure:
    """A point a product, drawn by the graphics card; near each other means alike to the model.

    ``customdata`` of a point holds its ``row`` and nothing else, so that a lasso around thousands stays small.

    Args:
        table: ``row``, ``sample_id``, ``x``, ``y``, ``split``, ``price`` (dollars, NaN in test), ``title``; and as the
            colour wants it ``brand``, ``category`` (``""`` for none) or ``error`` (signed SMAPE in percent, negative
            for a price too low, NaN where it is not known).
        colour: A key of :data:`MAP_COLOURS`.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    if colour == "price":
        _add_by_number(figure, table, "price", "test, no price", _price_marker)
    elif colour == "error":
        _add_by_number(figure, table, "error", "no error known", _error_marker)
    else:
        names, colours = _groups(table, colour)
        for name, shade in colours.items():
            _add_points(figure, table[names == name], name, {"color": shade})
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    # Below the map: above it the buttons of the chart lie over the last names.
    figure.update_layout(legend={"itemsizing": "constant", "yanchor": "top", "y": -0.02})
    return theme.styled(figure, height_px=_MAP_PX)


def _add_by_number(
    figure: go.Figure,
    table: pd.DataFrame,
    column: str,
    unknown: str,
    marker: Callable[[NDArray[np.float64]], dict[str, object]],
) -> None:
    """Products without the number in grey below, the others by it."""
    known = table[column].notna()
    _add_points(figure, table[~known], unknown, {"color": theme.NEUTRAL, "opacity": 0.35})
    values = table.loc[known, column].to_numpy(dtype=np.float64)
    if len(values):
        _add_points(figure, table[known], "train", marker(values))


def _price_marker(price: NDArray[np.float64]) -> dict[str, object]:
    """On a logarithmic scale."""
    log_price = np.log10(price)
    low, high = (float(edge) for edge in np.quantile(log_price, [0.02, 0.98]))
    ticks = np.linspace(low, max(high, low + 1e-6), 5)
    return {
        "color": log_price,
        "cmin": low,
        "cmax": high,
        "colorscale": list(theme.CONTINUOUS),
        "colorbar": {"title": "price", "tickvals": ticks, "ticktext": [f"${10**tick:,.2f}" for tick in ticks]},
    }


def _error_marker(error_pct: NDArray[np.float64]) -> dict[str, object]:
    """Too low in one colour, too high in another, right in the grey between."""
    ends = {-_WORST_PCT: "too low", 0.0: "right", _WORST_PCT: "too high"}
    return {
        "color": error_pct,
        "cmin": -_WORST_PCT,
        "cmax": _WORST_PCT,
        "colorscale": list(theme.DIVERGING),
        "colorbar": {"title": "price foretold", "tickvals": list(ends), "ticktext": list(ends.values())},
    }


def _groups(table: pd.DataFrame, colour: str) -> tuple[pd.Series, dict[str, str]]:
    """The group of each product and the colours of the groups; the largest have a colour of their own."""
    if colour == "split":
        return table["split"], {"train": theme.TRAIN, "test": theme.TEST}
    other = "other brands" if colour == "brand" else "other and no category"
    sizes = table.loc[table[colour].ne(""), colour].value_counts()
    top = [str(name) for name in sizes.index[:TOP_GROUPS]]
    names = table[colour].where(table[colour].isin(top), other)
    return names, {other: theme.NEUTRAL, **dict(zip(top, theme.SEQUENCE, strict=False))}


def _add_points(figure: go.Figure, table: pd.DataFrame, name: str, marker: dict[str, object]) -> None:
    if not len(table):
        return
    figure.add_scattergl(
        x=table["x"].to_numpy(),
        y=table["y"].to_numpy(),
        name=html.escape(name),
        mode="markers",
        marker={"size": 5 if len(table) < 5000 else 3, "opacity": 0.75, **marker},
        customdata=table[["row"]].to_numpy(),
        hovertext=_hover(table),
        hovertemplate=_HOVER,
        selected={"marker": {"opacity": 1.0}},
        unselected={"marker": {"opacity": 0.12}},
    )


def _hover(table: pd.DataFrame) -> list[str]:
    """Title, id and price of each product. Names from a file are shown, never read as markup."""
    price = [f"${price:,.2f}" if np.isfinite(price) else "no price" for price in table["price"]]
    error = table["error"] if "error" in table else np.full(len(table), np.nan)
    told = [f" · error {value:+.0f} %" if np.isfinite(value) else "" for value in error]
    rows = zip(table["title"], table["sample_id"], price, told, strict=True)
    return [f"{html.escape(title)}<br>{html.escape(name)} · {cost}{off}" for title, name, cost, off in rows]
