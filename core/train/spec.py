"""What a run is asked to be."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from core.errors import InputError
from core.train.losses import DEFAULT_QUANTILE, LossName

FamilyName = Literal["lightgbm", "xgboost", "linear", "dual_input"]


MOST_SEEDS = 10
DRAWS_NOTHING: tuple[FamilyName, ...] = ("linear",)
"""Families whose fit is the same whatever the seed."""
_LATER = {"column_share": 0.5, "row_share": 0.8, "l2": 5.0, "loss": "l1", "seeds_bagged": 1}


@dataclass(frozen=True)
class TrainSpec:
    """Settings of a run.

    Attributes:
        family: Which boosting library, the linear baseline or the dual-input network.
        blocks: Names of the feature blocks; their order does not matter.
        seed: Feeds the row and column sampling.
        learning_rate: Shrinkage of a round.
        leaves: Leaves of a tree (LightGBM); XGBoost takes the depth that holds as many.
        min_leaf_rows: Fewest rows of a leaf.
        column_share, row_share: Of the columns and of the rows, drawn anew for each tree.
        l2: Weight of the squared leaf values in a tree's gain.
        max_rounds: Rounds at most.
        patience: Rounds without a better validation SMAPE before a fold stops.
        loss: What a round lessens on ``log_price``; stopping and scores are SMAPE whatever it is.
        quantile: Share of the prices below the prediction that the quantile loss aims at; others ignore it.
        seeds_bagged: Models of each fold, with different seeds, whose mean in ``log_price`` predicts.

    Raises:
        InputError: An unknown family or loss, no blocks, or a number outside its range.
    """

    family: FamilyName
    blocks: tuple[str, ...]
    seed: int = 0
    learning_rate: float = 0.04
    leaves: int = 31
    min_leaf_rows: int = 20
    column_share: float = 0.5
    row_share: float = 0.8
    l2: float = 5.0
    max_rounds: int = 2000
    patience: int = 100
    loss: LossName = "l1"
    quantile: float = DEFAULT_QUANTILE
    seeds_bagged: int = 1

    def __post_init__(self) -> None:
        if self.family not in get_args(FamilyName):
            raise InputError(f"no model family {self.family!r}.", f"Take one of {', '.join(get_args(FamilyName))}.")
        if self.loss not in get_args(LossName):
            raise InputError(f"no loss {self.loss!r}.", f"Take one of {', '.join(get_args(LossName))}.")
        if not 0 < self.quantile < 1:
            raise InputError(f"quantile {self.quantile} is no share.", "Take one between 0 and 1.")
        if not self.blocks:
            raise InputError("a run needs at least one feature block.", "Switch one on.")
        object.__setattr__(self, "blocks", tuple(sorted(set(self.blocks))))
        if self.seed < 0:
            raise InputError(f"seed {self.seed} is negative.", "Take 0 or more.")
        if not 1 <= self.seeds_bagged <= MOST_SEEDS:
            raise InputError(f"{self.seeds_bagged} seeds to average.", f"Take 1 to {MOST_SEEDS}.")
        if self.seeds_bagged > 1 and self.family in DRAWS_NOTHING:
            raise InputError(f"{self.family} draws nothing at random.", "Its seeds are all alike: average 1.")
        if not 0 < self.learning_rate <= 1 or self.leaves < 2 or self.max_rounds < 1 or self.patience < 1:
            raise InputError(f"settings out of range: {asdict(self)}.", "Take the defaults.")
        if not (0 < self.column_share <= 1 and 0 < self.row_share <= 1 and self.l2 >= 0):
            raise InputError(f"settings out of range: {asdict(self)}.", "Take the defaults.")

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, for keys and records; what came later goes unsaid at its default, so that runs from before
        there was a choice keep their keys."""
        value = {**asdict(self), "blocks": list(self.blocks)}
        if self.loss != "quantile":
            del value["quantile"]
        return {name: said for name, said in value.items() if _LATER.get(name, object()) != said}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> TrainSpec:
        """Undo :meth:`to_json`."""
        return cls(**{**value, "blocks": tuple(value["blocks"])})
