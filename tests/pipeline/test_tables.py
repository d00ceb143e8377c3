"""The tables for other tools: aligned, complete, ids as the files have them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.catalog import CatalogSource, DemoSpec, keep_overrides, load_catalog, overrides_path, write_demo
from core.cli import main
from core.embed import ModelSpec
from core.errors import InputError
from core.features import BLOCKS, brands
from core.overrides import Override
from core.pipeline import write_embeddings, write_features
from core.pipeline.tables import file_ids
from core.store import ArtifactStore
from core.types import ID, Catalog, SplitFrame

WANTED = [
    "sample_id",
    "split",
    "brand",
    "brand_confidence",
    "pack_count",
    "unit_size",
    "unit_kind",
    "total_weight_g",
    "total_volume_ml",
    "total_count",
]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> CatalogSource:
    files = write_demo(tmp_path_factory.mktemp("demo"), DemoSpec(rows=60, unseen=0.3, seed=3, photos=20))
    return CatalogSource(str(files.train), str(files.test), images=str(files.images))


def test_features_are_one_row_a_product(source: CatalogSource, store: ArtifactStore, tmp_path: Path):
    report = write_features(source, tmp_path, store=store)
    table = pd.read_parquet(tmp_path / "features.parquet")
    catalog = load_catalog(source)
    assert set(WANTED) <= set(table.columns)
    assert table[ID].astype(str).tolist() == [*catalog.items.train.index, *catalog.items.test.index]
    assert table["split"].value_counts().to_dict() == {"train": 60, "test": 60}
    assert table["brand"].tolist() == brands(catalog, store=store).value.stacked()["brand"].tolist()
    assert {f"{block}.{column}" for block in ("size", "quality") for column in BLOCKS[block].columns} <= set(
        table.columns
    )
    assert set(table["unit_kind"]) <= {"weight", "volume", "count", ""}
    assert json.loads((tmp_path / "report.json").read_text()) == report
    assert {entry["block"] for entry in report["features"]} >= {"size", "brand", "category"}


def test_ids_are_numbers_only_where_nothing_is_lost(tiny_catalog: Catalog):
    assert file_ids(tiny_catalog).dtype == np.int64
    train = tiny_catalog.items.train.rename(index={tiny_catalog.items.train.index[0]: "007"}).rename_axis(ID)
    renamed = replace(
        tiny_catalog,
        items=SplitFrame(train, tiny_catalog.items.test),
        price=tiny_catalog.price.set_axis(train.index),
    )
    assert file_ids(renamed).iloc[0] == "007"


def test_photos_are_wanted_before_any_work(source: CatalogSource, store: ArtifactStore, tmp_path: Path):
    with pytest.raises(InputError, match="--images"):
        write_embeddings(replace(source, images=None), ModelSpec("ViT-B-32"), ("image",), tmp_path / "out", store=store)
    assert not (tmp_path / "out").exists()


def test_the_command_line_writes_features(source: CatalogSource, tmp_path: Path):
    assert main(["features", "--train", source.train, "--test", source.test, "--out", str(tmp_path / "f")]) == 0
    assert sorted(path.name for path in (tmp_path / "f").iterdir()) == [
        "features.parquet",
        "features_dictionary.csv",
        "report.json",
    ]


def test_blocks_are_chosen_and_described(source: CatalogSource, tmp_path: Path):
    arguments = ["features", "--train", source.train, "--test", source.test, "--out", str(tmp_path)]
    assert main([*arguments, "--blocks", "five_simple, brand"]) == 0
    table = pd.read_parquet(tmp_path / "features.parquet")
    assert list(table.columns[:10]) == WANTED
    assert {column.split(".")[0] for column in table.columns[10:]} == {"five_simple", "brand"}
    dictionary = pd.read_csv(tmp_path / "features_dictionary.csv", keep_default_na=False)
    assert dictionary["column"].tolist() == list(table.columns)
    assert (dictionary["meaning"] != "").all()
    assert not (dictionary["uses_target"] == "True").any()


def test_blocks_that_fit_no_table_are_refused(
    source: CatalogSource, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    arguments = ["features", "--train", source.train, "--test", source.test, "--out", str(tmp_path)]
    for blocks, words in (("words", "sees prices"), ("sise", "'sise'"), (",", "names no block")):
        try:
            status = main([*arguments, "--blocks", blocks])
        except SystemExit as stop:
            status = int(stop.code or 0)
        told = capsys.readouterr()
        assert (status, told.err.count("\n"), words in told.err) == (2, 1, True), told.err
    assert list(tmp_path.iterdir()) == []


def test_the_override_table_beside_the_train_file_is_read_and_told(store: ArtifactStore, tmp_path: Path) -> None:
    files = write_demo(tmp_path / "demo", DemoSpec(rows=60, unseen=0.3, seed=3, photos=0))
    source = CatalogSource(str(files.train), str(files.test))
    plain = write_features(source, tmp_path / "plain", store=store)
    first = load_catalog(source).items.train.index[0]
    keep_overrides(
        overrides_path(source),
        [Override("pack_count", "77", "train", first), Override("brand", "Quillmoor", "train", first)],
    )
    report = write_features(source, tmp_path / "put_right", store=store)
    table = pd.read_parquet(tmp_path / "put_right/features.parquet")
    row = table[(table["split"] == "train") & (table["sample_id"].astype(str) == first)].iloc[0]
    assert (row["pack_count"], row["size.pack_count"], row["brand"], row["brand_confidence"]) == (
        77,
        77,
        "Quillmoor",
        1,
    )
    assert any("overrides.csv: 2 corrections of 1 row" in warning for warning in report["data"]["warnings"])
    assert report["data"]["overrides"] and report["data"]["key"] == plain["data"]["key"]
    assert "overrides" not in plain["data"] and not any("overrides" in one for one in plain["data"]["warnings"])
    cached = {block["block"] for block in report["features"] if block["cached"]}
    assert {"quality", "category", "text_stats"} <= cached and not {"size", "brand"} & cached


def test_a_faulty_override_table_is_one_line_on_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = write_demo(tmp_path / "demo", DemoSpec(rows=60, unseen=0.3, seed=3, photos=0))
    (tmp_path / "demo/overrides.csv").write_text("what,split,sample_id,from,to\npack_count,train,none such,,2\n")
    out = tmp_path / "out"
    assert main(["features", "--train", str(files.train), "--test", str(files.test), "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert "overrides.csv, line 2" in said and said.count("\n") == 1
    assert not (out / "features.parquet").exists()
