from __future__ import annotations

import pytest

from core.folds import random_plan
from core.jobs import list_jobs
from core.store import ArtifactStore
from core.train import TrainSpec, train
from core.types import Catalog
from tests.pages.conftest import Open, sound, texts


def quick_run(catalog: Catalog, store: ArtifactStore, *, seed: int = 0, block: str = "five_simple") -> str:
    spec = TrainSpec(family="lightgbm", blocks=(block,), seed=seed, max_rounds=10, min_leaf_rows=5)
    return train(catalog, random_plan(catalog), spec, store=store).run_id


def test_without_runs_it_says_so_and_a_preset_sets_the_blocks(open_page: Open, catalog: Catalog) -> None:
    app = open_page("train")
    assert "No run on this data yet" in texts(app)
    sound(app.button(key="train.preset.five-simple").click().run())
    assert app.session_state[f"train.blocks.{catalog.key}"] == ["five_simple"]


def test_train_starts_a_job_with_what_is_chosen(open_page: Open, catalog: Catalog) -> None:
    app = open_page("train")
    app.button(key="train.preset.five-simple").click().run()
    app.number_input(key="train.seed").set_value(3)
    sound(app.button(key="train.start").click().run())
    params = list_jobs()[0].params
    assert (params["family"], params["blocks"], params["seed"]) == ("lightgbm", ["five_simple"], 3)


def test_the_chosen_blocks_stay_over_a_page_change(open_page: Open, catalog: Catalog) -> None:
    app = open_page("train")
    app.button(key="train.preset.brand").click().run()
    chosen = app.session_state[f"train.blocks.{catalog.key}"]
    app.switch_page("pages/ensemble.py")
    app.run()
    app.switch_page("pages/train.py")
    sound(app.run())
    assert app.session_state[f"train.blocks.{catalog.key}"] == chosen


def test_a_run_shows_its_score_and_every_tab(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    run_id = quick_run(catalog, store)
    app = open_page("train")
    assert f"LightGBM {run_id[:6]}, " in texts(app)
    for tab in ("Folds", "Predictions", "Errors", "One product", "What moved the price"):
        app.session_state["train.tabs"] = tab
        sound(app.run())
    assert "SHAP values" in texts(app)


def test_another_catalogue_starts_with_its_own_blocks(open_page: Open, catalog: Catalog) -> None:
    app = open_page("train")
    app.button(key="train.preset.five-simple").click().run()
    sound(app.button(key="shell.use_demo").click().run())
    app.number_input(key="train.seed").set_value(1)
    sound(app.button(key="train.start").click().run())
    assert "brand_price" in list_jobs()[0].params["blocks"]


def test_one_product_is_found_and_what_if_answers(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    quick_run(catalog, store, block="size")
    app = open_page("train")
    app.session_state["train.tabs"] = "One product"
    sound(app.run())
    sound(app.text_input(key="train.product.words").set_value("1003").run())
    assert "train row 1003" in texts(app)
    sound(app.toggle(key="train.what_if").set_value(True).run())
    assert "Nothing is changed yet" in texts(app)
    packages = next(item for item in app.number_input if item.label == "Packages")
    sound(packages.set_value(24.0).run())
    assert "Nothing is changed yet" not in texts(app)
    assert "New price: $" in texts(app)


def test_a_slice_of_errors_is_sent_to_the_row_browser(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    quick_run(catalog, store)
    app = open_page("train")
    app.session_state["train.tabs"] = "Errors"
    sound(app.run())
    label = app.selectbox(key="train.slice.price_band").value
    sound(app.button(key="train.send").click().run())
    app.switch_page("pages/features.py")
    sound(app.run())
    cleared = app.button(key="features.sent.clear")
    assert label.replace("$", "\\$") in cleared.label
    count = int(cleared.label.split(": ")[-1].split(" ")[0])
    assert 0 < count < 100 and f"{count} product" in texts(app)
    sound(cleared.click().run())
    assert "140 products found" in texts(app)


def test_a_worst_row_is_looked_at(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    quick_run(catalog, store)
    app = open_page("train")
    app.session_state["train.tabs"] = "Errors"
    sound(app.run())
    why = next(item for item in app.button if item.label == "Why?")
    sample_id = str(why.key).rsplit(".", 1)[-1]
    sound(why.click().run())
    assert f"train row {sample_id}" in texts(app)


def test_what_takes_long_to_make_ready_is_left_to_a_job(
    open_page: Open, catalog: Catalog, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = quick_run(catalog, store, block="size")
    monkeypatch.setattr("pages._train.what_if.PAGE_S", 0.0)
    app = open_page("train")
    app.session_state["train.tabs"] = "One product"
    sound(app.run())
    assert "for Size and pack" in texts(app)
    sound(app.toggle(key="train.what_if").set_value(True).run())
    assert "To be made once for this run: the reading of brands" in texts(app)
    sound(app.button(key="train.what_if.make").click().run())
    (job,) = (job for job in list_jobs() if job.kind == "what_if")
    assert job.params["run_id"] == run_id


def test_the_decision_is_calibrated_on_the_page(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    quick_run(catalog, store)
    app = open_page("train")
    app.session_state["train.tabs"] = "Errors"
    assert "Had every price been multiplied by one factor; lowest at × " in texts(sound(app.run()))
