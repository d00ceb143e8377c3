"""Plans that recorded runs were made on, kept beside them: a plan that looks at brands cannot be drawn again once the
brands are read otherwise, and the run would then speak of rows that nobody can name."""

from __future__ import annotations

import base64
import zlib
from typing import Any, cast

import numpy as np

from core.folds.plan import FoldPlan, PlanKind, make_plan
from core.store import ArtifactStore, RecordStore
from core.types import Catalog

RECORDS = "plans"
VERSION = 1
NAME_LENGTH = 24


def keep_plan(plan: FoldPlan, *, store: ArtifactStore) -> None:
    """Write the folds down, unless they are or can always be drawn from their seed; nothing evicts them."""
    records = RecordStore(RECORDS, store.root)
    if plan.kind == "random" or _read(records, plan.key) is not None:
        return
    folds = zlib.compress(plan.fold_of.to_numpy(dtype=np.int8).tobytes(), 9)
    records.put(
        plan.key[:NAME_LENGTH],
        {
            "version": VERSION,
            "key": plan.key,
            "kind": plan.kind,
            "n_folds": plan.n_folds,
            "seed": plan.seed,
            "folds": base64.b64encode(folds).decode("ascii"),
        },
    )


def kept_plan(key: str, catalog: Catalog, *, store: ArtifactStore) -> FoldPlan | None:
    """The plan of that key for these rows, or None when it was not kept, is damaged, or is of other rows."""
    record = _read(RecordStore(RECORDS, store.root), key)
    if record is None:
        return None
    try:
        folds = np.frombuffer(zlib.decompress(base64.b64decode(record["folds"])), dtype=np.int8)
        n_folds, seed = int(record["n_folds"]), int(record["seed"])
    except (KeyError, ValueError, TypeError, zlib.error):
        return None
    if len(folds) != catalog.n_train:
        return None
    plan = make_plan(catalog, cast(PlanKind, str(record.get("kind"))), n_folds, seed, folds)
    return plan if plan.key == key else None


def _read(records: RecordStore, key: str) -> dict[str, Any] | None:
    record = records.get(key[:NAME_LENGTH])
    return record if record is not None and (record.get("version"), record.get("key")) == (VERSION, key) else None
