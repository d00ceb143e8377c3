"""The neighbour encoder against a plain-Python reference."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest

from core.encode import nearby_is_cached, nearby_rows, nearest_rows, neighbour_table
from core.encode.nearest import DEPTH, Nearest
from core.encode.neighbours import COUNT, INFO, MOST_SIZE_GAP, SIZE_SLOPE, NeighbourInputs, first_usable
from core.encode.scheme import Scheme
from core.errors import InputError
from core.features import compute_block
from core.store import ArtifactStore
from core.types import Catalog

N_TRAIN, N_TEST = 60, 5


def _inputs(seed: int = 0) -> NeighbourInputs:
    rng = np.random.default_rng(seed)
    n = N_TRAIN + N_TEST
    similarity = np.sort(rng.random((n, DEPTH)), axis=1)[:, ::-1].astype(np.float32)
    rows = np.full((n, DEPTH), -1, dtype=np.int32)
    for product in range(n):
        others = rng.permutation([row for row in range(N_TRAIN) if row != product])
        length = int(rng.integers(0, len(others) + 1))
        rows[product, :length] = others[:length]
    similarity[rows < 0] = 0.0
    log_total = np.where(rng.random(n) < 0.2, np.nan, rng.normal(scale=3.0, size=n))
    return NeighbourInputs({"title": Nearest(rows, similarity), "text": Nearest(rows, similarity)}, log_total)


def reference(inputs: NeighbourInputs, log_price: list[float], fit: set[int], product: int) -> list[float]:
    """The six columns of one product in one space; slow and obvious."""
    near, total = inputs.nearest["title"], inputs.log_total
    listed = zip(near.rows[product].tolist(), near.similarity[product].tolist(), strict=True)
    used = [(row, weight) for row, weight in listed if row in fit][:COUNT]
    if not used:
        return [math.nan] * 6
    weights = [weight for _, weight in used]
    prices = [log_price[row] for row, _ in used]
    gaps = [total[product] - total[row] for row, _ in used]
    gaps = [0.0 if math.isnan(gap) else max(-MOST_SIZE_GAP, min(MOST_SIZE_GAP, gap)) for gap in gaps]
    adjusted = [price + SIZE_SLOPE * gap for price, gap in zip(prices, gaps, strict=True)]

    def mean(values: list[float], weights: list[float]) -> float:
        summed = sum(value * weight for value, weight in zip(values, weights, strict=True))
        return summed / sum(weights) if weights else math.nan

    middle = mean(adjusted, weights)
    spread = math.sqrt(mean([(value - middle) ** 2 for value in adjusted], weights))
    known = [(log_price[row] - total[row], weight) for row, weight in used if not math.isnan(total[row])]
    unit = mean([value for value, _ in known], [weight for _, weight in known])
    return [middle, statistics.median(adjusted), mean(prices, weights), spread, weights[0], unit]


def test_every_served_row_equals_the_reference():
    inputs, rng = _inputs(), np.random.default_rng(1)
    log_price = rng.normal(3.0, 1.0, size=N_TRAIN)
    scheme = Scheme(np.arange(N_TRAIN) % 3, np.arange(N_TRAIN) // 3 % 2, n_folds=3, n_parts=2)
    masks = scheme.fit_masks()
    missing = 0
    for fit, values in enumerate(inputs.values(log_price, masks)):
        usable = set(np.flatnonzero(masks[:, fit]).tolist())
        for product in range(N_TRAIN + N_TEST):
            if product in usable:
                assert np.isnan(values[product]).all()
                continue
            expected = reference(inputs, log_price.tolist(), usable, product)
            missing += math.isnan(expected[0])
            assert values[product, :6].tolist() == pytest.approx(expected, rel=1e-5, abs=1e-5, nan_ok=True)
            assert np.array_equal(values[product, :6], values[product, 6:], equal_nan=True)
    assert 0 < missing < 50


def test_prices_outside_the_fit_move_nothing_bit_for_bit():
    inputs, rng = _inputs(), np.random.default_rng(1)
    log_price = rng.normal(3.0, 1.0, size=N_TRAIN)
    masks = rng.random((N_TRAIN, 4)) < 0.7
    before = list(inputs.values(log_price, masks))
    for fit in range(4):
        changed = np.where(masks[:, fit], log_price, log_price + 50.0)
        after = list(inputs.values(changed, masks))
        assert np.array_equal(before[fit], after[fit], equal_nan=True)
        assert not np.array_equal(before[(fit + 1) % 4], after[(fit + 1) % 4], equal_nan=True)


def test_the_nearest_usable_come_first_and_none_is_passed_over():
    rows = np.full((1, DEPTH), -1, dtype=np.int32)
    rows[0, :40] = np.arange(40)
    similarity = np.zeros((1, DEPTH), dtype=np.float32)
    similarity[0, :40] = np.linspace(1.0, 0.1, 40)
    usable = np.zeros(41, dtype=bool)
    usable[[3, 5, 15, 16, 30]] = True
    found, how_near = first_usable(Nearest(rows, similarity), np.array([0]), usable)
    assert found[0].tolist() == [3, 5, 15, 16, 30, -1, -1, -1]
    assert how_near[0, :5].tolist() == similarity[0, [3, 5, 15, 16, 30]].tolist()
    usable[:30] = True
    found, _ = first_usable(Nearest(rows, similarity), np.array([0]), usable)
    assert found[0].tolist() == list(range(COUNT))


def test_twice_the_amount_costs_what_the_slope_says():
    near = Nearest(
        np.array([[-1, -1], [-1, -1], [1, 0]], dtype=np.int32), np.array([[0, 0], [0, 0], [1, 1]], np.float32)
    )
    inputs = NeighbourInputs({"title": near, "text": near}, np.log([100.0, 100.0, 200.0]))
    (values,) = inputs.values(np.log([4.0, 4.0]), np.ones((2, 1), dtype=bool))
    price = list(INFO.columns).index("near_title_price")
    assert values[2, price] == pytest.approx(math.log(4.0) + SIZE_SLOPE * math.log(2.0))
    assert values[2, price + 2] == pytest.approx(math.log(4.0))
    assert values[2, price + 5] == pytest.approx(math.log(4.0 / 100.0))


def test_the_table_of_a_row_names_its_nearest_with_their_prices(tiny_catalog: Catalog, store: ArtifactStore):
    assert not nearby_is_cached(tiny_catalog, "text", store=store)
    near = nearest_rows(tiny_catalog, "text", store=store)
    assert nearby_is_cached(tiny_catalog, "text", store=store)
    nearby = nearby_rows(tiny_catalog, "text", store=store)
    for split, position, product in (("train", 4, 4), ("test", 4, 304)):
        sample_id = getattr(tiny_catalog.items, split).index[position]
        table = neighbour_table(tiny_catalog, split, sample_id, nearby=nearby, count=5)
        expected = tiny_catalog.items.train.index[near.rows[product, :5]].tolist()
        assert table["sample_id"].tolist() == expected
        assert table["catalog_content"].tolist() == tiny_catalog.items.train["catalog_content"][expected].tolist()
        assert table["price"].tolist() == tiny_catalog.price[expected].tolist()
        assert table["similarity"].tolist() == near.similarity[product, :5].tolist()
        total = compute_block(tiny_catalog, "size", store=store).frame.stacked()["log_total"].to_numpy()
        gap = np.nan_to_num(np.clip(total[product] - total[near.rows[product, :5]], -3, 3))
        assert np.allclose(table["adjusted_price"], table["price"] * np.exp(SIZE_SLOPE * gap))
    with pytest.raises(InputError, match="no product 'nobody'"):
        neighbour_table(tiny_catalog, "test", "nobody", nearby=nearby)
