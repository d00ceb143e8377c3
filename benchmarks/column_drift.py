"""Do columns and words alarm when they should, and only then? Is the verdict right?

Re-splits of the real train rows (``_resplits.py`` says how) whose kind is known. First the alarms alone, over many
random re-splits: every row's columns and words are the same in all of them, so that only the labels change. Then the
whole verdict, each re-split read from scratch, on seeds that nothing was tuned on.

    python benchmarks/column_drift.py --work /tmp/drift

The first part takes about 4 minutes on two busy cores, the second 6.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from _common import challenge_dir, machine
from _resplits import DRAWS, Rows, real_rows, resplit

from core.features import brands, parsed_catalog
from core.folds import random_plan
from core.shift import (
    DriftSpec,
    ToldApart,
    WordsSpec,
    adversarial,
    catalog_told,
    column_drift,
    contrast_words,
    read_terms,
    shift_columns,
    unpriced_columns,
    unseen_change,
    unseen_spread,
)
from core.shift.columns import modalities_of, shift_texts
from core.shift.verdict import no_shift
from core.shift.words import Terms
from core.store import ArtifactStore
from core.types import Catalog, SplitFrame

TEST_ROWS = 1620
SMALL = 200
KINDS = {"random": 20, "brand30": 2, "brand60": 2, "brand85": 2, "category": 6}
NAMED = 4


def relabelled(frame: SplitFrame, is_test: np.ndarray) -> SplitFrame:
    """The rows of both files dealt out again."""
    rows = frame.stacked()
    return SplitFrame(rows[~is_test], rows[is_test])


def whole(rows: Rows) -> Catalog:
    """All real train rows as one catalogue; the split is dealt out later."""
    items, price = rows.catalog.items.train, rows.catalog.price
    return Catalog("all", SplitFrame(items.iloc[:-1], items.iloc[-1:]), price.iloc[:-1], f"{rows.catalog.key}-all")


def alarms(rows: Rows, store: ArtifactStore, *, kind: str, seeds: Sequence[int], n_test: int | None) -> str:
    """One line: share of re-splits in which any column, and any word, alarms."""
    catalog = whole(rows)
    columns, spec = unpriced_columns(catalog, store=store), WordsSpec()
    terms = read_terms(shift_texts(parsed_catalog(catalog, store=store).value).stacked()["text"], rows.n, spec=spec)
    brand = brands(catalog, store=store).value.stacked()["brand"]
    names: Counter[str] = Counter()
    by_column, strict, by_word, tested = 0, 0, 0, []
    for seed in seeds:
        is_test = np.zeros(rows.n, dtype=bool)
        drawn = DRAWS[kind](rows, np.random.default_rng([seed, *kind.encode()]), seed)[0]
        is_test[drawn[:n_test]] = True
        drift = column_drift(relabelled(columns, is_test), spec=DriftSpec(seed=seed))
        words = contrast_words(Terms(terms.names, terms.held, terms.rows, is_test), brand, spec=spec)
        names.update(drift.alarms)
        by_column += bool(drift.alarms)
        strict += bool(drift.below(0.01))
        by_word += words.n_told > 0
        tested.append(drift.n_tested)
    share = [f"{count} ({100 * count / len(seeds):.1f} %)" for count in (by_column, strict, by_word)]
    often = ", ".join(f"{name} {count}" for name, count in names.most_common(NAMED)) or "–"
    size = int(is_test.sum())
    return f"| {kind} | {len(seeds)} | {size:,} | {int(np.mean(tested))} | {' | '.join(share)} | {often} |"


def verdicts(rows: Rows, store: ArtifactStore, first: int) -> Iterator[tuple[str, int, ToldApart, str]]:
    """Every re-split of :data:`KINDS`, read from scratch."""
    for kind, count in KINDS.items():
        for seed in range(first, first + count):
            drawn = resplit(rows, kind, seed)
            yield kind, seed, catalog_told(drawn.catalog, random_plan(drawn.catalog), store=store), drawn.note


def show_verdicts(rows: Rows, store: ArtifactStore, first: int) -> None:
    """A line a re-split, then how many were right."""
    print("\n| kind | seed | AUC | unseen change | columns that alarm | words | no shift | first columns |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    right: Counter[str] = Counter()
    for kind, seed, told, note in verdicts(rows, store, first):
        right[kind] += told.no_shift == (kind == "random")
        drift = told.drift
        print(
            f"| {kind} | {seed} | {told.adversarial.auc:.3f} | {100 * told.unseen_change:+.1f} | {len(drift.alarms)} of"
            f" {drift.n_columns} | {told.words.n_told} | {'yes' if told.no_shift else 'no'} |"
            f" {', '.join(drift.alarms[:NAMED]) or '–'}; {note} |",
            flush=True,
        )
    for kind, count in KINDS.items():
        print(f"{kind}: right on {right[kind]} of {count}")


def show_small(rows: Rows, store: ArtifactStore, count: int) -> None:
    """Random re-splits with a small test file: AUC and unseen share against their cuts."""
    catalog = whole(rows)
    plan = random_plan(catalog)
    named = brands(catalog, store=store).value
    columns = shift_columns(catalog, plan, store=store).value
    kept = [name for name in columns.columns if not name.startswith("brand.")]
    wrong, aucs, changes, spreads = 0, [], [], []
    for seed in range(count):
        is_test = np.zeros(rows.n, dtype=bool)
        is_test[np.random.default_rng([seed, 77]).permutation(rows.n)[:SMALL]] = True
        frame, brand = relabelled(columns, is_test), relabelled(named, is_test)
        frame = SplitFrame(frame.train[kept], frame.test[kept])
        found = adversarial(frame, modalities=modalities_of(kept))
        split = random_plan(replace(catalog, items=SplitFrame(*_items(catalog, is_test)), price=_price(rows, is_test)))
        change, spread = unseen_change(brand, split), unseen_spread(brand, split)
        wrong += not no_shift(found, unseen_change=change, unseen_spread=spread)
        aucs.append(found.auc)
        changes.append(change)
        spreads.append(spread)
    print(
        f"\n{count} random re-splits with {SMALL} test rows: AUC {np.mean(aucs):.3f} ± {np.std(aucs):.3f}, highest"
        f" {max(aucs):.3f}; unseen change {100 * np.mean(changes):+.1f} ± {100 * np.std(changes):.1f} points, by"
        f" permuting ± {100 * np.mean(spreads):.1f}; called shifted (without the columns) {wrong}"
    )


def _items(catalog: Catalog, is_test: np.ndarray) -> tuple:
    items = catalog.items.stacked()
    return items[~is_test], items[is_test]


def _price(rows: Rows, is_test: np.ndarray):
    return rows.catalog.price[~is_test]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for the cache")
    parser.add_argument("--alarms", type=int, default=200, help="random re-splits for the error rate")
    parser.add_argument("--first", type=int, default=100, help="first seed of the verdicts")
    parser.add_argument("--small", type=int, default=40, help="random re-splits with a small test file")
    options = parser.parse_args()
    store = ArtifactStore(options.work / "cache")
    rows = real_rows(challenge_dir(), store)
    print(machine())
    print("\n| kind | re-splits | test rows | tests | any column, 5 % | any column, 1 % | any word | most often |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for n_test in (TEST_ROWS, SMALL) if options.alarms else ():
        print(alarms(rows, store, kind="random", seeds=range(options.alarms), n_test=n_test), flush=True)
    for kind, count in {"brand30": 10, "brand60": 10, "brand85": 10, "category": 10}.items() if options.alarms else ():
        print(alarms(rows, store, kind=kind, seeds=range(count), n_test=None), flush=True)
    if options.small:
        show_small(rows, store, options.small)
    show_verdicts(rows, store, options.first)


if __name__ == "__main__":
    main()
