"""The mistake that this product exists to expose, on purpose and only to measure it.

A brand's mean price over all train rows, used as a feature of those same rows, hands every rare brand's row its own
price. Validation then reads far too well. Nothing but the gap ladder may use this column.
"""

from __future__ import annotations

import pandas as pd

from core.features import brands
from core.metrics import to_log_price
from core.store import ArtifactStore
from core.types import Catalog, SplitFrame

COLUMN = "brand_price_in_sample"


def in_sample_brand_price(catalog: Catalog, *, store: ArtifactStore) -> SplitFrame:
    """Mean ``log_price`` of each row's brand over **all** train rows, its own included; NaN without a brand."""
    named = brands(catalog, store=store).value
    log_price = pd.Series(to_log_price(catalog.price), index=catalog.price.index)
    known = named.train["brand_key"] != ""
    means = log_price[known].groupby(named.train["brand_key"][known]).mean()
    return SplitFrame(*(frame["brand_key"].map(means).to_frame(COLUMN) for frame in (named.train, named.test)))
