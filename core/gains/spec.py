"""What a measurement of block gains is asked to be, and the one small model that it rests on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from core.errors import InputError
from core.train import TrainSpec

FAMILY: Final = "lightgbm"
LEARNING_RATE: Final = 0.1
LEAVES: Final = 15
ANCHOR: Final = ("five_simple",)
"""Blocks that a block is added to when it is added alone: few are worth anything without the pack beside them."""


@dataclass(frozen=True)
class GainSpec:
    """Settings of a measurement.

    Attributes:
        chosen: Blocks in use; each is taken away from them in turn.
        candidates: Further blocks to measure; each is added to the chosen ones in turn.
        anchor: Blocks beside which each block is added alone; none: added to the out-of-fold median price.
        seed: First seed of the models.
        seeds: Models fitted of each set, with the seeds that follow ``seed``. One leaves the noise of fitting again out
            of the intervals.
        orderings: Orderings for the Shapley shares, an even number because each goes with its reverse; 0: no shares.
        rounds: Rounds of each small model; a fold predicts with as many of them as the others chose.

    Raises:
        InputError: No chosen block, or a number outside its range.
    """

    chosen: tuple[str, ...]
    candidates: tuple[str, ...] = ()
    anchor: tuple[str, ...] = ANCHOR
    seed: int = 0
    seeds: int = 3
    orderings: int = 0
    rounds: int = 200

    def __post_init__(self) -> None:
        if not self.chosen:
            raise InputError("no block is chosen to measure.", "Switch one on.")
        for name in ("chosen", "candidates", "anchor"):
            object.__setattr__(self, name, tuple(sorted(set(getattr(self, name)))))
        object.__setattr__(self, "candidates", tuple(sorted(set(self.candidates) - set(self.chosen))))
        if self.seed < 0 or not 1 <= self.seeds <= 20 or not 1 <= self.rounds <= 5000:
            raise InputError(f"settings out of range: {asdict(self)}.", "Take the defaults.")
        if self.orderings < 0 or self.orderings % 2:
            raise InputError(f"{self.orderings} orderings asked for.", "Take an even number, or 0.")

    @property
    def measured(self) -> tuple[str, ...]:
        """Every block that gets a line of the table."""
        return tuple(sorted({*self.chosen, *self.candidates}))

    @property
    def everything(self) -> tuple[str, ...]:
        """Every block that is needed, the anchor's too."""
        return tuple(sorted({*self.measured, *self.anchor}))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, for keys and records."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> GainSpec:
        """Undo :meth:`to_json`."""
        fields: dict[str, Any] = {name: tuple(part) if isinstance(part, list) else part for name, part in value.items()}
        return cls(**fields)


def model_spec(blocks: frozenset[str], *, seed: int, rounds: int) -> TrainSpec:
    """The small LightGBM of a set of blocks: every round is fitted, so that each set costs about the same."""
    return TrainSpec(
        FAMILY, tuple(blocks), seed=seed, learning_rate=LEARNING_RATE, leaves=LEAVES, max_rounds=rounds, patience=rounds
    )
