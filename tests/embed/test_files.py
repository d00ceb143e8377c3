"""The files of ``embed``: rows aligned with the vectors, NaN for what has no photo, nothing encoded twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from core.catalog import CatalogSource
from core.embed import ModelSpec
from core.pipeline import write_embeddings
from core.store import ArtifactStore


def _write(folder: Path, name: str, ids: list[str], *, price: bool) -> str:
    table = pd.DataFrame(
        {
            "sample_id": ids,
            "catalog_content": [f"Item Name: Product {i}\nValue: 2.0\nUnit: Ounce\n" for i in ids],
            "image_link": [f"https://shop.example/i/{i}.png" for i in ids],
        }
    )
    path = folder / name
    (table.assign(price=1.5) if price else table).to_csv(path, index=False)
    return str(path)


def test_vectors_stand_in_the_order_of_the_rows(
    tiny: ModelSpec, photos: Path, draw: Callable[..., Path], store: ArtifactStore, tmp_path: Path
):
    train = _write(tmp_path, "train.csv", ["3", "1", "77"], price=True)
    source = CatalogSource(train, _write(tmp_path, "test.csv", ["5"], price=False), images=str(photos))
    report = write_embeddings(source, tiny, ("image", "text"), tmp_path / "out", store=store)
    rows = pd.read_parquet(tmp_path / "out/rows.parquet")
    image, text = (np.load(tmp_path / f"out/{tower}_vectors.npy") for tower in ("image", "text"))
    assert rows["sample_id"].tolist() == [3, 1, 77, 5]
    assert rows["split"].tolist() == ["train", "train", "train", "test"]
    assert rows["image_present"].tolist() == [True, True, False, True]
    assert image.shape == text.shape == (4, 16)
    assert image.dtype == np.float32
    assert np.isnan(image[2]).all()
    assert np.allclose(np.linalg.norm(image[rows["image_present"]], axis=1), 1.0, atol=1e-5)
    assert np.allclose(np.linalg.norm(text, axis=1), 1.0, atol=1e-5)
    assert [entry["encoded"] for entry in report["embeddings"]] == [3, 4]
    turned = CatalogSource(
        _write(tmp_path, "turned.csv", ["77", "3", "1"], price=True), source.test, images=str(photos)
    )
    again = write_embeddings(turned, tiny, ("image", "text"), tmp_path / "again", store=store)
    assert [entry["encoded"] for entry in again["embeddings"]] == [0, 0]
    np.testing.assert_array_equal(np.load(tmp_path / "again/image_vectors.npy")[[1, 2, 0, 3]], image)


def test_one_tower_alone(tiny: ModelSpec, store: ArtifactStore, tmp_path: Path):
    train = _write(tmp_path, "train.csv", ["3", "1"], price=True)
    source = CatalogSource(train, _write(tmp_path, "test.csv", ["5"], price=False))
    write_embeddings(source, tiny, ("text",), tmp_path / "out", store=store)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "report.json",
        "rows.parquet",
        "text_vectors.npy",
    ]
    assert not pd.read_parquet(tmp_path / "out/rows.parquet")["image_present"].any()
