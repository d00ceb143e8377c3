"""Near duplicates against brute force: pairs of titles and of texts at 0.8, by the exact join and by the bands.

Brute force counts the shared words of every pair of rows by a sparse product.

    python benchmarks/near_recall.py --train TRAIN.csv --test TEST.csv
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
from _common import machine

from core.catalog import CatalogSource, load_catalog
from core.features import parsed_catalog
from core.shift import LEAST
from core.shift.set_join import MOST_CANDIDATES, similar_pairs, word_sets
from core.store import ArtifactStore

AT_ONCE = 500


def brute_force(texts: list[str]) -> set[tuple[int, int]]:
    """Every pair of texts of similarity :data:`LEAST` or more."""
    sets = word_sets(texts)
    size = np.diff(sets.indptr)
    found: set[tuple[int, int]] = set()
    for start in range(0, len(texts), AT_ONCE):
        shared = (sets[start : start + AT_ONCE] @ sets.T).tocoo()
        left, right = shared.row + start, shared.col
        near = (left < right) & (shared.data >= LEAST * (size[left] + size[right] - shared.data) - 1e-9)
        found.update(zip(left[near].tolist(), right[near].tolist(), strict=True))
    return found


def main() -> None:
    """Print a line a field and way."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--train", required=True)
    parser.add_argument("--test", required=True)
    options = parser.parse_args()
    catalog = load_catalog(CatalogSource(options.train, options.test, name="near"))
    with tempfile.TemporaryDirectory() as folder:
        parsed = parsed_catalog(catalog, store=ArtifactStore(Path(folder))).value.stacked()
    whole = parsed["title"] + " " + parsed["bullets"] + " " + parsed["description"]
    print(machine())
    for field, column in (("title", parsed["title"]), ("text", whole)):
        texts = list(dict.fromkeys(" ".join(text.casefold().split()) for text in column))
        truth = brute_force(texts)
        for way, most in (("exact", MOST_CANDIDATES), ("bands", -1)):
            begun = time.process_time()
            pairs = similar_pairs(word_sets(texts), threshold=LEAST, most_candidates=most).pairs
            mine = set(zip(pairs["left"].tolist(), pairs["right"].tolist(), strict=True))
            print(
                f"{field}, {way}: {len(mine & truth):,} of {len(truth):,} pairs, {len(mine - truth)} wrong,"
                f" {time.process_time() - begun:.1f} s"
            )


if __name__ == "__main__":
    main()
