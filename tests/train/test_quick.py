"""The quick look: out of fold, the same by any way, and quick because what is known is kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.errors import InputError
from core.features import artifact_key
from core.folds import FoldPlan, random_plan
from core.metrics import row_smape_pct, smape_pct, to_log_price, to_price
from core.store import ArtifactStore
from core.train import QuickSpec, blocks_to_make, fold_matrix, forget_in_memory, gather, known_blocks, quick_look
from core.train import quick as module
from core.types import ID, Catalog, SideTable, SplitFrame
from tests.prices import shuffled

BLOCKS = ("size", "brand", "category", "brand_price")
SPEC = QuickSpec(BLOCKS, rounds=20, min_leaf_rows=5)


@pytest.fixture(autouse=True)
def _cold() -> None:
    forget_in_memory()


@pytest.fixture(scope="module")
def plan(tiny_catalog: Catalog) -> FoldPlan:
    return random_plan(tiny_catalog)


@pytest.fixture(scope="module")
def made(tiny_catalog: Catalog, plan: FoldPlan, tmp_path_factory: pytest.TempPathFactory) -> ArtifactStore:
    """A store with the blocks in it and no look."""
    opened = ArtifactStore(tmp_path_factory.mktemp("made"))
    gather(tiny_catalog, plan, [*BLOCKS, "text_stats"], store=opened)
    return opened


def test_it_is_the_plain_small_model_on_the_folds_matrices(
    tiny_catalog: Catalog, plan: FoldPlan, made: ArtifactStore
) -> None:
    """The reference: fresh data sets of :func:`fold_matrix`, nothing joined, nothing kept."""
    import lightgbm

    look = quick_look(tiny_catalog, plan, SPEC, store=made)
    log_price = to_log_price(tiny_catalog.price)
    predicted = np.empty_like(log_price)
    ingredients = gather(tiny_catalog, plan, BLOCKS, store=made)
    for fold in range(plan.n_folds):
        matrix, valid = fold_matrix(ingredients, fold), plan.validation_mask(fold)
        # The blocks stand in another order in a matrix than in a quick look: those without prices come first.
        order = np.argsort(matrix.column_blocks, kind="stable")
        values = matrix.train[:, order]
        fresh = lightgbm.Dataset(
            values[~valid],
            label=log_price[~valid],
            categorical_feature=[int(np.flatnonzero(order == place)[0]) for place in matrix.categorical],
            params=SPEC.bins.parameters(),
        )
        models = [lightgbm.train(module._parameters(SPEC, seed, 1), fresh, SPEC.rounds) for seed in (0, 1)]
        predicted[valid] = sum(model.predict(values[valid]) / 2 for model in models)
    np.testing.assert_array_equal(look.row_smape_pct, row_smape_pct(tiny_catalog.price, to_price(predicted)))
    constant = smape_pct(tiny_catalog.price, np.full(300, tiny_catalog.price.median()))
    assert look.smape_pct < constant - 5
    store_again = quick_look(tiny_catalog, plan, SPEC, store=made)
    assert (look.cached, store_again.cached, look.fit_rows) == (False, True, 240)
    np.testing.assert_array_equal(look.row_smape_pct, store_again.row_smape_pct)


def test_warm_and_cold_agree_bit_for_bit(
    tiny_catalog: Catalog, plan: FoldPlan, made: ArtifactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(module, "gather", lambda c, p, names, **kept: read.extend(names) or gather(c, p, names, **kept))
    spec = replace(SPEC, seed=5)
    quick_look(tiny_catalog, plan, replace(spec, blocks=(*BLOCKS, "text_stats")), store=made)
    assert sorted(read) == sorted([*BLOCKS, "text_stats"])
    warm = quick_look(tiny_catalog, plan, spec, store=made)
    assert len(read) == 5, "switching a block off reads nothing"
    made.forget(warm.key)
    forget_in_memory()
    cold = quick_look(tiny_catalog, plan, spec, store=made)
    assert (warm.cached, cold.cached) == (False, False)
    np.testing.assert_array_equal(warm.row_smape_pct, cold.row_smape_pct)


@pytest.mark.parametrize("threads", ["2", "5"])
def test_threads_change_nothing(
    threads: str, tiny_catalog: Catalog, plan: FoldPlan, made: ArtifactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = replace(SPEC, seed=6)
    monkeypatch.setenv("SHELFPRICE_THREADS", "1")
    one = quick_look(tiny_catalog, plan, spec, store=made)
    made.forget(one.key)
    forget_in_memory()
    monkeypatch.setenv("SHELFPRICE_THREADS", threads)
    other = quick_look(tiny_catalog, plan, spec, store=made)
    assert not other.cached
    np.testing.assert_array_equal(one.row_smape_pct, other.row_smape_pct)
    made.forget(one.key)


def test_of_many_rows_a_sample_is_fitted_and_all_are_scored(
    tiny_catalog: Catalog, plan: FoldPlan, made: ArtifactStore
) -> None:
    look = quick_look(tiny_catalog, plan, replace(SPEC, fit_rows=100), store=made)
    assert look.fit_rows == 100
    assert look.row_smape_pct.shape == (300,)
    for fold in range(plan.n_folds):
        rows = module._fit_rows(plan, fold, 100)
        assert len(set(rows)) == 100
        assert not plan.validation_mask(fold)[rows].any()
        np.testing.assert_array_equal(rows, module._fit_rows(plan, fold, 100))
    everything = quick_look(tiny_catalog, plan, SPEC, store=made)
    assert everything.smape_pct < look.smape_pct


def test_a_fold_has_more_models_where_rows_are_few() -> None:
    spec = QuickSpec(BLOCKS, fit_rows=20_000)
    assert [spec.models(n) for n in (1_000, 10_000, 10_001, 20_000)] == [2, 2, 1, 1]


def test_shuffled_prices_read_chance(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    catalog = shuffled(tiny_catalog, seed=1)
    look = quick_look(catalog, random_plan(catalog), SPEC, store=store)
    chance = smape_pct(catalog.price, np.full(catalog.n_train, catalog.price.median()))
    assert chance - 2.0 < look.smape_pct < chance + 8.0


def test_constant_columns_alone_give_the_median(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    frame = SplitFrame(
        pd.DataFrame({"one": 1.0}, index=tiny_catalog.items.train.index),
        pd.DataFrame({"one": 1.0}, index=tiny_catalog.items.test.index.rename(ID)),
    )
    catalog = replace(tiny_catalog, sides=(SideTable("flat", frame, "flat-key"),))
    plan = random_plan(catalog)
    look = quick_look(catalog, plan, QuickSpec(("side:flat",)), store=store)
    log_price = to_log_price(catalog.price)
    predicted = np.empty_like(log_price)
    for fold in range(plan.n_folds):
        valid = plan.validation_mask(fold)
        predicted[valid] = np.median(log_price[~valid])
    np.testing.assert_allclose(look.row_smape_pct, row_smape_pct(catalog.price, to_price(predicted)))


def test_side_tables_of_one_file_on_other_rows_stay_apart(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    def with_side(catalog: Catalog, values: np.ndarray) -> Catalog:
        frame = SplitFrame(
            pd.DataFrame({"heat": values}, index=catalog.items.train.index),
            pd.DataFrame({"heat": np.nan}, index=catalog.items.test.index),
        )
        return replace(catalog, sides=(SideTable("spice", frame, "the-same-file"),))

    told = with_side(tiny_catalog, tiny_catalog.price.to_numpy())
    blind = with_side(shuffled(tiny_catalog, seed=2), np.arange(300.0))
    spec = QuickSpec(("side:spice",), rounds=20, min_leaf_rows=5)
    good, bad = (quick_look(c, random_plan(c), spec, store=store) for c in (told, blind))
    assert good.smape_pct < 30 < bad.smape_pct


def test_what_is_missing_is_told(tiny_catalog: Catalog, plan: FoldPlan, made: ArtifactStore) -> None:
    wanted = ["size", "words", "brand_price", "quality"]
    assert blocks_to_make(tiny_catalog, plan, wanted, store=made) == ["words", "quality"]
    with pytest.raises(InputError, match="no feature block named 'nonsense'"):
        blocks_to_make(tiny_catalog, plan, ["nonsense"], store=made)


def test_asking_what_is_missing_computes_and_reads_nothing(
    tiny_catalog: Catalog, plan: FoldPlan, store: ArtifactStore
) -> None:
    everything = list(known_blocks(tiny_catalog))
    assert blocks_to_make(tiny_catalog, plan, everything, store=store) == everything
    assert not store.has(artifact_key(tiny_catalog, "parse"))


@pytest.mark.parametrize("wrong", [{"blocks": ()}, {"rounds": 0}, {"max_bin": 1}, {"fit_rows": 1}, {"leaves": 1}])
def test_settings_out_of_range_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        replace(SPEC, **wrong)
