"""From scores at several sizes to the score at a size that nobody has.

The form is ``a + b·n^−c`` with a ≥ 0, b ≥ 0 (Hestness and others 2017; Viering and Loog 2022 review the forms). Few
points over one decade cannot tell c, and the extrapolation hangs on it: so c is not fitted but averaged over a grid,
each c weighed by how well its best line goes through the points. For c near 0 the form is a line in log n, so that both
forms are in it. The interval holds the noise of a point, the doubt about the line and the doubt about c; with the noise
goes the residual of the form, since both are what the points scatter by. It knows nothing of a curve that bends later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import InputError
from core.types import FloatArray

EXPONENTS: FloatArray = np.concatenate([[0.02], np.arange(0.05, 1.51, 0.05)])
FLOOR_SD_PCT = 0.10
"""A point is never surer than that: another seed of the model alone moves it so far."""
DRAWS = 4000
LEVEL = 0.9
FEWEST_SIZES = 4


@dataclass(frozen=True)
class Extrapolation:
    """The score foretold at one size.

    Attributes:
        n_fit: Rows that a model is fitted on.
        smape_pct: Median of what is possible.
        low_pct, high_pct: 90 % of it.
    """

    n_fit: int
    smape_pct: float
    low_pct: float
    high_pct: float


def extrapolate(
    n_fit: Sequence[int], smape_pct: Sequence[float], wanted: Sequence[int], *, seed: int = 0
) -> list[Extrapolation]:
    """Scores at the sizes ``wanted``.

    Args:
        n_fit, smape_pct: One entry a sub-sample; a size may come several times.

    Raises:
        InputError: Fewer than :data:`FEWEST_SIZES` different sizes.
    """
    n, y = np.asarray(n_fit, dtype=np.float64), np.asarray(smape_pct, dtype=np.float64)
    if len(np.unique(n)) < FEWEST_SIZES:
        raise InputError(f"{len(np.unique(n))} sizes cannot be extrapolated.", f"Measure {FEWEST_SIZES} or more.")
    lines = [_line(n, y, float(c)) for c in EXPONENTS]
    freedom = max(1, len(n) - 3)
    sd = max(FLOOR_SD_PCT, float(np.sqrt(min(line[2] for line in lines) / freedom)))
    weight = np.exp(-0.5 * (np.array([line[2] for line in lines]) - min(line[2] for line in lines)) / sd**2)
    draw = np.random.default_rng(seed)
    chosen = draw.choice(len(EXPONENTS), DRAWS, p=weight / weight.sum())
    # A noise with few degrees of freedom is itself uncertain: Student's t instead of the normal.
    scale = sd * np.sqrt(freedom / draw.chisquare(freedom, DRAWS))
    shock = draw.normal(size=(DRAWS, 3))
    found = []
    for size in wanted:
        values = np.array(
            [_value(lines[c], float(EXPONENTS[c]), size, scale[i], shock[i]) for i, c in enumerate(chosen)]
        )
        low, middle, high = np.quantile(values, [0.5 - LEVEL / 2, 0.5, 0.5 + LEVEL / 2])
        found.append(Extrapolation(int(size), float(middle), max(0.0, float(low)), float(high)))
    return found


_Line = tuple[FloatArray, FloatArray, float]


def _line(n: FloatArray, y: FloatArray, c: float) -> _Line:
    """Best ``(a, b)``, a root of their covariance for unit noise, and the sum of squares."""
    from scipy.optimize import nnls

    x = np.column_stack([np.ones_like(n), n**-c])
    # For c near 0 the two columns are nearly one line apart by a constant: a may then be far below zero, as a line in
    # log n needs it; a score cannot, but within the sizes asked for it does not get there.
    ab = np.linalg.lstsq(x, y, rcond=None)[0] if c < 0.1 else nnls(x, y)[0]
    residual = y - x @ ab
    covariance = np.linalg.pinv(x.T @ x)
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(ab, dtype=np.float64), vectors * np.sqrt(np.maximum(values, 0.0)), float(residual @ residual)


def _value(line: _Line, c: float, n: float, scale: float, shock: FloatArray) -> float:
    ab = line[0] + scale * (line[1] @ shock[:2])
    return float(ab[0] + ab[1] * n**-c + scale * shock[2])


def left_out_largest(n_fit: Sequence[int], smape_pct: Sequence[float]) -> tuple[Extrapolation, float]:
    """The largest size foretold from the others, and the mean that was measured there.

    Raises:
        InputError: Too few other sizes.
    """
    n, y = np.asarray(n_fit), np.asarray(smape_pct)
    largest = n == n.max()
    (found,) = extrapolate(n[~largest].tolist(), y[~largest].tolist(), [int(n.max())])
    return found, float(y[largest].mean())
