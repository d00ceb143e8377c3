"""Weights for several models on one fold plan, with the score that the weights did not choose for themselves; anyone's
predictions as members; what a blend owes to each; and the point of least expected SMAPE beside what they give."""

from core.blend.assess import Assessment, MethodScore, assess, leaving_out_costs
from core.blend.blend import Blend, Member, blend, lacking_test, mixed_test
from core.blend.decision import RULES, Decision, RuleGain, RuleName, decide, nested_moves
from core.blend.diversity import Diversity, diversity
from core.blend.imported import Imported, imported
from core.blend.methods import METHODS, Method, MethodName, Mix, Pick, greedy_picks
from core.blend.panel import BY_HAND, Panel, fixed_blend
from core.blend.reasons import BlendReasons, blend_reasons
from core.blend.remembered import remembered_assessment
from core.blend.scale import Reading, Scale, ScaleError
from core.blend.shelf import KeptMember, OpenMember, forget_member, keep_members, list_members, open_member
from core.blend.space import SPACES, Space
from core.blend.upload import MAX_MIB, Draft, Tables, Upload, draft_members, read_uploads
from core.blend.wins import ALL_ROWS, wins

__all__ = [
    "ALL_ROWS",
    "BY_HAND",
    "MAX_MIB",
    "METHODS",
    "RULES",
    "SPACES",
    "Assessment",
    "Blend",
    "BlendReasons",
    "Decision",
    "Diversity",
    "Draft",
    "Imported",
    "KeptMember",
    "Member",
    "Method",
    "MethodName",
    "MethodScore",
    "Mix",
    "OpenMember",
    "Panel",
    "Pick",
    "Reading",
    "RuleGain",
    "RuleName",
    "Scale",
    "ScaleError",
    "Space",
    "Tables",
    "Upload",
    "assess",
    "blend",
    "blend_reasons",
    "decide",
    "diversity",
    "draft_members",
    "fixed_blend",
    "forget_member",
    "greedy_picks",
    "imported",
    "keep_members",
    "lacking_test",
    "leaving_out_costs",
    "list_members",
    "mixed_test",
    "nested_moves",
    "open_member",
    "read_uploads",
    "remembered_assessment",
    "wins",
]
