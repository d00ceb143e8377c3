"""Single rows of a run's matrices, without building the whole, and with some blocks exchanged for others."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.train.matrix import Ingredients, fold_frames
from core.train.pieces import category_codes
from core.types import Float32Array, IntArray, SplitFrame

Split = Literal["train", "test"]


@dataclass(frozen=True)
class RowReader:
    """Rows as :func:`core.train.matrix.fold_matrix` has them.

    Attributes:
        folds: By fold, each block's name and columns in the matrix's order.
        codes: For each categorical column, by block and name, the code of each of its values.
    """

    folds: Sequence[Sequence[tuple[str, SplitFrame]]]
    codes: Mapping[tuple[str, str], Mapping[Hashable, float]]

    @classmethod
    def of(cls, ingredients: Ingredients, n_folds: int) -> RowReader:
        """Of the blocks of a run with so many folds.

        Raises:
            AlignmentError: A block names other rows than the first.
        """
        folds = [fold_frames(ingredients, fold) for fold in range(n_folds)]
        codes = {
            (name, column): category_codes(frame.train[column], frame.test[column])
            for name, frame in folds[0]
            for column in frame.columns
            if isinstance(frame.train[column].dtype, pd.CategoricalDtype)
        }
        return cls(folds, codes)

    def rows(
        self,
        fold: int,
        split: Split,
        positions: Sequence[int] | IntArray,
        *,
        instead: Mapping[str, pd.DataFrame] | None = None,
    ) -> Float32Array:
        """Shape (n_rows, n_columns), as fold ``fold`` may see them.

        Args:
            positions: Of the rows in their file.
            instead: Columns to take for a block in place of its own, one row a position.
        """
        columns: list[Float32Array] = []
        for name, frame in self.folds[fold]:
            side = frame.train if split == "train" else frame.test
            part = instead[name] if instead and name in instead else side.iloc[np.asarray(positions)]
            for column in frame.columns:
                code = self.codes.get((name, column))
                values = part[column] if code is None else part[column].astype(object).map(code)
                columns.append(values.to_numpy(dtype=np.float32))
        return np.column_stack(columns)

    def categories(self, block: str, column: str) -> dict[float, str]:
        """The values behind the codes of a column; several share the last code. Empty for a column of numbers."""
        named: dict[float, list[str]] = {}
        for value, code in self.codes.get((block, column), {}).items():
            named.setdefault(code, []).append(str(value))
        return {code: values[0] if len(values) == 1 else f"{values[0]}, …" for code, values in named.items()}
