from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from core.features import (
    block_names,
    column_table,
    compute_blocks,
    coverage_table,
    distribution_table,
    feature_parquet,
    feature_table,
    size_table,
)
from core.features.tables import SIZE_TABLE_COLUMNS
from core.store import ArtifactStore
from core.types import ID, Catalog, SplitFrame
from tests.features.conftest import make_catalog


def split_of(train: list[object], test: list[object]) -> SplitFrame:
    frames = [
        pd.DataFrame({"x": values}, index=pd.Index([f"{side}{at}" for at in range(len(values))], name=ID))
        for side, values in (("a", train), ("b", test))
    ]
    return SplitFrame(*frames)


def test_size_table(shop: Catalog, store: ArtifactStore) -> None:
    table = size_table(shop, store=store)
    table.check_rows(shop.items)
    assert table.columns == list(SIZE_TABLE_COLUMNS)
    assert table.train["unit_kind"].tolist() == ["weight", "count", "weight", "volume"]
    assert table.test["unit_kind"].tolist() == ["weight", "weight", ""]
    assert table.train["brand"].iloc[0] == "Zephyrine"
    assert table.train["unit_size"].iloc[2] == pytest.approx(500)
    assert table.train["total_volume_ml"].iloc[3] == pytest.approx(473.176, abs=0.001)


def test_coverage(shop: Catalog, store: ArtifactStore) -> None:
    table = coverage_table(shop, store=store).set_index("feature")
    assert table.loc["Value field"].tolist() == [100.0, pytest.approx(200 / 3)]
    assert table.loc["Weight or volume"].tolist() == [75.0, pytest.approx(200 / 3)]
    assert table.loc["Bullet points"].tolist() == [25.0, 0.0]
    assert table["train_pct"].is_monotonic_decreasing


def test_coverage_without_test_rows(store: ArtifactStore) -> None:
    table = coverage_table(make_catalog(["Item Name: Velmont"]), store=store)
    assert table["test_pct"].isna().all()


def test_column_table(shop: Catalog, store: ArtifactStore) -> None:
    blocks = compute_blocks(shop, block_names(shop), store=store)
    columns = column_table(blocks["size"]).set_index("column")
    assert columns.loc["title_size", "train_pct"] == 75.0
    assert columns.loc["pack_count", "meaning"].startswith("packages")


def test_few_numbers_have_a_bar_each() -> None:
    table = distribution_table(split_of([1.0, 1.0, 2.0, np.nan], [2.0]), "x")
    assert table["label"].tolist() == ["1", "2"]
    assert table["train_pct"].tolist() == [pytest.approx(200 / 3), pytest.approx(100 / 3)]
    assert table["test_pct"].tolist() == [0.0, 100.0]


def test_many_numbers_are_binned_and_tails_kept() -> None:
    train: list[object] = [*map(float, range(1000)), 1e9]
    table = distribution_table(split_of(train, [0.0, 500.0]), "x", bins=10)
    assert len(table) == 10
    assert table["train_pct"].sum() == pytest.approx(100) and table["test_pct"].sum() == pytest.approx(100)
    assert float(table["label"].iloc[-1]) < 1000


def test_logarithms_are_labelled_by_what_they_are_the_logarithms_of() -> None:
    logs: list[object] = [float(np.log(value)) for value in (2.0, 12345.6)]
    table = distribution_table(split_of(logs, logs), "x", is_log=True)
    assert table["label"].tolist() == ["2", "12,350"]
    many: list[object] = np.log(np.geomspace(1.0, 1e6, 200)).tolist()
    labels = distribution_table(split_of(many, many), "x", bins=10, is_log=True)["label"]
    assert labels.is_unique and all("e" not in label for label in labels)


def test_categories_and_empty_columns() -> None:
    table = distribution_table(split_of(["tea", "tea", None], ["salt"]), "x")
    assert table["label"].tolist() == ["tea", "salt"]
    assert table["train_pct"].tolist() == [100.0, 0.0]
    assert distribution_table(split_of([np.nan], [np.nan]), "x").empty


def test_feature_table_and_parquet(shop: Catalog, store: ArtifactStore) -> None:
    names = ["size", "category"]
    table = feature_table(shop, names, store=store)
    assert table.index.tolist() == ["100", "101", "102", "103", "900", "901", "902"]
    assert table["split"].tolist() == ["train"] * 4 + ["test"] * 3
    assert "size.pack_count" in table and "category.category_top" in table and "brand" in table
    assert not any("price" in column for column in table)
    made = feature_parquet(shop, names, store=store)
    again = pd.read_parquet(io.BytesIO(made.value))
    pd.testing.assert_frame_equal(again, table)
    assert feature_parquet(shop, names, store=store).hit
