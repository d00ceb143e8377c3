"""What a demo catalogue is asked to be, and the files that it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.errors import InputError

# Raise when the same settings would write other bytes; demo catalogues kept in the cache are named by it.
VERSION = 1
MIN_ROWS, MAX_ROWS = 20, 1_000_000


@dataclass(frozen=True)
class DemoSpec:
    """Settings of the demo catalogue; the same settings give the same bytes.

    Attributes:
        rows: Rows of train and, again, of test.
        unseen: Share (0 to 1) of test rows whose brand train never shows.
        seed: Of every random draw.
        photos: How many package photos are drawn; they fall on rows of both files at random.

    Raises:
        InputError: A setting is out of range.
    """

    rows: int = 2000
    unseen: float = 0.3
    seed: int = 0
    photos: int = 300

    def __post_init__(self) -> None:
        if not MIN_ROWS <= self.rows <= MAX_ROWS:
            raise InputError(f"{self.rows} demo rows asked for.", f"Ask for {MIN_ROWS} to {MAX_ROWS:,}.")
        if not 0.0 <= self.unseen <= 1.0:
            raise InputError(f"A share of unseen brands of {self.unseen} asked for.", "Ask for 0 to 1.")
        if self.seed < 0:
            raise InputError(f"Seed {self.seed} asked for.", "Use 0 or more.")
        if self.photos < 0:
            raise InputError(f"{self.photos} demo photos asked for.", "Use 0 or more.")

    @property
    def n_unseen(self) -> int:
        """Test rows whose brand train never shows."""
        return round(self.unseen * self.rows)


@dataclass(frozen=True)
class DemoFiles:
    """Where a demo catalogue was written; ``truth`` holds the test rows' prices, which ``test`` lacks."""

    train: Path
    test: Path
    truth: Path
    images: Path
