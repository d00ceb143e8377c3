from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.catalog import CatalogSource, load_catalog
from core.features import parsed_catalog
from core.shift import LEAST, NEAR_KINDS, catalog_near, find_near, near_twins
from core.shift.set_join import word_sets
from core.store import ArtifactStore
from core.types import ID, Catalog


def texts(prefix: str, values: list[str]) -> pd.Series:
    return pd.Series(values, index=pd.Index([f"{prefix}{i}" for i in range(len(values))], name=ID), dtype="object")


TEN = "one two three four five six seven eight nine ten"
TRAIN = texts("a", [TEN, f"{TEN} eleven", "?!", "quite another thing", ""])
TEST = texts("b", [f"{TEN} eleven twelve", TEN.upper(), "alone", "alone again", "quite  another thing"])


def test_a_chain_of_near_texts_is_one_group_and_blanks_are_in_none() -> None:
    keys = near_twins(TRAIN, TEST).groups(0.85)
    train, test = keys.train["key"].tolist(), keys.test["key"].tolist()
    # Ten of twelve words is 0.83, yet the row of eleven joins the two.
    assert train[0] == train[1] == test[0] == test[1] != train[3]
    assert train[3] == test[4]
    assert (train[2], train[4]) == (-1, -1)
    assert (keys.train.index[0], keys.test.index[0]) == ("a0", "b0")


def test_a_higher_threshold_breaks_groups_apart() -> None:
    keys = near_twins(TRAIN, TEST).groups(0.95)
    train, test = keys.train["key"], keys.test["key"]
    assert train["a0"] == test["b1"]
    assert len({train["a0"], train["a1"], test["b0"]}) == 3


def test_two_test_texts_are_not_compared() -> None:
    found = near_twins(texts("a", ["far away"]), texts("b", [TEN, f"{TEN} eleven"]))
    assert found.links.empty
    assert found.groups(LEAST).test["key"].nunique() == 2


def test_the_forest_joins_what_all_pairs_join() -> None:
    draw = np.random.default_rng(3)
    base = [f"w{word}" for word in range(40)]
    rows = [" ".join(sorted({*base[:18], *draw.choice(base[18:], 3)})) for _ in range(60)]
    found = near_twins(texts("a", rows), texts("b", []))
    sets = [set(row.split()) for row in rows]
    for least in (0.8, 0.85, 0.95):
        group = found.groups(least).train["key"].to_numpy()
        for i, one in enumerate(sets):
            for j, other in enumerate(sets):
                assert len(one & other) / len(one | other) < least or group[i] == group[j]
    assert len(found.links) < 60


@pytest.mark.parametrize("least", [0.5, 1.1])
def test_a_similarity_out_of_range_is_refused(least: float) -> None:
    with pytest.raises(ValueError, match="similarity"):
        near_twins(TRAIN, TEST).groups(least)


def test_the_cache_gives_back_the_same(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    assert find_near(tiny_catalog, store=store) is None
    made = catalog_near(tiny_catalog, store=store)
    kept = find_near(tiny_catalog, store=store)
    assert kept is not None
    assert tuple(kept) == NEAR_KINDS
    for kind in NEAR_KINDS:
        pd.testing.assert_frame_equal(kept[kind].links, made[kind].links)
        for least in (LEAST, 0.9):
            pd.testing.assert_frame_equal(kept[kind].groups(least).test, made[kind].groups(least).test)
        tiny_catalog.items.check_rows(kept[kind].groups(LEAST))


@pytest.mark.real_rows
def test_no_near_title_of_the_real_rows_is_missed(challenge_dir: object, store: ArtifactStore) -> None:
    catalog = load_catalog(CatalogSource(f"{challenge_dir}/train.csv", f"{challenge_dir}/test.csv", name="real"))
    titles = parsed_catalog(catalog, store=store).value.train["title"].head(2000)
    group = near_twins(titles, titles.head(0)).groups(0.8).train["key"].to_numpy()
    sets = word_sets(titles.tolist())
    size = np.diff(sets.indptr)
    shared = (sets @ sets.T).tocoo()
    left, right = shared.row, shared.col
    near = shared.data / (size[left] + size[right] - shared.data) >= 0.8
    assert near.sum() > len(titles)
    assert (group[left[near]] == group[right[near]]).all()
