from __future__ import annotations

import pandas as pd
import pytest

from core.folds import FoldPlan
from core.shift.together import MOST_SHARED, apart_share, duplicate_groups
from core.types import Catalog, SplitFrame


def catalog(rows: list[tuple[str, str]]) -> Catalog:
    index = pd.Index([f"r{number}" for number in range(len(rows))], name="sample_id")
    items = pd.DataFrame(rows, columns=["catalog_content", "image_link"], index=index)
    return Catalog("c", SplitFrame(items, items.iloc[:0]), pd.Series(1.0, index=index), "c")


def test_text_and_photo_chain_rows_together() -> None:
    groups = duplicate_groups(
        catalog([("Tea  box", "a"), ("tea BOX", "b"), ("other", "b"), ("alone", ""), ("", ""), ("", "c"), ("x", " a ")])
    )
    assert groups["r0"] == groups["r1"] == groups["r2"] == groups["r6"] != ""
    assert groups[["r3", "r4", "r5"]].tolist() == ["", "", ""]


def test_a_link_that_very_many_rows_share_is_no_products() -> None:
    rows = [(f"text {number}", "no-photo") for number in range(MOST_SHARED + 1)]
    assert (duplicate_groups(catalog(rows)) == "").all()
    assert duplicate_groups(catalog(rows[1:])).nunique() == 1


def test_share_of_validation_rows_with_a_twin_in_training() -> None:
    index = pd.Index(list("abcdef"), name="sample_id")
    groups = pd.Series(["g", "g", "h", "h", "", ""], index=index)
    plan = FoldPlan("random", 2, 0, pd.Series([0, 1, 0, 0, 1, 1], index=index, name="fold"), "k")
    assert apart_share(groups, plan) == pytest.approx(2 / 6)
