"""What the measurements are called in the cache, found without reading a block."""

from __future__ import annotations

from collections.abc import Mapping

from core.features import artifact_key
from core.folds import FoldPlan
from core.gains.spec import GainSpec, model_spec
from core.store import cache_key
from core.train import FAMILIES
from core.types import Catalog

FIT_VERSION = 1
REPORT_VERSION = 2


def fit_key(blocks: frozenset[str], plan: FoldPlan, keys: Mapping[str, str], *, seed: int, rounds: int) -> str:
    """Key of one set's rows of SMAPE by the small model."""
    spec = model_spec(blocks, seed=seed, rounds=rounds)
    settings = {**spec.to_json(), "family_version": FAMILIES[spec.family].version}
    return cache_key("gains.fit", FIT_VERSION, settings, [plan.key, *(keys[name] for name in sorted(blocks))])


def report_key(catalog: Catalog, plan: FoldPlan, spec: GainSpec, keys: Mapping[str, str]) -> str:
    """Key of a whole measurement; the brands are in it because the intervals are clustered by them."""
    parents = [plan.key, artifact_key(catalog, "brands"), *(keys[name] for name in spec.everything)]
    return cache_key("gains.report", REPORT_VERSION, {**spec.to_json(), "fit_version": FIT_VERSION}, parents)


def latest_key(plan: FoldPlan) -> str:
    """Key under which the last measurement on a plan is kept, whatever it measured."""
    return cache_key("gains.latest", REPORT_VERSION, {"fit_version": FIT_VERSION}, [plan.key])
