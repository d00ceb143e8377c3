"""What the whole catalogue says about words and title openings, train and test together, prices unseen.

A brand opens many titles and is followed by many words; a plain word stands in the middle of titles and in lower
case in descriptions. These are the counts behind that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.features.brand_tokens import MAX_TOKENS, WORD_FLAGS, TitleTokens, title_tokens, token_key, word_flags
from core.types import FloatArray, IntArray

MAX_LENGTH = 6
MAX_BODY_CHARS = 3000
# Counts of titles in a larger catalogue are read as if it had this many, so that a word is as common there.
REFERENCE_TITLES = 10_000.0

WORD = re.compile(r"[A-Za-zÀ-ÿ][\w'’.&-]{0,40}")


@dataclass(frozen=True)
class Openings:
    """The first words of N titles as padded arrays; absent words have key 0.

    Attributes:
        tokens: The words themselves.
        keys: Id of each word's key, (N, 8).
        flags: Each word's flags by name, (N, 8).
        bounds: Boundary after each word, (N, 8).
        prefix: Id of the opening of 1 to 7 words, (N, 7); 0 when the title is shorter.
        prefix_count: Titles with that opening, (N, 7).
        branch: Different words that follow it, (N, 7).
        lower_share: Share of a word's uses in bullets and descriptions that are in lower case, (N, 8).
        inner_share: Share of the titles with the word where it does not come first, (N, 8).
        log_titles: Log of 1 + titles with the word, per :data:`REFERENCE_TITLES`, (N, 8).
        n_titles: Titles that were counted.
    """

    tokens: list[TitleTokens]
    keys: IntArray
    flags: dict[str, FloatArray]
    bounds: FloatArray
    prefix: IntArray
    prefix_count: FloatArray
    branch: FloatArray
    lower_share: FloatArray
    inner_share: FloatArray
    log_titles: FloatArray
    n_titles: int

    def words(self, row: int, length: int) -> str:
        """The opening of ``length`` words as written."""
        return " ".join(self.tokens[row].words[:length])


def lower_shares(bodies: Sequence[str]) -> dict[str, float]:
    """For each word key of the bullets and descriptions the share of its uses in lower case, smoothed."""
    uses, lower = word_uses(bodies)
    return {key: smoothed_share(lower[key], count) for key, count in uses.items()}


def word_uses(bodies: Sequence[str]) -> tuple[Counter[str], Counter[str]]:
    """By word key of the bullets and descriptions: its uses, and those in lower case."""
    raw: Counter[str] = Counter()
    for body in bodies:
        raw.update(WORD.findall(body[:MAX_BODY_CHARS]))
    uses: Counter[str] = Counter()
    lower: Counter[str] = Counter()
    for word, count in raw.items():
        key = token_key(word.strip(".-"))
        uses[key] += count
        lower[key] += count * word[0].islower()
    return uses, lower


def smoothed_share(lower: float, uses: float) -> float:
    """A word that was never seen counts as three tenths plain."""
    return (lower + 0.3) / (uses + 1.0)


def read_openings(titles: Sequence[str], lower_share: Mapping[str, float]) -> Openings:
    """Tokenise the titles and count their openings."""
    tokens = [title_tokens(title) for title in titles]
    words = _padded([row.words for row in tokens])
    codes, unique = pd.factorize(words.ravel())
    flag_table = np.array([word_flags(word) for word in unique], dtype=np.float64).reshape(-1, len(WORD_FLAGS))
    key_names = np.array([token_key(word) for word in unique], dtype=object)
    key_codes, names = pd.factorize(np.concatenate([[""], key_names]))
    keys = key_codes[1:][codes].reshape(words.shape).astype(np.int64)
    prefix, count = _prefixes(keys)
    shares = np.array([lower_share.get(name, smoothed_share(0, 0)) for name in names])
    inner, log_titles = _title_shares(titles, keys, list(names))
    return Openings(
        tokens=tokens,
        keys=keys,
        flags={name: flag_table[codes, at].reshape(words.shape) for at, name in enumerate(WORD_FLAGS)},
        bounds=_padded_numbers([row.bounds for row in tokens]),
        prefix=prefix,
        prefix_count=count,
        branch=_branches(prefix),
        lower_share=shares[keys],
        inner_share=inner[keys],
        log_titles=log_titles[keys],
        n_titles=len(titles),
    )


def title_words(title: str) -> set[str]:
    """The word keys of a title."""
    return {token_key(word) for word in title[:1000].split()}


def _padded(rows: Sequence[Sequence[str]]) -> np.ndarray:
    table = np.full((len(rows), MAX_TOKENS), "", dtype=object)
    for row, words in enumerate(rows):
        table[row, : len(words)] = words
    return table


def _padded_numbers(rows: Sequence[Sequence[float]]) -> FloatArray:
    table = np.zeros((len(rows), MAX_TOKENS))
    for row, numbers in enumerate(rows):
        table[row, : len(numbers)] = numbers
    return table


def _prefixes(keys: IntArray) -> tuple[IntArray, FloatArray]:
    """Ids (0 where the title is shorter) and counts of the openings of 1 to 7 words."""
    n, width = len(keys), MAX_TOKENS - 1
    prefix = np.zeros((n, width), dtype=np.int64)
    count = np.zeros((n, width))
    current, offset = np.zeros(n, dtype=np.int64), 1
    for length in range(width):
        rows = np.flatnonzero((keys[:, length] > 0) & ((current > 0) | (length == 0)))
        pair = current[rows] * (int(keys.max(initial=0)) + 1) + keys[rows, length]
        _, ids, counts = np.unique(pair, return_inverse=True, return_counts=True)
        current = np.zeros(n, dtype=np.int64)
        current[rows] = ids.ravel() + offset
        prefix[:, length] = current
        count[rows, length] = counts[ids.ravel()]
        offset += len(counts)
    return prefix, count


def _branches(prefix: IntArray) -> FloatArray:
    """Different words after each opening."""
    branch = np.zeros(int(prefix.max(initial=0)) + 1)
    for length in range(prefix.shape[1] - 1):
        pairs = np.unique(prefix[:, [length, length + 1]], axis=0)
        pairs = pairs[(pairs > 0).all(axis=1)]
        branch += np.bincount(pairs[:, 0], minlength=len(branch))
    return branch[prefix]


def _title_shares(titles: Sequence[str], keys: IntArray, names: list[str]) -> tuple[FloatArray, FloatArray]:
    """By key id: the share of its titles where it is not the first word, and the log of how many there are."""
    ids = {name: at for at, name in enumerate(names)}
    titles_with = np.zeros(len(names))
    for title in titles:
        for key in {ids.get(key, 0) for key in title_words(title)}:
            titles_with[key] += 1
    first = np.bincount(keys[:, 0], minlength=len(names)).astype(np.float64)
    return title_shares(titles_with, first, len(titles))


def title_shares(titles_with: FloatArray, first: FloatArray, n_titles: int) -> tuple[FloatArray, FloatArray]:
    """``inner_share`` and ``log_titles`` of words by their titles and those that they open."""
    inner = (np.maximum(titles_with - first, 0.0) + 0.3) / (titles_with + 0.6)
    return inner, np.log1p(titles_with * REFERENCE_TITLES / max(REFERENCE_TITLES, n_titles))
