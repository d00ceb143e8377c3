"""`run` on the challenge's real rows, cold and warm: seconds, memory, score, identical bytes, the gap's two ends."""

from __future__ import annotations

import tempfile
from pathlib import Path

from _common import challenge_dir, core, machine


def main() -> None:
    folder = challenge_dir()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        arguments = ["run", "--train", str(folder / "train.csv"), "--test", str(folder / "test.csv")]
        cold = core(arguments, cache=work / "cache", out=work / "cold")
        warm = core(arguments, cache=work / "cache", out=work / "warm")
        same = (work / "cold/test_out.csv").read_bytes() == (work / "warm/test_out.csv").read_bytes()
        sides = ["--side", str(folder / "attributes_train.csv"), "--side", str(folder / "attributes_test.csv")]
        aided = core([*arguments, *sides, "--no-forecast"], cache=work / "cache", out=work / "side")
    gap = {step["setting"]: step["oof_smape_pct"] for step in cold.report["gap"]}
    print(machine())
    print(f"cold: {cold.seconds:.1f} s, {cold.peak_gib:.2f} GiB (goal: 240 s, 3 GiB)")
    print(f"warm: {warm.seconds:.1f} s (goal: 20 s), test_out.csv identical: {same}")
    print(f"cv.smape_pct: {cold.report['cv']['smape_pct']:.2f} (goal: at most 54.5)")
    print(f"cv.smape_pct with the attributes as side table: {aided.report['cv']['smape_pct']:.2f}")
    for run in cold.report["runs"]:
        print(f"  {run['family']}: {run['oof_smape_pct']:.2f}")
    print(f"gap: {', '.join(f'{setting} {score:.1f}' for setting, score in gap.items())}")
    print(f"seconds: {', '.join(f'{stage} {spent:.1f}' for stage, spent in cold.report['seconds'].items())}")


if __name__ == "__main__":
    main()
