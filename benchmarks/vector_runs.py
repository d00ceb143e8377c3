"""`run` with vectors against without, on the real rows: what the whole way gains by them, seed by seed.

    python benchmarks/vector_runs.py [--side] [--model local-dir:../shared/models/standin-clip] [--seeds 2] [--work DIR]

Each pair is the same command, ``python -m core run --no-forecast``, without and with ``--model`` and ``--images``; the
gain is paired by rows and comes with a 90 % interval over rows clustered by brand. ``--side`` adds the attributes.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

os.environ.setdefault("SHELFPRICE_THREADS", "1")

from typing import Any

from _common import challenge_dir, core, machine

from core.blend import Member, blend
from core.catalog import CatalogSource, load_catalog
from core.folds import random_plan
from core.gains.measure import brand_clusters
from core.gains.paired import paired_gain
from core.metrics import row_smape_pct, to_price
from core.pipeline.run import N_FOLDS
from core.store import ArtifactStore
from core.train import load_run
from core.types import Catalog, FloatArray

STAND_IN = "local-dir:../shared/models/standin-clip"


def blended_rows(catalog: Catalog, report: dict[str, Any], seed: int, store: ArtifactStore) -> FloatArray:
    """Each train row's SMAPE by the nested blend of a report's runs."""
    runs = [load_run(line["run_id"], store=store) for line in report["runs"]]
    members = [Member(run.run_id, run.oof_log_price, run.test_log_price) for run in runs if run is not None]
    mixed = blend(members, catalog.price, random_plan(catalog, n_folds=N_FOLDS, seed=seed))
    return row_smape_pct(catalog.price, to_price(mixed.nested_log_price))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=STAND_IN, help="as for python -m core run (default: %(default)s)")
    parser.add_argument("--side", action="store_true", help="with the attributes as side table")
    parser.add_argument("--seeds", type=int, default=2, help="pairs of runs (default: %(default)s)")
    parser.add_argument("--work", type=Path, help="folder for the cache, to go on with; a temporary one without")
    options = parser.parse_args()
    folder = challenge_dir()
    files = ["--train", str(folder / "train.csv"), "--test", str(folder / "test.csv")]
    tables = [str(folder / f"attributes_{part}.csv") for part in ("train", "test")] if options.side else []
    plain = ["run", *files, "--no-forecast", *(word for table in tables for word in ("--side", table))]
    vectors = ["--images", str(folder / "images"), "--model", options.model]
    catalog = load_catalog(CatalogSource(files[1], files[3]))
    print(f"{machine()}, vectors of {options.model}\n", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        cache = options.work or Path(temporary)
        clusters = brand_clusters(catalog, store=ArtifactStore(cache))
        for seed in range(options.seeds):
            rows, told = [], []
            for name, extra in (("without", []), ("with", vectors)):
                out = Path(temporary) / f"{name}{seed}"
                report = core([*plain, *extra, "--seed", str(seed)], cache=cache, out=out).report
                rows.append(blended_rows(catalog, report, seed, ArtifactStore(cache)))
                told.append(f"{name} {report['cv']['smape_pct']:.2f}")
            gain = paired_gain([rows[0]], [rows[1]], clusters, refit_sd_pct=0.0)
            low, high = gain.interval_90_pct
            print(f"seed {seed}: {', '.join(told)}; gain {gain.gain_pct:+.2f} [{low:+.2f}, {high:+.2f}]", flush=True)


if __name__ == "__main__":
    main()
