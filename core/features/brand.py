"""The block ``brand``: who makes it, learned from the catalogue itself and never from a price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from core.features.brand_model import believe, best_belief, chosen_names, find_readings, second_pass
from core.features.brand_weights import FIRST_PASS, SECOND_PASS
from core.types import BlockInfo, FloatArray, SplitFrame

BRAND_VERSION = 2

# Below this belief a brand stays blank. On held-out products with a brand 0.25 left 3 % blank, with 90 % of the
# readings right or overlapping; 0.15 named 2 % more and half of those were wrong.
MIN_BELIEF = 0.25

# Legal forms and trade words that a brand is written with and without.
_FORMS = ("foods", "food", "company", "co", "inc", "llc", "ltd", "corp", "brand", "brands")

BRAND_INFO = BlockInfo(
    name="brand",
    title="Brand",
    meaning="Who makes it, as far as the catalogue itself tells; blank rather than wrong",
    columns=MappingProxyType(
        {
            "brand_log_count": "natural log of the products of this brand in train and test together",
            "brand_tokens": "words in the brand's name",
            "brand_confidence": "how sure the reading is, 0 to 1; 0 when the brand is unknown",
            "brand_chars": "length of the brand's name, characters",
        }
    ),
)


def brand_table(parsed: SplitFrame) -> SplitFrame:
    """Every product's brand.

    Args:
        parsed: The catalogue as :func:`core.features.parse.parsed_catalog` gives it.

    Returns:
        Columns ``brand`` and ``brand_key`` (``str``, ``""`` when unknown; one spelling a key) and
        ``brand_confidence`` (0 when unknown).
    """
    stacked = parsed.stacked()
    titles = stacked["title"].tolist()
    bodies = (stacked["bullets"] + "\n" + stacked["description"]).tolist()
    keys, names, confidence = read_brands(titles, bodies)
    table = pd.DataFrame(
        {
            "brand": pd.array(names, dtype="str"),
            "brand_key": pd.array(keys, dtype="str"),
            "brand_confidence": confidence,
        },
        index=stacked.index,
    )
    return SplitFrame.unstacked(table, len(parsed.train))


def read_brands(titles: Sequence[str], bodies: Sequence[str]) -> tuple[list[str], list[str], FloatArray]:
    """Key, display name and confidence for each product; ``""``, ``""`` and 0 where the brand cannot be told.

    Args:
        titles: Cleaned titles of the whole catalogue.
        bodies: Bullets and description of the same products.
    """
    if not titles:
        return [], [], np.zeros(0)
    readings, support = second_pass(find_readings(titles, bodies), titles, bodies, FIRST_PASS)
    beliefs = believe(readings, SECOND_PASS, support)
    chosen = chosen_names(readings, beliefs, min_belief=MIN_BELIEF)
    keys = _joined_forms([readings.keys[key] for key, _ in chosen])
    spelling = _spellings(keys, [name for _, name in chosen])
    confidence = np.where([key != "" for key in keys], best_belief(readings, beliefs), 0.0)
    return keys, [spelling.get(key, "") for key in keys], confidence


def _joined_forms(keys: Sequence[str]) -> list[str]:
    known = set(keys)
    joined = {key: joined_form(key, known) for key in known}
    return [joined[key] for key in keys]


def joined_form(key: str, known: Container[str]) -> str:
    """The key without a legal form at its end where the catalogue also has the bare name."""
    stems = (key.removesuffix(form) for form in _FORMS)
    return next((stem for stem in stems if stem != key and len(stem) > 2 and stem in known), key)


def _spellings(keys: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """The spelling that a key is shown with: the commonest, mixed case and an apostrophe before bare capitals."""
    counts: dict[str, Counter[str]] = {}
    for key, name in zip(keys, names, strict=True):
        if key:
            counts.setdefault(key, Counter())[name] += 1
    return {key: max(found.items(), key=_spelling_rank)[0] for key, found in counts.items()}


def _spelling_rank(counted: tuple[str, int]) -> tuple[float, float, int, str]:
    name, count = counted
    plain = name.isupper() or name.islower()
    weight = count * (0.5 if plain else 1.0) * (1.5 if "'" in name or "’" in name else 1.0)
    return (weight, -len(name), count, name)


def brand_frame(table: SplitFrame) -> SplitFrame:
    """The block's numeric columns, float64; NaN where the brand is unknown, but for the confidence."""
    stacked = table.stacked()
    count = stacked["brand_key"].map(stacked["brand_key"].value_counts())
    return SplitFrame.unstacked(brand_columns(stacked, count), len(table.train))


def brand_columns(table: pd.DataFrame, count: pd.Series) -> pd.DataFrame:
    """The block's columns for brands as in :func:`brand_table` and how many products each brand has."""
    known = table["brand_key"] != ""
    return pd.DataFrame(
        {
            "brand_log_count": np.log(count.astype(np.float64).where(known)),
            "brand_tokens": (table["brand"].str.count(" ") + 1).astype(np.float64).where(known),
            "brand_confidence": table["brand_confidence"],
            "brand_chars": table["brand"].str.len().astype(np.float64).where(known),
        },
        index=table.index,
    )
