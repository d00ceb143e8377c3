"""The models side by side: what they are, what encoding costs here, and what their vectors were measured to gain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from core.embed.attach import set_name
from core.embed.rates import find_rate
from core.embed.spec import MODELS, TOWERS, ModelInfo, ModelSpec
from core.embed.text_models import folder_licence
from core.store import ArtifactStore
from core.types import Tower

BYTES_A_PARAMETER = 4
"""Published weights are float32; a few are half of that."""
OPEN_NAMES = {"mit": True, "apache-2.0": True}
"""As a model's folder names them."""


@dataclass(frozen=True)
class MeasuredGain:
    """What the best of a model's blocks gains.

    Attributes:
        block: Which.
        gain_pct: Points of SMAPE, positive is better.
        low_pct, high_pct: Its 90 % interval.
    """

    block: str
    gain_pct: float
    low_pct: float
    high_pct: float


def best_gains(lines: Sequence[MeasuredGain]) -> dict[str, MeasuredGain]:
    """The largest gain of each model, by what its blocks carry behind their ``@``."""
    best: dict[str, MeasuredGain] = {}
    for line in sorted(lines, key=lambda line: line.gain_pct):
        _, at, model = line.block.partition("@")
        if at:
            best[model] = line
    return best


def compare_models(
    current: ModelSpec, left: Mapping[Tower, int], gains: Mapping[str, MeasuredGain], *, store: ArtifactStore
) -> pd.DataFrame:
    """One row a model of the list, and first the one in use where it is none of them.

    Args:
        current: The model in use.
        left: Items of each tower that a model which encoded nothing yet has to encode.
        gains: From :func:`best_gains`.

    Returns:
        ``model``, ``in_use``, ``dim``, ``image_px``, ``parameters_m`` (millions), ``size_mb`` (of float32 weights),
        ``licence`` and ``open_licence`` (MIT or Apache-2.0) with missing values for a model that is not of the list;
        ``image_per_s``, ``text_per_s`` (items a second, as last measured here), ``hours`` (to encode ``left`` at those
        rates; NaN until both towers are measured); ``block``, ``gain_pct``, ``low_pct``, ``high_pct`` (``""`` and NaN
        where nothing was measured); ``note``.
    """
    listed: dict[ModelSpec, ModelInfo | None] = {info.spec: info for info in MODELS}
    if current not in listed:
        listed = {current: None, **listed}
    return pd.DataFrame([_line(spec, info, spec == current, left, gains, store) for spec, info in listed.items()])


def _line(
    spec: ModelSpec,
    info: ModelInfo | None,
    in_use: bool,
    left: Mapping[Tower, int],
    gains: Mapping[str, MeasuredGain],
    store: ArtifactStore,
) -> dict[str, object]:
    rates = {tower: find_rate(spec, tower, store=store) for tower in TOWERS}
    spent = [
        rate.seconds_for(count) / 3600 if rate is not None else float("nan")
        for tower, count in left.items()
        for rate in (rates[tower],)
    ]
    gain = gains.get(set_name(spec))
    licence = info.licence if info else folder_licence(spec)
    nothing = float("nan")
    return {
        "model": spec.short_label,
        "in_use": in_use,
        "dim": info.dim if info else nothing,
        "image_px": info.image_px if info else nothing,
        "parameters_m": info.parameters_m if info else nothing,
        "size_mb": info.parameters_m * BYTES_A_PARAMETER if info else nothing,
        "licence": licence,
        "open_licence": info.open_licence if info else OPEN_NAMES.get(licence.lower()),
        **{f"{tower}_per_s": rate.items_per_second if rate else nothing for tower, rate in rates.items()},
        "hours": sum(spent) if spent else nothing,
        "block": gain.block if gain else "",
        "gain_pct": gain.gain_pct if gain else nothing,
        "low_pct": gain.low_pct if gain else nothing,
        "high_pct": gain.high_pct if gain else nothing,
        "note": info.note if info else "",
    }
