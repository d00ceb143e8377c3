"""Weights for several runs on one fold plan, with the score that the weights did not choose for themselves, and the
point of least expected SMAPE beside what they give."""

from core.blend.assess import Assessment, MethodScore, assess
from core.blend.blend import Blend, Member, blend, blend_score, fixed_blend, mixed_test
from core.blend.decision import RULES, Decision, RuleGain, RuleName, decide, nested_moves
from core.blend.imported import Imported, imported
from core.blend.methods import METHODS, Method, MethodName, Mix
from core.blend.scale import Reading, Scale
from core.blend.space import SPACES, Space

__all__ = [
    "METHODS",
    "RULES",
    "SPACES",
    "Assessment",
    "Blend",
    "Decision",
    "Imported",
    "Member",
    "Method",
    "MethodName",
    "MethodScore",
    "Mix",
    "Reading",
    "RuleGain",
    "RuleName",
    "Scale",
    "Space",
    "assess",
    "blend",
    "blend_score",
    "decide",
    "fixed_blend",
    "imported",
    "mixed_test",
    "nested_moves",
]
