"""SHAP values of a blend, folded by block: what moved its price, through all its members at once.

In log space a blend is a weighted sum, so its SHAP values are its weights times its members' (SHAP values are linear in
the model). In price space it is a logarithm of a sum; there each member's way from its base value to its prediction is
followed along a straight line, and weighed by how much of the blend's price the member makes there (Aumann and Shapley
1974; integrated gradients, Sundararajan and others 2017). Both add up to the blend's ``log_price``; the first is the
second where the weights do not change on the way. A member whose model is not here is one part of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from core.blend.blend import Blend, Member
from core.errors import AlignmentError, InputError
from core.explain import Explanation, block_values
from core.types import FloatArray

NODES: Final = 16
"""Gauss–Legendre nodes on the way; the sum is then right to 1e-9 for members that differ by a factor of ten."""
MAX_ROWS: Final = 2000


@dataclass(frozen=True)
class BlendReasons:
    """What moved a blend's predictions of some train rows.

    Attributes:
        blocks: SHAP values in ``log_price``, rows × blocks of the members that are explained.
        whole: The same, rows × names of the members that are not.
        base_log_price: Each row's base value.
        log_price: The blend's prediction by all rows' weights; base value and SHAP values add up to it.
    """

    blocks: pd.DataFrame
    whole: pd.DataFrame
    base_log_price: pd.Series
    log_price: pd.Series

    @property
    def gap(self) -> float:
        """Largest distance in ``log_price`` between the sums and the predictions."""
        total = self.base_log_price + self.blocks.sum(axis=1) + self.whole.sum(axis=1)
        return float((total - self.log_price).abs().max())

    def importance(self) -> pd.DataFrame:
        """Mean |SHAP| of each part.

        Returns:
            ``part``, ``is_member`` (True for a member that is not explained), ``mean_abs_shap``, ``share_pct``; largest
            first.
        """
        size = pd.concat([self.blocks.abs().mean(), self.whole.abs().mean()])
        table = pd.DataFrame(
            {
                "part": size.index.astype(str),
                "is_member": np.repeat([False, True], [self.blocks.shape[1], self.whole.shape[1]]),
                "mean_abs_shap": size.to_numpy(dtype=np.float64),
            }
        )
        total = float(table["mean_abs_shap"].sum())
        shared = table.assign(share_pct=100.0 * table["mean_abs_shap"] / total if total > 0 else 0.0)
        return shared.sort_values(["mean_abs_shap", "part"], ascending=[False, True], ignore_index=True)


def blend_reasons(
    mixed: Blend, members: Sequence[Member], explanations: Mapping[str, Explanation], *, seed: int = 0
) -> BlendReasons:
    """Fold the members' SHAP values into the blend's.

    Args:
        members: All members of the blend.
        explanations: Of the members whose models are here, by name, all of the same rows; may be none.
        seed: Draws the rows where there is no explanation, at most :data:`MAX_ROWS`.

    Raises:
        InputError: The blend was moved after its members were mixed.
        AlignmentError: The explanations speak of different rows.
    """
    taken = [member for member in members if mixed.weights[member.name] != 0]
    ids = _rows(taken, explanations, seed)
    spot, base = np.empty((len(ids), len(taken))), np.empty((len(ids), len(taken)))
    for place, member in enumerate(taken):
        found = explanations.get(member.name)
        known = member.oof_log_price
        spot[:, place] = known.loc[ids] if found is None else found.log_price
        base[:, place] = known.mean() if found is None else found.base_log_price
    weights = np.array([mixed.weights[member.name] for member in taken])
    gains = _gains(spot, base, weights, mixed.space)
    moved = gains * (spot - base)
    parts = [
        block_values(explanations[member.name]).mul(gains[:, place], axis=0)
        for place, member in enumerate(taken)
        if member.name in explanations
    ]
    blocks = pd.concat(parts, axis=1).T.groupby(level=0).sum().T if parts else pd.DataFrame(index=ids)
    whole = {member.name: moved[:, place] for place, member in enumerate(taken) if member.name not in explanations}
    reasons = BlendReasons(
        blocks=blocks,
        whole=pd.DataFrame(whole, index=ids),
        base_log_price=pd.Series(_mixed(base, weights, mixed.space) + mixed.intercept, index=ids),
        log_price=mixed.oof_log_price.loc[ids],
    )
    if reasons.gap > 1e-4:
        raise InputError(
            f"the SHAP values miss the blend's log_price by {reasons.gap:.4f}.",
            "Explain the blend before its decision; if it was not moved, train its members again.",
        )
    return reasons


def _rows(members: Sequence[Member], explanations: Mapping[str, Explanation], seed: int) -> pd.Index:
    found = [explanations[member.name].sample_ids for member in members if member.name in explanations]
    if any(not ids.equals(found[0]) for ids in found):
        raise AlignmentError("the members' SHAP values speak of different rows")
    if found:
        return found[0]
    index = members[0].oof_log_price.index
    drawn = np.random.default_rng(seed).permutation(len(index))[:MAX_ROWS]
    return index[np.sort(drawn)]


def _mixed(log_predictions: FloatArray, weights: FloatArray, space: str) -> FloatArray:
    if space == "log":
        linear: FloatArray = log_predictions @ weights
        return linear
    return np.log(np.exp(log_predictions) @ weights)


def _gains(spot: FloatArray, base: FloatArray, weights: FloatArray, space: str) -> FloatArray:
    """How much of a move of each member the blend makes, on average over the way; shape (n_rows, n_members)."""
    if space == "log":
        return np.tile(weights, (len(spot), 1))
    nodes, shares = np.polynomial.legendre.leggauss(NODES)
    total = np.zeros_like(spot)
    for node, share in zip((nodes + 1.0) / 2.0, shares / 2.0, strict=True):
        made = np.exp(base + node * (spot - base)) * weights
        total += share * made / made.sum(axis=1, keepdims=True)
    return total
