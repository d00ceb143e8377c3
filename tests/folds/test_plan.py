from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import AlignmentError, InputError
from core.folds import grouped_plan, random_plan, together_plan
from core.types import Catalog, SplitFrame


def catalog(ids: list[str], key: str = "c") -> Catalog:
    index = pd.Index(ids, name="sample_id")
    items = pd.DataFrame({"catalog_content": "t", "image_link": ""}, index=index)
    return Catalog("c", SplitFrame(items, items.iloc[:0]), pd.Series(1.0, index=index), key)


IDS = [str(number) for number in range(103)]


def test_each_row_is_validated_once_in_folds_of_equal_size() -> None:
    plan = random_plan(catalog(IDS), n_folds=5)
    masks = np.array([plan.validation_mask(fold) for fold in range(5)])
    assert (masks.sum(axis=0) == 1).all()
    assert sorted(masks.sum(axis=1)) == [20, 20, 21, 21, 21]
    assert plan.fold_of.index.tolist() == IDS


def test_a_rows_fold_does_not_depend_on_its_place() -> None:
    plan = random_plan(catalog(IDS), seed=3)
    turned = random_plan(catalog(IDS[::-1]), seed=3)
    pd.testing.assert_series_equal(turned.fold_of.reindex(IDS), plan.fold_of)
    assert not random_plan(catalog(IDS), seed=4).fold_of.equals(plan.fold_of)


def test_the_key_follows_catalogue_seed_folds_and_kind() -> None:
    blank = pd.Series("", index=pd.Index(IDS, name="sample_id"))
    plans = [
        random_plan(catalog(IDS)),
        random_plan(catalog(IDS, "other")),
        random_plan(catalog(IDS), seed=1),
        random_plan(catalog(IDS), n_folds=4),
        grouped_plan(catalog(IDS), blank),
        grouped_plan(catalog(IDS), blank + "a" + blank.index.str[0]),
    ]
    assert len({plan.key for plan in plans}) == 6
    assert random_plan(catalog(IDS)).key == plans[0].key


def test_groups_stay_whole_and_blank_names_are_groups_of_their_own() -> None:
    names = ["big"] * 20 + ["mid"] * 10 + [None] * 23 + [""] * 25 + ["x", "y", "y", "z", "z"] * 5
    groups = pd.Series(names, index=pd.Index(IDS, name="sample_id"), dtype="str")
    plan = grouped_plan(catalog(IDS), groups, n_folds=5)
    for name in ("big", "mid", "x", "y", "z"):
        assert plan.fold_of[(groups == name).to_numpy()].nunique() == 1
    assert plan.fold_of[(groups.fillna("") == "").to_numpy()].nunique() == 5
    assert sorted(plan.fold_of.value_counts()) == [20, 20, 21, 21, 21]
    assert plan.kind == "brand_grouped"


def test_too_few_rows_or_folds() -> None:
    with pytest.raises(InputError, match=r"train has 49 usable rows, too few for 5 folds\. Bring at least 50"):
        random_plan(catalog(IDS[:49]))
    assert random_plan(catalog(IDS[:50])).n_folds == 5
    with pytest.raises(InputError, match="1 folds asked for"):
        random_plan(catalog(IDS), n_folds=1)


def test_rows_are_checked_by_name() -> None:
    plan = random_plan(catalog(IDS))
    plan.check_rows(pd.Index(IDS, name="sample_id"))
    with pytest.raises(AlignmentError, match="different ids"):
        plan.check_rows(pd.Index(IDS[::-1], name="sample_id"))
    with pytest.raises(AlignmentError, match="different ids"):
        grouped_plan(catalog(IDS), pd.Series("a", index=IDS[::-1]))


def test_duplicates_move_to_their_first_ids_fold_and_nothing_else_moves() -> None:
    plain = random_plan(catalog(IDS), seed=2)
    groups = pd.Series("", index=pd.Index(IDS, name="sample_id"), dtype="object")
    groups[["7", "70", "71"]] = "a"
    plan = together_plan(catalog(IDS), groups, seed=2)
    # "7" is the first of the three by name.
    assert plan.fold_of[["7", "70", "71"]].tolist() == [plain.fold_of["7"]] * 3
    rest = (groups == "").to_numpy()
    pd.testing.assert_series_equal(plan.fold_of[rest], plain.fold_of[rest])
    assert plan.kind == "twins_together"
    assert plan.key != plain.key
    with pytest.raises(AlignmentError, match="different ids"):
        together_plan(catalog(IDS), groups[::-1])


def test_large_groups_of_duplicates_are_dealt_out_by_size() -> None:
    names = [f"g{number // 20}" for number in range(100)] + ["", "", ""]
    groups = pd.Series(names, index=pd.Index(IDS, name="sample_id"), dtype="object")
    for seed in range(3):
        plan = together_plan(catalog(IDS), groups, seed=seed)
        assert sorted(plan.fold_of.value_counts()) == [20, 20, 21, 21, 21]
        assert plan.fold_of[groups != ""].groupby(groups[groups != ""]).nunique().max() == 1
