"""What train can and cannot tell of test: brand overlap, adversarial validation, the gap ladder, the forecast."""

from core.shift.adversarial import Adversarial, AdversarialSpec, adversarial, no_shift
from core.shift.apart import BrandsApart, brands_apart
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
from core.shift.columns import shift_columns
from core.shift.compared import COMPARED, ORDERS, catalog_overlap, find_values, most_surprising
from core.shift.duplicates import Duplicates, catalog_duplicates, find_duplicates
from core.shift.ensemble import row_gain_pct
from core.shift.forecast import Forecast, ForecastInput, TestRows, forecast
from core.shift.gap import SETTINGS, GapStep, find_gap, gap_ladder
from core.shift.measured import catalog_adversarial, find_adversarial
from core.shift.near import LEAST, NEAR_KINDS, NearTwins, catalog_near, find_near, near_twins
from core.shift.noise_floor import Bound, NoiseFloor, noise_floor
from core.shift.outlook import Predictions, catalog_forecast
from core.shift.overlap import RARE_BELOW, Overlap, brand_overlap, value_overlap
from core.shift.price_mix import price_divergence
from core.shift.products import product_rows, unit_prices
from core.shift.sections import overlap_by, overlap_by_price
from core.shift.spellings import nearest_brands, suggested_merges
from core.shift.support import LEVELS, fold_support, support_level, train_support
from core.shift.twins import SAME, TWIN_KINDS, Twins, catalog_twins, offers, twin_groups, twin_keys
from core.shift.verdict import unseen_change, verdict

__all__ = [
    "COMPARED",
    "LEAST",
    "LEVELS",
    "NEAR_KINDS",
    "ORDERS",
    "RARE_BELOW",
    "SAME",
    "SETTINGS",
    "TWIN_KINDS",
    "Adversarial",
    "AdversarialSpec",
    "Auc",
    "Bound",
    "BrandsApart",
    "Choice",
    "Duplicates",
    "ErrorRows",
    "Forecast",
    "ForecastInput",
    "GapStep",
    "NearTwins",
    "NoiseFloor",
    "Overlap",
    "Predictions",
    "TestRows",
    "Twins",
    "adversarial",
    "auc_interval",
    "brand_overlap",
    "brands_apart",
    "catalog_adversarial",
    "catalog_duplicates",
    "catalog_forecast",
    "catalog_near",
    "catalog_overlap",
    "catalog_twins",
    "choose_bands",
    "choose_counts",
    "choose_groups",
    "choose_levels",
    "choose_support",
    "choose_value",
    "chosen_values",
    "find_adversarial",
    "find_duplicates",
    "find_gap",
    "find_near",
    "find_values",
    "fold_support",
    "forecast",
    "gap_ladder",
    "joined",
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
    "row_gain_pct",
    "shift_columns",
    "suggested_merges",
    "support_level",
    "train_support",
    "twin_groups",
    "twin_keys",
    "unit_prices",
    "unseen_change",
    "value_overlap",
    "verdict",
]
