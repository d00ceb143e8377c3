"""The dual-input network on ``log_price``: a branch for text, one for photos, one for everything else.

Several small nets, averaged, are trained together and stopped early on the true SMAPE of the validation rows; a round
is an epoch. Learning rate and ``l2`` are in the trees' units; leaves, shares and a patience above :data:`PATIENCE` mean
nothing here. Source of the form: late fusion of towers (Baltrušaitis et al. 2019, "Multimodal machine learning").
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from core.metrics import log_smape_pct
from core.train.dual_input_fit import device, goal_of, repeatable, train_epochs
from core.train.dual_input_net import CHUNK_ROWS, Epochs, Layers
from core.train.dual_input_parts import Branch, branch_arrays, branches_from, fit_branches, vectors_of
from core.train.dual_input_reasons import reasons
from core.train.family import Family, Fit, FoldData, FoldModel, RoundFn
from core.train.spec import TrainSpec
from core.types import Float32Array, FloatArray, IntArray

VERSION = 1
MOST_EPOCHS: Final = 40
PATIENCE: Final = 8
"""Epochs without a better validation SMAPE; on the challenge's rows the best is among the first 25."""
_OWN = ("level", "column_block")


@dataclass(frozen=True)
class DualInputModel:
    """Fitted nets.

    Attributes:
        branches: What they read; empty where no column varies, and then all is :attr:`level`.
        epochs: Their weights after each epoch.
        level: Median ``log_price`` of the fitted rows, to which the nets' outputs are added.
        column_block: Number of each column's block, shape (n_columns,).
    """

    branches: tuple[Branch, ...]
    epochs: Epochs
    level: float
    column_block: IntArray

    def predict(self, x: Float32Array, *, rounds: int) -> FloatArray:
        """``log_price`` by the weights after ``rounds`` epochs."""
        found = np.full(len(x), self.level)
        if self.branches:
            layers = self.epochs.at(rounds)
            for first in range(0, len(x), CHUNK_ROWS):
                rows = slice(first, first + CHUNK_ROWS)
                found[rows] += layers.after(layers.sums([branch.features(x[rows]) for branch in self.branches]))
        return found

    def contributions(self, x: Float32Array, *, rounds: int) -> FloatArray:
        """Shapley values of the blocks against the average product, shared among their columns; see
        :mod:`core.train.dual_input_reasons`. The average product's prediction last."""
        values = np.zeros((len(x), len(self.column_block) + 1))
        if self.branches:
            columns = [branch.feature_column for branch in self.branches]
            layers = self.epochs.at(rounds)
            for first in range(0, len(x), CHUNK_ROWS):
                rows = slice(first, first + CHUNK_ROWS)
                features = [branch.features(x[rows]) for branch in self.branches]
                values[rows] = reasons(layers, features, columns, self.column_block)
        values[:, -1] += self.level
        return values

    def to_bytes(self) -> bytes:
        """NumPy's npz format, arrays of numbers alone."""
        held = io.BytesIO()
        arrays: dict[str, Any] = {**self.epochs.arrays(), **branch_arrays(self.branches)}
        np.savez(held, level=np.array(self.level), column_block=self.column_block, **arrays)
        return held.getvalue()


def load(data: bytes) -> FoldModel:
    """Read the npz; one that holds anything but numbers is refused by NumPy."""
    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        arrays = {name: held[name] for name in held.files}
    level, column_block = (arrays.pop(name) for name in _OWN)
    of_branches = {name: arrays.pop(name) for name in list(arrays) if "/" in name}
    return DualInputModel(branches_from(of_branches), Epochs.read(arrays), float(level), column_block)


def fit(data: FoldData, spec: TrainSpec, on_round: RoundFn, *, threads: int) -> Fit:
    """Fit one fold; see :class:`core.train.family.Family`. One thread computes, so that sums are the same anywhere."""
    blocks = list(data.column_blocks) or [""] * len(data.columns)
    numbers = {block: number for number, block in enumerate(dict.fromkeys(blocks))}
    column_block = np.array([numbers[block] for block in blocks], dtype=np.int64)
    branches = fit_branches(data.x_fit, blocks, data.categorical)
    goal, level = goal_of(data.log_price_fit)
    if not branches:
        bare = DualInputModel((), Epochs(()), level, column_block)
        score = log_smape_pct(data.log_price_valid, bare.predict(data.x_valid, rounds=1))
        on_round(1, score)
        return Fit(bare, np.array([score]))
    curve, kept = _epochs(branches, data, goal, level, spec, on_round)
    stacked = tuple(np.stack(values) for values in zip(*kept, strict=True))
    return Fit(DualInputModel(branches, Epochs(stacked), level, column_block), np.array(curve))


def _epochs(
    branches: Sequence[Branch], data: FoldData, goal: Float32Array, level: float, spec: TrainSpec, on_round: RoundFn
) -> tuple[list[float], list[list[np.ndarray]]]:
    """Validation SMAPE and weights of each epoch, up to the one that patience ends with."""
    on = device()
    fitted, valid = ([branch.features(x) for branch in branches] for x in (data.x_fit, data.x_valid))
    most, patience = min(spec.max_rounds, MOST_EPOCHS), min(spec.patience, PATIENCE)
    curve: list[float] = []
    kept: list[list[np.ndarray]] = []
    with repeatable(on):
        names = [branch.name for branch in branches]
        for weights in train_epochs(names, fitted, goal, spec, epochs=most, on=on):
            layers = Layers.of([value.astype(np.float32) for value in weights])
            kept.append(weights)
            curve.append(log_smape_pct(data.log_price_valid, level + layers.after(layers.sums(valid))))
            on_round(len(curve), curve[-1])
            if len(curve) - int(np.argmin(curve)) > patience:
                break
    return curve, kept


def missing_inputs(blocks: Sequence[str]) -> str:
    """What a run of the network on these blocks will not see, in a line; ``""`` when it has text and photo vectors."""
    kinds = {vectors_of(block) for block in blocks}
    if not kinds & {"text", "image"}:
        return "No block of vectors is chosen: the network reads the table's columns alone, no photo and no vector."
    if "image" not in kinds:
        return "No block of photo vectors is chosen: the network has no photo branch."
    return "" if "text" in kinds else "No block of text vectors is chosen: the network reads no text but the words'."


DUAL_INPUT = Family(
    "dual_input",
    "Dual-input network",
    VERSION,
    fit,
    load,
    lambda: device() == "cpu",
    patience=PATIENCE,
    typical_rounds=20,
    most_rounds=MOST_EPOCHS,
    rounds_power=0.35,
    # Hidden layer and draws cost what so many columns of the first layer do.
    spare_columns=400,
    # PyTorch itself takes 0.3; a run of 870 columns and 10,961 rows peaked at 1.14 GiB.
    base_gib=0.60,
    gib_a_cell=0.06e-6,
)
