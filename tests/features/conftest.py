"""Catalogues of invented products, built by hand."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pandas as pd
import pytest

from core.types import ID, IMAGE, TEXT, Catalog, SideTable, SplitFrame

_KEYS = itertools.count()


def items(texts: Sequence[str], first_id: int) -> pd.DataFrame:
    index = pd.Index([str(first_id + at) for at in range(len(texts))], name=ID, dtype="str")
    return pd.DataFrame({TEXT: list(texts), IMAGE: [""] * len(texts)}, index=index, dtype="str")


def make_catalog(train: Sequence[str], test: Sequence[str] = (), sides: tuple[SideTable, ...] = ()) -> Catalog:
    """A catalogue with a key of its own and a price of one dollar a product."""
    split = SplitFrame(items(train, 100), items(test, 900))
    price = pd.Series(1.0, index=split.train.index, name="price")
    return Catalog("made", split, price, f"made-{next(_KEYS)}", sides=sides)


@pytest.fixture
def shop() -> Catalog:
    """Four train and three test products of invented brands."""
    train = [
        "Item Name: Zephyrine Rolled Oats, 12 Ounce (Pack of 6)\nBullet Point 1: Zephyrine oats are organic\n"
        "Value: 72.0\nUnit: Ounce\n",
        "Item Name: Zephyrine Black Tea, 20 Tea Bags\nValue: 20\nUnit: Count\n",
        "Item Name: Zephyrine Sea Salt 500 g\nValue: 17.6\nUnit: Ounce\n",
        "Item Name: Morwick Farms Honey, 16 Fl Oz\nProduct Description: Morwick Farms honey.\nValue: 16\nUnit: Fl Oz\n",
    ]
    test = [
        "Item Name: Zephyrine Honey, 8 oz\nValue: 8\nUnit: oz\n",
        "Item Name: Morwick Farms Jam, 9 oz\nValue: 9\nUnit: oz\n",
        "Item Name: -\nValue: nan\nUnit: None\n",
    ]
    return make_catalog(train, test)
