"""A blend of members on one fold plan.

``in_sample_smape_pct`` scores the weights on the rows that chose them; ``nested_smape_pct`` scores each fold with the
weights that the other folds choose. The second is the one to believe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.blend.methods import METHODS, MethodName, Mix
from core.blend.space import Scaled, Space
from core.errors import AlignmentError, InputError
from core.folds import FoldPlan
from core.metrics import log_smape_pct, to_log_price
from core.types import ID, FloatArray


@dataclass(frozen=True)
class Member:
    """One model's out-of-fold and test predictions in ``log_price``, each indexed by ``sample_id``.

    Attributes:
        test_log_price: No rows where only the out-of-fold predictions are known: such a member can be weighed, but a
            blend that takes it cannot be exported.
    """

    name: str
    oof_log_price: pd.Series
    test_log_price: pd.Series

    @property
    def has_test(self) -> bool:
        """True when its test predictions are known."""
        return len(self.test_log_price) > 0


@dataclass(frozen=True)
class Blend:
    """Weights and what they give.

    Attributes:
        weights: Member name to weight; 0 or more and summing to 1, but for a stack, whose may be any number.
        method: One of :data:`core.blend.METHODS`, or ``"manual"``.
        space: Scale on which the members are mixed.
        intercept: Added to the weighted sum; 0 but for a stack.
        oof_log_price: Train rows by the full weights (in sample as to the weights).
        nested_log_price: Train rows, each fold by the weights that the other folds chose.
        test_log_price: No rows where a member with a weight has no test predictions.
    """

    weights: Mapping[str, float]
    method: str
    space: Space
    intercept: float
    in_sample_smape_pct: float
    nested_smape_pct: float
    oof_log_price: pd.Series
    nested_log_price: pd.Series
    test_log_price: pd.Series

    @property
    def exportable(self) -> bool:
        """True when every member that it takes has test predictions."""
        return len(self.test_log_price) > 0

    def mix(self, log_predictions: Mapping[str, FloatArray]) -> FloatArray:
        """``log_price`` of any rows from the members' ``log_price``, by the full weights."""
        found = Mix(np.array(list(self.weights.values())), self.intercept)
        return mixed_log_price(np.column_stack([log_predictions[name] for name in self.weights]), found, self.space)


def blend(
    members: Sequence[Member],
    price: pd.Series,
    plan: FoldPlan,
    *,
    method: MethodName = "slsqp",
    space: Space = "log",
) -> Blend:
    """Choose weights by ``method`` for members mixed in ``space``.

    Raises:
        InputError: No members, two of the same name, or no such method.
        AlignmentError: Members, prices and plan do not name the same rows.
    """
    if method not in METHODS:
        raise InputError(f"no blend method {method!r}.", f"Take one of {', '.join(METHODS)}.")
    predictions, log_price = stacked(members, price, plan), to_log_price(price)
    rows = Scaled.of(predictions, log_price, space)
    full = METHODS[method].choose(rows, None)
    nested = nested_log_price(rows, plan, fold_mixes(rows, plan, method))
    test = mixed_test(members, full, space)
    return blended(members, log_price, rows, full, nested, method=method, test_log_price=test)


def fold_mixes(rows: Scaled, plan: FoldPlan, method: MethodName) -> list[Mix]:
    """For each fold the mix that the rows of the other folds choose, from a start that knows no row."""
    mixes = []
    for fold in range(plan.n_folds):
        others = rows.take(~plan.validation_mask(fold))
        mixes.append(METHODS[method].choose(others, None))
    return mixes


def nested_log_price(rows: Scaled, plan: FoldPlan, mixes: Sequence[Mix]) -> FloatArray:
    """Each row by its own fold's mix, shape (n_rows,)."""
    nested = np.empty(rows.n_rows)
    for fold, mix in enumerate(mixes):
        valid = plan.validation_mask(fold)
        nested[valid] = rows.log_price(mix.of(rows.members[valid]))
    return nested


def mixed_log_price(log_predictions: FloatArray, mix: Mix, space: Space) -> FloatArray:
    """``log_price`` of a mix from the members' ``log_price``, shape (n_rows, n_members)."""
    rows = Scaled.of(log_predictions, np.zeros(len(log_predictions)), space)
    return rows.log_price(mix.of(rows.members))


def mixed_test(members: Sequence[Member], mix: Mix, space: Space) -> pd.Series:
    """Test rows' ``log_price`` by a mix, indexed by ``sample_id``; no rows where a weighed member has none."""
    if not all(member.has_test for member in members):
        taken = [place for place, weight in enumerate(mix.weights) if weight != 0]
        members, mix = [members[place] for place in taken], Mix(mix.weights[taken], mix.intercept)
        if not members or not all(member.has_test for member in members):
            return pd.Series(dtype=np.float64, index=pd.Index([], dtype="str", name=ID), name="log_price")
    mixed = mixed_log_price(stacked_test(members), mix, space)
    return pd.Series(mixed, index=members[0].test_log_price.index, name="log_price")


def lacking_test(members: Sequence[Member], weights: Mapping[str, float]) -> list[str]:
    """Names of the members with a weight whose test predictions are not known."""
    return [member.name for member in members if weights.get(member.name, 0.0) != 0 and not member.has_test]


def stacked_test(members: Sequence[Member]) -> FloatArray:
    """The members' ``log_price`` of the test rows, shape (n_test, n_members)."""
    return np.column_stack([member.test_log_price.to_numpy(dtype=np.float64) for member in members])


def stacked(members: Sequence[Member], price: pd.Series, plan: FoldPlan) -> FloatArray:
    """The members' out-of-fold ``log_price``, shape (n_train, n_members).

    Raises:
        InputError: No members, or two of the same name.
        AlignmentError: Members, prices and plan do not name the same rows.
    """
    if not members:
        raise InputError("a blend needs at least one member.", "Train a run first.")
    if len({member.name for member in members}) != len(members):
        raise InputError("two members have the same name.", "Rename one.")
    plan.check_rows(price.index)
    tested = [member for member in members if member.has_test]
    for member in members:
        if not member.oof_log_price.index.equals(price.index):
            raise AlignmentError(f"member {member.name} predicts other train rows")
        if member.has_test and not member.test_log_price.index.equals(tested[0].test_log_price.index):
            raise AlignmentError(f"member {member.name} predicts other test rows")
    return np.column_stack([member.oof_log_price.to_numpy(dtype=np.float64) for member in members])


def normalised(weights: FloatArray) -> FloatArray:
    """Weights as shares of their sum.

    Raises:
        InputError: One is negative or no number, or all are zero.
    """
    if (weights < 0).any() or not np.isfinite(weights).all() or weights.sum() <= 0:
        raise InputError("weights must be zero or more and not all zero.", "Raise at least one.")
    share: FloatArray = weights / weights.sum()
    return share


def blended(
    members: Sequence[Member],
    log_price: FloatArray,
    rows: Scaled,
    mix: Mix,
    nested: FloatArray,
    *,
    method: str,
    test_log_price: pd.Series,
) -> Blend:
    """Weights and what they give, from the members on the scale of their space.

    Args:
        nested: ``log_price`` of the train rows by weights that did not see them.
    """
    index = members[0].oof_log_price.index
    oof = rows.log_price(mix.of(rows.members))
    return Blend(
        weights={member.name: float(weight) for member, weight in zip(members, mix.weights, strict=True)},
        method=method,
        space=rows.space,
        intercept=mix.intercept,
        in_sample_smape_pct=log_smape_pct(log_price, oof),
        nested_smape_pct=log_smape_pct(log_price, nested),
        oof_log_price=pd.Series(oof, index=index, name="log_price"),
        nested_log_price=pd.Series(nested, index=index, name="log_price"),
        test_log_price=test_log_price,
    )
