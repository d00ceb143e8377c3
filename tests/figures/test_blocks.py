from __future__ import annotations

import pandas as pd

from core.figures import blocks as figures

RUNS = pd.DataFrame(
    {
        "n_blocks": [1, 1, 2, 3],
        "smape_pct": [60.0, 61.0, 55.0, 56.0],
        "title": ["a", "b", "c", "d"],
        "best": [True, False, True, True],
        "frontier": [True, False, True, False],
        "verdict": ["", "", "real", ""],
        "change_pct": [float("nan"), float("nan"), -5.0, float("nan")],
    }
)
NONE = pd.DataFrame(columns=["n_blocks", "smape_pct", "said"])
NO_PATH = pd.DataFrame(columns=["n_blocks", "smape_pct", "title", "verdict"])


def test_the_frontier_is_stepped_with_its_verdict_and_the_baseline_drawn() -> None:
    figure = figures.score_by_blocks(RUNS, NONE, NO_PATH, baseline_smape_pct=64.0)
    traces = {trace.name: trace for trace in figure.data}
    assert set(traces) == {"other runs", "best of its number", "frontier"}
    assert list(traces["frontier"].x) == [1, 2] and traces["frontier"].line.shape == "hv"
    assert list(traces["other runs"].y) == [61.0]
    said = [note.text for note in figure.layout.annotations]
    assert "real, −5.00" in said and "five simple columns, 64.00 %" in said
    assert figure.layout.shapes[0].y0 == 64.0


def test_a_path_and_the_small_model_are_told_apart_from_full_runs() -> None:
    small = pd.DataFrame({"n_blocks": [0, 1], "smape_pct": [73.0, 62.0], "said": ["the median price", "five_simple"]})
    path = pd.DataFrame(
        {"n_blocks": [1, 2], "smape_pct": [58.0, 56.0], "title": ["Words", "Size"], "verdict": ["", "better"]}
    )
    figure = figures.score_by_blocks(RUNS.iloc[:0], small, path, baseline_smape_pct=None)
    traces = {trace.name: trace for trace in figure.data}
    assert set(traces) == {"block gains, small model", "forward path, quick look"}
    assert list(traces["forward path, quick look"].customdata) == ["+ Words", "+ Size"]
    assert traces["forward path, quick look"].line.dash == "dash"
    assert len(figure.layout.shapes) == 0
    assert figure.layout.xaxis.range[0] < 0
