"""The SMAPE-optimal decision: what moving the blend's prices would gain, and the switch that does it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.blend import RULES, Blend, Decision, Member, RuleGain, decide
from core.folds import FoldPlan
from core.gains import brand_clusters
from pages import _shell as shell


def decided(work: shell.Workspace, mixed: Blend, members: Sequence[Member], plan: FoldPlan) -> Blend:
    """The blend, moved to the point of least expected SMAPE where that gains and is switched on."""
    decision = measured(work, mixed, members, plan)
    real = decision.rule != "none"
    st.subheader("Decision", anchor=False)
    told = "; ".join(f"{RULES[name]} {said(gain)}" for name, gain in decision.gains.items() if name != "none")
    st.caption(
        "A model aims at the median price; the price of least expected SMAPE can lie beside it. Moving there gains:"
        f" {told} (points of SMAPE, 95 % intervals over brands, each fold moved by what the others teach)."
    )
    better = f"{shell.smape(decision.blend.nested_smape_pct)} nested instead of {shell.smape(mixed.nested_smape_pct)}"
    wanted = st.toggle(
        f"Move prices by {RULES[decision.rule]}: {better}" if real else "Off: moving prices gains nothing beyond noise",
        value=real,
        disabled=not real,
        key=f"ensemble.decide.{decision.rule}",
    )
    return decision.blend if real and wanted else mixed


def said(gain: RuleGain) -> str:
    """``−0.03 [−0.05, 0.01]``, a gain with its interval."""
    return f"{gain.gain_pct:+.2f} [{gain.low_pct:+.2f}, {gain.high_pct:+.2f}]".replace("-", "−")


def measured(work: shell.Workspace, mixed: Blend, members: Sequence[Member], plan: FoldPlan) -> Decision:
    """Measured once for these members and weights."""
    marks = [f"{name}={weight:.4f}" for name, weight in mixed.weights.items()]
    return shell.kept(
        ("ensemble.decision", work.catalog.key, plan.key, mixed.method, mixed.space, *marks),
        lambda: decide(
            mixed, members, work.catalog.price, plan, clusters=brand_clusters(work.catalog, store=work.store)
        ),
    )
