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
from core.shift.paired import LEVEL, Interval, clustered, refit_spread
from core.shift.spread import brand_codes
from core.shift.support import fold_support, rows_in_both
from core.shift.together import apart_share, duplicate_groups
from core.store import ArtifactStore, cache_key
from core.train import TrainSpec, known_blocks, train
from core.types import BlockInfo, Catalog, FeatureBlock, FloatArray, ProgressFn, part_of

LEAK_BLOCK = "brand_price_leak"
LEAK_VERSION = 1

SMALL = TrainSpec("lightgbm", ("five_simple",), learning_rate=0.1, leaves=15, max_rounds=250, patience=40)
"""The one model of all steps: a second or so a setting at 6,480 rows."""
BRAND_PRICE = ("five_simple", "brand_price")
ALL_TEXT = ("size", "text_stats", "quality", "category", "brand", "brand_price", "words", "neighbours", "text_size")
"""The blocks of the default preset. A diagnosis has just encoded them for the same folds, so they cost it nothing."""
SLOW = ("words", "neighbours", "text_size")
"""Left out where the ladder is fitted on drawn rows, which nothing else has encoded: they would take longer than all
other steps together."""
DRAWS = ((10_000, 3), (MAX_ROWS, 2))
"""Fold plans of each kind that are drawn and fitted, by the most train rows: at 6,480 rows one draw of random folds
scores 0.3 SMAPE beside the next, which no interval over the rows of one draw knows of."""
ONE_DRAW = ("brand_grouped", "all_text")
"""Settings fitted on the first draw alone: their changes are far larger than that, or their blocks too slow."""
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
class _Rows:
    """The rows of the ladder and what the fold plans look at; the same for every draw.

    Attributes:
        catalog: All of train, or the drawn part of it.
        brand_key: Brand of each of its rows, as read in the whole catalogue.
        in_both: Rows of that brand in both files.
        test_support, test_in_both: As :func:`core.folds.like_test_plan` wants them.
        groups: Duplicates.
        twin_test_share: Share of the test rows with a duplicate in train.
        notes: What is to be said of a setting.
    """

    catalog: Catalog
    brand_key: pd.Series
    in_both: FloatArray
    test_support: FloatArray
    test_in_both: FloatArray
    groups: pd.Series
    twin_test_share: float
    notes: Mapping[str, str]


@dataclass(frozen=True)
class _Plans:
    """One draw of each kind of folds.

    Attributes:
        like_test: None where test has no readable brand.
        twins_kept: True when the test-like folds keep duplicates together, because test has fewer than the folds.
        notes: What is to be said of a setting.
    """

    random: FoldPlan
    together: FoldPlan
    grouped: FoldPlan
    like_test: MatchedPlan | None
    twins_kept: bool
    notes: Mapping[str, str]
    whole: tuple[str, ...]


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
    rows = _rows(catalog, store=store, seed=seed, n_folds=n_folds)
    n_draws = next((draws for most, draws in DRAWS if rows.catalog.n_train <= most), DRAWS[-1][1])
    errors: dict[str, list[FloatArray]] = {}
    against: dict[str, str] = {}
    notes = dict(rows.notes)
    for draw in range(n_draws):
        plans = _plans(rows, seed=seed + draw, n_folds=n_folds)
        fits = {name: fit for name, fit in _fits(plans).items() if draw == 0 or name not in ONE_DRAW}
        for position, (setting, fit) in enumerate(fits.items()):
            low, high = ((draw + (position + step) / len(fits)) / n_draws for step in (0, 1))
            told = _errors(rows.catalog, fit, store=store, seed=seed + draw, report=part_of(report, low, high))
            errors.setdefault(setting, []).append(told)
            against[setting] = fit.against
        notes = {**plans.notes, **notes}
    return _compared(errors, against, notes, rows.brand_key)


def _compared(
    errors: Mapping[str, list[FloatArray]], against: Mapping[str, str], notes: Mapping[str, str], brand_key: pd.Series
) -> dict[str, Measured]:
    """Levels and paired changes over the draws that two settings share."""
    (cluster,) = brand_codes(brand_key.to_numpy(dtype=object))
    changes = {
        setting: [after - before for after, before in zip(errors[setting], errors[other], strict=False)]
        for setting, other in against.items()
        if other
    }
    refit = refit_spread([[float(change.mean()) for change in drawn] for drawn in changes.values()])
    return {
        setting: Measured(
            clustered(np.mean(drawn, axis=0), cluster),
            len(cluster),
            float(drawn[0].std()),
            against[setting],
            clustered(np.mean(changes[setting], axis=0), cluster).widened(refit.half(len(changes[setting])))
            if setting in changes
            else None,
            notes.get(setting, ""),
        )
        for setting, drawn in errors.items()
    }


def _fits(plans: _Plans) -> dict[str, _Fit]:
    """Each setting by its name; whatever a setting is compared with stands before it."""
    fits = {
        "in_sample_brand_price": _Fit(plans.random, ("five_simple",), "", leak=True),
        "out_of_fold": _Fit(plans.random, BRAND_PRICE, "in_sample_brand_price"),
        "twins_together": _Fit(plans.together, BRAND_PRICE, "out_of_fold"),
        "brand_grouped": _Fit(plans.grouped, BRAND_PRICE, "out_of_fold"),
        "five_simple": _Fit(plans.random, ("five_simple",), "out_of_fold"),
        "all_text": _Fit(plans.random, plans.whole, "five_simple"),
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


def _rows(catalog: Catalog, *, store: ArtifactStore, seed: int, n_folds: int) -> _Rows:
    named = brands(catalog, store=store).value
    view = fold_support(named, "brand_key", random_plan(catalog, n_folds=n_folds, seed=seed), seed=seed)
    in_both, test_in_both = rows_in_both(named, "brand_key")
    twin_test_share = catalog_duplicates(catalog, store=store).n_test_rows / max(1, catalog.n_test)
    key, notes = named.train["brand_key"], {}
    if catalog.n_train > MAX_ROWS:
        kept = drawn_brands(key, max_rows=MAX_ROWS, seed=seed)
        notes["in_sample_brand_price"] = (
            f"Of {catalog.n_train:,} train rows the ladder is fitted on {int(kept.sum()):,}: whole brands, drawn at"
            " random"
        )
        notes["all_text"] = f"Without {', '.join(SLOW)}, which would take too long for the drawn rows"
        catalog, key, in_both = part_of_train(catalog, kept), key[kept], in_both[kept]
    test_support = view.test["support"].to_numpy(dtype=np.float64)
    return _Rows(catalog, key, in_both, test_support, test_in_both, duplicate_groups(catalog), twin_test_share, notes)


def _plans(rows: _Rows, *, seed: int, n_folds: int) -> _Plans:
    catalog, groups = rows.catalog, rows.groups
    plain = random_plan(catalog, n_folds=n_folds, seed=seed)
    together = together_plan(catalog, groups, n_folds=n_folds, seed=seed) if (groups != "").any() else plain
    twin_share = apart_share(groups, plain)
    twins_kept = twin_share > TWINS_MATTER and rows.twin_test_share < twin_share / 2
    notes = {
        "twins_together": f"{100 * twin_share:.1f} % of the validation rows of random folds have a duplicate in"
        f" training; {100 * rows.twin_test_share:.1f} % of the test rows have one in train"
    }
    matched = None
    if np.isfinite(rows.test_support).any():
        matched = like_test_plan(
            catalog,
            rows.brand_key,
            rows.in_both,
            test_support=rows.test_support,
            test_brand_rows=rows.test_in_both,
            groups=groups if twins_kept else None,
            n_folds=n_folds,
            seed=seed,
        )
        kept = ". Duplicates are kept in one fold, since test has fewer" if twins_kept else ""
        notes["test_like"] = f"{matched.note}{kept}"
    grouped = grouped_plan(catalog, rows.brand_key, n_folds=n_folds, seed=seed)
    known = known_blocks(catalog)
    slow = SLOW if "all_text" in rows.notes else ()
    whole = tuple(name for name in ALL_TEXT if known[name].fits(catalog.n_train) and name not in slow)
    return _Plans(plain, together, grouped, matched, twins_kept, notes, whole)


def _leak(catalog: Catalog, store: ArtifactStore) -> FeatureBlock:
    """The in-sample brand price as a block; no encoder would make it, so it is handed in from outside."""
    frame = in_sample_brand_price(catalog, store=store)
    info = BlockInfo(LEAK_BLOCK, "Leaking brand price", "Mean price of the brand over all train rows", uses_target=True)
    key = cache_key("shift.leak", LEAK_VERSION, {}, [catalog.key, artifact_key(catalog, "brands")])
    return FeatureBlock(info, frame, key, seconds=0.0, cached=False)
