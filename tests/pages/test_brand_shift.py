from __future__ import annotations

from streamlit.testing.v1 import AppTest

from core.folds import random_plan
from core.jobs import list_jobs
from core.pipeline import keep_report
from core.sentinel import CHECKS
from core.shift import OwnScores, Reference, catalog_adversarial, explain_gap, find_own_scores, gap_ladder
from core.store import ArtifactStore
from core.types import Catalog
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
    found = catalog_adversarial(catalog, random_plan(catalog, seed=0), store=store)
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
