"""Blocks to the numbers that a boosting library takes.

Everything is ``float32``; a ``category`` column becomes its code (missing is NaN) and is named as categorical, so that
both libraries may split it by sets. A column keeps the name of its block for folding SHAP values later.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.embed import compute_vector_block, vector_blocks
from core.encode import encode_block, encoders
from core.errors import InputError
from core.features import BLOCKS, compute_blocks, side_blocks
from core.folds import FoldPlan
from core.store import ArtifactStore
from core.train.pieces import Piece, categorical_of, piece_of
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

    @functools.cached_property
    def shared_pieces(self) -> list[tuple[str, Piece]]:
        """Numbers of the blocks that are the same in every fold, made once for all of them."""
        frames = [(name, self.fixed[name].frame) for name in sorted(self.fixed)]
        frames += [(block.info.name, block.frame) for block in self.extra]
        return [(name, piece_of(frame)) for name, frame in frames]


def known_blocks(catalog: Catalog) -> dict[str, BlockInfo]:
    """Every block that a run on this catalogue may use."""
    return {**BLOCKS, **side_blocks(catalog), **vector_blocks(catalog), **encoders(catalog)}


def blocks_named(catalog: Catalog, names: Sequence[str]) -> dict[str, BlockInfo]:
    """:func:`known_blocks`, once it is sure that ``names`` are among them.

    Raises:
        InputError: A name that is no block of this catalogue.
    """
    known = known_blocks(catalog)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError(f"no feature block named {unknown[0]!r}.", f"There are {', '.join(known)}.")
    return known


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
    known = blocks_named(catalog, names)
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


def fold_frames(ingredients: Ingredients, fold: int) -> list[tuple[str, SplitFrame]]:
    """Each block's name and columns as fold ``fold`` may see them, in the order of a matrix.

    Raises:
        AlignmentError: A block names other rows than the first.
    """
    found: list[tuple[str, SplitFrame]] = [(name, ingredients.fixed[name].frame) for name in sorted(ingredients.fixed)]
    found += [(block.info.name, block.frame) for block in ingredients.extra]
    found += [(name, ingredients.encoded[name].folds[fold]) for name in sorted(ingredients.encoded)]
    for _, frame in found:
        found[0][1].check_rows(frame)
    return found


def fold_matrix(ingredients: Ingredients, fold: int) -> Matrix:
    """The columns as fold ``fold`` may see them.

    Raises:
        AlignmentError: A block names other rows than the first.
    """
    shared, frames = ingredients.shared_pieces, fold_frames(ingredients, fold)
    return join_pieces([*shared, *((name, piece_of(frame)) for name, frame in frames[len(shared) :])])


def join_pieces(pieces: Sequence[tuple[str, Piece]]) -> Matrix:
    """Blocks' numbers side by side, each with its block's name."""
    parts = [piece for _, piece in pieces]
    columns = [column for part in parts for column in part.columns]
    blocks = [name for name, part in pieces for _ in part.columns]
    return Matrix(
        np.column_stack([part.train for part in parts]),
        np.column_stack([part.test for part in parts]),
        _distinct(columns, blocks),
        blocks,
        categorical_of(parts),
    )


def _distinct(columns: list[str], blocks: list[str]) -> list[str]:
    """Column names, with the block in front where two blocks use the same one."""
    repeated = {name for name in columns if columns.count(name) > 1}
    return [f"{block}.{name}" if name in repeated else name for name, block in zip(columns, blocks, strict=True)]
