"""Jobs on runs: search of settings, learning curves, forward paths, what if, the leak sentinel; see
:mod:`core.tasks`."""

from __future__ import annotations

from typing import cast

from core.catalog import load_catalog
from core.embed import with_known
from core.errors import InputError
from core.explain import prepare_what_if
from core.jobs import feed_of
from core.params import list_of, number_of, source_of, text_of
from core.pipeline.run import N_FOLDS
from core.plans import draw_plan, plan_asked
from core.runs import (
    CurvePoint,
    CurveSpec,
    PathStep,
    TuneSpec,
    measure_curve,
    measure_path,
    tune,
    with_settings,
)
from core.sentinel import run_sentinel
from core.store import default_store
from core.train import FamilyName, TrainSpec, load_run, plan_of
from core.types import Catalog, JsonDict, ProgressFn, part_of


def tune_job(params: JsonDict, report: ProgressFn) -> JsonDict:
    """Settings within a budget. Params: those of a run and ``minutes``. Result: ``run_id`` of the winner, its score and
    the verdict; the rest is found by :func:`core.runs.latest_tuned`."""
    catalog, spec = _asked(params, report)
    minutes = params.get("minutes")
    if not isinstance(minutes, int | float) or isinstance(minutes, bool):
        raise InputError("a job without minutes.", "Start it again from its page.")
    feed, best = feed_of(report), float("inf")

    def told(number: int, smape_pct: float) -> None:
        nonlocal best
        best = min(best, smape_pct)
        feed.points("trials", [float(number + 1)], [smape_pct])
        feed.points("best so far", [float(number + 1)], [best])

    name, store = plan_asked(params), default_store()
    plan, search_plan = (draw_plan(catalog, name, store=store, n_folds=N_FOLDS, seed=seed) for seed in (0, 1))
    found = tune(
        catalog,
        plan,
        TuneSpec(spec, float(minutes)),
        store=store,
        search_plan=search_plan,
        report=part_of(report, 0.02, 1.0),
        told=told,
    )
    return {"run_id": found.best_run_id, "oof_smape_pct": found.best_oof_smape_pct, "verdict": found.verdict}


def curve_job(params: JsonDict, report: ProgressFn) -> JsonDict:
    """A learning curve. Params: those of a run, ``seeds`` (here the sub-samples) and ``full_rows``. Result: the score
    foretold at the full size; the rest is found by :func:`core.runs.latest_curve`."""
    catalog, spec = _asked(params, report)
    feed = feed_of(report)

    def told(point: CurvePoint) -> None:
        feed.points(f"sub-sample {point.seed + 1}", [float(point.n_fit)], [point.smape_pct])

    plan = draw_plan(catalog, plan_asked(params), store=default_store(), n_folds=N_FOLDS)
    wanted = CurveSpec(spec, seeds=number_of(params, "seeds"), full_rows=number_of(params, "full_rows"))
    stretch = part_of(report, 0.02, 1.0)
    found = measure_curve(catalog, plan, wanted, store=default_store(), report=stretch, told=told)
    return {"full_smape_pct": found.full.smape_pct, "full_rows": wanted.full_rows}


def sentinel_job(params: JsonDict, report: ProgressFn) -> JsonDict:
    """The leak sentinel on the members of a blend. Params: ``source``, ``runs`` (ids). Result: ``verdicts`` by check;
    the page finds the findings in the cache, whatever weights it gives the members."""
    report(0.0, "reading the files")
    store = default_store()
    catalog = with_known(load_catalog(source_of(params)), store=store)
    runs = [load_run(str(name), store=store) for name in list_of(params, "runs")]
    found = [run for run in runs if run is not None]
    if not found or len(found) < len(runs):
        raise InputError("a member is no longer in the cache.", "Choose the members anew.")
    plan = plan_of(found[0], catalog, store=store)
    verdicts = run_sentinel(catalog, plan, found, store=store, report=part_of(report, 0.02, 1.0))
    return {"verdicts": {one.check: one.verdict for one in verdicts}}


def forward_job(params: JsonDict, report: ProgressFn) -> JsonDict:
    """Blocks added one by one. Params: ``source``, ``blocks``, ``plan`` where it is not random. Result: ``order`` of
    the blocks and the last quick score; the rest is found by :func:`core.runs.latest_path`.

    On the same fold plan as the runs from the page.
    """
    report(0.0, "reading the files")
    catalog = with_known(load_catalog(source_of(params)), store=default_store())
    feed = feed_of(report)

    def told(n_blocks: int, step: PathStep) -> None:
        feed.points("path", [float(n_blocks)], [step.smape_pct])
        feed.close("path", step.block)

    plan = draw_plan(catalog, plan_asked(params), store=default_store(), n_folds=N_FOLDS)
    blocks = tuple(str(name) for name in list_of(params, "blocks"))
    found = measure_path(catalog, plan, blocks, store=default_store(), report=part_of(report, 0.02, 1.0), told=told)
    return {"order": [step.block for step in found.steps], "quick_smape_pct": found.steps[-1].smape_pct}


def what_if_job(params: JsonDict, report: ProgressFn) -> JsonDict:
    """A run made ready for edits of single products. Params: ``source``, ``run_id``. Result: ``run_id``; the page finds
    what was fitted in the cache.

    Raises:
        InputError: The run is gone, or belongs to other data.
    """
    report(0.0, "reading the files")
    catalog = with_known(load_catalog(source_of(params)), store=default_store())
    run = load_run(text_of(params, "run_id"), store=default_store())
    if run is None:
        raise InputError(f"run {params['run_id']} is no longer in the cache.", "Train it again with its blocks.")
    plan = plan_of(run, catalog, store=default_store())
    prepare_what_if(run, catalog, plan, store=default_store(), report=part_of(report, 0.02, 1.0))
    return {"run_id": run.run_id}


def _asked(params: JsonDict, report: ProgressFn) -> tuple[Catalog, TrainSpec]:
    report(0.0, "reading the files")
    catalog = with_known(load_catalog(source_of(params)), store=default_store())
    blocks = tuple(str(name) for name in list_of(params, "blocks"))
    spec = TrainSpec(cast(FamilyName, text_of(params, "family")), blocks, seed=number_of(params, "seed"))
    return catalog, with_settings(spec, params.get("settings"))
