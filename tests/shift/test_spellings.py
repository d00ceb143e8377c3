from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import InputError
from core.features import name_key
from core.shift import nearest_brands, suggested_merges
from core.shift.spellings import BEGINS_PCT, MAX_GROUP


def overlap(*rows: tuple[str, int, int]) -> pd.DataFrame:
    """A table of brands by name, train rows and test rows."""
    return pd.DataFrame(
        {
            "label": [name for name, _, _ in rows],
            "train_rows": [train for _, train, _ in rows],
            "test_rows": [test for _, _, test in rows],
            "median_price": [float(train) if train else np.nan for _, train, _ in rows],
        },
        index=pd.Index([name_key(name) for name, _, _ in rows], name="key"),
    )


SHOP = overlap(
    ("Quillmoor", 9, 4),
    ("Qui11moor", 0, 2),
    ("Quilmoor", 0, 3),
    ("Quillmoor Farms", 1, 0),
    ("The Quillmoor", 0, 1),
    ("Zephyrine", 5, 5),
)


def test_the_nearest_by_spelling_with_both_sides_and_prices() -> None:
    near = nearest_brands(SHOP, "quillmoor")
    assert near.index.tolist() == ["qui11moor", "quilmoor", "quillmoorfarm", "thequillmoor"]
    assert near["like_pct"].tolist() == pytest.approx([100.0, 100 * 8 / 9, BEGINS_PCT, 75.0])
    assert near["how"].tolist() == [
        "digits for letters",
        "one letter apart",
        "one name begins the other",
        "with and without an article",
    ]
    assert near.loc["quillmoorfarm", ["train_rows", "test_rows", "median_price"]].tolist() == [1, 0, 1.0]
    assert np.isnan(near.loc["quilmoor", "median_price"])
    assert len(nearest_brands(SHOP, "quillmoor", limit=1)) == 1


def test_the_longer_name_finds_the_shorter_and_strangers_find_nobody() -> None:
    assert nearest_brands(SHOP, "quillmoorfarm").index[0] == "quillmoor"
    assert nearest_brands(SHOP, "zephyrine").empty
    with pytest.raises(InputError, match="no product has the brand 'nobody'"):
        nearest_brands(SHOP, "nobody")


def test_a_name_that_only_starts_with_the_same_letters_does_not_begin_with_the_other() -> None:
    assert nearest_brands(overlap(("Terra", 1, 1), ("Terravitasia", 1, 1)), "terra").empty


def test_swapped_neighbours_are_one_edit() -> None:
    near = nearest_brands(overlap(("Velmont", 1, 1), ("Vlemont", 1, 1)), "velmont")
    assert near["how"].tolist() == ["two letters swapped"]
    assert near["like_pct"].tolist() == pytest.approx([100 * 6 / 7])


def test_suggestions_go_into_the_brand_with_more_train_rows_most_test_rows_first() -> None:
    pairs = suggested_merges(SHOP)
    found = list(pairs[["of", "to"]].itertuples(index=False, name=None))
    assert found == [
        ("quilmoor", "quillmoor"),
        ("qui11moor", "quillmoor"),
        ("thequillmoor", "quillmoor"),
        ("quillmoorfarm", "quillmoor"),
    ]
    first = pairs.iloc[0]
    assert (first["of_label"], first["to_label"], first["how"]) == ("Quilmoor", "Quillmoor", "one letter apart")
    assert first[["of_train_rows", "of_test_rows", "to_train_rows", "to_test_rows"]].tolist() == [0, 3, 9, 4]


def test_a_pair_without_train_rows_teaches_nothing() -> None:
    assert suggested_merges(overlap(("Velmont", 0, 4), ("Velmond", 0, 3))).empty
    assert suggested_merges(overlap()).empty


@pytest.mark.parametrize(
    ("one", "two", "is_suggested"),
    [
        ("Velmont", "Velmond", True),
        ("Dole", "Dale", False),
        ("Atkins", "Watkins", False),
        ("Velmont", "Velmxnd", False),
        ("Morwickfarm", "Morwckfarim", True),
        ("Velmonts", "Vlmontes", False),
        ("Ra0x", "Raox", True),
    ],
)
def test_which_slips_are_suggested(one: str, two: str, is_suggested: bool) -> None:
    assert len(suggested_merges(overlap((one, 1, 1), (two, 1, 1)))) == is_suggested


def test_a_crowd_of_like_names_is_no_suggestion() -> None:
    many = overlap(*((f"Velmon{chr(0x4E00 + at)}", 1, 1) for at in range(MAX_GROUP + 1)))
    assert suggested_merges(many).empty
    assert len(suggested_merges(many.head(3))) == 3
    assert len(suggested_merges(many.head(9), limit=5)) == 5
