"""What the user should know of a catalogue that can be used all the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from core.catalog.checks import KEPT_IDS, count_of, listed, shown, stand_in
from core.types import IMAGE, TEXT, Notice, SplitFrame

# Worst first; the order in which a screen lists them.
_ORDER = (
    "not_utf8",
    "bad_price_dropped",
    "side_price",
    "overrides",
    "overrides_unused",
    "id_in_both",
    "side_unknown_ids",
    "side_columns_left_out",
    "blank_text",
    "side_partial",
    "no_image_link",
    "shared_photo",
    "extra_columns",
)


def worst_first(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """The notices in the order of :data:`_ORDER`, those of one code as they came."""
    return tuple(sorted(notices, key=lambda notice: _ORDER.index(notice.code)))


def extra_columns(name: str, columns: Sequence[str], required: Sequence[str]) -> list[Notice]:
    """Columns that nobody reads."""
    extra = [shown(column) for column in columns if column not in required]
    if not extra:
        return []
    number = count_of(len(extra), "other column")
    message = f"{name}: {number} ignored: {listed(extra)}. Bring them as a side table to use them."
    return [Notice("extra_columns", message, len(extra))]


def row_findings(items: SplitFrame) -> list[Notice]:
    """Ids in both files, blank texts, rows without a photo link, photos shared by rows."""
    both = items.train.index[stand_in(items.train.index, set(items.test.index.tolist()))]
    rows = items.stacked()
    blank = rows[TEXT].str.strip() == ""
    unlinked = rows[IMAGE].str.strip() == ""
    shared = ~unlinked & rows[IMAGE].duplicated(keep=False)
    photos = rows.loc[shared, IMAGE].nunique()
    found = [
        _notice("id_in_both", both, "with an id that train and test both hold. Check that test holds new products."),
        _notice("blank_text", rows.index[blank], "with a blank catalog_content, priced without a text."),
        _notice("no_image_link", rows.index[unlinked], "without an image_link, priced without a photo."),
        _notice(
            "shared_photo",
            rows.index[shared],
            f"with a photo that another row has too ({photos:,} photos); a photo alone cannot tell them apart.",
        ),
    ]
    return [notice for notice in found if notice.count]


def _notice(code: str, ids: pd.Index, message: str) -> Notice:
    return Notice(code, f"{count_of(len(ids))} {message}", len(ids), tuple(map(str, ids[:KEPT_IDS])))
