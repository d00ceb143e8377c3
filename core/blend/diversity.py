"""How differently members err, and what their blend makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.blend.panel import Panel
from core.metrics import log_smape_pct
from core.types import FloatArray


@dataclass(frozen=True)
class Diversity:
    """Of members on the train rows.

    Attributes:
        correlation: Of their log errors, shape (n_members, n_members); NaN for one that says the same of every row.
        apart: Mean distance of two members' ``log_price``, same shape; 0.1 is about 10 % of the price.
        members_smape_pct: The members' own scores, weighed as in the blend.
        blend_smape_pct: The blend's score by weights that did not see a row.
    """

    correlation: FloatArray
    apart: FloatArray
    members_smape_pct: float
    blend_smape_pct: float

    @property
    def gain_pct(self) -> float:
        """What mixing gives beyond the members' weighed mean: nothing where all err alike."""
        return self.members_smape_pct - self.blend_smape_pct


def diversity(panel: Panel, weights: Mapping[str, float], nested_smape_pct: float) -> Diversity:
    """Correlations and distances of the members, and what a blend of these weights owes to them."""
    known = panel.rows["log"].members
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = np.atleast_2d(np.corrcoef(known - panel.log_price[:, None], rowvar=False))
    apart = np.column_stack([np.abs(known - known[:, [place]]).mean(axis=0) for place in range(known.shape[1])])
    scores = np.array([log_smape_pct(panel.log_price, known[:, place]) for place in range(known.shape[1])])
    share = np.abs([weights[name] for name in panel.names])
    return Diversity(correlation, apart, float(scores @ share / share.sum()), nested_smape_pct)
