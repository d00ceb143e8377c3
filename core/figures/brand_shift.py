"""Figures of the brand shift: what train shows of test's brands, and how far the two files can be told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from core.figures import theme

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

LEVEL_COLOURS: Final[Mapping[str, str]] = {
    "unseen": theme.UNSEEN,
    "rare": "#f0b86e",
    "well": theme.TEST,
    "unknown": theme.NEUTRAL,
}
NAMED_IN_HOVER: Final = 4
ZERO_AT: Final = 0.5
"""Where a count of zero is drawn on a logarithmic axis."""
NO_SHIFT_AUC: Final = 0.53
MOST_GROUPS: Final = 15
_ROW_PX: Final = 26


def level_names(rare_below: int) -> dict[str, str]:
    """Level to its words on a screen."""
    rare = "1 train row" if rare_below == 2 else f"1 to {rare_below - 1} train rows"
    return {
        "unseen": "unseen: no train row",
        "rare": f"rare: {rare}",
        "well": f"well shown: {rare_below} or more",
        "unknown": "brand not readable",
    }


def level_bars(shares_pct: Mapping[str, Mapping[str, float]], rare_below: int) -> go.Figure:
    """One stacked bar a line, such as rows and brands: each level's share in percent.

    Args:
        shares_pct: Line to level to percent.
    """
    return _stacked({name: dict(levels) for name, levels in shares_pct.items()}, rare_below, height_px=190)


def group_bars(table: pd.DataFrame, name: str, rare_below: int) -> go.Figure:
    """The levels within each group, the first :data:`MOST_GROUPS` groups of the table that have rows.

    Args:
        table: Column ``name`` and ``unseen_pct``, ``rare_pct``, ``well_pct``, ``unknown_pct``.
    """
    shown = [f"{level}_pct" for level in LEVEL_COLOURS]
    top = table[table[shown].sum(axis="columns") > 0].head(MOST_GROUPS)
    shares = {
        str(group).replace("_", " "): {level: float(top[f"{level}_pct"].iloc[i]) for level in LEVEL_COLOURS}
        for i, group in enumerate(top[name])
    }
    return _stacked(shares, rare_below, height_px=90 + _ROW_PX * len(shares))


def coverage_curve(curve: pd.DataFrame, rare_below: int) -> go.Figure:
    """Test rows whose brand has at least so many train rows.

    Args:
        curve: ``min_train_rows`` and ``test_rows_pct``.
    """
    import plotly.graph_objects as go

    at_least = curve[curve["min_train_rows"] > 0]
    figure = go.Figure(
        go.Scatter(
            x=at_least["min_train_rows"],
            y=at_least["test_rows_pct"],
            mode="lines",
            line={"color": theme.TEST, "width": 3, "shape": "hv"},
            fill="tozeroy",
            hovertemplate="%{y:.1f} % of the test rows have a brand<br>with %{x:,} train rows or more<extra></extra>",
        )
    )
    figure.add_vline(x=rare_below, line_dash="dot", line_color=theme.NEUTRAL)
    figure.update_xaxes(type="log", dtick=1)
    figure.update_yaxes(range=[0, 100], ticksuffix=" %")
    figure.update_layout(showlegend=False)
    return theme.styled(figure, x_title="train rows of the brand, at least (dotted: rare below)", y_title="test rows")


def frequency_scatter(table: pd.DataFrame, *, n_train: int, n_test: int) -> go.Figure:
    """Each brand by its rows in train and in test; brands with the same two counts share a point.

    So 75,000 rows make a few hundred points, and none is left out.

    Args:
        table: Index: key; ``label``, ``train_rows``, ``test_rows``, ``surprising``.
    """
    import plotly.graph_objects as go

    points = _shared_points(table)
    figure = go.Figure()
    for name, colour, rows in _kinds(points):
        figure.add_trace(_points(points[rows], name, colour))
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
    ticks: dict[str, Any] = {
        "type": "log",
        "tickvals": [ZERO_AT, *powers],
        "ticktext": ["0", *(f"{power:,.0f}" for power in powers)],
        "range": [np.log10(ZERO_AT) - 0.1, np.log10(most) + 0.15],
    }
    figure.update_xaxes(**ticks)
    figure.update_yaxes(**ticks)
    return theme.styled(figure, x_title="rows in train", y_title="rows in test", height_px=420)


def brand_prices(brand_price: Sequence[float], all_price: Sequence[float], brand: str) -> go.Figure:
    """Where a brand's train prices stand among all train prices, on a logarithmic axis in dollars."""
    import plotly.graph_objects as go

    everything = np.log10(np.asarray(all_price, dtype=np.float64))
    count, edge = np.histogram(everything, bins=50)
    figure = go.Figure(
        go.Bar(
            x=10 ** ((edge[:-1] + edge[1:]) / 2),
            y=100.0 * count / max(1, everything.size),
            width=10 ** edge[1:] - 10 ** edge[:-1],
            marker={"color": theme.NEUTRAL, "opacity": 0.5},
            name="all train rows",
            hovertemplate="%{y:.1f} % of all train rows around $%{x:,.2f}<extra></extra>",
        )
    )
    top = float(100.0 * count.max() / max(1, everything.size))
    figure.add_trace(
        go.Scatter(
            x=list(brand_price),
            y=[top * 1.08] * len(brand_price),
            mode="markers",
            marker={"color": theme.TRAIN, "size": 10, "symbol": "line-ns-open", "line": {"width": 2}},
            name=f"{brand}, train",
            hovertemplate="$%{x:,.2f}<extra></extra>",
        )
    )
    figure.update_xaxes(type="log", tickprefix="$", tickformat=",")
    figure.update_yaxes(ticksuffix=" %")
    return theme.styled(figure, x_title="price", y_title="train rows", height_px=240)


def auc_intervals(aucs: pd.DataFrame, *, alike_below: float = NO_SHIFT_AUC) -> go.Figure:
    """Adversarial AUC of each modality with its 90 % interval; the band is where the files count as alike.

    Args:
        aucs: ``name``, ``auc``, ``low``, ``high``, 0..1, in the order of the screen.
        alike_below: AUC below which files of this size count as alike.
    """
    import plotly.graph_objects as go

    figure = go.Figure(
        go.Scatter(
            x=aucs["auc"],
            y=aucs["name"],
            mode="markers",
            marker={"color": theme.TEST, "size": 12},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": aucs["high"] - aucs["auc"],
                "arrayminus": aucs["auc"] - aucs["low"],
                "color": theme.TEST,
                "thickness": 2,
            },
            customdata=aucs[["low", "high"]],
            hovertemplate="%{y}: %{x:.3f}, 90 % interval %{customdata[0]:.3f} to %{customdata[1]:.3f}<extra></extra>",
        )
    )
    figure.add_vrect(
        x0=1 - alike_below, x1=alike_below, fillcolor=theme.GOOD, opacity=0.12, line_width=0, layer="below"
    )
    figure.update_xaxes(range=[min(0.45, float(aucs["low"].min()) - 0.02), max(0.65, float(aucs["high"].max()) + 0.02)])
    figure.update_yaxes(autorange="reversed")
    figure.update_layout(showlegend=False)
    return theme.styled(
        figure,
        x_title="adversarial AUC (shaded: counts as alike)",
        height_px=90 + 40 * len(aucs),
    )


def _stacked(shares_pct: Mapping[str, Mapping[str, float]], rare_below: int, *, height_px: int) -> go.Figure:
    import plotly.graph_objects as go

    lines, words = list(shares_pct), level_names(rare_below)
    figure = go.Figure()
    for level, colour in LEVEL_COLOURS.items():
        share = [shares_pct[line].get(level, 0.0) for line in lines]
        if not any(share):
            continue
        figure.add_trace(
            go.Bar(
                x=share,
                y=lines,
                orientation="h",
                name=words[level],
                marker_color=colour,
                text=[f"{value:.0f} %" if value >= 4 else "" for value in share],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                hovertemplate=f"%{{y}}: %{{x:.1f}} % {words[level]}<extra></extra>",
            )
        )
    figure.update_layout(barmode="stack", legend_traceorder="normal")
    figure.update_xaxes(range=[0, 100], ticksuffix=" %")
    figure.update_yaxes(autorange="reversed")
    return theme.styled(figure, height_px=height_px)


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


def _points(points: pd.DataFrame, name: str, colour: str) -> Any:
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
            "size": 6 + 2.5 * np.log2(points["brands"].to_numpy(dtype=np.float64)).clip(max=6),
        },
        customdata=np.column_stack(
            [points[["train_rows", "test_rows", "brands"]].to_numpy(dtype=object), points["names"] + more]
        ),
        hovertemplate="%{customdata[3]}<br>%{customdata[2]:,} brands with %{customdata[0]:,} train rows and"
        " %{customdata[1]:,} test rows each<extra></extra>",
    )
