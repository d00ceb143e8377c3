"""Where a blend beats its best member: row by row on the same rows, with intervals that know that brands err alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from core.blend.blend import Blend, Member
from core.errors import AlignmentError
from core.metrics import clustered_se, row_smape_pct, to_price
from core.types import FloatArray, IntArray

LEVEL: Final = 0.95
ALL_ROWS: Final = "all rows"


def wins(mixed: Blend, best: Member, price: pd.Series, slices: pd.DataFrame, clusters: IntArray) -> pd.DataFrame:
    """What a blend's nested predictions gain over one member, over all rows and in each slice.

    Args:
        slices: Categorical columns, indexed like ``price``; each parts the rows its own way.
        clusters: Number of each row's cluster, e.g. its brand.

    Returns:
        ``slice`` (the column; blank for all rows), ``label``, ``rows``, ``blend_smape_pct``, ``best_smape_pct``,
        ``gain_pct`` (above 0 where the blend is better) and its 95 % interval ``low_pct``, ``high_pct``; in order.

    Raises:
        AlignmentError: Slices, prices and predictions do not name the same rows.
    """
    for index in (slices.index, mixed.nested_log_price.index, best.oof_log_price.index):
        if not index.equals(price.index):
            raise AlignmentError("a blend, its best member and the slices name different rows")
    blended, alone = (row_smape_pct(price, to_price(one)) for one in (mixed.nested_log_price, best.oof_log_price))
    lines = []
    for name, label, mask in _parts(slices):
        gain = alone[mask] - blended[mask]
        half = _half(gain, clusters[mask])
        lines.append(
            {
                "slice": name,
                "label": label,
                "rows": int(mask.sum()),
                "blend_smape_pct": float(blended[mask].mean()),
                "best_smape_pct": float(alone[mask].mean()),
                "gain_pct": float(gain.mean()),
                "low_pct": float(gain.mean() - half),
                "high_pct": float(gain.mean() + half),
            }
        )
    return pd.DataFrame(lines)


def _parts(slices: pd.DataFrame) -> Iterator[tuple[str, str, np.ndarray]]:
    yield "", ALL_ROWS, np.ones(len(slices), dtype=np.bool_)
    for name in slices.columns:
        column = slices[name].astype("category")
        for label in column.cat.categories:
            mask = (column == label).to_numpy(dtype=np.bool_)
            if mask.any():
                yield str(name), str(label), mask


def _half(gain: FloatArray, clusters: IntArray) -> float:
    """Half of the 95 % interval; infinite for a slice of one cluster."""
    from scipy.stats import t

    if not gain.any():
        return 0.0
    return float(t.ppf(0.5 + LEVEL / 2.0, max(1, len(np.unique(clusters)) - 1))) * clustered_se(gain, clusters)
