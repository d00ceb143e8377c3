"""Models of one fold that differ in their seed alone and predict as one: their mean in ``log_price``.

Each draws other rows and columns for its trees, so that what one fit owes to its draw is averaged away (bagging;
Breiman 1996). They predict with the same number of rounds, chosen on the mean of their curves: a sum of SHAP values,
like a sum of predictions, is then simply that of each model, divided by how many there are.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.train.family import FoldModel
from core.train.spec import TrainSpec
from core.types import Float32Array, FloatArray

_STAMP = (1980, 1, 1, 0, 0, 0)
"""Of every file in the archive, so that the same models give the same bytes."""


@dataclass(frozen=True)
class Bag:
    """The models of one fold, by seed."""

    models: tuple[FoldModel, ...]

    def predict(self, x: Float32Array, *, rounds: int) -> FloatArray:
        """``log_price`` of each row, the mean of the models."""
        mean: FloatArray = np.mean([model.predict(x, rounds=rounds) for model in self.models], axis=0)
        return mean

    def contributions(self, x: Float32Array, *, rounds: int) -> FloatArray:
        """SHAP values and, last, the base value, each the mean of the models'; they add up to :meth:`predict`."""
        mean: FloatArray = np.mean([model.contributions(x, rounds=rounds) for model in self.models], axis=0)
        return mean

    def to_bytes(self) -> bytes:
        """A ZIP archive of the models, each in its library's own format; the cache keeps them one by one."""
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            for place, model in enumerate(self.models):
                archive.writestr(zipfile.ZipInfo(f"model{place}", _STAMP), model.to_bytes())
        return held.getvalue()


def load_bag(data: bytes, load: Callable[[bytes], FoldModel]) -> Bag:
    """Undo :meth:`Bag.to_bytes` with the ``load`` of the models' family."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return Bag(tuple(load(archive.read(f"model{place}")) for place in range(len(archive.namelist()))))


def as_one(models: Sequence[FoldModel]) -> FoldModel:
    """The only model itself, or several as a :class:`Bag`."""
    return models[0] if len(models) == 1 else Bag(tuple(models))


def models_in(model: FoldModel) -> tuple[FoldModel, ...]:
    """Undo :func:`as_one`."""
    return model.models if isinstance(model, Bag) else (model,)


def bag_seeds(spec: TrainSpec) -> list[int]:
    """The seed of each model of a fold; no two runs of as many models share one, and a single model has the run's.

    >>> bag_seeds(TrainSpec("lightgbm", ("size",), seed=2, seeds_bagged=3))
    [6, 7, 8]
    """
    return list(range(spec.seed * spec.seeds_bagged, (spec.seed + 1) * spec.seeds_bagged))


def mean_curve(curves: Sequence[FloatArray]) -> FloatArray:
    """Mean validation SMAPE by round, as far as every model was fitted; a single curve as it is."""
    if len(curves) == 1:
        return curves[0]
    shortest = min(map(len, curves))
    mean: FloatArray = np.mean([curve[:shortest] for curve in curves], axis=0)
    return mean
