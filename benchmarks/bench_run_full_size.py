"""`run` on 75,000 + 75,000 generated rows: seconds, memory, where the time goes, forecast against truth."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
from _common import core, machine

from core.metrics import smape_pct


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        demo = core(["demo", "--rows", "75000"], cache=work / "cache", out=work / "demo")
        arguments = ["run", "--train", str(work / "demo/train.csv"), "--test", str(work / "demo/test.csv")]
        cold = core(arguments, cache=work / "cache", out=work / "cold")
        warm = core(arguments, cache=work / "cache", out=work / "warm")
        written = pd.read_csv(work / "cold/test_out.csv", index_col="sample_id")["price"]
        truth = pd.read_csv(work / "demo/test_truth.csv", index_col="sample_id")["price"]
    print(machine())
    print(f"demo: {demo.seconds:.1f} s (goal: 90 s)")
    print(f"cold: {cold.seconds:.0f} s, {cold.peak_gib:.2f} GiB (goal: 1,200 s, 8 GiB)")
    print(f"warm: {warm.seconds:.1f} s, {warm.peak_gib:.2f} GiB")
    print(f"seconds: {', '.join(f'{stage} {spent:.1f}' for stage, spent in cold.report['seconds'].items())}")
    forecast = cold.report["forecast"]
    print(
        f"SIMULATED rows: cv {cold.report['cv']['smape_pct']:.2f}, forecast {forecast['smape_pct']:.2f}"
        f" [{forecast['low_pct']:.2f}, {forecast['high_pct']:.2f}], truth {smape_pct(truth, written[truth.index]):.2f}"
    )


if __name__ == "__main__":
    main()
