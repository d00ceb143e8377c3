from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from core.errors import AlignmentError
from core.explain import worst_rows
from core.folds import random_plan
from core.metrics import to_log_price
from core.store import ArtifactStore
from core.train import TrainSpec, train
from core.types import Catalog


def test_the_worst_come_first_with_price_prediction_and_text(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    spec = TrainSpec("lightgbm", ("five_simple",), max_rounds=2)
    run = train(tiny_catalog, random_plan(tiny_catalog), spec, store=store)
    ids = tiny_catalog.price.index
    exact = to_log_price(tiny_catalog.price)
    exact[5] += np.log(3.0)
    exact[9] += np.log(2.0)
    made_up = dataclasses.replace(run, oof_log_price=run.oof_log_price * 0 + exact)
    worst = worst_rows(made_up, tiny_catalog, count=2)
    assert list(worst["sample_id"]) == [ids[5], ids[9]]
    assert worst["smape_pct"].to_numpy() == pytest.approx([100.0, 200.0 / 3])
    assert worst["predicted"].iloc[0] == pytest.approx(3 * tiny_catalog.price.iloc[5])
    assert "\n" not in worst["text"].iloc[0]
    with pytest.raises(AlignmentError):
        worst_rows(dataclasses.replace(run, oof_log_price=run.oof_log_price[::-1]), tiny_catalog)
