"""The map's first picture from the cache, a lasso and a search, on 150,000 generated points.

    python benchmarks/bench_map_search.py [--rows 75000] [--work DIR]

Draws a catalogue of ``--rows`` train and as many test products, plants vectors of 512 numbers around 400 centres in the
cache as if a model had given them for the titles, and makes the map once. Then a fresh process reads all of it as the
page does. Goals: first picture at most 3 s, a search at most 200 ms.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from _common import ROOT, machine

from core.catalog import CatalogSource, load_catalog
from core.catalog.demo import DemoSpec, write_demo
from core.embed import (
    Embedding,
    ModelSpec,
    find_products,
    map_table,
    nearest_products,
    places_of,
    product_cards,
    product_titles,
    project_map,
    read_texts,
    row_prices,
    rows_within,
    summarise,
    text_table,
)
from core.embed.embedding import row_contents
from core.embed.vectors import VectorCache, vector_space
from core.embed.weights import TowerCard, keep_card
from core.features import brands
from core.figures.embeddings import product_map
from core.store import ArtifactStore
from core.types import Catalog, Float32Array

DIM, CENTRES = 512, 400
MODEL = ModelSpec("ViT-B-32")
DRAWN = 20_000
CHUNK_ROWS = 4096
PICTURE_GOAL_S, SEARCH_GOAL_MS = 3.0, 200.0
T = TypeVar("T")


def source_of(work: Path) -> CatalogSource:
    """The generated files."""
    return CatalogSource(str(work / "demo/train.csv"), str(work / "demo/test.csv"))


def generated(count: int) -> Float32Array:
    """Unit vectors around some centres, as products lie around kinds of products."""
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((CENTRES, DIM)).astype(np.float32)
    vectors = centres[rng.integers(CENTRES, size=count)] + 0.7 * rng.standard_normal((count, DIM), dtype=np.float32)
    unit: Float32Array = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def plant(catalog: Catalog, store: ArtifactStore) -> None:
    """Vectors of every text in the cache, under a model of random weights that is never opened."""
    card = TowerCard(DIM, "generated", "generated", "generated", "float32")
    keep_card(MODEL, "text", card, store)
    contents = list(row_contents(text_table(catalog, store=store)).first_row)
    cache, vectors = VectorCache(store, vector_space("text", card)), generated(len(contents))
    for first in range(0, len(contents), CHUNK_ROWS):
        cache.add(contents[first : first + CHUNK_ROWS], vectors[first : first + CHUNK_ROWS])
        cache.save()


def prepare(work: Path, rows: int) -> None:
    """Everything that the page would find in the cache."""
    if not (work / "demo/train.csv").is_file():
        write_demo(work / "demo", DemoSpec(rows=rows))
    store, catalog = ArtifactStore(work / "cache"), load_catalog(source_of(work))
    plant(catalog, store)
    brands(catalog, store=store)
    found = read_texts(catalog, MODEL, store=store)
    if found is not None:
        print(f"map made in {project_map(found, store=store).seconds:.1f} s", flush=True)
    store.close()


def timed(what: str, make: Callable[[], T]) -> tuple[T, float]:
    """The result and its seconds, told."""
    started = time.perf_counter()
    made = make()
    spent = time.perf_counter() - started
    print(f"  {what}: {spent:.2f} s", flush=True)
    return made, spent


def picture(catalog: Catalog, store: ArtifactStore) -> tuple[Embedding, Float32Array]:
    """Step by step what stands between opening the page and its map."""
    found, reading = timed("vectors read and aligned", lambda: read_texts(catalog, MODEL, store=store))
    if found is None:
        sys.exit("the vectors are not in the cache")
    places, placing = timed("places read", lambda: project_map(found, store=store).value)
    table, choosing = timed("points chosen", lambda: map_table(catalog, places, {}, max_points=DRAWN, seed=0))
    text, drawing = timed("figure as JSON", lambda: product_map(table, "price").to_json())
    total = reading + placing + choosing + drawing
    print(
        f"first picture: {total:.2f} s (goal {PICTURE_GOAL_S:g} s), {len(text) / 1e6:.1f} MB to the browser", flush=True
    )
    return found, places_of(places)


def searches(catalog: Catalog, found: Embedding) -> None:
    """A search by product, by a vector, and by words of the title, with its gallery of eight."""
    rng, titles = np.random.default_rng(1), product_titles(catalog)
    total, took = catalog.n_train + catalog.n_test, []
    everyone = np.concatenate(found.present)
    for row in rng.integers(total, size=20).tolist():
        vector = generated(1)[0]
        for query in (row, vector):
            for train_only in (True, False):
                started = time.perf_counter()
                near = nearest_products(found, query, 8, train_only=train_only)
                product_cards(catalog, None, None, near.rows.tolist(), near.similarity.tolist())
                took.append(1000 * (time.perf_counter() - started))
        started = time.perf_counter()
        find_products(catalog, "no such words", everyone, titles=titles)
        took.append(1000 * (time.perf_counter() - started))
    middle, slowest = np.median(took), max(took)
    print(f"search: median {middle:.0f} ms, slowest of {len(took)} {slowest:.0f} ms (goal {SEARCH_GOAL_MS:g} ms)")


def lasso(catalog: Catalog, store: ArtifactStore, xy: Float32Array) -> None:
    """A circle of 60 corners around the middle, its rows and their summary."""
    brand = brands(catalog, store=store).value.stacked()["brand"].to_numpy(dtype=object)
    angle = np.linspace(0.0, 2.0 * np.pi, 60, endpoint=False)
    middle, spread = np.median(xy, axis=0), 0.6 * xy.std(axis=0)
    outline = [(float(x), float(y)) for x, y in middle + spread * np.column_stack([np.cos(angle), np.sin(angle)])]
    started = time.perf_counter()
    rows = rows_within(xy, [outline])
    summarise(catalog, rows, brand)
    row_prices(catalog, rows)
    print(f"lasso: {1000 * (time.perf_counter() - started):.0f} ms for {len(rows):,} products")


def measure(work: Path) -> None:
    """What a fresh process takes."""
    store = ArtifactStore(work / "cache")
    catalog, _ = timed("files read and checked (not in the goal)", lambda: load_catalog(source_of(work)))
    found, xy = picture(catalog, store)
    searches(catalog, found)
    lasso(catalog, store, xy)
    store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=75_000, help="products of either file (default: %(default)s)")
    parser.add_argument("--work", type=Path, help="folder to go on with; a temporary one without")
    parser.add_argument("--measure", action="store_true", help="only measure what --work holds")
    options = parser.parse_args()
    if options.measure and options.work:
        measure(options.work)
        return
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        prepare(work, options.rows)
        subprocess.run([sys.executable, __file__, "--work", str(work), "--measure"], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
