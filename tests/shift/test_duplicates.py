from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.metrics import smape_pct
from core.shift import catalog_duplicates, find_duplicates
from core.store import ArtifactStore
from core.types import ID, IMAGE, TEXT, Catalog, SplitFrame


def items(prefix: str, texts: list[str], links: list[str]) -> pd.DataFrame:
    index = pd.Index([f"{prefix}{i}" for i in range(len(texts))], name=ID)
    return pd.DataFrame({TEXT: texts, IMAGE: links}, index=index, dtype="str")


TRAIN = items("a", ["Oat  bar", "oat bar", "Tea", "", ""], ["p1", "p2", "", "p3", "p3"])
TEST = items("b", ["OAT BAR", "Rye", "", "Nut"], ["p9", "p3", "", ""])
PRICE = pd.Series([2.0, 8.0, 3.0, 5.0, 5.0], index=TRAIN.index)


def test_twins_across_the_files_by_text_and_by_photo_blanks_aside() -> None:
    found = find_duplicates(Catalog("tiny", SplitFrame(TRAIN, TEST), PRICE, "key"))
    assert found.n_test_rows == 2
    text, photo = found.across.to_dict("records")
    assert text == {ID: "b0", "how": "text", "train_twins": 2, "train_id": "a0", "median_price": 5.0}
    assert photo == {ID: "b1", "how": "photo", "train_twins": 2, "train_id": "a3", "median_price": 5.0}


def test_within_train_a_row_is_predicted_by_its_twins() -> None:
    found = find_duplicates(Catalog("tiny", SplitFrame(TRAIN, TEST), PRICE, "key"))
    assert found.train_rows == {"text": 2, "photo": 2}
    assert found.twin_smape_pct["text"] == pytest.approx(smape_pct([2.0, 8.0], [8.0, 2.0]))
    assert found.twin_smape_pct["photo"] == pytest.approx(0.0)


def test_no_twins_at_all() -> None:
    alone = Catalog("tiny", SplitFrame(TRAIN.iloc[[0, 2]], TEST.iloc[[3]]), PRICE.iloc[[0, 2]], "key")
    found = find_duplicates(alone)
    assert (found.n_test_rows, len(found.across)) == (0, 0)
    assert np.isnan(found.twin_smape_pct["text"])


def test_the_cache_gives_back_the_same(store: ArtifactStore) -> None:
    catalog = Catalog("tiny", SplitFrame(TRAIN, TEST), PRICE, "key")
    plain = find_duplicates(catalog)
    for _ in range(2):
        kept = catalog_duplicates(catalog, store=store)
        pd.testing.assert_frame_equal(kept.across, plain.across)
        assert (kept.n_test_rows, kept.train_rows, kept.twin_smape_pct) == (
            plain.n_test_rows,
            plain.train_rows,
            plain.twin_smape_pct,
        )
