"""``run``: from two files to a checked submission and its report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.blend import Decision, Member, blend, decide
from core.catalog import CatalogSource, load_catalog
from core.embed import Embedding, ModelSpec, compute_vector_block, vector_blocks
from core.errors import InputError
from core.export import Export, judged_json, submission_frame
from core.features import compute_block
from core.folds import FoldPlan, PlanName
from core.gains import brand_clusters
from core.metrics import log_smape_pct, mean_interval, row_smape_pct, to_log_price, to_price
from core.pipeline.clock import Clock, peak_rss_mb
from core.pipeline.delivery import exported, write_files
from core.pipeline.diagnosis import data_json, diagnosis_json, sentinel_json
from core.pipeline.pictures import with_pictures
from core.pipeline.reports import SCHEMA, keep_report
from core.plans import draw_plan, matched_note, matched_smape_pct, plan_name
from core.presets import DEFAULT_PRESET, Preset, find_preset
from core.shift import Predictions
from core.store import ArtifactStore
from core.train import DRAWS_NOTHING, MOST_SEEDS, Run, TrainSpec, known_blocks, train
from core.types import Catalog, ProgressFn, no_progress, part_of

N_FOLDS = 5
INTERVAL_LEVEL = 0.9


@dataclass(frozen=True)
class PipelineSpec:
    """What a headless run is asked for.

    Attributes:
        preset: Name of a :class:`core.presets.Preset`.
        seed: Feeds the fold plan and the models.
        forecast: False leaves the shift, the gap, the forecast and the leak sentinel out.
        model: An open_clip model whose vectors of texts, and of photos where there is a folder of them, join the
            blocks; None for none.
        plan: The folds; brand-grouped ones leave shift, gap and forecast out, because rows of unseen brands alone
            cannot tell what rows of known ones will score.
        seeds_bagged: Models of each fold whose mean predicts, for the families that draw at random.

    Raises:
        InputError: No such preset or plan, a negative seed, or too many seeds to average.
    """

    preset: str = DEFAULT_PRESET
    seed: int = 0
    forecast: bool = True
    model: ModelSpec | None = None
    plan: PlanName = "random"
    seeds_bagged: int = 1

    def __post_init__(self) -> None:
        find_preset(self.preset)
        plan_name(self.plan)
        if not 1 <= self.seeds_bagged <= MOST_SEEDS:
            raise InputError(f"{self.seeds_bagged} seeds to average.", f"Take 1 to {MOST_SEEDS}.")
        if self.seed < 0:
            raise InputError(f"seed {self.seed} is negative.", "Take 0 or more.")


@dataclass(frozen=True)
class PipelineResult:
    """The report's fields and the submission's rows (``sample_id``, ``price`` in US dollars).

    Attributes:
        export: What the bundle is made from.
        store: Holds the runs' models.
    """

    report: dict[str, Any]
    submission: pd.DataFrame
    catalog: Catalog
    export: Export
    store: ArtifactStore


def run_pipeline(
    source: CatalogSource, spec: PipelineSpec, *, store: ArtifactStore, report: ProgressFn = no_progress
) -> PipelineResult:
    """Read, train, blend, diagnose and check; nothing is written but the cache.

    Raises:
        InputError: The files cannot be used, or the submission fails a check.
        Cancelled: From ``report``; what is finished stays in the cache.
    """
    clock = Clock()
    preset = find_preset(spec.preset)
    with clock.stage("catalog"):
        report(0.0, "reading the files")
        catalog = load_catalog(source)
        plan = draw_plan(catalog, spec.plan, store=store, n_folds=N_FOLDS, seed=spec.seed)
    embeddings: list[Embedding] = []
    if source.images is not None or spec.model is not None:
        with clock.stage("pictures"):
            stretch = part_of(report, 0.02, 0.3)
            catalog, embeddings = with_pictures(catalog, source, spec.model, store=store, report=stretch)
    stretch = part_of(report, 0.3 if embeddings else 0.02, 0.8)
    runs = _train_members(catalog, plan, preset, spec, clock, store=store, report=stretch)
    with clock.stage("blend"):
        members = [Member(run.run_id, run.oof_log_price, run.test_log_price) for run in runs]
        weighed = blend(members, catalog.price, plan)
        clusters = brand_clusters(catalog, store=store)
        decision = decide(weighed, members, catalog.price, plan, clusters=clusters)
        mixed = decision.blend
        submission = submission_frame(mixed.test_log_price)
    found = _report(catalog, plan, preset, spec, runs, decision, store=store)
    if spec.forecast:
        if spec.plan != "brand":
            predictions = Predictions(mixed.nested_log_price, fold_predictions(runs, decision))
            stretch = part_of(report, 0.8, 0.93)
            found |= diagnosis_json(
                catalog, plan, predictions, runs[0].spec, clock, seed=spec.seed, store=store, report=stretch
            )
        stretch = part_of(report, 0.93, 1.0)
        found["sentinel"] = sentinel_json(
            catalog, plan, runs, mixed, clock, seed=spec.seed, store=store, report=stretch
        )
    export = exported(catalog, source, plan, runs, mixed, submission, found)
    found["export"] = judged_json(export.judged, len(submission))
    if embeddings:
        found["embeddings"] = [embedding.report() for embedding in embeddings]
    found |= {"seconds": clock.report(), "peak_rss_mb": peak_rss_mb()}
    keep_report(found, catalog.key, store=store)
    report(1.0, "done")
    return PipelineResult(found, submission, catalog, export, store)


def write_result(result: PipelineResult, folder: Path) -> None:
    """Write ``test_out.csv``, ``bundle.zip`` and then ``report.json``, each whole or not at all.

    Raises:
        StorageError: The disk refused.
    """
    write_files(result.export, result.report, folder, store=result.store)


def fold_predictions(runs: list[Run], decision: Decision) -> pd.DataFrame:
    """Test rows' ``log_price`` by the blend of each fold's models, moved as the mean of all is; one column a fold."""
    first, mixed = runs[0].test_fold_log_price, decision.blend
    columns = {
        fold: mixed.mix({run.run_id: run.test_fold_log_price[fold].to_numpy(dtype=np.float64) for run in runs})
        for fold in first.columns
    }
    return pd.DataFrame(columns, index=first.index).add(decision.test_move, axis=0)


def _train_members(
    catalog: Catalog,
    plan: FoldPlan,
    preset: Preset,
    spec: PipelineSpec,
    clock: Clock,
    *,
    store: ArtifactStore,
    report: ProgressFn,
) -> list[Run]:
    runs = []
    for position, member in enumerate(preset.members):
        low, high = (position + step for step in (0, 1))
        stretch = part_of(report, low / len(preset.members), high / len(preset.members))
        wanted = TrainSpec(member.family, preset.blocks_for(catalog), seed=spec.seed, loss=member.loss)
        if member.family not in DRAWS_NOTHING:
            wanted = replace(wanted, seeds_bagged=spec.seeds_bagged)
        with clock.stage(f"train.{member.name}"):
            runs.append(train(catalog, plan, wanted, store=store, report=stretch))
    return runs


def _report(
    catalog: Catalog,
    plan: FoldPlan,
    preset: Preset,
    spec: PipelineSpec,
    runs: list[Run],
    decision: Decision,
    *,
    store: ArtifactStore,
) -> dict[str, Any]:
    log_price, mixed = to_log_price(catalog.price), decision.blend
    nested = mixed.nested_log_price.to_numpy(dtype=np.float64)
    masks = [plan.validation_mask(fold) for fold in range(plan.n_folds)]
    low, high = mean_interval(row_smape_pct(catalog.price, to_price(nested)), level=INTERVAL_LEVEL)
    return {
        "schema": SCHEMA,
        "command": "run",
        "seed": spec.seed,
        "preset": preset.name,
        "data": data_json(catalog),
        "cv": {
            "smape_pct": mixed.nested_smape_pct,
            "low_pct": low,
            "high_pct": high,
            "level": INTERVAL_LEVEL,
            "fold_smape_pct": [log_smape_pct(log_price[mask], nested[mask]) for mask in masks],
            "fold_plan": plan.kind,
            **_matched_json(plan, mixed.nested_log_price, catalog, store),
        },
        "runs": [_run_json(run) for run in runs],
        "blend": {
            "space": mixed.space,
            "method": mixed.method,
            "weights": dict(mixed.weights),
            "in_sample_smape_pct": mixed.in_sample_smape_pct,
            "nested_smape_pct": mixed.nested_smape_pct,
            "decision": decision.to_json(),
        },
        "features": [_block_json(catalog, name, store) for name in preset.blocks_for(catalog)],
    }


def _matched_json(plan: FoldPlan, nested: pd.Series, catalog: Catalog, store: ArtifactStore) -> dict[str, Any]:
    """What test-like folds say beyond their plain score; nothing for others."""
    matched = matched_smape_pct(plan.key, nested, catalog.price, store=store)
    return {} if matched is None else {"matched_smape_pct": matched, "matched": matched_note(plan.key, store=store)}


def _run_json(run: Run) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "family": run.spec.family,
        "loss": run.spec.loss,
        "blocks": list(run.spec.blocks),
        "oof_smape_pct": run.oof_smape_pct,
        "fold_smape_pct": list(run.fold_smape_pct),
        "rounds": list(run.rounds),
        "seconds": run.seconds,
        "cached": run.cached,
        **({"seeds_bagged": run.spec.seeds_bagged} if run.spec.seeds_bagged > 1 else {}),
    }


def _block_json(catalog: Catalog, name: str, store: ArtifactStore) -> dict[str, Any]:
    info = known_blocks(catalog)[name]
    if info.uses_target:
        return {"block": name, "columns": len(info.columns), "uses_target": True}
    computed = compute_vector_block if name in vector_blocks(catalog) else compute_block
    block = computed(catalog, name, store=store)
    return {
        "block": name,
        "columns": len(block.frame.columns),
        "coverage_pct": block.coverage_pct,
        "seconds": block.seconds,
        "cached": block.cached,
        "uses_target": False,
    }
