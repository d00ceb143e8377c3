"""How many train rows a product's brand has to teach from: the support of a row.

A train row always finds itself, so its support is counted in the training part of the fold that validates it;
a test row is given the same view through one fold drawn at random. Without that the two files differ by
construction and every comparison of them reads "shift".
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.errors import InputError
from core.folds import FoldPlan
from core.types import FloatArray, IntArray, SplitFrame

LEVELS = ("unseen", "rare", "well", "unknown")
"""Unseen: no train row; rare: 1 to ``rare_below − 1``; well: more; unknown: no brand could be read."""


def support_level(support: pd.Series, *, rare_below: int) -> pd.Series:
    """Level of each row from its support (train rows of its brand; NaN where the brand is unknown).

    Returns:
        Categorical with the categories of :data:`LEVELS`, same index.

    Raises:
        InputError: ``rare_below`` is less than 1.
    """
    if rare_below < 1:
        raise InputError(f"rare_below is {rare_below}.", "Give the train rows from which a brand is known well.")
    count = support.to_numpy(dtype=np.float64)
    code = level_codes(count, rare_below=rare_below)
    return pd.Series(pd.Categorical(np.array(LEVELS)[code], categories=LEVELS), index=support.index, name="level")


def level_codes(support: FloatArray, *, rare_below: int) -> IntArray:
    """Position in :data:`LEVELS` of each support count."""
    unseen, rare, well, unknown = range(len(LEVELS))
    code = np.full(support.shape, well, dtype=np.int64)
    code[support < rare_below] = rare
    code[support < 1] = unseen
    code[np.isnan(support)] = unknown
    return code


def train_support(keys: SplitFrame, column: str) -> pd.Series:
    """Train rows that each test row's key has in the whole of train; NaN where the key is blank."""
    counts = _counts(keys.train[column])
    return _look_up(keys.test[column], counts)


def rows_in_both(keys: SplitFrame, column: str) -> tuple[FloatArray, FloatArray]:
    """Rows that each train and each test row's key has in both files together; 0 where the key is blank."""
    counts = _counts(keys.stacked()[column])
    train, test = (side[column].map(counts).fillna(0.0).to_numpy(dtype=np.float64) for side in (keys.train, keys.test))
    return train, test


def fold_support(keys: SplitFrame, column: str, plan: FoldPlan, *, seed: int = 0) -> SplitFrame:
    """Support as the models of ``plan`` see it, exchangeable between train and test rows.

    Args:
        keys: Holds ``column``, the brand's key; blank = unknown.

    Returns:
        Column ``support``: for a train row the rows of its brand outside its own fold; for a test row those
        outside one fold drawn with ``seed``. NaN where the brand is unknown.
    """
    plan.check_rows(keys.train.index)
    test_fold = np.random.default_rng(seed).integers(0, plan.n_folds, len(keys.test))
    fold = np.asarray(plan.fold_of, dtype=np.int64)
    total = _counts(keys.train[column])
    inside = pd.Series(fold).groupby([keys.train[column].to_numpy(dtype=object), fold]).size()
    return SplitFrame(
        _outside(keys.train[column], fold, total, inside),
        _outside(keys.test[column], test_fold.astype(np.int64), total, inside),
    )


def _outside(key: pd.Series, fold: np.ndarray, total: pd.Series, inside: pd.Series) -> pd.DataFrame:
    pair = pd.MultiIndex.from_arrays([key.to_numpy(dtype=object), fold])
    own: FloatArray = inside.reindex(pair).fillna(0.0).to_numpy(dtype=np.float64)
    return pd.DataFrame({"support": _look_up(key, total).to_numpy(dtype=np.float64) - own}, index=key.index)


def _counts(key: pd.Series) -> pd.Series:
    counts: pd.Series = key[key != ""].value_counts()
    return counts


def _look_up(key: pd.Series, counts: pd.Series) -> pd.Series:
    found = key.map(counts).astype(np.float64).fillna(0.0)
    return found.where(key != "", np.nan).rename("support")
