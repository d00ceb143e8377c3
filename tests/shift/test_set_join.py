from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.shift import set_join
from core.shift.set_join import similar_pairs, word_sets
from core.types import BoolArray


def draws(count: int, seed: int = 0) -> list[str]:
    """Texts of 12 words, many of which repeat an earlier one but for a few words."""
    draw = np.random.default_rng(seed)
    rows: list[list[int]] = []
    for _ in range(count):
        if rows and draw.random() < 0.5:
            row = list(rows[draw.integers(len(rows))])
            for place in draw.integers(0, 12, size=draw.integers(0, 4)):
                row[place] = int(draw.integers(300))
        else:
            row = draw.integers(0, 300, size=12).tolist()
        rows.append(row)
    return [" ".join(f"w{word}" for word in row) for row in rows]


def brute_force(texts: list[str], threshold: float, paired: BoolArray | None = None) -> dict[tuple[int, int], float]:
    sets = [set(text.split()) for text in texts]
    found = {}
    for right in range(len(sets)):
        for left in range(right):
            similarity = len(sets[left] & sets[right]) / len(sets[left] | sets[right])
            if similarity >= threshold and (paired is None or paired[left] or paired[right]):
                found[left, right] = similarity
    return found


def as_dict(pairs: pd.DataFrame) -> dict[tuple[int, int], float]:
    return {(left, right): similarity for left, right, similarity in pairs.itertuples(index=False)}


@pytest.mark.parametrize("threshold", [0.5, 0.8, 1.0])
def test_every_pair_that_brute_force_finds_and_no_other(threshold: float) -> None:
    texts = draws(400)
    found = similar_pairs(word_sets(texts), threshold=threshold)
    assert found.exact
    assert as_dict(found.pairs) == pytest.approx(brute_force(texts, threshold))
    assert len(found.pairs) > 20


def test_in_small_portions_too(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = draws(200)
    whole = similar_pairs(word_sets(texts), threshold=0.6).pairs
    monkeypatch.setattr(set_join, "_PAIRS_AT_ONCE", 7)
    monkeypatch.setattr(set_join, "_COUNTED_AT_ONCE", 3)
    pd.testing.assert_frame_equal(similar_pairs(word_sets(texts), threshold=0.6).pairs, whole)


def test_bands_find_nearly_all_and_invent_nothing() -> None:
    texts = draws(600, seed=1)
    truth = brute_force(texts, 0.8)
    found = similar_pairs(word_sets(texts), threshold=0.8, most_candidates=0)
    pairs = as_dict(found.pairs)
    assert not found.exact
    assert pairs.items() <= truth.items()
    assert len(pairs) >= 0.97 * len(truth)


def test_two_unmarked_sets_are_no_pair() -> None:
    texts = draws(300)
    paired = np.arange(300) < 100
    found = similar_pairs(word_sets(texts), threshold=0.7, paired=paired)
    assert as_dict(found.pairs) == pytest.approx(brute_force(texts, 0.7, paired))


def test_words_are_told_apart_by_letters_and_digits_case_aside() -> None:
    sets = word_sets(["Tea, 12 oz!", "TEA 12-oz", "", "tea tea"])
    assert np.diff(sets.indptr).tolist() == [3, 3, 0, 1]
    assert as_dict(similar_pairs(sets, threshold=0.9).pairs) == {(0, 1): 1.0}


def test_an_empty_set_is_like_no_other_and_none_at_all_is_fine() -> None:
    assert similar_pairs(word_sets(["", "", "?"]), threshold=0.5).pairs.empty
    assert similar_pairs(word_sets([]), threshold=0.5).pairs.empty
    assert similar_pairs(word_sets(["", ""]), threshold=0.5, most_candidates=-1).pairs.empty


@pytest.mark.parametrize("threshold", [0.0, 1.1])
def test_a_threshold_out_of_range_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        similar_pairs(word_sets(["a"]), threshold=threshold)
