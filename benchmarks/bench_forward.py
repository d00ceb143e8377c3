"""A forward path on the challenge's real rows: the order in which blocks gain, by quick looks, and what it costs.

``python benchmarks/bench_forward.py --cache DIR`` with the cache of an earlier ``run``; without one the blocks are made
first, in a folder of its own. Looks that the cache holds count with the seconds that they took.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from _common import kept_store, machine, real_catalog

from core.folds import random_plan
from core.presets import DEFAULT_PRESET, PRESETS
from core.runs import measure_path, path_looks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path)
    given = parser.parse_args().cache
    catalog = real_catalog()
    print(machine())
    blocks = (*PRESETS[DEFAULT_PRESET].blocks_for(catalog), "five_simple")
    with kept_store(given) as store:
        found = measure_path(catalog, random_plan(catalog), blocks, store=store)
    for place, step in enumerate(found.steps, start=1):
        change = step.change
        said = "" if change is None else f"{change.change_pct:+.2f} [{change.low_pct:+.2f}, {change.high_pct:+.2f}]"
        print(f"{place} {step.block}: {step.smape_pct:.2f} {said} {change.verdict if change else ''}")
    looks = path_looks(len(found.steps))
    seconds = sum(step.seconds for step in found.steps)
    print(f"{looks} looks, {seconds:.0f} s, {seconds / looks:.2f} s a look; the last real step is {found.shortest}")


if __name__ == "__main__":
    main()
