from __future__ import annotations

import numpy as np
import pytest

from core.catalog import DemoSpec
from core.catalog.demo.products import log_prices, make_brands, make_products, shelf_prices
from core.metrics import smape_pct


@pytest.mark.parametrize("unseen", [0.0, 0.3, 1.0])
def test_the_unseen_share_is_exact(unseen: float) -> None:
    spec = DemoSpec(rows=500, unseen=unseen)
    rng = np.random.default_rng(0)
    rows = make_products(spec, make_brands(spec, rng), rng)
    assert len(rows) == 1000
    train, test = rows["brand"][:500], rows["brand"][500:]
    assert int((~test.isin(train)).sum()) == spec.n_unseen


def test_brand_names_are_distinct_words() -> None:
    spec = DemoSpec(rows=20000)
    names = make_brands(spec, np.random.default_rng(0)).names
    assert len({name.lower() for name in names}) == len(names) > 15000


def test_prices_have_the_challenges_shape_and_a_realistic_floor() -> None:
    spec = DemoSpec(rows=10000)
    rng = np.random.default_rng(1)
    brands = make_brands(spec, rng)
    rows = make_products(spec, brands, rng)
    expected, noisy = log_prices(rows, brands, rng)
    price = shelf_prices(noisy, rng)
    assert 12.0 < np.median(price) < 16.0
    assert 20.0 < price.mean() < 29.0
    low, high = np.quantile(price, [0.05, 0.95])
    assert 2.0 < low < 3.3
    assert 65.0 < high < 95.0
    assert price.min() >= 0.13
    assert 35.0 < smape_pct(price, np.exp(expected)) < 45.0
    blind = expected - brands.effect[rows["brand"].to_numpy()]
    assert smape_pct(price, np.exp(blind)) > smape_pct(price, np.exp(expected)) + 5.0


def test_tails_duplicates_and_shared_photos() -> None:
    spec = DemoSpec(rows=5000)
    rng = np.random.default_rng(2)
    rows = make_products(spec, make_brands(spec, rng), rng)
    counts = rows["brand"][:5000].value_counts()
    assert counts.iloc[0] > 40
    assert (counts == 1).mean() > 0.4
    same_text = rows.groupby("text")[["brand", "noun", "size", "pack", "quality", "photo"]].nunique()
    assert (same_text == 1).all(axis=None)
    assert 0.02 < rows["text"].duplicated(keep=False).mean() < 0.06
    assert 0.04 < rows["photo"].duplicated(keep=False).mean() < 0.12
