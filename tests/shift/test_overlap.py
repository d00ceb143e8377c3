from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import AlignmentError, InputError
from core.shift import Overlap, brand_overlap, find_values, overlap_by, overlap_by_price, value_overlap
from core.types import ID, SplitFrame


def side(prefix: str, brands: list[str]) -> pd.DataFrame:
    index = pd.Index([f"{prefix}{i}" for i in range(len(brands))], name=ID)
    return pd.DataFrame({"brand": brands, "brand_key": [name.casefold() for name in brands]}, index=index)


# "Ada" has 4 train rows, "Bel" 2, "Cyd" 1; "Dov" is in test only; "" could not be read.
BRANDS = SplitFrame(
    side("a", ["Ada"] * 4 + ["Bel"] * 2 + ["Cyd", ""]),
    side("b", ["Ada", "Ada", "Bel", "Dov", "Dov", "Dov", "", "Ada", "Bel", "Dov"]),
)
PRICE = pd.Series([1.0, 2.0, 3.0, 4.0, 10.0, 20.0, 5.0, 7.0], index=BRANDS.train.index)


def overlap(rare_below: int = 3) -> Overlap:
    return brand_overlap(BRANDS, PRICE, rare_below=rare_below)


def test_shares_are_exact_and_the_unknown_stand_apart() -> None:
    found = overlap()
    assert found.rows_pct == {"unseen": 40.0, "rare": 20.0, "well": 30.0, "unknown": 10.0}
    assert found.values_pct == pytest.approx({"unseen": 100 / 3, "rare": 100 / 3, "well": 100 / 3})
    assert (found.n_train_values, found.n_test_values) == (3, 3)


def test_the_report_has_the_agreed_fields() -> None:
    report = overlap().to_json()
    assert report["test_rows_unseen_pct"] == 40.0
    assert report["test_rows_rare_pct"] == 20.0
    assert (report["n_train_brands"], report["n_test_brands"]) == (3, 3)


def test_another_threshold_moves_rows_between_rare_and_well() -> None:
    assert overlap().at(5).rows_pct == {"unseen": 40.0, "rare": 50.0, "well": 0.0, "unknown": 10.0}
    assert overlap().at(5).table["level"].tolist() == brand_overlap(BRANDS, PRICE, rare_below=5).table["level"].tolist()


def test_support_of_each_test_row() -> None:
    support = overlap().test_support
    assert support.iloc[:4].tolist() == [4.0, 4.0, 2.0, 0.0]
    assert np.isnan(support.iloc[6])


def test_the_table_names_counts_shares_and_train_prices() -> None:
    table = overlap().table
    assert table.index.tolist() == ["dov", "ada", "bel", "cyd"]
    ada = table.loc["ada"]
    assert (ada["label"], ada["train_rows"], ada["test_rows"]) == ("Ada", 4, 3)
    assert (ada["train_share_pct"], ada["test_share_pct"]) == (50.0, 30.0)
    assert (ada["low_price"], ada["median_price"], ada["high_price"]) == (1.0, 2.5, 4.0)
    assert np.isnan(table.loc["dov", "median_price"])


def test_coverage_counts_test_rows_with_at_least_so_many_train_rows() -> None:
    curve = overlap().coverage().set_index("min_train_rows")["test_rows_pct"]
    assert curve.to_dict() == {0: 90.0, 1: 50.0, 2: 50.0, 3: 30.0, 4: 30.0}


def test_numbers_are_compared_as_written() -> None:
    index = [pd.Index(list(names), name=ID) for names in ("abc", "xyz")]
    packs = SplitFrame(
        pd.DataFrame({"pack": [1.0, 6.0, np.nan]}, index=index[0]),
        pd.DataFrame({"pack": [6.0, 12.0, np.nan]}, index=index[1]),
    )
    found = value_overlap(packs, pd.Series([1.0, 2.0, 3.0], index=index[0]), column="pack", rare_below=1)
    assert found.table.index.tolist() == ["6", "12", "1"]
    assert found.rows_pct == pytest.approx({"unseen": 100 / 3, "rare": 0.0, "well": 100 / 3, "unknown": 100 / 3})


def test_a_brand_far_more_frequent_in_test_is_surprising_and_a_common_one_is_not() -> None:
    split = SplitFrame(side("a", ["Ada"] * 50 + ["Bel"] * 50), side("b", ["Ada"] * 90 + ["Bel"] * 50 + ["Cyd"] * 60))
    table = brand_overlap(split, pd.Series(1.0, index=split.train.index)).table
    assert table["surprising"].to_dict() == {"ada": False, "cyd": True, "bel": True}
    assert table.loc["cyd", "ratio_low"] > 1 > table.loc["bel", "ratio_high"]


def test_alike_files_flag_hardly_a_brand() -> None:
    rng = np.random.default_rng(3)
    names = [f"n{i}" for i in rng.zipf(1.5, 4000).clip(max=900)]
    split = SplitFrame(side("a", names[:2400]), side("b", names[2400:]))
    assert brand_overlap(split, pd.Series(1.0, index=split.train.index)).table["surprising"].sum() <= 1


def test_by_category() -> None:
    groups = SplitFrame(
        pd.DataFrame({"kind": ["tea"] * 6 + ["oil"] * 2}, index=BRANDS.train.index),
        pd.DataFrame({"kind": ["tea"] * 4 + ["rye"] * 6}, index=BRANDS.test.index),
    )
    table = overlap_by(overlap(), groups, "kind").set_index("group")
    assert table["test_rows"].to_dict() == {"rye": 6, "tea": 4, "oil": 0}
    assert table["train_rows"].to_dict() == {"rye": 0, "tea": 6, "oil": 2}
    assert table.loc["tea", ["unseen_pct", "rare_pct", "well_pct", "unknown_pct"]].tolist() == [25.0, 25.0, 50.0, 0.0]
    assert table.loc["rye", "unseen_pct"] == 50.0
    assert np.isnan(table.loc["oil", "unseen_pct"])


def test_by_price_band_a_train_row_is_counted_without_itself() -> None:
    table = overlap_by_price(overlap(), PRICE, n_bands=2)
    assert table["train_rows"].tolist() == [4, 4]
    # Below the median price of 4.5 stand Ada's four rows, each with three others; above Bel's two, Cyd, the unknown.
    assert table[["unseen_pct", "rare_pct", "well_pct", "unknown_pct"]].to_numpy().tolist() == [
        [0.0, 0.0, 100.0, 0.0],
        [25.0, 50.0, 0.0, 25.0],
    ]
    assert table["test_rows"].tolist() == [3, 2]


def test_values_are_found_by_key_or_label_and_ordered() -> None:
    assert find_values(overlap(), search=" BEL").index.tolist() == ["bel"]
    assert find_values(overlap(), order="most train rows", limit=2).index.tolist() == ["ada", "bel"]
    assert find_values(overlap(), search="zzz").empty


def test_bad_arguments_are_told() -> None:
    with pytest.raises(InputError, match="rare_below is 0"):
        overlap(0)
    with pytest.raises(InputError, match="no column 'maker'"):
        value_overlap(BRANDS, PRICE, column="maker")
    with pytest.raises(AlignmentError):
        brand_overlap(BRANDS, PRICE.iloc[::-1])
