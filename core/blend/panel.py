"""Members laid side by side and checked once, so that a slider's blend costs a product of a matrix with weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from core.blend.assess import MethodScore
from core.blend.blend import Blend, Member, blended, mixed_test, nested_log_price, normalised, stacked, stacked_test
from core.blend.methods import Mix
from core.blend.space import SPACES, Scaled, Space
from core.folds import FoldPlan
from core.metrics import to_log_price, to_price
from core.types import FloatArray

BY_HAND: Final = "manual"
"""The ``method`` of a blend whose weights somebody set."""


@dataclass(frozen=True)
class Panel:
    """Members on both scales; what does not depend on weights is done.

    Attributes:
        log_price: Of the train rows, shape (n_train,).
        rows: The train rows by space.
        test: The members' test predictions by space, shape (n_test, n_members); empty where one member has none.
    """

    members: tuple[Member, ...]
    plan: FoldPlan
    log_price: FloatArray
    rows: Mapping[Space, Scaled]
    test: Mapping[Space, FloatArray]

    @classmethod
    def of(cls, members: Sequence[Member], price: pd.Series, plan: FoldPlan) -> Panel:
        """Lay them side by side.

        Raises:
            InputError, AlignmentError: As :func:`core.blend.blend`.
        """
        predictions, log_price = stacked(members, price, plan), to_log_price(price)
        test: dict[Space, FloatArray] = {}
        if all(member.has_test for member in members):
            known = stacked_test(members)
            test = {"log": known, "price": to_price(known)}
        return cls(
            tuple(members),
            plan,
            log_price,
            {space: Scaled.of(predictions, log_price, space) for space in SPACES},
            test,
        )

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(member.name for member in self.members)

    def by_hand(self, weights: Mapping[str, float], *, space: Space = "log") -> Blend:
        """A blend with weights set by hand; nothing was chosen on these rows, so both scores are the same.

        Raises:
            InputError: A weight is negative, or all are zero.
        """
        mix = Mix(normalised(np.array([weights.get(name, 0.0) for name in self.names], dtype=np.float64)))
        rows = self.rows[space]
        return self._blend(rows, mix, rows.log_price(mix.of(rows.members)), BY_HAND)

    def by_score(self, score: MethodScore) -> Blend:
        """The blend that an assessed method chose; nothing is fitted again."""
        rows = self.rows[score.space]
        return self._blend(rows, score.mix, nested_log_price(rows, self.plan, score.fold_mixes), score.method.name)

    def _blend(self, rows: Scaled, mix: Mix, nested: FloatArray, method: str) -> Blend:
        if rows.space in self.test:
            mixed = rows.log_price(mix.of(self.test[rows.space]))
            test = pd.Series(mixed, index=self.members[0].test_log_price.index, name="log_price")
        else:
            test = mixed_test(self.members, mix, rows.space)
        return blended(self.members, self.log_price, rows, mix, nested, method=method, test_log_price=test)


def fixed_blend(
    members: Sequence[Member], price: pd.Series, plan: FoldPlan, weights: Mapping[str, float], *, space: Space = "log"
) -> Blend:
    """:meth:`Panel.by_hand` of members that are weighed this once.

    Raises:
        InputError: A weight is negative, or all are zero.
    """
    return Panel.of(members, price, plan).by_hand(weights, space=space)
