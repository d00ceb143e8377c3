"""All checks of the sentinel on a set of runs, from the cache or made and kept."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pandas as pd

from core.blend import Blend
from core.embed import vector_block_key, vector_blocks
from core.encode import encoded_key, encoders
from core.errors import InputError
from core.features import artifact_key
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
from core.train import Ingredients, Run, gather, known_blocks
from core.types import Catalog, FeatureBlock, ProgressFn, no_progress

VERSION = 2
ALWAYS = ("size", "brand", "brand_price")
"""Cheap blocks that the honest model has even when the runs go without: a price per unit is found through the sizes."""
SLOW = ("shuffled_price", "own_price", "column_alone")
"""Checks that fit models; they hang on the blocks and not on the predictions."""
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
    examination = _Examination(catalog, plan, tuple(runs), blend, tuple(extra), store, seed)
    verdicts = []
    for check, (parents, examine) in examination.checks().items():
        report(_DONE_AT[check], f"Leak sentinel: {CHECKS[check].title}")
        key = examination.key(check, parents)
        verdicts.append(Verdict.of(check, _kept(key, examine, store)))
    report(1.0, "Leak sentinel: done")
    return [_with_unseen_blocks(verdict, catalog, runs, extra) for verdict in verdicts]


def is_examined(catalog: Catalog, plan: FoldPlan, runs: Sequence[Run], *, store: ArtifactStore, seed: int = 0) -> bool:
    """True when the checks that fit models on these runs' blocks are kept: :func:`run_sentinel` is quick then,
    whatever their blend."""
    examination = _Examination(catalog, plan, tuple(runs), None, (), store, seed)
    slow = {check: parents for check, (parents, _) in examination.checks().items() if check in SLOW}
    return all(store.has(examination.key(check, parents)) for check, parents in slow.items())


@dataclass(frozen=True)
class _Examination:
    """What is examined; fields as in :func:`run_sentinel`."""

    catalog: Catalog
    plan: FoldPlan
    runs: tuple[Run, ...]
    blend: Blend | None
    extra: tuple[Extra, ...]
    store: ArtifactStore
    seed: int

    def checks(self) -> dict[str, tuple[list[str], Callable[[], Finding]]]:
        """Each check with the keys of what it reads beside catalogue and plan, in the order of :data:`CHECKS`."""
        catalog, plan, predictions, blocks = self.catalog, self.plan, self.predictions, self._block_keys()
        twins = [_digest(predictions), artifact_key(catalog, "parse")]
        return {
            "shuffled_price": (blocks, lambda: shuffled_price(self.lab, seed=self.seed)),
            "own_price": (blocks, lambda: own_price(self.lab, seed=self.seed)),
            "column_alone": (blocks, lambda: column_alone(catalog, plan, self._ingredients(), seed=self.seed)),
            "duplicates": (twins, lambda: duplicates(catalog, plan, predictions, store=self.store)),
            "id_order": ([_digest(predictions)], lambda: id_order(catalog, plan, predictions)),
            "fold_mismatch": (self._member_keys(), lambda: fold_mismatch(catalog, plan, self.runs, self.blend)),
        }

    def key(self, check: str, parents: Sequence[str]) -> str:
        """Of a check in the cache."""
        return cache_key(f"sentinel.{check}", VERSION, {"seed": self.seed}, [self.catalog.key, self.plan.key, *parents])

    @functools.cached_property
    def lab(self) -> Lab:
        """The rows and folds of both price experiments."""
        return open_lab(self.catalog, self.plan, self.names, self.remade, store=self.store, seed=self.seed)

    @property
    def names(self) -> tuple[str, ...]:
        """Blocks of all runs, and those that the honest model always has."""
        return tuple(sorted({*ALWAYS, *(name for run in self.runs for name in run.spec.blocks)}))

    @property
    def remade(self) -> list[RemadeBlock]:
        """Blocks handed in that can follow a changed price."""
        return [block for block in self.extra if isinstance(block, RemadeBlock)]

    @property
    def predictions(self) -> pd.Series:
        """Out-of-fold ``log_price`` of what is exported."""
        return self.blend.nested_log_price if self.blend else self.runs[0].oof_log_price

    def _ingredients(self) -> Ingredients:
        fixed = [block for block in self.extra if isinstance(block, FeatureBlock)]
        found = gather(self.catalog, self.plan, self.names, store=self.store, extra=fixed)
        outside = {block.info.name: block.encoded(self.catalog, self.plan) for block in self.remade}
        return Ingredients(found.fixed, {**found.encoded, **outside}, found.extra)

    def _block_keys(self) -> list[str]:
        sides = {f"side:{side.name}": side.key for side in self.catalog.sides}
        supervised, of_vectors = encoders(self.catalog), vector_blocks(self.catalog)
        keys = []
        for name in self.names:
            if name in supervised:
                keys.append(encoded_key(self.catalog, self.plan, name, store=self.store))
            elif name in of_vectors:
                keys.append(vector_block_key(self.catalog, name))
            else:
                keys.append(sides[name] if name in sides else artifact_key(self.catalog, name))
        return [*keys, *(block.key for block in self.extra)]

    def _member_keys(self) -> list[str]:
        keys = [part for run in self.runs for part in (run.key, run.plan_key, _digest(run.oof_log_price))]
        weights = self.blend.weights if self.blend else {}
        return [*keys, *sorted(name for name, weight in weights.items() if weight > 0)]


def _kept(key: str, examine: Callable[[], Finding], store: ArtifactStore) -> Finding:
    found = store.json(key, lambda: vars(examine())).value
    return Finding(found["verdict"], found["evidence"])


def _with_unseen_blocks(verdict: Verdict, catalog: Catalog, runs: Sequence[Run], extra: Sequence[Extra]) -> Verdict:
    """A column that nobody handed in cannot be vouched for."""
    if verdict.check != "column_alone" or verdict.verdict != "pass":
        return verdict
    known = {*known_blocks(catalog), *(block.info.name for block in extra)}
    missing = sorted({block for run in runs for block in run.column_blocks} - known)
    if not missing:
        return verdict
    text = f"{verdict.evidence} Not examined, because not handed in: {', '.join(missing)}."
    return Verdict.of(verdict.check, Finding("warn", text))


def _digest(predictions: pd.Series) -> str:
    return hash_bytes(predictions.to_numpy(dtype="float64").tobytes())
