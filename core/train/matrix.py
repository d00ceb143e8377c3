"""Blocks to the numbers that a boosting library takes.

Everything is ``float32``; a ``category`` column becomes its code (missing is NaN) and is named as categorical, so that
both libraries may split it by sets. A column keeps the name of its block for folding SHAP values later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.embed import compute_vector_block, vector_blocks
from core.encode import encode_block, encoders
from core.errors import InputError
from core.features import BLOCKS, compute_blocks, side_blocks
from core.folds import FoldPlan
from core.store import ArtifactStore
from core.types import (
    BlockInfo,
    Catalog,
    EncodedBlock,
    FeatureBlock,
    Float32Array,
    ProgressFn,
    SplitFrame,
    no_progress,
    part_of,
)

MAX_CATEGORIES = 200
"""Rarer values of a categorical column share one code: a boosting library bins no more than 255 anyway."""


@dataclass(frozen=True)
class Matrix:
    """One fold's columns for all train and all test rows.

    Attributes:
        train: Shape (n_train, n_columns).
        test: Shape (n_test, n_columns).
        columns: Column names.
        column_blocks: Block of each column.
        categorical: Positions of the columns that hold category codes.
    """

    train: Float32Array
    test: Float32Array
    columns: list[str]
    column_blocks: list[str]
    categorical: list[int]


@dataclass(frozen=True)
class Ingredients:
    """Everything that a run's matrices are made from.

    Attributes:
        fixed: Blocks that have seen no price, by name.
        encoded: Fold-aware blocks, by name.
        extra: Columns handed in from outside, such as the leak that the gap ladder plants.
    """

    fixed: Mapping[str, FeatureBlock]
    encoded: Mapping[str, EncodedBlock]
    extra: Sequence[FeatureBlock]

    @property
    def named(self) -> dict[str, FeatureBlock | EncodedBlock]:
        """Every block but the extra ones, in a fixed order."""
        fixed: dict[str, FeatureBlock | EncodedBlock] = {name: self.fixed[name] for name in sorted(self.fixed)}
        return fixed | {name: self.encoded[name] for name in sorted(self.encoded)}

    @property
    def keys(self) -> list[str]:
        """Parents of the run, in a fixed order."""
        return [block.key for block in [*self.named.values(), *self.extra]]


def known_blocks(catalog: Catalog) -> dict[str, BlockInfo]:
    """Every block that a run on this catalogue may use."""
    return {**BLOCKS, **side_blocks(catalog), **vector_blocks(catalog), **encoders(catalog)}


def gather(
    catalog: Catalog,
    plan: FoldPlan,
    names: Sequence[str],
    *,
    store: ArtifactStore,
    extra: Sequence[FeatureBlock] = (),
    report: ProgressFn = no_progress,
) -> Ingredients:
    """Compute or read the named blocks.

    Raises:
        InputError: A name that is no block of this catalogue.
    """
    known = known_blocks(catalog)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError(f"no feature block named {unknown[0]!r}.", f"There are {', '.join(known)}.")
    of_vectors = [name for name in names if name in vector_blocks(catalog)]
    supervised = [name for name in names if known[name].uses_target]
    others = [name for name in names if name not in of_vectors and name not in supervised]
    fixed = compute_blocks(catalog, others, store=store, report=part_of(report, 0.0, 0.4))
    fixed |= {name: compute_vector_block(catalog, name, store=store) for name in of_vectors}
    encoded = {}
    for position, name in enumerate(supervised):
        low, high = (0.4 + 0.6 * (position + step) / len(supervised) for step in (0, 1))
        encoded[name] = encode_block(catalog, plan, name, store=store, report=part_of(report, low, high))
    return Ingredients(fixed, encoded, tuple(extra))


def fold_matrix(ingredients: Ingredients, fold: int) -> Matrix:
    """The columns as fold ``fold`` may see them."""
    pieces: list[tuple[str, SplitFrame]] = [(name, ingredients.fixed[name].frame) for name in sorted(ingredients.fixed)]
    pieces += [(block.info.name, block.frame) for block in ingredients.extra]
    pieces += [(name, ingredients.encoded[name].folds[fold]) for name in sorted(ingredients.encoded)]
    first = pieces[0][1]
    train: list[Float32Array] = []
    test: list[Float32Array] = []
    columns: list[str] = []
    blocks: list[str] = []
    categorical: list[int] = []
    for name, frame in pieces:
        first.check_rows(frame)
        for column in frame.columns:
            pair = _numbers(frame.train[column], frame.test[column])
            if isinstance(frame.train[column].dtype, pd.CategoricalDtype):
                categorical.append(len(columns))
            train.append(pair[0])
            test.append(pair[1])
            columns.append(column)
            blocks.append(name)
    return Matrix(np.column_stack(train), np.column_stack(test), _distinct(columns, blocks), blocks, categorical)


def _numbers(train: pd.Series, test: pd.Series) -> tuple[Float32Array, Float32Array]:
    if not isinstance(train.dtype, pd.CategoricalDtype):
        return train.to_numpy(dtype=np.float32), test.to_numpy(dtype=np.float32)
    counts = pd.concat([train.astype(object), test.astype(object)]).value_counts(sort=False)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    code = {value: float(min(rank, MAX_CATEGORIES)) for rank, (value, count) in enumerate(ordered) if count > 0}
    return tuple(side.astype(object).map(code).to_numpy(dtype=np.float32) for side in (train, test))  # type: ignore[return-value]


def _distinct(columns: list[str], blocks: list[str]) -> list[str]:
    """Column names, with the block in front where two blocks use the same one."""
    repeated = {name for name in columns if columns.count(name) > 1}
    return [f"{block}.{name}" if name in repeated else name for name, block in zip(columns, blocks, strict=True)]
