"""What a run was made from and what it cost, kept with its record.

It answers "why did this number change?" and foretells the next run. A record of an earlier version lacks it, and
everything here then reads as unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class RunFacts:
    """Made from and cost.

    Attributes:
        catalog_name: What the screens called the data.
        overrides_key: Of the corrections that held; ``""`` for none.
        n_train, n_test: Rows; 0 when unknown.
        family_version: Of the model family's code; 0 when unknown.
        block_keys: Cache key of each block, by name; another key is another reading of it.
        block_seconds: What making each block cost when it was made.
        fitted_rounds: Rounds that each fold was fitted for, those after its best included.
        threads: How many the fits had together.
        predict_seconds: Predicting every train row once and every test row by each fold's model.
        peak_gib: Most memory that the process ever held, up to the end of the run.
    """

    catalog_name: str = ""
    overrides_key: str = ""
    n_train: int = 0
    n_test: int = 0
    family_version: int = 0
    block_keys: Mapping[str, str] = field(default_factory=dict)
    block_seconds: Mapping[str, float] = field(default_factory=dict)
    fitted_rounds: tuple[int, ...] = ()
    threads: int = 0
    predict_seconds: float | None = None
    peak_gib: float | None = None

    @property
    def known(self) -> bool:
        """False for a run that was recorded before these were."""
        return bool(self.block_keys)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**asdict(self), "fitted_rounds": list(self.fitted_rounds)}

    @classmethod
    def from_json(cls, value: dict[str, Any] | None) -> RunFacts:
        """Undo :meth:`to_json`; None reads as nothing known."""
        return cls() if value is None else cls(**{**value, "fitted_rounds": tuple(value["fitted_rounds"])})
