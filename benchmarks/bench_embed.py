"""Photos a second through an open_clip model: ours, the plain loop of open_clip's README, and the forward pass alone.

The plain loop opens, preprocesses and encodes one photo at a time in float32. Ours is `embed_images` from files to
saved vectors, the model open already. The forward pass alone is the same batches of photos that are tensors already,
in the same precision. All three take turns in one process, so what else the machine does hits them alike; processor
seconds a photo are printed beside the rates, since those hardly feel it.

    python benchmarks/bench_embed.py
    python benchmarks/bench_embed.py --images DIR --model ViT-L-14 --photos 512 --device cuda
"""

from __future__ import annotations

import argparse
import logging
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from _common import challenge_dir, machine
from PIL import Image

from core.embed import EncodeOptions, ModelSpec, embed_images
from core.embed.crew import open_towers
from core.embed.decode import decode_photo
from core.embed.precision import settle_precision
from core.embed.towers import Towers
from core.store import ArtifactStore
from core.types import ID, IMAGE, TEXT, Catalog, Float32Array, SplitFrame


@dataclass
class Timing:
    """Best rate and least processor time over the rounds."""

    items_per_second: float = 0.0
    processor_s: float = float("inf")

    def take(self, run: Callable[[], object], items: int) -> None:
        """Run once and keep what was better than before."""
        wall, processor = time.perf_counter(), time.process_time()
        run()
        took = time.perf_counter() - wall
        self.items_per_second = max(self.items_per_second, items / took)
        self.processor_s = min(self.processor_s, (time.process_time() - processor) / items)

    def words(self) -> str:
        """The rate and the processor time."""
        return f"{self.items_per_second:7.2f} photos a second, {1e3 * self.processor_s:7.1f} ms of processor a photo"


def catalog_of(files: list[Path], seed: int = 0) -> Catalog:
    """A catalogue with one product a photo, in an order of its own."""
    order = np.random.default_rng(seed).permutation(len(files))
    ids = pd.Index([f"p{number}" for number in order], name=ID)
    columns = {TEXT: ["x"] * len(files), IMAGE: [files[number].name for number in order]}
    train = pd.DataFrame(columns, index=ids, dtype="str")
    return Catalog("photos", SplitFrame(train, train.iloc[:0]), pd.Series(1.0, index=ids), f"bench{seed}")


def plain_loop(towers: Towers, model: Any, preprocess: Callable[..., Any], files: list[Path]) -> Float32Array:
    """open_clip's README: one image at a time."""
    import torch

    vectors = []
    for path in files:
        image = preprocess(Image.open(path).convert("RGB")).unsqueeze(0).to(towers.device)
        with torch.no_grad():
            features = model.encode_image(image)
            features /= features.norm(dim=-1, keepdim=True)
        vectors.append(features.float().cpu().numpy())
    return np.concatenate(vectors)


def ours(folder: Path, files: list[Path], spec: ModelSpec, options: EncodeOptions, root: Path) -> Float32Array:
    """From files to saved vectors, nothing known before, in the order of the files."""
    shutil.rmtree(root, ignore_errors=True)
    store = ArtifactStore(root)
    settle_precision([open_towers(spec, options.device)], "image", store=ArtifactStore(root.parent / "settled"))
    keep = root.parent / "settled" / "vector-precisions"
    if keep.is_dir():
        shutil.copytree(keep, root / "vector-precisions")
    catalog = catalog_of(files)
    made = embed_images(catalog, folder, spec, store=store, options=options)
    assert made.encoded == len(files), made.rows.train["status"].value_counts()
    store.close()
    return made.vectors.train.loc[[f"p{number}" for number in range(len(files))]].to_numpy()


def again(folder: Path, files: list[Path], spec: ModelSpec, options: EncodeOptions, root: Path, work: Path) -> None:
    """Second run, and after renaming and shuffling: what is encoded."""
    store = ArtifactStore(root)
    second = embed_images(catalog_of(files), folder, spec, store=store, options=options)
    renamed = work / "renamed"
    renamed.mkdir()
    copies = [Path(shutil.copy(path, renamed / f"other{n}{path.suffix}")) for n, path in enumerate(files)]
    third = embed_images(catalog_of(copies, 1), renamed, spec, store=store, options=options)
    print(f"encoded in a second run: {second.encoded}; after renaming and shuffling: {third.encoded}")


def differences(towers: Towers, preprocess: Callable[..., Any], files: list[Path]) -> None:
    """Preprocessing against open_clip's, on photos as they are and on large ones that are decoded smaller."""
    furthest, reduced = 0.0, 0
    for path in files:
        photo = decode_photo(path.read_bytes(), towers.enough_pixels)
        assert isinstance(photo, Image.Image)
        with Image.open(path) as whole:
            theirs, size = preprocess(whole.convert("RGB")), whole.size
        reduced += photo.size != size
        if photo.size == size:
            furthest = max(furthest, float((towers.photo_tensor(photo) - theirs).abs().max()))
    print(f"preprocessing against open_clip's, {len(files) - reduced} photos decoded whole: at most {furthest:g} apart")


def main() -> None:
    """Print the three rates and what the vectors differ by."""
    # After core, which says how OpenMP waits before it is loaded.
    import open_clip
    import torch
    from open_clip.transform import PreprocessCfg, image_transform_v2

    logging.disable(logging.WARNING)
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", type=Path)
    parser.add_argument("--model", default="ViT-B-32")
    parser.add_argument("--pretrained")
    parser.add_argument("--photos", type=int, default=160)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--batch", type=int, default=0)
    asked = parser.parse_args()
    folder = asked.images or challenge_dir() / "images"
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    files = files[:: max(1, len(files) // asked.photos)][: asked.photos]
    spec = ModelSpec(asked.model, asked.pretrained)
    options = EncodeOptions(device=asked.device, batch_size=asked.batch)
    towers = open_towers(spec, asked.device)
    model = open_clip.create_model(spec.tag, pretrained=spec.pretrained)
    model.load_state_dict(towers._model.state_dict())
    model = model.eval().to(towers.device)
    preprocess = image_transform_v2(PreprocessCfg(**model.visual.preprocess_cfg), is_train=False)
    print(machine(), "·", torch.get_num_threads(), "threads ·", spec.label, "·", len(files), "photos")
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        choice = settle_precision([towers], "image", store=ArtifactStore(work / "settled"))
        print(f"computes in {choice.precision}; {choice.speedup:.2f} times as fast as float32 in the timed sample")
        batch = options.batch_size or towers.automatic_batch
        tensors = [towers.photo_tensor(Image.open(path).convert("RGB")) for path in files]
        theirs, mine, alone = Timing(), Timing(), Timing()
        made: dict[str, Float32Array] = {}

        def run_plain() -> None:
            made["plain"] = plain_loop(towers, model, preprocess, files)

        def run_ours() -> None:
            made["ours"] = ours(folder, files, spec, options, work / "store")

        def run_alone() -> None:
            for first in range(0, len(tensors), batch):
                towers.encode_photos(tensors[first : first + batch])

        for _ in range(asked.rounds):
            theirs.take(run_plain, len(files))
            mine.take(run_ours, len(files))
            alone.take(run_alone, len(files))
        print(f"plain loop          {theirs.words()}")
        print(f"ours                {mine.words()}, batches of {batch}")
        print(f"forward pass alone  {alone.words()}")
        gain, share = (mine.items_per_second / other.items_per_second for other in (theirs, alone))
        by_processor = theirs.processor_s / mine.processor_s, alone.processor_s / mine.processor_s
        print(f"ours / plain loop   {gain:.2f} by the clock, {by_processor[0]:.2f} by processor time")
        print(f"ours / forward only {share:.2f} by the clock, {by_processor[1]:.2f} by processor time")
        apart = 1.0 - (made["plain"] * made["ours"]).sum(axis=1)
        print(f"vectors, one minus cosine against the plain loop: mean {apart.mean():.5f}, most {apart.max():.5f}")
        differences(towers, preprocess, files)
        again(folder, files, spec, options, work / "store", work)


if __name__ == "__main__":
    main()
