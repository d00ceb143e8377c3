"""What train can and cannot tell of test: brand overlap, adversarial validation, the gap ladder, the forecast."""

from core.shift.adversarial import Adversarial, AdversarialSpec, adversarial
from core.shift.apart import MAX_ROWS as MOST_APART_ROWS
from core.shift.apart import BrandsApart, brands_apart, worth_apart
from core.shift.auc import Auc, auc_interval
from core.shift.calibrate import ErrorRows
from core.shift.choosing import (
    Choice,
    choose_bands,
    choose_counts,
    choose_groups,
    choose_levels,
    choose_support,
    choose_value,
    chosen_values,
    joined,
    plural,
)
from core.shift.column_drift import ColumnDrift, DriftSpec, column_drift
from core.shift.columns import shift_columns
from core.shift.compared import COMPARED, ORDERS, catalog_overlap, find_values, most_surprising
from core.shift.duplicates import Duplicates, catalog_duplicates, find_duplicates
from core.shift.ensemble import row_gain_pct
from core.shift.explain_gap import CAUSES, Cause, GapExplanation, Reference, explain_gap
from core.shift.forecast import Forecast, ForecastInput, TestRows, forecast
from core.shift.gap import SETTINGS, GapStep, find_gap, gap_ladder
from core.shift.gap_fits import TWINS_MATTER
from core.shift.measured import catalog_adversarial, find_adversarial
from core.shift.near import LEAST, NEAR_KINDS, NearTwins, catalog_near, find_near, near_twins
from core.shift.noise_floor import Bound, NoiseFloor, noise_floor
from core.shift.outlook import Predictions, catalog_forecast
from core.shift.overlap import RARE_BELOW, Overlap, brand_overlap, value_overlap
from core.shift.own_scores import OwnScores, find_own_scores, keep_own_scores
from core.shift.price_mix import price_divergence
from core.shift.products import product_rows, unit_prices
from core.shift.propensity import beyond_support_pct, effective_rows, most_alike, propensity_bins
from core.shift.sections import overlap_by, overlap_by_price
from core.shift.spellings import nearest_brands, suggested_merges
from core.shift.step_distance import step_distances
from core.shift.support import LEVELS, fold_support, rows_in_both, support_level, train_support
from core.shift.together import apart_share, duplicate_groups
from core.shift.told import ToldApart, catalog_told, column_meaning, find_told, told_key, unpriced_columns
from core.shift.twins import SAME, TWIN_KINDS, Twins, catalog_twins, offers, twin_groups, twin_keys
from core.shift.vector_aucs import catalog_vector_aucs, find_vector_aucs
from core.shift.verdict import auc_cut, no_shift, unseen_change, unseen_spread, verdict
from core.shift.words import WordContrast, WordsSpec, contrast_words, read_terms

__all__ = [
    "CAUSES",
    "COMPARED",
    "LEAST",
    "LEVELS",
    "MOST_APART_ROWS",
    "NEAR_KINDS",
    "ORDERS",
    "RARE_BELOW",
    "SAME",
    "SETTINGS",
    "TWINS_MATTER",
    "TWIN_KINDS",
    "Adversarial",
    "AdversarialSpec",
    "Auc",
    "Bound",
    "BrandsApart",
    "Cause",
    "Choice",
    "ColumnDrift",
    "DriftSpec",
    "Duplicates",
    "ErrorRows",
    "Forecast",
    "ForecastInput",
    "GapExplanation",
    "GapStep",
    "NearTwins",
    "NoiseFloor",
    "Overlap",
    "OwnScores",
    "Predictions",
    "Reference",
    "TestRows",
    "ToldApart",
    "Twins",
    "WordContrast",
    "WordsSpec",
    "adversarial",
    "apart_share",
    "auc_cut",
    "auc_interval",
    "beyond_support_pct",
    "brand_overlap",
    "brands_apart",
    "catalog_adversarial",
    "catalog_duplicates",
    "catalog_forecast",
    "catalog_near",
    "catalog_overlap",
    "catalog_told",
    "catalog_twins",
    "catalog_vector_aucs",
    "choose_bands",
    "choose_counts",
    "choose_groups",
    "choose_levels",
    "choose_support",
    "choose_value",
    "chosen_values",
    "column_drift",
    "column_meaning",
    "contrast_words",
    "duplicate_groups",
    "effective_rows",
    "explain_gap",
    "find_adversarial",
    "find_duplicates",
    "find_gap",
    "find_near",
    "find_own_scores",
    "find_told",
    "find_values",
    "find_vector_aucs",
    "fold_support",
    "forecast",
    "gap_ladder",
    "joined",
    "keep_own_scores",
    "most_alike",
    "most_surprising",
    "near_twins",
    "nearest_brands",
    "no_shift",
    "noise_floor",
    "offers",
    "overlap_by",
    "overlap_by_price",
    "plural",
    "price_divergence",
    "product_rows",
    "propensity_bins",
    "read_terms",
    "row_gain_pct",
    "rows_in_both",
    "shift_columns",
    "step_distances",
    "suggested_merges",
    "support_level",
    "told_key",
    "train_support",
    "twin_groups",
    "twin_keys",
    "unit_prices",
    "unpriced_columns",
    "unseen_change",
    "unseen_spread",
    "value_overlap",
    "verdict",
    "worth_apart",
]
