"""Ways to choose weights. A new one is a function here and a line in :data:`METHODS`.

All but the stack stay on the simplex: weights of 0 or more that sum to 1. Each takes the rows on the scale of one
space (:class:`core.blend.space.Scaled`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from core.blend.space import SPACES, Scaled, Space
from core.types import FloatArray

MethodName = Literal["single", "equal", "greedy", "slsqp", "stack"]
GREEDY_STEPS = 40
STACK_PULL = 0.02
"""Penalty of a stack's squared distance from equal weights, in fractions of 200 %: a member's weight may move by 0.5
from its share for half a point of SMAPE. It decides between members that say nearly the same."""
STACK_STEPS = 100
STACK_TOLERANCE = 1e-4
LEAST_RESIDUAL = 1e-3
"""Below it a row's weight would grow without end; a tenth of a percent of the price is no error."""


@dataclass(frozen=True)
class Mix:
    """Weights, and what is added to the weighted sum; 0 but for a stack."""

    weights: FloatArray
    intercept: float = 0.0

    def of(self, members: FloatArray) -> FloatArray:
        """The mix of each row of ``members``, shape (n_rows, n_members)."""
        mixed: FloatArray = members @ self.weights + self.intercept
        return mixed


Chooser = Callable[[Scaled, Mix | None], Mix]
"""Rows, and a mix near the answer to start from, if one is known."""


@dataclass(frozen=True)
class Method:
    """A way to choose weights.

    Attributes:
        title: On screens.
        spaces: Where it makes sense; a member alone is the same in both.
    """

    name: MethodName
    title: str
    choose: Chooser
    spaces: tuple[Space, ...] = SPACES


def single(rows: Scaled, near: Mix | None) -> Mix:
    """The best member alone."""
    scores = rows.row_loss(rows.members).mean(axis=0)
    weights = np.zeros(rows.n_members)
    weights[int(scores.argmin())] = 1.0
    return Mix(weights)


def equal(rows: Scaled, near: Mix | None) -> Mix:
    """The same weight for every member."""
    return Mix(np.full(rows.n_members, 1.0 / rows.n_members))


def greedy(rows: Scaled, near: Mix | None) -> Mix:
    """Forward selection with replacement (Caruana et al., 2004): 40 picks, the best prefix wins.

    A longer prefix must be strictly better, so ties go to the simpler blend.
    """
    return Mix(greedy_path(rows)[-1].weights)


@dataclass(frozen=True)
class Pick:
    """A step of the greedy.

    Attributes:
        step: From 1.
        member: Position of the member that it picked.
        weights: What all picks so far amount to.
        loss: Of those weights, 0 to 1.
        better: True when no shorter prefix is as good.
    """

    step: int
    member: int
    weights: FloatArray
    loss: float
    better: bool


def greedy_picks(rows: Scaled) -> list[Pick]:
    """Every step of the greedy."""
    counts = np.zeros(rows.n_members)
    total = np.zeros(rows.n_rows)
    least, picks = np.inf, []
    for step in range(1, GREEDY_STEPS + 1):
        scores = rows.row_loss((total[:, None] + rows.members) / step).mean(axis=0)
        picked = int(scores.argmin())
        counts[picked] += 1
        total += rows.members[:, picked]
        loss = float(scores[picked])
        better = loss < least - 1e-12
        least = loss if better else least
        picks.append(Pick(step, picked, counts / step, loss, better))
    return picks


def greedy_path(rows: Scaled) -> list[Pick]:
    """The prefixes of the greedy that were better than all before, the last of them the one it takes."""
    return [pick for pick in greedy_picks(rows) if pick.better]


def slsqp(rows: Scaled, near: Mix | None) -> Mix:
    """Minimise SMAPE over the simplex by sequential least squares (Kraft 1988) with its analytic gradient."""
    from scipy.optimize import minimize

    def loss(weights: FloatArray) -> tuple[float, FloatArray]:
        mix = rows.members @ weights
        return float(rows.row_loss(mix).mean()), rows.row_slope(mix) @ rows.members / rows.n_rows

    start = equal(rows, None) if near is None else near
    found = minimize(
        loss,
        start.weights,
        jac=True,
        method="SLSQP",
        bounds=[(0.0, 1.0)] * rows.n_members,
        constraints=[{"type": "eq", "fun": lambda w: w.sum() - 1.0, "jac": lambda w: np.ones_like(w)}],
        options={"ftol": 1e-9, "maxiter": 200},
    )
    weights = np.clip(found.x, 0.0, None)
    weights = weights / weights.sum()
    return Mix(weights) if loss(weights)[0] <= loss(start.weights)[0] else start


def stack(rows: Scaled, near: Mix | None) -> Mix:
    """A linear model over the members: any weights and an intercept, pulled towards equal weights.

    A row's loss is concave in its squared log residual, so that a weighted least-squares problem lies above it and
    touches it at the present weights; solving that again and again never raises the loss (majorise and minimise,
    Hunter and Lange 2004).
    """
    n_members = rows.n_members
    columns = np.column_stack([rows.members, np.ones(rows.n_rows)])
    pull = np.append(np.full(n_members, 2.0 * STACK_PULL * rows.n_rows), 0.0)
    share = np.append(np.full(n_members, 1.0 / n_members), 0.0)
    packed = share if near is None else np.append(near.weights, near.intercept)
    for _ in range(STACK_STEPS):
        residual = np.maximum(np.abs(columns @ packed - rows.truth), LEAST_RESIDUAL)
        curvature = (1.0 - np.tanh(residual / 2.0) ** 2) / (2.0 * residual)
        weighed = columns * curvature[:, None]
        before = packed
        packed = np.linalg.solve(weighed.T @ columns + np.diag(pull), weighed.T @ rows.truth + pull * share)
        if np.abs(packed - before).max() < STACK_TOLERANCE:
            break
    return Mix(packed[:-1], float(packed[-1]))


METHODS: Mapping[MethodName, Method] = MappingProxyType(
    {
        method.name: method
        for method in (
            Method("single", "best member alone", single, ("log",)),
            Method("equal", "equal weights", equal),
            Method("greedy", "greedy selection", greedy),
            Method("slsqp", "least squares on the simplex", slsqp),
            Method("stack", "small linear stack", stack, ("log",)),
        )
    }
)
"""Every way to choose weights by name, simplest first."""
