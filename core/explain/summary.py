"""Tables of an explanation for its pictures: every row's SHAP values of the strongest columns, and one column alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from core.explain.explanation import Explanation, column_importance
from core.types import ID, FloatArray

SWARM_COLUMNS: Final = 14
SWARM_ROWS: Final = 400


def swarm_table(
    explanation: Explanation, *, columns: int = SWARM_COLUMNS, rows: int = SWARM_ROWS, seed: int = 0
) -> pd.DataFrame:
    """SHAP values of the strongest columns, one line a row and column.

    Args:
        rows: Most rows to take, drawn with ``seed``.

    Returns:
        ``column`` (strongest first), ``sample_id``, ``shap`` (in ``log_price``), ``value`` (as the model saw it) and
        ``rank`` (of the value among the rows' values of that column, 0 to 1; NaN where it is missing).
    """
    top = column_importance(explanation)["column"].head(columns)
    drawn = np.sort(np.random.default_rng(seed).permutation(len(explanation.shap))[:rows])
    pieces = []
    for column in top:
        value = explanation.values[column].iloc[drawn]
        pieces.append(
            pd.DataFrame(
                {
                    "column": column,
                    ID: explanation.sample_ids[drawn],
                    "shap": explanation.shap[column].iloc[drawn].to_numpy(),
                    "value": value.to_numpy(),
                    "rank": value.rank(pct=True).to_numpy(),
                }
            )
        )
    return pd.concat(pieces, ignore_index=True)


def dependence_table(explanation: Explanation, column: str, by: str) -> pd.DataFrame:
    """A column's value against its SHAP value in every explained row.

    Args:
        by: The column that colours the rows.

    Returns:
        ``sample_id``, ``value``, ``shap`` (in ``log_price``) and ``by``.
    """
    return pd.DataFrame(
        {
            ID: explanation.sample_ids,
            "value": explanation.values[column].to_numpy(),
            "shap": explanation.shap[column].to_numpy(),
            "by": explanation.values[by].to_numpy(),
        }
    )


def strongest_partner(explanation: Explanation, column: str) -> str:
    """The column that tells most of how a column's SHAP values scatter among rows of like value.

    A quick guess and no interaction value: rows are put in order of the column's value, and within stretches of some
    thirty neighbours the rank correlation of the SHAP value with each other column is averaged. Source: the heuristic
    of the ``shap`` package's ``approximate_interactions``.
    """
    order = np.argsort(explanation.values[column].to_numpy(), kind="stable")
    shap = explanation.shap[column].to_numpy()[order]
    pieces = np.array_split(np.arange(len(order)), max(1, len(order) // 30))
    strength: dict[str, float] = {}
    for other in column_importance(explanation)["column"].head(40):
        if other != column:
            values = np.nan_to_num(explanation.values[other].to_numpy()[order], nan=-1e6)
            strength[other] = sum(abs(_correlation(shap[piece], values[piece])) for piece in pieces)
    return max(strength, key=lambda name: strength[name]) if strength else column


def _correlation(left: FloatArray, right: FloatArray) -> float:
    """Rank correlation; 0 where one of them does not vary."""
    ranks = [pd.Series(side).rank().to_numpy() for side in (left, right)]
    if len(left) < 3 or any(float(rank.std()) == 0 for rank in ranks):
        return 0.0
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def value_text(value: float, names: Mapping[float, str]) -> str:
    """A value as a screen shows it: a category by its name, a missing one as a dash."""
    if np.isnan(value):
        return "–"
    return names.get(value, f"{value:,.4g}")
