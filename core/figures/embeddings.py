"""Figures of the embeddings: which photos there are, and the map of the products."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

import numpy as np

from core.figures import theme

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

MAP_COLOURS: Final = {"price": "Price", "split": "Train or test", "brand": "Brand"}
TOP_BRANDS: Final = len(theme.SEQUENCE) - 1
_STATUS_COLOURS: Final = {"ok": theme.GOOD, "pending": theme.TRAIN, "missing": theme.NEUTRAL, "blank": theme.NEUTRAL}
_MAP_PX: Final = 560
_HOVER = "%{customdata[0]}<br>%{customdata[1]} · %{customdata[2]}<extra></extra>"


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

    Args:
        table: ``x``, ``y``, ``split``, ``price`` (dollars, NaN in test), ``brand``, ``title``.
        colour: A key of :data:`MAP_COLOURS`.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    if colour == "price":
        _add_by_price(figure, table)
    else:
        names, colours = _groups(table, colour)
        for name, shade in colours.items():
            _add_points(figure, table[names == name], name, {"color": shade})
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    figure.update_layout(legend={"itemsizing": "constant"})
    return theme.styled(figure, height_px=_MAP_PX)


def _add_by_price(figure: go.Figure, table: pd.DataFrame) -> None:
    """Test products in grey below, train products by their price on a logarithmic scale."""
    priced = table["price"].notna()
    _add_points(figure, table[~priced], "test, no price", {"color": theme.NEUTRAL})
    log_price = np.log10(table.loc[priced, "price"].to_numpy(dtype=np.float64))
    if not len(log_price):
        return
    low, high = (float(edge) for edge in np.quantile(log_price, [0.02, 0.98]))
    ticks = np.linspace(low, max(high, low + 1e-6), 5)
    marker = {
        "color": log_price,
        "cmin": low,
        "cmax": high,
        "colorscale": list(theme.CONTINUOUS),
        "colorbar": {"title": "price", "tickvals": ticks, "ticktext": [f"${10**tick:,.2f}" for tick in ticks]},
    }
    _add_points(figure, table[priced], "train", marker)


def _groups(table: pd.DataFrame, colour: str) -> tuple[pd.Series, dict[str, str]]:
    """The group of each product and the colours of the groups; the largest brands have a colour of their own."""
    if colour == "split":
        return table["split"], {"train": theme.TRAIN, "test": theme.TEST}
    sizes = table.loc[table["brand"].ne(""), "brand"].value_counts()
    top = [str(name) for name in sizes.index[:TOP_BRANDS]]
    names = table["brand"].where(table["brand"].isin(top), "other brands")
    return names, {"other brands": theme.NEUTRAL, **dict(zip(top, theme.SEQUENCE, strict=False))}


def _add_points(figure: go.Figure, table: pd.DataFrame, name: str, marker: dict[str, object]) -> None:
    if not len(table):
        return
    price = [f"${price:,.2f}" if np.isfinite(price) else "no price" for price in table["price"]]
    # Names from a file are shown, never read as markup.
    titles = [html.escape(title) for title in table["title"]]
    ids = [html.escape(sample_id) for sample_id in table["sample_id"]]
    figure.add_scattergl(
        x=table["x"].to_numpy(),
        y=table["y"].to_numpy(),
        name=html.escape(name),
        mode="markers",
        marker={"size": 5 if len(table) < 5000 else 3, "opacity": 0.75, **marker},
        customdata=list(zip(titles, ids, price, strict=True)),
        hovertemplate=_HOVER,
    )
