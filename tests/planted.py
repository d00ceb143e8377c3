"""Leaks planted on purpose, each as somebody would make it by mistake."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from core.encode import in_sample_brand_price
from core.features import brands, compute_block
from core.folds import FoldPlan
from core.sentinel import RemadeBlock
from core.store import ArtifactStore
from core.train import Run, fold_models, run_matrix
from core.types import ID, TEXT, BlockInfo, Catalog, FeatureBlock, SplitFrame


def brand_price_over_all_rows(store: ArtifactStore) -> RemadeBlock:
    """A brand's mean price over all train rows, validation rows included."""

    def make(catalog: Catalog, plan: FoldPlan) -> tuple[SplitFrame, ...]:
        return (in_sample_brand_price(catalog, store=store),) * plan.n_folds

    return RemadeBlock(_info("brand_leak"), "brand-leak", make)


def brand_price_within_training(store: ArtifactStore) -> RemadeBlock:
    """A brand's mean price over the fold's training rows, each training row's own price included."""

    def make(catalog: Catalog, plan: FoldPlan) -> tuple[SplitFrame, ...]:
        named = brands(catalog, store=store).value
        log_price = pd.Series(np.log(catalog.price), index=catalog.price.index)
        folds = []
        for fold in range(plan.n_folds):
            fit = ~plan.validation_mask(fold) & (named.train["brand_key"] != "").to_numpy()
            means = log_price[fit].groupby(named.train["brand_key"][fit]).mean()
            sides = (named.train, named.test)
            folds.append(SplitFrame(*(side["brand_key"].map(means).to_frame("brand_mean") for side in sides)))
        return tuple(folds)

    return RemadeBlock(_info("brand_within"), "brand-within", make)


def price_per_unit(catalog: Catalog, store: ArtifactStore) -> FeatureBlock:
    """Dollars per gram, millilitre or piece, to a hundredth of a cent."""
    size = compute_block(catalog, "size", store=store).frame.train["total_size"]
    return column(catalog, "per_unit", (catalog.price / size).round(4))


def noisy_copy(catalog: Catalog, *, noise: float = 0.5, seed: int = 0) -> FeatureBlock:
    """``log_price`` plus normal noise."""
    draw = np.random.default_rng(seed).normal(0.0, noise, catalog.n_train)
    return column(catalog, "noisy", pd.Series(np.log(catalog.price) + draw, index=catalog.price.index))


def column(catalog: Catalog, name: str, values: pd.Series) -> FeatureBlock:
    """One train column as a finished block, missing in test."""
    test = pd.DataFrame({name: np.nan}, index=catalog.items.test.index)
    frame = SplitFrame(values.rename(name).to_frame().rename_axis(ID), test.rename_axis(ID))
    key = f"{name}-{pd.util.hash_pandas_object(frame.train).sum()}"
    return FeatureBlock(_info("handed_in"), frame, key, 0.0, cached=False)


def with_repeated_rows(catalog: Catalog, *, share: float, seed: int = 0, retyped: bool = False) -> Catalog:
    """The catalogue with a share of its train rows listed once more under new ids, at the same price.

    Args:
        retyped: In capitals and with a note at the end of the item's description.
    """
    rows = np.sort(np.random.default_rng(seed).permutation(catalog.n_train)[: round(share * catalog.n_train)])
    again, price = catalog.items.train.iloc[rows], catalog.price.iloc[rows]
    ids = pd.Index([f"9{place:08d}" for place in range(len(rows))], name=ID, dtype=catalog.items.train.index.dtype)
    if retyped:
        again = again.assign(**{TEXT: again[TEXT].str.replace("Value:", "Product Description: Listed twice.\nValue:")})
    order = np.random.default_rng(seed + 1).permutation(catalog.n_train + len(rows))
    train = pd.concat([catalog.items.train, again.set_axis(ids)]).iloc[order].rename_axis(ID)
    prices = pd.concat([catalog.price, price.set_axis(ids)]).iloc[order].rename_axis(ID)
    key = f"{catalog.key}-repeated-{share}-{seed}-{retyped}"
    return replace(catalog, items=SplitFrame(train, catalog.items.test), price=prices, key=key)


def with_pseudo_labels(run: Run, catalog: Catalog, plan: FoldPlan, *, fold: int, store: ArtifactStore) -> Run:
    """The run with one fold's rows predicted by a model that was trained with their prices."""
    other = (fold + 1) % plan.n_folds
    valid = plan.validation_mask(fold)
    matrix = run_matrix(catalog, plan, run, other, store=store)
    seen = fold_models(run, store=store)[other].predict(matrix.train[valid], rounds=run.rounds[other])
    predicted = run.oof_log_price.copy()
    predicted[valid] = seen
    return replace(run, oof_log_price=predicted)


def _info(name: str) -> BlockInfo:
    return BlockInfo(name, name, "Planted", uses_target=True)
