"""What a model family offers to the trainer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from core.train.matrix import Matrix
from core.train.spec import TrainSpec
from core.types import BoolArray, Float32Array, FloatArray

RoundFn = Callable[[int, float], None]
"""Told after every round: its number from 1, and the validation SMAPE in percent. May raise ``Cancelled``."""


@dataclass(frozen=True)
class FoldData:
    """One fold's rows, ready to fit.

    Attributes:
        x_fit: Shape (n_fit, n_columns).
        x_valid: Shape (n_valid, n_columns).
        log_price_fit: Shape (n_fit,).
        log_price_valid: Shape (n_valid,).
        column_blocks: Block of each column; empty where nobody said.
    """

    x_fit: Float32Array
    x_valid: Float32Array
    log_price_fit: FloatArray
    log_price_valid: FloatArray
    columns: list[str]
    categorical: list[int]
    column_blocks: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, matrix: Matrix, log_price: FloatArray, valid: BoolArray) -> FoldData:
        """A matrix and its ``log_price`` (n_train,) parted into validation rows and the rest."""
        return cls(
            matrix.train[~valid],
            matrix.train[valid],
            log_price[~valid],
            log_price[valid],
            matrix.columns,
            matrix.categorical,
            matrix.column_blocks,
        )


class FoldModel(Protocol):
    """A fitted model that can predict with its first ``rounds`` rounds only."""

    def predict(self, x: Float32Array, *, rounds: int) -> FloatArray:
        """``log_price`` of each row, shape (n_rows,)."""

    def contributions(self, x: Float32Array, *, rounds: int) -> FloatArray:
        """SHAP values in ``log_price``, exact (TreeSHAP for trees; of a network by block, see its module); shape
        (n_rows, n_columns + 1), base value last."""

    def to_bytes(self) -> bytes:
        """The model in the library's own open format."""


@dataclass(frozen=True)
class Fit:
    """A fitted fold.

    Attributes:
        curve: Validation SMAPE in percent after each round.
    """

    model: FoldModel
    curve: FloatArray


class FitFn(Protocol):
    """Fits one fold, stopping early on the true SMAPE of the validation rows."""

    def __call__(self, data: FoldData, spec: TrainSpec, on_round: RoundFn, *, threads: int) -> Fit:
        """The same model whatever the number of ``threads``."""


def everywhere() -> bool:
    """For a family that always computes on the CPU."""
    return True


@dataclass(frozen=True)
class Family:
    """A way to fit ``log_price``.

    Attributes:
        version: Raise it when the same data would give another model.
        load: Reads :meth:`FoldModel.to_bytes` back.
        side_by_side: True when several folds may be fitted at once; a graphics card is better left to one.
        patience: Rounds without a gain that end a fold where the family sets them itself.
        typical_rounds: Rounds of a fold, where they are not those of boosting.
        most_rounds: Rounds of a fold at most, where the family sets them itself.
        rounds_power: A fold's best round grows with the rows by about this power
            (``benchmarks/RESULTS.md``, "Strategies").
        spare_columns: A round costs about as much beside its columns as so many of them: a tree sorts its rows into
            leaves once.
        base_gib, gib_a_cell: Memory of a run: of a process that has read two files of some thousand rows, and for each
            value of the matrix.
    """

    name: str
    title: str
    version: int
    fit: FitFn
    load: Callable[[bytes], FoldModel]
    side_by_side: Callable[[], bool] = everywhere
    patience: int | None = None
    typical_rounds: int | None = None
    most_rounds: int | None = None
    rounds_power: float = 0.45
    spare_columns: int = 10
    base_gib: float = 0.30
    gib_a_cell: float = 0.30e-6
