"""What the gap ladder fits: the rows, the fold plans, and the errors of each setting on the same rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.encode import in_sample_brand_price
from core.features import artifact_key, brands
from core.folds import FoldPlan, MatchedPlan, grouped_plan, like_test_plan, random_plan, together_plan
from core.metrics import row_smape_pct, to_price
from core.shift.apart import MAX_ROWS, drawn_brands, part_of_train
from core.shift.duplicates import catalog_duplicates
from core.shift.paired import LEVEL, Interval, clustered
from core.shift.spread import brand_codes
from core.shift.support import train_support
from core.shift.twins import apart_share, twin_groups
from core.store import ArtifactStore, cache_key
from core.train import TrainSpec, known_blocks, train
from core.types import BlockInfo, Catalog, FeatureBlock, FloatArray, ProgressFn, part_of

LEAK_BLOCK = "brand_price_leak"
LEAK_VERSION = 1

SMALL = TrainSpec("lightgbm", ("five_simple",), learning_rate=0.1, leaves=15, max_rounds=250, patience=40)
"""The one model of all steps: a second or so a setting at 6,480 rows."""
BRAND_PRICE = ("five_simple", "brand_price")
ALL_TEXT = ("size", "text_stats", "quality", "category", "brand", "brand_price", "words", "text_size")
"""The blocks of the default preset. A diagnosis has just encoded them for the same folds, so they cost it nothing."""
SLOW = ("words", "text_size")
"""Left out where the ladder is fitted on drawn rows, which nothing else has encoded: they would take longer than all
other steps together."""
TWINS_MATTER = 0.01
"""Share of validation rows with a duplicate in training from which test's share decides whether test-like folds keep
duplicates together."""


@dataclass(frozen=True)
class Measured:
    """One setting's score, and its change against another's on the same rows."""

    smape_pct: Interval
    n_rows: int
    row_sd_pct: float
    against: str = ""
    change_pct: Interval | None = None
    note: str = ""
    level: float = LEVEL


@dataclass(frozen=True)
class _Plans:
    """The rows of the ladder and how they are folded.

    Attributes:
        catalog: All of train, or the drawn part of it.
        brand_key: Brand of each of its rows, as read in the whole catalogue.
        like_test: None where test has no readable brand.
        twins_kept: True when the test-like folds keep duplicates together, because test has fewer than the folds.
        notes: What is to be said of a setting.
    """

    catalog: Catalog
    brand_key: pd.Series
    random: FoldPlan
    together: FoldPlan
    grouped: FoldPlan
    like_test: MatchedPlan | None
    twins_kept: bool
    notes: Mapping[str, str]


@dataclass(frozen=True)
class _Fit:
    """How a setting is fitted, and what it is compared with."""

    plan: FoldPlan
    blocks: tuple[str, ...]
    against: str
    leak: bool = False
    row_weight: FloatArray | None = None


def measured_steps(
    catalog: Catalog, *, store: ArtifactStore, seed: int, n_folds: int, report: ProgressFn
) -> dict[str, Measured]:
    """Every setting that these rows allow, fitted and compared."""
    plans = _plans(catalog, store=store, seed=seed, n_folds=n_folds)
    fits = _fits(plans)
    (cluster,) = brand_codes(plans.brand_key.to_numpy(dtype=object))
    errors: dict[str, FloatArray] = {}
    for position, (setting, fit) in enumerate(fits.items()):
        stretch = part_of(report, position / len(fits), (position + 1) / len(fits))
        errors[setting] = _errors(plans.catalog, fit, store=store, seed=seed, report=stretch)
    return {
        setting: Measured(
            clustered(errors[setting], cluster),
            len(cluster),
            float(errors[setting].std()),
            fit.against,
            clustered(errors[setting] - errors[fit.against], cluster) if fit.against else None,
            plans.notes.get(setting, ""),
        )
        for setting, fit in fits.items()
    }


def _fits(plans: _Plans) -> dict[str, _Fit]:
    """Each setting by its name; whatever a setting is compared with stands before it."""
    whole = [
        name
        for name in ALL_TEXT
        if known_blocks(plans.catalog)[name].fits(plans.catalog.n_train)
        and not ("all_text" in plans.notes and name in SLOW)
    ]
    fits = {
        "in_sample_brand_price": _Fit(plans.random, ("five_simple",), "", leak=True),
        "out_of_fold": _Fit(plans.random, BRAND_PRICE, "in_sample_brand_price"),
        "twins_together": _Fit(plans.together, BRAND_PRICE, "out_of_fold"),
        "brand_grouped": _Fit(plans.grouped, BRAND_PRICE, "out_of_fold"),
        "five_simple": _Fit(plans.random, ("five_simple",), "out_of_fold"),
        "all_text": _Fit(plans.random, tuple(whole), "five_simple"),
    }
    if plans.like_test is not None:
        weight = plans.like_test.row_weight.to_numpy(dtype=np.float64)
        before = "twins_together" if plans.twins_kept else "out_of_fold"
        fits["test_like"] = _Fit(plans.like_test.plan, BRAND_PRICE, before, row_weight=weight)
    return fits


def _errors(catalog: Catalog, fit: _Fit, *, store: ArtifactStore, seed: int, report: ProgressFn) -> FloatArray:
    """Row SMAPE of each train row out of fold, times its weight."""
    extra = [_leak(catalog, store)] if fit.leak else []
    spec = replace(SMALL, blocks=fit.blocks, seed=seed)
    run = train(catalog, fit.plan, spec, store=store, report=report, extra=extra, record=False)
    error = row_smape_pct(catalog.price, to_price(run.oof_log_price))
    return error if fit.row_weight is None else error * fit.row_weight


def _plans(catalog: Catalog, *, store: ArtifactStore, seed: int, n_folds: int) -> _Plans:
    named = brands(catalog, store=store).value
    support = train_support(named, "brand_key").to_numpy(dtype=np.float64)
    twin_test_share = catalog_duplicates(catalog, store=store).n_test_rows / max(1, catalog.n_test)
    key, notes = named.train["brand_key"], {}
    if catalog.n_train > MAX_ROWS:
        kept = drawn_brands(key, max_rows=MAX_ROWS, seed=seed)
        notes["in_sample_brand_price"] = (
            f"Of {catalog.n_train:,} train rows the ladder is fitted on {int(kept.sum()):,}: whole brands, drawn at"
            " random"
        )
        notes["all_text"] = f"Without {' and '.join(SLOW)}, which would take too long for the drawn rows"
        catalog, key = part_of_train(catalog, kept), key[kept]
    groups = twin_groups(catalog)
    plain = random_plan(catalog, n_folds=n_folds, seed=seed)
    together = together_plan(catalog, groups, n_folds=n_folds, seed=seed) if (groups != "").any() else plain
    twin_share = apart_share(groups, plain)
    twins_kept = twin_share > TWINS_MATTER and twin_test_share < twin_share / 2
    notes["twins_together"] = (
        f"{100 * twin_share:.1f} % of the validation rows of random folds have a duplicate in training;"
        f" {100 * twin_test_share:.1f} % of the test rows have one in train"
    )
    matched = None
    if np.isfinite(support).any():
        held = groups if twins_kept else None
        matched = like_test_plan(catalog, key, support, groups=held, n_folds=n_folds, seed=seed)
        notes["test_like"] = _matched_note(matched, twins_kept)
    grouped = grouped_plan(catalog, key, n_folds=n_folds, seed=seed)
    return _Plans(catalog, key, plain, together, grouped, matched, twins_kept, notes)


def _matched_note(matched: MatchedPlan, twins_kept: bool) -> str:
    target, reached = matched.target_pct["unseen"], matched.reached_pct["unseen"]
    said = matched.note or (
        f"{reached:.1f} % of these validation rows have a brand that their training part never shows; of the test"
        f" rows {target:.1f} % (rows whose brand can be read)"
    )
    return f"{said}. Duplicates are kept in one fold, since test has fewer" if twins_kept else said


def _leak(catalog: Catalog, store: ArtifactStore) -> FeatureBlock:
    """The in-sample brand price as a block; no encoder would make it, so it is handed in from outside."""
    frame = in_sample_brand_price(catalog, store=store)
    info = BlockInfo(LEAK_BLOCK, "Leaking brand price", "Mean price of the brand over all train rows", uses_target=True)
    key = cache_key("shift.leak", LEAK_VERSION, {}, [catalog.key, artifact_key(catalog, "brands")])
    return FeatureBlock(info, frame, key, seconds=0.0, cached=False)
