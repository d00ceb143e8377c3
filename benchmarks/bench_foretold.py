"""Seconds and memory of training jobs, foretold before the start and as they were, on the real rows.

    python benchmarks/bench_foretold.py [--work DIR]

Each run is a job of its own, one after the other, as from the page: the first is foretold by a timed sample, the others
from the runs before them. Blocks are made by the first; ``--work`` keeps them, and then every run is of another seed.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from _common import challenge_dir, machine

from core.catalog import CatalogSource, load_catalog
from core.config import settings
from core.folds import random_plan
from core.jobs import job_status, start_job
from core.presets import PRESETS
from core.runs import foretell_run, run_size, with_settings
from core.store import default_store
from core.train import TrainSpec, all_runs, block_keys
from core.types import JsonDict

PLAN: tuple[tuple[str, str, JsonDict], ...] = (
    ("lightgbm", "text", {}),
    ("lightgbm", "text", {"learning_rate": 0.08}),
    ("lightgbm", "text", {"leaves": 63}),
    ("lightgbm", "five-simple", {}),
    ("xgboost", "text", {}),
    ("xgboost", "brand", {}),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, help="cache folder; a temporary one without")
    options = parser.parse_args()
    folder = challenge_dir()
    print(
        f"{machine()}\n\n| run | basis | seconds foretold | as it was | GiB foretold | as it was |\n"
        + "| --- " * 6
        + "|"
    )
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["SHELFPRICE_CACHE"] = str(options.work or temporary)
        source = CatalogSource(str(folder / "train.csv"), str(folder / "test.csv"))
        catalog, store = load_catalog(source), default_store()
        plan = random_plan(catalog)
        seed = len(all_runs(store=store)) + 100
        for family, preset, changed in PLAN:
            blocks = PRESETS[preset].blocks_for(catalog)
            spec = with_settings(TrainSpec(family, blocks, seed=seed), changed)
            size = run_size(catalog, plan, blocks, block_keys(catalog, plan, list(blocks), store=store), store=store)
            told = foretell_run(spec, size, all_runs(store=store), threads=settings().threads)
            params = {
                "source": source.to_json(),
                "family": family,
                "blocks": [*blocks],
                "seed": seed,
                "settings": changed,
            }
            job_id = start_job("train", params, title="foretold")
            while (status := job_status(job_id)).active:
                time.sleep(0.2)
            took = (status.finished or 0.0) - (status.started or 0.0)
            (run,) = (run for run in all_runs(store=store) if run.run_id == (status.result or {}).get("run_id"))
            more = f" + {', '.join(told.unknown)}" if told.unknown else ""
            said = ", ".join(f"{name} {value}" for name, value in changed.items())
            print(
                f"| {family}, {preset}{', ' + said if said else ''} | {told.basis} | {told.seconds:.1f}{more} |"
                f" {took:.1f} | {told.gib:.2f} | {run.facts.peak_gib:.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
