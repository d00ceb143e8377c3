"""`python -m core embed` killed ten times at random moments and taken up: the vectors are those of an undisturbed run.

Generated photos and texts and a small two-tower model with random weights in a folder of open_clip's own format. After
each kill the vectors on disk are counted: what was known stays known. At the end the files are compared byte for byte,
every chunk is read against its checksum, and a further run has to start and end by itself within a minute: a lock that
a killed run left behind would hold it.

    python benchmarks/bench_embed_kill.py
    python benchmarks/bench_embed_kill.py --fork --photos 400     the same command in processes that need not start up
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
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


@dataclass
class Forked:
    """A process that has its libraries already."""

    pid: int

    def wait_s(self, seconds: float) -> int | None:
        """Its exit status, or None when it is still at work then."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.005)
        return None

    def kill(self) -> None:
        """End it at once."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


@dataclass
class Started:
    """A process as a user starts it."""

    process: subprocess.Popen[bytes]

    def wait_s(self, seconds: float) -> int | None:
        """Its exit status, or None when it is still at work then."""
        try:
            return self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()


def command(place: Path, name: str, fork: bool) -> Forked | Started:
    """One run as a process of its own, with the cache and the output called ``name``."""
    files = ["--train", "train.csv", "--test", "test.csv", "--images", "photos", "--out", name]
    arguments = ["embed", *files, "--model", f"local-dir:{place / 'model'}"]
    environment = {**os.environ, "SHELFPRICE_CACHE": str(place / f"cache_{name}"), "PYTHONPATH": str(ROOT)}
    if not fork:
        return Started(subprocess.Popen([sys.executable, "-m", "core", *arguments], cwd=place, env=environment))
    pid = os.fork()
    if not pid:
        from core.cli import main as command_line

        os.chdir(place)
        os.environ.update(environment)
        os._exit(command_line(arguments))
    return Forked(pid)


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


def saved(place: Path) -> int:
    """Vectors by the records of the chunks."""
    count = 0
    for path in (place / "cache_killed" / "vectors").glob("*/*.json"):
        with suppress(OSError, ValueError):
            count += int(json.loads(path.read_bytes())["rows"])
    return count


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
    parser.add_argument("--fork", action="store_true")
    asked = parser.parse_args()
    moments = random.Random(asked.seed)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        write_products(place, asked.photos)
        # In a process of its own: torch must not have computed anything before a fork.
        writer = multiprocessing.get_context("spawn").Process(target=write_model, args=(place / "model",))
        writer.start()
        writer.join()
        if asked.fork:
            import open_clip  # noqa: F401
            import transformers  # noqa: F401

            import core.pipeline

            assert core.pipeline
        began = time.perf_counter()
        assert command(place, "undisturbed", asked.fork).wait_s(3600) == 0
        whole_s = time.perf_counter() - began
        before: set[tuple[str, bytes]] = set()
        lost, kills = 0, 0
        while kills < asked.kills:
            run = command(place, "killed", asked.fork)
            # At a random moment after a random number of new vectors, none among them, so that ten kills fit in.
            share = 2 * (2 * asked.photos - len(before)) // (asked.kills - kills + 1)
            target, ended = len(before) + moments.randint(0, share), None
            while ended is None and saved(place) < target:
                ended = run.wait_s(0.01)
            if ended is None:
                ended = run.wait_s(moments.uniform(0.0, 0.1))
            if ended is not None:
                print(f"ended by itself after {kills} kills")
                break
            run.kill()
            kills += 1
            after = known(place, "killed")
            lost += len(before - after)
            print(f"kill {kills}: {len(after):,} vectors on disk, {len(before - after)} of those before are gone")
            before = after
        assert command(place, "killed", asked.fork).wait_s(max(60.0, 3 * whole_s)) == 0
        same = outputs(place, "undisturbed") == outputs(place, "killed")
        report = json.loads((place / "killed" / "report.json").read_text())["embeddings"]
        again = {entry["tower"]: (entry["encoded"], entry["from_cache"]) for entry in report}
        print(f"{machine()}: {kills} kills, {lost} vectors lost, files byte for byte the same: {same}")
        print(f"last run, encoded and from the cache: {again}; an undisturbed run takes {whole_s:.0f} s")
        sys.exit(0 if same and not lost and kills == asked.kills else 1)


if __name__ == "__main__":
    main()
