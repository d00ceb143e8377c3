"""Costs at another size."""

from __future__ import annotations

import pytest

from core.strategies.costs import Costs, grown, scaled

SMALL = Costs(100, {"size": 1.0, "words": 2.0}, (3.0, 1.0), 0.5, 4.0)
LARGE = Costs(200, {"size": 2.0, "words": 8.0}, (6.0, 2.0), 1.0, 8.0)


def test_a_part_that_doubles_with_the_rows_goes_on_so_and_one_that_quadruples_too():
    found = scaled([SMALL, LARGE], 400, most_forecast_rows=1000)
    assert found.blocks == pytest.approx({"size": 4.0, "words": 32.0})
    # Fits grow with the rows, whatever the two parts say.
    assert found.fits == pytest.approx((12.0, 4.0))
    assert (found.rest, found.forecast) == pytest.approx((2.0, 16.0))
    assert found.cold == pytest.approx(4 + 32 + 12 + 4 + 2)


def test_above_its_rows_the_forecast_stands_still_but_fits_the_first_model_once_more():
    found = scaled([SMALL, LARGE], 4000, most_forecast_rows=400)
    assert found.forecast == pytest.approx(16.0 + (4.0 + 32.0) + 12.0)


def test_one_size_alone_grows_with_the_rows():
    assert grown([200], [3.0], 600) == pytest.approx(9.0)


def test_noise_of_small_parts_neither_stops_growth_nor_lets_it_explode():
    assert grown([100, 200], [5.0, 1.0], 400) == pytest.approx(2**0.8)
    assert grown([100, 200], [0.01, 1.0], 400) == pytest.approx(4.0)
    assert grown([100, 200], [0.0, 0.0], 400) == 0.0


def test_costs_come_back_from_json():
    assert Costs.from_json(SMALL.to_json()) == SMALL
