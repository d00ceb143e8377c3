"""What moved each prediction: SHAP values of a run's own fold models, by column and by block; and what if."""

from core.explain.explanation import Explanation, block_importance, block_values, column_importance
from core.explain.opened import OpenRun, RowReasons, open_run
from core.explain.run import explain_run
from core.explain.what_if import NO_PHOTO, WhatIf, WhatIfAnswer, WhatIfEdit, open_what_if
from core.explain.worst import worst_rows

__all__ = [
    "NO_PHOTO",
    "Explanation",
    "OpenRun",
    "RowReasons",
    "WhatIf",
    "WhatIfAnswer",
    "WhatIfEdit",
    "block_importance",
    "block_values",
    "column_importance",
    "explain_run",
    "open_run",
    "open_what_if",
    "worst_rows",
]
