"""The nested scheme that keeps a supervised column honest.

With fold plan folds ``k`` and inner parts ``j`` there are two kinds of fits:

* ``(k, j)``: all train rows outside fold ``k`` and outside part ``j``; it serves the training rows in part ``j``.
* ``(k, –)``: all train rows outside fold ``k``; it serves fold ``k``'s validation rows and the test rows.

So no row contributes to its own column, to the prior behind it, or to a word's weight in it. The inner parts are drawn
at random whatever the plan is: the model that is finally used learns from columns of rows whose brands it has seen.
An encoder gets all fits as one boolean matrix and may share work between them.

Source of the method: nested (double) cross-fitting as in scikit-learn's ``TargetEncoder``, with the outer loop added.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from core.folds import FoldPlan
from core.types import ID, BoolArray, Float32Array, FloatArray, IntArray, SplitFrame

FEW_PARTS_FROM = 30_000


def inner_parts(n_train: int) -> int:
    """Inner parts of a fold: 8, so that the training part's columns rest on 7/8 of it, close to what validation and
    test rows get; from :data:`FEW_PARTS_FROM` train rows 4, for 3/4 of so many rows teach nearly what all do."""
    return 8 if n_train < FEW_PARTS_FROM else 4


class EncoderInputs(Protocol):
    """What an encoder has ready before it sees a price."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that it makes."""

    def values(self, log_price: FloatArray, fit_masks: BoolArray) -> Iterator[Float32Array]:
        """One array a fit, in the order of the columns of ``fit_masks``.

        Args:
            log_price: Shape (n_train,). Only the rows that a fit's mask marks may be used by that fit.
            fit_masks: Shape (n_train, n_fits).

        Yields:
            Shape (n_train + n_test, n_columns); missing is NaN.
        """


@dataclass(frozen=True)
class Scheme:
    """Fold and inner part of every train row.

    Attributes:
        fold: Shape (n_train,), 0 to ``n_folds − 1``.
        part: Shape (n_train,), 0 to ``n_parts − 1``.
    """

    fold: IntArray
    part: IntArray
    n_folds: int
    n_parts: int

    @classmethod
    def of(cls, plan: FoldPlan) -> Scheme:
        """Inner parts by a seeded draw over the sorted ids, so that a row's part does not hang on its position."""
        ids = plan.fold_of.index
        n_parts = inner_parts(len(ids))
        order = np.argsort(np.asarray(ids, dtype=object), kind="stable")
        part = np.empty(len(ids), dtype=np.int64)
        part[order] = np.random.default_rng([plan.seed, n_parts]).permutation(len(ids)) % n_parts
        return cls(plan.fold_of.to_numpy().astype(np.int64), part, plan.n_folds, n_parts)

    def fit_masks(self) -> BoolArray:
        """Shape (n_train, n_folds · (n_parts + 1)): for each fold its inner fits, then its outer fit."""
        columns = []
        for fold in range(self.n_folds):
            training = self.fold != fold
            columns += [training & (self.part != part) for part in range(self.n_parts)]
            columns.append(training)
        return np.stack(columns, axis=1)


def run_scheme(
    scheme: Scheme, inputs: EncoderInputs, log_price: FloatArray, *, train_ids: pd.Index, test_ids: pd.Index
) -> tuple[SplitFrame, ...]:
    """Columns of an encoder for every fold, as :class:`core.types.EncodedBlock` wants them."""
    n_train = len(train_ids)
    fits = inputs.values(log_price, scheme.fit_masks())
    folds: list[SplitFrame] = []
    for fold in range(scheme.n_folds):
        train = np.full((n_train, len(inputs.columns)), np.nan, dtype=np.float32)
        training = scheme.fold != fold
        for part in range(scheme.n_parts):
            rows = training & (scheme.part == part)
            train[rows] = next(fits)[:n_train][rows]
        outer = next(fits)
        train[~training] = outer[:n_train][~training]
        folds.append(
            SplitFrame(
                _frame(train, inputs.columns, train_ids),
                _frame(outer[n_train:], inputs.columns, test_ids),
            )
        )
    return tuple(folds)


def _frame(values: Float32Array, columns: tuple[str, ...], ids: pd.Index) -> pd.DataFrame:
    return pd.DataFrame(values, columns=list(columns), index=pd.Index(ids, name=ID))
