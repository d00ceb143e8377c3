"""The model families. A new one is a file with a :class:`core.train.family.Family` and a place in this table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from core.train.dual_input_family import DUAL_INPUT
from core.train.family import Family
from core.train.lightgbm_family import LIGHTGBM
from core.train.linear_family import LINEAR
from core.train.losses import LOSSES, LossName
from core.train.xgboost_family import XGBOOST

FAMILIES: Mapping[str, Family] = MappingProxyType(
    {family.name: family for family in (LIGHTGBM, XGBOOST, LINEAR, DUAL_INPUT)}
)
"""Every model family by name."""


def family_title(name: str) -> str:
    """What a screen calls a family; the name itself where it is not known (any more)."""
    family = FAMILIES.get(name)
    return name if family is None else family.title


def model_title(family: str, loss: LossName) -> str:
    """What a screen calls a family with its loss; L1 goes unsaid."""
    return family_title(family) if loss == "l1" else f"{family_title(family)}, {LOSSES[loss].title} loss"
