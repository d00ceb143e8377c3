"""Words and word pairs that tell train from test, each with its odds ratio and whether chance explains it.

The ratio is Monroe, Colaresi and Quinn's ("Fightin' Words", 2008): the log of the odds that a row of test holds the
term over the odds that one of train does, shrunk towards no difference by a prior that knows how frequent the term
is in both files together, so that a term of three rows does not head the list. Rows are counted, not occurrences: a
listing that repeats a word ten times is one listing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.errors import InputError
from core.shift.ratios import false_discovery, share_p_value
from core.types import BoolArray, FloatArray, IntArray, JsonDict

LETTERS = r"(?u)\b[^\W\d_][^\W_]+\b"
"""A word: two letters or digits, the first one a letter; sizes are compared as numbers elsewhere."""
NAMED = 20


@dataclass(frozen=True)
class WordsSpec:
    """Which terms are compared.

    Attributes:
        min_rows: Rows that must hold a term, both files together.
        max_terms: Most frequent terms kept.
        max_rows: Above, so many rows are read, drawn evenly from both files.
        prior_rows: Weight of the prior, in rows; Monroe's α₀.
        level: Level of the intervals.
        max_q: False discovery rate: among the terms said to differ, at most such a share does so by chance.
        most_shown: Terms that are kept, the clearest ones.
        seed: Draws the rows.

    Raises:
        InputError: A number that cannot be used.
    """

    min_rows: int = 10
    max_terms: int = 20_000
    max_rows: int = 30_000
    prior_rows: float = 500.0
    level: float = 0.9
    max_q: float = 0.05
    most_shown: int = 300
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.min_rows, self.max_terms, self.max_rows, self.most_shown) < 1 or not self.prior_rows > 0:
            raise InputError(f"{self} cannot be used.", "Use positive numbers.")
        if not (0 < self.level < 1 and 0 < self.max_q < 1):
            raise InputError(f"{self} cannot be used.", "Use a level and a rate between 0 and 1.")


@dataclass(frozen=True)
class Terms:
    """Which rows hold which term.

    Attributes:
        names: The terms.
        held: Sparse matrix of 0 and 1, a row a product, a column a term.
        rows: Position of each row of ``held`` among all products, train first.
        is_test: Whether it is a test row.
    """

    names: tuple[str, ...]
    held: Any
    rows: IntArray
    is_test: BoolArray


@dataclass(frozen=True)
class WordContrast:
    """Terms over-represented in test or in train.

    Attributes:
        table: Clearest first, at most ``most_shown``: ``term``, ``train_rows``, ``test_rows``, ``train_pct``,
            ``test_pct``, ``odds`` (of a test row over those of a train row), ``log_odds`` (above 0: more in test) with
            ``low`` and ``high``, ``z`` (Monroe's, the log odds over its standard error), ``q_value``, ``told`` (more
            than chance explains), ``is_brand`` (in at least half of its rows it is a part of the brand's name).
        n_terms: Terms compared.
        n_told: Terms that differ by more than chance, among all compared.
        n_train, n_test: Rows read.
    """

    table: pd.DataFrame
    n_terms: int
    n_told: int
    n_train: int
    n_test: int

    def to_json(self) -> JsonDict:
        """Goes into the ``shift`` part of ``report.json``."""
        told = self.table.loc[self.table["told"], "term"].tolist()
        return {"words": self.n_terms, "words_told": self.n_told, "words_named": list(told[:NAMED])}


def read_terms(texts: pd.Series, n_train: int, *, spec: WordsSpec) -> Terms:
    """Words and pairs of neighbouring words of each text.

    Args:
        texts: Train rows, then test rows.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    rows = _drawn(len(texts), n_train, spec)
    is_test = rows >= n_train
    read = CountVectorizer(
        ngram_range=(1, 2),
        min_df=min(spec.min_rows, max(1, len(rows))),
        max_features=spec.max_terms,
        binary=True,
        token_pattern=LETTERS,
        dtype=np.float32,
    )
    try:
        held = read.fit_transform(texts.iloc[rows].tolist())
    except ValueError:
        # scikit-learn's way to say that no term is frequent enough: there is nothing to compare.
        return Terms((), np.zeros((len(rows), 0), dtype=np.float32), rows, is_test)
    return Terms(tuple(read.get_feature_names_out().tolist()), held.tocsr(), rows, is_test)


def contrast_words(terms: Terms, brand: pd.Series, *, spec: WordsSpec) -> WordContrast:
    """Compare both files term by term.

    Args:
        brand: Brand name of every product, ``""`` where unknown, in the order of the texts.
    """
    n_test = int(terms.is_test.sum())
    n_train = len(terms.rows) - n_test
    test = _rows_with(terms.held[terms.is_test])
    train = _rows_with(terms.held[~terms.is_test])
    log_odds, error = shrunk_log_odds(train, test, n_train=n_train, n_test=n_test, prior_rows=spec.prior_rows)
    q_value = false_discovery(share_p_value(train, test, n_train=n_train, n_test=n_test))
    table = pd.DataFrame(
        {
            "term": pd.array(list(terms.names), dtype="str"),
            "train_rows": train.astype(np.int64),
            "test_rows": test.astype(np.int64),
            "train_pct": 100.0 * train / max(1, n_train),
            "test_pct": 100.0 * test / max(1, n_test),
            "odds": np.exp(log_odds),
            "log_odds": log_odds,
            **_interval(log_odds, error, spec.level),
            "z": log_odds / error,
            "q_value": q_value,
            "told": q_value < spec.max_q,
        }
    )
    order = np.lexsort((-np.abs(table["z"].to_numpy()), ~table["told"].to_numpy(dtype=np.bool_)))
    shown = order[: spec.most_shown]
    table = table.iloc[shown].assign(is_brand=_brand_terms(terms, brand)[shown]).reset_index(drop=True)
    return WordContrast(table, len(terms.names), int((q_value < spec.max_q).sum()), n_train, n_test)


def shrunk_log_odds(
    train: FloatArray, test: FloatArray, *, n_train: int, n_test: int, prior_rows: float
) -> tuple[FloatArray, FloatArray]:
    """Log odds ratio under an informative Dirichlet prior, and its standard error (Monroe et al. 2008, eq. 16 and 20).

    Args:
        train, test: Rows that hold each term.
        prior_rows: Rows that the prior is worth; they hold each term as often as both files together do.
    """
    prior = prior_rows * (train + test) / max(1, n_train + n_test)

    def log_odds(rows: FloatArray, n: int) -> FloatArray:
        # Half a row, so that a term which every row holds keeps finite odds.
        odds: FloatArray = np.log((rows + prior) / (n + prior_rows - rows - prior + 0.5))
        return odds

    ratio: FloatArray = log_odds(test, n_test) - log_odds(train, n_train)
    error: FloatArray = np.sqrt(1.0 / (test + prior) + 1.0 / (train + prior))
    return ratio, error


def direction_names(terms: Terms, scores: FloatArray, *, n_words: int = 3) -> list[str]:
    """What each direction of a text space stands for: the terms whose rows lie furthest to either side.

    Args:
        scores: Position of every product on each direction, shape ``(n, k)``, in the order of the texts.

    Returns:
        Such as ``"tea, green, bags against sauce, hot"``, one a direction.
    """
    if not terms.names:
        return [""] * scores.shape[1]
    here = scores[terms.rows]
    spread = np.maximum(here.std(axis=0), 1e-12)
    count = _rows_with(terms.held)
    pull = np.asarray(terms.held.T @ ((here - here.mean(axis=0)) / spread)) / np.sqrt(count)[:, None]
    return [_named(terms.names, pull[:, k], n_words) for k in range(pull.shape[1])]


def _named(names: tuple[str, ...], pull: FloatArray, n_words: int) -> str:
    high = _distinct([names[i] for i in np.argsort(-pull, kind="stable")[: 4 * n_words] if pull[i] > 0], n_words)
    low = _distinct([names[i] for i in np.argsort(pull, kind="stable")[: 4 * n_words] if pull[i] < 0], n_words)
    return " against ".join(", ".join(side) for side in (high, low) if side)


def _distinct(names: list[str], most: int) -> list[str]:
    """The first names that share no word with one kept before them."""
    kept: list[str] = []
    seen: set[str] = set()
    for name in names:
        if not seen & set(name.split()):
            kept.append(name)
            seen |= set(name.split())
    return kept[:most]


def _drawn(n: int, n_train: int, spec: WordsSpec) -> IntArray:
    rng = np.random.default_rng(spec.seed)
    share = min(1.0, spec.max_rows / max(1, n))
    sides = [(0, n_train), (n_train, n - n_train)]
    parts = [first + np.sort(rng.permutation(size)[: round(share * size)]) for first, size in sides]
    return np.concatenate(parts).astype(np.int64)


def _rows_with(held: Any) -> FloatArray:
    return np.asarray(held.sum(axis=0), dtype=np.float64).ravel()


def _interval(log_odds: FloatArray, error: FloatArray, level: float) -> dict[str, FloatArray]:
    from scipy.stats import norm

    half = float(norm.ppf(0.5 + level / 2.0)) * error
    return {"low": log_odds - half, "high": log_odds + half}


def _brand_terms(terms: Terms, brand: pd.Series) -> BoolArray:
    """Terms that are a part of the brand's name in at least half of the rows that hold them."""
    from sklearn.feature_extraction.text import CountVectorizer

    if not terms.names:
        return np.zeros(0, dtype=np.bool_)
    read = CountVectorizer(ngram_range=(1, 2), binary=True, token_pattern=LETTERS, vocabulary=list(terms.names))
    in_name = read.transform(brand.iloc[terms.rows].tolist()).astype(np.float32)
    both = _rows_with(in_name.multiply(terms.held))
    share: BoolArray = both >= 0.5 * np.maximum(1.0, _rows_with(terms.held))
    return share
