"""The board of strategies, and how well their times are foretold.

    .venv/bin/python benchmarks/bench_strategies.py [--rows N] [--model TAG] [--work DIR]

Without ``--rows`` on the challenge's real rows, with the photos that are there and the attributes as the side table;
skips, saying so, where they are absent. With ``--rows`` on so many generated rows of each file, a photo for one product
in twelve, and a side table of what their texts were written from, one value in ten left out. The vectors of texts and
photos are those of ``--model`` (default: the stand-in beside the real rows). Everything from one command, as a user
would run it, in a cache that holds those vectors and nothing else; ``--work`` keeps them for the next time.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from _common import challenge_dir, core, machine

from core.catalog import CatalogSource, DemoSpec, load_catalog, write_demo
from core.catalog.demo import demo_table
from core.embed import ModelSpec
from core.pipeline.pictures import with_pictures
from core.store import ArtifactStore
from core.types import ID, no_progress

ROWS_A_PHOTO, LEFT_OUT = 12, 0.1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int)
    parser.add_argument("--model")
    parser.add_argument("--work", type=Path)
    options = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        work = options.work or Path(name) / "work"
        source = _generated(options.rows, work / "data") if options.rows else _real()
        tag = options.model or f"local-dir:{(challenge_dir().parent / 'models' / 'standin-clip').resolve()}"
        _encode(source, tag, work / "vectors")
        cache = Path(name) / "cache"
        shutil.copytree(work / "vectors", cache)
        words = ["--train", source.train, "--test", source.test, "--images", str(source.images), "--model", tag]
        words += [word for side in source.sides for word in ("--side", side)]
        done = core(["strategies", *words], cache=cache, out=Path(name) / "out")
    report = done.report
    print(f"python -m core strategies: {done.seconds:.0f} s, {done.peak_gib:.2f} GiB at most")
    print(f"of these the timed sample {report['sample_seconds'] or 0:.0f} s\n")
    _table(report["strategies"])
    print(f"\n{report['advice']}")


def _real() -> CatalogSource:
    folder = challenge_dir()
    sides = tuple(str(folder / f"attributes_{split}.csv") for split in ("train", "test"))
    return CatalogSource(str(folder / "train.csv"), str(folder / "test.csv"), sides, str(folder / "images"))


def _generated(rows: int, folder: Path) -> CatalogSource:
    spec = DemoSpec(rows=rows, photos=2 * rows // ROWS_A_PHOTO)
    sides = tuple(str(folder / f"attributes_{split}.csv") for split in ("train", "test"))
    if not Path(sides[-1]).is_file():
        write_demo(folder, spec)
        table = _attributes(spec)
        table.iloc[:rows].to_csv(sides[0], index=False)
        table.iloc[rows:].to_csv(sides[1], index=False)
    return CatalogSource(str(folder / "train.csv"), str(folder / "test.csv"), sides, str(folder / "images"))


def _attributes(spec: DemoSpec) -> pd.DataFrame:
    """As a language model would read them: what the texts were written from, some of it left out."""
    frame, _, products = demo_table(spec)
    table = pd.DataFrame(
        {
            "brand_name": [one.brand for one in products],
            "category": [one.shelf.name for one in products],
            "product_form": [one.noun for one in products],
            "declared_quantity": [one.size for one in products],
            "declared_unit": [one.shelf.unit for one in products],
            "pack": [one.pack for one in products],
            "is_organic": ["Organic" in one.quality for one in products],
            "is_premium": [len(one.quality) > 1 for one in products],
        },
        dtype=object,
    )
    draw = np.random.default_rng(spec.seed)
    table = table.mask(draw.random(table.shape) < LEFT_OUT)
    table.insert(0, ID, frame[ID].to_numpy())
    return table


def _encode(source: CatalogSource, tag: str, cache: Path) -> None:
    store, started = ArtifactStore(cache), time.perf_counter()
    with_pictures(load_catalog(source), source, ModelSpec(tag), store=store, report=no_progress)
    store.close()
    print(f"vectors made or read in {time.perf_counter() - started:.0f} s")


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
