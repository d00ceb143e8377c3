"""``features`` and ``embed``: what was read in each product, as files for other tools."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.catalog import CatalogSource, load_catalog
from core.embed import Embedding, EncodeOptions, ModelSpec, embed_images, embed_texts
from core.encode import ENCODERS
from core.errors import InputError
from core.features import (
    block_names,
    compute_blocks,
    described_parquet,
    dictionary_csv,
    dictionary_table,
    feature_table,
    notes_of,
    size_table,
)
from core.pipeline.clock import Clock, peak_rss_mb
from core.pipeline.diagnosis import data_json
from core.pipeline.reports import SCHEMA
from core.store import ArtifactStore, write_atomic, write_json_atomic
from core.types import ID, Catalog, ProgressFn, Tower, no_progress, part_of


def write_features(
    source: CatalogSource,
    out: Path,
    *,
    blocks: Sequence[str] = (),
    store: ArtifactStore,
    report: ProgressFn = no_progress,
) -> dict[str, Any]:
    """Write ``features.parquet`` (one row a product, train first), ``features_dictionary.csv`` and ``report.json``.

    Columns: ``sample_id``, ``split``, those of :func:`core.features.size_table`, then ``block.column`` for every
    chosen block. Ids are integers in the file where all of them are written as plain integers. The dictionary has a
    line a column; meanings and units stand in the Parquet file's fields too.

    Args:
        blocks: Names of blocks that have seen no price; none for all of them.

    Raises:
        InputError: The files cannot be used, or a block is unknown or fold-aware.
        StorageError: The disk refused.
    """
    clock = Clock()
    aware = [name for name in blocks if name in ENCODERS]
    if aware:
        raise InputError(
            f"block {aware[0]} sees prices, so that its columns differ from fold to fold and fit no one table.",
            "Leave it out of --blocks.",
        )
    catalog = load_catalog(source)
    names = list(dict.fromkeys(blocks)) or block_names(catalog)
    with clock.stage("features"):
        made = compute_blocks(catalog, names, store=store, report=part_of(report, 0.0, 0.9))
        table = feature_table(catalog, names, store=store).drop(columns="brand")
    sizes = size_table(catalog, store=store).stacked()
    split = table.pop("split")
    together = pd.concat([part.reset_index(drop=True) for part in (split, sizes, table)], axis=1)
    together.insert(0, ID, file_ids(catalog))
    notes = notes_of(made)
    write_atomic(out / "features.parquet", described_parquet(together, notes))
    dictionary = dictionary_table(together, notes, n_train=catalog.n_train)
    write_atomic(out / "features_dictionary.csv", dictionary_csv(dictionary))
    found = {
        "schema": SCHEMA,
        "command": "features",
        "data": data_json(catalog),
        "features": [
            {
                "block": name,
                "columns": len(block.frame.columns),
                "coverage_pct": block.coverage_pct,
                "seconds": block.seconds,
                "cached": block.cached,
            }
            for name, block in made.items()
        ],
        "seconds": clock.report(),
        "peak_rss_mb": peak_rss_mb(),
    }
    write_json_atomic(out / "report.json", found)
    return found


def write_embeddings(
    source: CatalogSource,
    spec: ModelSpec,
    towers: tuple[Tower, ...],
    out: Path,
    *,
    store: ArtifactStore,
    report: ProgressFn = no_progress,
    options: EncodeOptions | None = None,
) -> dict[str, Any]:
    """Write ``image_vectors.npy`` and ``text_vectors.npy`` in the row order of ``rows.parquet``, and ``report.json``.

    Vectors are float32 of unit length, shape (n_train + n_test, dim), NaN where a product has none.

    Raises:
        InputError: The files cannot be used, or photos are wanted without their folder.
        ModelUnavailableError: The model cannot be had.
        StorageError: The disk refused.
    """
    towers = tuple(tower for tower in towers if tower in spec.towers) or towers
    if "image" in towers and source.images is None:
        raise InputError("the image tower needs photos.", "Name their folder with --images, or take --towers text.")
    clock = Clock()
    catalog = load_catalog(source)
    made: dict[Tower, Embedding] = {}
    for position, tower in enumerate(towers):
        stretch = part_of(report, position / len(towers), (position + 1) / len(towers))
        with clock.stage(f"embed.{tower}"):
            made[tower] = _embed(catalog, tower, source, spec, options or EncodeOptions(), store, stretch)
    for tower, embedding in made.items():
        buffer = io.BytesIO()
        np.save(buffer, embedding.stacked(), allow_pickle=False)
        write_atomic(out / f"{tower}_vectors.npy", buffer.getvalue())
    write_atomic(out / "rows.parquet", parquet_bytes(_rows(catalog, made)))
    found = {
        "schema": SCHEMA,
        "command": "embed",
        "data": data_json(catalog),
        "embeddings": [embedding.report() for embedding in made.values()],
        "seconds": clock.report(),
        "peak_rss_mb": peak_rss_mb(),
    }
    write_json_atomic(out / "report.json", found)
    return found


def file_ids(catalog: Catalog) -> pd.Series:
    """Every product's id, train rows first: ``int64`` where all are written as plain integers, else text."""
    ids = pd.Series([*catalog.items.train.index, *catalog.items.test.index], name=ID, dtype="str")
    plain = ids.str.fullmatch(r"0|-?[1-9][0-9]{0,17}")
    return ids.astype(np.int64) if plain.all() else ids


def parquet_bytes(table: pd.DataFrame) -> bytes:
    """A Parquet file without an index."""
    buffer = io.BytesIO()
    table.to_parquet(buffer, engine="pyarrow", compression="zstd", index=False)
    return buffer.getvalue()


def _embed(
    catalog: Catalog,
    tower: Tower,
    source: CatalogSource,
    spec: ModelSpec,
    options: EncodeOptions,
    store: ArtifactStore,
    report: ProgressFn,
) -> Embedding:
    if tower == "text":
        return embed_texts(catalog, spec, store=store, report=report, options=options)
    return embed_images(catalog, Path(str(source.images)), spec, store=store, report=report, options=options)


def _rows(catalog: Catalog, made: dict[Tower, Embedding]) -> pd.DataFrame:
    image = made.get("image")
    present = np.zeros(catalog.n_train + catalog.n_test, dtype=bool) if image is None else np.concatenate(image.present)
    split = ["train"] * catalog.n_train + ["test"] * catalog.n_test
    return pd.DataFrame({ID: file_ids(catalog), "split": split, "image_present": present})
