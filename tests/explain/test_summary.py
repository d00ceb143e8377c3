from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.explain import Explanation, dependence_table, strongest_partner, swarm_table, value_text
from core.types import ID


def explanation(shap: pd.DataFrame, values: pd.DataFrame) -> Explanation:
    base = pd.Series(0.0, index=shap.index)
    return Explanation(shap, base, values, ["block"] * shap.shape[1], "key", 0.0, False)


def frame(**columns: list[float]) -> pd.DataFrame:
    count = len(next(iter(columns.values())))
    return pd.DataFrame(columns, index=pd.Index([f"r{row}" for row in range(count)], name=ID))


def test_the_swarm_has_the_strongest_columns_first_and_ranks_their_values() -> None:
    shap = frame(weak=[0.1, 0.0, 0.0], strong=[1.0, -2.0, 0.5])
    values = frame(weak=[1.0, 2.0, 3.0], strong=[30.0, np.nan, 10.0])
    table = swarm_table(explanation(shap, values), columns=1)
    assert table["column"].tolist() == ["strong"] * 3
    assert table[ID].tolist() == ["r0", "r1", "r2"]
    assert table["shap"].tolist() == [1.0, -2.0, 0.5]
    assert table["rank"].tolist() == pytest.approx([1.0, np.nan, 0.5], nan_ok=True)
    assert len(swarm_table(explanation(shap, values), rows=2)) == 4


def test_dependence_sets_values_beside_shap_values() -> None:
    shap, values = frame(a=[1.0, 2.0], b=[3.0, 4.0]), frame(a=[5.0, 6.0], b=[7.0, 8.0])
    table = dependence_table(explanation(shap, values), "a", "b")
    assert table[["value", "shap", "by"]].to_numpy().tolist() == [[5.0, 1.0, 7.0], [6.0, 2.0, 8.0]]


def test_the_partner_is_the_column_that_parts_the_rows() -> None:
    rng = np.random.default_rng(0)
    a, sign, noise = rng.normal(size=300), rng.choice([-1.0, 1.0], 300), rng.normal(size=300)
    values = frame(a=list(a), noise=list(noise), sign=list(sign))
    shap = frame(a=list(a + 0.5 * sign), noise=list(noise * 0.1), sign=list(sign * 0.01))
    assert strongest_partner(explanation(shap, values), "a") == "sign"


def test_values_in_words() -> None:
    assert value_text(float("nan"), {}) == "–"
    assert value_text(2.0, {2.0: "tea"}) == "tea"
    assert value_text(1234.5678, {}) == "1,235"
