"""Losses on ``log_price`` and their steps, one home for every family.

With the residual ``d = log p̂ − log p`` the SMAPE of a row is ``200·|p̂ − p| / (p̂ + p) = 200·|e^d − 1| / (e^d + 1) =
200·tanh(|d|/2)``, symmetric in ``d``. Its slope is ``ρ'(d) = 100·sign(d)·sech²(d/2)`` and its second derivative
``−100·sech²(d/2)·tanh(|d|/2)`` is never positive, so that a Newton step would run away from the minimum. But ``ρ`` is a
concave function of ``d²`` and therefore lies below the parabola that touches it at ``d0`` and ``−d0``,

``ρ(d) ≤ ρ(d0) + ρ'(d0)·(d − d0) + ½·c(d0)·(d − d0)²`` with ``c(d0) = ρ'(d0) / d0 = 100·sech²(d0/2) / |d0|``,

the sharpest parabola that does (de Leeuw and Lange 2009, "Sharp quadratic majorization in one dimension"). A boosting
step that minimises the sum of these parabolas can never raise the loss: ``c`` is the majorising Hessian. It grows
without bound at 0, so residuals below :data:`CORE` are divided by ``CORE`` instead, which rounds the tip off as Huber's
loss does. Slope and curvature are handed over in units of ``100 / CORE``: the curvature is then 1 near 0, as with L1 in
both libraries, and their penalties and least leaf weights keep their meaning.

Huber's loss by the same rule has ``c(d) = min(1, CORE / |d|)``, and slope ``c(d)·d`` as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from core.types import FloatArray

LossName = Literal["l1", "huber", "quantile", "smape"]

CORE = 0.5
"""Residual in ``log_price`` below which Huber's and the SMAPE loss are parabolas: a price off by 65 %."""


@dataclass(frozen=True)
class Loss:
    """What a screen says of a loss: its name, and what it does in a line."""

    title: str
    meaning: str


LOSSES: Mapping[LossName, Loss] = MappingProxyType(
    {
        "l1": Loss("L1", "Aims at the median; every residual of log price pulls alike, near or hopeless."),
        "huber": Loss("Huber", f"Squared below {CORE} in log price, absolute beyond: small residuals pull less."),
        "quantile": Loss("Quantile", "Aims at the price that the given share of such products stays below."),
        "smape": Loss("SMAPE", "Lessens the score itself: a price that is far off hardly pulls any more."),
    }
)
"""Every loss, the plainest first."""

BEST_LOSS: LossName = "smape"
"""What a run is offered with: the lowest score in every family on the real rows, alone within noise of the others
(``benchmarks/bench_losses.py``). A :class:`core.train.TrainSpec` that names none keeps L1, which the diagnoses' small
models were calibrated with."""

DEFAULT_QUANTILE = 0.5


def huber_curvature(residual: FloatArray) -> FloatArray:
    """Curvature of the parabola that touches Huber's loss at each residual.

    >>> huber_curvature(np.array([0.1, -1.0])).tolist()
    [1.0, 0.5]
    """
    curvature: FloatArray = CORE / np.maximum(np.abs(residual), CORE)
    return curvature


def smape_curvature(residual: FloatArray) -> FloatArray:
    """Curvature of the parabola that touches the SMAPE loss at each residual, in units of ``100 / CORE``.

    >>> smape_curvature(np.array([0.0, 2.0])).round(4).tolist()
    [1.0, 0.105]
    """
    curvature: FloatArray = (1.0 - np.tanh(residual / 2.0) ** 2) * huber_curvature(residual)
    return curvature


CURVATURES: Mapping[LossName, Callable[[FloatArray], FloatArray]] = MappingProxyType(
    {"huber": huber_curvature, "smape": smape_curvature}
)
"""Losses that are fitted by parabolas; a loss's slope is its curvature times the residual."""
