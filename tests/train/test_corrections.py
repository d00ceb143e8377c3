"""What the user puts right reaches encoders and runs, and only those that it concerns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.encode import ENCODERS
from core.encode.registry import encoded_key
from core.errors import InputError
from core.features import artifact_key, brands
from core.folds import FoldPlan, grouped_plan, random_plan
from core.overrides import Override, Overrides
from core.sentinel.lab import open_lab
from core.shift.apart import part_of_train
from core.store import ArtifactStore
from core.train import TrainSpec, list_runs, run_matrix, train
from core.types import Catalog

QUICK = {"max_rounds": 10, "patience": 5, "learning_rate": 0.2, "leaves": 7, "min_leaf_rows": 5}


def corrected(catalog: Catalog, *lines: Override) -> Catalog:
    return replace(catalog, overrides=Overrides(lines, f"key of {lines!r}".encode().hex()[:32]))


@pytest.fixture
def brand_fixed(tiny_catalog: Catalog) -> Catalog:
    return corrected(tiny_catalog, Override("brand", "Quillmoor", "train", str(tiny_catalog.items.train.index[0])))


@pytest.fixture
def pack_fixed(tiny_catalog: Catalog) -> Catalog:
    return corrected(tiny_catalog, Override("pack_count", "9", "train", str(tiny_catalog.items.train.index[0])))


@pytest.fixture
def plan(tiny_catalog: Catalog) -> FoldPlan:
    return random_plan(tiny_catalog, n_folds=3)


def test_encoders_move_with_the_brands_and_sizes_that_they_use(
    tiny_catalog: Catalog, brand_fixed: Catalog, pack_fixed: Catalog, plan: FoldPlan, store: ArtifactStore
) -> None:
    def moved(catalog: Catalog) -> set[str]:
        return {
            name
            for name in ENCODERS
            if encoded_key(catalog, plan, name, store=store) != encoded_key(tiny_catalog, plan, name, store=store)
        }

    assert {"brand_price", "text_size"} <= moved(brand_fixed)
    assert {"brand_price", "text_size"} <= moved(pack_fixed)
    assert moved(brand_fixed) < set(ENCODERS)


def test_folds_stay_and_brand_grouped_folds_follow_the_brands(
    tiny_catalog: Catalog, brand_fixed: Catalog, pack_fixed: Catalog, plan: FoldPlan, store: ArtifactStore
) -> None:
    def grouped(catalog: Catalog) -> str:
        return grouped_plan(catalog, brands(catalog, store=store).value.train["brand_key"], n_folds=3).key

    for catalog in (brand_fixed, pack_fixed):
        assert random_plan(catalog, n_folds=3).key == plan.key
    assert grouped(pack_fixed) == grouped(tiny_catalog)


def test_runs_move_with_their_blocks_and_stay_comparable(
    tiny_catalog: Catalog, pack_fixed: Catalog, plan: FoldPlan, store: ArtifactStore
) -> None:
    sizes, shelf = (TrainSpec("lightgbm", (name,), **QUICK) for name in ("size", "category"))  # type: ignore[arg-type]
    before = train(tiny_catalog, plan, sizes, store=store)
    kept = train(tiny_catalog, plan, shelf, store=store)
    after = train(pack_fixed, plan, sizes, store=store)
    assert after.run_id != before.run_id and not after.cached
    assert train(pack_fixed, plan, shelf, store=store).run_id == kept.run_id
    assert train(tiny_catalog, plan, sizes, store=store).cached
    listed = {run.run_id for run in list_runs(tiny_catalog.key, store=store)}
    assert listed == {before.run_id, after.run_id, kept.run_id}


def test_a_run_is_never_explained_by_columns_that_it_did_not_see(
    tiny_catalog: Catalog, pack_fixed: Catalog, plan: FoldPlan, store: ArtifactStore
) -> None:
    run = train(tiny_catalog, plan, TrainSpec("lightgbm", ("size",), **QUICK), store=store)  # type: ignore[arg-type]
    assert run_matrix(tiny_catalog, plan, run, 0, store=store).columns
    with pytest.raises(InputError, match="trained on other readings"):
        run_matrix(pack_fixed, plan, run, 0, store=store)


def test_drawn_parts_of_a_catalogue_carry_the_corrections(
    tiny_catalog: Catalog, pack_fixed: Catalog, plan: FoldPlan, store: ArtifactStore
) -> None:
    kept = plan.fold_of > 0
    part, plain = part_of_train(pack_fixed, kept), part_of_train(tiny_catalog, kept)
    assert part.key == plain.key
    assert artifact_key(part, "size") != artifact_key(plain, "size")
    assert artifact_key(part, "brands") == artifact_key(plain, "brands")
    labs = [open_lab(one, plan, ["size"], [], store=store, seed=0).catalog for one in (tiny_catalog, pack_fixed)]
    assert labs[0].key != labs[1].key
