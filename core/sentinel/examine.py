"""All checks of the sentinel on a set of runs, from the cache or made and kept."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TypeAlias

import pandas as pd

from core.blend import Blend
from core.encode import ENCODERS, encoded_key
from core.errors import InputError
from core.features import BLOCKS, artifact_key
from core.folds import FoldPlan
from core.sentinel.blocks import RemadeBlock
from core.sentinel.column_alone import column_alone
from core.sentinel.duplicates import duplicates
from core.sentinel.fold_mismatch import fold_mismatch
from core.sentinel.id_order import id_order
from core.sentinel.lab import Lab, open_lab
from core.sentinel.own_price import own_price
from core.sentinel.shuffled_price import shuffled_price
from core.sentinel.verdict import CHECKS, Finding, Verdict
from core.store import ArtifactStore, cache_key, hash_bytes
from core.train import Ingredients, Run, gather
from core.types import Catalog, FeatureBlock, ProgressFn, no_progress

VERSION = 1
ALWAYS = ("size", "brand", "brand_price")
"""Cheap blocks that the honest model has even when the runs go without: a price per unit is found through the sizes."""
_DONE_AT = {
    "shuffled_price": 0.0,
    "own_price": 0.3,
    "column_alone": 0.5,
    "duplicates": 0.9,
    "id_order": 0.95,
    "fold_mismatch": 0.98,
}

Extra: TypeAlias = FeatureBlock | RemadeBlock


def run_sentinel(
    catalog: Catalog,
    plan: FoldPlan,
    runs: Sequence[Run],
    blend: Blend | None = None,
    *,
    store: ArtifactStore,
    extra: Sequence[Extra] = (),
    seed: int = 0,
    report: ProgressFn = no_progress,
) -> list[Verdict]:
    """One verdict for each of :data:`core.sentinel.CHECKS`, in that order.

    Large catalogues are sampled: the price experiments take at most 3,000 train rows and the test of single columns
    8,000, drawn at random by ``seed``; the other checks read every row.

    Args:
        runs: The members of the blend, or a single run.
        blend: Its nested predictions are those whose score is read without duplicates; else the first run's are.
        extra: Blocks that the runs were given beside the registered ones. A ``FeatureBlock`` is examined column by
            column; a :class:`RemadeBlock` goes through the price experiments too.

    Raises:
        InputError: No runs.
        AlignmentError: The plan was drawn for other rows.
        Cancelled: From ``report``; finished checks stay in the cache.
    """
    if not runs:
        raise InputError("the leak sentinel has no run to examine.", "Train one first.")
    plan.check_rows(catalog.items.train.index)
    names = _block_names(runs)
    fixed = [block for block in extra if isinstance(block, FeatureBlock)]
    remade = [block for block in extra if isinstance(block, RemadeBlock)]
    lab: Callable[[], Lab] = functools.cache(lambda: open_lab(catalog, plan, names, remade, store=store, seed=seed))
    predictions = blend.nested_log_price if blend else runs[0].oof_log_price

    def single() -> Finding:
        found = gather(catalog, plan, names, store=store, extra=fixed)
        outside = {block.info.name: block.encoded(catalog, plan) for block in remade}
        whole = Ingredients(found.fixed, {**found.encoded, **outside}, found.extra)
        return column_alone(catalog, plan, whole, seed=seed)

    blocks = _block_keys(catalog, plan, names, extra, store)
    members = [*(run.key for run in runs), *(run.plan_key for run in runs), *(_digest(r.oof_log_price) for r in runs)]
    weights = "" if blend is None else ",".join(sorted(name for name, weight in blend.weights.items() if weight > 0))
    checks: dict[str, tuple[list[str], Callable[[], Finding]]] = {
        "shuffled_price": (blocks, lambda: shuffled_price(lab(), seed=seed)),
        "own_price": (blocks, lambda: own_price(lab(), seed=seed)),
        "column_alone": (blocks, single),
        "duplicates": (
            [_digest(predictions), artifact_key(catalog, "parse")],
            lambda: duplicates(catalog, plan, predictions, store=store),
        ),
        "id_order": ([_digest(predictions)], lambda: id_order(catalog, plan, predictions)),
        "fold_mismatch": ([*members, weights], lambda: fold_mismatch(catalog, plan, runs, blend)),
    }
    verdicts = []
    for check, (parents, examine) in checks.items():
        report(_DONE_AT[check], f"Leak sentinel: {CHECKS[check].title}")
        key = cache_key(f"sentinel.{check}", VERSION, {"seed": seed}, [catalog.key, plan.key, *parents])
        verdicts.append(Verdict.of(check, _kept(key, examine, store)))
    report(1.0, "Leak sentinel: done")
    return [_with_unseen_blocks(verdict, catalog, runs, extra) for verdict in verdicts]


def _kept(key: str, examine: Callable[[], Finding], store: ArtifactStore) -> Finding:
    found = store.json(key, lambda: vars(examine())).value
    return Finding(found["verdict"], found["evidence"])


def _with_unseen_blocks(verdict: Verdict, catalog: Catalog, runs: Sequence[Run], extra: Sequence[Extra]) -> Verdict:
    """A column that nobody handed in cannot be vouched for."""
    if verdict.check != "column_alone" or verdict.verdict != "pass":
        return verdict
    known = {*BLOCKS, *ENCODERS, *(f"side:{side.name}" for side in catalog.sides), *(b.info.name for b in extra)}
    missing = sorted({block for run in runs for block in run.column_blocks} - known)
    if not missing:
        return verdict
    text = f"{verdict.evidence} Not examined, because not handed in: {', '.join(missing)}."
    return Verdict.of(verdict.check, Finding("warn", text))


def _block_names(runs: Sequence[Run]) -> tuple[str, ...]:
    return tuple(sorted({*ALWAYS, *(name for run in runs for name in run.spec.blocks)}))


def _block_keys(
    catalog: Catalog, plan: FoldPlan, names: Sequence[str], extra: Sequence[Extra], store: ArtifactStore
) -> list[str]:
    sides = {f"side:{side.name}": side.key for side in catalog.sides}
    keys = []
    for name in names:
        if name in ENCODERS:
            keys.append(encoded_key(catalog, plan, name, store=store))
        else:
            keys.append(sides[name] if name in sides else artifact_key(catalog, name))
    return [*keys, *(block.key for block in extra)]


def _digest(predictions: pd.Series) -> str:
    return hash_bytes(predictions.to_numpy(dtype="float64").tobytes())
