"""Products that are nearly the same by the words of their title, or of their title, bullets and description.

Two products are near when they share most of their distinct words: the Jaccard similarity of the two word sets, not
below :data:`LEAST`. Numbers are words too, so two packs of one product are near and not the same. Products form a group
when a chain of near ones joins them, at whatever threshold the reader chooses from :data:`LEAST` on: kept are only the
links of a maximum spanning forest, which joins the same groups at every threshold as all the pairs would.

Measured on the challenge's 6,480 + 4,481 rows against all pairs by brute force, at 0.8: 325 of 325 pairs of titles and
28,585 of 28,585 pairs of texts; by the MinHash bands that very large files need, 324 and 28,360 (99.2 %)
(``benchmarks/near_recall.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.features import artifact_key, parsed_catalog
from core.shift.set_join import similar_pairs, word_sets
from core.store import ArtifactStore, cache_key
from core.types import ID, BoolArray, Catalog, ProgressFn, SplitFrame, no_progress, part_of

VERSION = 1
LEAST = 0.8
"""Least similarity that is looked for."""
_FIELDS = {"near title": ("title",), "near text": ("title", "bullets", "description")}
NEAR_KINDS: tuple[str, ...] = tuple(_FIELDS)


@dataclass(frozen=True)
class NearTwins:
    """Near products of one kind.

    Attributes:
        sets: Column ``set``: number of each product's word set, −1 where it has no word.
        links: ``left``, ``right`` (set numbers) and ``similarity`` (:data:`LEAST` to 1): a spanning forest.
        exact: False when a few pairs may be missing, in files that are put together from the same sentences.
    """

    sets: SplitFrame
    links: pd.DataFrame
    exact: bool

    def groups(self, least: float) -> SplitFrame:
        """Column ``key``: number of each product's group at similarity ``least``, −1 where it has no word.

        Raises:
            ValueError: ``least`` is below :data:`LEAST` or above 1.
        """
        if not LEAST <= least <= 1.0:
            raise ValueError(f"similarity {least} is not from {LEAST} to 1")
        both = self.sets.stacked()["set"].to_numpy(dtype=np.int64)
        near = self.links[self.links["similarity"] >= least - 1e-9]
        group = _components(int(both.max(initial=-1)) + 1, near)
        key = np.where(both >= 0, group[both] if group.size else both, -1)
        stacked = pd.DataFrame({"key": key}, index=self.sets.stacked().index)
        return SplitFrame.unstacked(stacked, len(self.sets.train))


def near_twins(train: pd.Series, test: pd.Series, *, report: ProgressFn = no_progress) -> NearTwins:
    """Near texts within ``train`` and across the two; two test texts are compared with train alone.

    Args:
        train, test: Texts, indexed by ``sample_id``.
    """
    both = pd.concat([train, test]).astype("object")
    texts = pd.Series([" ".join(text.casefold().split()) for text in both], dtype="object")
    code, distinct = pd.factorize(texts.where(texts != "", None))
    in_train: BoolArray = np.isin(np.arange(len(distinct)), code[: len(train)])
    sets = word_sets(distinct.tolist())
    found = similar_pairs(sets, threshold=LEAST, paired=in_train, report=report)
    wordless = np.flatnonzero(np.diff(sets.indptr) == 0)
    number = np.where(np.isin(code, wordless), -1, code).astype(np.int64)
    return NearTwins(_split(number, train.index, test.index), _forest(len(distinct), found.pairs), found.exact)


def catalog_near(catalog: Catalog, *, store: ArtifactStore, report: ProgressFn = no_progress) -> dict[str, NearTwins]:
    """:class:`NearTwins` of each of :data:`NEAR_KINDS`, from the cache or computed and kept; seconds to a minute."""
    found = find_near(catalog, store=store)
    if found is not None:
        return found
    parsed = parsed_catalog(catalog, store=store).value
    made = {}
    for number, (kind, fields) in enumerate(_FIELDS.items()):
        stretch = part_of(report, number / len(_FIELDS), (number + 1) / len(_FIELDS))
        made[kind] = near_twins(_joined(parsed.train, fields), _joined(parsed.test, fields), report=stretch)
        _keep(made[kind], _key(catalog, kind), store)
    return made


def find_near(catalog: Catalog, *, store: ArtifactStore) -> dict[str, NearTwins] | None:
    """What :func:`catalog_near` keeps, or None before it was made."""
    found = {}
    for kind in NEAR_KINDS:
        key = _key(catalog, kind)
        number, links = store.find_array(_part(key, "sets")), store.find_frame(key)
        facts = store.find_json(_part(key, "facts"))
        if number is None or links is None or facts is None:
            return None
        sets = _split(number, catalog.items.train.index, catalog.items.test.index)
        found[kind] = NearTwins(sets, links, bool(facts["exact"]))
    return found


def _keep(made: NearTwins, key: str, store: ArtifactStore) -> None:
    store.array(_part(key, "sets"), lambda: made.sets.stacked()["set"].to_numpy(dtype=np.int64))
    store.frame(key, lambda: made.links)
    store.json(_part(key, "facts"), lambda: {"exact": made.exact})


def _split(number: np.ndarray, train: pd.Index, test: pd.Index) -> SplitFrame:
    index = pd.Index([*train, *test], name=ID, dtype="str")
    return SplitFrame.unstacked(pd.DataFrame({"set": number}, index=index), len(train))


def _key(catalog: Catalog, kind: str) -> str:
    spec = {"kind": kind, "least": LEAST}
    return cache_key("shift.near", VERSION, spec, [artifact_key(catalog, "parse"), catalog.key])


def _part(key: str, name: str) -> str:
    return cache_key(f"shift.near.{name}", VERSION, {}, [key])


def _joined(side: pd.DataFrame, fields: Sequence[str]) -> pd.Series:
    joined = [" ".join(parts) for parts in zip(*(side[name].tolist() for name in fields), strict=True)]
    return pd.Series(joined, index=side.index, dtype="object")


def _forest(n_sets: int, pairs: pd.DataFrame) -> pd.DataFrame:
    """The links of a maximum spanning forest, strongest first."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import minimum_spanning_tree

    # An edge of weight 0 counts as absent, so a similarity of 1 must weigh something.
    weight = 2.0 - pairs["similarity"].to_numpy(dtype=np.float64)
    graph = coo_matrix((weight, (pairs["left"], pairs["right"])), shape=(n_sets, n_sets))
    tree = minimum_spanning_tree(graph.tocsr()).tocoo()
    links = pd.DataFrame(
        {"left": tree.row.astype(np.int64), "right": tree.col.astype(np.int64), "similarity": 2.0 - tree.data}
    )
    return links.sort_values(["similarity", "left", "right"], ascending=[False, True, True], ignore_index=True)


def _components(n_sets: int, links: pd.DataFrame) -> np.ndarray:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    graph = coo_matrix((np.ones(len(links)), (links["left"], links["right"])), shape=(n_sets, n_sets))
    _, group = connected_components(graph, directed=False)
    return np.asarray(group, dtype=np.int64)
