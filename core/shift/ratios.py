"""Is a value more frequent in test than in train than chance allows: ratio, interval, corrected p-value."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.types import FloatArray


def share_ratio(
    train_rows: FloatArray, test_rows: FloatArray, *, n_train: int, n_test: int, level: float = 0.9
) -> pd.DataFrame:
    """Ratio of two shares (test over train) with its log-normal interval.

    Half a row is added to each count, so that a value absent from one file keeps a finite ratio and a wide
    interval (Katz et al. 1978, with the Haldane–Anscombe correction).

    Returns:
        Columns ``ratio``, ``ratio_low``, ``ratio_high``; one row a value, in the order given.
    """
    from scipy.stats import norm

    test, train = test_rows + 0.5, train_rows + 0.5
    log_ratio = np.log(test / (n_test + 0.5)) - np.log(train / (n_train + 0.5))
    spread = np.sqrt(1.0 / test - 1.0 / (n_test + 0.5) + 1.0 / train - 1.0 / (n_train + 0.5))
    half = float(norm.ppf(0.5 + level / 2.0)) * spread
    columns = {"ratio": log_ratio, "ratio_low": log_ratio - half, "ratio_high": log_ratio + half}
    return pd.DataFrame({name: np.exp(values) for name, values in columns.items()})


def share_p_value(train_rows: FloatArray, test_rows: FloatArray, *, n_train: int, n_test: int) -> FloatArray:
    """Two-sided exact p-value that a value is equally frequent in both files.

    Given its rows in all, those in test are binomial with test's share of the rows; the smaller tail is doubled.
    """
    from scipy.stats import binom

    rows, chance = train_rows + test_rows, n_test / (n_train + n_test)
    lower = binom.cdf(test_rows, rows, chance)
    upper = binom.sf(test_rows - 1, rows, chance)
    p_value: FloatArray = np.minimum(1.0, 2.0 * np.minimum(lower, upper))
    return p_value


def false_discovery(p_value: FloatArray) -> FloatArray:
    """Benjamini–Hochberg q-values: flag ``q < 0.05`` and one flag in twenty is expected to be false.

    >>> false_discovery(np.array([0.01, 0.04, 0.5])).tolist()
    [0.03, 0.06, 0.5]
    """
    if p_value.size == 0:
        return p_value.astype(np.float64)
    order = np.argsort(-p_value, kind="stable")
    rank = np.arange(p_value.size, 0, -1)
    q_value = np.empty(p_value.size)
    q_value[order] = np.minimum.accumulate(np.minimum(1.0, p_value[order] * p_value.size / rank))
    return q_value
