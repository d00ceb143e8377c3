"""The train rows of the probe: spread over prices and over brands that other rows teach and do not teach."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.features import brands
from core.store import ArtifactStore
from core.types import Catalog

DECILES = 10


def draw_rows(catalog: Catalog, n_rows: int, *, seed: int, store: ArtifactStore) -> list[str]:
    """``sample_id`` of a stratified sample of train rows, in the catalogue's order.

    Strata are price deciles times whether another train row has the same brand (a row without a readable brand counts
    as unseen). Each stratum gives its share of rows, by largest remainder, so that the plain mean over the sample is
    one over the catalogue.
    """
    key = brands(catalog, store=store).value.train["brand_key"].reindex(catalog.price.index)
    alone = key.eq("") | ~key.duplicated(keep=False)
    rank = catalog.price.rank(method="first").to_numpy()
    decile = np.minimum((rank - 1) * DECILES // len(rank), DECILES - 1).astype(np.int64)
    stratum = pd.Series(decile * 2 + alone.to_numpy(dtype=np.int64), index=catalog.price.index)
    wanted = _shares(stratum.value_counts(sort=False).sort_index(), min(n_rows, len(stratum)))
    draw = np.random.default_rng(seed)
    places: list[int] = []
    for code, count in wanted.items():
        members = np.flatnonzero(stratum.to_numpy() == code)
        places += draw.choice(members, size=count, replace=False).tolist()
    return [str(catalog.price.index[place]) for place in sorted(places)]


def _shares(sizes: pd.Series, n_rows: int) -> dict[int, int]:
    """Rows of each stratum that add up to ``n_rows``; the largest remainders are rounded up."""
    exact = sizes.to_numpy(dtype=np.float64) * n_rows / float(sizes.sum())
    whole = np.floor(exact).astype(np.int64)
    up = np.argsort(whole - exact, kind="stable")[: n_rows - int(whole.sum())]
    whole[up] += 1
    return {int(code): int(count) for code, count in zip(sizes.index, whole, strict=True)}
