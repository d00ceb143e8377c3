"""The forecast that is logged with a blend: the last measured one, carried over to the blend's own validation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.export.ledger_events import Foretold


def carried_forecast(validation_smape_pct: float, report: Mapping[str, Any] | None) -> Foretold | None:
    """Forecast of a blend from a report's forecast of another blend or run on the same data.

    What test's mix adds and what averaging takes away hardly depend on the weights: only the change of the nested
    out-of-fold score is carried over, with the interval as it is. For the blend of the report itself it is the report's
    own forecast.

    Args:
        validation_smape_pct: Nested out-of-fold SMAPE of the blend.
        report: A report with ``forecast`` and ``cv``; None where nothing was measured.

    Returns:
        None without a report, or one without a forecast.
    """
    found, cv = ((report or {}).get(name) or {} for name in ("forecast", "cv"))
    given = [found.get(name) for name in ("smape_pct", "low_pct", "high_pct", "level")] + [cv.get("smape_pct")]
    numbers = [float(number) for number in given if number is not None]
    if len(numbers) < len(given):
        return None
    told, low, high, level, validated = numbers
    change = validation_smape_pct - validated
    told, low, high = (min(200.0, max(0.0, value + change)) for value in (told, low, high))
    return Foretold(told, low, high, level)
