"""The spread of the propensity: how much of test lies where train has rows, and what weighting train to test costs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.features import parsed_catalog
from core.shift.adversarial import Adversarial
from core.store import ArtifactStore
from core.types import ID, Catalog, SplitFrame

BINS = 40
EDGE = 0.99
"""Share of the train rows whose propensity bounds train's support; in alike files 1 % of test lies beyond."""


def propensity_bins(found: Adversarial, *, bins: int = BINS) -> pd.DataFrame:
    """Share of each file's rows by their propensity.

    Returns:
        Columns ``low``, ``high`` (edges, 0 to 1), ``train_pct``, ``test_pct`` (of the file's rows); equal steps
        between the lowest and the highest propensity of any row.
    """
    sides = [side["propensity"].to_numpy(dtype=np.float64) for side in (found.propensity.train, found.propensity.test)]
    both = np.concatenate(sides)
    low, high = (float(both.min()), float(both.max())) if both.size else (0.0, 1.0)
    if high - low < 1e-9:
        low, high = max(0.0, low - 0.01), min(1.0, high + 0.01)
    edges = np.linspace(low, high, bins + 1)
    shares = [100.0 * np.histogram(side, edges)[0] / max(1, side.size) for side in sides]
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "train_pct": shares[0], "test_pct": shares[1]})


def effective_rows(found: Adversarial) -> float:
    """Train rows that the weighted ones are worth: ``(Σw)² / Σw²`` (Kish 1965); all of them in alike files."""
    weight = found.weights().to_numpy(dtype=np.float64)
    return float(weight.sum() ** 2 / (weight**2).sum()) if weight.size else 0.0


def beyond_support_pct(found: Adversarial) -> float:
    """Share of the test rows that look more like test than 99 % of the train rows do, percent; 1 in alike files."""
    train, test = (side["propensity"].to_numpy() for side in (found.propensity.train, found.propensity.test))
    if not train.size or not test.size:
        return 0.0
    return float(100.0 * (test > np.quantile(train, EDGE)).mean())


def most_alike(
    catalog: Catalog, named: SplitFrame, found: Adversarial, *, store: ArtifactStore, side: str, n: int = 50
) -> pd.DataFrame:
    """The rows of one file that look most like test: of train what stands for test, of test what train lacks.

    Args:
        named: Column ``brand``.
        side: ``"train"`` or ``"test"``.

    Returns:
        Columns ``propensity``, ``sample_id``, ``brand``, ``title`` and, of train, ``price`` in dollars; highest
        propensity first.
    """
    chance = getattr(found.propensity, side)["propensity"]
    top = np.argsort(-chance.to_numpy(dtype=np.float64), kind="stable")[:n]
    title = getattr(parsed_catalog(catalog, store=store).value, side)["title"].iloc[top]
    table = pd.DataFrame(
        {
            "propensity": chance.iloc[top].to_numpy(),
            ID: title.index.to_numpy(),
            "brand": getattr(named, side)["brand"].iloc[top].to_numpy(),
            "title": title.to_numpy(),
        }
    )
    return table.assign(price=catalog.price.iloc[top].to_numpy()) if side == "train" else table
