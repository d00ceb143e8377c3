"""The leaderboard: every run a line, those on this data first, those of one plan together, the best on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

import pandas as pd

from core.folds import plan_place, plan_title
from core.runs.standing import Standing
from core.train import RunRecord, TrainSpec, model_title

_SHOWN_APART = ("family", "blocks", "seed", "loss")
_ORDER = ("current", "not recorded", "former readings", "other data")


def board(runs: Sequence[RunRecord], standing: Mapping[str, Standing], titles: Mapping[str, str]) -> pd.DataFrame:
    """One row a run.

    Args:
        standing: Of each run, by :func:`core.runs.standings`; other data come last, then the plan orders, because a
            score says nothing beside one of another plan, then the standing and the score.
        titles: Block name to what a screen calls it.

    Returns:
        ``star``, ``note``, ``plan``, ``smape_pct``, ``against_best`` (the best of the same plan; NaN on other data),
        ``standing``, ``family``, ``blocks``, ``settings`` (those that are not the default), ``seed``,
        ``folds`` (kind, number, seed), ``fold_scores``, ``fit_seconds``, ``predict_seconds`` (NaN when unknown),
        ``trained``, ``data``, ``run_id``.
    """
    ordered = sorted(runs, key=lambda run: (*_place(run, standing[run.run_id]), run.oof_smape_pct, run.run_id))
    best: dict[str, float] = {}
    for run in runs:
        if standing[run.run_id] != "other data":
            best[run.plan_kind] = min(run.oof_smape_pct, best.get(run.plan_kind, run.oof_smape_pct))
    rows = []
    for run in ordered:
        elsewhere = standing[run.run_id] == "other data"
        predict = run.facts.predict_seconds
        rows.append(
            {
                "star": run.star,
                "note": run.note,
                "plan": plan_title(run.plan_kind),
                "smape_pct": run.oof_smape_pct,
                "against_best": float("nan") if elsewhere else run.oof_smape_pct - best[run.plan_kind],
                "standing": standing[run.run_id],
                "family": model_title(run.family, run.loss),
                "blocks": ", ".join(titles.get(name, name) for name in run.blocks),
                "settings": said_settings(run.spec) or "default",
                "seed": run.seed,
                "folds": f"{run.n_folds} {run.plan_kind.replace('_', '-')}, seed {run.plan_seed}",
                "fold_scores": " · ".join(f"{score:.2f}" for score in run.fold_smape_pct),
                "fit_seconds": run.seconds,
                "predict_seconds": float("nan") if predict is None else predict,
                "trained": run.created[:16].replace("T", " "),
                "data": run.facts.catalog_name,
                "run_id": run.run_id,
            }
        )
    return pd.DataFrame(rows)


def _place(run: RunRecord, standing: Standing) -> tuple[bool, int, str, int]:
    return standing == "other data", plan_place(run.plan_kind), run.plan_kind, _ORDER.index(standing)


def said_settings(spec: TrainSpec) -> str:
    """The settings that differ from the default, in words; "" when none does."""
    default = TrainSpec(spec.family, spec.blocks)
    changed = [
        f"{field.name.replace('_', ' ')} {getattr(spec, field.name)}"
        for field in fields(TrainSpec)
        if field.name not in _SHOWN_APART and getattr(spec, field.name) != getattr(default, field.name)
    ]
    return ", ".join(changed)
