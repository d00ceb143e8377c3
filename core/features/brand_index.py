"""What the whole catalogue says of words, openings and names, as tables to look a single text up in."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.features.brand import BRAND_VERSION, MIN_BELIEF
from core.features.brand_model import (
    Beliefs,
    Readings,
    believe,
    carried,
    chosen_names,
    find_readings,
    key_counts,
    known_names,
    support_of,
    with_mentions,
)
from core.features.brand_names import Vocabulary, vocabulary
from core.features.brand_stats import title_words, word_uses
from core.features.brand_tokens import token_key
from core.features.brand_weights import FIRST_PASS, SECOND_PASS
from core.features.parse import parsed_catalog, parsed_key
from core.store import ArtifactStore, cache_key
from core.types import Catalog

VERSION = 1
GAP = " "
"""Between the word keys of an opening; no key holds a blank."""


@dataclass(frozen=True)
class BrandIndex:
    """Counts over all products of a catalogue; each table is a dictionary of tuples.

    Attributes:
        n_titles: Products counted.
        words: By word key: uses in bullets and descriptions, those in lower case, titles with it, titles that it
            opens.
        openings: By an opening's word keys: titles with it, different words that follow it.
        names: By joined key: products that state it, the same with mentions, titles that open with it, the summed
            belief of the first pass, readings that have it, products whose brand it is.
        known: Brands to search an unsure text for.
    """

    n_titles: int
    words: Mapping[str, tuple[float, ...]]
    openings: Mapping[str, tuple[float, ...]]
    names: Mapping[str, tuple[float, ...]]
    known: Vocabulary


def brand_index(catalog: Catalog, *, store: ArtifactStore) -> BrandIndex:
    """The index of a catalogue, its tables from the cache or computed and kept; costs what the brands cost."""
    keys = _table_keys(catalog)

    @functools.cache
    def tables() -> dict[str, pd.DataFrame]:
        parsed = parsed_catalog(catalog, store=store).value.stacked()
        bodies = parsed["bullets"] + "\n" + parsed["description"]
        return index_tables(parsed["title"].tolist(), bodies.tolist())

    held = {name: store.frame(key, functools.partial(_one_of, tables, name)).value for name, key in keys.items()}
    return index_of(held, catalog.n_train + catalog.n_test)


def has_brand_index(catalog: Catalog, *, store: ArtifactStore) -> bool:
    """True when the index of these products is kept, so that :func:`brand_index` only reads it."""
    return all(store.has(key) for key in _table_keys(catalog).values())


def _table_keys(catalog: Catalog) -> dict[str, str]:
    key = cache_key("features.brand_index", VERSION, {"brand_version": BRAND_VERSION}, [parsed_key(catalog)])
    return {
        name: cache_key("features.brand_index.table", VERSION, {"table": name}, [key])
        for name in ("words", "openings", "names")
    }


def _one_of(tables: Callable[[], dict[str, pd.DataFrame]], name: str) -> pd.DataFrame:
    return tables()[name]


def index_of(tables: Mapping[str, pd.DataFrame], n_titles: int) -> BrandIndex:
    """The tables of :func:`index_tables` as an index."""
    names = tables["names"]
    known = names["spelling"][names["spelling"] != ""]
    return BrandIndex(
        n_titles=n_titles,
        words=_lookup(tables["words"]),
        openings=_lookup(tables["openings"]),
        names=_lookup(names.drop(columns="spelling")),
        known=vocabulary(dict(zip(known.index.tolist(), known.tolist(), strict=True))),
    )


def _lookup(table: pd.DataFrame) -> dict[str, tuple[float, ...]]:
    columns = [table[name].tolist() for name in table.columns]
    return dict(zip(table.index.tolist(), zip(*columns, strict=True), strict=True))


def index_tables(titles: Sequence[str], bodies: Sequence[str]) -> dict[str, pd.DataFrame]:
    """``words``, ``openings`` and ``names`` of a catalogue, each indexed by its key; :class:`BrandIndex` has the
    columns' meanings."""
    if not titles:
        return {
            "words": _frame({}, ("uses", "lower", "titles", "first")),
            "openings": _frame({}, ("titles", "branch")),
            "names": _frame({}, _NAME_COLUMNS).assign(spelling=pd.array([], dtype="str")),
        }
    readings = find_readings(titles, bodies)
    beliefs = believe(readings, FIRST_PASS)
    wider = with_mentions(readings, beliefs, titles, bodies)
    return {
        "words": _words(titles, bodies, readings),
        "openings": _openings(readings),
        "names": _names(readings, beliefs, wider, known_names(readings, beliefs)),
    }


_NAME_COLUMNS = ("stated", "stated_wide", "openings", "mass", "rows", "brands")


def _frame(rows: Mapping[str, tuple[float, ...]], columns: Sequence[str]) -> pd.DataFrame:
    values = np.array(list(rows.values()), dtype=np.float64).reshape(-1, len(columns))
    return pd.DataFrame(values, columns=list(columns), index=pd.Index(list(rows), dtype="str", name="key"))


def _words(titles: Sequence[str], bodies: Sequence[str], readings: Readings) -> pd.DataFrame:
    uses, lower = word_uses(bodies)
    tokens = readings.openings.tokens
    opening = {token_key(word) for row in tokens for word in row.words}
    held: Counter[str] = Counter()
    strange = 0
    for title in titles:
        words = title_words(title)
        held.update(words)
        strange += not words <= opening
    first = Counter(token_key(row.words[0]) if row.words else "" for row in tokens)
    # What the reader takes for the place after a title's last word: titles with a word that opens none.
    held[""] = strange
    rows = {
        key: (float(uses[key]), float(lower[key]), float(held[key]), float(first[key]))
        for key in dict.fromkeys((*uses, *held, *first))
    }
    return _frame(rows, ("uses", "lower", "titles", "first"))


def _openings(readings: Readings) -> pd.DataFrame:
    found = readings.openings
    rows: dict[str, tuple[float, ...]] = {}
    for length in range(found.prefix.shape[1]):
        ids, first = np.unique(found.prefix[:, length], return_index=True)
        for prefix, row in zip(ids.tolist(), first.tolist(), strict=True):
            if prefix:
                key = GAP.join(map(token_key, found.tokens[row].words[: length + 1]))
                rows[key] = (float(found.prefix_count[row, length]), float(found.branch[row, length]))
    return _frame(rows, ("titles", "branch"))


def _names(readings: Readings, beliefs: Beliefs, wider: Readings, known: Mapping[str, str]) -> pd.DataFrame:
    narrow, wide = key_counts(readings), key_counts(wider)
    first = carried(beliefs, wider)
    n_keys = len(wider.keys)
    key = np.concatenate([wider.prefix_key.ravel(), wider.name_key])
    mass = np.bincount(key, np.concatenate([first.prefix.ravel(), first.named]), n_keys)
    rows = np.bincount(key, minlength=n_keys).astype(np.float64)
    final = believe(wider, SECOND_PASS, support_of(wider, first))
    chosen = np.bincount([key for key, _ in chosen_names(wider, final, min_belief=MIN_BELIEF)], minlength=n_keys)
    stated = dict(zip(readings.keys, narrow.stated.tolist(), strict=True))
    table = pd.DataFrame(
        {
            "stated": [stated.get(name, 0.0) for name in wider.keys],
            "stated_wide": wide.stated,
            "openings": wide.openings,
            "mass": mass,
            "rows": rows,
            "brands": chosen.astype(np.float64),
            "spelling": pd.array([known.get(name, "") for name in wider.keys], dtype="str"),
        },
        index=pd.Index(wider.keys, dtype="str", name="key"),
    )
    return table.iloc[1:]
