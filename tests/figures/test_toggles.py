from __future__ import annotations

import pandas as pd

from core.figures import theme, toggles


def test_points_stand_in_order_and_are_coloured_by_what_the_toggle_did() -> None:
    table = pd.DataFrame(
        {
            "smape_pct": [52.0, 51.5, 51.6],
            "changed": ["3 blocks", "Words on", "Size off"],
            "verdict": ["", "better", "noise"],
        }
    )
    line = toggles.toggle_trail(table).data[0]
    assert list(line.y) == [52.0, 51.5, 51.6]
    assert list(line.marker.color) == [theme.TRAIN, theme.GOOD, theme.NEUTRAL]
    assert line.customdata[1][0] == "Words on"


def test_one_point_alone_has_room_around_it() -> None:
    figure = toggles.toggle_trail(pd.DataFrame({"smape_pct": [52.0], "changed": ["x"], "verdict": [""]}))
    low, high = figure.layout.yaxis.range
    assert low < 52.0 < high
