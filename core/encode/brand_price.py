"""Block ``brand_price``: what a brand costs, out of fold, and what it costs beyond its sizes.

The brand's own name is one key; the title's first word and first two words are two more, because they group private
labels and product lines that no brand list knows. For each key, with ``n`` rows of the fit that share it:

* price: ``(Σ log_price + m·prior) / (n + m)``, the prior being the fit's mean; missing when ``n`` is 0;
* level: the same of the residual that a least-squares line over the sizes leaves;
* rows: ``n``.

Source of the method: m-estimate target encoding (Micci-Barreca, 2001), nested by :mod:`core.encode.scheme`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.encode.openings import KEYS, brand_codes
from core.features import artifact_key, compute_block
from core.store import ArtifactStore
from core.types import BlockInfo, BoolArray, Catalog, Float32Array, FloatArray, IntArray

VERSION = 1
SMOOTHING_ROWS = 2.0
SIZE_COLUMNS = ("log_total", "log_item", "log_pack")

INFO = BlockInfo(
    name="brand_price",
    title="Brand price",
    meaning="What other products of the brand cost, and cost beyond their sizes (out of fold)",
    columns={
        column: meaning
        for key, name in KEYS.items()
        for column, meaning in (
            (f"{key}_price", f"mean log_price by {name}, shrunk to the fit's mean by {SMOOTHING_ROWS:g} rows"),
            (f"{key}_level", f"mean log_price beyond size by {name}, shrunk to 0"),
            (f"{key}_rows", f"train rows that share {name}"),
        )
    },
    uses_target=True,
)


@dataclass(frozen=True)
class BrandInputs:
    """Keys and sizes of all products, train rows first.

    Attributes:
        codes: Shape (n_products, n_keys); −1 where a product has no such key.
        sizes: Shape (n_products, n_size_columns); a missing size is its column's mean, flagged beside it.
    """

    codes: IntArray
    sizes: FloatArray

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(INFO.columns)

    def values(self, log_price: FloatArray, fit_masks: BoolArray) -> Iterator[Float32Array]:
        """One array a fit; see :class:`core.encode.scheme.EncoderInputs`."""
        for fit in range(fit_masks.shape[1]):
            rows = np.flatnonzero(fit_masks[:, fit])
            prior = float(log_price[rows].mean())
            beyond = beyond_size(self.sizes[rows], log_price[rows])
            columns: list[FloatArray] = []
            for key in range(self.codes.shape[1]):
                code = self.codes[:, key]
                price, count = shrunk_means(code[rows], log_price[rows], code, prior=prior)
                level, _ = shrunk_means(code[rows], beyond, code, prior=0.0)
                columns += [price, level, count]
            yield np.stack(columns, axis=1).astype(np.float32)


def shrunk_means(
    fit_codes: IntArray, fit_values: FloatArray, codes: IntArray, *, prior: float
) -> tuple[FloatArray, FloatArray]:
    """Shrunk group mean and group size for each of ``codes``.

    Args:
        fit_codes: Shape (n_fit,), the fit rows' groups; −1 belongs to none.
        fit_values: Shape (n_fit,).
        codes: Shape (n,), whose means are wanted.
        prior: What a group is shrunk to, with the weight of :data:`SMOOTHING_ROWS` rows.

    Returns:
        Means (NaN for a group without fit rows) and counts, both of shape (n,).
    """
    n_groups = int(max(codes.max(initial=-1), fit_codes.max(initial=-1))) + 1
    known = fit_codes >= 0
    total = np.bincount(fit_codes[known], weights=fit_values[known], minlength=n_groups + 1)
    count = np.bincount(fit_codes[known], minlength=n_groups + 1).astype(np.float64)
    mean = np.where(count > 0, (total + SMOOTHING_ROWS * prior) / (count + SMOOTHING_ROWS), np.nan)
    # Code −1 reads the spare last group, which no fit row belongs to.
    return mean[codes], count[codes]


def beyond_size(sizes: FloatArray, log_price: FloatArray) -> FloatArray:
    """What a least-squares line over the sizes leaves of ``log_price``; both of the rows that may be used."""
    design = np.column_stack([np.ones(len(sizes)), sizes])
    weights = np.linalg.lstsq(design, log_price, rcond=None)[0]
    residual: FloatArray = log_price - design @ weights
    return residual


def parents(catalog: Catalog, store: ArtifactStore) -> tuple[str, ...]:
    """Keys of what the block is made from beside the prices."""
    return (
        artifact_key(catalog, "brands"),
        artifact_key(catalog, "parse"),
        artifact_key(catalog, "size"),
    )


def prepare(catalog: Catalog, store: ArtifactStore) -> BrandInputs:
    """Brand and title openings as codes, sizes as a matrix without gaps."""
    return BrandInputs(brand_codes(catalog, store=store), size_matrix(catalog, store=store))


def size_matrix(catalog: Catalog, *, store: ArtifactStore) -> FloatArray:
    """Sizes of all products, train rows first; a missing one is its column's mean, flagged beside it."""
    sizes = compute_block(catalog, "size", store=store).frame.stacked()[list(SIZE_COLUMNS)]
    return _without_gaps(sizes.to_numpy(dtype=np.float64))


def _without_gaps(sizes: FloatArray) -> FloatArray:
    missing = ~np.isfinite(sizes)
    shown = np.where(missing, 0.0, sizes)
    mean = shown.sum(axis=0) / np.maximum((~missing).sum(axis=0), 1)
    filled = np.where(missing, mean, sizes)
    return np.column_stack([filled, missing.astype(np.float64)])
