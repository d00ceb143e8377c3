"""The calls that take a whole catalogue: they agree with the pure functions, and the cache gives back the same."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core.catalog import DemoSpec, read_catalog, write_demo
from core.errors import AlignmentError, InputError
from core.features import brands, size_table
from core.folds import random_plan
from core.shift import (
    COMPARED,
    SETTINGS,
    Predictions,
    brand_overlap,
    brands_apart,
    catalog_adversarial,
    catalog_forecast,
    catalog_overlap,
    choose_value,
    find_adversarial,
    find_gap,
    gap_ladder,
    product_rows,
    shift_columns,
    unseen_change,
)
from core.shift.columns import modalities_of
from core.store import ArtifactStore
from core.train import TrainSpec, train
from core.types import Catalog, SplitFrame


def test_overlap_from_the_cache_is_the_pure_one(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    plain = brand_overlap(brands(tiny_catalog, store=store).value, tiny_catalog.price)
    for _ in range(2):
        found = catalog_overlap(tiny_catalog, store=store)
        pd.testing.assert_frame_equal(found.table, plain.table)
        pd.testing.assert_series_equal(found.test_level, plain.test_level)
    assert found.rows_pct["unseen"] > 10


@pytest.mark.parametrize("column", COMPARED)
def test_every_compared_column_covers_all_test_rows(tiny_catalog: Catalog, store: ArtifactStore, column: str) -> None:
    found = catalog_overlap(tiny_catalog, store=store, column=column)
    assert sum(found.rows_pct.values()) == pytest.approx(100.0)
    assert found.table["test_rows"].sum() == (found.test_level != "unknown").sum()


def test_an_unknown_column_is_told(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    with pytest.raises(InputError, match="'maker' is not compared"):
        catalog_overlap(tiny_catalog, store=store, column="maker")


def test_rows_of_one_brand_on_both_sides(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    overlap = catalog_overlap(tiny_catalog, store=store)
    table = overlap.table
    key = str(table.index[(table["train_rows"] > 0) & (table["test_rows"] > 0)][0])
    chosen = choose_value(overlap, key)
    sizes = size_table(tiny_catalog, store=store)
    rows = product_rows(tiny_catalog, sizes, train=chosen.train, test=chosen.test)
    assert (
        rows["side"].value_counts().to_dict()
        == table.loc[key, ["train_rows", "test_rows"]].set_axis(["train", "test"]).to_dict()
    )
    assert set(rows["brand"]) == {table.loc[key, "label"]}
    assert (rows["price"].notna() == (rows["side"] == "train")).all()


def test_shift_columns_are_exchangeable_in_name_and_see_no_price(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    plan = random_plan(tiny_catalog)
    columns = shift_columns(tiny_catalog, plan, store=store).value
    assert set(modalities_of(columns.columns)) == {"text", "size", "brand"}
    dearer = Catalog(
        tiny_catalog.name, tiny_catalog.items, tiny_catalog.price * 3, tiny_catalog.key, sides=tiny_catalog.sides
    )
    again = shift_columns(dearer, plan, store=ArtifactStore(store.root / "other")).value
    pd.testing.assert_frame_equal(columns.train, again.train)


def test_adversarial_is_kept_as_it_was(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    plan = random_plan(tiny_catalog)
    assert find_adversarial(tiny_catalog, plan, store=store) is None
    first = catalog_adversarial(tiny_catalog, plan, store=store)
    second = find_adversarial(tiny_catalog, plan, store=store)
    assert second is not None
    assert (first.auc, first.by_modality) == (second.auc, second.by_modality)
    pd.testing.assert_frame_equal(first.propensity.train, second.propensity.train)
    pd.testing.assert_frame_equal(first.top_columns, second.top_columns)


def test_unseen_change_compares_test_with_validation_rows(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    plan = random_plan(tiny_catalog)
    train, test = tiny_catalog.items.train.index, tiny_catalog.items.test.index
    keys = pd.Series([f"only{i}" for i in range(len(train))], index=train)
    alone = SplitFrame(keys.to_frame("brand_key"), pd.DataFrame({"brand_key": "only0"}, index=test))
    # Each train row is new to its fold; a test row's brand is known to every fold model but the one that left it out.
    assert unseen_change(alone, plan) == pytest.approx(0.2 - 1.0, abs=0.1)


def test_the_ladder_rises_from_the_leak_to_the_unseen_brands(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    assert find_gap(tiny_catalog, store=store) is None
    steps = gap_ladder(tiny_catalog, store=store)
    assert [step.setting for step in steps] == list(SETTINGS)
    score = {step.setting: step.oof_smape_pct for step in steps}
    assert score["in_sample_brand_price"] < score["out_of_fold"] < score["brand_grouped"]
    assert score["all_text"] < score["five_simple"]
    assert find_gap(tiny_catalog, store=store) == steps


def test_forecast_of_a_run(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    plan = random_plan(tiny_catalog)
    spec = TrainSpec("lightgbm", ("five_simple", "brand_price"), learning_rate=0.2, max_rounds=20, min_leaf_rows=5)
    run = train(tiny_catalog, plan, spec, store=store)
    predictions = Predictions(run.oof_log_price, run.test_fold_log_price)
    plain = catalog_forecast(tiny_catalog, plan, predictions, store=store)
    assert plain.low_pct < plain.smape_pct < plain.high_pct
    assert plain.parts["out_of_fold"] == pytest.approx(run.oof_smape_pct)
    assert plain.parts["ensemble"] < 0
    assert plain.warnings == ()
    with pytest.raises(AlignmentError):
        shuffled = Predictions(run.oof_log_price.iloc[::-1], run.test_fold_log_price)
        catalog_forecast(tiny_catalog, plan, shuffled, store=store)


def test_brands_are_held_apart_only_when_test_has_more_new_ones(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    plan = random_plan(tiny_catalog)
    spec = TrainSpec("lightgbm", ("five_simple",), learning_rate=0.2, max_rounds=20, min_leaf_rows=5)
    assert brands_apart(tiny_catalog, plan, spec, store=store) is None


def test_brands_apart_lift_the_forecast_of_a_test_full_of_new_brands(tmp_path: Path, store: ArtifactStore) -> None:
    files = write_demo(tmp_path, DemoSpec(rows=300, unseen=0.9, seed=1, photos=0))
    catalog = read_catalog(files.train, files.test)
    plan = random_plan(catalog)
    spec = TrainSpec("lightgbm", ("five_simple", "brand_price"), learning_rate=0.2, max_rounds=20, min_leaf_rows=5)
    run = train(catalog, plan, spec, store=store)
    apart = brands_apart(catalog, plan, spec, store=store)
    assert apart is not None
    assert apart.plan.kind == "brand_grouped"
    pd.testing.assert_series_equal(apart.ordinary_oof_log_price, run.oof_log_price)
    predictions = Predictions(run.oof_log_price, run.test_fold_log_price)
    plain, both = (catalog_forecast(catalog, plan, predictions, store=store, apart=a) for a in (None, apart))
    assert both.parts["mix"] != pytest.approx(plain.parts["mix"])
    # A model twice as far off is expected to be so on new brands too.
    worse = Predictions(run.oof_log_price + 0.5, run.test_fold_log_price)
    assert catalog_forecast(catalog, plan, worse, store=store, apart=apart).smape_pct > both.smape_pct + 5
