from __future__ import annotations

from core.folds import random_plan
from core.jobs import list_jobs
from core.pipeline import keep_report
from core.sentinel import CHECKS
from core.shift import catalog_told, gap_ladder
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
    for tab, words in (("Train against test", "shift"), ("The gap", "Five simple columns")):
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
