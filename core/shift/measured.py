"""Adversarial validation of a whole catalogue, from the cache or computed and kept."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pandas as pd

from core.folds import FoldPlan
from core.shift.adversarial import Adversarial, AdversarialSpec, adversarial
from core.shift.auc import Auc
from core.shift.columns import columns_key, modalities_of, shift_columns
from core.store import ArtifactStore, cache_key
from core.types import Catalog, ProgressFn, SplitFrame, no_progress, part_of

VERSION = 1


def catalog_adversarial(
    catalog: Catalog, plan: FoldPlan, *, store: ArtifactStore, seed: int = 0, report: ProgressFn = no_progress
) -> Adversarial:
    """:func:`core.shift.adversarial` over text, size and brand columns of the catalogue."""
    columns = shift_columns(catalog, plan, store=store, seed=seed, report=part_of(report, 0.0, 0.5))
    key, facts_key = _keys(columns.key, seed)

    @functools.cache
    def found() -> Adversarial:
        report(0.5, "Telling test from train")
        spec = AdversarialSpec(seed=seed)
        return adversarial(columns.value, modalities=modalities_of(columns.value.columns), spec=spec)

    facts = store.json(facts_key, lambda: _to_json(found()))
    propensity = store.split_frame(key, lambda: found().propensity)
    report(1.0, "Shift: done")
    return _from_json(facts.value, propensity.value)


def find_adversarial(catalog: Catalog, plan: FoldPlan, *, store: ArtifactStore, seed: int = 0) -> Adversarial | None:
    """:func:`catalog_adversarial` when it was computed before, else None; cheap either way."""
    key, facts_key = _keys(columns_key(catalog, plan, seed=seed), seed)
    facts = store.find_json(facts_key)
    if facts is None or not store.has(key):
        return None
    return catalog_adversarial(catalog, plan, store=store, seed=seed)


def adversarial_keys(catalog: Catalog, plan: FoldPlan, *, seed: int) -> tuple[str, str]:
    """Keys under which :func:`catalog_adversarial` keeps what it finds."""
    return _keys(columns_key(catalog, plan, seed=seed), seed)


def _keys(parent: str, seed: int) -> tuple[str, str]:
    """Keys of the propensities and of the figures beside them."""
    key = cache_key("shift.adversarial", VERSION, {"seed": seed}, [parent])
    return key, cache_key("shift.adversarial.facts", VERSION, {}, [key])


def _to_json(found: Adversarial) -> dict[str, Any]:
    top = found.top_columns.astype({"auc_alone": object})
    return {
        "total": [found.auc, found.low, found.high],
        "by_modality": {name: [auc.value, auc.low, auc.high] for name, auc in found.by_modality.items()},
        "top": [[None if pd.isna(v) else v for v in row] for row in top.to_numpy(dtype=object).tolist()],
    }


def _from_json(facts: dict[str, Any], propensity: SplitFrame) -> Adversarial:
    top = pd.DataFrame(facts["top"], columns=["column", "modality", "weight", "auc_alone"])
    auc, low, high = facts["total"]
    return Adversarial(
        auc=auc,
        low=low,
        high=high,
        by_modality={name: Auc(*values) for name, values in facts["by_modality"].items()},
        propensity=propensity,
        top_columns=top.astype({"weight": np.float64, "auc_alone": np.float64}),
        n_train=len(propensity.train),
        n_test=len(propensity.test),
    )
