"""What each block of features is worth on the fold plan in use: alone, among the others, a second, as a share.

:func:`measure_gains` fits one small LightGBM on every set that is needed and compares row by row;
:func:`foretell` says beforehand how long that takes; :func:`latest_gains` finds the last measurement.
:func:`toggle_change` compares two quick looks.
"""

from core.gains.cost import BlockCost, cost_of, find_cost
from core.gains.foretell import Foretold, Pace, foretell, timed_sample
from core.gains.measure import brand_clusters, latest_gains, measure_gains
from core.gains.overview import SORTS, overview
from core.gains.paired import Gain, paired_gain, refit_sd_beyond_rows
from core.gains.report import BlockGain, GainReport, Suggestion, gain_table
from core.gains.shapley import Share
from core.gains.spec import ANCHOR, GainSpec
from core.gains.toggled import Change, toggle_change

__all__ = [
    "ANCHOR",
    "SORTS",
    "BlockCost",
    "BlockGain",
    "Change",
    "Foretold",
    "Gain",
    "GainReport",
    "GainSpec",
    "Pace",
    "Share",
    "Suggestion",
    "brand_clusters",
    "cost_of",
    "find_cost",
    "foretell",
    "gain_table",
    "is_made",
    "latest_gains",
    "measure_gains",
    "overview",
    "paired_gain",
    "refit_sd_beyond_rows",
    "timed_sample",
    "toggle_change",
]
