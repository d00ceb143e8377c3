"""Tables for the screens and the command line, made from the blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import pandas as pd

from core.features.dictionary import ColumnNote, block_notes, described_parquet, dictionary_table
from core.features.parse import parsed_catalog
from core.features.registry import BLOCKS, brands, compute_block, compute_blocks
from core.features.sides import side_blocks
from core.store import ArtifactStore, Cached, cache_key
from core.types import Catalog, FeatureBlock, SplitFrame

EXPORT_VERSION = 2

_Known: TypeAlias = "Callable[[pd.DataFrame], pd.Series]"

SIZE_TABLE_COLUMNS = (
    "brand",
    "brand_confidence",
    "pack_count",
    "unit_size",
    "unit_kind",
    "total_weight_g",
    "total_volume_ml",
    "total_count",
)
# Where the ends of a feature's axis are cut, so that one pallet does not squeeze every jar into one bar.
_TAIL_PCT = 0.5
_MAX_BARS = 20


def size_table(catalog: Catalog, *, store: ArtifactStore) -> SplitFrame:
    """What a product is and how much you get, one row a product.

    Returns:
        Columns :data:`SIZE_TABLE_COLUMNS`: ``brand`` (``""`` when unknown) and ``unit_kind`` (``weight``, ``volume``,
        ``count`` or ``""``) are ``str``; the rest float64, NaN when unknown. ``unit_size`` is one package in grams,
        millilitres or pieces, as ``unit_kind`` has it.
    """
    size = compute_block(catalog, "size", store=store).frame
    brand = brands(catalog, store=store).value
    return SplitFrame(_size_rows(size.train, brand.train), _size_rows(size.test, brand.test))


def _size_rows(size: pd.DataFrame, brand: pd.DataFrame) -> pd.DataFrame:
    conditions = [(size[f"is_{kind}"] == 1).to_numpy() for kind in ("weight", "volume", "count")]
    kinds = np.select(conditions, ["weight", "volume", "count"], default="")
    table = size.join(brand[["brand", "brand_confidence"]])
    table["unit_kind"] = pd.array(kinds, dtype="str")
    return table[list(SIZE_TABLE_COLUMNS)]


def block_names(catalog: Catalog) -> list[str]:
    """Every block that has seen no price, side tables included: what can be shown and exported, on or off."""
    return [*BLOCKS, *side_blocks(catalog)]


def coverage_table(catalog: Catalog, *, store: ArtifactStore) -> pd.DataFrame:
    """For each main feature the share of products where it was read.

    Returns:
        Columns ``feature``, ``train_pct`` and ``test_pct`` (NaN without rows), best covered first.
    """
    parsed = parsed_catalog(catalog, store=store).value
    brand = brands(catalog, store=store).value
    size = compute_block(catalog, "size", store=store).frame
    category = compute_block(catalog, "category", store=store).frame
    quality = compute_block(catalog, "quality", store=store).frame
    rows = [
        _share("Value field", parsed, lambda frame: frame["value"].notna()),
        _share("Unit field", parsed, lambda frame: frame["unit"] != ""),
        _share("Bullet points", parsed, lambda frame: frame["n_bullets"] > 0),
        _share("Description", parsed, lambda frame: frame["description"] != ""),
        _share("Brand", brand, lambda frame: frame["brand_key"] != ""),
        _share("Weight or volume", size, lambda frame: frame["total_size"].notna()),
        _share("Number of pieces", size, lambda frame: frame["total_count"].notna()),
        _share("Pack of several", size, lambda frame: frame["pack_count"] > 1),
        _share("Category", category, lambda frame: frame["category_sub"].notna()),
        _share("A quality claim", quality, lambda frame: frame["q_count"] > 0),
    ]
    table = pd.DataFrame(rows, columns=["feature", "train_pct", "test_pct"])
    return table.sort_values("train_pct", ascending=False, kind="stable", ignore_index=True)


def _share(feature: str, split: SplitFrame, known: _Known) -> tuple[str, float, float]:
    shares = [100.0 * float(known(frame).mean()) if len(frame) else np.nan for frame in (split.train, split.test)]
    return feature, shares[0], shares[1]


def column_table(block: FeatureBlock) -> pd.DataFrame:
    """One row a column of a block: ``column``, ``meaning``, ``train_pct`` and ``test_pct`` of rows that have it."""
    frame = block.frame
    return pd.DataFrame(
        {
            "column": frame.columns,
            "meaning": [block.info.columns.get(column, "") for column in frame.columns],
            "train_pct": 100.0 * frame.train.notna().mean().to_numpy(dtype=np.float64),
            "test_pct": 100.0 * frame.test.notna().mean().to_numpy(dtype=np.float64),
        }
    )


def distribution_table(split: SplitFrame, column: str, *, bins: int = 40, is_log: bool = False) -> pd.DataFrame:
    """How train and test spread over the values of one column, missing ones left out.

    Numbers are counted in ``bins`` bars between the 0.5 % and 99.5 % points; what lies beyond goes into the outer
    bars. Categories, and numbers with few values, have a bar a value, at most 20.

    Args:
        is_log: The column holds natural logarithms; the labels say what they are the logarithms of.

    Returns:
        Columns ``label`` (``str``), ``train_pct`` and ``test_pct`` (share of the rows that have a value).
    """
    train, test = split.train[column].dropna(), split.test[column].dropna()
    both = pd.concat([train.astype(object), test.astype(object)])
    if both.empty:
        return pd.DataFrame({"label": pd.array([], dtype="str"), "train_pct": [], "test_pct": []})
    if both.nunique() <= _MAX_BARS or not pd.api.types.is_numeric_dtype(split.train[column]):
        return _value_bars(train, test, both, is_log)
    return _binned_bars(train.to_numpy(dtype=np.float64), test.to_numpy(dtype=np.float64), bins, is_log)


def _value_bars(train: pd.Series, test: pd.Series, both: pd.Series, is_log: bool) -> pd.DataFrame:
    numeric = pd.api.types.is_numeric_dtype(train)
    values = both.value_counts().index[:_MAX_BARS].tolist()
    values = sorted(values) if numeric else values
    shares = [
        100.0 * side.value_counts(normalize=True).reindex(values).fillna(0.0).to_numpy() for side in (train, test)
    ]
    labels = [_short(value, is_log) if numeric else str(value) for value in values]
    return pd.DataFrame({"label": pd.array(labels, dtype="str"), "train_pct": shares[0], "test_pct": shares[1]})


def _binned_bars(train: np.ndarray, test: np.ndarray, bins: int, is_log: bool) -> pd.DataFrame:
    low, high = np.percentile(np.concatenate([train, test]), [_TAIL_PCT, 100.0 - _TAIL_PCT])
    high = high if high > low else low + 1.0
    edges = np.linspace(low, high, bins + 1)
    counts = [np.histogram(np.clip(side, low, high), edges)[0] for side in (train, test)]
    shares = [100.0 * count / max(1, count.sum()) for count in counts]
    labels = [_short((left + right) / 2, is_log) for left, right in pairwise(edges)]
    return pd.DataFrame({"label": pd.array(labels, dtype="str"), "train_pct": shares[0], "test_pct": shares[1]})


def _short(value: float, is_log: bool) -> str:
    """A number for an axis: four digits, thousands apart, never a power of ten."""
    plain = np.exp(value) if is_log else value
    return f"{float(f'{plain:.4g}'):,.12g}"


def feature_table(catalog: Catalog, names: Sequence[str], *, store: ArtifactStore) -> pd.DataFrame:
    """All columns of the named blocks side by side, named ``block.column``, with ``split`` and ``brand`` before them.

    Returns:
        Train rows, then test rows, indexed by ``sample_id``.
    """
    brand = brands(catalog, store=store).value.stacked()["brand"].reset_index(drop=True)
    ids = pd.concat([catalog.items.train, catalog.items.test]).index
    split = pd.Series(["train"] * catalog.n_train + ["test"] * catalog.n_test, name="split", dtype="str")
    columns = [
        block.frame.stacked().reset_index(drop=True).add_prefix(f"{name}.")
        for name, block in compute_blocks(catalog, names, store=store).items()
    ]
    return pd.concat([split, brand, *columns], axis=1).set_axis(ids, axis=0)


def feature_parquet(catalog: Catalog, names: Sequence[str], *, store: ArtifactStore) -> Cached[bytes]:
    """:func:`feature_table` as a Parquet file, cached under the blocks' keys."""
    blocks = compute_blocks(catalog, names, store=store)
    parents = [brands(catalog, store=store).key, *(block.key for block in blocks.values())]

    def write() -> bytes:
        return described_parquet(feature_table(catalog, names, store=store), notes_of(blocks))

    return store.raw(cache_key("features.export", EXPORT_VERSION, {"blocks": list(names)}, parents), write)


def feature_dictionary(catalog: Catalog, names: Sequence[str], *, store: ArtifactStore) -> pd.DataFrame:
    """The data dictionary of :func:`feature_parquet`; see :func:`core.features.dictionary.dictionary_table`."""
    table = feature_table(catalog, names, store=store)
    notes = notes_of(compute_blocks(catalog, names, store=store))
    return dictionary_table(table, notes, n_train=catalog.n_train)


def notes_of(blocks: Mapping[str, FeatureBlock]) -> dict[str, ColumnNote]:
    """Notes on every ``block.column``."""
    return block_notes(
        {name: block.info for name, block in blocks.items()},
        {name: block.frame.columns for name, block in blocks.items()},
    )
