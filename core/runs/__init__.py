"""What runs tell beside each other: comparison, standing, foretelling, learning curve, tuning."""

from core.runs.changes import Change, changes
from core.runs.compare import LEVEL, Comparison, RunVerdict, compare_runs, judge
from core.runs.noise import PRIOR_SD_PCT, RefitNoise, refit_noise, repeats_of, rows_of
from core.runs.standing import Standing, standings

__all__ = [
    "LEVEL",
    "PRIOR_SD_PCT",
    "Change",
    "Comparison",
    "RefitNoise",
    "RunVerdict",
    "Standing",
    "changes",
    "compare_runs",
    "judge",
    "refit_noise",
    "repeats_of",
    "rows_of",
    "standings",
]
