"""The block ``category``: the shelf where a product would stand, by keyword."""

from __future__ import annotations

import re
from collections import defaultdict
from types import MappingProxyType

import numpy as np
import pandas as pd

from core.features.taxonomy import TOP_OF, WORDS
from core.types import BlockInfo

CATEGORY_VERSION = 2

TITLE_WEIGHT = 3.0
BULLET_WEIGHT = 1.0
# The first stretch of a title that holds a keyword names the product; the rest praises it. The last keyword of that
# stretch is its head noun: a chocolate chip cookie is a cookie.
HEAD_WEIGHT = 1.5
NOUN_WEIGHT = 2.5
MAX_TITLE_CHARS = 1000
MAX_BULLETS_CHARS = 3000

CATEGORY_INFO = BlockInfo(
    name="category",
    title="Category",
    meaning="The shelf where the product would stand, from the words of its title and bullet points",
    columns=MappingProxyType(
        {
            "category_top": "shelf, one of 12; missing when no word points to one",
            "category_sub": "sub-shelf, one of 59; missing when no word points to one",
            "category_score": "score of the sub-shelf chosen, weighted keyword hits",
            "category_margin": "its lead over the runner-up, share of its score",
        }
    ),
)

_WORD = re.compile(r"[a-zñéáíóúü]+")
_STRETCH_END = re.compile(r" [-–—] |[,(|:]")
_TOPS = tuple(dict.fromkeys(TOP_OF.values()))
_SUBS = tuple(TOP_OF)
_RUNS = frozenset(word for word in WORDS if " " in word)
_SINGLES = frozenset(word for word in WORDS if " " not in word)
# Runs are looked for only after a word that opens one: joining every pair of words took two thirds of the time.
_RUN_STARTS = frozenset(word.split()[0] for word in _RUNS)
_RUN_LENGTHS = tuple(sorted({word.count(" ") + 1 for word in _RUNS}))


def category_frame(parsed: pd.DataFrame) -> pd.DataFrame:
    """The block's columns: two of dtype ``category``, two float64."""
    pairs = zip(parsed["title"].tolist(), parsed["bullets"].tolist(), strict=True)
    found = [find_category(title, bullets) for title, bullets in pairs]
    tops = [TOP_OF[sub] if sub else None for sub, _, _ in found]
    subs = [sub or None for sub, _, _ in found]
    return pd.DataFrame(
        {
            "category_top": pd.Categorical(tops, categories=list(_TOPS)),
            "category_sub": pd.Categorical(subs, categories=list(_SUBS)),
            "category_score": np.array([score for _, score, _ in found], dtype=np.float64),
            "category_margin": np.array([margin for _, _, margin in found], dtype=np.float64),
        },
        index=parsed.index,
    )


def find_category(title: str, bullets: str = "") -> tuple[str, float, float]:
    """Sub-shelf, its score, and its lead over the runner-up as a share; ``("", nan, nan)`` when nothing hits."""
    scores: defaultdict[str, float] = defaultdict(float)
    short = title[:MAX_TITLE_CHARS]
    head = next((hits for hits in map(_ordered_hits, _STRETCH_END.split(short)) if hits), [])
    for word in _hits(short):
        weight = NOUN_WEIGHT if head and word == head[-1] else HEAD_WEIGHT if word in head else 1.0
        _add(scores, word, TITLE_WEIGHT * weight)
    for word in _hits(bullets[:MAX_BULLETS_CHARS]):
        _add(scores, word, BULLET_WEIGHT)
    if not scores:
        return "", np.nan, np.nan
    ranked = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    best, score = ranked[0]
    runner_up = ranked[1][1] if len(ranked) > 1 else 0.0
    return best, score, (score - runner_up) / score


def _add(scores: defaultdict[str, float], word: str, weight: float) -> None:
    for sub, worth in WORDS[word]:
        scores[sub] += weight * worth


def _hits(text: str) -> list[str]:
    """The keywords of a text: single words, and two or three words in a row; sorted, so that scores never vary."""
    words = _WORD.findall(text.lower())
    runs = {
        " ".join(words[at : at + length])
        for at, word in enumerate(words)
        if word in _RUN_STARTS
        for length in _RUN_LENGTHS
    }
    return sorted(_SINGLES.intersection(words) | _RUNS.intersection(runs))


def _ordered_hits(text: str) -> list[str]:
    """The keywords of a short text by where they end; of two that end together the longer one comes last."""
    words = _WORD.findall(text.lower())
    # By where it ends, then by how long it is.
    found = [(at, 1, word) for at, word in enumerate(words) if word in _SINGLES]
    for at, word in enumerate(words):
        if word in _RUN_STARTS:
            runs = ((length, " ".join(words[at : at + length])) for length in _RUN_LENGTHS if at + length <= len(words))
            found += [(at + length - 1, length, run) for length, run in runs if run in _RUNS]
    return [word for _, _, word in sorted(found)]
