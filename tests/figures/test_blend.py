from __future__ import annotations

import numpy as np
import pandas as pd

from core.figures import blend, theme


def test_the_path_marks_each_pick_by_its_member() -> None:
    figure = blend.greedy_path(["a", "b", "a"], [54.0, 53.0, 53.2], 2)
    line, a, b = figure.data
    assert list(line.y) == [54.0, 53.0, 53.2]
    assert (a.name, list(a.x), list(a.y)) == ("a", [1, 3], [54.0, 53.2])
    assert (b.name, list(b.x)) == ("b", [2])
    assert figure.layout.shapes[0].x0 == 2


def test_what_costs_nothing_is_grey() -> None:
    bars = blend.leaving_out(["a", "b"], np.array([0.2, -0.05])).data[0]
    assert list(bars.marker.color) == [theme.GOOD, theme.NEUTRAL]
    assert list(bars.text) == ["+0.200", "-0.050"]


def test_gains_are_coloured_by_their_intervals() -> None:
    table = pd.DataFrame(
        {
            "label": ["all", "cheap", "dear"],
            "rows": [3000, 1000, 2],
            "gain_pct": [0.3, -0.5, 0.1],
            "low_pct": [0.1, -0.9, -np.inf],
            "high_pct": [0.5, -0.1, np.inf],
            "blend_smape_pct": [50.0, 60.0, 40.0],
            "best_smape_pct": [50.3, 59.5, 40.1],
        }
    )
    points = blend.gains(table).data[0]
    assert list(points.y) == ["all (3,000)", "cheap (1,000)", "dear (2)"]
    assert list(points.marker.color) == [theme.GOOD, theme.BAD, theme.NEUTRAL]
    assert np.allclose(points.error_x.array, [0.2, 0.4, 0.0])


def test_members_that_are_one_part_stand_out() -> None:
    table = pd.DataFrame(
        {
            "part": ["size", "k1", "words"],
            "is_member": [False, True, False],
            "mean_abs_shap": [0.3, 0.2, 0.1],
            "share_pct": [50.0, 33.0, 17.0],
        }
    )
    figure = blend.reasons(table, {"k1": "theirs"})
    blocks, members = figure.data
    assert list(blocks.y) == ["size", "words"]
    assert list(members.y) == ["theirs"]
    assert list(figure.layout.yaxis.categoryarray) == ["size", "theirs", "words"]
    assert not blend.reasons(table[~table["is_member"]], {}).layout.showlegend
