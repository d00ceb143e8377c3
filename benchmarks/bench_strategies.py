"""The board of strategies, and how well their times are foretold.

    .venv/bin/python benchmarks/bench_strategies.py [--rows N] [--model TAG] [--cache DIR]

Without ``--rows`` on the challenge's real rows, with the photos that are there, the attributes as the side table and
the vectors of ``--model`` (default: the stand-in beside the rows); skips, saying so, where they are absent. With
``--rows`` on so many generated rows of each file, with the vectors of ``--model`` of texts only where one is named.
Everything from one command, as a user would run it, in an empty cache unless ``--cache`` names one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from _common import challenge_dir, core, machine


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int)
    parser.add_argument("--model")
    parser.add_argument("--cache", type=Path)
    options = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        words = _generated(options.rows, options.model, work) if options.rows else _real(options.model)
        done = core(["strategies", *words], cache=options.cache or work / "cache", out=work / "out")
    report = done.report
    print(f"python -m core strategies: {done.seconds:.0f} s, {done.peak_gib:.2f} GiB at most")
    print(f"of these the timed sample {report['sample_seconds'] or 0:.0f} s\n")
    _table(report["strategies"])
    print(f"\n{report['advice']}")


def _real(model: str | None) -> list[str]:
    folder = challenge_dir()
    tag = model or f"local-dir:{(folder.parent / 'models' / 'standin-clip').resolve()}"
    sides = [word for split in ("train", "test") for word in ("--side", str(folder / f"attributes_{split}.csv"))]
    files = ["--train", str(folder / "train.csv"), "--test", str(folder / "test.csv")]
    return [*files, *sides, "--images", str(folder / "images"), "--model", tag]


def _generated(rows: int, model: str | None, work: Path) -> list[str]:
    from core.catalog import DemoSpec, write_demo

    files = write_demo(work / "data", DemoSpec(rows=rows, photos=0))
    return ["--train", str(files.train), "--test", str(files.test), *(["--model", model] if model else [])]


def _table(rows: list[dict]) -> None:
    head = ("strategy", "oof %", "forecast %", "gap", "against", "cold s", "warm s", "GiB", "took s", "foretold s", "x")
    lines = [head, *(_line(row) for row in rows)]
    for line in lines:
        print("| " + " | ".join(str(cell) for cell in line) + " |")
        if line is head:
            print("| --- " * len(head) + "|")
    ratios = [
        row["foretold_seconds"] / _took(row) for row in rows if row["state"] == "done" and row["foretold_seconds"]
    ]
    within = sum(1 / 1.3 <= ratio <= 1.3 for ratio in ratios)
    print(f"\nforetold within 30 % of measured: {within} of {len(ratios)}")


def _line(row: dict) -> tuple[object, ...]:
    if row["state"] != "done":
        return (row["title"], row["state"], row["error"], *[""] * 8)
    told, took = row["foretold_seconds"], _took(row)
    forecast = row["forecast"]["smape_pct"]
    cold = f"{'= ' if row['cold_in_parts'] else ''}{row['cold_seconds']:.1f}"
    return (
        row["title"],
        f"{row['oof_smape_pct']:.2f}",
        f"{forecast:.2f}",
        f"{row['gap_pct']:+.2f}",
        row["against_best"],
        cold,
        f"{row['warm_seconds']:.1f}",
        f"{row['peak_gib']:.2f}",
        f"{took:.1f}",
        f"{told:.1f}" if told else "",
        f"{told / took:.2f}" if told else "",
    )


def _took(row: dict) -> float:
    return float(row["seconds"] + row["forecast_seconds"])


if __name__ == "__main__":
    sys.exit(main())
