from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.folds import random_plan
from core.jobs import list_jobs
from core.pipeline import keep_report
from core.sentinel import CHECKS
from core.shift import (
    NEAR_KINDS,
    TWIN_KINDS,
    OwnScores,
    Reference,
    catalog_overlap,
    catalog_told,
    choose_levels,
    chosen_values,
    explain_gap,
    find_own_scores,
    gap_ladder,
)
from core.store import ArtifactStore
from core.types import Catalog
from pages._brand_shift import duplicates as panel
from pages._shell.choosing import Selection, _Pick
from tests.pages.conftest import Open, sound, texts

TABS = (
    "By category",
    "By price band",
    "Other columns",
    "Duplicates",
    "Train against test",
    "The gap",
    "Forecast",
    "Leak sentinel",
    "Brands",
)


def test_first_render_answers_before_any_click(open_page: Open, catalog: Catalog) -> None:
    app = open_page("brand_shift")
    said = texts(app)
    assert "Does the test file show brands that train never taught?" in said
    assert "Unseen: " in said
    assert "not measured yet" in said


def test_the_threshold_moves_rows_from_well_to_rare(open_page: Open, catalog: Catalog) -> None:
    app = open_page("brand_shift")
    before = {item.label: item.value for item in app.metric}
    sound(app.slider(key="brand.rare_below").set_value(30).run())
    after = {item.label: item.value for item in app.metric}
    assert before["Unseen"] == after["Unseen"]
    assert float(after["Rare"].split()[0]) > float(before["Rare"].split()[0])


def test_every_tab_opens(open_page: Open, catalog: Catalog) -> None:
    app = open_page("brand_shift")
    for tab in TABS:
        app.session_state["brand.tabs"] = tab
        sound(app.run())


def test_searching_a_brand_shows_its_rows(open_page: Open, catalog: Catalog) -> None:
    app = open_page("brand_shift")
    sound(app.text_input(key="brand.search").set_value("quillmoor").run())
    assert "Quillmoor" in [item.value for item in app.subheader]
    sound(app.text_input(key="brand.search").set_value("no such brand").run())
    assert "No brand holds" in texts(app)


def test_measuring_starts_a_job(open_page: Open, catalog: Catalog) -> None:
    app = open_page("brand_shift")
    app.session_state["brand.tabs"] = "The gap"
    sound(app.run())
    sound(app.button(key="brand.measure_gap").click().run())
    assert list_jobs()[0].kind == "diagnose"


def test_what_was_measured_is_shown(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    found = catalog_told(catalog, random_plan(catalog, seed=0), store=store).adversarial
    gap_ladder(catalog, store=store)
    app = open_page("brand_shift")
    said = texts(app)
    assert "not measured yet" not in said
    assert f"{found.auc:.3f}" in said
    for tab, words in (("Train against test", "shift"), ("The gap", "Does complexity earn its place?")):
        app.session_state["brand.tabs"] = tab
        assert words in texts(sound(app.run()))


def test_the_sentinels_verdicts_are_shown_with_their_remedies(
    open_page: Open, catalog: Catalog, store: ArtifactStore
) -> None:
    lines = [
        {"check": "own_price", "verdict": "pass", "evidence": "Nothing moved."},
        {"check": "duplicates", "verdict": "warn", "evidence": "9 of 100 rows have a twin_."},
    ]
    keep_report({"command": "diagnose", "sentinel": lines}, catalog.key, store=store)
    app = open_page("brand_shift")
    app.session_state["brand.tabs"] = "Leak sentinel"
    said = texts(sound(app.run()))
    assert said.index("9 of 100 rows have a twin_.") < said.index("Nothing moved.")
    assert CHECKS["duplicates"].remedy in said
    assert CHECKS["own_price"].remedy not in said


def test_the_sentinel_offers_to_measure_where_nothing_was_run(open_page: Open, catalog: Catalog) -> None:
    app = open_page("brand_shift")
    app.session_state["brand.tabs"] = "Leak sentinel"
    sound(app.run())
    sound(app.button(key="brand.measure_sentinel").click().run())
    assert list_jobs()[0].kind == "diagnose"


def pick(app: AppTest, key: str, *points: tuple[object, ...]) -> AppTest:
    """As if the user had picked these points in that chart."""
    app.session_state[f"shell.picked.{key}"] = _Pick(Selection(points), "", True)
    return sound(app.run())


def test_what_is_picked_filters_brands_and_rows_until_it_is_cleared(
    open_page: Open, catalog: Catalog, store: ArtifactStore
) -> None:
    overlap = catalog_overlap(catalog, store=store)
    choice = choose_levels(overlap, ["well"])
    brands = len(chosen_values(overlap, choice).table)
    app = pick(open_page("brand_shift"), "brand.levels", ("well",))
    assert f"{brands} of {brands} chosen of {len(overlap.table)} brands" in texts(app)
    pick(app, "brand.curve", (1000.0,))
    assert "No row is in all of these choices" in texts(app)
    sound(app.button(key="brand.curve.clear").click().run())
    app.segmented_control(key="brand.view").set_value("rows")
    sound(app.run())
    rows = next(item.value for item in app.dataframe if "unit price" in item.value)
    assert len(rows) == choice.n_rows > 0
    sound(app.slider(key="brand.rare_below").set_value(30).run())
    assert [button.label for button in app.button if button.key == "brand.levels.clear"] == ["Brands shown well"]


@pytest.mark.parametrize(
    ("tab", "chart", "point", "said"),
    [
        ("By category", "brand.by_category", ("pantry", "well"), "Pantry (brand shown well)"),
        ("By price band", "brand.by_price", (0.0, "well"), "Train rows at \\$"),
    ],
)
def test_a_piece_of_a_bar_shows_its_rows(
    open_page: Open, catalog: Catalog, tab: str, chart: str, point: tuple[object, ...], said: str
) -> None:
    app = open_page("brand_shift")
    app.session_state["brand.tabs"] = tab
    pick(app, chart, point)
    assert any(button.label.startswith(said) for button in app.button)
    assert any("Rows of the choice (" in str(item.options) for item in app.segmented_control)


@pytest.mark.parametrize("column", ["category", "unit", "pack"])
def test_another_column_has_the_same_views(open_page: Open, catalog: Catalog, column: str) -> None:
    app = open_page("brand_shift")
    app.session_state["brand.tabs"] = "Other columns"
    app.session_state["brand.other"] = column
    said = texts(sound(app.run()))
    assert f"Each {column}'s rows in both files" in said
    pick(app, f"brand.other.{column}.levels", ("well",))
    assert f"brand.other.{column}.levels.clear" in [button.key for button in app.button]


def test_duplicates_of_a_small_file_are_found_at_once(open_page: Open, catalog: Catalog) -> None:
    app = open_page("brand_shift")
    app.session_state["brand.tabs"] = "Duplicates"
    said = texts(sound(app.run()))
    assert "no bound for a model that sees text and photo" in said
    before = next(item.value for item in app.dataframe if "groups across" in item.value)
    assert before["kind"].tolist() == list(TWIN_KINDS)
    sound(app.slider(key="brand.near_from").set_value(80).run())
    after = next(item.value for item in app.dataframe if "groups across" in item.value)
    assert after["train rows"].iloc[-1] >= before["train rows"].iloc[-1]


def test_duplicates_of_a_large_file_are_a_jobs_work(
    open_page: Open, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panel, "NEAR_AT_ONCE", 10)
    app = open_page("brand_shift")
    app.session_state["brand.tabs"] = "Duplicates"
    sound(app.run())
    table = next(item.value for item in app.dataframe if "groups across" in item.value)
    assert table["kind"].tolist() == [kind for kind in TWIN_KINDS if kind not in NEAR_KINDS]
    sound(app.button(key="brand.measure_near").click().run())


def gap_page(open_page: Open) -> AppTest:
    app = open_page("brand_shift")
    app.session_state["brand.tabs"] = "The gap"
    return sound(app.run())


def own_key(catalog: Catalog, field: str) -> str:
    return f"brand.own.{catalog.key[:12]}.{field}"


def test_own_scores_are_explained_and_kept_over_a_restart(
    open_page: Open, catalog: Catalog, store: ArtifactStore
) -> None:
    steps = gap_ladder(catalog, store=store)
    report = {
        "command": "diagnose",
        "cv": {"smape_pct": 52.0},
        "forecast": {"smape_pct": 51.0, "low_pct": 49.0, "high_pct": 53.0},
    }
    keep_report(report, catalog.key, store=store)
    app = gap_page(open_page)
    assert "Type both to read which" in texts(app)
    app.number_input(key=own_key(catalog, "validation_pct")).set_value(45.76)
    sound(app.number_input(key=own_key(catalog, "leaderboard_pct")).set_value(51.5).run())
    scores = OwnScores(45.76, 51.5)
    reference = Reference.from_report(report)
    found = explain_gap(scores, steps, n_validation=catalog.n_train, n_test=catalog.n_test, reference=reference)
    for sentence in found.said:
        assert sentence in texts(app)
    assert find_own_scores(catalog.key, store=store) == {"validation_pct": 45.76, "leaderboard_pct": 51.5}

    again = gap_page(open_page)
    assert again.number_input(key=own_key(catalog, "validation_pct")).value == 45.76
    assert found.said[0] in texts(again)
    sound(again.number_input(key=own_key(catalog, "n_scored")).set_value(5).run())
    assert "5 leaderboard rows" in texts(again)


def test_a_score_that_nobody_has_is_refused_in_words(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    gap_ladder(catalog, store=store)
    app = gap_page(open_page)
    app.number_input(key=own_key(catalog, "validation_pct")).set_value(0.0)
    app.number_input(key=own_key(catalog, "leaderboard_pct")).set_value(51.5).run()
    assert [item.value for item in app.exception] == []
    assert "hit to the cent" in "".join(item.value for item in app.error)
    assert "Does complexity earn its place?" in texts(app)


def test_the_forecast_is_shown_with_what_goes_into_it(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    parts = {
        "out_of_fold": 52.0,
        "corrected": 50.9,
        "mix": 0.4,
        "ensemble": -1.2,
        "se_rows": 0.7,
        "se_brands": 0.2,
        "se_shift": 0.0,
        "se_doubt": 3.0,
    }
    found = {"smape_pct": 51.2, "low_pct": 46.1, "high_pct": 56.3, "level": 0.9, "parts": parts, "warnings": ["test_x"]}
    keep_report({"command": "run", "cv": {"smape_pct": 52.0}, "forecast": found}, catalog.key, store=store)
    app = open_page("brand_shift")
    app.session_state["brand.tabs"] = "Forecast"
    said = texts(sound(app.run()))
    for words in (
        "Forecast: 51.20 %",
        "46.10 to 56.30 at 90 %; 40 test rows",
        "Plain CV: 52.00 %",
        "Test's mix adds: +0.40",
        "Averaging takes: −1.20",
        "Hard to forecast: test_x.",
        "What it cannot know",
    ):
        assert words in said


def test_the_forecast_offers_to_measure_where_nothing_was_run(open_page: Open, catalog: Catalog) -> None:
    app = open_page("brand_shift")
    app.session_state["brand.tabs"] = "Forecast"
    sound(app.run())
    sound(app.button(key="brand.measure_forecast").click().run())
    assert list_jobs()[0].kind == "diagnose"
