"""The ladder from the flattering score to the honest one: every step really fitted and scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.encode import encoded_key, in_sample_brand_price
from core.features import artifact_key, brands
from core.folds import FoldPlan, grouped_plan, random_plan
from core.store import ArtifactStore, cache_key
from core.train import TrainSpec, train
from core.types import BlockInfo, Catalog, FeatureBlock, JsonDict, ProgressFn, no_progress, part_of

VERSION = 1
LEAK_BLOCK = "brand_price_leak"

SETTINGS: Mapping[str, str] = {
    "in_sample_brand_price": "Five simple columns and each brand's mean price over all train rows, its own included",
    "out_of_fold": "Five simple columns and the brand's price, each row left out of its own",
    "five_simple": "Five simple columns alone, no brand",
    "brand_grouped": "As out of fold, with every validation row's brand unseen",
}
"""Every step by its name in ``report.json``, most flattering first."""


@dataclass(frozen=True)
class GapStep:
    """One setting of the ladder: out-of-fold SMAPE of a small LightGBM, percent."""

    setting: str
    title: str
    oof_smape_pct: float

    def to_json(self) -> JsonDict:
        """A line of ``gap`` in ``report.json``."""
        return {"setting": self.setting, "oof_smape_pct": self.oof_smape_pct}


def gap_ladder(
    catalog: Catalog, *, store: ArtifactStore, seed: int = 0, n_folds: int = 5, report: ProgressFn = no_progress
) -> list[GapStep]:
    """Fit and score each of :data:`SETTINGS`, from the cache or computed and kept.

    All steps share one small LightGBM, so that they differ in what they are shown and in nothing else; the level of
    a step is not the level of the best model.

    Raises:
        InputError: Too few train rows for the folds.
        Cancelled: From ``report``.
    """
    key = gap_key(catalog, store=store, seed=seed, n_folds=n_folds)
    scores = store.json(key, lambda: _scores(catalog, store=store, seed=seed, n_folds=n_folds, report=report)).value
    report(1.0, "Gap ladder: done")
    return _steps(scores)


def find_gap(catalog: Catalog, *, store: ArtifactStore, seed: int = 0, n_folds: int = 5) -> list[GapStep] | None:
    """:func:`gap_ladder` when it was computed before, else None."""
    scores = store.find_json(gap_key(catalog, store=store, seed=seed, n_folds=n_folds))
    return None if scores is None else _steps(scores)


def _steps(scores: Mapping[str, float]) -> list[GapStep]:
    return [GapStep(setting, title, float(scores[setting])) for setting, title in SETTINGS.items()]


def gap_key(catalog: Catalog, *, store: ArtifactStore, seed: int, n_folds: int) -> str:
    """Cache key of the ladder."""
    plan = random_plan(catalog, n_folds=n_folds, seed=seed)
    parents = [
        plan.key,
        artifact_key(catalog, "brands"),
        artifact_key(catalog, "five_simple"),
        encoded_key(catalog, plan, "brand_price", store=store),
    ]
    return cache_key("shift.gap", VERSION, _small("five_simple", seed=seed).to_json(), parents)


def _scores(catalog: Catalog, *, store: ArtifactStore, seed: int, n_folds: int, report: ProgressFn) -> dict[str, float]:
    random = random_plan(catalog, n_folds=n_folds, seed=seed)
    groups = brands(catalog, store=store).value.train["brand_key"]
    steps: dict[str, tuple[FoldPlan, TrainSpec, list[FeatureBlock]]] = {
        "in_sample_brand_price": (random, _small("five_simple", seed=seed), [_leak(catalog, store)]),
        "out_of_fold": (random, _small("five_simple", "brand_price", seed=seed), []),
        "five_simple": (random, _small("five_simple", seed=seed), []),
        "brand_grouped": (
            grouped_plan(catalog, groups, n_folds=n_folds, seed=seed),
            _small("five_simple", "brand_price", seed=seed),
            [],
        ),
    }
    scores = {}
    for position, (setting, (plan, spec, extra)) in enumerate(steps.items()):
        stretch = part_of(report, position / len(steps), (position + 1) / len(steps))
        run = train(catalog, plan, spec, store=store, report=stretch, extra=extra, record=False)
        scores[setting] = run.oof_smape_pct
    return scores


def _small(*blocks: str, seed: int) -> TrainSpec:
    return TrainSpec("lightgbm", blocks, seed=seed, learning_rate=0.1, leaves=15, max_rounds=250, patience=40)


def _leak(catalog: Catalog, store: ArtifactStore) -> FeatureBlock:
    """The in-sample brand price as a block; no encoder would make it, so it is handed in from outside."""
    frame = in_sample_brand_price(catalog, store=store)
    info = BlockInfo(LEAK_BLOCK, "Leaking brand price", "Mean price of the brand over all train rows", uses_target=True)
    key = cache_key("shift.leak", VERSION, {}, [catalog.key, artifact_key(catalog, "brands")])
    return FeatureBlock(info, frame, key, seconds=0.0, cached=False)
