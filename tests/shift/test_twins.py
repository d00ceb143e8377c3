from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.features import size_table
from core.metrics import smape_pct
from core.shift import SAME, TWIN_KINDS, catalog_near, catalog_twins, offers, twin_groups, twin_keys
from core.shift.twins import twins_of
from core.store import ArtifactStore
from core.types import ID, IMAGE, TEXT, Catalog, SplitFrame


def index(prefix: str, count: int) -> pd.Index:
    return pd.Index([f"{prefix}{i}" for i in range(count)], name=ID)


def keys(train: list[int], test: list[int]) -> SplitFrame:
    return SplitFrame(
        pd.DataFrame({"key": train}, index=index("a", len(train))),
        pd.DataFrame({"key": test}, index=index("b", len(test))),
    )


def sizes(train: list[float], test: list[float]) -> SplitFrame:
    def side(prefix: str, grams: list[float]) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "unit_kind": ["weight" if np.isfinite(weight) else "" for weight in grams],
                "pack_count": 1.0,
                "total_weight_g": grams,
                "total_volume_ml": np.nan,
                "total_count": np.nan,
            },
            index=index(prefix, len(grams)),
        )

    return SplitFrame(side("a", train), side("b", test))


# Group 0: two rows of 100 g and one of 200 g; group 1: one train row and one test row; the rest alone or blank.
KEYS = keys([0, 0, 0, 1, 2, -1, -1], [1, 3, 3, -1])
HELD = offers(sizes([100, 100, 200, 50, 50, 10, 10], [50, 50, 50, np.nan]))
PRICE = pd.Series([2.0, 4.0, 8.0, 5.0, 6.0, 7.0, 7.0], index=index("a", 7))


def test_twins_within_train_and_across() -> None:
    found = twins_of("same title", KEYS, HELD, PRICE)
    assert (found.n_train_rows, found.n_train_groups) == (3, 1)
    assert (found.n_test_rows, found.n_across_groups) == (1, 1)
    assert (found.median_price, found.other_median_price) == (4.0, 6.5)


def test_the_same_size_stands_apart_from_others() -> None:
    found = twins_of("same title", KEYS, HELD, PRICE)
    assert found.floor is not None
    assert found.same_size is not None
    assert (found.floor.n_rows, found.same_size.n_rows) == (3, 2)
    assert found.same_size.upper.smape_pct == pytest.approx(smape_pct([2.0], [4.0]))
    assert found.n_other_size == 3
    middle = np.sqrt(8.0)
    assert found.other_size_smape_pct == pytest.approx(smape_pct([2.0, 4.0, 8.0], [8.0, 8.0, middle]))
    # By price a gram the 200 g at $8 say $4 for 100 g.
    assert found.other_size_unit_smape_pct == pytest.approx(smape_pct([2.0, 4.0, 8.0], [4.0, 4.0, 2 * middle]))


def test_a_line_of_the_report() -> None:
    line = twins_of("same title", KEYS, HELD, PRICE).to_json()
    assert (line["train_rows"], line["test_rows"], line["same_size_rows"]) == (3, 1, 2)
    assert line["floor_lower_pct"] == pytest.approx(smape_pct([2.0], [4.0]) / 2)
    none = twins_of("same title", keys([0, 1, 2, 3, 4, 5, 6], [-1] * 4), HELD, PRICE)
    assert (none.floor, none.to_json()["floor_lower_pct"]) == (None, None)
    assert np.isnan(none.median_price)


def test_groups_widest_spread_first_and_none_of_test_alone() -> None:
    titles = SplitFrame(
        pd.DataFrame({"title": list("abcdefg")}, index=index("a", 7)),
        pd.DataFrame({"title": list("stuv")}, index=index("b", 4)),
    )
    groups = twin_groups(KEYS, HELD, PRICE, titles)
    assert groups.index.tolist() == [0, 1]
    first, second = groups.to_dict("records")
    assert first == {
        "title": "a", "train_rows": 3, "test_rows": 0, "low_price": 2.0, "high_price": 8.0, "ratio": 4.0,
        "same_size": False,
    }  # fmt: skip
    assert (second["train_rows"], second["test_rows"], second["ratio"], second["same_size"]) == (1, 1, 1.0, True)


def test_kinds_of_a_catalogue(store: ArtifactStore) -> None:
    words = "Item Name: Alder Tea green leaf loose fine smooth calm bright clear"
    rows = [(f"{words}\nValue: 8", "p"), (f"{words}  \nvalue: 8", "p"), (f"{words}\nValue: 9", "q"), ("", "")]
    train = pd.DataFrame(rows, columns=[TEXT, IMAGE], index=index("a", 4), dtype="str")
    test = pd.DataFrame([(f"{words} new", "q"), ("x", "")], columns=[TEXT, IMAGE], index=index("b", 2), dtype="str")
    catalog = Catalog("tiny", SplitFrame(train, test), pd.Series([1.0, 2.0, 3.0, 4.0], index=train.index), "key")
    near = catalog_near(catalog, store=store)
    found = twin_keys(catalog, store=store, near=near, least=0.9)
    assert list(found) == list(TWIN_KINDS)
    counted = catalog_twins(catalog, found, offers(size_table(catalog, store=store)))
    assert {kind: (twins.n_train_rows, twins.n_test_rows) for kind, twins in counted.items()} == {
        SAME: (2, 0),
        "same text": (2, 0),
        "same title": (3, 0),
        "same photo": (2, 1),
        "near title": (3, 1),
        "near text": (3, 1),
    }
    assert list(twin_keys(catalog, store=store)) == [kind for kind in TWIN_KINDS if not kind.startswith("near")]


def test_the_size_code_is_of_pack_and_whole_offer_and_unknown_is_unknown() -> None:
    code = offers(sizes([100.0, 100.04, 101.0, np.nan], [np.nan])).stacked()["code"].tolist()
    assert code[0] == code[1] != code[2]
    assert code[3] == code[4]
