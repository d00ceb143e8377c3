"""A blend of members on one fold plan, in ``log_price``.

``in_sample_smape_pct`` scores the weights on the rows that chose them; ``nested_smape_pct`` scores each fold with the
weights that the other folds choose. The second is the one to believe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.blend.methods import METHODS, MethodName
from core.errors import AlignmentError, InputError
from core.folds import FoldPlan
from core.metrics import log_smape_pct, to_log_price
from core.types import FloatArray


@dataclass(frozen=True)
class Member:
    """One model's out-of-fold and test predictions in ``log_price``, each indexed by ``sample_id``."""

    name: str
    oof_log_price: pd.Series
    test_log_price: pd.Series


@dataclass(frozen=True)
class Blend:
    """Weights and what they give.

    Attributes:
        weights: Member name to weight; not negative, summing to 1.
        oof_log_price: Train rows by the full weights (in sample as to the weights).
        nested_log_price: Train rows, each fold by the weights that the other folds chose.
    """

    weights: Mapping[str, float]
    method: str
    space: str
    in_sample_smape_pct: float
    nested_smape_pct: float
    oof_log_price: pd.Series
    nested_log_price: pd.Series
    test_log_price: pd.Series


def blend(members: Sequence[Member], price: pd.Series, plan: FoldPlan, *, method: MethodName = "slsqp") -> Blend:
    """Choose weights by ``method``.

    Raises:
        InputError: No members, two of the same name, or no such method.
        AlignmentError: Members, prices and plan do not name the same rows.
    """
    if method not in METHODS:
        raise InputError(f"no blend method {method!r}.", f"Take one of {', '.join(METHODS)}.")
    predictions = stacked(members, price, plan)
    log_price = to_log_price(price)
    choose = METHODS[method]
    nested = np.empty(len(log_price))
    for fold in range(plan.n_folds):
        valid = plan.validation_mask(fold)
        nested[valid] = predictions[valid] @ choose(predictions[~valid], log_price[~valid])
    return _blend(members, price, choose(predictions, log_price), method, nested)


def fixed_blend(members: Sequence[Member], price: pd.Series, plan: FoldPlan, weights: Mapping[str, float]) -> Blend:
    """A blend with weights set by hand; nothing was chosen on these rows, so both scores are the same.

    Raises:
        InputError: A weight is negative, or all are zero.
    """
    predictions = stacked(members, price, plan)
    raw = np.array([weights.get(member.name, 0.0) for member in members], dtype=np.float64)
    share = _normalised(raw)
    return _blend(members, price, share, "manual", predictions @ share)


def blend_score(members: Sequence[Member], price: pd.Series, weights: Mapping[str, float]) -> float:
    """SMAPE in percent of hand-set weights on the train rows; fast enough to follow a slider."""
    share = _normalised(np.array([weights.get(member.name, 0.0) for member in members], dtype=np.float64))
    total = np.zeros(len(price))
    for member, weight in zip(members, share, strict=True):
        total += weight * member.oof_log_price.to_numpy(dtype=np.float64)
    return log_smape_pct(to_log_price(price), total)


def fold_weights(mixed: Blend, predictions: FloatArray, log_price: FloatArray, plan: FoldPlan) -> list[FloatArray]:
    """The weights that each fold is scored with in :attr:`Blend.nested_log_price`, members in the order of
    ``predictions``."""
    if mixed.method not in METHODS:
        return [np.array(list(mixed.weights.values()))] * plan.n_folds
    others = [~plan.validation_mask(fold) for fold in range(plan.n_folds)]
    return [METHODS[mixed.method](predictions[rows], log_price[rows]) for rows in others]


def _normalised(weights: FloatArray) -> FloatArray:
    if (weights < 0).any() or not np.isfinite(weights).all() or weights.sum() <= 0:
        raise InputError("weights must be zero or more and not all zero.", "Raise at least one.")
    share: FloatArray = weights / weights.sum()
    return share


def stacked(members: Sequence[Member], price: pd.Series, plan: FoldPlan) -> FloatArray:
    """Out-of-fold ``log_price``, shape (n_train, n_members), once all are known to name the same rows.

    Raises:
        InputError: No members, or two of the same name.
        AlignmentError: Members, prices and plan do not name the same rows.
    """
    if not members:
        raise InputError("a blend needs at least one member.", "Train a run first.")
    if len({member.name for member in members}) != len(members):
        raise InputError("two members have the same name.", "Rename one.")
    plan.check_rows(price.index)
    for member in members:
        if not member.oof_log_price.index.equals(price.index):
            raise AlignmentError(f"member {member.name} predicts other train rows")
        if not member.test_log_price.index.equals(members[0].test_log_price.index):
            raise AlignmentError(f"member {member.name} predicts other test rows")
    return np.column_stack([member.oof_log_price.to_numpy(dtype=np.float64) for member in members])


def _blend(members: Sequence[Member], price: pd.Series, weights: FloatArray, method: str, nested: FloatArray) -> Blend:
    log_price = to_log_price(price)
    oof = sum(w * m.oof_log_price.to_numpy(dtype=np.float64) for w, m in zip(weights, members, strict=True))
    test = sum(w * m.test_log_price.to_numpy(dtype=np.float64) for w, m in zip(weights, members, strict=True))
    return Blend(
        weights={member.name: float(weight) for member, weight in zip(members, weights, strict=True)},
        method=method,
        space="log",
        in_sample_smape_pct=log_smape_pct(log_price, np.asarray(oof)),
        nested_smape_pct=log_smape_pct(log_price, nested),
        oof_log_price=pd.Series(oof, index=price.index, name="log_price"),
        nested_log_price=pd.Series(nested, index=price.index, name="log_price"),
        test_log_price=pd.Series(test, index=members[0].test_log_price.index, name="log_price"),
    )
