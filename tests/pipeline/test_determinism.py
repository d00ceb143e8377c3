"""Columns do not hang on the order in which a process happens to walk through its sets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from core.catalog import DemoSpec, write_demo
from core.config import PROJECT_ROOT

HASH_EVERY_BLOCK = """
import sys
from pathlib import Path
import pandas as pd
from core.catalog import CatalogSource, load_catalog
from core.encode import ENCODERS, encode_block
from core.features import BLOCKS, brands, compute_blocks
from core.folds import random_plan
from core.store import ArtifactStore

catalog = load_catalog(CatalogSource(sys.argv[1], sys.argv[2]))
store = ArtifactStore(Path(sys.argv[3]))
frames = {name: block.frame for name, block in compute_blocks(catalog, list(BLOCKS), store=store).items()}
frames["brands"] = brands(catalog, store=store).value
for name in ENCODERS:
    folds = encode_block(catalog, random_plan(catalog), name, store=store).folds
    frames |= {f"{name}.{fold}": frame for fold, frame in enumerate(folds)}
for name, frame in frames.items():
    print(name, pd.util.hash_pandas_object(frame.stacked()).sum())
"""


def test_two_processes_with_other_hash_seeds_make_the_same_columns(tmp_path: Path):
    files = write_demo(tmp_path / "demo", DemoSpec(rows=150, unseen=0.3, seed=4, photos=0))
    told = []
    for seed in ("1", "2"):
        command = [sys.executable, "-c", HASH_EVERY_BLOCK, str(files.train), str(files.test), str(tmp_path / seed)]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=True)
        told.append(done.stdout.splitlines())
    assert len(told[0]) >= 7
    assert told[0] == told[1]
