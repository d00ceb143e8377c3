"""The nested scheme: who may see whose price."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from core.encode import ENCODERS, encode_block
from core.encode.scheme import Scheme, run_scheme
from core.errors import InputError
from core.folds import random_plan
from core.store import ArtifactStore
from core.types import ID, Catalog
from tests.prices import repriced


@dataclass(frozen=True)
class CountingInputs:
    """One column: how many rows a fit may use; a second: the sum of their prices."""

    n_test: int

    @property
    def columns(self) -> tuple[str, ...]:
        return ("rows", "total")

    def values(self, log_price: np.ndarray, fit_masks: np.ndarray) -> Iterator[np.ndarray]:
        for fit in range(fit_masks.shape[1]):
            rows = fit_masks[:, fit]
            line = np.array([rows.sum(), log_price[rows].sum()], dtype=np.float32)
            yield np.tile(line, (len(log_price) + self.n_test, 1))


def _scheme() -> Scheme:
    fold = np.array([0, 0, 0, 1, 1, 1])
    part = np.array([0, 1, 0, 1, 0, 1])
    return Scheme(fold, part, n_folds=2, n_parts=2)


def test_each_row_reads_the_fit_that_left_it_out():
    log_price = np.array([1.0, 2.0, 4.0, 8.0, 16.0, 32.0])
    folds = run_scheme(
        _scheme(),
        CountingInputs(n_test=2),
        log_price,
        train_ids=pd.Index(list("abcdef"), name=ID),
        test_ids=pd.Index(["x", "y"], name=ID),
    )
    # Fold 0 trains on d, e, f; d and f are part 1, e is part 0.
    first = folds[0].train["total"].to_dict()
    assert first == {"a": 56.0, "b": 56.0, "c": 56.0, "d": 16.0, "e": 40.0, "f": 16.0}
    assert folds[0].test["total"].tolist() == [56.0, 56.0]
    assert folds[0].train["rows"].tolist() == [3, 3, 3, 1, 2, 1]
    # Fold 1 trains on a, b, c; a and c are part 0, b is part 1.
    assert folds[1].train["total"].to_dict() == {"a": 2.0, "b": 5.0, "c": 2.0, "d": 7.0, "e": 7.0, "f": 7.0}


def test_masks_are_inner_fits_then_the_outer_one():
    masks = _scheme().fit_masks()
    assert masks.astype(int).T.tolist() == [
        [0, 0, 0, 1, 0, 1],
        [0, 0, 0, 0, 1, 0],
        [0, 0, 0, 1, 1, 1],
        [0, 1, 0, 0, 0, 0],
        [1, 0, 1, 0, 0, 0],
        [1, 1, 1, 0, 0, 0],
    ]


def test_a_rows_part_does_not_hang_on_its_position(tiny_catalog: Catalog):
    plan = random_plan(tiny_catalog)
    scheme = Scheme.of(plan)
    turned = plan.fold_of.iloc[::-1]
    other = Scheme.of(type(plan)(plan.kind, plan.n_folds, plan.seed, turned, plan.key))
    assert np.array_equal(scheme.part[::-1], other.part)


@pytest.mark.parametrize("name", list(ENCODERS))
def test_a_validation_price_never_reaches_the_fold_that_validates_it(
    name: str, tiny_catalog: Catalog, store: ArtifactStore
):
    plan = random_plan(tiny_catalog)
    before = encode_block(tiny_catalog, plan, name, store=store)
    for fold in (0, 3):
        scrambled = repriced(tiny_catalog, plan.validation_mask(fold), factor=50.0)
        after = encode_block(scrambled, random_plan(scrambled), name, store=store)
        pd.testing.assert_frame_equal(before.folds[fold].train, after.folds[fold].train)
        pd.testing.assert_frame_equal(before.folds[fold].test, after.folds[fold].test)
        other = (fold + 1) % plan.n_folds
        assert not before.folds[other].train.equals(after.folds[other].train)


@pytest.mark.parametrize("name", list(ENCODERS))
def test_a_rows_own_price_never_reaches_its_own_columns(name: str, tiny_catalog: Catalog, store: ArtifactStore):
    plan = random_plan(tiny_catalog)
    before = encode_block(tiny_catalog, plan, name, store=store)
    for row in (0, 17, 123):
        only = np.zeros(tiny_catalog.n_train, dtype=bool)
        only[row] = True
        changed = repriced(tiny_catalog, only, factor=10.0)
        after = encode_block(changed, random_plan(changed), name, store=store)
        for fold in range(plan.n_folds):
            pd.testing.assert_series_equal(before.folds[fold].train.iloc[row], after.folds[fold].train.iloc[row])


@pytest.mark.parametrize("name", list(ENCODERS))
def test_blocks_declare_what_they_hold(name: str, tiny_catalog: Catalog, store: ArtifactStore):
    plan = random_plan(tiny_catalog)
    first = encode_block(tiny_catalog, plan, name, store=store)
    again = encode_block(tiny_catalog, plan, name, store=store)
    assert not first.cached
    assert again.cached
    assert first.info.uses_target
    assert first.folds[0].columns == list(ENCODERS[name].columns)
    for mine, theirs in zip(first.folds, again.folds, strict=True):
        tiny_catalog.items.check_rows(mine)
        pd.testing.assert_frame_equal(mine.train, theirs.train)


def test_an_unknown_block_is_named_with_the_known_ones(tiny_catalog: Catalog, store: ArtifactStore):
    with pytest.raises(InputError, match=r"'brand_prise'.*brand_price"):
        encode_block(tiny_catalog, random_plan(tiny_catalog), "brand_prise", store=store)
