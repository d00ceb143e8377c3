"""The answers as a side table: a CSV for each file of the catalogue, keyed by ``sample_id``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from core.features import UNITS
from core.llm.answers import OK
from core.llm.inputs import Inputs
from core.llm.kept import Answer
from core.llm.prompts import QUALITY
from core.store import write_atomic
from core.types import JsonDict, SplitFrame

_UNSAFE: Final = re.compile(r"[^a-z0-9]+")
_NAME_CHARS: Final = 40


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
    values = {key: _row(answer.value) for key, answer in answers.items() if answer.status == OK}
    columns = list(_row({}))
    sides = []
    for side in (inputs.keys.train, inputs.keys.test):
        rows = [values.get(key, {}) for key in side["key"]]
        data = {name: [row.get(name) for row in rows] for name in columns}
        frame = pd.DataFrame(data, index=side.index)
        texts = ["llm_brand", "llm_category", "llm_unit"]
        numbers = [name for name in columns if name not in texts]
        sides.append(frame.astype({**dict.fromkeys(texts, "str"), **dict.fromkeys(numbers, "float64")}))
    return SplitFrame(*sides)


def _row(value: JsonDict) -> dict[str, Any]:
    quality = value.get("quality")
    claimed = quality if isinstance(quality, list) else []
    amount, unit, pack = value.get("amount"), value.get("unit"), value.get("pack")
    return {
        "llm_brand": value.get("brand"),
        "llm_category": value.get("category"),
        "llm_unit": unit,
        "llm_amount": amount,
        "llm_pack": pack,
        "llm_total_g": _total_g(amount, unit, pack),
        "llm_claims": float(len(claimed)),
        **{f"llm_is_{word}": float(word in claimed) for word in QUALITY},
    }


def _total_g(amount: object, unit: object, pack: object) -> float | None:
    if not isinstance(amount, int | float) or not isinstance(unit, str) or UNITS[unit].kind == "count":
        return None
    return float(amount) * UNITS[unit].gram_like * (float(pack) if isinstance(pack, int | float) else 1.0)


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
