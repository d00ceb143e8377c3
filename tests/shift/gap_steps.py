"""A ladder as it might be measured, for tests that only read one."""

from __future__ import annotations

from core.shift import GapStep

STEPS = [
    GapStep("in_sample_brand_price", 40.0, 38.0, 42.0, n_rows=10_000, row_sd_pct=50.0),
    GapStep("out_of_fold", 60.0, 58.0, 62.0, 0.9, 10_000, 50.0, "in_sample_brand_price", 20.0, 18.0, 22.0),
    GapStep("twins_together", 61.0, 59.0, 63.0, 0.9, 10_000, 50.0, "out_of_fold", 1.0, 0.8, 1.2, "3 % have one"),
    GapStep("test_like", 63.0, 61.0, 65.0, 0.9, 10_000, 50.0, "out_of_fold", 3.0, 2.5, 3.5),
    GapStep("brand_grouped", 70.0, 68.0, 72.0, 0.9, 10_000, 50.0, "out_of_fold", 10.0, 8.0, 12.0),
    GapStep("five_simple", 65.0, 63.0, 67.0, 0.9, 10_000, 50.0, "out_of_fold", 5.0, 4.0, 6.0),
    GapStep("all_text", 53.0, 51.0, 55.0, 0.9, 10_000, 50.0, "five_simple", -12.0, -13.0, -11.0),
]
