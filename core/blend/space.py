"""The two scales in which predictions are mixed, and the loss of a mix with its gradient.

SMAPE of a row is bounded, and smooth but for its kink at a perfect prediction: ``200·tanh(|r|/2)`` of the log
residual ``r``, which is the same as ``200·|q − p|/(q + p)`` of the prices. Losses here are fractions of 200 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.metrics import to_log_price, to_price
from core.types import BoolArray, FloatArray, IntArray

Space = Literal["log", "price"]
SPACES: tuple[Space, ...] = ("log", "price")
"""A weighted mean of ``log_price`` is a geometric mean of prices, one of prices an arithmetic mean."""


@dataclass(frozen=True)
class Scaled:
    """Members and truth on the scale of one space.

    Attributes:
        members: Predictions, shape (n_rows, n_members); ``log_price`` or dollars.
        truth: Shape (n_rows,), on the same scale.
    """

    members: FloatArray
    truth: FloatArray
    space: Space

    @classmethod
    def of(cls, log_predictions: FloatArray, log_price: FloatArray, space: Space) -> Scaled:
        """``log_price`` of members and truth, brought to the scale of ``space``."""
        if space == "log":
            return cls(log_predictions, log_price, space)
        return cls(to_price(log_predictions), np.exp(log_price), space)

    @property
    def n_rows(self) -> int:
        return len(self.truth)

    @property
    def n_members(self) -> int:
        return int(self.members.shape[1])

    def take(self, rows: BoolArray | IntArray) -> Scaled:
        """Some of the rows, by mask or position."""
        return Scaled(self.members[rows], self.truth[rows], self.space)

    def row_loss(self, mix: FloatArray) -> FloatArray:
        """Loss of each row, 0 to 1; ``mix`` has shape (n_rows,), or (n_rows, n_mixes) for several at once."""
        truth = self.truth if mix.ndim == 1 else self.truth[:, None]
        if self.space == "log":
            loss: FloatArray = np.tanh(np.abs(mix - truth) / 2.0)
            return loss
        ratio: FloatArray = np.abs(mix - truth) / (mix + truth)
        return ratio

    def row_slope(self, mix: FloatArray) -> FloatArray:
        """Derivative of each row's loss by its mix, shape (n_rows,)."""
        if self.space == "log":
            half = np.tanh((mix - self.truth) / 2.0)
            slope: FloatArray = np.sign(half) * (1.0 - half**2) / 2.0
            return slope
        flat: FloatArray = np.sign(mix - self.truth) * 2.0 * self.truth / (mix + self.truth) ** 2
        return flat

    def log_price(self, mix: FloatArray) -> FloatArray:
        """A mix as ``log_price``."""
        return mix if self.space == "log" else to_log_price(np.maximum(mix, np.finfo(float).tiny))
