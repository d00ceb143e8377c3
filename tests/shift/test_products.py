from __future__ import annotations

import numpy as np
import pandas as pd

from core.shift import product_rows, unit_prices
from core.types import ID, IMAGE, TEXT, Catalog, SplitFrame


def index(prefix: str, count: int) -> pd.Index:
    return pd.Index([f"{prefix}{i}" for i in range(count)], name=ID)


def items(prefix: str, count: int) -> pd.DataFrame:
    return pd.DataFrame({TEXT: "Oat\n bar", IMAGE: ""}, index=index(prefix, count), dtype="str")


def sizes(prefix: str, rows: list[tuple[str, float, float]]) -> pd.DataFrame:
    kinds, totals, packs = zip(*rows, strict=True)
    of = {
        kind: [total if mine == kind else np.nan for mine, total in zip(kinds, totals, strict=True)] for kind in kinds
    }
    blank = [np.nan] * len(rows)
    return pd.DataFrame(
        {
            "brand": "Ada",
            "unit_kind": list(kinds),
            "pack_count": list(packs),
            "total_weight_g": of.get("weight", blank),
            "total_volume_ml": of.get("volume", blank),
            "total_count": of.get("count", blank),
        },
        index=index(prefix, len(rows)),
    )


CATALOG = Catalog(
    "tiny", SplitFrame(items("a", 4), items("b", 1)), pd.Series([5.0, 8.0, 3.0, 9.0], index("a", 4)), "key"
)
SIZES = SplitFrame(
    sizes("a", [("weight", 250.0, 2.0), ("weight", 1600.0, 1.0), ("count", 6.0, 1.0), ("", np.nan, 1.0)]),
    sizes("b", [("volume", 7.5, 1.0)]),
)


def test_a_row_says_pack_size_and_price_per_unit() -> None:
    rows = product_rows(CATALOG, SIZES, train=np.ones(4, dtype=np.bool_), test=np.ones(1, dtype=np.bool_))
    assert rows["size"].tolist() == ["250 g", "1,600 g", "6 pieces", "", "7.5 ml"]
    assert rows["per"].tolist() == ["100 g", "100 g", "piece", "", "100 ml"]
    np.testing.assert_allclose(rows["unit_price"], [2.0, 0.5, 0.5, np.nan, np.nan])
    assert (rows["pack"].iloc[0], rows["text"].iloc[0]) == (2.0, "Oat bar")
    assert rows[ID].tolist() == ["a0", "a1", "a2", "a3", "b0"]


def test_only_marked_rows_and_only_the_first() -> None:
    rows = product_rows(CATALOG, SIZES, train=np.array([False, True, True, True]), test=np.array([False]), limit=2)
    assert rows[ID].tolist() == ["a1", "a2"]


def test_unit_prices_by_unit() -> None:
    rows = product_rows(CATALOG, SIZES, train=np.ones(4, dtype=np.bool_), test=np.ones(1, dtype=np.bool_))
    assert unit_prices(rows).to_dict("records") == [
        {"kind": "weight", "per": "100 g", "rows": 2, "median": 1.25, "low": 0.5, "high": 2.0},
        {"kind": "count", "per": "piece", "rows": 1, "median": 0.5, "low": 0.5, "high": 0.5},
    ]
    assert unit_prices(rows.tail(1)).empty
