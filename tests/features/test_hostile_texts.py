"""Any text through every reader; ``benchmarks/fuzz_features.py`` does the same 100,000 times and watches the cost."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from core.features.brand import read_brands
from core.features.brand_tokens import title_tokens
from core.features.category import find_category
from core.features.marks import brand_span, split_marks
from core.features.parse import parse_text
from core.features.quality import quality_frame
from core.features.size import read_size, size_frame
from core.features.text import fold
from core.features.text_stats import text_stats_frame
from core.types import TEXT

LABELS = ["Item Name: ", "\nBullet Point 1: ", "\nProduct Description: ", "\nValue: ", "\nUnit: ", "\n"]
# Bidirectional marks, zero-width and control characters, nesting, and what patterns backtrack over.
HARD = [" ", "7", ".", "1.", "1,", "(", "1/", "1-", "2x", "pack of ", "6 boxes of ", "12 oz ", "1 1/2 ", "twelve "]
HARD += ["<b>", "<a ", "<!--", "&amp;", "&#1", "not organic ", "by A ", "a\u200b", "\u202ea\u202c", "e\u0301", "\x00"]
HARD += ["\U0001f600", "Ã©", "\U0001d7d8", "茶", "\ufeff", "A.", "'s"]
REPEATED = st.builds(lambda unit, times: unit * times, st.sampled_from(HARD), st.integers(1, 300))
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
TEXTS = st.lists(st.one_of(st.sampled_from(LABELS), REPEATED, ANY), max_size=10).map("".join)


@given(st.lists(TEXTS, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_nothing_makes_a_reader_raise(texts: list[str]) -> None:
    parsed = [parse_text(text) for text in texts]
    for text, one in zip(texts, parsed, strict=True):
        size = read_size(one)
        assert all(0 <= span.start < span.end <= len(text) for span in size.spans)
        assert "".join(mark.text for mark in split_marks(text, size.spans)) == text
        assert size.pack_count >= 1 and not size.total_size <= 0
        brand_span(one, fold(one.title[:20]))
        find_category(one.title, "\n".join(one.bullets))
        title_tokens(one.title)
    frame = pd.DataFrame(
        {
            "title": pd.array([one.title for one in parsed], "str"),
            "bullets": pd.array(["\n".join(one.bullets) for one in parsed], "str"),
            "description": pd.array([one.description for one in parsed], "str"),
            "unit": pd.array([one.unit for one in parsed], "str"),
            "value": [one.value for one in parsed],
            "n_bullets": [float(len(one.bullets)) for one in parsed],
        }
    )
    items = pd.DataFrame({TEXT: pd.array(texts, "str")})
    for block in (size_frame(frame), quality_frame(frame), text_stats_frame(frame, items)):
        assert len(block) == len(texts)
        assert not np.isinf(block.to_numpy()).any()
    keys, names, confidence = read_brands([one.title for one in parsed], frame["description"].tolist())
    assert len(keys) == len(names) == len(confidence) == len(texts)


def test_the_frame_reads_as_the_single_text() -> None:
    texts = [
        "Item Name: Velmont Oats, 12 Ounce (Pack of 6)\nValue: 72\nUnit: Ounce",
        "Item Name: Velmont Icing\nBullet Point: Net Wt. 12 oz\nValue: 1\nUnit: Count",
    ]
    parsed = [parse_text(text) for text in texts]
    frame = pd.DataFrame(
        {
            "title": pd.array([one.title for one in parsed], "str"),
            "bullets": pd.array(["\n".join(one.bullets) for one in parsed], "str"),
            "description": pd.array([one.description for one in parsed], "str"),
            "unit": pd.array([one.unit for one in parsed], "str"),
            "value": [one.value for one in parsed],
        }
    )
    singly = [read_size(one) for one in parsed]
    assert size_frame(frame)["total_size"].tolist() == [one.total_size for one in singly]
    assert size_frame(frame)["pack_count"].tolist() == [one.pack_count for one in singly]
