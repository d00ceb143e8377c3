from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.features import BLOCKS, feature_dictionary, feature_parquet, feature_table
from core.features.dictionary import (
    DICTIONARY_COLUMNS,
    ColumnNote,
    block_notes,
    described_parquet,
    dictionary_csv,
    dictionary_table,
    unit_of,
)
from core.store import ArtifactStore
from core.types import Catalog


def test_a_table_is_described_by_its_values_and_its_notes() -> None:
    table = pd.DataFrame(
        {
            "split": ["train", "train", "train", "test"],
            "brand": ["Velmont", "", "Velmont", ""],
            "a.x_g": [1.0, np.nan, 4.0, 10.0],
            "a.shelf": pd.Categorical(["tea", None, "tea", "oil"]),
        },
        index=pd.Index(["7", "8", "9", "1"], name="sample_id"),
    )
    notes = {"a.x_g": ColumnNote("a", "so much, g", "g", uses_target=True)}
    found = dictionary_table(table, notes, n_train=3).set_index("column")
    assert list(dictionary_table(table, notes, n_train=3).columns) == list(DICTIONARY_COLUMNS)
    assert found.index.tolist() == ["sample_id", "split", "brand", "a.x_g", "a.shelf"]
    assert found.loc["a.x_g", ["block", "meaning", "unit", "dtype", "uses_target"]].tolist() == [
        "a",
        "so much, g",
        "g",
        "float64",
        True,
    ]
    numbers = found.loc["a.x_g", ["train_pct", "test_pct", "min", "median", "max"]].tolist()
    assert numbers == [pytest.approx(200 / 3), 100.0, 1.0, 4.0, 10.0]
    assert found.loc["brand", ["train_pct", "test_pct"]].tolist() == [pytest.approx(200 / 3), 0.0]
    assert found.loc["a.shelf", ["dtype", "train_pct"]].tolist() == ["category", pytest.approx(200 / 3)]
    assert found["min"].isna().tolist() == [True, True, True, False, True]
    assert found.loc["a.shelf", "meaning"] == "" and found.loc["split", "meaning"] != ""
    text = dictionary_csv(dictionary_table(table, notes, n_train=3)).decode()
    assert text.splitlines()[4] == 'a,a.x_g,"so much, g",g,float64,66.6667,100,1,4,10,True'


def test_without_test_rows_their_share_is_missing() -> None:
    found = dictionary_table(pd.DataFrame({"x": [1.0]}), {}, n_train=1)
    assert found["train_pct"].tolist() == [100.0] and found["test_pct"].isna().all()


def test_the_parquet_file_says_what_its_columns_mean() -> None:
    table = pd.DataFrame({"a.x_g": [1.0], "odd": [2.0]}, index=pd.Index(["7"], name="sample_id"))
    data = described_parquet(table, {"a.x_g": ColumnNote("a", "so much, g", "g")})
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(data)), table, check_index_type=False)
    schema = pq.read_schema(io.BytesIO(data))
    assert schema.field("a.x_g").metadata == {
        b"block": b"a",
        b"meaning": b"so much, g",
        b"unit": b"g",
        b"uses_target": b"false",
    }
    assert schema.field("odd").metadata is None


def test_units_are_read_from_name_and_meaning() -> None:
    units = {
        f"{name}.{column}": unit_of(column, meaning)
        for name, info in BLOCKS.items()
        for column, meaning in info.columns.items()
    }
    assert units["size.total_weight_g"] == units["size.item_size"] == "g"
    assert (units["size.total_volume_ml"], units["size.pack_count"], units["size.log_pack"]) == (
        "ml",
        "count",
        "natural log",
    )
    assert (units["quality.q_count"], units["quality.q_organic"]) == ("count", "0 or 1")
    assert (units["text_stats.title_chars"], units["text_stats.title_words"]) == ("characters", "words")
    assert (units["brand.brand_confidence"], units["category.category_top"]) == ("share, 0 to 1", "")
    assert (units["five_simple.unit_code"], units["size.value"]) == ("code", "")


def test_every_exported_column_is_in_the_dictionary(shop: Catalog, store: ArtifactStore) -> None:
    names = ["size", "category"]
    table = feature_table(shop, names, store=store)
    found = feature_dictionary(shop, names, store=store)
    assert found["column"].tolist() == ["sample_id", *table.columns]
    assert (found["meaning"] != "").all()
    assert found["block"].value_counts().to_dict() == {"size": 22, "category": 4, "": 3}
    data = feature_parquet(shop, names, store=store).value
    assert (
        pq.read_schema(io.BytesIO(data)).field("size.is_weight").metadata[b"meaning"] == b"1 when the size is a weight"
    )
    made = pd.read_parquet(io.BytesIO(data))
    pd.testing.assert_frame_equal(made, table, check_index_type=False)


def test_notes_name_the_block_and_the_price() -> None:
    notes = block_notes({"size": BLOCKS["size"]}, {"size": ["value", "new"]})
    assert notes["size.value"].meaning == "number in the Value field, as written"
    assert notes["size.new"] == ColumnNote("size", "")
