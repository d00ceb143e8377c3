"""A demo catalogue of 600 rows with two quickly trained members, made once for all tests of the sentinel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from core.blend import Blend, Member, blend
from core.catalog import DemoSpec, read_catalog, write_demo
from core.folds import FoldPlan, random_plan
from core.sentinel import Verdict, run_sentinel
from core.sentinel.examine import Extra
from core.store import ArtifactStore
from core.train import Run, TrainSpec, train
from core.types import Catalog


@dataclass(frozen=True)
class Case:
    catalog: Catalog
    plan: FoldPlan
    runs: list[Run]
    mixed: Blend
    store: ArtifactStore

    def examine(self, *extra: Extra, runs: list[Run] | None = None) -> dict[str, Verdict]:
        found = run_sentinel(self.catalog, self.plan, runs or self.runs, self.mixed, store=self.store, extra=extra)
        return {verdict.check: verdict for verdict in found}


def trained(catalog: Catalog, store: ArtifactStore) -> Case:
    plan = random_plan(catalog)
    specs = [
        TrainSpec(family, ("size", "text_stats", "brand_price", "words"), learning_rate=0.3, max_rounds=20)
        for family in ("lightgbm", "xgboost")
    ]
    runs = [train(catalog, plan, spec, store=store) for spec in specs]
    members = [Member(run.run_id, run.oof_log_price, run.test_log_price) for run in runs]
    return Case(catalog, plan, runs, blend(members, catalog.price, plan), store)


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    files = write_demo(tmp_path_factory.mktemp("sentinel"), DemoSpec(rows=600, unseen=0.3, seed=5, photos=0))
    store = ArtifactStore(tmp_path_factory.mktemp("sentinel-store"))
    yield trained(read_catalog(files.train, files.test, name="demo"), store)
    store.close()
