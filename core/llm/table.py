"""The answers as a side table: a CSV for each file of the catalogue, keyed by ``sample_id``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from core.features import UNITS
from core.llm.answers import OK
from core.llm.inputs import Inputs
from core.llm.kept import Answer
from core.llm.prompts import QUALITY
from core.store import write_atomic
from core.types import JsonDict, JsonValue, SplitFrame

_UNSAFE: Final = re.compile(r"[^a-z0-9]+")
_NAME_CHARS: Final = 40
_PLACE: Final = {word: place for place, word in enumerate(QUALITY)}
_GRAM_LIKE: Final = {name: unit.gram_like for name, unit in UNITS.items() if unit.kind != "count"}


def side_name(model: str) -> str:
    """Name of the side table of a model's readings, e.g. ``llm_qwen2_5_7b_instruct``."""
    last = model.rstrip("/").rsplit("/", 1)[-1].lower()
    plain = _UNSAFE.sub("_", last).strip("_")[:_NAME_CHARS]
    return f"llm_{plain or 'model'}"


def attribute_table(inputs: Inputs, answers: Mapping[str, Answer]) -> SplitFrame:
    """One row a product; a product whose answer failed or was never asked for is missing in every column.

    Returns:
        ``llm_brand``, ``llm_category``, ``llm_unit`` (text), ``llm_amount`` (in that unit), ``llm_pack`` (items),
        ``llm_total_g`` (amount times pack in grams or millilitres; an ounce by volume stands as one by weight),
        ``llm_claims`` (quality words claimed) and ``llm_is_<word>`` for each of them, 1 or 0.
    """
    values = {key: answer.value for key, answer in answers.items() if answer.status == OK and key}
    read = _columns(list(values.values()), pd.Index(list(values), dtype="str"))
    sides = (inputs.keys.train, inputs.keys.test)
    return SplitFrame(*(read.reindex(side["key"]).set_axis(side.index) for side in sides))


def _columns(values: list[JsonDict], index: pd.Index) -> pd.DataFrame:
    """The table's columns for answers, one row an answer."""
    amount, pack = (np.array([_number(value[name]) for value in values], float) for name in ("amount", "pack"))
    grams = np.array([_GRAM_LIKE.get(str(value["unit"]), np.nan) for value in values], float)
    claimed = np.zeros((len(values), len(QUALITY)))
    for row, value in enumerate(values):
        for word in cast("list[str]", value["quality"]):
            claimed[row, _PLACE[word]] = 1.0
    columns: dict[str, Any] = {
        "llm_brand": _texts(values, "brand"),
        "llm_category": _texts(values, "category"),
        "llm_unit": _texts(values, "unit"),
        "llm_amount": amount,
        "llm_pack": pack,
        "llm_total_g": amount * grams * np.where(np.isnan(pack), 1.0, pack),
        "llm_claims": claimed.sum(axis=1),
        **{f"llm_is_{word}": claimed[:, place] for word, place in _PLACE.items()},
    }
    return pd.DataFrame(columns, index=index)


def _texts(values: list[JsonDict], name: str) -> ExtensionArray:
    return pd.array(cast("list[str]", [value[name] for value in values]), dtype="str")


def _number(value: JsonValue) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")


def write_side_table(table: SplitFrame, folder: Path, name: str) -> tuple[Path, Path]:
    """Write ``<name>_train.csv`` and ``<name>_test.csv``, which together are the side table ``name``.

    Raises:
        StorageError: The disk refused.
    """
    paths = folder / f"{name}_train.csv", folder / f"{name}_test.csv"
    for path, side in zip(paths, (table.train, table.test), strict=True):
        write_atomic(path, side.to_csv(lineterminator="\n").encode("utf-8", "replace"))
    return paths


def read_rows(table: SplitFrame) -> int:
    """Products that have a reading."""
    return sum(int(side["llm_claims"].notna().sum()) for side in (table.train, table.test))


def shown_readings(table: SplitFrame, limit: int) -> pd.DataFrame:
    """The first readings for a screen: ``sample_id``, ``brand``, ``category``, ``unit``, ``amount``, ``pack``,
    ``total_g`` and ``claims``, the quality words in one text."""
    stacked = table.stacked()
    read = stacked[stacked["llm_claims"].notna()].head(limit)
    words = {f"llm_is_{word}": word.replace("_", " ") for word in QUALITY}
    flags = read[list(words)].to_numpy() == 1
    claims = [", ".join(word for word, on in zip(words.values(), row, strict=True) if on) for row in flags]
    rest = read.drop(columns=[*words, "llm_claims"]).assign(claims=claims).reset_index()
    return rest.rename(columns=lambda name: name.removeprefix("llm_"))
