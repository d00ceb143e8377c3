from __future__ import annotations

import pandas as pd

from core.figures import theme
from core.figures.gains import gain_intervals

NONE = float("nan")


def table(share: float = NONE) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "title": ["Words", "Quality words"],
            "verdict": ["gain", "no gain"],
            **{
                f"{name}_{end}": values
                for name, points in (("away", (0.5, 0.0)), ("alone", (9.0, 1.0)), ("share", (share, share)))
                for end, values in (
                    ("pct", list(points)),
                    ("low_pct", [point - 0.2 for point in points]),
                    ("high_pct", [point + 0.3 for point in points]),
                )
            },
        }
    )


def test_gains_stand_in_panels_of_their_own() -> None:
    figure = gain_intervals(table())
    assert [part.text for part in figure.layout.annotations] == ["among the others", "added alone"]
    first = figure.data[0]
    assert (first.name, list(first.x), list(first.y), first.marker.color) == ("gain", [0.5], ["Words"], theme.GOOD)
    assert [round(float(end), 6) for end in (first.error_x.array[0], first.error_x.arrayminus[0])] == [0.3, 0.2]
    assert [trace.xaxis for trace in figure.data] == ["x", "x", "x2", "x2"]
    assert list(figure.layout.yaxis.categoryarray) == ["Quality words", "Words"]


def test_shares_have_a_panel_when_there_are_any() -> None:
    assert [part.text for part in gain_intervals(table(2.0)).layout.annotations][-1] == "Shapley share"
