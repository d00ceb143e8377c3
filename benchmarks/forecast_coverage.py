"""Forecast against truth over re-splits of the real train rows.

Each re-split takes rows out of the challenge's train file to play the test file (``_resplits.py`` says how), trains the
product's blocks with a quick LightGBM on five folds, forecasts as the pipeline does, and scores the predictions that
would be submitted. Beside the forecast stand plain cross-validation and the same corrected for what averaging the fold
models gains. The floor is the mean absolute error that the sampling of the test rows alone would cause: standard
deviation of the row errors / √rows · √(2/π).

    python benchmarks/forecast_coverage.py --work /tmp/forecast
    python benchmarks/forecast_coverage.py --work /tmp/forecast --kinds random,brand60 --seeds 2

A finished re-split is written to ``results.jsonl`` under ``--work`` and read from there as long as the sources of
``core/shift`` are the same; blocks and models stay in ``cache/`` beside it, so that after a change of the forecast only
the forecast is made again. All 61 re-splits take about 40 minutes on two busy cores the first time, 4 minutes
after that.

The choices of the forecast were made on the default seeds, so their figures flatter it. On 21 re-splits that no choice
had seen (``--first 20``; shelves 6 to 9, dominant brands 10 to 12) the mean absolute error was 0.5 random, 2.0
brand-shifted (6 of them, up to 3.0 too high at 60 % unseen), 2.5 category-shifted, over all shifted ones 1.9 against
2.9 for corrected cross-validation; the interval held 17 of 18, and all 3 dominant brands were named.

Tried without gain (mean absolute error over the shifted re-splits): folds that mimic test's unseen share in place of
brand-grouped ones (1.2 against 1.2, too high at 60 % unseen); a boosted error model beside the ridge (1.2 against
1.4, then the ridge came to 1.0 by knowing the brands' sizes, at a hundredth of the cost); similarity to the nearest
train titles (1.0 against 1.0); brand rows counted in the evaluated set (1.3 against 1.0); a second cross-validation
for the ensemble gain (0.98 for a true 1.11 in alike files, the row gain reads 1.22).
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from _common import ROOT, challenge_dir, machine
from _resplits import DRAWS, SEEDS, Resplit, real_rows, resplit

from core.features import brands
from core.folds import random_plan
from core.metrics import row_smape_pct, to_price
from core.presets import DEFAULT_PRESET, find_preset
from core.shift import Predictions, brands_apart, catalog_adversarial, catalog_forecast, no_shift, unseen_change
from core.store import ArtifactStore
from core.train import TrainSpec, train

BRAND = ("brand30", "brand60", "brand85")
SHIFTED = (*BRAND, "category", "combined")
BLIND = ("price", "dominant")
PRICE_WARNING, BRAND_WARNING = "selected by price", "a brand that train"
WANTED_WARNING = {"price": PRICE_WARNING, "dominant": BRAND_WARNING}


@dataclass(frozen=True)
class Trial:
    """One re-split: what was forecast and what came, SMAPE in percent."""

    kind: str
    seed: int
    note: str
    n_test: int
    auc: float
    unseen_change: float
    no_shift: bool
    forecast: float
    low: float
    high: float
    truth: float
    plain_cv: float
    corrected_cv: float
    floor: float
    warnings: tuple[str, ...]

    @property
    def held(self) -> bool:
        """True when the interval holds the truth."""
        return self.low <= self.truth <= self.high


def trial(drawn: Resplit, store: ArtifactStore) -> Trial:
    """Train, forecast as :mod:`core.pipeline` does, score."""
    catalog = drawn.catalog
    plan = random_plan(catalog)
    blocks = find_preset(DEFAULT_PRESET).blocks_for(catalog)
    spec = TrainSpec("lightgbm", blocks, learning_rate=0.1, leaves=15, max_rounds=250, patience=40)
    run = train(catalog, plan, spec, store=store)
    told = catalog_adversarial(catalog, plan, store=store)
    change = unseen_change(brands(catalog, store=store).value, plan)
    apart = brands_apart(catalog, plan, spec, store=store)
    predictions = Predictions(run.oof_log_price, run.test_fold_log_price)
    found = catalog_forecast(catalog, plan, predictions, store=store, apart=apart)
    errors = row_smape_pct(drawn.truth, to_price(run.test_log_price))
    plain = float(row_smape_pct(catalog.price, to_price(run.oof_log_price)).mean())
    return Trial(
        kind=drawn.kind,
        seed=drawn.seed,
        note=drawn.note,
        n_test=catalog.n_test,
        auc=told.auc,
        unseen_change=change,
        no_shift=no_shift(told, unseen_change=change),
        forecast=found.smape_pct,
        low=found.low_pct,
        high=found.high_pct,
        truth=float(errors.mean()),
        plain_cv=plain,
        corrected_cv=found.parts["corrected"],
        floor=float(errors.std() / np.sqrt(errors.size) * np.sqrt(2.0 / np.pi)),
        warnings=found.warnings,
    )


def source_hash() -> str:
    """Changes with any source of the forecast or of the re-splits."""
    files = [*sorted((ROOT / "core" / "shift").glob("*.py")), ROOT / "benchmarks" / "_resplits.py"]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def kept(file: Path, sources: str) -> dict[tuple[str, int], Trial]:
    """Finished re-splits of these sources."""
    lines = file.read_text().splitlines() if file.is_file() else []
    found = [json.loads(line) for line in lines]
    trials = [Trial(**{**f["trial"], "warnings": tuple(f["trial"]["warnings"])}) for f in found if f["of"] == sources]
    return {(t.kind, t.seed): t for t in trials}


def line(t: Trial) -> str:
    """A trial as a line of the table."""
    signs = [name for name, text in (("price", PRICE_WARNING), ("brand", BRAND_WARNING)) if _warned(t, text)]
    signs += ["few brands"] if _warned(t, "brands in effect") else []
    numbers = " | ".join(f"{x:.2f}" for x in (t.truth, t.plain_cv, t.corrected_cv, t.auc))
    interval = f"{t.low:.2f} to {t.high:.2f} | {'yes' if t.held else 'NO'}"
    shift = "no" if t.no_shift else "yes"
    return (
        f"| {t.kind} {t.seed} | {t.forecast:.2f} | {interval} | {numbers} | {shift} | {', '.join(signs)} | {t.note} |"
    )


HEAD = (
    "| re-split | forecast | 90 % interval | held | truth | plain CV | corrected CV | AUC | shift | warnings"
    " | drawn |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


def summary(name: str, trials: list[Trial]) -> str:
    """Mean absolute errors, coverage, width, verdicts and warnings of some re-splits in one line."""
    if not trials:
        return f"{name}: none"
    ours, cv, corrected = (_miss(trials, field) for field in ("forecast", "plain_cv", "corrected_cv"))
    floor = np.mean([t.floor for t in trials])
    half = np.mean([(t.high - t.low) / 2.0 for t in trials])
    return (
        f"{name}: {len(trials)} re-splits; mean absolute error {ours:.2f} (plain CV {cv:.2f}, corrected CV"
        f" {corrected:.2f}, floor {floor:.2f}: {ours / floor:.2f} × floor,"
        f" {1 - ours / corrected:+.0%} below corrected CV);"
        f" held {sum(t.held for t in trials)}, half-width {half:.2f}; no shift said {sum(t.no_shift for t in trials)};"
        f" warned of price {sum(_warned(t, PRICE_WARNING) for t in trials)},"
        f" of a brand {sum(_warned(t, BRAND_WARNING) for t in trials)}, of anything {sum(map(_any, trials))}"
    )


def _miss(trials: list[Trial], field: str) -> float:
    return float(np.mean([abs(getattr(t, field) - t.truth) for t in trials]))


def _warned(t: Trial, text: str) -> bool:
    return any(text in warning for warning in t.warnings)


def _any(t: Trial) -> bool:
    return bool(t.warnings)


def bars(trials: list[Trial]) -> Iterable[str]:
    """Each promise with what was reached."""

    def of(*kinds: str) -> list[Trial]:
        return [t for t in trials if t.kind in kinds]

    def bar(name: str, reached: float, limit: float, *, below: bool = True) -> str:
        met = reached <= limit if below else reached >= limit
        return f"{'ok  ' if met else 'MISS'} {name}: {reached:.2f}, bar {'≤' if below else '≥'} {limit:.2f}"

    random, shifted, others = of("random"), of(*SHIFTED), of("random", *SHIFTED)
    if random:
        floor = float(np.mean([t.floor for t in random]))
        yield bar("random: mean absolute error", _miss(random, "forecast"), 1.3 * floor)
        yield bar("random: against corrected CV", _miss(random, "forecast"), _miss(random, "corrected_cv") + 1e-9)
        yield bar("random: half-width", float(np.mean([t.high - t.low for t in random])) / 2, 3.0)
        yield bar(
            "random: share said to be without shift", float(np.mean([t.no_shift for t in random])), 0.95, below=False
        )
    for name, kinds, limit in (("brand-shifted", BRAND, 1.6), ("category-shifted", ("category",), 2.8)):
        if of(*kinds):
            yield bar(f"{name}: mean absolute error", _miss(of(*kinds), "forecast"), limit)
            yield bar(
                f"{name}: share with shift found",
                float(np.mean([not t.no_shift for t in of(*kinds)])),
                1.0,
                below=False,
            )
    if shifted:
        gain = 1.0 - _miss(shifted, "forecast") / _miss(shifted, "corrected_cv")
        yield bar("shifted: share below corrected CV", gain, 0.25, below=False)
        yield bar("shifted: half-width", float(np.mean([t.high - t.low for t in shifted])) / 2, 6.5)
    if others:
        yield bar("interval holds the truth", float(np.mean([t.held for t in others])), 0.85, below=False)
        yield bar("warnings where none is due, of 40", 40.0 * float(np.mean([bool(t.warnings) for t in others])), 2.0)
    for kind, text in WANTED_WARNING.items():
        if of(kind):
            share = float(np.mean([_warned(t, text) for t in of(kind)]))
            yield bar(f"{kind}: share warned of it", share, 0.9, below=False)


def main() -> None:
    """Run what is missing, print the table as it grows, then summaries and bars."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder of the results and of the cache")
    parser.add_argument("--kinds", default=",".join(DRAWS), help="kinds to run, with commas")
    parser.add_argument("--seeds", type=int, default=None, help="re-splits of each kind; fewer than the default")
    parser.add_argument("--first", type=int, default=0, help="seed to start from, for re-splits that nobody tuned on")
    asked = parser.parse_args()
    asked.work.mkdir(parents=True, exist_ok=True)
    results, sources = asked.work / "results.jsonl", source_hash()
    done = kept(results, sources)
    store = ArtifactStore(asked.work / "cache")
    rows = real_rows(challenge_dir(), store)
    print(machine(), HEAD, sep="\n", flush=True)
    trials = []
    for kind in asked.kinds.split(","):
        count = SEEDS[kind] if asked.seeds is None else min(asked.seeds, SEEDS[kind])
        for seed in range(asked.first, asked.first + count):
            found = done.get((kind, seed))
            if found is None:
                found = trial(resplit(rows, kind, seed), store)
                with results.open("a") as file:
                    file.write(json.dumps({"of": sources, "trial": asdict(found)}) + "\n")
            trials.append(found)
            print(line(found), flush=True)
    print()
    for kind in asked.kinds.split(","):
        print(summary(kind, [t for t in trials if t.kind == kind]))
    print(summary("brand-shifted", [t for t in trials if t.kind in BRAND]))
    print(summary("all shifted", [t for t in trials if t.kind in SHIFTED]))
    print(summary("all that can be forecast", [t for t in trials if t.kind not in BLIND]), end="\n\n")
    print("\n".join(bars(trials)))


if __name__ == "__main__":
    main()
