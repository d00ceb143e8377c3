"""What each block is worth on the real rows: added alone, taken away, a second, as a share; and what a refit changes.

    python benchmarks/block_gains.py [--side] [--plans 2] [--seeds 5] [--orderings 8] [--work DIR]

One thread. Prints the table for ``benchmarks/RESULTS.md``. With two plans the gains are measured again on other folds
and with other seeds: on the same rows, so that they should differ by less than both 90 % intervals together allow.
``--side`` measures the attributes beside the text blocks.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
from pathlib import Path

os.environ.setdefault("SHELFPRICE_THREADS", "1")

from _common import challenge_dir, machine

from core.catalog import CatalogSource, load_catalog
from core.folds import random_plan
from core.gains import GainReport, GainSpec, gain_table, measure_gains
from core.presets import DEFAULT_PRESET, PRESETS
from core.store import ArtifactStore
from core.train import known_blocks
from core.types import Catalog

Z_90 = 1.6449


def measure(catalog: Catalog, seed: int, seeds: int, orderings: int, store: ArtifactStore) -> GainReport:
    """Gains of every block that fits, around the default preset, on the folds of ``seed``."""
    candidates = tuple(name for name, info in known_blocks(catalog).items() if info.fits(catalog.n_train))
    chosen = PRESETS[DEFAULT_PRESET].blocks_for(catalog)
    spec = GainSpec(chosen, candidates, seed=10 * seed, seeds=seeds, orderings=orderings)
    last = ""

    def told(fraction: float, message: str) -> None:
        nonlocal last
        if message != last:
            last = message
            print(f"\r{100 * fraction:3.0f} % {message:60.60}", end="", flush=True)

    report = measure_gains(catalog, random_plan(catalog, seed=seed), spec, store=store, report=told)
    print("\r" + " " * 70, end="\r")
    return report


def show(report: GainReport) -> None:
    """The table as Markdown."""
    print(
        f"folds of seed {report.plan_seed}; {report.n_rows} rows, {report.n_clusters} brands and rows without;"
        f" median {report.median_smape_pct:.2f}, {'+'.join(report.spec.anchor)} {report.anchor_smape_pct:.2f},"
        f" chosen {report.chosen_smape_pct:.2f}; one fit's SMAPE over seeds varies by"
        f" {report.anchor_refit_sd_pct:.3f} near the anchor, {report.chosen_refit_sd_pct:.3f} near the chosen blocks,"
        f" {report.anchor_refit_beyond_pct:.3f} and {report.chosen_refit_beyond_pct:.3f} beyond what the rows explain;"
        f" {report.n_fits} fits, {report.fit_seconds:.0f} s\n"
    )
    print("| block | taken away | added alone | Shapley share | seconds: block, fit | gain a second | verdict |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for row in gain_table(report).to_dict("records"):
        away, alone, share = (
            f"{row[f'{name}_pct']:+.2f} [{row[f'{name}_low_pct']:+.2f}, {row[f'{name}_high_pct']:+.2f}]"
            for name in ("away", "alone", "share")
        )
        print(
            f"| `{row['block']}`{'' if row['on'] else ' (added)'} | {away} | {alone} | {share} |"
            f" {row['block_seconds']:.2f}, {row['fit_seconds']:.2f} | {row['gain_a_second']:+.3f} |"
            f" {row['verdict']}, p {row['p_holm']:.3f} |"
        )
    kept = report.suggestion
    low, high = kept.against_chosen.interval_90_pct
    print(f"\nsuggested: {', '.join(kept.blocks)}: {kept.smape_pct:.2f},", end=" ")
    print(f"the chosen blocks gain {kept.against_chosen.gain_pct:+.2f} [{low:+.2f}, {high:+.2f}] over it\n")


def agreement(first: GainReport, second: GainReport) -> None:
    """How often the second plan's gain falls where the first plan's interval and its own noise expect it."""
    held, count = 0, 0
    for name in ("away", "alone"):
        for line in first.lines:
            other = second.line(line.block)
            if other is None:
                continue
            one, two = getattr(line, name), getattr(other, name)
            # The rows are the same in both: what differs is the fits' noise and the folds.
            refit = Z_90 * (one.refit_se_pct**2 + two.refit_se_pct**2) ** 0.5
            whole = Z_90 * (one.se_pct**2 + two.se_pct**2) ** 0.5
            moved = abs(one.gain_pct - two.gain_pct)
            held, count = held + (moved <= whole), count + 1
            print(
                f"  {name:5} {line.block:12} {one.gain_pct:+.3f} {two.gain_pct:+.3f} refit {refit:.3f} all {whole:.3f}"
            )
    print(f"within both 90 % intervals: {held} of {count}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", action="store_true", help="with the attributes as side table")
    parser.add_argument("--plans", type=int, default=2, help="fold plans to measure on (default: %(default)s)")
    parser.add_argument("--seeds", type=int, default=5, help="models of each set (default: %(default)s)")
    parser.add_argument("--orderings", type=int, default=8, help="orderings of the Shapley shares, on the first plan")
    parser.add_argument("--work", type=Path, help="folder for the cache, to go on with; a temporary one without")
    options = parser.parse_args()
    folder = challenge_dir()
    sides = tuple(str(folder / f"attributes_{part}.csv") for part in ("train", "test")) if options.side else ()
    catalog = load_catalog(CatalogSource(str(folder / "train.csv"), str(folder / "test.csv"), sides=sides))
    print(f"{machine()}, one thread\n")
    with tempfile.TemporaryDirectory() as temporary:
        store = ArtifactStore(options.work or Path(temporary))
        orderings = [options.orderings, *[0] * options.plans]
        reports = [measure(catalog, seed, options.seeds, orderings[seed], store) for seed in range(options.plans)]
        for report in reports:
            show(report)
        for report in reports[1:]:
            agreement(reports[0], report)
        store.close()
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_utime:.0f} s of processor time")


if __name__ == "__main__":
    main()
