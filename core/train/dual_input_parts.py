"""Which column feeds which branch of the dual-input network, and the features that a branch takes of a row.

Everything is learned on the fitted rows alone: centres, spreads, ranks, categories. A product without a vector gives
the centre in its place and says so in a feature of its own, so that nothing of the gap itself reaches a weight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from core.train.linear_scaling import Scaling, fit_scaling
from core.types import BoolArray, Float32Array, FloatArray, IntArray

BranchName: TypeAlias = Literal["text", "image", "table"]
BRANCHES: Final[tuple[BranchName, ...]] = ("text", "image", "table")
_VECTOR_KINDS: Final[Mapping[str, BranchName]] = {
    "text": "text",
    "text_vectors": "text",
    "image": "image",
    "image_vectors": "image",
}
_READS_WORDS: Final = ("words", "neighbours")
"""What feeds the text branch where no vectors of texts are chosen."""


def vectors_of(block: str) -> BranchName | None:
    """The branch that a block of vectors feeds; None for any other block.

    >>> vectors_of("image@ViT-B-32"), vectors_of("image_text@ViT-B-32"), vectors_of("size")
    ('image', None, None)
    """
    kind, at, _ = block.partition("@")
    return _VECTOR_KINDS.get(kind) if at else None


def branch_of(block: str, blocks: Sequence[str]) -> BranchName:
    """The branch that a block feeds beside the other ``blocks`` of a run."""
    of_vectors = vectors_of(block)
    if of_vectors is not None:
        return of_vectors
    has_vectors = any(vectors_of(name) == "text" for name in blocks)
    return "text" if block in _READS_WORDS and not has_vectors else "table"


@dataclass(frozen=True)
class TablePart:
    """Columns that are scaled and ranked one by one, as the linear baseline takes them.

    Attributes:
        columns: Their places in the matrix.
        scaling: Of those columns alone.
    """

    columns: IntArray
    scaling: Scaling

    @property
    def feature_column(self) -> IntArray:
        """Place in the matrix of each feature's column."""
        return self.columns[self.scaling.column]

    def features(self, x: Float32Array) -> Float32Array:
        """Centred features of standard deviation 1 in the fitted rows, shape (n_rows, n_features)."""
        return self.scaling.features(x[:, self.columns]).astype(np.float32)

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything, by name."""
        return {"columns": self.columns, **self.scaling.arrays()}


@dataclass(frozen=True)
class VectorPart:
    """One block of vectors: moved to the fitted rows' centre, one spread for all directions so that angles stay.

    Attributes:
        columns: Their places in the matrix.
        centre: Mean of the fitted vectors, shape (n_columns,).
        spread: Root of the mean variance over the columns, shape (1,).
        gaps: Share of fitted rows without a vector and the standard deviation of having none; infinite where all or
            none have one, so that a gap never seen says nothing. Shape (2,).
    """

    columns: IntArray
    centre: FloatArray
    spread: FloatArray
    gaps: FloatArray

    @classmethod
    def fitted(cls, x: Float32Array, columns: IntArray) -> VectorPart:
        """Learn a block's columns on the fitted rows ``x``, shape (n_fit, n_matrix_columns)."""
        part = x[:, columns].astype(np.float64)
        missing: BoolArray = np.asarray(np.isnan(part).any(axis=1), dtype=np.bool_)
        there = part[~missing]
        centre = there.mean(axis=0) if len(there) else np.zeros(len(columns))
        spread = float(np.sqrt(there.var(axis=0).mean())) if len(there) else 0.0
        gap = missing.mean()
        return cls(columns, centre, np.array([spread or 1.0]), np.array([gap, missing.std() or np.inf]))

    @property
    def feature_column(self) -> IntArray:
        """Place in the matrix of each feature's column; the gap stands with the first."""
        return np.concatenate([self.columns, self.columns[:1]])

    def features(self, x: Float32Array) -> Float32Array:
        """Shape (n_rows, n_columns + 1), the gap last."""
        part = x[:, self.columns]
        missing: BoolArray = np.asarray(np.isnan(part).any(axis=1), dtype=np.bool_)
        made = np.empty((len(x), len(self.columns) + 1), dtype=np.float32)
        made[:, :-1] = np.where(missing[:, None], 0.0, (part - self.centre) / self.spread)
        made[:, -1] = (missing - self.gaps[0]) / self.gaps[1]
        return made

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything, by name."""
        return {"columns": self.columns, "centre": self.centre, "spread": self.spread, "gaps": self.gaps}


Part: TypeAlias = TablePart | VectorPart


@dataclass(frozen=True)
class Branch:
    """What one branch reads.

    Attributes:
        parts: Their features stand side by side.
    """

    name: BranchName
    parts: tuple[Part, ...]

    @property
    def feature_column(self) -> IntArray:
        """Place in the matrix of each feature's column, shape (n_features,)."""
        return np.concatenate([part.feature_column for part in self.parts])

    def features(self, x: Float32Array) -> Float32Array:
        """Shape (n_rows, n_features)."""
        return np.concatenate([part.features(x) for part in self.parts], axis=1)


def fit_branches(x: Float32Array, columns_blocks: Sequence[str], categorical: Sequence[int]) -> tuple[Branch, ...]:
    """The branches that have something to read, learned on the fitted rows.

    Args:
        x: Shape (n_fit, n_columns), missing is NaN.
        columns_blocks: Block of each column.
        categorical: Places of the columns that hold codes of categories.
    """
    blocks = list(dict.fromkeys(columns_blocks))
    named = np.asarray(columns_blocks, dtype=object)
    found = []
    for branch in BRANCHES:
        mine = [block for block in blocks if branch_of(block, blocks) == branch]
        parts: list[Part] = [
            VectorPart.fitted(x, np.flatnonzero(named == block)) for block in mine if vectors_of(block) is not None
        ]
        plain = np.flatnonzero(np.isin(named, [block for block in mine if vectors_of(block) is None]))
        parts += _table_parts(x, plain, set(categorical))
        if parts:
            found.append(Branch(branch, tuple(parts)))
    return tuple(found)


def _table_parts(x: Float32Array, columns: IntArray, categorical: set[int]) -> list[Part]:
    if not len(columns):
        return []
    codes = [place for place, column in enumerate(columns.tolist()) if column in categorical]
    scaling = fit_scaling(x[:, columns], codes)
    return [TablePart(columns, scaling)] if len(scaling.column) else []


def branch_arrays(branches: Sequence[Branch]) -> dict[str, np.ndarray]:
    """Everything, by ``branch/part/field``."""
    return {
        f"{branch.name}/{place}/{field}": value
        for branch in branches
        for place, part in enumerate(branch.parts)
        for field, value in part.arrays().items()
    }


def branches_from(arrays: Mapping[str, np.ndarray]) -> tuple[Branch, ...]:
    """Undo :func:`branch_arrays`."""
    parts: dict[tuple[str, int], dict[str, np.ndarray]] = {}
    for name, value in arrays.items():
        branch, place, field = name.split("/")
        parts.setdefault((branch, int(place)), {})[field] = value
    found = []
    for name in BRANCHES:
        mine = tuple(_part_from(parts[key]) for key in sorted(parts) if key[0] == name)
        if mine:
            found.append(Branch(name, mine))
    return tuple(found)


def _part_from(fields: dict[str, np.ndarray]) -> Part:
    if "gaps" in fields:
        return VectorPart(**fields)
    columns = fields.pop("columns")
    return TablePart(columns, Scaling(**fields))
