"""The allow-list of work that a job may do: nothing outside this table is ever imported by a worker."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias, cast

from core.errors import InputError
from core.types import JsonDict, ProgressFn

JobFunction: TypeAlias = Callable[[JsonDict, ProgressFn], JsonDict]
"""``function(params, report) -> result``; both dictionaries are plain JSON without NaN."""

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pipeline": "core.tasks:run_pipeline_job",
        "train": "core.tasks:train_job",
        "tune": "core.run_tasks:tune_job",
        "curve": "core.run_tasks:curve_job",
        "sentinel": "core.run_tasks:sentinel_job",
        "forward": "core.run_tasks:forward_job",
        "what_if": "core.run_tasks:what_if_job",
        "quick": "core.tasks:quick_job",
        "embed": "core.tasks:embed_job",
        "vector_nearest": "core.tasks:vector_nearest_job",
        "gains": "core.tasks:gains_job",
        "nearest": "core.tasks:nearest_job",
        "images": "core.tasks:images_job",
        "diagnose": "core.tasks:diagnose_job",
        "attributes": "core.llm_tasks:attributes_job",
        "probe": "core.llm_tasks:probe_job",
        "strategies": "core.strategy_tasks:strategies_job",
        "strategies_sample": "core.strategy_tasks:strategies_sample_job",
        "selftest": "core.jobs.selftest:run",
    }
)


def check_kind(kind: str) -> None:
    """Raise :class:`InputError` for a kind that is not in the table."""
    if kind not in KINDS:
        raise InputError(f"{kind!r} is no kind of job.", f"Use one of: {', '.join(sorted(KINDS))}.")


def load_function(kind: str) -> JobFunction:
    """The function behind ``kind``, imported now.

    Raises:
        InputError: ``kind`` is not in the table.
    """
    check_kind(kind)
    module_name, _, function_name = KINDS[kind].partition(":")
    return cast(JobFunction, getattr(importlib.import_module(module_name), function_name))
