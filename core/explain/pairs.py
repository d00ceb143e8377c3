"""The interaction of two columns: the part of a prediction that neither has alone, exactly, row by row.

XGBoost gives interactions only of all pairs together, which with a hundred columns costs two hundred times a plain
explanation; LightGBM gives none, and the ``shap`` package none for categorical splits. For one pair only those leaves
count whose path asks for both columns. With path-dependent expectations a leaf of value ``w`` adds

``w · (o_i − z_i) · (o_j − z_j) · ∫₀¹ Π_d (t·o_d + (1 − t)·z_d) dt``

over the other columns ``d`` of its path, where ``o`` is 1 for a row that meets a column's conditions there and 0
otherwise, and ``z`` the share of training rows that would; the integral is a polynomial's and is taken exactly at
Gauss and Legendre's points. Source: the Shapley interaction index (Grabisch and Roubens, 1999) in the form of Lundberg
et al. (2020).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.errors import InputError
from core.explain.explanation import Explanation
from core.explain.opened import OpenRun
from core.explain.trees import Leaf, Split, read_leaves
from core.store import ArtifactStore, Cached, cache_key
from core.train import FoldModel
from core.types import BoolArray, Float32Array, FloatArray

VERSION = 1


def interactions(
    explanation: Explanation, opened: OpenRun, first: str, second: str, *, store: ArtifactStore
) -> Cached[pd.DataFrame]:
    """Interaction of two columns in every explained row, each by the fold model that did not see it; kept.

    Returns:
        A frame with the column ``interaction``, in ``log_price``, indexed by ``sample_id``: both halves of the SHAP
        interaction value, of which the two columns' SHAP values hold one each.

    Raises:
        InputError: Twice the same column, one that the run has not, or a family without trees.
    """
    columns = list(explanation.shap.columns)
    if first == second or first not in columns or second not in columns:
        raise InputError(f"no pair of columns: {first!r} and {second!r}.", "Choose two different columns of the run.")
    pair = tuple(sorted((columns.index(first), columns.index(second))))
    key = cache_key("explain.pair", VERSION, {"pair": list(pair)}, [explanation.key])
    return store.frame(key, lambda: _all_folds(explanation, opened, pair[0], pair[1]))


def _all_folds(explanation: Explanation, opened: OpenRun, first: int, second: int) -> pd.DataFrame:
    ids = explanation.sample_ids
    positions = opened.catalog.items.train.index.get_indexer(ids)
    fold_of = opened.plan.fold_of.to_numpy()[positions]
    found = np.zeros(len(ids))
    run = opened.run
    for fold, model in enumerate(opened.models):
        mine = fold_of == fold
        if mine.any():
            seen = opened.reader.rows(fold, "train", positions[mine].astype(np.int64))
            family, rounds = run.spec.family, run.rounds[fold]
            found[mine] = pair_values(model, family, seen, first, second, rounds=rounds)
    return pd.DataFrame({"interaction": found}, index=ids)


def pair_values(model: FoldModel, family: str, x: Float32Array, first: int, second: int, *, rounds: int) -> FloatArray:
    """Interaction of the columns at two positions in each row of ``x``, shape (n_rows,); see the module."""
    total = np.zeros(len(x))
    asked: dict[Split, BoolArray] = {}
    for leaf in read_leaves(model, family, rounds=rounds):
        if {first, second} <= {split.column for split, _, _ in leaf.path}:
            total += _of_leaf(leaf, x, first, second, asked)
    return total


def _of_leaf(leaf: Leaf, x: Float32Array, first: int, second: int, asked: dict[Split, BoolArray]) -> FloatArray:
    meets: dict[int, BoolArray] = {}
    share: dict[int, float] = {}
    for split, left, part in leaf.path:
        if split not in asked:
            asked[split] = split.goes_left(x)
        there = asked[split] if left else ~asked[split]
        meets[split.column] = meets[split.column] & there if split.column in meets else there
        share[split.column] = share.get(split.column, 1.0) * part
    others = [column for column in meets if column not in (first, second)]
    points, weights = np.polynomial.legendre.leggauss((len(others) + 2) // 2)
    t = (points + 1.0) / 2.0
    product = np.ones((len(x), len(t)))
    for column in others:
        product *= meets[column][:, None] * t + (1.0 - t) * share[column]
    pair = (meets[first] - share[first]) * (meets[second] - share[second])
    values: FloatArray = leaf.value * pair * (product @ (weights / 2.0))
    return values
