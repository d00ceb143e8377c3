"""Weights for several runs on one fold plan, with the score that the weights did not choose for themselves."""

from core.blend.assess import Assessment, MethodScore, assess
from core.blend.blend import Blend, Member, blend, blend_score, fixed_blend
from core.blend.imported import Imported, imported
from core.blend.methods import METHODS, Method, MethodName
from core.blend.scale import Reading, Scale
from core.blend.space import SPACES, Space

__all__ = [
    "METHODS",
    "SPACES",
    "Assessment",
    "Blend",
    "Imported",
    "Member",
    "Method",
    "MethodName",
    "MethodScore",
    "Reading",
    "Scale",
    "Space",
    "assess",
    "blend",
    "blend_score",
    "fixed_blend",
    "imported",
]
