"""`python -m core embed` killed ten times at random moments and taken up: the vectors are those of an undisturbed run.

Generated photos and texts and a small two-tower model with random weights in a folder of open_clip's own format. After
each kill the vectors on disk are counted: what was known stays known. At the end the files are compared byte for byte,
every chunk is read against its checksum, and a further run has to start and end by itself within a minute: a lock that
a killed run left behind would hold it.

    python benchmarks/bench_embed_kill.py
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from _common import ROOT, machine
from PIL import Image
from safetensors.torch import save_file

MODEL = {
    "embed_dim": 64,
    "vision_cfg": {"image_size": 96, "layers": 4, "width": 192, "head_width": 64, "patch_size": 16},
    "text_cfg": {"context_length": 24, "vocab_size": 49408, "width": 64, "heads": 1, "layers": 1},
}
PREPROCESS = {"mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bicubic", "resize_mode": "shortest"}


def write_model(folder: Path) -> None:
    """The small model with random weights, as a folder."""
    import open_clip
    import torch

    folder.mkdir()
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": MODEL, "preprocess_cfg": PREPROCESS}))
    torch.manual_seed(0)
    weights = open_clip.CLIP(**MODEL).state_dict()
    save_file({name: tensor.contiguous() for name, tensor in weights.items()}, folder / "open_clip_model.safetensors")


def write_products(folder: Path, photos: int) -> None:
    """Two files of products and a photo of noise for each."""
    (folder / "photos").mkdir()
    draw = np.random.default_rng(0)
    for number in range(photos):
        pixels = draw.integers(0, 256, (128, 128, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / "photos" / f"{number}.jpg")
    rows = pd.DataFrame(
        {
            "sample_id": range(photos),
            "catalog_content": [f"Item Name: Thing number {n}\nValue: {n}.0\nUnit: Ounce\n" for n in range(photos)],
            "image_link": [f"https://shop.example/{n}.jpg" for n in range(photos)],
        }
    )
    rows[: photos // 2].assign(price=9.5).to_csv(folder / "train.csv", index=False)
    rows[photos // 2 :].to_csv(folder / "test.csv", index=False)


def command(place: Path, name: str) -> subprocess.Popen[bytes]:
    """One run as a process of its own, with the cache and the output called ``name``."""
    arguments = ["--train", "train.csv", "--test", "test.csv", "--images", "photos", "--out", name]
    model = ["--model", f"local-dir:{place / 'model'}"]
    environment = {**os.environ, "SHELFPRICE_CACHE": str(place / f"cache_{name}"), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-m", "core", "embed", *arguments, *model], cwd=place, env=environment)


def known(place: Path, name: str) -> set[tuple[str, bytes]]:
    """Space and content of every vector on disk whose chunk is whole."""
    from core.store import ArtifactStore

    store = ArtifactStore(place / f"cache_{name}")
    found: set[tuple[str, bytes]] = set()
    for record in (store.root / "vectors").glob("*/*.json"):
        chunk = store.find_array(record.stem)
        if chunk is not None:
            found |= {(record.parent.name, bytes(content)) for content in chunk["content"]}
    store.close()
    return found


def outputs(place: Path, name: str) -> dict[str, bytes]:
    """The files that a run writes, less its report of seconds."""
    files = ("image_vectors.npy", "text_vectors.npy", "rows.parquet")
    return {file: (place / name / file).read_bytes() for file in files}


def main() -> None:
    """Print what each kill left, and the comparison; status 1 when anything is lost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=int, default=1500)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    moments = random.Random(asked.seed)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        write_model(place / "model")
        write_products(place, asked.photos)
        began = time.perf_counter()
        assert command(place, "undisturbed").wait() == 0
        whole_s = time.perf_counter() - began
        before, lost, kills = set(), 0, 0
        while kills < asked.kills:
            run = command(place, "killed")
            try:
                # Later runs have less to do, so their moments come earlier; the start-up is part of it.
                run.wait(timeout=moments.uniform(0.1, 0.8) * whole_s)
            except subprocess.TimeoutExpired:
                run.send_signal(signal.SIGKILL)
                run.wait()
                kills += 1
            else:
                # It ended first: what is left is begun anew in another cache, so that ten runs are really killed.
                print(f"ended by itself after {kills} kills")
                break
            after = known(place, "killed")
            lost += len(before - after)
            print(f"kill {kills}: {len(after):,} vectors on disk, {len(before - after)} of those before are gone")
            before = after
        last = command(place, "killed")
        last.wait(timeout=max(60.0, 3 * whole_s))
        same = outputs(place, "undisturbed") == outputs(place, "killed")
        report = json.loads((place / "killed" / "report.json").read_text())["embeddings"]
        again = {entry["tower"]: (entry["encoded"], entry["from_cache"]) for entry in report}
        print(f"{machine()}: {kills} kills, {lost} vectors lost, files byte for byte the same: {same}")
        print(f"last run, encoded and from the cache: {again}; an undisturbed run takes {whole_s:.0f} s")
        sys.exit(0 if same and not lost and kills == asked.kills else 1)


if __name__ == "__main__":
    main()
