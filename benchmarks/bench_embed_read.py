"""Seconds to read vectors from the cache, aligned by sample_id: generated rows, in chunks as a run leaves them.

Content hashes in, an `Embedding` with a frame for train and one for test out; the rows are in another order than the
chunks. The best of three, and the same with the small chunks of a run that was just killed.

    python benchmarks/bench_embed_read.py
    python benchmarks/bench_embed_read.py --rows 150000 --dim 768
"""

from __future__ import annotations

import argparse
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from _common import machine

from core.embed import ModelSpec
from core.embed.embedding import Gathered, assemble, row_contents
from core.embed.encode import Outcome
from core.embed.vectors import MERGE_ROWS, VectorCache, VectorSpace
from core.store import ArtifactStore, hash_bytes
from core.types import ID, SplitFrame

BATCH = 16


def products(rows: int) -> SplitFrame:
    """Half train, half test, each with a content of its own, in the order of a shuffle."""
    numbers = np.random.default_rng(0).permutation(rows)
    contents = [hash_bytes(str(number).encode()) for number in numbers]
    table = pd.DataFrame({"content": contents, "status": "ok", "detail": ""}, dtype="str")
    table.index = pd.Index([f"id{number}" for number in numbers], name=ID, dtype="str")
    return SplitFrame.unstacked(table, rows // 2)


def fill(store: ArtifactStore, space: VectorSpace, rows: int, small: int) -> None:
    """Chunks of a finished run, and the last ``small`` batches as a killed one leaves them."""
    draw = np.random.default_rng(1)
    ends = [*range(0, rows - small * BATCH, MERGE_ROWS), *range(rows - small * BATCH, rows + 1, BATCH)]
    for first, last in pairwise(ends):
        cache = VectorCache(store, space)
        contents = [hash_bytes(str(number).encode()) for number in range(first, last)]
        cache.add(contents, draw.standard_normal((len(contents), space.dim), dtype=np.float32))
        cache.save()


def seconds_to_read(store: ArtifactStore, space: VectorSpace, table: SplitFrame) -> tuple[float, float]:
    """Best of three by the clock, and by processor time, which hardly feels what else the machine does."""
    best, processor = np.inf, np.inf
    for _ in range(3):
        started, charged = time.perf_counter(), time.process_time()
        contents = row_contents(table)
        gathered = Gathered(contents, *VectorCache(store, space).read(contents))
        made = assemble(ModelSpec("generated"), "image", table, space, gathered, Outcome())
        best = min(best, time.perf_counter() - started)
        processor = min(processor, time.process_time() - charged)
        assert made.present_pct == 100.0 and made.vectors.train.index.equals(table.train.index)
    return float(best), float(processor)


def main() -> None:
    """Print the seconds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=150_000)
    parser.add_argument("--dim", type=int, default=512)
    asked = parser.parse_args()
    table, space = products(asked.rows), VectorSpace("0" * 32, asked.dim)
    print(machine())
    for small in (0, 64):
        with tempfile.TemporaryDirectory() as folder:
            store = ArtifactStore(Path(folder))
            fill(store, space, asked.rows, small)
            took, charged = seconds_to_read(store, space, table)
            print(
                f"{asked.rows:,} × {asked.dim} read by id, {small} small chunks among them: {took:.2f} s,"
                f" {charged:.2f} s of processor"
            )
            store.close()


if __name__ == "__main__":
    main()
