"""Small models on sets of blocks, each fitted once and kept as nothing but its rows of SMAPE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.folds import FoldPlan
from core.gains.keys import fit_key
from core.gains.spec import model_spec
from core.metrics import row_smape_pct, to_log_price, to_price
from core.store import ArtifactStore, cache_key
from core.train import forget_models, train
from core.types import Catalog, FloatArray, ProgressFn, no_progress


@dataclass(frozen=True)
class Fit:
    """One set of blocks by one model seed.

    Attributes:
        row_smape_pct: Each train row by the fold model that did not see it, shape (n_train,).
        seconds: What fitting all folds cost when they were fitted.
        cached: True when it was read instead of fitted.
    """

    row_smape_pct: FloatArray
    seconds: float
    cached: bool

    @property
    def smape_pct(self) -> float:
        """Out-of-fold SMAPE over all train rows."""
        return float(self.row_smape_pct.mean())


@dataclass(frozen=True)
class Fitter:
    """Fits sets of blocks on one plan.

    Attributes:
        keys: Cache key of every block that may be named, by :func:`core.train.block_keys`.
        rounds: Rounds of the small model.
    """

    catalog: Catalog
    plan: FoldPlan
    keys: Mapping[str, str]
    rounds: int
    store: ArtifactStore

    def fit(self, blocks: frozenset[str], *, seed: int, report: ProgressFn = no_progress) -> Fit:
        """A set's rows of SMAPE; no block at all is the median price of the other folds.

        Raises:
            Cancelled: From ``report``; finished folds stay in the cache.
        """
        if not blocks:
            return Fit(self._median_rows(), 0.0, True)
        found = self.find(blocks, seed=seed)
        if found is not None:
            return found
        spec = model_spec(blocks, seed=seed, rounds=self.rounds)
        run = train(self.catalog, self.plan, spec, store=self.store, report=report, record=False)
        rows = row_smape_pct(self.catalog.price, to_price(run.oof_log_price))
        key = self._key(blocks, seed)
        # The seconds first: rows without them would read as a fit that is not finished, and be fitted again.
        self.store.keep_json(_seconds_key(key), run.seconds)
        self.store.keep_array(key, rows)
        # Hundreds of sets would leave hundreds of megabytes of models that nobody reads again.
        forget_models(run, store=self.store)
        return Fit(rows, run.seconds, False)

    def find(self, blocks: frozenset[str], *, seed: int) -> Fit | None:
        """The set's fit when it is cached, else None."""
        key = self._key(blocks, seed)
        seconds, rows = self.store.find_json(_seconds_key(key)), self.store.find_array(key)
        return None if rows is None or seconds is None else Fit(rows, float(seconds), True)

    def seconds(self, blocks: frozenset[str], *, seed: int) -> float | None:
        """What the set cost when it was fitted, without reading its rows; None when it is not cached."""
        if not self.has(blocks, seed=seed):
            return None
        found = 0.0 if not blocks else self.store.find_json(_seconds_key(self._key(blocks, seed)))
        return None if found is None else float(found)

    def has(self, blocks: frozenset[str], *, seed: int) -> bool:
        """True when the set needs no fitting."""
        return not blocks or self.store.has(self._key(blocks, seed))

    def _key(self, blocks: frozenset[str], seed: int) -> str:
        return fit_key(blocks, self.plan, self.keys, seed=seed, rounds=self.rounds)

    def _median_rows(self) -> FloatArray:
        log_price = to_log_price(self.catalog.price)
        predicted = np.empty_like(log_price)
        for fold in range(self.plan.n_folds):
            valid = self.plan.validation_mask(fold)
            predicted[valid] = np.median(log_price[~valid])
        return row_smape_pct(self.catalog.price, to_price(predicted))


def _seconds_key(key: str) -> str:
    return cache_key("gains.fit.seconds", 1, {}, [key])
