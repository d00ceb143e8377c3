"""The leak sentinel: does the validation score deserve belief? Callable on any run and before any export.

Each check is a module with a function that judges (``judged``) and a line in :data:`CHECKS`; the arithmetic of single
columns is in :mod:`core.sentinel.statistic`, the small pipeline with changed prices in :mod:`core.sentinel.lab`.
"""

from core.sentinel.blocks import RemadeBlock
from core.sentinel.examine import is_examined, run_sentinel
from core.sentinel.members import MEMBER_CHECKS, Suspect, examine_members
from core.sentinel.verdict import CHECKS, CheckInfo, Verdict, VerdictName, verdict_table

__all__ = [
    "CHECKS",
    "MEMBER_CHECKS",
    "CheckInfo",
    "RemadeBlock",
    "Suspect",
    "Verdict",
    "VerdictName",
    "examine_members",
    "is_examined",
    "run_sentinel",
    "verdict_table",
]
