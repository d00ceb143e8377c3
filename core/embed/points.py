"""The products on the map: which of them are drawn, and which lie within an outline drawn around some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.embed.gallery import short_title
from core.types import PRICE, TEXT, BoolArray, Catalog, Float32Array, IntArray, SplitFrame

Corners = Sequence[tuple[float, float]]


def map_table(
    catalog: Catalog,
    places: SplitFrame,
    told: Mapping[str, npt.NDArray[Any]],
    *,
    max_points: int,
    seed: int,
) -> pd.DataFrame:
    """Products on the map: all of them, or a random ``max_points``.

    Args:
        places: Columns ``x`` and ``y`` from :func:`core.embed.project_map`.
        told: Further columns of shape (n_train + n_test,), train rows first, such as ``brand``.

    Returns:
        Columns ``row`` (position, train rows first), ``sample_id``, ``x``, ``y``, ``split``, ``price`` (NaN in test),
        ``title`` and those of ``told``.
    """
    xy = places_of(places)
    rows = np.flatnonzero(np.isfinite(xy[:, 0]))
    if len(rows) > max_points:
        rows = np.sort(np.random.default_rng(seed).choice(rows, size=max_points, replace=False))
    first_test = int(np.searchsorted(rows, catalog.n_train))
    parts = (catalog.items.train.iloc[rows[:first_test]], catalog.items.test.iloc[rows[first_test:] - catalog.n_train])
    price = np.full(len(rows), np.nan)
    price[:first_test] = catalog.price.to_numpy(dtype=np.float64)[rows[:first_test]]
    return pd.DataFrame(
        {
            "row": rows,
            "sample_id": pd.array([name for part in parts for name in part.index], dtype="str"),
            "x": xy[rows, 0],
            "y": xy[rows, 1],
            "split": np.where(rows < catalog.n_train, "train", "test"),
            PRICE: price,
            "title": pd.array([short_title(text) for part in parts for text in part[TEXT]], dtype="str"),
            **{name: values[rows] for name, values in told.items()},
        }
    )


def places_of(places: SplitFrame) -> Float32Array:
    """Places on the map, shape ``(n_train + n_test, 2)``, train rows first; NaN for a product without a vector."""
    sides = [side[["x", "y"]].to_numpy(dtype=np.float32) for side in (places.train, places.test)]
    stacked: Float32Array = np.concatenate(sides)
    return stacked


def rows_within(xy: Float32Array, outlines: Sequence[Corners]) -> IntArray:
    """Positions of the points inside any of the outlines, drawn or not, in their order.

    Args:
        xy: Shape ``(n, 2)``; points of NaN are inside nothing.
        outlines: Corners of closed lines; a line that crosses itself has inside what it goes round an odd number of
            times.
    """
    inside: BoolArray = np.zeros(len(xy), dtype=bool)
    for outline in outlines:
        corners = np.asarray(outline, dtype=np.float64).reshape(-1, 2)
        if len(corners) >= 3:
            inside |= _inside(xy, corners)
    return np.flatnonzero(inside).astype(np.int64)


def _inside(xy: Float32Array, corners: np.ndarray) -> BoolArray:
    """Even-odd rule: a point is inside when a ray to its right crosses the line an odd number of times."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    near = np.flatnonzero(((xy >= low) & (xy <= high)).all(axis=1))
    x, y = xy[near].T.astype(np.float64)
    odd = np.zeros(len(near), dtype=bool)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y0 != y1:
            spans = (y0 > y) != (y1 > y)
            odd ^= spans & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    inside = np.zeros(len(xy), dtype=bool)
    inside[near[odd]] = True
    return inside
