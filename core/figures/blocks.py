"""Figure of the score against the number of blocks: runs, their frontier, the baseline, and a forward path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from core.figures import theme

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

VERDICT_COLOURS: Final[Mapping[str, str]] = {"real": theme.GOOD, "noise": theme.NEUTRAL, "": theme.NEUTRAL}
_PATH = theme.CATEGORIES[1]


def score_by_blocks(
    runs: pd.DataFrame, small: pd.DataFrame, path: pd.DataFrame, *, baseline_smape_pct: float | None
) -> go.Figure:
    """Every run as a point, the frontier as steps; the verdict of each step stands beside it.

    Args:
        runs: ``n_blocks``, ``smape_pct``, ``title``, ``best`` and ``frontier`` (true or false), ``verdict`` (of the
            step to this run on the frontier: "real", "noise" or "") and ``change_pct`` (its change of SMAPE).
        small: ``n_blocks``, ``smape_pct``, ``said``: sets of blocks by the small model of the block gains.
        path: ``n_blocks``, ``smape_pct``, ``title`` (of the block added), ``verdict``: by quick looks.
        baseline_smape_pct: Of the five simple columns; None without a run of them.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    if len(small):
        _add(figure, small, small["said"], "block gains, small model", theme.NEUTRAL, symbol="diamond-open", size=7)
    if len(path):
        _add(figure, path, "+ " + path["title"], "forward path, quick look", _PATH, lines="dash", size=8)
    others = runs[~runs["best"]] if len(runs) else runs
    if len(others):
        _add(figure, others, others["title"], "other runs", theme.faint(theme.TRAIN, 0.35), size=7)
    best = runs[runs["best"] & ~runs["frontier"]] if len(runs) else runs
    if len(best):
        _add(figure, best, best["title"], "best of its number", theme.TRAIN, symbol="circle-open", size=10)
    frontier = runs[runs["frontier"]] if len(runs) else runs
    if len(frontier):
        _add(figure, frontier, frontier["title"], "frontier", theme.TRAIN, lines="solid", size=12)
        _verdicts(figure, frontier)
    if baseline_smape_pct is not None:
        figure.add_hline(
            y=baseline_smape_pct,
            line_dash="dot",
            line_color=theme.NEUTRAL,
            annotation_text=f"five simple columns, {baseline_smape_pct:.2f} %",
            annotation_position="top right",
        )
    most = max([int(table["n_blocks"].max()) for table in (runs, small, path) if len(table)], default=1)
    figure.update_xaxes(range=[-0.5 if len(small) else 0.5, most + 0.9], dtick=1 if most <= 20 else None)
    figure.update_yaxes(ticksuffix=" %")
    return theme.styled(figure, x_title="feature blocks", y_title="SMAPE out of fold", height_px=430)


def _add(
    figure: go.Figure,
    table: pd.DataFrame,
    said: pd.Series,
    name: str,
    colour: str,
    *,
    size: int,
    lines: str = "",
    symbol: str = "circle",
) -> None:
    line: dict[str, Any] = {"line": {"color": colour, "dash": lines, "width": 2}} if lines else {}
    if lines == "solid":
        # A larger set only counts from its own number on.
        line["line"]["shape"] = "hv"
    figure.add_scatter(
        x=table["n_blocks"],
        y=table["smape_pct"],
        mode="lines+markers" if lines else "markers",
        name=name,
        marker={"color": colour, "size": size, "symbol": symbol},
        customdata=said.to_numpy(),
        hovertemplate=f"%{{x}} blocks: %{{y:.2f}} %<br>%{{customdata}}<extra>{name}</extra>",
        **line,
    )


def _verdicts(figure: go.Figure, frontier: pd.DataFrame) -> None:
    """Above the step of each point of the frontier but the first: what the step to it is."""
    for line in frontier[frontier["verdict"] != ""].to_dict("records"):
        figure.add_annotation(
            x=line["n_blocks"],
            y=line["smape_pct"],
            xshift=4,
            yshift=5,
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
            text=f"{line['verdict']}, {line['change_pct']:+.2f}".replace("-", "−"),
            font={"color": VERDICT_COLOURS[str(line["verdict"])], "size": 12},
        )
