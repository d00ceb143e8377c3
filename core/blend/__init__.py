"""Weights for several runs on one fold plan, with the score that the weights did not choose for themselves."""

from core.blend.blend import Blend, Member, blend, blend_score, fixed_blend
from core.blend.methods import METHODS, MethodName

__all__ = ["METHODS", "Blend", "Member", "MethodName", "blend", "blend_score", "fixed_blend"]
