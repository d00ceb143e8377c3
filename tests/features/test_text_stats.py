from __future__ import annotations

import numpy as np
import pytest

from core.features.parse import parsed_catalog
from core.features.text_stats import TEXT_STATS_INFO, text_stats_frame
from core.store import ArtifactStore
from tests.features.conftest import make_catalog


def test_exact_values(store: ArtifactStore) -> None:
    text = "Item Name: VELMONT Oats 😀, 12!\nBullet Point 1: one two\nBullet Point 2: three<br>\nValue: 1\nUnit: oz"
    catalog = make_catalog([text, "Item Name: \nProduct Description: Good"])
    parsed = parsed_catalog(catalog, store=store).value.train
    frame = text_stats_frame(parsed, catalog.items.train)
    row = frame.iloc[0]
    title = "VELMONT Oats 😀, 12!"
    expected = {
        "title_chars": len(title),
        "title_words": 4,
        "bullets_words": 3,
        "n_bullets": 2,
        "bullet_mean_chars": len("one two\nthree") / 2,
        "description_chars": 0,
        "has_description": 0,
        "text_chars": len(text),
        "log_text_chars": np.log1p(len(text)),
        "title_digits_share": 2 / len(title),
        "title_capitals_share": 8 / 11,
        "title_upper_words": 1,
        "title_word_mean_chars": 11 / 4,
        "title_commas": 1,
        "title_separators": 0,
        "n_exclamations": 1,
        "non_ascii_share": 1 / len(text),
        "n_emoji": 1,
        "has_html": 1,
    }
    for name, value in expected.items():
        assert row[name] == pytest.approx(value), name
    assert frame["has_description"].tolist() == [0, 1]
    assert np.isnan(frame["title_capitals_share"].iloc[1])
    assert list(frame.columns) == list(TEXT_STATS_INFO.columns)
    assert (frame.dtypes == np.float64).all()
