"""Settings of a run that differ from the default, as plain JSON."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from core.errors import InputError
from core.train import TrainSpec

FIXED = ("family", "blocks", "seed")
"""What is asked for apart."""


def with_settings(spec: TrainSpec, changed: Any) -> TrainSpec:
    """The spec with the settings of ``changed``, a dictionary of names and numbers, or as it is for None.

    Raises:
        InputError: No dictionary, an unknown name, a value of another kind, or one out of range.
    """
    if changed is None:
        return spec
    known = {field.name: type(getattr(spec, field.name)) for field in fields(TrainSpec) if field.name not in FIXED}
    if not isinstance(changed, dict) or not set(changed) <= set(known):
        raise InputError(f"settings that this version does not know: {changed!r}.", f"There are {', '.join(known)}.")
    for name, value in changed.items():
        wanted = (int, float) if known[name] is float else known[name]
        if not isinstance(value, wanted) or isinstance(value, bool) != (known[name] is bool):
            raise InputError(f"{name} {value!r} is no {known[name].__name__}.", "Take the default.")
    return replace(spec, **changed)


def changed_settings(spec: TrainSpec) -> dict[str, Any]:
    """Undo :func:`with_settings`: what differs from the default."""
    default = TrainSpec(spec.family, spec.blocks)
    values = {field.name: getattr(spec, field.name) for field in fields(TrainSpec) if field.name not in FIXED}
    return {name: value for name, value in values.items() if value != getattr(default, name)}
