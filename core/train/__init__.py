"""From blocks and a fold plan to a run: out-of-fold and test predictions, fold models, an honest score.

A new model family is one file with a :class:`core.train.family.Family` and a line in ``FAMILIES``.
"""

from core.train.bag import Bag, load_bag, mean_curve, models_in
from core.train.block_keys import block_keys, blocks_to_make, is_made
from core.train.dual_input_family import missing_inputs
from core.train.facts import RunFacts
from core.train.families import FAMILIES, family_title, model_title
from core.train.family import FoldData, FoldModel
from core.train.losses import BEST_LOSS, LOSSES, LossName
from core.train.matrix import Ingredients, Matrix, fold_matrix, gather, known_blocks
from core.train.model_files import ENDINGS, model_files, predicted_by_files
from core.train.plan import plan_of
from core.train.quick import QuickLook, QuickSpec, forget_in_memory, quick_look
from core.train.rows import RowReader
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
from core.train.side_by_side import fit_folds, folds_at_once
from core.train.spec import DRAWS_NOTHING, MOST_SEEDS, FamilyName, TrainSpec
from core.train.trainer import is_trained, rounds_by_others, run_ingredients, run_matrix, train
from core.train.watch import FoldWatch

__all__ = [
    "BEST_LOSS",
    "DRAWS_NOTHING",
    "ENDINGS",
    "FAMILIES",
    "LOSSES",
    "MOST_SEEDS",
    "Bag",
    "FamilyName",
    "FoldData",
    "FoldModel",
    "FoldWatch",
    "Ingredients",
    "LossName",
    "Matrix",
    "QuickLook",
    "QuickSpec",
    "RowReader",
    "Run",
    "RunFacts",
    "RunRecord",
    "TrainSpec",
    "all_runs",
    "block_keys",
    "blocks_to_make",
    "family_title",
    "fit_folds",
    "fold_curves",
    "fold_matrix",
    "fold_models",
    "folds_at_once",
    "forget_in_memory",
    "forget_models",
    "gather",
    "is_made",
    "is_trained",
    "known_blocks",
    "list_runs",
    "load_bag",
    "load_run",
    "mean_curve",
    "missing_inputs",
    "model_files",
    "model_title",
    "models_in",
    "plan_of",
    "predicted_by_files",
    "quick_look",
    "rounds_by_others",
    "run_ingredients",
    "run_matrix",
    "set_run_note",
    "train",
]
