from __future__ import annotations

from pathlib import Path

import pytest

import core.config
from core.store import ArtifactStore
from core.types import Catalog
from pages._ensemble.ways import WAY
from tests.pages.conftest import TEST_ROWS, Open, sound, texts
from tests.pages.test_train import quick_run

TAB = "ensemble.tab"


@pytest.fixture
def members(catalog: Catalog, store: ArtifactStore) -> list[str]:
    return [quick_run(catalog, store, block="five_simple"), quick_run(catalog, store, block="text_stats")]


def test_without_runs_it_says_what_to_do(open_page: Open, catalog: Catalog) -> None:
    assert "No run on this data yet" in texts(open_page("ensemble"))


def test_a_slider_changes_the_live_score_and_weighs_by_hand(open_page: Open, members: list[str]) -> None:
    app = open_page("ensemble")
    assert app.selectbox(key=WAY).value == "suggested"
    for weight, name in zip((1.0, 0.0), members, strict=True):
        app.slider(key=f"ensemble.weight.{name}").set_value(weight)
    sound(app.run())
    assert app.selectbox(key=WAY).value == "manual:log"
    before = score(app)
    for weight, name in zip((0.0, 1.0), members, strict=True):
        app.slider(key=f"ensemble.weight.{name}").set_value(weight)
    sound(app.run())
    assert score(app) != before


def score(app, label: str = "Your weights") -> str:  # type: ignore[no-untyped-def]
    return next(item.value for item in app.metric if item.label == label)


def test_the_suggested_weights_come_back_by_the_button(open_page: Open, members: list[str]) -> None:
    app = open_page("ensemble")
    at_first = [item.value for item in app.slider]
    app.slider(key=f"ensemble.weight.{members[0]}").set_value(0.37).run()
    sound(app.button(key="ensemble.suggest").click().run())
    assert [item.value for item in app.slider] == at_first
    assert app.selectbox(key=WAY).value == "suggested"


def test_all_weights_zero_is_told(open_page: Open, members: list[str]) -> None:
    app = open_page("ensemble")
    for name in members:
        app.slider(key=f"ensemble.weight.{name}").set_value(0.0)
    assert "All weights are zero" in texts(sound(app.run()))
    app.session_state[TAB] = "Submission"
    assert "Raise at least one under Weights" in texts(sound(app.run()))


def test_the_file_is_written_with_every_test_row(
    open_page: Open, members: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("ensemble")
    app.session_state[TAB] = "Submission"
    app.run()
    monkeypatch.setattr(core.config, "PROJECT_ROOT", tmp_path)
    sound(app.button(key="ensemble.write").click().run())
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["bundle.zip", "test_out.csv"]
    lines = (tmp_path / "out" / "test_out.csv").read_text().splitlines()
    assert lines[0] == "sample_id,price"
    assert len(lines) == TEST_ROWS + 1


def test_every_tab_opens(open_page: Open, members: list[str]) -> None:
    app = open_page("ensemble")
    for tab, said in {
        "Methods": "Path of the greedy",
        "Members": "Correlation of log errors",
        "Bring members": "Bring predictions of any model",
        "Where it wins": "Over all rows the blend gains",
        "Why": "add up to the blend's log price",
        "Submission": "checks",
    }.items():
        app.session_state[TAB] = tab
        sound(app.run())
        everything = texts(app) + " ".join(item.label for item in app.expander)
        assert said in everything, tab


def test_every_way_to_blend_is_held_against_the_others_and_can_be_taken(open_page: Open, members: list[str]) -> None:
    app = open_page("ensemble")
    app.session_state[TAB] = "Methods"
    sound(app.run())
    table = next(frame.value for frame in app.dataframe if "optimism" in frame.value.columns)
    assert table["verdict"].tolist().count("suggested") == 1
    assert len(table) == 8
    assert (table["nested"] >= table["in sample"] - 1e-9).all()
    # No line is picked: the suggested one's is shown.
    sound(app.button(key="ensemble.take").click().run())
    suggested = table[table["verdict"] == "suggested"].iloc[0]
    assert app.selectbox(key=WAY).value.endswith(f":{suggested['space']}")
    assert score(app, "This blend, nested") == f"{suggested['nested']:.2f} %"
    sound(app.selectbox(key=WAY).set_value("single:log").run())
    assert score(app, "This blend, nested") == f"{table['nested'][0]:.2f} %"
    app.session_state[TAB] = "Weights"
    sound(app.run())
    assert sorted(item.value for item in app.slider) == [0.0, 1.0]
