"""Whole measurements on a small catalogue: honest, cached, resumable, cancellable."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.errors import Cancelled, InputError
from core.folds import FoldPlan, random_plan
from core.gains import (
    GainReport,
    GainSpec,
    Pace,
    foretell,
    gain_table,
    latest_gains,
    measure_gains,
    timed_sample,
)
from core.gains.fits import Fitter
from core.gains.measure import brand_clusters
from core.gains.paired import paired_gain
from core.gains.sets import needs
from core.gains.spec import model_spec
from core.metrics import row_smape_pct, smape_pct, to_price
from core.store import ArtifactStore
from core.train import block_keys, known_blocks, train
from core.types import ID, AttachedBlock, BlockInfo, Catalog, SideTable, SplitFrame, VectorSet

SPEC = GainSpec(("size", "brand", "brand_price"), candidates=("five_simple", "quality"), seeds=2, rounds=8, orderings=2)


SMALL = GainSpec(("size", "brand"), candidates=("quality",), anchor=(), seeds=2, rounds=5, orderings=2)


@pytest.fixture(scope="module")
def plan(tiny_catalog: Catalog) -> FoldPlan:
    return random_plan(tiny_catalog)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> ArtifactStore:
    """The store that ``report`` was measured into; tests only read it, or add to it."""
    return ArtifactStore(tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="module")
def report(tiny_catalog: Catalog, plan: FoldPlan, kept: ArtifactStore) -> GainReport:
    return measure_gains(tiny_catalog, plan, SPEC, store=kept)


def rows_of(catalog: Catalog, plan: FoldPlan, store: ArtifactStore, *blocks: str) -> list[np.ndarray]:
    return [
        row_smape_pct(
            catalog.price,
            to_price(
                train(
                    catalog, plan, model_spec(frozenset(blocks), seed=seed, rounds=8), store=store, record=False
                ).oof_log_price
            ),
        )
        for seed in (0, 1)
    ]


def test_gains_are_differences_of_out_of_fold_runs(
    report: GainReport, tiny_catalog: Catalog, plan: FoldPlan, kept: ArtifactStore
):
    clusters = brand_clusters(tiny_catalog, store=kept)
    whole = rows_of(tiny_catalog, plan, kept, "size", "brand", "brand_price")
    for block, without in (("size", ("brand", "brand_price")), ("brand_price", ("size", "brand"))):
        line = report.line(block)
        sides = rows_of(tiny_catalog, plan, kept, *without), whole
        assert line.away == paired_gain(*sides, clusters, refit_sd_pct=report.chosen_refit_beyond_pct)
    line = report.line("quality")
    sides = whole, rows_of(tiny_catalog, plan, kept, "size", "brand", "brand_price", "quality")
    assert line.away == paired_gain(*sides, clusters, refit_sd_pct=report.chosen_refit_beyond_pct)
    sides = rows_of(tiny_catalog, plan, kept, "five_simple"), rows_of(tiny_catalog, plan, kept, "five_simple", "size")
    assert report.line("size").alone == paired_gain(*sides, clusters, refit_sd_pct=report.anchor_refit_beyond_pct)
    assert report.chosen_smape_pct == pytest.approx(np.mean(whole))
    assert (report.anchor_refit_sd_pct > 0, report.chosen_refit_sd_pct > 0) == (True, True)


def test_an_anchor_block_alone_is_against_the_median(report: GainReport, tiny_catalog: Catalog, plan: FoldPlan):
    predicted = np.empty(300)
    for fold in range(5):
        valid = plan.validation_mask(fold)
        predicted[valid] = np.exp(np.median(np.log(tiny_catalog.price[~valid])))
    assert report.median_smape_pct == pytest.approx(smape_pct(tiny_catalog.price, predicted))
    alone = report.line("five_simple").alone.gain_pct
    assert alone == pytest.approx(report.median_smape_pct - report.anchor_smape_pct)


def test_shares_add_up_to_the_gain_over_the_median(
    report: GainReport, tiny_catalog: Catalog, plan: FoldPlan, kept: ArtifactStore
):
    shares = [line.share for line in report.lines if line.share]
    assert len(shares) == 3
    whole = rows_of(tiny_catalog, plan, kept, "size", "brand", "brand_price")[0].mean()
    assert sum(share.share_pct for share in shares) == pytest.approx(report.median_smape_pct - whole)


def test_the_report_is_kept_and_read_back(
    report: GainReport, tiny_catalog: Catalog, plan: FoldPlan, kept: ArtifactStore
):
    assert GainReport.from_json(report.to_json()) == report
    assert latest_gains(plan, store=kept) == report
    assert latest_gains(random_plan(tiny_catalog, seed=1), store=kept) is None
    told: list[str] = []
    assert measure_gains(tiny_catalog, plan, SPEC, store=kept, report=lambda _f, said: told.append(said)) == report
    assert told == ["gains are measured"]


def test_the_table_is_sorted_by_gain_a_second(report: GainReport):
    table = gain_table(report)
    assert sorted(table["block"]) == ["brand", "brand_price", "five_simple", "quality", "size"]
    assert table["gain_a_second"].is_monotonic_decreasing
    first = report.line(table["block"].iloc[0])
    assert table["gain_a_second"].iloc[0] == first.away.gain_pct / max(0.1, first.cost.seconds + first.fit_seconds)
    assert table.set_index("block")["on"].to_dict()["quality"] is False
    assert table.set_index("block").loc["quality", ["share_pct", "share_low_pct"]].isna().all()


def test_another_choice_fits_only_what_is_new(
    report: GainReport, tiny_catalog: Catalog, plan: FoldPlan, kept: ArtifactStore
):
    fitter = Fitter(tiny_catalog, plan, report.block_keys, 8, kept)
    more = replace(SPEC, chosen=("size", "brand", "brand_price", "quality"), candidates=(), orderings=0)
    missing = {need.blocks for need in needs(more) if not fitter.has(need.blocks, seed=need.seed)}
    assert missing == {frozenset(more.chosen) - {block} for block in ("size", "brand", "brand_price")}


def test_a_cancelled_measurement_goes_on(tiny_catalog: Catalog, plan: FoldPlan, store: ArtifactStore, tmp_path):
    undisturbed = measure_gains(tiny_catalog, plan, SMALL, store=ArtifactStore(tmp_path / "undisturbed"))

    def cancel(_fraction: float, message: str) -> None:
        if "fit 5 of" in message:
            raise Cancelled

    with pytest.raises(Cancelled):
        measure_gains(tiny_catalog, plan, SMALL, store=store, report=cancel)
    assert latest_gains(plan, store=store) is None
    told: list[str] = []
    resumed = measure_gains(tiny_catalog, plan, SMALL, store=store, report=lambda _f, said: told.append(said))
    assert not any("fit 4 of" in said for said in told)
    assert any("fit 5 of" in said for said in told)
    for one, other in zip(resumed.lines, undisturbed.lines, strict=True):
        assert (one.block, one.alone, one.away, one.verdict) == (other.block, other.alone, other.away, other.verdict)
    assert resumed.suggestion == undisturbed.suggestion


def test_progress_names_the_block_and_never_runs_back(tiny_catalog: Catalog, plan: FoldPlan, store: ArtifactStore):
    told: list[tuple[float, str]] = []
    spec = GainSpec(("size", "brand"), rounds=5, seeds=1)
    measure_gains(tiny_catalog, plan, spec, store=store, report=lambda share, said: told.append((share, said)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert any(said.startswith("brand among the others: fit") for _, said in told)


def test_models_are_not_left_behind(tiny_catalog: Catalog, plan: FoldPlan, store: ArtifactStore):
    blocks = frozenset({"brand"})
    fitter = Fitter(tiny_catalog, plan, block_keys(tiny_catalog, plan, ["brand"], store=store), 4, store)
    first = fitter.fit(blocks, seed=0)
    assert (first.cached, fitter.fit(blocks, seed=0).cached, fitter.has(blocks, seed=1)) == (False, True, False)
    run = train(tiny_catalog, plan, model_spec(blocks, seed=0, rounds=4), store=store, record=False)
    assert not run.cached
    assert np.array_equal(row_smape_pct(tiny_catalog.price, to_price(run.oof_log_price)), first.row_smape_pct)


def test_a_planted_block_gains_and_noise_does_not(tiny_catalog: Catalog, plan: FoldPlan, store: ArtifactStore):
    draw = np.random.default_rng(0)

    def side(name: str, values: np.ndarray) -> SideTable:
        test = pd.DataFrame({name: draw.normal(size=tiny_catalog.n_test)}, index=tiny_catalog.items.test.index)
        train_rows = pd.DataFrame({name: values}, index=tiny_catalog.items.train.index)
        return SideTable(name, SplitFrame(train_rows.rename_axis(ID), test.rename_axis(ID)), f"key-{name}")

    hint = np.log(tiny_catalog.price.to_numpy()) + draw.normal(scale=0.3, size=300)
    catalog = replace(tiny_catalog, sides=(side("hint", hint), side("noise", draw.normal(size=300))))
    spec = GainSpec(("size", "side:hint", "side:noise"), seeds=2, rounds=30)
    report = measure_gains(catalog, plan, spec, store=store)
    verdicts = {line.block: line.verdict for line in report.lines}
    assert verdicts["side:hint"] == "gain"
    assert verdicts["side:noise"] != "gain"
    assert "side:noise" not in report.suggestion.blocks
    assert report.suggestion.against_chosen.gain_pct <= report.suggestion.against_chosen.se_pct


def test_blocks_that_the_user_brought_are_measured_like_the_others(
    tiny_catalog: Catalog, plan: FoldPlan, store: ArtifactStore
):
    draw = np.random.default_rng(1)

    def frame(width: int) -> SplitFrame:
        names = [f"v{place}" for place in range(width)]
        sides = [
            pd.DataFrame(draw.normal(size=(300, width)).astype(np.float32), index=side.index, columns=names)
            for side in (tiny_catalog.items.train, tiny_catalog.items.test)
        ]
        return SplitFrame(sides[0].rename_axis(ID), sides[1].rename_axis(ID))

    pixels, vectors = frame(2), frame(40)
    catalog = replace(
        tiny_catalog,
        attached=(AttachedBlock(BlockInfo("pixels", "Pixels", "how the photo looks"), "key-pixels", lambda: pixels),),
        vectors=(VectorSet("tiny", "text", 40, "key-vectors", lambda: vectors),),
    )
    keys = block_keys(catalog, plan, list(known_blocks(catalog)), store=store)
    assert keys["pixels"] == "key-pixels"
    assert len(set(keys.values())) == len(keys)
    spec = GainSpec(("brand", "pixels"), candidates=("text@tiny",), anchor=(), seeds=1, rounds=3)
    pace = Pace(1.0, 0.0)
    assert foretell(catalog, plan, spec, pace, keys, store=store).to_make == ("brand", "text@tiny")
    report = measure_gains(catalog, plan, spec, store=store)
    assert [line.block for line in report.lines] == ["brand", "pixels", "text@tiny"]
    assert report.line("text@tiny").cost.columns == 32


def test_time_is_foretold_from_what_is_missing(tiny_catalog: Catalog, plan: FoldPlan, store: ArtifactStore):
    keys = block_keys(tiny_catalog, plan, SMALL.everything, store=store)
    pace = Pace(1.0, 0.5)
    before = foretell(tiny_catalog, plan, SMALL, pace, keys, store=store)
    assert (before.n_cached, before.measured, before.n_fits) == (0, False, len(needs(SMALL)))
    assert before.to_make == ("brand", "quality", "size")
    columns = {"size": 22, "brand": 4, "quality": 37}
    assert before.seconds == pytest.approx(
        sum(1.0 + 0.5 * sum(columns[name] for name in need.blocks) for need in needs(SMALL))
    )
    report = measure_gains(tiny_catalog, plan, SMALL, store=store)
    after = foretell(tiny_catalog, plan, SMALL, pace, keys, store=store)
    assert (after.seconds, after.n_cached, after.to_make, after.measured) == (0.0, before.n_fits, (), True)
    more = replace(SMALL, seeds=3)
    third = foretell(tiny_catalog, plan, more, pace, keys, store=store)
    sets_of_a_seed = {need.blocks for need in needs(replace(SMALL, orderings=0))}
    assert third.n_fits - third.n_cached == len(sets_of_a_seed)
    assert 0 < third.seconds < report.fit_seconds


def test_a_timed_sample_grows_with_the_rounds(plan: FoldPlan):
    pace = timed_sample(plan, rounds=100)
    assert pace.seconds(50) > 0
    assert min(pace.base, pace.a_column) >= 0


def test_specs_are_checked(tiny_catalog: Catalog, plan: FoldPlan, store: ArtifactStore):
    assert GainSpec.from_json(SPEC.to_json()) == SPEC
    assert GainSpec(("b", "a"), candidates=("a", "c")).candidates == ("c",)
    for wrong in ({"chosen": ()}, {"seeds": 0}, {"orderings": 3}, {"rounds": 0}):
        with pytest.raises(InputError):
            GainSpec(**{"chosen": ("size",), **wrong})
    with pytest.raises(InputError, match="'sise'"):
        measure_gains(tiny_catalog, plan, GainSpec(("sise",)), store=store)
