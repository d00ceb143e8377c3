"""Columns in which train and test may differ, made so that alike files look alike.

Three modalities: ``text`` (what the title and the first bullets say, as 40 directions of TF-IDF), ``size`` (amounts,
packs, lengths), ``brand`` (support as a fold model sees it). No price is seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from core.features import artifact_key, brands, compute_block, parsed_catalog
from core.folds import FoldPlan
from core.shift.support import fold_support
from core.store import ArtifactStore, Cached, cache_key
from core.types import ID, Catalog, FloatArray, ProgressFn, SplitFrame, no_progress

VERSION = 1
N_TEXT = 40
BODY_LETTERS = 200
MAX_TERMS = 20_000
MAX_SVD_ROWS = 20_000
SIZE_BLOCKS = ("size", "text_stats")


def shift_columns(
    catalog: Catalog, plan: FoldPlan, *, store: ArtifactStore, seed: int = 0, report: ProgressFn = no_progress
) -> Cached[SplitFrame]:
    """The columns of all three modalities, named ``<modality>.<column>``, from the cache or made and kept."""
    key = columns_key(catalog, plan, seed=seed)

    def compute() -> SplitFrame:
        report(0.1, "Words of both files")
        text = text_directions(shift_texts(parsed_catalog(catalog, store=store).value), seed=seed)
        sizes = [_renamed(compute_block(catalog, name, store=store).frame, "size") for name in SIZE_BLOCKS]
        return beside([text, *sizes, brand_columns(brands(catalog, store=store).value, plan, seed=seed)])

    return store.split_frame(key, compute)


def columns_key(catalog: Catalog, plan: FoldPlan, *, seed: int) -> str:
    """Cache key of :func:`shift_columns`."""
    parents = [*(artifact_key(catalog, name) for name in ("parse", "brands", *SIZE_BLOCKS)), plan.key]
    return cache_key("shift.columns", VERSION, {"seed": seed}, parents)


def modalities_of(columns: Sequence[str]) -> Mapping[str, list[str]]:
    """Columns by the part of their name before the first dot."""
    found: dict[str, list[str]] = {}
    for column in columns:
        found.setdefault(column.split(".", 1)[0], []).append(column)
    return found


def brand_columns(named: SplitFrame, plan: FoldPlan, *, seed: int) -> SplitFrame:
    """``brand.log_rows`` (log of 1 + support; missing where unknown) and ``brand.unseen`` (0/1)."""
    support = fold_support(named, "brand_key", plan, seed=seed)

    def made(side: pd.DataFrame) -> pd.DataFrame:
        rows = side["support"]
        unseen = (rows == 0).astype(np.float64)
        return pd.DataFrame({"brand.log_rows": np.log1p(rows), "brand.unseen": unseen}, index=side.index)

    return SplitFrame(made(support.train), made(support.test))


def text_directions(texts: SplitFrame, *, seed: int) -> SplitFrame:
    """``text.1`` … of column ``text``: TF-IDF of words, projected on its first 40 directions (truncated SVD).

    Both files share the vocabulary and the directions; these are fitted on at most 20,000 rows.
    """
    stacked = texts.stacked()
    vectors = _directions(stacked["text"].tolist(), seed=seed)
    names = [f"text.{i + 1}" for i in range(vectors.shape[1])]
    frame = pd.DataFrame(vectors, index=pd.Index(stacked.index, name=ID), columns=names)
    return SplitFrame.unstacked(frame, len(texts.train))


def shift_texts(parsed: SplitFrame) -> SplitFrame:
    """What is compared of each text, column ``text``: the title and the first 200 letters of the bullets."""

    def joined(side: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"text": side["title"] + " " + side["bullets"].str.slice(0, BODY_LETTERS)})

    return SplitFrame(joined(parsed.train), joined(parsed.test))


def beside(parts: Sequence[SplitFrame]) -> SplitFrame:
    """Frames of the same rows side by side."""
    for part in parts[1:]:
        parts[0].check_rows(part)
    return SplitFrame(*(pd.concat([getattr(p, side) for p in parts], axis=1) for side in ("train", "test")))


def _directions(texts: list[str], *, seed: int) -> FloatArray:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    try:
        terms = TfidfVectorizer(min_df=3, max_features=MAX_TERMS, sublinear_tf=True, dtype=np.float32)
        matrix = terms.fit_transform(texts)
    except ValueError:
        # scikit-learn's way to say that no word occurs three times: there is nothing to compare.
        return np.zeros((len(texts), 0))
    size = min(N_TEXT, matrix.shape[1] - 1)
    if size < 1:
        return np.asarray(matrix.toarray(), dtype=np.float64)
    rows = np.random.default_rng(seed).permutation(len(texts))[:MAX_SVD_ROWS]
    svd = TruncatedSVD(size, n_iter=3, random_state=seed).fit(matrix[np.sort(rows)])
    return np.asarray(svd.transform(matrix), dtype=np.float64)


def _renamed(frame: SplitFrame, modality: str) -> SplitFrame:
    return SplitFrame(*(side.add_prefix(f"{modality}.") for side in (frame.train, frame.test)))
