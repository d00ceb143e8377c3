"""An assessment kept in the artifact cache: at full size it takes seconds, and a restart should not take them again."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.blend.assess import Assessment, MethodScore, assess
from core.blend.methods import METHODS, Mix
from core.blend.panel import Panel
from core.store import ArtifactStore, cache_key
from core.types import Catalog, FloatArray, ProgressFn, no_progress

VERSION = 1
_NUMBERS = ("in_sample_smape_pct", "nested_smape_pct", "worse_pct", "worse_se_pct", "seconds")


def remembered_assessment(
    panel: Panel, catalog: Catalog, *, store: ArtifactStore, seed: int = 0, report: ProgressFn = no_progress
) -> Assessment:
    """:func:`core.blend.assess` without what leaving members out costs, from the cache or made and kept.

    Args:
        panel: Its members' names must say what they hold, as a run's id and a kept member's key do.

    Raises:
        Cancelled: From ``report``.
    """
    key = cache_key("blend.assessment", VERSION, {"seed": seed, "members": list(panel.names)}, [panel.plan.key])
    found = store.json(
        key,
        lambda: _packed(assess(panel.members, catalog.price, panel.plan, seed=seed, leave_out=False, report=report)),
    )
    return _unpacked(found.value)


def _packed(found: Assessment) -> dict[str, Any]:
    return {
        "names": list(found.names),
        "member_smape_pct": found.member_smape_pct.tolist(),
        "chosen": found.chosen,
        "scores": [_score_json(score) for score in found.scores],
        # A member that says the same of every row correlates with nothing, and JSON has no NaN.
        "error_correlation": [[None if np.isnan(x) else x for x in row] for row in found.error_correlation.tolist()],
    }


def _score_json(score: MethodScore) -> dict[str, Any]:
    return {
        "method": score.method.name,
        "space": score.space,
        "mix": [score.mix.weights.tolist(), score.mix.intercept],
        "fold_mixes": [[mix.weights.tolist(), mix.intercept] for mix in score.fold_mixes],
        "weight_low": score.weight_low.tolist(),
        "weight_high": score.weight_high.tolist(),
        **{name: getattr(score, name) for name in _NUMBERS},
    }


def _unpacked(value: dict[str, Any]) -> Assessment:
    scores = tuple(
        MethodScore(
            method=METHODS[line["method"]],
            space=line["space"],
            mix=_mix(line["mix"]),
            fold_mixes=tuple(map(_mix, line["fold_mixes"])),
            weight_low=_array(line["weight_low"]),
            weight_high=_array(line["weight_high"]),
            **{name: line[name] for name in _NUMBERS},
        )
        for line in value["scores"]
    )
    names = tuple(value["names"])
    return Assessment(
        names=names,
        member_smape_pct=_array(value["member_smape_pct"]),
        scores=scores,
        chosen=value["chosen"],
        without_pct=np.full(len(names), np.nan),
        error_correlation=_array(value["error_correlation"]),
    )


def _mix(value: list[Any]) -> Mix:
    return Mix(_array(value[0]), float(value[1]))


def _array(value: list[Any]) -> FloatArray:
    return np.array(value, dtype=np.float64)
