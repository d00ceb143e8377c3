"""What is picked in a chart: noted, kept, marked, said and taken back."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages._shell import choosing
from tests.pages.conftest import sound, texts


def script() -> None:
    import json

    import plotly.graph_objects as go
    import streamlit as st

    from pages import _shell as shell

    rows = st.slider("rows", 1, 5, 3)
    bars = go.Figure(go.Bar(x=["a", "b"], y=[rows, 2], customdata=[["a", 1], ["b", 2]]))
    picked = shell.choose(bars, key="bars", identity=1)
    if picked:
        shell.chips({"bars": f"only {picked.points[0][0]}", "other": "and more"})
    st.markdown(f"picked {picked.points}; marked {json.dumps(bars.data[0].selectedpoints)}")


def event(points: list[list[object]], box: list[dict[str, object]] | None = None) -> dict[str, object]:
    return {"selection": {"points": [{"customdata": custom} for custom in points], "box": box or []}}


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """A session state of the test's own, for what a browser would send."""
    state: dict[str, object] = {}
    monkeypatch.setattr(choosing.st, "session_state", state)
    return state


def test_a_pick_is_noted_by_the_identity_of_its_points(session: dict[str, object]) -> None:
    session["bars.0"] = event([["a", 3, "x"], ["b", 4, "y"], ["a", 3, "z"]])
    choosing._note("bars", "bars.0", 2)
    assert choosing.chosen("bars") == choosing.Selection((("a", 3.0), ("b", 4.0)))


def test_a_box_is_noted_with_its_range_and_points_without_identity_are_none(session: dict[str, object]) -> None:
    session["bars.0"] = event([["a"], []], [{"x": [7.5, 2.5], "y": [0, 1]}])
    choosing._note("bars", "bars.0", 1)
    corners = ((2.5, 0.0), (7.5, 0.0), (7.5, 1.0), (2.5, 1.0))
    assert choosing.chosen("bars") == choosing.Selection((("a",),), (2.5, 7.5), (corners,))
    session["bars.0"] = event([[]])
    choosing._note("bars", "bars.0", 1)
    assert not choosing.chosen("bars")


def test_a_lasso_is_noted_with_its_corners(session: dict[str, object]) -> None:
    session["map.0"] = event([[4]])
    session["map.0"]["selection"]["lasso"] = [{"x": [0, 1, 0.5], "y": [0, 0, 2]}]  # type: ignore[index]
    choosing._note("map", "map.0", 1)
    assert choosing.chosen("map") == choosing.Selection(((4.0,),), None, (((0.0, 0.0), (1.0, 0.0), (0.5, 2.0)),))


def test_an_event_of_a_chart_that_was_cleared_is_not_heard(session: dict[str, object]) -> None:
    session["bars.0"] = event([["a"]])
    choosing.clear_choice("bars")
    choosing._note("bars", "bars.0", 1)
    assert not choosing.chosen("bars")


def test_a_browser_may_send_a_mapping_of_positions() -> None:
    assert choosing._identity({"0": "a", "1": 2, "10": "z"}, 2) == ("a", 2.0)
    assert choosing._identity(None, 1) == choosing._identity("text", 1) == ()


def test_a_kept_pick_is_marked_said_and_stays_while_another_widget_moves() -> None:
    app = AppTest.from_function(script)
    app.session_state["shell.picked.bars"] = choosing._Pick(choosing.Selection((("b",),)), "", True)
    app.run()
    sound(app.slider[0].set_value(5).run())
    assert "picked (('b',),); marked [1]" in texts(app)
    assert [button.label for button in app.button] == ["Only b", "And more", "Clear all"]


@pytest.mark.parametrize("key", ["bars.clear", "bars.clear_all"])
def test_clearing_forgets_it_and_draws_another_chart(key: str) -> None:
    app = AppTest.from_function(script)
    app.session_state["shell.picked.bars"] = choosing._Pick(choosing.Selection((("b",),)), "", True)
    app.run()
    sound(app.button(key=key).click().run())
    assert "picked (); marked null" in texts(app)
    assert app.session_state["shell.turn.bars"] == 1
