"""Is the point that a run predicts the one that SMAPE wants? Its error had all prices been moved by one factor.

A median need not be where the expected SMAPE is least. The curve is read on the very rows that it is drawn from, so its
lowest point is a little too good; :func:`core.blend.decide` measures nested whether moving there gains.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from core.metrics import clustered_se, row_smape_pct

LEVEL: Final = 0.9
FACTORS: Final = np.exp(np.linspace(-0.2, 0.2, 41))
"""The same reach as that of the decision's shifts."""


def moved_prices(rows: pd.DataFrame) -> pd.DataFrame:
    """The change of SMAPE had every prediction been multiplied by a factor.

    Args:
        rows: Of :func:`core.explain.error_rows`.

    Returns:
        ``factor``, ``change_pct`` (points of SMAPE against the predictions as they are, below zero is better) with
        ``low_pct`` and ``high_pct`` (90 %, paired by rows, rows of one brand together), in the factors' order.
    """
    from scipy.stats import norm

    reach = float(norm.ppf(0.5 + LEVEL / 2.0))
    price, predicted = rows["price"].to_numpy(), rows["predicted"].to_numpy()
    cluster, own = rows["cluster"].to_numpy(), rows["smape_pct"].to_numpy()
    lines = []
    for factor in FACTORS:
        change = row_smape_pct(price, predicted * factor) - own
        half = reach * clustered_se(change, cluster) if change.any() else 0.0
        middle = float(change.mean())
        lines.append((float(factor), middle, middle - half, middle + half))
    return pd.DataFrame(lines, columns=["factor", "change_pct", "low_pct", "high_pct"])
