"""How often a title finds its own photo: recall@5 among 300 real photos, by any model; a check of towers and reading.

    python benchmarks/title_to_photo.py [--model local-dir:../shared/models/standin-clip] [--work DIR]

The titles are the product names alone, as whoever judged the stand-in model read them (0.05 of 300; chance 0.017), and
the composed texts that the studio encodes, size first. Mean over draws of 300 products with distinct photos.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
from _common import challenge_dir, machine

from core.catalog import CatalogSource, load_catalog
from core.embed import ModelSpec, embed_images, embed_texts
from core.embed.towers import open_towers
from core.features import parsed_catalog
from core.store import ArtifactStore
from core.types import Float32Array, IntArray

STAND_IN = "local-dir:../shared/models/standin-clip"
AMONG, TOP, DRAWS = 300, 5, 100


def recall(titles: Float32Array, photos: Float32Array) -> tuple[float, float]:
    """Mean recall over the draws, and its standard deviation from draw to draw."""
    rng, found = np.random.default_rng(0), []
    for _ in range(DRAWS):
        rows: IntArray = rng.choice(len(photos), size=AMONG, replace=False)
        cosine = titles[rows] @ photos[rows].T
        better = (cosine > np.diag(cosine)[:, None]).sum(axis=1)
        found.append(float((better < TOP).mean()))
    return float(np.mean(found)), float(np.std(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=STAND_IN, help="as for python -m core run (default: %(default)s)")
    parser.add_argument("--pretrained", help="published weights or a checkpoint of an architecture")
    parser.add_argument("--work", type=Path, help="folder for the cache, to go on with; a temporary one without")
    options = parser.parse_args()
    folder, spec = challenge_dir(), ModelSpec(options.model, options.pretrained)
    catalog = load_catalog(CatalogSource(str(folder / "train.csv"), str(folder / "test.csv")))
    print(f"{machine()}, {spec.label}; chance {TOP / AMONG:.3f}", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        store = ArtifactStore(options.work or Path(temporary))
        images = embed_images(catalog, folder / "images", spec, store=store)
        composed = embed_texts(catalog, spec, store=store).stacked()
        content = images.rows.stacked()["content"].to_numpy(dtype=object)
        present = np.flatnonzero(np.concatenate(images.present))
        _, first = np.unique(content[present].astype(str), return_index=True)
        rows = present[np.sort(first)]
        names = parsed_catalog(catalog, store=store).value.stacked()["title"].iloc[rows].tolist()
        towers = open_towers(spec)
        plain = np.concatenate([towers.encode_texts(names[at : at + 16]) for at in range(0, len(names), 16)])
        photos = images.stacked()[rows]
        for what, titles in (("product names", plain), ("composed texts", composed[rows])):
            mean, spread = recall(titles, photos)
            print(f"recall@{TOP} of {AMONG}, {what}: {mean:.3f} (from draw to draw {spread:.3f})", flush=True)
        store.close()


if __name__ == "__main__":
    main()
