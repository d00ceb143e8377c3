"""The deliberate leak leaks exactly what it says."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.encode import in_sample_brand_price
from core.features import brands
from core.store import ArtifactStore
from core.types import Catalog


def test_it_is_the_brands_mean_over_all_train_rows_its_own_included(tiny_catalog: Catalog, store: ArtifactStore):
    leak = in_sample_brand_price(tiny_catalog, store=store)
    named = brands(tiny_catalog, store=store).value
    log_price = np.log(tiny_catalog.price)
    for sample_id in leak.train.index[:20]:
        key = named.train["brand_key"][sample_id]
        expected = log_price[named.train["brand_key"] == key].mean() if key else np.nan
        assert np.isclose(leak.train.iloc[:, 0][sample_id], expected, equal_nan=True)
    lonely = named.train["brand_key"].map(named.train["brand_key"].value_counts()).eq(1) & named.train["brand_key"].ne(
        ""
    )
    pd.testing.assert_series_equal(leak.train.iloc[:, 0][lonely], log_price[lonely], check_names=False)
    unseen = ~named.test["brand_key"].isin(named.train["brand_key"])
    assert leak.test.iloc[:, 0][unseen].isna().all()
