"""Weights for several runs on one fold plan, with the score that the weights did not choose for themselves, and the
point of least expected SMAPE beside what they give."""

from core.blend.blend import Blend, Member, blend, blend_score, fixed_blend
from core.blend.decision import RULES, Decision, RuleGain, RuleName, decide, nested_moves
from core.blend.methods import METHODS, MethodName

__all__ = [
    "METHODS",
    "RULES",
    "Blend",
    "Decision",
    "Member",
    "MethodName",
    "RuleGain",
    "RuleName",
    "blend",
    "blend_score",
    "decide",
    "fixed_blend",
    "nested_moves",
]
