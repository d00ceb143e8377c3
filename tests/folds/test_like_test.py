from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import AlignmentError, InputError
from core.folds import SUPPORT_BANDS, MatchedPlan, like_test_plan
from core.folds.like_test import band_shares
from core.types import Catalog, SplitFrame


def catalog(n_rows: int) -> Catalog:
    index = pd.Index([f"r{number:05d}" for number in range(n_rows)], name="sample_id")
    items = pd.DataFrame({"catalog_content": "t", "image_link": ""}, index=index)
    return Catalog("c", SplitFrame(items, items.iloc[:0]), pd.Series(1.0, index=index), "c")


def keys(sizes: dict[str, int]) -> pd.Series:
    """Brand key of each row, brand after brand."""
    names = [name for name, size in sizes.items() for _ in range(size)]
    index = pd.Index([f"r{number:05d}" for number in range(len(names))], name="sample_id")
    return pd.Series(names, index=index, dtype="object")


def support(unseen: int, *seen: int) -> np.ndarray:
    return np.array([0.0] * unseen + list(map(float, seen)))


def unseen_pct(plan: MatchedPlan, brand: pd.Series) -> float:
    """Share of the known rows whose brand has no row outside their fold, by counting."""
    fold = plan.plan.fold_of
    known = (brand != "").to_numpy()
    folds_of_brand = fold[known].groupby(brand[known].to_numpy()).transform("nunique")
    return 100.0 * float((folds_of_brand == 1).mean())


def sizes(times: int) -> dict[str, int]:
    """A fifth of the rows in brands of one row, two fifths in pairs, two fifths in brands of ten."""
    singles = {f"single{i}": 1 for i in range(20 * times)} | {f"pair{i}": 2 for i in range(20 * times)}
    return singles | {f"ten{i}": 10 for i in range(4 * times)}


SIZES = sizes(1)
MANY = sizes(5)
"""Enough rows that a brand of ten is no big one."""


def test_the_unseen_share_is_tests_and_every_row_is_validated_once() -> None:
    brand = keys(MANY)
    matched = like_test_plan(catalog(500), brand, support(50, *[9] * 30, *[1] * 20))
    assert matched.target_pct == {"unseen": 50.0, "1–2": 20.0, "3–4": 0.0, "5–9": 30.0, "10–29": 0.0, "30 or more": 0.0}
    assert matched.reached_pct == matched.target_pct
    assert unseen_pct(matched, brand) == 50.0
    assert matched.note == ""
    assert set(matched.row_weight) == {1.0}
    assert sorted(matched.plan.fold_of.value_counts()) == [100] * 5
    assert matched.plan.kind == "test_like"


def test_brands_are_held_from_where_test_shows_fewer() -> None:
    brand = keys(MANY)
    pairs_gone = like_test_plan(catalog(500), brand, support(60, *[9] * 40)).reached_pct
    tens_gone = like_test_plan(catalog(500), brand, support(60, *[1] * 40)).reached_pct
    assert (pairs_gone["unseen"], pairs_gone["1–2"], pairs_gone["5–9"]) == (60.0, 0.0, 40.0)
    assert (tens_gone["unseen"], tens_gone["1–2"], tens_gone["5–9"]) == (60.0, 40.0, 0.0)


def test_a_share_below_the_single_row_brands_is_told_and_weighted() -> None:
    matched = like_test_plan(catalog(100), keys(SIZES), support(10, *[1] * 90))
    assert matched.reached_pct["unseen"] == 20.0
    assert matched.note.startswith("10.0 % of the test rows have an unseen brand, 20.0 % of these validation rows")
    assert sorted(set(matched.row_weight)) == [0.5, pytest.approx(0.9 / 0.8)]
    assert matched.row_weight.mean() == pytest.approx(1.0)
    none_unseen = like_test_plan(catalog(100), keys(SIZES), support(0, *[1] * 90))
    assert none_unseen.row_weight.min() == 0.0
    assert none_unseen.note.endswith("those of unseen brands do not count at all")


def test_a_big_brand_is_held_only_when_smaller_ones_do_not_suffice() -> None:
    brand = keys({**{f"pair{i}": 2 for i in range(30)}, "big": 40})
    for unseen, held in ((50, False), (100, True)):
        matched = like_test_plan(catalog(100), brand, support(unseen, *[1] * (100 - unseen)))
        assert matched.reached_pct["unseen"] == unseen
        assert (matched.plan.fold_of[brand == "big"].nunique() == 1) is held


def test_all_brands_unseen_in_test() -> None:
    matched = like_test_plan(catalog(100), keys(SIZES), support(7))
    assert matched.reached_pct["unseen"] == 100.0
    assert set(matched.row_weight) == {1.0}


def test_rows_of_unknown_brands_are_dealt_out_and_count_nowhere() -> None:
    brand = keys({"": 50, "single0": 1, **{f"pair{i}": 2 for i in range(12)}, "single1": 1, "ten": 10})
    matched = like_test_plan(catalog(86), brand, np.array([0.0, 1.0, np.nan, np.nan]))
    assert matched.target_pct["unseen"] == 50.0
    assert matched.reached_pct["unseen"] == pytest.approx(50.0, abs=1.5)
    assert unseen_pct(matched, brand) == pytest.approx(matched.reached_pct["unseen"])
    assert matched.plan.fold_of[(brand == "").to_numpy()].nunique() == 5
    assert (matched.row_weight[(brand == "").to_numpy()] == 1.0).all()


def test_duplicates_stay_in_one_fold() -> None:
    brand = keys(SIZES)
    groups = pd.Series("", index=brand.index, dtype="object")
    groups.iloc[20:60:2] = [f"twins{i}" for i in range(20)]
    groups.iloc[21:60:2] = [f"twins{i}" for i in range(20)]
    matched = like_test_plan(catalog(100), brand, support(60, *[9] * 40), groups=groups)
    assert matched.plan.fold_of[groups != ""].groupby(groups[groups != ""]).nunique().max() == 1
    # Each pair is one unit now, so it is unseen whatever is done.
    assert matched.reached_pct["unseen"] == 60.0


def test_a_rows_fold_does_not_depend_on_its_place() -> None:
    brand = keys(SIZES)
    there = catalog(100)
    back = Catalog("c", SplitFrame(there.items.train[::-1], there.items.test), there.price[::-1], "c")
    target = support(50, *[1] * 50)
    turned = like_test_plan(back, brand[::-1], target, seed=4)
    straight = like_test_plan(there, brand, target, seed=4)
    pd.testing.assert_series_equal(turned.plan.fold_of.reindex(brand.index), straight.plan.fold_of)
    assert not like_test_plan(there, brand, target, seed=5).plan.fold_of.equals(straight.plan.fold_of)


def test_what_cannot_be_matched_is_refused() -> None:
    with pytest.raises(InputError, match="no test row has a readable brand"):
        like_test_plan(catalog(100), keys(SIZES), np.array([np.nan]))
    with pytest.raises(AlignmentError, match="different ids"):
        like_test_plan(catalog(100), keys(SIZES)[::-1], support(1))
    with pytest.raises(InputError, match="too few for 20 folds"):
        like_test_plan(catalog(100), keys(SIZES), support(1), n_folds=20)


@settings(max_examples=25, deadline=None)
@given(
    rows_of=st.lists(st.integers(1, 12), min_size=60, max_size=120),
    unseen=st.integers(0, 100),
    seen=st.lists(st.integers(1, 40), min_size=1, max_size=30),
    seed=st.integers(0, 9),
)
def test_the_share_is_met_wherever_whole_brands_can(
    rows_of: list[int], unseen: int, seen: list[int], seed: int
) -> None:
    brand = keys({f"b{i}": size for i, size in enumerate(rows_of)})
    rows = np.concatenate([np.zeros(unseen), np.resize(np.array(seen, dtype=float), 100 - unseen)])
    matched = like_test_plan(catalog(len(brand)), brand, rows, seed=seed)
    alone = 100.0 * rows_of.count(1) / len(brand)
    assert matched.reached_pct["unseen"] == pytest.approx(unseen_pct(matched, brand))
    # The smallest brand that can be held has two rows or more: nearer than the largest of these cannot be promised.
    slack = 100.0 * max(rows_of) / len(brand)
    assert matched.reached_pct["unseen"] == pytest.approx(max(alone, unseen), abs=max(1.0, slack))
    assert matched.row_weight.mean() == pytest.approx(1.0) or matched.reached_pct["unseen"] == 100.0
    assert sum(matched.reached_pct.values()) == pytest.approx(100.0)


def test_bands_begin_where_they_say() -> None:
    shares = band_shares(np.array([0.0, 1, 2, 3, 4, 5, 9, 10, 29, 30]))
    assert shares.tolist() == [0.1, 0.2, 0.2, 0.2, 0.2, 0.1]
    assert list(SUPPORT_BANDS.values()) == [0, 1, 3, 5, 10, 30]
