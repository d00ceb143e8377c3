"""The user's own validation and leaderboard scores, kept with the catalogue that they belong to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from core.errors import InputError
from core.store import ArtifactStore, RecordStore
from core.types import JsonDict

KIND = "own_scores"
SMALLEST_PCT = 2.0
"""Below, a score was typed as a share, or belongs to no prices: even the same product sold twice differs more."""


@dataclass(frozen=True)
class OwnScores:
    """What the user's own model scored.

    Attributes:
        validation_pct, leaderboard_pct: SMAPE in percent, 2 to 200.
        n_scored: Rows behind the leaderboard's score; None = the whole test file.

    Raises:
        InputError: A score that SMAPE cannot have or no price model reaches, or no rows.
    """

    validation_pct: float
    leaderboard_pct: float
    n_scored: int | None = None

    def __post_init__(self) -> None:
        for name, value in (("validation", self.validation_pct), ("leaderboard", self.leaderboard_pct)):
            if not math.isfinite(value) or not 0 <= value <= 200:
                raise InputError(f"a {name} score of {value:g} is no SMAPE.", "SMAPE runs from 0 to 200 percent.")
            if value < SMALLEST_PCT:
                raise InputError(
                    f"a {name} score of {value:g} % would mean that nearly every price was hit to the cent.",
                    "Type it in percent: 45.76, not 0.4576.",
                )
        if self.n_scored is not None and self.n_scored < 1:
            raise InputError(f"a leaderboard of {self.n_scored} rows.", "Give the rows that it scores, at least 1.")

    @property
    def gap_pct(self) -> float:
        """Leaderboard less validation, in points of SMAPE; positive when the leaderboard is worse."""
        return self.leaderboard_pct - self.validation_pct


def keep_own_scores(typed: JsonDict, catalog_key: str, *, store: ArtifactStore) -> None:
    """Keep what was typed for a catalogue, also half of it or what :class:`OwnScores` refuses: it is the user's."""
    RecordStore(KIND, store.root).put(catalog_key, typed)


def find_own_scores(catalog_key: str, *, store: ArtifactStore) -> dict[str, float | int]:
    """What was last typed for a catalogue: the fields of :class:`OwnScores` that hold a number."""
    found: dict[str, Any] = RecordStore(KIND, store.root).get(catalog_key) or {}
    return {
        name: found[name]
        for name in OwnScores.__dataclass_fields__
        if isinstance(found.get(name), int | float) and not isinstance(found[name], bool)
    }
