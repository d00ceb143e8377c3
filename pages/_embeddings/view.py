"""What every part of the page looks at: the catalogue, the photos at hand, the model and its vectors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.embed import Embedding, ModelSpec
from core.types import SplitFrame, Tower
from pages import _shell as shell

TOWER_TITLES: dict[Tower, str] = {"image": "Photos", "text": "Titles"}


@dataclass(frozen=True)
class View:
    """One choice of files, folder and model.

    Attributes:
        folder: The photo folder; None when there is none that can be read.
        files: Which file belongs to which product; None without a folder.
        known: Vectors of the model by tower, as far as the cache holds any.
    """

    work: shell.Workspace
    folder: Path | None
    files: SplitFrame | None
    spec: ModelSpec
    known: dict[Tower, Embedding]
