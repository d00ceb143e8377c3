from __future__ import annotations

from core.export import Foretold, carried_forecast

REPORT = {
    "forecast": {"smape_pct": 52.0, "low_pct": 50.0, "high_pct": 55.0, "level": 0.9},
    "cv": {"smape_pct": 51.0},
}


def test_the_blend_of_the_report_has_its_forecast() -> None:
    assert carried_forecast(51.0, REPORT) == Foretold(52.0, 50.0, 55.0)


def test_another_blend_moves_it_by_its_validation() -> None:
    assert carried_forecast(50.5, REPORT) == Foretold(51.5, 49.5, 54.5)
    assert carried_forecast(200.0, REPORT) == Foretold(200.0, 199.0, 200.0)


def test_nothing_measured_foretells_nothing() -> None:
    assert carried_forecast(51.0, None) is None
    assert carried_forecast(51.0, {"cv": {"smape_pct": 51.0}}) is None
    assert carried_forecast(51.0, {**REPORT, "cv": {}}) is None
