"""Figures of training: what moved the predictions, how the folds scored, where the predictions land."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from core.figures import theme
from core.types import FloatArray

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

TOP_COLUMNS: Final = 25
DENSITY_BINS: Final = 60
_ROW_PX: Final = 22


def block_bars(importance: pd.DataFrame, titles: Mapping[str, str]) -> go.Figure:
    """How far each block moves the price, on average.

    Args:
        importance: ``block``, ``columns``, ``mean_abs_shap`` (in ``log_price``), largest first.
        titles: Block name to what a screen calls it.
    """
    names = [titles.get(str(block), str(block)) for block in importance["block"]]
    colour = _block_colours(importance)
    bars = [colour[block] for block in importance["block"]]
    return _bars(names, importance["mean_abs_shap"], bars, importance["columns"].tolist(), "columns")


def column_bars(importance: pd.DataFrame, meanings: Mapping[str, str]) -> go.Figure:
    """How far each of the :data:`TOP_COLUMNS` strongest columns moves the price, coloured by block.

    Args:
        importance: ``column``, ``block``, ``mean_abs_shap``, largest first.
        meanings: Column to what it holds, for the hover; the block is said where it is absent.
    """
    top = importance.head(TOP_COLUMNS)
    colour = _block_colours(importance)
    return _bars(
        [str(column) for column in top["column"]],
        top["mean_abs_shap"],
        [colour[block] for block in top["block"]],
        [meanings.get(str(column), f"of {block}") for column, block in zip(top["column"], top["block"], strict=True)],
        "meaning",
    )


def fold_scores(fold_smape_pct: Sequence[float], oof_smape_pct: float) -> go.Figure:
    """Each fold's validation SMAPE, and the out-of-fold score over all rows as a line."""
    import plotly.graph_objects as go

    figure = go.Figure(
        go.Bar(
            x=[f"fold {fold + 1}" for fold in range(len(fold_smape_pct))],
            y=list(fold_smape_pct),
            marker_color=theme.TRAIN,
            texttemplate="%{y:.2f} %",
            hovertemplate="%{x}: %{y:.3f} %<extra></extra>",
        )
    )
    figure.add_hline(y=oof_smape_pct, line_dash="dot", line_color=theme.NEUTRAL)
    figure.update_yaxes(rangemode="tozero", ticksuffix=" %")
    return theme.styled(figure, x_title="dotted: all rows", y_title="SMAPE", height_px=280)


def price_density(price: pd.Series, predicted: FloatArray) -> go.Figure:
    """True against out-of-fold predicted price, both logarithmic, rows counted in squares (all of them).

    Args:
        price, predicted: Dollars, same rows in the same order.
    """
    import plotly.graph_objects as go

    x, y = np.log10(price.to_numpy(dtype=np.float64)), np.log10(predicted)
    low, high = float(min(x.min(), y.min())), float(max(x.max(), y.max())) + 1e-9
    count, edge, _ = np.histogram2d(x, y, bins=DENSITY_BINS, range=[[low, high], [low, high]])
    figure = go.Figure(go.Heatmap(theme.row_squares(edge, edge, count)))
    figure.add_scatter(
        x=[low, high], y=[low, high], mode="lines", line={"color": theme.NEUTRAL, "dash": "dot"}, hoverinfo="skip"
    )
    powers = list(range(int(np.floor(low)), int(np.ceil(high)) + 1))
    ticks = {"tickvals": powers, "ticktext": [f"${10.0**power:,.10g}" for power in powers], "range": [low, high]}
    figure.update_xaxes(**ticks)
    figure.update_yaxes(**ticks, scaleanchor="x")
    figure.update_xaxes(constrain="domain")
    figure.update_yaxes(constrain="domain")
    figure.update_layout(showlegend=False)
    return theme.styled(figure, x_title="true price", y_title="predicted, out of fold", height_px=560)


def _block_colours(importance: pd.DataFrame) -> dict[str, str]:
    """A colour a block, the same in every table that names the same blocks."""
    blocks = sorted(set(importance["block"]))
    return {block: theme.CATEGORIES[i % len(theme.CATEGORIES)] for i, block in enumerate(blocks)}


def _bars(
    names: Sequence[str], size: pd.Series, colours: Sequence[str], extra: Sequence[object], extra_name: str
) -> go.Figure:
    """Horizontal bars, the largest on top, with the effect as a factor on the price on hover."""
    import plotly.graph_objects as go

    values = size.to_numpy(dtype=np.float64)
    figure = go.Figure(
        go.Bar(
            x=values,
            y=list(names),
            orientation="h",
            marker_color=list(colours),
            customdata=np.column_stack(
                [100.0 * np.expm1(values), np.array([str(item) for item in extra], dtype=object)]
            ),
            hovertemplate=f"%{{y}}<br>moves the price by %{{customdata[0]:.1f}} % on average<br>{extra_name}: "
            "%{customdata[1]}<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed")
    return theme.styled(figure, x_title="mean |SHAP value| in log price", height_px=max(200, 90 + _ROW_PX * len(names)))
