"""A finished run, how it is kept, and how it is found again.

Predictions and fold models live in the artifact cache under keys that follow from the run's; the record, which lists
what was asked and what came out, is a small file under ``runs/`` that nothing evicts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from core.folds import PlanKind
from core.store import ArtifactStore, RecordStore, cache_key
from core.train.bag import as_one, mean_curve
from core.train.facts import RunFacts
from core.train.families import FAMILIES
from core.train.family import FoldModel
from core.train.losses import LossName
from core.train.spec import TrainSpec
from core.types import ID, FloatArray

RUN_ID_LENGTH = 12
RECORDS = "runs"
RECORD_VERSION = 1
"""Raised when a record's fields change; records of another version are left alone and not listed."""


@dataclass(frozen=True)
class Run:
    """Out-of-fold and test predictions of one family on one set of blocks.

    Attributes:
        key: Hash of the settings, the plan and every block; ``run_id`` is its beginning.
        plan_kind, plan_seed: How the folds were drawn.
        oof_log_price: Each train row by the fold model that did not see it, indexed by ``sample_id``.
        test_fold_log_price: Test rows by each fold model, one column a fold.
        rounds: Rounds that each fold predicts with; chosen by the other folds.
        columns: Column names of the matrix.
        column_blocks: Block of each column.
        seconds: What fitting took when it was fitted; folds that are fitted at the same time share their seconds.
        cached: True when nothing was fitted now.
        facts: What it was made from and what it cost.
    """

    key: str
    spec: TrainSpec
    catalog_key: str
    plan_key: str
    plan_kind: PlanKind
    plan_seed: int
    n_folds: int
    oof_log_price: pd.Series
    test_fold_log_price: pd.DataFrame
    fold_smape_pct: tuple[float, ...]
    oof_smape_pct: float
    rounds: tuple[int, ...]
    columns: list[str]
    column_blocks: list[str]
    seconds: float
    cached: bool
    facts: RunFacts = field(default_factory=RunFacts)

    @property
    def run_id(self) -> str:
        return self.key[:RUN_ID_LENGTH]

    @property
    def test_log_price(self) -> pd.Series:
        """Test rows by the mean of the fold models, indexed by ``sample_id``."""
        return self.test_fold_log_price.mean(axis=1).rename("log_price")


@dataclass(frozen=True)
class RunRecord:
    """A line of the leaderboard.

    Attributes:
        spec: The settings; ``family``, ``blocks`` and ``seed`` stand beside it for short.
    """

    run_id: str
    spec: TrainSpec
    catalog_key: str
    family: str
    blocks: tuple[str, ...]
    seed: int
    plan_kind: str
    plan_key: str
    plan_seed: int
    n_folds: int
    oof_smape_pct: float
    fold_smape_pct: tuple[float, ...]
    n_columns: int
    seconds: float
    created: str
    note: str
    star: bool
    facts: RunFacts
    loss: LossName


def model_key(run_key: str, fold: int, place: int = 0) -> str:
    """Key of a fold's model; ``place`` counts those that differ in their seed."""
    return cache_key("train.model", 1, _place(fold, place), [run_key])


def curve_key(run_key: str, fold: int, place: int = 0) -> str:
    """Key of a fold's validation SMAPE by round; ``place`` as for :func:`model_key`."""
    return cache_key("train.curve", 1, _place(fold, place), [run_key])


def _place(fold: int, place: int) -> dict[str, int]:
    # The first goes without, as it did when there was but one.
    return {"fold": fold, "place": place} if place else {"fold": fold}


def keep_run(run: Run, *, store: ArtifactStore, created: str) -> None:
    """Keep the predictions in the cache and the record beside it; an earlier record's note and star stay."""
    store.frame(_oof_key(run.key), lambda: run.oof_log_price.to_frame("log_price"))
    store.frame(_test_key(run.key), lambda: run.test_fold_log_price)
    records = RecordStore(RECORDS, store.root)
    before = records.get(run.run_id)
    if before is None or before.get("version") != RECORD_VERSION:
        records.put(run.run_id, _record(run, created=created))


def _record(run: Run, *, created: str) -> dict[str, Any]:
    return {
        "version": RECORD_VERSION,
        "key": run.key,
        "spec": run.spec.to_json(),
        "catalog_key": run.catalog_key,
        "plan_key": run.plan_key,
        "plan_kind": run.plan_kind,
        "plan_seed": run.plan_seed,
        "n_folds": run.n_folds,
        "fold_smape_pct": list(run.fold_smape_pct),
        "oof_smape_pct": run.oof_smape_pct,
        "rounds": list(run.rounds),
        "columns": run.columns,
        "column_blocks": run.column_blocks,
        "seconds": run.seconds,
        "created": created,
        "note": "",
        "star": False,
        "facts": run.facts.to_json(),
    }


def find_run(key: str, *, store: ArtifactStore) -> Run | None:
    """The run kept under ``key``, or None when its record or its predictions are gone."""
    record = RecordStore(RECORDS, store.root).get(key[:RUN_ID_LENGTH])
    if record is None or record.get("key") != key or record.get("version") != RECORD_VERSION:
        return None
    oof, test = store.find_frame(_oof_key(key)), store.find_frame(_test_key(key))
    if oof is None or test is None:
        return None
    return Run(
        key=key,
        spec=TrainSpec.from_json(record["spec"]),
        catalog_key=record["catalog_key"],
        plan_key=record["plan_key"],
        plan_kind=record["plan_kind"],
        plan_seed=record["plan_seed"],
        n_folds=record["n_folds"],
        oof_log_price=oof["log_price"].rename_axis(ID),
        test_fold_log_price=test,
        fold_smape_pct=tuple(record["fold_smape_pct"]),
        oof_smape_pct=record["oof_smape_pct"],
        rounds=tuple(record["rounds"]),
        columns=record["columns"],
        column_blocks=record["column_blocks"],
        seconds=record["seconds"],
        cached=True,
        facts=RunFacts.from_json(record.get("facts")),
    )


def load_run(run_id: str, *, store: ArtifactStore) -> Run | None:
    """The run of that id, or None."""
    record = RecordStore(RECORDS, store.root).get(run_id)
    return None if record is None else find_run(str(record.get("key")), store=store)


def list_runs(catalog_key: str, *, store: ArtifactStore) -> list[RunRecord]:
    """Runs of a catalogue, best out-of-fold score first."""
    return [run for run in all_runs(store=store) if run.catalog_key == catalog_key]


def all_runs(*, store: ArtifactStore) -> list[RunRecord]:
    """Every run ever recorded, on whatever data, best out-of-fold score first; scores on other data do not compare."""
    records = RecordStore(RECORDS, store.root).all()
    found = [_line(name, record) for name, record in records if record.get("version") == RECORD_VERSION]
    return sorted(found, key=lambda run: (run.oof_smape_pct, run.run_id))


def _line(name: str, record: dict[str, Any]) -> RunRecord:
    spec = TrainSpec.from_json(record["spec"])
    return RunRecord(
        run_id=name,
        spec=spec,
        catalog_key=record["catalog_key"],
        family=spec.family,
        blocks=spec.blocks,
        seed=spec.seed,
        plan_kind=record["plan_kind"],
        plan_key=record["plan_key"],
        plan_seed=record["plan_seed"],
        n_folds=record["n_folds"],
        oof_smape_pct=record["oof_smape_pct"],
        fold_smape_pct=tuple(record["fold_smape_pct"]),
        n_columns=len(record["columns"]),
        seconds=record["seconds"],
        created=record["created"],
        note=record["note"],
        star=record["star"],
        facts=RunFacts.from_json(record.get("facts")),
        loss=spec.loss,
    )


def set_run_note(run_id: str, *, store: ArtifactStore, note: str | None = None, star: bool | None = None) -> None:
    """Write a note on a run, or star it; None leaves a field as it is."""
    records = RecordStore(RECORDS, store.root)
    record = records.get(run_id)
    if record is not None:
        changed = {"note": note, "star": star}
        records.put(run_id, {**record, **{name: value for name, value in changed.items() if value is not None}})


def fold_models(run: Run, *, store: ArtifactStore) -> list[FoldModel]:
    """The run's fitted models, fold by fold; empty when one of them is gone from the cache."""
    load, places = FAMILIES[run.spec.family].load, range(run.spec.seeds_bagged)
    models = []
    for fold in range(run.n_folds):
        found = [store.find_raw(model_key(run.key, fold, place)) for place in places]
        if None in found:
            return []
        models.append(as_one([load(data) for data in found if data is not None]))
    return models


def fold_curves(run: Run, *, store: ArtifactStore) -> list[FloatArray]:
    """Each fold's validation SMAPE by round, the mean of its models; empty when one of them is gone from the cache."""
    curves = []
    for fold in range(run.n_folds):
        found = [store.find_array(curve_key(run.key, fold, place)) for place in range(run.spec.seeds_bagged)]
        kept = [np.asarray(curve, dtype=np.float64) for curve in found if curve is not None]
        if len(kept) < len(found):
            return []
        curves.append(mean_curve(kept))
    return curves


def forget_models(run: Run, *, store: ArtifactStore) -> None:
    """Drop the run's fitted models from the cache; its record and predictions, where kept, stay."""
    for fold in range(run.n_folds):
        for place in range(run.spec.seeds_bagged):
            store.forget(model_key(run.key, fold, place))


def _oof_key(run_key: str) -> str:
    return cache_key("train.oof", 1, {}, [run_key])


def _test_key(run_key: str) -> str:
    return cache_key("train.test", 1, {}, [run_key])
