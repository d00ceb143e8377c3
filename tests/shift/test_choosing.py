from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.shift import (
    Choice,
    Overlap,
    brand_overlap,
    choose_bands,
    choose_counts,
    choose_groups,
    choose_levels,
    choose_support,
    choose_value,
    chosen_values,
    joined,
    overlap_by,
    overlap_by_price,
    plural,
)
from core.types import ID, SplitFrame


def side(prefix: str, brands: list[str], groups: list[str | None]) -> pd.DataFrame:
    index = pd.Index([f"{prefix}{i}" for i in range(len(brands))], name=ID)
    keys = [name.casefold() for name in brands]
    return pd.DataFrame({"brand": brands, "brand_key": keys, "shelf": groups}, index=index)


# "Ada" has 4 train rows, "Bel" 2, "Cyd" 1 (none in test); "Dov" is in test only; "" could not be read.
ROWS = SplitFrame(
    side("a", ["Ada", "Ada", "Ada", "Ada", "Bel", "Bel", "Cyd", ""], ["tea"] * 4 + ["oil"] * 2 + ["tea", None]),
    side("b", ["Ada", "Bel", "Dov", "Dov", ""], ["tea", "oil", "oil", "tea", "tea"]),
)
PRICE = pd.Series([1.0, 2.0, 3.0, 4.0, 10.0, 20.0, 5.0, 7.0], index=ROWS.train.index)


def overlap() -> Overlap:
    return brand_overlap(ROWS, PRICE, rare_below=3)


def kept(choice: Choice) -> tuple[list[int], list[int]]:
    return np.flatnonzero(choice.train).tolist(), np.flatnonzero(choice.test).tolist()


@pytest.mark.parametrize(
    ("levels", "words", "train", "test"),
    [
        (["unseen"], "brands unseen in train", [], [2, 3]),
        (["rare"], "brands rare in train", [4, 5], [1]),
        (["well", "unseen"], "brands unseen in train or shown well", [0, 1, 2, 3], [0, 2, 3]),
        (["unknown"], "brands not readable", [7], [4]),
    ],
)
def test_levels(levels: list[str], words: str, train: list[int], test: list[int]) -> None:
    choice = choose_levels(overlap(), levels)
    assert (choice.words, kept(choice)) == (words, (train, test))


def test_counts_name_their_span() -> None:
    choice = choose_counts(overlap(), [(0.0, 2.0), (2.0, 1.0), (1.0, 0.0)])
    assert choice.words == "3 brands with 0 to 2 train rows and 0 to 2 test rows"
    assert kept(choice) == ([4, 5, 6], [1, 2, 3])
    assert choose_counts(overlap(), [(4.0, 1.0)]).words == "1 brand with 4 train rows and 1 test row"
    assert choose_counts(overlap(), []).n_rows == 0


def test_support_from_a_point_and_from_a_box() -> None:
    assert choose_support(overlap(), 2).words == "brands with at least 2 train rows"
    assert kept(choose_support(overlap(), 2)) == ([0, 1, 2, 3, 4, 5], [0, 1])
    box = choose_support(overlap(), 0.4, 2.9, noun="category")
    assert (box.words, kept(box)) == ("categories with 1 to 2 train rows", ([4, 5], [1]))


def test_a_piece_of_a_groups_bar_is_as_large_as_the_bar_says() -> None:
    choice = choose_groups(overlap(), ROWS, "shelf", [("oil", "unseen"), ("tea", "well")])
    assert choice.words == "oil (brand unseen in train) or tea (brand shown well)"
    assert kept(choice) == ([0, 1, 2, 3], [0, 2])
    table = overlap_by(overlap(), ROWS, "shelf").set_index("group")
    for group in table.index[table["test_rows"] > 0]:
        for level in ("unseen", "rare", "well", "unknown"):
            rows = int(choose_groups(overlap(), ROWS, "shelf", [(group, level)]).test.sum())
            assert rows == pytest.approx(table.loc[group, f"{level}_pct"] * table.loc[group, "test_rows"] / 100)


def test_a_piece_of_a_price_band_holds_the_train_rows_of_its_bar() -> None:
    table = overlap_by_price(overlap(), PRICE)
    total = 0
    for number in table.index:
        for level in ("unseen", "rare", "well", "unknown"):
            choice = choose_bands(overlap(), PRICE, [(float(number), level)])
            share = table.loc[number, f"{level}_pct"] * table.loc[number, "train_rows"] / 100
            assert int(choice.train.sum()) == pytest.approx(share)
            assert not choice.test.any()
            total += choice.n_rows
    assert total == len(PRICE)
    assert choose_bands(overlap(), PRICE, [(0.0, "well")]).words.startswith("train rows at $1.00 to $")


def test_choices_are_joined_and_no_choice_keeps_all() -> None:
    both = joined(overlap(), [choose_levels(overlap(), ["unseen"]), choose_counts(overlap(), [(0.0, 2.0), (4.0, 1.0)])])
    assert kept(both) == ([], [2, 3])
    assert both.words.startswith("brands unseen in train; 2 brands")
    assert joined(overlap(), []).n_rows == 13


def test_values_of_a_choice_count_its_rows() -> None:
    found = chosen_values(overlap(), choose_groups(overlap(), ROWS, "shelf", [("tea", "well"), ("tea", "unseen")]))
    assert found.table["chosen_rows"].to_dict() == {"ada": 5, "dov": 1}
    assert found.table.loc["dov", "test_rows"] == 2
    assert chosen_values(overlap(), choose_levels(overlap(), ["unknown"])).table.empty


def test_one_value() -> None:
    choice = choose_value(overlap(), "dov")
    assert (choice.words, kept(choice)) == ("Dov", ([], [2, 3]))


def test_plurals() -> None:
    assert [plural(noun) for noun in ("brand", "category", "pack")] == ["brands", "categories", "packs"]
