"""What each block of photos and vectors is worth on the real rows: beside the text blocks, and beside `five_simple`.

    python benchmarks/vector_gains.py [--model local-dir:../shared/models/standin-clip] [--seeds 3] [--work DIR]

One thread. Encodes photos and titles first where the cache in ``--work`` does not hold them. One small LightGBM of 200
rounds a set and a seed, five folds of seed 0; gains in points of SMAPE with 90 % intervals over rows clustered by
brand, the noise of fitting again included; once over all rows and once over those with a photo. A finished fit is never
fitted again, so that more seeds later go on from the first.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("SHELFPRICE_THREADS", "1")

import numpy as np
from _common import challenge_dir, machine

from core.catalog import CatalogSource, load_catalog
from core.embed import ModelSpec, is_whole, vector_blocks
from core.encode import vector_encoders
from core.folds import random_plan
from core.gains.fits import Fitter
from core.gains.measure import brand_clusters
from core.gains.paired import holm, paired_gain, refit_sd_beyond_rows
from core.pipeline.pictures import with_pictures
from core.presets import DEFAULT_PRESET, PRESETS
from core.store import ArtifactStore
from core.train import block_keys, gather, known_blocks
from core.types import BoolArray, Catalog, FloatArray, IntArray

ANCHOR = ("five_simple",)
STAND_IN = "local-dir:../shared/models/standin-clip"
Blocks = frozenset[str]


@dataclass(frozen=True)
class Bench:
    """The fits of every set by every seed, as rows of SMAPE."""

    rows: dict[Blocks, list[FloatArray]]
    clusters: IntArray

    def gain(self, base: Blocks, added: Blocks, where: BoolArray) -> tuple[float, float, float, float]:
        """Gain, its 90 % interval, and the p-value, over the rows of ``where``."""
        sets = [[rows[where] for rows in fits] for fits in self.rows.values() if fits]
        beyond = refit_sd_beyond_rows(sets, self.clusters[where])
        without, having = ([rows[where] for rows in self.rows[part]] for part in (base, base | added))
        found = paired_gain(without, having, self.clusters[where], refit_sd_pct=beyond)
        return found.gain_pct, *found.interval_90_pct, found.p_value


def text_blocks(catalog: Catalog) -> Blocks:
    """The default preset without anything that photos or vectors gave."""
    brought = {*vector_blocks(catalog), *vector_encoders(catalog)}
    return frozenset(PRESETS[DEFAULT_PRESET].blocks_for(catalog)) - brought


def added_sets(catalog: Catalog) -> dict[str, Blocks]:
    """Each block of photos and vectors by itself, then those that are on by default, those of a tower, and all."""
    single = {name for name in (*vector_blocks(catalog), *vector_encoders(catalog)) if not is_whole(name)}
    named = {name.partition("@")[0]: frozenset({name}) for name in sorted(single)}
    photo = frozenset(name for name in single if name.startswith(("image", "photo")))
    words = frozenset(name for name in single if name.startswith("text"))
    on = frozenset(name for name in single if known_blocks(catalog)[name].default_on)
    together = {
        "all that are on by default": on,
        "all of the photo": photo,
        "all of the title's vectors": words,
        "all": photo | words,
    }
    return {**named, **{name: blocks for name, blocks in together.items() if blocks}}


def show(bench: Bench, text: Blocks, added: dict[str, Blocks], photo: BoolArray) -> None:
    """The table as Markdown."""
    whole = np.ones(len(photo), dtype=bool)
    anchor = frozenset(ANCHOR)
    for name, where in (("all", whole), ("with a photo", photo)):
        scores = (float(np.mean([rows[where].mean() for rows in bench.rows[part]])) for part in (anchor, text))
        print(f"rows {name}: {where.sum()}; five_simple {next(scores):.2f}, text blocks {next(scores):.2f}")
    adjusted = holm([bench.gain(text, blocks, whole)[3] for blocks in added.values()])
    print("\n| block | beside the text blocks | p (Holm) | the same, rows with a photo | beside `five_simple` |")
    print("| --- | --- | --- | --- | --- |")
    for (name, blocks), p_holm in zip(added.items(), adjusted, strict=True):
        beside, on_photos, alone = (
            "{:+.2f} [{:+.2f}, {:+.2f}]".format(*bench.gain(base, blocks, where)[:3])
            for base, where in ((text, whole), (text, photo), (anchor, whole))
        )
        print(f"| `{name}` | {beside} | {p_holm:.3f} | {on_photos} | {alone} |")
    print(flush=True)


def fit_all(catalog: Catalog, seeds: Sequence[int], store: ArtifactStore, photo: BoolArray) -> None:
    """Fit every set, seed after seed, with the table after each."""
    plan, text, added = random_plan(catalog, seed=0), text_blocks(catalog), added_sets(catalog)
    bases = (text, frozenset(ANCHOR))
    wanted = [*bases, *(base | blocks for blocks in added.values() for base in bases)]
    names = tuple(sorted(frozenset[str]().union(*wanted)))
    gather(catalog, plan, names, store=store)
    keys = block_keys(catalog, plan, names, store=store)
    fitter, clusters = Fitter(catalog, plan, keys, 200, store), brand_clusters(catalog, store=store)
    bench = Bench({part: [] for part in wanted}, clusters)
    print(f"text blocks: {', '.join(sorted(text))}", flush=True)
    for seed in seeds:
        for part, fits in bench.rows.items():
            fits.append(fitter.fit(part, seed=seed).row_smape_pct)
        print(f"\n{seed + 1} of {len(seeds)} seeds\n")
        show(bench, text, added, photo)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=STAND_IN, help="as for python -m core run (default: %(default)s)")
    parser.add_argument("--pretrained", help="published weights or a checkpoint of an architecture")
    parser.add_argument("--seeds", type=int, default=3, help="models of each set (default: %(default)s)")
    parser.add_argument("--work", type=Path, help="folder for the cache, to go on with; a temporary one without")
    options = parser.parse_args()
    folder = challenge_dir()
    source = CatalogSource(str(folder / "train.csv"), str(folder / "test.csv"), images=str(folder / "images"))
    print(f"{machine()}, one thread, vectors of {options.model}\n", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        store = ArtifactStore(options.work or Path(temporary))
        catalog, made = with_pictures(
            load_catalog(source), source, ModelSpec(options.model, options.pretrained), store=store, report=told
        )
        photo = next(found for found in made if found.tower == "image").present[0]
        fit_all(catalog, range(options.seeds), store, photo)
        store.close()


def told(fraction: float, message: str) -> None:
    """The encoding's progress on one line."""
    print(f"\r{100 * fraction:3.0f} % {message:60.60}", end="", flush=True)


if __name__ == "__main__":
    main()
