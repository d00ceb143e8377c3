"""``tune``: from two files to settings within a budget."""

from __future__ import annotations

from typing import cast, get_args

from core.catalog import CatalogSource, load_catalog
from core.embed import with_known
from core.errors import InputError
from core.folds import random_plan
from core.pipeline.run import N_FOLDS
from core.presets import find_preset
from core.runs import Tuned, TuneSpec, tune
from core.store import ArtifactStore
from core.train import FamilyName, TrainSpec
from core.types import ProgressFn, no_progress, part_of


def tune_settings(
    source: CatalogSource,
    *,
    family: str,
    preset: str,
    minutes: float,
    seed: int,
    store: ArtifactStore,
    report: ProgressFn = no_progress,
) -> Tuned:
    """Search settings of a family on a preset's blocks; winner and start are kept as runs.

    Args:
        seed: Feeds the plan that the winner is scored on, the models and the search, whose folds are of another seed.

    Raises:
        InputError: The files cannot be used, or no such family or preset.
        Cancelled: From ``report``; the trials stay, and the same call goes on from them.
    """
    if family not in get_args(FamilyName):
        raise InputError(f"no model family {family!r}.", f"Take one of {', '.join(get_args(FamilyName))}.")
    chosen = find_preset(preset)
    report(0.0, "reading the files")
    catalog = with_known(load_catalog(source), store=store)
    spec = TrainSpec(cast(FamilyName, family), chosen.blocks_for(catalog), seed=seed)
    plan = random_plan(catalog, n_folds=N_FOLDS, seed=seed)
    return tune(catalog, plan, TuneSpec(spec, minutes), store=store, report=part_of(report, 0.02, 1.0))
