"""A good submission of the tiny catalogue."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.export import submission_frame
from core.types import Catalog


@pytest.fixture
def good(tiny_catalog: Catalog) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    log_price = np.log(tiny_catalog.price)
    drawn = rng.normal(log_price.median(), 0.7 * log_price.std(), tiny_catalog.n_test)
    return submission_frame(pd.Series(drawn, index=tiny_catalog.items.test.index))
