"""Block ``neighbours``: what the most similar products cost, allowing for how much is in each (out of fold).

For each product the :data:`COUNT` nearest train rows that the fit may use, in two spaces of words (see
:mod:`core.encode.nearest`). A neighbour that holds more or less is taken at ``log_price + 0.35 · (own log_total −
its log_total)``, the difference kept within ±3: twice the amount costs about a quarter more. The list of nearest
rows is drawn up once and only filtered for each fit, so a fit that may use fewer than eight of a product's 64 nearest
works with those, and with none of them the columns are missing.

Source of the method: similarity-weighted nearest-neighbour regression (Fix and Hodges, 1951; Cover and Hart, 1967).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.encode.nearest import SPACES, Int32Array, Nearest, nearest_key, nearest_rows
from core.features import artifact_key, compute_block
from core.store import ArtifactStore
from core.types import BlockInfo, BoolArray, Catalog, Float32Array, FloatArray

VERSION = 1
COUNT = 8
SIZE_SLOPE = 0.35
"""Log price by log total among neighbours. Without it the title's neighbours alone read 60.7 SMAPE instead of 56.6."""
MOST_SIZE_GAP = 3.0
_LOOKED_AT_FIRST = 16
"""Enough for eight usable ones nearly always; only the other rows are looked up at full depth."""

_SPACE_TITLES = {"title": "titles", "text": "whole texts"}
_STATISTICS = {
    "price": "mean log_price of the products with the most similar {texts}, adjusted to this one's total",
    "median": "median of the same",
    "plain": "mean log_price of the same without the adjustment",
    "spread": "standard deviation of their adjusted log_price",
    "similarity": "cosine of the most similar of the {texts}, 0 to 1",
    "unit": "mean of their log price per gram (of those whose total is known)",
}


def neighbour_columns(spaces: Mapping[str, str]) -> dict[str, str]:
    """Columns with their meanings.

    Args:
        spaces: Name of each space to what lies near in it, e.g. ``"titles"``.
    """
    return {
        f"near_{space}_{statistic}": meaning.format(texts=texts)
        for space, texts in spaces.items()
        for statistic, meaning in _STATISTICS.items()
    }


INFO = BlockInfo(
    name="neighbours",
    title="Neighbours",
    meaning="What the most similar products cost, adjusted for how much is in each (out of fold)",
    columns=neighbour_columns({space: _SPACE_TITLES[space] for space in SPACES}),
    uses_target=True,
)


@dataclass(frozen=True)
class NeighbourInputs:
    """Nearest train rows by space, and every product's size.

    Attributes:
        log_total: Shape (n_products,), NaN where unknown.
    """

    nearest: Mapping[str, Nearest]
    log_total: FloatArray

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(neighbour_columns(dict.fromkeys(self.nearest, "")))

    def values(self, log_price: FloatArray, fit_masks: BoolArray) -> Iterator[Float32Array]:
        """One array a fit; see :class:`core.encode.scheme.EncoderInputs`. Rows of the fit itself are left missing."""
        n_products = len(self.log_total)
        for fit in range(fit_masks.shape[1]):
            # One place more than there are train rows: position −1 reads it, and nobody may use it.
            usable = np.append(fit_masks[:, fit], False)
            served = np.append(~fit_masks[:, fit], np.ones(n_products - log_price.size, dtype=np.bool_))
            values = np.full((n_products, len(self.columns)), np.nan, dtype=np.float32)
            values[served] = np.concatenate(
                [self._statistics(near, np.flatnonzero(served), usable, log_price) for near in self.nearest.values()],
                axis=1,
            )
            yield values

    def _statistics(self, near: Nearest, products: np.ndarray, usable: BoolArray, log_price: FloatArray) -> FloatArray:
        found = first_usable(near, products, usable)
        return statistics_of(*found, self.log_total[products], log_total=self.log_total, log_price=log_price)


def statistics_of(
    rows: Int32Array,
    similarity: Float32Array,
    own_log_total: FloatArray,
    *,
    log_total: FloatArray,
    log_price: FloatArray,
) -> FloatArray:
    """The columns of one space for neighbours that were found; see :func:`first_usable`.

    Args:
        own_log_total: Shape (n,), NaN where unknown.
        log_total, log_price: Of all products and of the train rows, by position.
    """
    return neighbour_statistics(
        np.where(rows >= 0, log_price[rows], np.nan),
        similarity,
        amount_gap(own_log_total[:, None], log_total[rows]),
        log_total[rows],
    )


def first_usable(near: Nearest, products: np.ndarray, usable: BoolArray) -> tuple[Int32Array, Float32Array]:
    """The :data:`COUNT` nearest rows of each product that may be used, and their similarities.

    Args:
        products: Positions, shape (n,).
        usable: Shape (n_train + 1,); the last, for position −1, is False.

    Returns:
        Two arrays of shape (n, :data:`COUNT`), filled up with −1 and 0.
    """
    rows = np.full((len(products), COUNT), -1, dtype=np.int32)
    similarity = np.zeros(rows.shape, dtype=np.float32)
    pending = np.arange(len(products))
    for depth in (_LOOKED_AT_FIRST, near.rows.shape[1]):
        listed = near.rows[products[pending], :depth]
        allowed = usable[listed]
        rank = np.cumsum(allowed, axis=1)
        row, place = np.nonzero(allowed & (rank <= COUNT))
        rows[pending[row], rank[row, place] - 1] = listed[row, place]
        similarity[pending[row], rank[row, place] - 1] = near.similarity[products[pending[row]], place]
        pending = pending[rank[:, -1] < COUNT]
    return rows, similarity


def neighbour_statistics(
    log_price: FloatArray, similarity: Float32Array, size_gap: FloatArray, log_total: FloatArray
) -> FloatArray:
    """The columns of one space, in the order of their meanings above.

    Args:
        log_price: Of each neighbour, shape (n, :data:`COUNT`); NaN where there is none, those stand last.
        similarity: Same shape; 0 where there is none.
        size_gap: Own log total less the neighbour's, clipped; 0 where unknown.
        log_total: Of each neighbour; NaN where unknown.
    """
    known = np.isfinite(log_price)
    adjusted = log_price + SIZE_SLOPE * size_gap
    mean = _weighted_mean(adjusted, similarity, known)
    spread = np.sqrt(_weighted_mean((adjusted - mean[:, None]) ** 2, similarity, known))
    per_gram = log_price - log_total
    best = np.where(known[:, 0], similarity[:, 0], np.nan)
    columns = [mean, _median(adjusted, known), _weighted_mean(log_price, similarity, known), spread, best]
    return np.stack([*columns, _weighted_mean(per_gram, similarity, np.isfinite(per_gram))], axis=1)


def _weighted_mean(values: FloatArray, weights: Float32Array, known: BoolArray) -> FloatArray:
    share = np.where(known, weights, 0.0).astype(np.float64)
    total = share.sum(axis=1)
    summed = (share * np.where(known, values, 0.0)).sum(axis=1)
    mean: FloatArray = np.divide(summed, total, out=np.full(len(values), np.nan), where=total > 0)
    return mean


def _median(values: FloatArray, known: BoolArray) -> FloatArray:
    ordered = np.sort(np.where(known, values, np.inf), axis=1)
    count = known.sum(axis=1)
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, values.shape[1] - 1)
    middle = [np.take_along_axis(ordered, place[:, None], axis=1)[:, 0] for place in (low, high)]
    return np.where(count > 0, (middle[0] + middle[1]) / 2.0, np.nan)


def amount_gap(own: npt.ArrayLike, theirs: FloatArray) -> FloatArray:
    """Own log total less each neighbour's, within ±3; 0 where one of them is unknown."""
    gap: FloatArray = np.nan_to_num(np.clip(np.asarray(own) - theirs, -MOST_SIZE_GAP, MOST_SIZE_GAP))
    return gap


def parents(catalog: Catalog, store: ArtifactStore) -> tuple[str, ...]:
    """Keys of what the block is made from beside the prices."""
    return (*(nearest_key(catalog, space) for space in SPACES), artifact_key(catalog, "size"))


def prepare(catalog: Catalog, store: ArtifactStore) -> NeighbourInputs:
    """Nearest rows in every space, and the sizes."""
    sizes = compute_block(catalog, "size", store=store).frame.stacked()
    nearest: dict[str, Nearest] = {space: nearest_rows(catalog, space, store=store) for space in SPACES}
    return NeighbourInputs(nearest, sizes["log_total"].to_numpy(dtype=np.float64))
