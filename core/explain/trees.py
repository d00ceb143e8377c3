"""The trees of a fold model as plain tables, read from the library's own open format."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from core.errors import InputError
from core.train import FoldModel, models_in
from core.types import BoolArray, Float32Array

TREE_FAMILIES: Final = ("lightgbm", "xgboost")
"""Families whose models are trees; in a linear model no two columns do anything together."""


@dataclass(frozen=True)
class Split:
    """A node's question.

    Attributes:
        column: Position of the column.
        threshold: Rows up to it (LightGBM) or below it (XGBoost) go left; NaN for a categorical split.
        up_to: True when a row at the threshold goes left.
        categories: Codes that go left; of a split by numbers None.
        missing_left: Where a row goes whose value is missing; None when it counts as zero.
    """

    column: int
    threshold: float
    up_to: bool
    categories: frozenset[int] | None
    missing_left: bool | None

    def goes_left(self, x: Float32Array) -> BoolArray:
        """Which rows go left."""
        value = x[:, self.column].astype(np.float64)
        missing: BoolArray = np.isnan(value)
        if self.categories is not None:
            codes = np.where(missing, -1, value).astype(np.int64)
            return np.where(missing, bool(self.missing_left), np.isin(codes, list(self.categories))).astype(np.bool_)
        value = np.where(missing, 0.0, value)
        left = value <= self.threshold if self.up_to else value < self.threshold
        return left if self.missing_left is None else np.where(missing, self.missing_left, left).astype(np.bool_)


Step = tuple[Split, bool, float]
"""A split, whether the path goes left there, and the share of the node's training rows that go that way."""


@dataclass(frozen=True)
class Leaf:
    """A leaf with the path that leads to it."""

    value: float
    path: tuple[Step, ...]


def read_leaves(model: FoldModel, family: str, *, rounds: int) -> Iterator[Leaf]:
    """Every leaf of the first ``rounds`` rounds.

    Raises:
        InputError: The family has no trees.
    """
    models = models_in(model)
    if len(models) > 1:
        # The mean of several models is one of all their trees, each leaf with its share.
        for one in models:
            for leaf in read_leaves(one, family, rounds=rounds):
                yield Leaf(leaf.value / len(models), leaf.path)
    elif family == "lightgbm":
        import lightgbm

        dumped = lightgbm.Booster(model_str=model.to_bytes().decode()).dump_model(num_iteration=rounds)
        for tree in dumped["tree_info"]:
            yield from _lightgbm_leaves(tree["tree_structure"], ())
    elif family == "xgboost":
        import xgboost

        booster = xgboost.Booster()
        booster.load_model(bytearray(model.to_bytes()))
        for text in booster[:rounds].get_dump(dump_format="json", with_stats=True):
            yield from _xgboost_leaves(json.loads(text), ())
    else:
        raise InputError(f"the family {family} has no trees.", "Interactions are of LightGBM and XGBoost runs.")


def _lightgbm_leaves(node: dict[str, Any], path: tuple[Step, ...]) -> Iterator[Leaf]:
    if "split_feature" not in node:
        yield Leaf(float(node["leaf_value"]), path)
        return
    if node["decision_type"] == "==":
        categories = frozenset(int(code) for code in str(node["threshold"]).split("||"))
        split = Split(node["split_feature"], math.nan, True, categories, False)
    else:
        missing = bool(node["default_left"]) if node["missing_type"] == "NaN" else None
        split = Split(node["split_feature"], float(node["threshold"]), True, None, missing)
    count = float(node["internal_count"])
    for child, left in ((node["left_child"], True), (node["right_child"], False)):
        share = float(child.get("internal_count", child.get("leaf_count", 0))) / count
        yield from _lightgbm_leaves(child, (*path, (split, left, share)))


def _xgboost_leaves(node: dict[str, Any], path: tuple[Step, ...]) -> Iterator[Leaf]:
    if "leaf" in node:
        yield Leaf(float(node["leaf"]), path)
        return
    condition, column = node["split_condition"], int(str(node["split"]).removeprefix("c"))
    missing_left = node["missing"] == node["yes"]
    if isinstance(condition, list):
        split = Split(column, math.nan, False, frozenset(int(code) for code in condition), missing_left)
    else:
        split = Split(column, float(np.float32(condition)), False, None, missing_left)
    for child in node["children"]:
        share = float(child["cover"]) / float(node["cover"])
        yield from _xgboost_leaves(child, (*path, (split, child["nodeid"] == node["yes"], share)))
