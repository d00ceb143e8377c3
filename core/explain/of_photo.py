"""What of a prediction comes from the photo, however many blocks look at it."""

from __future__ import annotations

from typing import Final

import numpy as np

from core.embed import PHOTO_INFO
from core.explain.opened import RowReasons

_OF_PHOTO: Final = ("image", "image_vectors", "image_text", "image_price", "image_neighbours")


def is_of_photo(block: str) -> bool:
    """True for a block that is made from the photo."""
    return block == PHOTO_INFO.name or block.partition("@")[0] in _OF_PHOTO


def photo_factor(reasons: RowReasons) -> float | None:
    """What all blocks that look at the photo do to the price together; None when none does.

    The SHAP values of all their columns added up, so that they are one bar however many columns they have.
    """
    by_block = reasons.by_block()
    mine = [is_of_photo(str(block)) for block in by_block.index]
    return float(np.exp(by_block[mine].sum())) if any(mine) else None
