from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import AlignmentError, InputError
from core.folds import CELLS, MatchedPlan, like_test_plan, unseen_pct
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


def matched(brand: pd.Series, test: list[tuple[int, float, float]], **more: object) -> MatchedPlan:
    """The plan for test rows given as (how many, support, rows in both files); train's brands are in train alone."""
    support = np.array([support for count, support, _ in test for _ in range(count)], dtype=float)
    both = np.array([both for count, _, both in test for _ in range(count)], dtype=float)
    own = brand.map(brand.value_counts()).to_numpy(dtype=float)
    return like_test_plan(catalog(len(brand)), brand, own, test_support=support, test_brand_rows=both, **more)  # type: ignore[arg-type]


def counted_unseen_pct(plan: MatchedPlan, brand: pd.Series, *, weighted: bool = False) -> float:
    """Share of the known rows whose brand has no row outside their fold, by counting."""
    known = (brand != "").to_numpy()
    folds_of_brand = plan.plan.fold_of[known].groupby(brand[known].to_numpy()).transform("nunique")
    weight = plan.row_weight[known] if weighted else None
    return 100.0 * float(np.average(folds_of_brand == 1, weights=weight))


def sizes(times: int) -> dict[str, int]:
    """A fifth of the rows in brands of one row, two fifths in pairs, two fifths in brands of ten."""
    singles = {f"single{i}": 1 for i in range(20 * times)} | {f"pair{i}": 2 for i in range(20 * times)}
    return singles | {f"ten{i}": 10 for i in range(4 * times)}


MANY = sizes(5)
ONE, FEW, TEN = (0.0, 1.0), (0.0, 2.0), (0.0, 10.0)
"""Support and rows in both files of an unseen test row."""


def test_the_share_and_the_mix_are_tests_and_every_row_is_validated_once() -> None:
    brand = keys(MANY)
    found = matched(brand, [(20, *ONE), (10, *FEW), (20, *TEN), (30, 1, 2), (20, 8, 10)])
    wanted = dict.fromkeys(CELLS, 0.0) | {
        "unseen, 1 row": 20.0,
        "unseen, 2–3 rows": 10.0,
        "unseen, 10 or more": 20.0,
        "seen, by 1–2": 30.0,
        "seen, by 5–9": 20.0,
    }
    assert found.target_pct == wanted
    assert found.reached_pct == wanted
    assert found.scored_pct == pytest.approx(wanted)
    assert set(found.row_weight) == {1.0}
    assert counted_unseen_pct(found, brand) == 50.0
    assert found.note == (
        "50.0 % of the test rows with a readable brand have one that a fold's training part lacks, 50.0 % of these"
        " validation rows, 50.0 % as they are weighted"
    )
    assert sorted(found.plan.fold_of.value_counts()) == [100] * 5
    assert found.plan.kind == "test_like"


def test_unseen_rows_are_those_of_brands_as_large_as_tests() -> None:
    brand = keys(MANY)
    large = matched(brand, [(20, *ONE), (40, *TEN), (40, 1, 2)]).reached_pct
    small = matched(brand, [(20, *ONE), (40, *FEW), (40, 8, 10)]).reached_pct
    assert (large["unseen, 10 or more"], large["seen, by 1–2"], large["seen, by 5–9"]) == (40.0, 40.0, 0.0)
    assert (small["unseen, 2–3 rows"], small["seen, by 1–2"], small["seen, by 5–9"]) == (40.0, 0.0, 40.0)


def test_a_share_that_no_draw_has_is_made_up_by_weights() -> None:
    brand = keys(MANY)
    found = matched(brand, [(10, *ONE), (45, 1, 2), (45, 8, 10)])
    # A fifth of the rows have a brand of their own, whatever is drawn.
    assert unseen_pct(found.reached_pct) == 20.0
    assert sorted(set(found.row_weight.round(9))) == [0.5, 1.125]
    assert counted_unseen_pct(found, brand, weighted=True) == pytest.approx(10.0)
    assert found.row_weight.mean() == pytest.approx(1.0)
    assert "20.0 % of these validation rows, 10.0 % as they are weighted" in found.note


def test_what_trains_brands_cannot_play_is_told() -> None:
    found = matched(keys(MANY), [(20, *ONE), (50, 100, 200), (30, 1, 2)])
    assert found.scored_pct["seen, by 30 or more"] == 0.0
    assert found.note.endswith("; 50 % of the test rows are of a kind that train's brands cannot play")


def test_no_row_like_tests_leaves_the_score_unweighted_and_told() -> None:
    found = matched(keys({f"single{i}": 1 for i in range(60)}), [(5, 1, 2)])
    assert set(found.row_weight) == {1.0}
    assert found.note.endswith("; 100 % of the test rows are of a kind that train's brands cannot play")


def test_a_few_rows_do_not_speak_for_half_of_test() -> None:
    brand = keys({**{f"pair{i}": 2 for i in range(98)}, "ten0": 4})
    found = matched(brand, [(50, 3, 4), (50, 1, 2)])
    assert found.row_weight.max() / found.row_weight.min() == pytest.approx(5.0 / (0.5 / 0.98))


def test_a_big_brand_is_held_only_when_smaller_ones_do_not_suffice() -> None:
    brand = keys({**{f"ten{i}": 10 for i in range(30)}, "big": 100})
    for unseen, held in ((50, False), (100, True)):
        found = matched(brand, [(unseen, *TEN), (100 - unseen, 8, 10)])
        assert unseen_pct(found.reached_pct) == unseen
        assert (found.plan.fold_of[brand == "big"].nunique() == 1) is held


def test_rows_of_unknown_brands_are_dealt_out_and_weigh_one() -> None:
    brand = keys({"": 50, **{f"pair{i}": 2 for i in range(25)}})
    found = matched(brand, [(1, *FEW), (1, 1, 2), (3, np.nan, 0)])
    assert found.target_pct["unseen, 2–3 rows"] == 50.0
    assert found.reached_pct["unseen, 2–3 rows"] == pytest.approx(50.0, abs=2.0)
    assert found.plan.fold_of[(brand == "").to_numpy()].nunique() == 5
    assert (found.row_weight[(brand == "").to_numpy()] == 1.0).all()


def test_duplicates_stay_in_one_fold() -> None:
    brand = keys(sizes(1))
    groups = pd.Series("", index=brand.index, dtype="object")
    groups.iloc[20:60:2] = [f"twins{i}" for i in range(20)]
    groups.iloc[21:60:2] = [f"twins{i}" for i in range(20)]
    found = matched(brand, [(20, *ONE), (40, *FEW), (40, 8, 10)], groups=groups)
    assert found.plan.fold_of[groups != ""].groupby(groups[groups != ""]).nunique().max() == 1
    # Each pair is one unit now, so it is unseen whatever is done.
    assert unseen_pct(found.reached_pct) == 60.0


def test_a_rows_fold_does_not_depend_on_its_place() -> None:
    brand = keys(sizes(1))
    own = brand.map(brand.value_counts()).to_numpy(dtype=float)
    target = {"test_support": np.array([0.0, 1.0]), "test_brand_rows": np.array([2.0, 2.0])}
    there = catalog(100)
    back = Catalog("c", SplitFrame(there.items.train[::-1], there.items.test), there.price[::-1], "c")
    straight = like_test_plan(there, brand, own, seed=4, **target)
    turned = like_test_plan(back, brand[::-1], own[::-1], seed=4, **target)
    pd.testing.assert_series_equal(turned.plan.fold_of.reindex(brand.index), straight.plan.fold_of)
    pd.testing.assert_series_equal(turned.row_weight.reindex(brand.index), straight.row_weight)
    other = like_test_plan(there, brand, own, seed=5, **target)
    assert not other.plan.fold_of.equals(straight.plan.fold_of)


def test_what_cannot_be_matched_is_refused() -> None:
    brand = keys(sizes(1))
    with pytest.raises(InputError, match="no test row has a readable brand"):
        matched(brand, [(3, np.nan, 0)])
    with pytest.raises(InputError, match="too few for 20 folds"):
        matched(brand, [(3, *ONE)], n_folds=20)
    with pytest.raises(AlignmentError, match="different ids"):
        like_test_plan(catalog(100), brand[::-1], np.ones(100), test_support=np.zeros(1), test_brand_rows=np.ones(1))


@settings(max_examples=25, deadline=None)
@given(
    rows_of=st.lists(st.integers(1, 12), min_size=60, max_size=120),
    unseen=st.integers(0, 100),
    seed=st.integers(0, 9),
)
def test_the_unseen_share_is_met_wherever_whole_brands_can(rows_of: list[int], unseen: int, seed: int) -> None:
    brand = keys({f"b{i}": size for i, size in enumerate(rows_of)})
    own = brand.map(brand.value_counts()).to_numpy(dtype=float)
    # Test's unseen brands are as large as train's are.
    n_unseen = round(len(brand) * unseen / 100)
    support = np.where(np.random.default_rng(seed).permutation(len(brand)) < n_unseen, 0.0, own)
    found = like_test_plan(catalog(len(brand)), brand, own, test_support=support, test_brand_rows=own, seed=seed)
    assert unseen_pct(found.reached_pct) == pytest.approx(counted_unseen_pct(found, brand))
    assert unseen_pct(found.scored_pct) == pytest.approx(counted_unseen_pct(found, brand, weighted=True))
    assert found.row_weight.mean() == pytest.approx(1.0)
    assert sum(found.reached_pct.values()) == pytest.approx(100.0)
    assert np.bincount(found.plan.fold_of).sum() == len(brand)
    missing = sum(found.target_pct[cell] for cell in CELLS if found.reached_pct[cell] < found.target_pct[cell] / 5)
    assert unseen_pct(found.scored_pct) == pytest.approx(unseen_pct(found.target_pct), abs=max(2.0, 1.5 * missing))
