"""From two small parts to the whole: blocks by their own power, fits by rounds and the pace at full size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.folds import random_plan
from core.store import ArtifactStore
from core.strategies import foretelling as module
from core.strategies.costs import Costs
from core.strategies.foretelling import at_size, fit_seconds, grown
from core.strategies.pace import Pace, measure_paces
from core.strategies.rounds import pooled, rounds_at
from core.strategies.sample import Sample, Timed
from core.train import FAMILIES, TrainSpec
from core.types import Catalog

TREE = TrainSpec("lightgbm", ("size", "brand_price"), max_rounds=40, patience=10)
LINE = TrainSpec("linear", ("size", "brand_price"))
PART = Costs(150, {"size": 200.0, "brand_price": 800.0}, (6.0, 2.0), (100, 140), 0.5, 2.2)
HALF = {"size": 100.0, "brand_price": 200.0}
TIMED = Timed(PART, HALF, (TREE, LINE), 5, (Pace(1.0, 0.1), Pace(4.0, 0.0)), apart=False, forecast=0.7, seconds=1.0)


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folds one after the other, so that none waits for another."""
    monkeypatch.setenv("SHELFPRICE_THREADS", "1")


def test_blocks_grow_by_their_own_power_and_fits_by_rounds_and_pace(tiny_catalog: Catalog):
    assert tiny_catalog.n_train == 300
    found = at_size(Sample({"a": TIMED, "failed": None}), "a", tiny_catalog, {})
    assert found.blocks == pytest.approx({"size": 400.0, "brand_price": 3200.0}, rel=0.01)
    # Of 100 rounds in five folds ten each are patience; the other fifty grow.
    rounds = 100 + 50 * (2 ** FAMILIES["lightgbm"].rounds_power - 1)
    assert found.rounds == (round(rounds), 140)
    assert found.fits == pytest.approx((5 * 1.0 + 0.1 * rounds, 5 * 4.0))
    assert found.predicting == pytest.approx(0.5 * 2 * (rounds + 140) / 240)
    assert found.rest == pytest.approx(2.2)
    assert (found.apart, found.forecast) == (0.0, 0.7)
    assert found.cold == pytest.approx(sum(found.blocks.values()) + sum(found.fits) + found.predicting + 2.2)


def test_whole_brands_held_out_make_anew_what_has_seen_prices(tiny_catalog: Catalog, monkeypatch: pytest.MonkeyPatch):
    sample = Sample({"a": replace(TIMED, apart=True)})
    found = at_size(sample, "a", tiny_catalog, {})
    assert found.apart == pytest.approx(found.fits[0] + found.blocks["brand_price"])
    monkeypatch.setattr(module, "MOST_APART_ROWS", 150)
    fewer = at_size(sample, "a", tiny_catalog, {})
    # On half the rows a round takes half as long, and the best is where it was on the part.
    first = (5 * 1.0 + 0.1 * 100) / 2
    assert fewer.apart == pytest.approx(2 * first + 800.0 + (200.0 + 800.0))


def test_folds_side_by_side_share_their_seconds_and_wait_for_the_last(
    tiny_catalog: Catalog, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SHELFPRICE_THREADS", "2")
    assert fit_seconds(TREE, Pace(1.0, 0.1), 100, 5) == pytest.approx((5 + 10) / 2)
    found = at_size(Sample({"a": TIMED}), "a", tiny_catalog, {})
    # Five folds by two threads take as long as six: a fifth of the fits is waiting, in the parts as in the whole.
    assert found.rest == pytest.approx(2.2 - 0.2 * 8.0 + 0.2 * sum(found.fits))


def test_noise_of_small_parts_neither_stops_growth_nor_lets_it_explode():
    assert grown(5.0, 1.0, 2.0) == pytest.approx(2**0.8)
    assert grown(0.01, 5.0, 2.0) == pytest.approx(4 * 5.0)
    assert grown(0.001, 0.01, 2.0) == pytest.approx(0.02, rel=0.05)
    assert grown(0.0, 0.0, 2.0) == 0.0


def test_rounds_end_where_the_settings_end_them():
    assert rounds_at(TREE, 5 * 30.0, 5, times=100.0) == 5 * 40
    network = TrainSpec("dual_input", ("size",))
    assert 5 * 20 < rounds_at(network, 5 * 20.0, 5, times=4.0) < 5 * 40
    assert rounds_at(network, 5 * 39.0, 5, times=100.0) == 5 * 40
    # Stopped before patience could have passed, as by a deadline of its own: it goes on from there.
    assert rounds_at(TREE, 5.0, 5, times=4.0) >= 5.0


def test_rounds_are_pooled_with_models_of_the_same_kind_alone():
    slow = replace(TREE, learning_rate=0.01)
    other = replace(TREE, blocks=("brand",))
    found = pooled({"a": [(TREE, 100), (LINE, 140)], "b": [(other, 400)], "c": [(slow, 900)], "d": [(TREE, 200)]})
    assert found["a"] == pytest.approx((np.sqrt(100 * 200), 140))
    assert found["b"] == pytest.approx((np.sqrt(400 * 200),))
    assert found["c"] == pytest.approx((900,))
    assert found["d"] == pytest.approx((200,))


def test_what_was_measured_corrects_the_rounds_of_models_of_the_kind(tiny_catalog: Catalog):
    sample = Sample({"a": TIMED, "b": TIMED})
    plain = at_size(sample, "a", tiny_catalog, {})
    measured = replace(plain, rounds=(4 * plain.rounds[0], 140))
    other = at_size(sample, "a", tiny_catalog, {"b": measured, "absent": measured})
    # Half the way, as one alone may be noise.
    assert other.rounds == (pytest.approx(2 * plain.rounds[0], rel=0.02), 140)
    assert other.fits[0] > plain.fits[0]
    assert other.fits[1] == plain.fits[1]


@pytest.mark.parametrize("family", ["lightgbm", "xgboost", "linear", "dual_input"])
def test_every_family_has_a_pace_at_full_size(tiny_catalog: Catalog, store: ArtifactStore, family: str):
    spec = TrainSpec(family, ("five_simple",))
    (pace,) = measure_paces(tiny_catalog, random_plan(tiny_catalog), [spec], 1200, store=store)
    assert pace.start >= 0.0
    assert pace.start + pace.a_round > 0.0


def test_a_pace_is_measured_on_as_many_rows_as_the_whole_has(
    tiny_catalog: Catalog, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
):
    seen = []
    monkeypatch.setattr("core.strategies.pace._timed", lambda data, *_: seen.append(data) or (0.1, 0.2))
    spec = TrainSpec("lightgbm", ("five_simple",))
    assert measure_paces(tiny_catalog, random_plan(tiny_catalog), [spec], 1201, store=store) == (Pace(0.1, 0.2),)
    (data,) = seen
    assert len(data.x_fit) == len(data.log_price_fit) == 961
    assert len(data.x_valid) == len(data.log_price_valid) == 240
    assert np.array_equal(data.x_fit[240], data.x_fit[0], equal_nan=True)
