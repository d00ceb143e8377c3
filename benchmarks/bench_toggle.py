"""Toggling a block: seconds against a cold full run, ranks against full runs, joined blocks against fresh ones.

``--part speed`` takes a folder with ``train.csv`` and ``test.csv`` of generated rows (``python -m core demo --rows
75000``) and a cache that keeps their blocks; what is missing there is computed first and not timed. The other parts
take the challenge's real rows. Full runs that ``rank`` compares with are kept in ``--work``, so that only its first
call fits them (some five minutes of one core).
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from _common import challenge_dir, machine

from core.catalog import CatalogSource, load_catalog
from core.folds import FoldPlan, random_plan
from core.gains import brand_clusters, toggle_change
from core.metrics import to_log_price
from core.presets import DEFAULT_PRESET, PRESETS
from core.store import ArtifactStore
from core.train import (
    QuickLook,
    QuickSpec,
    TrainSpec,
    fold_matrix,
    forget_in_memory,
    forget_models,
    gather,
    known_blocks,
    quick_look,
    train,
)
from core.train.binned import BinSpec, bin_block, join_binned
from core.train.lightgbm_family import _parameters
from core.train.pieces import categorical_of, piece_of
from core.types import Catalog

STEPS = 20
LARGE_PCT = 0.5
DESIGNS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "one model a fold": {"fit_rows": 6_000},
    "60 rounds at 0.2": {"rounds": 60, "learning_rate": 0.2},
    "240 rounds at 0.05": {"rounds": 240, "learning_rate": 0.05},
    "31 leaves": {"leaves": 31},
    "255 bins": {"max_bin": 255},
    "15 bins": {"max_bin": 15},
    "2,000 rows a fold": {"fit_rows": 2_000},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=["speed", "rank", "designs", "noise", "join", "all"], default="all")
    parser.add_argument("--rows", type=Path, help="folder with the generated train.csv and test.csv, for speed")
    parser.add_argument("--cache", type=Path, help="cache of the generated rows, for speed")
    parser.add_argument("--work", type=Path, required=True, help="cache and full scores of the real rows")
    parser.add_argument("--toggles", type=int, default=6, help="toggles to time")
    options = parser.parse_args()
    if options.part == "speed" and (options.rows is None or options.cache is None):
        parser.error("speed needs --rows and --cache")
    print(machine())
    if options.part in ("speed", "all") and options.rows is not None and options.cache is not None:
        speed(*_opened(options.rows, options.cache), toggles=options.toggles)
    if options.part in ("rank", "all"):
        rank(*_opened(challenge_dir(), options.work), work=options.work)
    if options.part == "designs":
        designs(*_opened(challenge_dir(), options.work), work=options.work)
    if options.part in ("noise", "all"):
        noise(*_opened(challenge_dir(), options.work))
    if options.part in ("join", "all"):
        join(*_opened(challenge_dir(), options.work))


def speed(catalog: Catalog, plan: FoldPlan, store: ArtifactStore, *, toggles: int) -> None:
    """The same toggles as warm quick looks and, one of them, as a full run whose blocks are cached."""
    default = list(PRESETS[DEFAULT_PRESET].blocks_for(catalog))
    gather(catalog, plan, default, store=store)
    forget_in_memory()
    cold = _timed(lambda: _fresh_look(catalog, plan, QuickSpec(tuple(default)), store))
    sets = [[name for name in default if name != off] for off in default[:toggles]]
    seconds = [
        _timed(lambda chosen=chosen: _fresh_look(catalog, plan, QuickSpec(tuple(chosen)), store)) for chosen in sets
    ]
    print(f"quick look, {catalog.n_train:,} rows, {len(default)} blocks, first of the process: {cold:.1f} s")
    print(f"{len(seconds)} warm toggles: median {np.median(seconds):.2f} s, at most {max(seconds):.2f} s (goal: 5 s)")
    spec = TrainSpec("lightgbm", tuple(sets[0]))
    made = []
    full = _timed(lambda: made.append(train(catalog, plan, spec, store=store, record=False)))
    forget_models(made[0], store=store)
    print(f"the same toggle as a full run: {full:.1f} s, {full / seconds[0]:.1f} times as long (goal: 8)")


def rank(catalog: Catalog, plan: FoldPlan, store: ArtifactStore, *, work: Path) -> None:
    """Quick against full scores over a walk of single toggles and over each toggle of the default blocks."""
    from scipy.stats import spearmanr

    walk, singles = toggled_sets(catalog)
    quick = {blocks: quick_look(catalog, plan, QuickSpec(tuple(blocks)), store=store) for blocks in {*walk, *singles}}
    full = {blocks: _full_score(catalog, plan, blocks, store, work / "full_scores.json") for blocks in quick}
    for name, sets in (
        ("walk", list(dict.fromkeys(walk))),
        ("single toggles of the default", singles),
        ("all", list(quick)),
    ):
        pair = [[quick[blocks].smape_pct for blocks in sets], [full[blocks] for blocks in sets]]
        print(f"{name}: {len(sets)} sets, {min(pair[1]):.2f} to {max(pair[1]):.2f}, Spearman {spearmanr(*pair)[0]:.3f}")
    clusters = brand_clusters(catalog, store=store)
    told, large = [], []
    for before, after in pairwise(walk):
        change = toggle_change(quick[before].row_smape_pct, quick[after].row_smape_pct, clusters)
        by_full = full[after] - full[before]
        if change.is_real:
            told.append(change.change_pct * by_full > 0)
        if abs(by_full) >= LARGE_PCT:
            large.append(change.is_real)
    print(f"toggles of the walk called real: {len(told)}, {sum(told)} of them with the full run's sign")
    print(f"toggles that change the full run by {LARGE_PCT} or more: {len(large)}, {sum(large)} of them called real")


def designs(catalog: Catalog, plan: FoldPlan, store: ArtifactStore, *, work: Path) -> None:
    """Other settings of the quick look on all sets: the ranks that they keep and what they cost."""
    from scipy.stats import spearmanr

    walk, singles = toggled_sets(catalog)
    sets = list(dict.fromkeys([*walk, *singles]))
    full = [_full_score(catalog, plan, blocks, store, work / "full_scores.json") for blocks in sets]
    for title, settings in DESIGNS.items():
        started = time.process_time()
        looks = [_fresh_look(catalog, plan, QuickSpec(tuple(blocks), **settings), store) for blocks in sets]
        spent = (time.process_time() - started) / len(sets)
        scores = [look.smape_pct for look in looks]
        print(f"{title}: Spearman {spearmanr(scores, full)[0]:.3f}, {spent:.2f} CPU s a set")


def noise(catalog: Catalog, plan: FoldPlan, store: ArtifactStore) -> None:
    """The same blocks with another seed: how often a change is called real that is none."""
    clusters, called = brand_clusters(catalog, store=store), []
    for blocks in (toggled_sets(catalog)[0][place] for place in (0, 5, 10, 15)):
        looks = [quick_look(catalog, plan, QuickSpec(tuple(blocks), seed=10 * s), store=store) for s in range(6)]
        rows = [look.row_smape_pct for look in looks]
        called += [toggle_change(one, other, clusters).is_real for one, other in pairwise(rows)]
    print(f"same blocks, other seed: {called.count(False)} of {len(called)} read as noise (goal: 18 of 20)")


def join(catalog: Catalog, plan: FoldPlan, store: ArtifactStore) -> None:
    """Every set of the walk: predictions of joined blocks against a fresh data set, with the full run's parameters."""
    import lightgbm

    log_price, valid, bins = to_log_price(catalog.price), plan.validation_mask(0), BinSpec()
    same, as_now, spent = 0, 0, np.zeros(3)
    sets = list(dict.fromkeys(toggled_sets(catalog)[0]))
    for blocks in sets:
        ingredients = gather(catalog, plan, sorted(blocks), store=store)
        matrix = fold_matrix(ingredients, 0)
        frames = {**{n: b.frame for n, b in ingredients.fixed.items()}, **_fold_0(ingredients.encoded)}
        order = list(dict.fromkeys(matrix.column_blocks))
        pieces = [piece_of(frames[name]) for name in order]
        started = time.perf_counter()
        parts = [bin_block(piece.train[~valid], piece.categorical, bins) for piece in pieces]
        binned = time.perf_counter()
        joined = join_binned(parts, log_price[~valid])
        spent += (binned - started, time.perf_counter() - binned, 1.0)
        assert categorical_of(pieces) == matrix.categorical
        found = [_predict(joined, bins, matrix.train[valid])]
        for bundle in (False, True):
            parameters = {**bins.parameters(), "enable_bundle": bundle}
            fresh = lightgbm.Dataset(
                matrix.train[~valid],
                label=log_price[~valid],
                categorical_feature=matrix.categorical,
                params=parameters,
            )
            found.append(_predict(fresh, bins, matrix.train[valid], bundle=bundle))
        same += np.array_equal(found[0], found[1])
        as_now += np.array_equal(found[0], found[2])
    print(f"joined as fresh: {same} of {len(sets)} sets bit-identical; as fresh with bundled features: {as_now}")
    print(
        f"binning a fold's blocks {1e3 * spent[0] / spent[2]:.0f} ms, joining them {1e3 * spent[1] / spent[2]:.1f} ms"
    )


def toggled_sets(catalog: Catalog) -> tuple[list[frozenset[str]], list[frozenset[str]]]:
    """A walk that switches one block drawn at random after another, from the default blocks on; and each single toggle
    of the default."""
    names, default = list(known_blocks(catalog)), frozenset(PRESETS[DEFAULT_PRESET].blocks_for(catalog))
    draw = np.random.default_rng(0)
    walk = [default]
    for _ in range(STEPS):
        following = walk[-1] ^ {names[draw.integers(len(names))]}
        walk += [following] if following else []
    return walk, [default, *(default ^ {name} for name in names)]


def _fold_0(encoded: object) -> dict[str, object]:
    return {name: block.folds[0] for name, block in encoded.items()}  # type: ignore[attr-defined]


def _predict(dataset: object, bins: BinSpec, values: np.ndarray, *, bundle: bool = False) -> np.ndarray:
    import lightgbm

    parameters = {**_parameters(TrainSpec("lightgbm", ("size",)), 1), **bins.parameters(), "enable_bundle": bundle}
    return np.asarray(lightgbm.train(parameters, dataset, 60).predict(values, num_threads=1))


def _full_score(catalog: Catalog, plan: FoldPlan, blocks: frozenset[str], store: ArtifactStore, kept: Path) -> float:
    known = json.loads(kept.read_text()) if kept.is_file() else {}
    name = ",".join(sorted(blocks))
    if name not in known:
        run = train(catalog, plan, TrainSpec("lightgbm", tuple(blocks)), store=store, record=False)
        forget_models(run, store=store)
        known[name] = run.oof_smape_pct
        kept.write_text(json.dumps(known))
    return float(known[name])


def _fresh_look(catalog: Catalog, plan: FoldPlan, spec: QuickSpec, store: ArtifactStore) -> QuickLook:
    """A look that is fitted now, whatever is kept."""
    look = quick_look(catalog, plan, spec, store=store)
    if look.cached:
        store.forget(look.key)
        look = quick_look(catalog, plan, spec, store=store)
    store.forget(look.key)
    return look


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _opened(folder: Path, cache: Path) -> tuple[Catalog, FoldPlan, ArtifactStore]:
    catalog = load_catalog(CatalogSource(str(folder / "train.csv"), str(folder / "test.csv")))
    return catalog, random_plan(catalog), ArtifactStore(cache)


if __name__ == "__main__":
    main()
