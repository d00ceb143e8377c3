"""What runs tell beside each other: comparison, standing, foretelling, learning curve, tuning."""

from core.runs.board import board, said_settings
from core.runs.changes import Change, changes
from core.runs.compare import LEVEL, Comparison, RunVerdict, compare_runs, judge
from core.runs.foretell import RunForetold, RunSize, foretell_run, run_size
from core.runs.live import LiveFolds
from core.runs.noise import PRIOR_SD_PCT, RefitNoise, refit_noise, repeats_of, rows_of
from core.runs.settings import changed_settings, with_settings
from core.runs.standing import Standing, standings

__all__ = [
    "LEVEL",
    "PRIOR_SD_PCT",
    "Change",
    "Comparison",
    "LiveFolds",
    "RefitNoise",
    "RunForetold",
    "RunSize",
    "RunVerdict",
    "Standing",
    "board",
    "changed_settings",
    "changes",
    "compare_runs",
    "foretell_run",
    "judge",
    "refit_noise",
    "repeats_of",
    "rows_of",
    "run_size",
    "said_settings",
    "standings",
    "with_settings",
]
