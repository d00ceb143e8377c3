"""The board's rows against each other, and the sentence on top."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.store import ArtifactStore
from core.strategies import BoardRow, Foretold, Outcome, Strategy, advice, board, make_board
from core.strategies.costs import Costs
from core.strategies.outcome import keep_oof, keep_outcome, made_from, plan_for
from core.types import Catalog
from tests.strategies.recipes import BRANDS, CONSTANT, PHOTOS, SIZES

Keep = Callable[..., Outcome]


@pytest.fixture
def keep(tiny_catalog: Catalog, store: ArtifactStore) -> Keep:
    """``keep(strategy, 5.0, seconds=3.0)``: an outcome whose predictions are about so many percent off."""

    def kept(strategy: Strategy, off_pct: float, *, seconds: float, seed: int = 0) -> Outcome:
        made_of = made_from(strategy, tiny_catalog, plan_for(strategy, tiny_catalog), store=store)
        draw = np.random.default_rng(seed)
        price = tiny_catalog.price.to_numpy()
        noise = draw.normal(off_pct / 100, off_pct / 400, len(price)) * draw.choice([-1, 1], len(price))
        oof = pd.Series(np.log(price) + noise, index=tiny_catalog.price.index)
        keep_oof(made_of, oof, store=store)
        smape = float(100 * np.mean(2 * np.abs(np.exp(oof) - price) / (np.exp(oof) + price)))
        outcome = Outcome(
            strategy.name,
            strategy.key,
            made_of,
            "done",
            "2026-01-01T00:00:00+00:00",
            oof_smape_pct=smape,
            costs=Costs(300, {}, (seconds,) * len(strategy.members), (), 0.0, seconds * (not strategy.members)),
            forecast={"smape_pct": smape + 1.5},
            sha256=strategy.name * 3,
        )
        keep_outcome(outcome, tiny_catalog, store=store)
        return outcome

    return kept


def test_rows_stand_against_the_best(keep: Keep, tiny_catalog: Catalog, store: ArtifactStore):
    keep(CONSTANT, 60.0, seconds=1.0)
    keep(SIZES, 20.0, seconds=36.0)
    keep(BRANDS, 19.99, seconds=3600.0, seed=1)
    rows = make_board(
        tiny_catalog,
        [CONSTANT, SIZES, BRANDS, PHOTOS],
        store=store,
        leaderboard_pct={"sizessizessizes": 21.5},
        hours_left=1.5,
    )
    by_name = {row.strategy.name: row for row in rows}
    best = min(rows[:3], key=lambda row: row.smape_pct)
    other = by_name["sizes"] if best.strategy.name == "brands" else by_name["brands"]
    assert best.against == "best" and best.behind_pct == 0.0
    assert (other.against, by_name["constant"].against, by_name["photos"].against) == ("noise", "real", "unknown")
    hours = best.cold_seconds / 3600
    assert best.gain_per_hour_pct == pytest.approx((other.smape_pct - best.smape_pct) / hours)
    assert np.isnan(other.gain_per_hour_pct)
    assert by_name["sizes"].leaderboard_pct == 21.5
    assert by_name["sizes"].gap_pct == pytest.approx(1.5)
    assert [by_name[name].state for name in ("constant", "photos")] == ["done", "not run"]
    # Two models of an hour each do not fit, the others do; of the last nothing is known.
    assert [row.feasible for row in rows] == ["yes", "yes", "no", "unknown"]
    assert by_name["constant"].on_frontier and by_name["sizes"].on_frontier


def test_a_verdict_is_found_once_for_the_same_predictions(
    keep: Keep, tiny_catalog: Catalog, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
):
    keep(SIZES, 20.0, seconds=5.0)
    keep(CONSTANT, 60.0, seconds=1.0)
    asked: list[object] = []
    monkeypatch.setattr(board, "judge", lambda *given: (asked.append(given), "noise"))
    for _ in range(2):
        rows = make_board(tiny_catalog, [SIZES, CONSTANT], store=store)
        assert [row.against for row in rows] == ["best", "noise"]
    assert len(asked) == 1


def test_a_slower_and_worse_one_is_off_the_frontier(keep: Keep, tiny_catalog: Catalog, store: ArtifactStore):
    keep(SIZES, 20.0, seconds=5.0)
    keep(CONSTANT, 40.0, seconds=9.0)
    rows = make_board(tiny_catalog, [SIZES, CONSTANT], store=store)
    assert [row.on_frontier for row in rows] == [True, False]
    assert [row.feasible for row in rows] == ["unknown", "unknown"]


def test_a_score_of_other_blocks_is_out_of_date(keep: Keep, tiny_catalog: Catalog, store: ArtifactStore):
    keep_outcome(replace(keep(SIZES, 20.0, seconds=5.0), made_from="of old"), tiny_catalog, store=store)
    (row,) = make_board(tiny_catalog, [SIZES], store=store)
    assert (row.state, row.against) == ("out of date", "unknown")


def row(strategy: Strategy, smape: float = float("nan"), seconds: float = 1.0, **changed: object) -> BoardRow:
    """A row as measured, or not run where there is no score."""
    if np.isnan(smape):
        return replace(BoardRow(strategy, "not run", None, Foretold(seconds, 0.0, seconds, False)), **changed)
    outcome = Outcome(
        strategy.name, strategy.key, "", "done", "", oof_smape_pct=smape, costs=Costs(1, {}, (), (), 0.0, seconds)
    )
    return replace(BoardRow(strategy, "done", outcome, None, behind_pct=0.0), **changed)


def test_the_sentence_follows_the_numbers():
    assert "Run all: 2 strategies are foretold to take 3 min" in advice(
        [row(SIZES, seconds=60), row(BRANDS, seconds=120)]
    )
    done = [row(SIZES, 50.0, 600.0, against="best"), row(BRANDS, 50.1, 30.0, against="noise", behind_pct=0.1)]
    said = advice(done)
    assert "“Brands” at 50.10 % cannot be told from it and takes 30 s: take the cheaper one" in said
    assert said.endswith("Everything was measured: submit the best.")
    near = [row(SIZES, 50.0, 600.0, against="best"), row(BRANDS, 50.3, 30.0, against="real", behind_pct=0.3)]
    assert "“Brands” is only 0.30 points behind in 30 s" in advice(near)
    assert "Next: run “Brands”, foretold to take 2 min; it has 50.00 % to beat" in advice(
        [row(SIZES, 50.0, against="best"), row(BRANDS, seconds=100.0)]
    )
    late = [row(SIZES, 50.0, against="best"), row(BRANDS, seconds=1e5, feasible="no")]
    assert "would not be done before the deadline" in advice(late, hours_left=1.0)
    assert advice(late, hours_left=-1.0) == "The deadline is over; “Sizes” was the best, at 50.00 %."
    gap = row(SIZES, 50.0, against="best")
    gap = replace(gap, outcome=replace(gap.outcome, forecast={"smape_pct": 54.0}))
    assert "4.00 points above its validation: the gap, not the model" in advice([gap])


def test_a_failure_is_the_next_step():
    failed = Outcome("photos", PHOTOS.key, "", "failed", "", error="no block fits. Bring the photos.")
    rows = [row(SIZES, 50.0, against="best"), BoardRow(PHOTOS, "failed", failed, None)]
    assert advice(rows).endswith("Next: “Photos” lacks something: no block fits. Bring the photos.")
