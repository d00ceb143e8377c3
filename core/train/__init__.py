"""From blocks and a fold plan to a run: out-of-fold and test predictions, fold models, an honest score.

A new model family is one file with a :class:`core.train.family.Family` and a line in ``FAMILIES``.
"""

from core.train.facts import RunFacts, peak_gib
from core.train.families import FAMILIES, family_title
from core.train.family import FoldData, FoldModel
from core.train.matrix import Ingredients, Matrix, fold_matrix, gather, known_blocks
from core.train.plan import plan_of
from core.train.run import (
    Run,
    RunRecord,
    all_runs,
    fold_curves,
    fold_models,
    forget_models,
    list_runs,
    load_run,
    set_run_note,
)
from core.train.side_by_side import fit_folds, fold_threads
from core.train.spec import FamilyName, TrainSpec
from core.train.trainer import rounds_by_others, run_matrix, train
from core.train.watch import FoldWatch

__all__ = [
    "FAMILIES",
    "FamilyName",
    "FoldData",
    "FoldModel",
    "FoldWatch",
    "Ingredients",
    "Matrix",
    "Run",
    "RunFacts",
    "RunRecord",
    "TrainSpec",
    "all_runs",
    "family_title",
    "fit_folds",
    "fold_curves",
    "fold_matrix",
    "fold_models",
    "fold_threads",
    "forget_models",
    "gather",
    "known_blocks",
    "list_runs",
    "load_run",
    "peak_gib",
    "plan_of",
    "rounds_by_others",
    "run_matrix",
    "set_run_note",
    "train",
]
