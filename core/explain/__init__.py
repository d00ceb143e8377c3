"""What moved each prediction: SHAP values of a run's own fold models, by column and by block."""

from core.explain.explanation import Explanation, block_importance, block_values, column_importance
from core.explain.run import explain_run
from core.explain.worst import worst_rows

__all__ = ["Explanation", "block_importance", "block_values", "column_importance", "explain_run", "worst_rows"]
