from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import InputError
from core.shift import WordsSpec, contrast_words, read_terms
from core.shift.words import direction_names, shrunk_log_odds

SPEC = WordsSpec(min_rows=5)


def texts(train: list[str], test: list[str]) -> pd.Series:
    return pd.Series([*train, *test], dtype="str")


def blank(rows: pd.Series) -> pd.Series:
    return pd.Series([""] * len(rows), dtype="str")


def test_rows_are_counted_not_occurrences() -> None:
    rows = texts(["mint mint mint tea"] * 6 + ["oil"] * 4, ["mint tea"] * 3 + ["oil"] * 2)
    terms = read_terms(rows, 10, spec=SPEC)
    table = contrast_words(terms, blank(rows), spec=SPEC).table.set_index("term")
    assert table.loc["mint", ["train_rows", "test_rows"]].tolist() == [6, 3]
    assert table.loc["mint", ["train_pct", "test_pct"]].tolist() == pytest.approx([60.0, 60.0])
    assert table.loc["mint tea", "train_rows"] == 6
    assert table.loc["mint", "log_odds"] == pytest.approx(0.0, abs=0.01)


def test_log_odds_are_shrunk_by_what_both_files_hold() -> None:
    ratio, error = shrunk_log_odds(np.array([10.0]), np.array([30.0]), n_train=100, n_test=100, prior_rows=50.0)
    prior = 50 * 40 / 200
    wanted = np.log((30 + prior) / (150.5 - 30 - prior)) - np.log((10 + prior) / (150.5 - 10 - prior))
    assert ratio.tolist() == pytest.approx([wanted])
    assert error.tolist() == pytest.approx([np.sqrt(1 / (30 + prior) + 1 / (10 + prior))])
    plain = np.log((30 / 70) / (10 / 90))
    assert 0 < ratio[0] < plain


def shuffled(seed: int, *, more: str = "") -> tuple[pd.Series, int]:
    """300 + 200 rows of the same 40 words; ``more`` stands in half of the test rows alone."""
    rng = np.random.default_rng(seed)
    words = np.array([f"word{chr(97 + i // 10)}{chr(97 + i % 10)}" for i in range(40)])
    rows = [" ".join(rng.choice(words, 8, replace=False)) for _ in range(500)]
    rows[300:400] = [f"{row} {more}".strip() for row in rows[300:400]]
    return texts(rows[:300], rows[300:]), 300


def test_alike_files_have_no_words_of_their_own() -> None:
    told = 0
    for seed in range(40):
        rows, n_train = shuffled(seed)
        told += contrast_words(read_terms(rows, n_train, spec=SPEC), blank(rows), spec=SPEC).n_told > 0
    assert told <= 5


def test_a_planted_word_heads_the_list_and_the_brand_is_marked() -> None:
    rows, n_train = shuffled(0, more="amberfold keto")
    brand = pd.Series(["Amberfold" if "amberfold" in row else "" for row in rows], dtype="str")
    found = contrast_words(read_terms(rows, n_train, spec=SPEC), brand, spec=SPEC)
    told = found.table[found.table["told"]].set_index("term")
    assert {"amberfold", "keto", "amberfold keto"} <= set(told.index)
    assert (told.loc[["amberfold", "keto"], "log_odds"] > 0).all()
    assert told.loc[["amberfold", "keto"], "is_brand"].tolist() == [True, False]
    assert found.table["told"].iloc[0]
    assert found.to_json()["words_told"] == found.n_told


def test_at_most_so_many_are_kept_but_all_are_counted() -> None:
    rows, n_train = shuffled(0)
    spec = WordsSpec(min_rows=5, most_shown=7)
    found = contrast_words(read_terms(rows, n_train, spec=spec), blank(rows), spec=spec)
    assert len(found.table) == 7
    assert found.n_terms >= 40


def test_of_many_rows_an_even_share_of_each_file_is_read() -> None:
    rows, n_train = shuffled(0)
    spec = WordsSpec(min_rows=5, max_rows=100)
    terms = read_terms(rows, n_train, spec=spec)
    assert (len(terms.rows), int(terms.is_test.sum())) == (100, 40)
    assert contrast_words(terms, blank(rows), spec=spec).n_test == 40


def test_no_frequent_word_is_nothing_to_compare() -> None:
    rows = texts(["a", "-"], [""])
    terms = read_terms(rows, 2, spec=SPEC)
    found = contrast_words(terms, blank(rows), spec=SPEC)
    assert (found.n_terms, found.n_told, len(found.table)) == (0, 0, 0)
    assert direction_names(terms, np.zeros((3, 2))) == ["", ""]


def test_a_direction_is_named_by_the_words_at_its_ends() -> None:
    rows = texts(["green tea"] * 10 + ["hot sauce"] * 10, [])
    score = np.array([[1.0]] * 10 + [[-1.0]] * 10)
    (name,) = direction_names(read_terms(rows, 20, spec=SPEC), score)
    high, low = name.split(" against ")
    assert set(high.replace(", ", " ").split()) == {"green", "tea"}
    assert set(low.replace(", ", " ").split()) == {"hot", "sauce"}


@pytest.mark.parametrize("wrong", [{"min_rows": 0}, {"prior_rows": 0.0}, {"level": 1.0}, {"max_q": 0.0}])
def test_a_spec_that_cannot_be_used_is_told(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError):
        WordsSpec(**wrong)
