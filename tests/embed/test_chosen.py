from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.embed import ordered, row_prices, summarise
from core.types import Catalog

BRANDS = np.array(["A", "B", "A", "", "B", "A"], dtype=object)


@pytest.fixture
def shop(make_catalog: Callable[..., Catalog]) -> Catalog:
    """Four train products at 4, 1, 2, 8 dollars and two test products."""
    made = make_catalog(dict.fromkeys("abcd", ""), dict.fromkeys("ef", ""))
    return replace(made, price=pd.Series([4.0, 1.0, 2.0, 8.0], index=made.items.train.index))


def test_a_summary_counts_prices_and_brands(shop: Catalog) -> None:
    found = summarise(shop, np.array([0, 1, 2, 5]), BRANDS)
    assert (found.n_train, found.n_test, found.n_brands, found.unbranded) == (3, 1, 2, 0)
    assert found.price_quantiles[2] == 2.0
    assert found.rest_median == 8.0
    assert found.brands.to_dict("list") == {
        "brand": ["A", "B"],
        "products": [3, 1],
        "train": [2, 1],
        "median_price": [3.0, 1.0],
    }


def test_products_without_a_price_have_no_quantile(shop: Catalog) -> None:
    found = summarise(shop, np.array([4]), BRANDS)
    assert (found.n_train, found.n_test) == (0, 1)
    assert np.isnan(found.price_quantiles).all()
    assert found.rest_median == 3.0
    whole = summarise(shop, np.arange(6), BRANDS)
    assert np.isnan(whole.rest_median)
    assert whole.unbranded == 1


def test_test_products_come_last_in_an_order_of_price(shop: Catalog) -> None:
    rows = np.array([0, 1, 3, 4])
    assert ordered(shop, rows, "file").tolist() == [0, 1, 3, 4]
    assert ordered(shop, rows, "cheapest").tolist() == [1, 0, 3, 4]
    assert ordered(shop, rows, "dearest").tolist() == [3, 0, 1, 4]
    np.testing.assert_array_equal(row_prices(shop, rows), [4.0, 1.0, 8.0, np.nan])
