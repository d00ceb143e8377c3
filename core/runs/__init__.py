"""What runs tell beside each other: comparison, standing, score by blocks, foretelling, learning curve, tuning."""

from core.runs.best import best_oof_price
from core.runs.blocks_table import path_table, runs_table
from core.runs.board import board, said_settings
from core.runs.by_blocks import RunPoint, Step, baseline_of, frontier_steps, points_by_blocks, small_model_points
from core.runs.changes import Change, changes
from core.runs.compare import LEVEL, Comparison, RunVerdict, compare_runs, judge
from core.runs.extrapolate import Extrapolation, extrapolate, left_out_largest
from core.runs.foretell import RunForetold, RunSize, foretell_run, run_size
from core.runs.forward import ForwardPath, PathStep, latest_path, measure_path, path_looks, path_seconds
from core.runs.learning import CurvePoint, CurveSpec, LearningCurve, curve_seconds, latest_curve, measure_curve
from core.runs.live import LiveFolds
from core.runs.noise import PRIOR_SD_PCT, RefitNoise, refit_noise, repeats_of, rows_of
from core.runs.part import all_rows_log_price, drawn_rows, with_fewer_rows
from core.runs.settings import changed_settings, with_settings
from core.runs.standing import Standing, standings
from core.runs.tune import Tuned, TuneSpec, latest_tuned, tune

__all__ = [
    "LEVEL",
    "PRIOR_SD_PCT",
    "Change",
    "Comparison",
    "CurvePoint",
    "CurveSpec",
    "Extrapolation",
    "ForwardPath",
    "LearningCurve",
    "LiveFolds",
    "PathStep",
    "RefitNoise",
    "RunForetold",
    "RunPoint",
    "RunSize",
    "RunVerdict",
    "Standing",
    "Step",
    "TuneSpec",
    "Tuned",
    "all_rows_log_price",
    "baseline_of",
    "best_oof_price",
    "board",
    "changed_settings",
    "changes",
    "compare_runs",
    "curve_seconds",
    "drawn_rows",
    "extrapolate",
    "foretell_run",
    "frontier_steps",
    "judge",
    "latest_curve",
    "latest_path",
    "latest_tuned",
    "left_out_largest",
    "measure_curve",
    "measure_path",
    "path_looks",
    "path_seconds",
    "path_table",
    "points_by_blocks",
    "refit_noise",
    "repeats_of",
    "rows_of",
    "run_size",
    "runs_table",
    "said_settings",
    "small_model_points",
    "standings",
    "tune",
    "with_fewer_rows",
    "with_settings",
]
