"""The best run on a catalogue, as prices."""

from __future__ import annotations

import pandas as pd

from core.metrics import to_price
from core.store import ArtifactStore
from core.train import list_runs, load_run
from core.types import Catalog


def best_oof_price(catalog: Catalog, *, store: ArtifactStore) -> tuple[str, pd.Series] | None:
    """What the run with the best out-of-fold score predicts for each train row by the fold that did not see it.

    Returns:
        Its id and the prices in dollars, indexed by ``sample_id``; None without a run on this catalogue whose
        predictions are still there.
    """
    for record in list_runs(catalog.key, store=store):
        run = load_run(record.run_id, store=store)
        if run is not None:
            log_price = run.oof_log_price
            return run.run_id, pd.Series(to_price(log_price.to_numpy()), index=log_price.index, name="price")
    return None
