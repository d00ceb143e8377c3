"""One strategy run: its score, its file and its costs."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from core.blend import Member, blend
from core.errors import Cancelled
from core.export import Wanted, submission_bytes, submission_frame
from core.folds import random_plan
from core.metrics import smape_pct, to_log_price
from core.store import ArtifactStore
from core.strategies import BUILTIN, Outcome, find_mixed, find_outcome, is_current, run_strategy
from core.strategies.outcome import find_oof
from core.train import load_run
from core.types import Catalog
from tests.strategies.recipes import BRANDS, CONSTANT, PHOTOS, SIZES
from tests.strategies.test_resolve import with_side


def test_the_constant_is_the_median_of_the_other_folds(tiny_catalog: Catalog, store: ArtifactStore):
    outcome = run_strategy(tiny_catalog, CONSTANT, store=store)
    plan, log_price = random_plan(tiny_catalog), to_log_price(tiny_catalog.price)
    by_hand = np.empty(tiny_catalog.n_train)
    for fold in range(5):
        valid = plan.validation_mask(fold)
        by_hand[valid] = np.median(log_price[~valid])
    kept = find_oof(outcome.made_from, store=store)
    assert kept is not None
    assert np.array_equal(kept.to_numpy(), by_hand)
    mixed = find_mixed(CONSTANT, outcome, tiny_catalog, store=store)
    assert mixed is not None
    assert mixed.chosen.test_log_price.nunique() == 1
    assert outcome.run_ids == ()
    assert outcome.forecast is not None


def test_a_blend_is_scored_by_nested_weights_and_gives_the_file_that_it_names(
    tiny_catalog: Catalog, store: ArtifactStore
):
    outcome = run_strategy(tiny_catalog, BRANDS, store=store)
    runs = [load_run(run_id, store=store) for run_id in outcome.run_ids]
    members = [Member(run.run_id, run.oof_log_price, run.test_log_price) for run in runs if run is not None]
    mixed = blend(members, tiny_catalog.price, random_plan(tiny_catalog))
    kept, again = find_oof(outcome.made_from, store=store), find_mixed(BRANDS, outcome, tiny_catalog, store=store)
    assert kept is not None and again is not None
    assert outcome.oof_smape_pct == pytest.approx(smape_pct(tiny_catalog.price, np.exp(kept)), abs=1e-9)
    assert outcome.oof_smape_pct == pytest.approx(mixed.nested_smape_pct, abs=0.5)
    assert sum(outcome.weights.values()) == pytest.approx(1.0)
    assert outcome.low_pct < outcome.oof_smape_pct < outcome.high_pct
    assert again.chosen.weights == outcome.weights
    data = submission_bytes(submission_frame(again.chosen.test_log_price), Wanted.of(tiny_catalog))
    assert outcome.sha256 == hashlib.sha256(data).hexdigest()


def test_costs_add_up_and_a_second_time_is_put_together_from_parts(tiny_catalog: Catalog, store: ArtifactStore):
    first = run_strategy(tiny_catalog, SIZES, store=store)
    assert first.costs is not None
    assert not first.in_parts
    assert first.costs.cold == pytest.approx(first.seconds, rel=0.02, abs=0.02)
    assert set(first.costs.blocks) == {"size"}
    again = run_strategy(tiny_catalog, SIZES, store=store)
    assert again.in_parts and again.costs is not None
    assert again.oof_smape_pct == first.oof_smape_pct
    assert again.costs.fits == first.costs.fits
    assert first.peak_gib > 0.05


def test_what_came_of_it_is_kept_and_comes_back_whole(tiny_catalog: Catalog, store: ArtifactStore):
    assert find_outcome(SIZES, tiny_catalog, store=store) is None
    outcome = run_strategy(tiny_catalog, SIZES, store=store, foretold_seconds=2.5)
    assert find_outcome(SIZES, tiny_catalog, store=store) == outcome
    assert outcome.foretold_seconds == 2.5
    assert is_current(outcome, SIZES, tiny_catalog, store=store)


def test_a_failure_is_an_outcome_with_its_reason_and_never_current(tiny_catalog: Catalog, store: ArtifactStore):
    outcome = run_strategy(tiny_catalog, PHOTOS, store=store)
    assert outcome.state == "failed"
    assert "Bring the photos" in outcome.error
    kept = find_outcome(PHOTOS, tiny_catalog, store=store)
    assert kept is not None and kept.error == outcome.error
    assert not is_current(outcome, PHOTOS, tiny_catalog, store=store)


def test_a_side_table_brought_later_puts_a_score_out_of_date(tiny_catalog: Catalog, store: ArtifactStore):
    everything = BUILTIN["everything"]
    outcome = Outcome("everything", everything.key, "made of something else", "done", "2026-01-01T00:00:00+00:00")
    assert not is_current(outcome, everything, tiny_catalog, store=store)
    sized = run_strategy(tiny_catalog, SIZES, store=store)
    assert is_current(sized, SIZES, with_side(tiny_catalog), store=store)


def test_cancelled_is_no_outcome(tiny_catalog: Catalog, store: ArtifactStore):
    def stop(_fraction: float, _message: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        run_strategy(tiny_catalog, SIZES, store=store, report=stop)
    assert find_outcome(SIZES, tiny_catalog, store=store) is None
