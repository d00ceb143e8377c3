"""Two runs side by side: the paired difference, its noise, and the verdict."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError
from core.folds import random_plan
from core.metrics import clustered_se
from core.runs import PRIOR_SD_PCT, RefitNoise, compare_runs, judge, refit_noise, rows_of
from core.runs.noise import PRIOR_PAIRS
from core.store import ArtifactStore
from core.train import Run, TrainSpec, all_runs, train
from core.types import Catalog


def _train(catalog: Catalog, store: ArtifactStore, *blocks: str, seed: int = 0, rounds: int = 25) -> Run:
    spec = TrainSpec("lightgbm", blocks or ("size",), seed=seed, max_rounds=rounds, learning_rate=0.1, leaves=8)
    return train(catalog, random_plan(catalog), spec, store=store)


def test_the_verdict_is_the_t_test_of_the_difference_with_the_noise_of_both_fits():
    draw = np.random.default_rng(0)
    one = draw.normal(50, 20, 400)
    clusters = np.arange(400)
    other = one - 1.0 + draw.normal(0, 5, 400)
    gain, verdict = judge(one, other, clusters, RefitNoise(0.1, 0))
    assert gain.gain_pct == pytest.approx(float((one - other).mean()))
    assert gain.se_pct == pytest.approx(np.hypot(clustered_se(one - other, clusters), 0.1 * np.sqrt(2)))
    assert verdict == "real"
    # The same rows by fits that vary by half a point: nobody can tell.
    assert judge(one, other, clusters, RefitNoise(0.5, 0))[1] == "noise"


def test_pairs_of_equal_runs_read_as_real_one_time_in_twenty():
    draw = np.random.default_rng(1)
    clusters = np.arange(3000) // 2
    reals = 0
    for _ in range(400):
        rows = draw.normal(0, 6, (2, 3000)) + draw.normal(0, 0.1, (2, 1))
        reals += judge(rows[0], rows[1], clusters, RefitNoise(0.1, 0))[1] == "real"
    assert 8 <= reals <= 34


def test_repeats_weigh_against_the_default():
    clusters = np.arange(100)
    alike = np.zeros(100)
    assert refit_noise([[alike]], clusters) == RefitNoise(PRIOR_SD_PCT, 0)
    # Two fits a whole point apart on every row: nothing of it is in the rows' spread.
    told = refit_noise([[alike, alike + 1.0]], clusters)
    assert told.n_pairs == 1
    assert told.sd_pct == pytest.approx(np.sqrt((PRIOR_PAIRS * PRIOR_SD_PCT**2 + 0.5) / (PRIOR_PAIRS + 1)))


def test_runs_are_compared_and_their_repeats_found(tiny_catalog: Catalog, store: ArtifactStore):
    poor = _train(tiny_catalog, store, "quality", rounds=3)
    good = _train(tiny_catalog, store, "size", "brand", "words")
    for seed in (1, 2):
        _train(tiny_catalog, store, "size", "brand", "words", seed=seed)
    found = compare_runs(poor, good, tiny_catalog, all_runs(store=store), store=store)
    assert found.gain.gain_pct == pytest.approx(poor.oof_smape_pct - good.oof_smape_pct)
    assert (found.verdict, found.n_rows, found.noise.n_pairs) == ("real", 300, 3)
    assert "better" in found.said
    assert np.allclose(found.fold_gain_pct, np.subtract(poor.fold_smape_pct, good.fold_smape_pct))


def test_a_difference_is_not_excused_by_itself(tiny_catalog: Catalog, store: ArtifactStore):
    first, second = (_train(tiny_catalog, store, seed=seed) for seed in (0, 1))
    found = compare_runs(first, second, tiny_catalog, all_runs(store=store), store=store)
    assert found.noise == RefitNoise(PRIOR_SD_PCT, 0)
    assert found.verdict == "noise"
    assert "no more than" in found.said


def test_a_run_against_itself_is_noise(tiny_catalog: Catalog, store: ArtifactStore):
    run = _train(tiny_catalog, store)
    found = compare_runs(run, run, tiny_catalog, all_runs(store=store), store=store)
    assert (found.gain.gain_pct, found.verdict) == (0.0, "noise")


def test_other_data_is_refused(tiny_catalog: Catalog, store: ArtifactStore):
    run = _train(tiny_catalog, store)
    with pytest.raises(InputError, match="other rows"):
        compare_runs(run, replace(run, catalog_key="another"), tiny_catalog, [], store=store)


def test_rows_follow_their_ids_and_not_their_order(tiny_catalog: Catalog, store: ArtifactStore):
    run = _train(tiny_catalog, store)
    turned = replace(run, oof_log_price=run.oof_log_price[::-1])
    assert np.array_equal(rows_of(run, tiny_catalog), rows_of(turned, tiny_catalog))
