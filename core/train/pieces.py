"""One block's columns as the numbers that a boosting library takes, and how blocks' numbers are put side by side.

A block's numbers do not depend on the blocks beside it, so that they are made once and joined for any set of blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.types import Float32Array, SplitFrame

MAX_CATEGORIES = 200
"""Rarer values of a categorical column share one code: a boosting library bins no more than 255 anyway."""


@dataclass(frozen=True)
class Piece:
    """A block's columns, ``float32``, as one fold may see them.

    Attributes:
        train: Shape (n_train, n_columns).
        test: Shape (n_test, n_columns).
        columns: The block's own column names.
        categorical: Positions of the columns that hold category codes.
    """

    train: Float32Array
    test: Float32Array
    columns: tuple[str, ...]
    categorical: tuple[int, ...]

    def without_test(self) -> Piece:
        """The train rows alone, for whoever predicts no test row and keeps many pieces."""
        return replace(self, test=self.test[:0].copy())


def piece_of(frame: SplitFrame) -> Piece:
    """A block's numbers: a ``category`` column becomes its code by frequency, missing stays NaN."""
    pairs = [_numbers(frame.train[column], frame.test[column]) for column in frame.columns]
    categorical = [place for place, kind in enumerate(frame.train.dtypes) if isinstance(kind, pd.CategoricalDtype)]
    shapes = ((len(frame.train), 0), (len(frame.test), 0))
    train, test = (
        np.column_stack([pair[side] for pair in pairs]) if pairs else np.empty(shapes[side], dtype=np.float32)
        for side in (0, 1)
    )
    return Piece(train, test, tuple(frame.columns), tuple(categorical))


def categorical_of(pieces: Sequence[Piece]) -> list[int]:
    """Positions of the categorical columns once the pieces stand side by side."""
    found: list[int] = []
    before = 0
    for piece in pieces:
        found += [before + place for place in piece.categorical]
        before += len(piece.columns)
    return found


def _numbers(train: pd.Series, test: pd.Series) -> tuple[Float32Array, Float32Array]:
    if not isinstance(train.dtype, pd.CategoricalDtype):
        return train.to_numpy(dtype=np.float32), test.to_numpy(dtype=np.float32)
    counts = pd.concat([train.astype(object), test.astype(object)]).value_counts(sort=False)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    code = {value: float(min(rank, MAX_CATEGORIES)) for rank, (value, count) in enumerate(ordered) if count > 0}
    return tuple(side.astype(object).map(code).to_numpy(dtype=np.float32) for side in (train, test))  # type: ignore[return-value]
