"""What train can and cannot tell of test: brand overlap, adversarial validation, the gap ladder, the forecast."""

from core.shift.adversarial import Adversarial, AdversarialSpec, adversarial, no_shift
from core.shift.apart import BrandsApart, brands_apart
from core.shift.auc import Auc, auc_interval
from core.shift.calibrate import ErrorRows
from core.shift.columns import shift_columns
from core.shift.compared import COMPARED, ORDERS, brand_rows, catalog_overlap, find_values
from core.shift.duplicates import Duplicates, catalog_duplicates, find_duplicates
from core.shift.ensemble import row_gain_pct
from core.shift.explain_gap import CAUSES, Cause, GapExplanation, Reference, explain_gap
from core.shift.forecast import Forecast, ForecastInput, TestRows, forecast
from core.shift.gap import SETTINGS, GapStep, find_gap, gap_ladder
from core.shift.measured import catalog_adversarial, find_adversarial
from core.shift.outlook import Predictions, catalog_forecast
from core.shift.overlap import RARE_BELOW, Overlap, brand_overlap, value_overlap
from core.shift.own_scores import OwnScores, find_own_scores, keep_own_scores
from core.shift.price_mix import price_divergence
from core.shift.sections import overlap_by, overlap_by_price
from core.shift.spellings import nearest_brands, suggested_merges
from core.shift.step_distance import step_distances
from core.shift.support import LEVELS, fold_support, rows_in_both, support_level, train_support
from core.shift.twins import twin_groups
from core.shift.verdict import unseen_change, verdict

__all__ = [
    "CAUSES",
    "COMPARED",
    "LEVELS",
    "ORDERS",
    "RARE_BELOW",
    "SETTINGS",
    "Adversarial",
    "AdversarialSpec",
    "Auc",
    "BrandsApart",
    "Cause",
    "Duplicates",
    "ErrorRows",
    "Forecast",
    "ForecastInput",
    "GapExplanation",
    "GapStep",
    "Overlap",
    "OwnScores",
    "Predictions",
    "Reference",
    "TestRows",
    "adversarial",
    "auc_interval",
    "brand_overlap",
    "brand_rows",
    "brands_apart",
    "catalog_adversarial",
    "catalog_duplicates",
    "catalog_forecast",
    "catalog_overlap",
    "explain_gap",
    "find_adversarial",
    "find_duplicates",
    "find_gap",
    "find_own_scores",
    "find_values",
    "fold_support",
    "forecast",
    "gap_ladder",
    "keep_own_scores",
    "nearest_brands",
    "no_shift",
    "overlap_by",
    "overlap_by_price",
    "price_divergence",
    "row_gain_pct",
    "rows_in_both",
    "shift_columns",
    "step_distances",
    "suggested_merges",
    "support_level",
    "train_support",
    "twin_groups",
    "unseen_change",
    "value_overlap",
    "verdict",
]
