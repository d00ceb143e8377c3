"""The dual-input network in NumPy: the weights after every epoch, and what they predict.

Each branch is a layer of its own; the branches' outputs stand side by side and go through one more layer to
``log_price``. Several nets of the same shape, begun at other seeds, are averaged. Predicting in NumPy takes no model
library, so that pages answer at once, and gives what the curve was scored by, bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.types import Float32Array, FloatArray

CHUNK_ROWS: Final = 4096
"""Rows whose features are made at once: memory stays small beside the matrix."""


@dataclass(frozen=True)
class Layers:
    """The nets' weights at one epoch, ``float32``.

    Attributes:
        branches: For each branch its weights (n_nets, n_features, width) and offsets (n_nets, 1, width).
        hidden: (n_nets, sum of widths, n_hidden) and (n_nets, 1, n_hidden).
        out: (n_nets, n_hidden, 1) and (n_nets, 1, 1).
    """

    branches: tuple[tuple[Float32Array, Float32Array], ...]
    hidden: tuple[Float32Array, Float32Array]
    out: tuple[Float32Array, Float32Array]

    @classmethod
    def of(cls, flat: Sequence[Float32Array]) -> Layers:
        """From weights and offsets in turn, the branches first; undone by :meth:`flat`."""
        pairs = [(flat[place], flat[place + 1]) for place in range(0, len(flat), 2)]
        return cls(tuple(pairs[:-2]), pairs[-2], pairs[-1])

    def sums(self, features: Sequence[Float32Array]) -> Float32Array:
        """What the branches' units take in, without their offsets: shape (n_nets, n_rows, sum of widths)."""
        return np.concatenate([x @ weight for x, (weight, _) in zip(features, self.branches, strict=True)], axis=2)

    @property
    def offsets(self) -> Float32Array:
        """The branches' offsets side by side, shape (n_nets, 1, sum of widths)."""
        return np.concatenate([offset for _, offset in self.branches], axis=2)

    def after(self, sums: Float32Array) -> FloatArray:
        """The nets' mean of what follows from :meth:`sums`, shape (n_rows,)."""
        inner = np.maximum(np.maximum(sums + self.offsets, 0.0) @ self.hidden[0] + self.hidden[1], 0.0)
        each = (inner @ self.out[0] + self.out[1])[:, :, 0]
        mean: FloatArray = each.astype(np.float64).mean(axis=0)
        return mean

    def slopes(self, sums: Float32Array) -> Float32Array:
        """Derivative of :meth:`after` by each of ``sums``, the same shape."""
        first = sums + self.offsets
        second = np.maximum(first, 0.0) @ self.hidden[0] + self.hidden[1]
        back = (second > 0) * self.out[0].transpose(0, 2, 1)
        back = (back @ self.hidden[0].transpose(0, 2, 1)) * (first > 0)
        slopes: Float32Array = (back / len(self.out[0])).astype(np.float32)
        return slopes


@dataclass(frozen=True)
class Epochs:
    """The weights after every epoch, ``float16``: a third of a price's last digit, and half the room.

    Attributes:
        kept: As :meth:`Layers.of` takes them, each with an axis of epochs in front.
    """

    kept: tuple[np.ndarray, ...]

    def at(self, rounds: int) -> Layers:
        """The weights after ``rounds`` epochs."""
        return Layers.of([value[rounds - 1].astype(np.float32) for value in self.kept])

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything, by name; :meth:`read` undoes it."""
        return {f"weights{place:02d}": value for place, value in enumerate(self.kept)}

    @classmethod
    def read(cls, arrays: Mapping[str, np.ndarray]) -> Epochs:
        """From :meth:`arrays`, in whatever order."""
        return cls(tuple(arrays[name] for name in sorted(arrays)))


def halved(weights: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Weights as they are kept: finite in ``float16`` whatever they were."""
    most = float(np.finfo(np.float16).max)
    return [np.clip(value, -most, most).astype(np.float16) for value in weights]
