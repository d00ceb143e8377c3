"""What moved each prediction: SHAP values of a run's own fold models, by column and by block; and what if."""

from core.explain.errors import SLICES, error_rows, row_slices, slice_errors
from core.explain.explanation import Explanation, block_importance, block_values, column_importance
from core.explain.moved_prices import moved_prices
from core.explain.of_photo import is_of_photo, photo_factor
from core.explain.opened import OpenRun, RowReasons, open_run
from core.explain.pairs import interactions
from core.explain.prepared import WhatIfForetold, foretell_what_if, prepare_what_if
from core.explain.run import explain_run
from core.explain.summary import dependence_table, strongest_partner, swarm_table, value_text
from core.explain.trees import TREE_FAMILIES
from core.explain.what_if import NO_PHOTO, WhatIf, WhatIfAnswer, WhatIfEdit, open_what_if
from core.explain.worst import worst_rows

__all__ = [
    "NO_PHOTO",
    "SLICES",
    "TREE_FAMILIES",
    "Explanation",
    "OpenRun",
    "RowReasons",
    "WhatIf",
    "WhatIfAnswer",
    "WhatIfEdit",
    "WhatIfForetold",
    "block_importance",
    "block_values",
    "column_importance",
    "dependence_table",
    "error_rows",
    "explain_run",
    "foretell_what_if",
    "interactions",
    "is_of_photo",
    "moved_prices",
    "open_run",
    "open_what_if",
    "photo_factor",
    "prepare_what_if",
    "row_slices",
    "slice_errors",
    "strongest_partner",
    "swarm_table",
    "value_text",
    "worst_rows",
]
