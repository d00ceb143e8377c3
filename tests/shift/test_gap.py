"""The ladder's steps: what they are compared with, and how they are read again."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.features import brands
from core.folds import random_plan
from core.metrics import row_smape_pct, to_price
from core.presets import DEFAULT_PRESET, PRESETS
from core.shift import SETTINGS, GapStep, gap_fits, gap_ladder
from core.shift.gap_fits import ALL_TEXT, BRAND_PRICE, SMALL
from core.shift.paired import clustered
from core.shift.spread import brand_codes
from core.store import ArtifactStore
from core.train import train
from core.types import Catalog, FloatArray, SplitFrame


@pytest.fixture(autouse=True)
def few_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ladder's largest step without its slow blocks; the catalogue tests fit it in full."""
    monkeypatch.setattr(gap_fits, "ALL_TEXT", ("size", "brand_price"))


def by_name(steps: list[GapStep]) -> dict[str, GapStep]:
    return {step.setting: step for step in steps}


def test_each_change_is_the_paired_difference_on_the_same_rows_and_draws(
    tiny_catalog: Catalog, store: ArtifactStore
) -> None:
    steps = by_name(gap_ladder(tiny_catalog, store=store, seed=3))

    def errors(draw: int, *blocks: str) -> FloatArray:
        spec = replace(SMALL, blocks=blocks, seed=draw)
        run = train(tiny_catalog, random_plan(tiny_catalog, seed=draw), spec, store=store, record=False)
        return row_smape_pct(tiny_catalog.price, to_price(run.oof_log_price))

    honest = [errors(draw, *BRAND_PRICE) for draw in (3, 4, 5)]
    simple = [errors(draw, "five_simple") for draw in (3, 4, 5)]
    (code,) = brand_codes(brands(tiny_catalog, store=store).value.train["brand_key"].to_numpy(dtype=object))
    rows = clustered(np.mean(simple, axis=0) - np.mean(honest, axis=0), code)
    found = steps["five_simple"]
    assert (found.change_pct, found.against) == (pytest.approx(rows.mean), "out_of_fold")
    # Rows, and the draws on top of them.
    assert found.change_low_pct < rows.low
    assert found.change_high_pct > rows.high
    assert found.oof_smape_pct == pytest.approx(np.mean(simple))
    assert found.row_sd_pct == pytest.approx(simple[0].std())
    assert found.n_rows == tiny_catalog.n_train
    leak = steps["out_of_fold"]
    assert leak.change_pct == pytest.approx(leak.oof_smape_pct - steps["in_sample_brand_price"].oof_smape_pct)
    whole = steps["all_text"]
    assert whole.change_pct == pytest.approx(whole.oof_smape_pct - simple[0].mean())


def test_a_step_is_read_back_as_it_was_written() -> None:
    first = GapStep("in_sample_brand_price", 40.0)
    full = GapStep("out_of_fold", 60.0, 58.0, 62.0, 0.9, 100, 50.0, "in_sample_brand_price", 20.0, 18.0, 22.0, "note")
    for step in (first, full):
        line = json.loads(json.dumps(step.to_json(), allow_nan=False))
        assert repr(GapStep.from_json(line)) == repr(step)
    assert full.to_json()["verdict"] == "real"
    assert (first.to_json()["against"], first.to_json()["verdict"]) == (None, None)


@pytest.mark.parametrize(("low", "high", "verdict"), [(0.1, 0.4, "real"), (-0.4, -0.1, "real"), (-0.1, 0.3, "noise")])
def test_a_change_is_real_when_its_interval_leaves_zero_out(low: float, high: float, verdict: str) -> None:
    step = GapStep("five_simple", 60.0, against="out_of_fold", change_low_pct=low, change_high_pct=high)
    assert step.verdict == verdict
    assert replace(step, change_low_pct=math.nan).verdict == ""


def test_the_whole_is_the_default_preset() -> None:
    assert PRESETS[DEFAULT_PRESET].blocks == ALL_TEXT


def test_without_duplicates_that_step_changes_nothing(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    numbers = range(tiny_catalog.n_train + tiny_catalog.n_test)
    items = tiny_catalog.items.stacked().assign(image_link=[f"https://photos.example/{number}" for number in numbers])
    items["catalog_content"] = [
        f"{text}\n{number}" for text, number in zip(items["catalog_content"], numbers, strict=True)
    ]
    distinct = replace(tiny_catalog, items=SplitFrame.unstacked(items, tiny_catalog.n_train), key="distinct")
    step = by_name(gap_ladder(distinct, store=store))["twins_together"]
    assert (step.change_pct, step.change_low_pct, step.change_high_pct, step.verdict) == (0.0, 0.0, 0.0, "noise")
    assert step.note.startswith("0.0 % of the validation rows of random folds have a duplicate in training")


def test_duplicates_that_test_lacks_are_kept_together_in_test_like_folds(
    tiny_catalog: Catalog, store: ArtifactStore
) -> None:
    twice = tiny_catalog.items.train.set_axis([f"x{name}" for name in tiny_catalog.items.train.index]).rename_axis(
        "sample_id"
    )
    train_items = pd.concat([tiny_catalog.items.train, twice])
    price = pd.concat([tiny_catalog.price, tiny_catalog.price.set_axis(twice.index)])
    items = SplitFrame(train_items, tiny_catalog.items.test)
    steps = by_name(gap_ladder(replace(tiny_catalog, items=items, price=price, key="twice"), store=store))
    assert steps["test_like"].against == "twins_together"
    assert steps["test_like"].note.endswith("Duplicates are kept in one fold, since test has fewer")
    # Every row's own twin taught the model its price.
    assert steps["twins_together"].verdict == "real"
    assert steps["twins_together"].change_pct > 1


def test_test_like_folds_need_a_readable_brand(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    empty = replace(
        tiny_catalog, items=SplitFrame(tiny_catalog.items.train, tiny_catalog.items.test.iloc[:0]), key="no test"
    )
    assert [step.setting for step in gap_ladder(empty, store=store)] == [s for s in SETTINGS if s != "test_like"]


def test_many_rows_are_cut_to_whole_brands(
    tiny_catalog: Catalog, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gap_fits, "MAX_ROWS", 150)
    steps = by_name(gap_ladder(tiny_catalog, store=store))
    rows = {step.n_rows for step in steps.values()}
    assert len(rows) == 1
    assert 100 < rows.pop() <= 150
    assert steps["in_sample_brand_price"].note.startswith("Of 300 train rows the ladder is fitted on")
    assert steps["all_text"].note.startswith("Without words, neighbours, text_size")
    assert np.isfinite(steps["test_like"].change_pct)
