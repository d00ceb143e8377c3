"""Train against test of a whole catalogue: from the cache it reads as it was computed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.catalog import DemoSpec, read_catalog, write_demo
from core.folds import random_plan
from core.shift import catalog_told, column_meaning, find_told, unpriced_columns
from core.store import ArtifactStore
from core.types import ID, Catalog, SideTable, SplitFrame


def test_what_was_found_is_kept_as_it_was(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    plan = random_plan(tiny_catalog)
    assert find_told(tiny_catalog, plan, store=store) is None
    seen: list[float] = []
    first = catalog_told(tiny_catalog, plan, store=store, report=lambda fraction, _m: seen.append(fraction))
    second = find_told(tiny_catalog, plan, store=store)
    assert second is not None
    pd.testing.assert_frame_equal(first.drift.table, second.drift.table)
    pd.testing.assert_frame_equal(first.words.table, second.words.table)
    assert first.to_json() == second.to_json()
    assert first.directions == second.directions
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_every_text_direction_has_words(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    told = catalog_told(tiny_catalog, random_plan(tiny_catalog), store=store)
    named = {name for name in told.adversarial.top_columns["column"] if name.startswith("text.")}
    assert named <= set(told.directions)
    assert all(told.directions.values())


def test_a_test_file_full_of_new_brands_is_told(tmp_path: Path, store: ArtifactStore) -> None:
    files = write_demo(tmp_path, DemoSpec(rows=400, unseen=0.9, seed=2, photos=0))
    catalog = read_catalog(files.train, files.test)
    told = catalog_told(catalog, random_plan(catalog), store=store)
    assert not told.no_shift
    assert told.unseen_change > 0.2
    assert "unseen brands" in told.verdict
    found = told.to_json()
    assert found["no_shift"] is False
    assert found["columns_tested"] > 60


def test_every_block_without_a_price_is_compared(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    columns = unpriced_columns(tiny_catalog, store=store)
    blocks = {name.split(".")[0] for name in columns.columns}
    assert blocks == {"size", "text_stats", "quality", "category", "brand", "text"}
    assert {"text.unit", "brand.name"} <= set(columns.columns)
    assert not (columns.train["brand.name"] == "").any()
    dearer = replace(tiny_catalog, price=tiny_catalog.price * 3)
    again = unpriced_columns(dearer, store=ArtifactStore(store.root / "other"))
    pd.testing.assert_frame_equal(columns.train, again.train)


def test_a_side_table_is_compared_too(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    plan = random_plan(tiny_catalog)
    sides = (tiny_catalog.items.train.index, tiny_catalog.items.test.index)
    frames = [
        pd.DataFrame({"rating": np.arange(len(ids)) % 10 + 20.0 * number}, index=pd.Index(ids, name=ID))
        for number, ids in enumerate(sides)
    ]
    with_side = replace(tiny_catalog, sides=(SideTable("extra", SplitFrame(*frames), "sidekey"),))
    told = catalog_told(with_side, plan, store=store)
    assert "side:extra.rating" in told.drift.alarms
    assert "side:extra.rating" not in catalog_told(tiny_catalog, plan, store=store).drift.table["column"].tolist()


@pytest.mark.parametrize(
    ("column", "meaning", "is_log"),
    [
        ("size.pack_count", "packages", False),
        ("size.log_pack", "packages", True),
        ("text.unit", "Unit field", False),
        ("side:extra.rating", "", False),
    ],
)
def test_a_column_says_what_it_holds(column: str, meaning: str, is_log: bool) -> None:
    said, log = column_meaning(column)
    assert (meaning in said, log) == (True, is_log)
