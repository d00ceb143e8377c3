"""Does a kept run still speak of the data and the readings of now?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from core.errors import InputError
from core.store import ArtifactStore
from core.train import FAMILIES, RunRecord, block_keys, known_blocks, plan_of
from core.types import Catalog

Standing: TypeAlias = Literal["current", "former readings", "other data", "not recorded"]
"""``former readings``: same rows, but a block or the model's code has changed since; ``not recorded``: the same rows,
by a version that did not write down what it read."""


def standings(runs: Sequence[RunRecord], catalog: Catalog, *, store: ArtifactStore) -> dict[str, Standing]:
    """How each run stands, by ``run_id``; nothing is computed but keys."""
    now: dict[str, dict[str, str]] = {}
    found: dict[str, Standing] = {}
    for run in runs:
        if run.catalog_key != catalog.key:
            found[run.run_id] = "other data"
        elif not run.facts.known:
            found[run.run_id] = "not recorded"
        else:
            keys = now.setdefault(run.plan_key, {})
            missing = [name for name in run.blocks if name not in keys]
            keys |= _keys(run, missing, catalog, store)
            same = all(keys[name] == run.facts.block_keys.get(name) for name in run.blocks)
            current = same and FAMILIES[run.family].version == run.facts.family_version
            found[run.run_id] = "current" if current else "former readings"
    return found


def _keys(run: RunRecord, names: Sequence[str], catalog: Catalog, store: ArtifactStore) -> dict[str, str]:
    """Keys of the blocks as they would be made now; ``""`` for one that is gone."""
    known = known_blocks(catalog)
    try:
        plan = plan_of(run, catalog, store=store)
    except InputError:
        # Folds of a kind that is not drawn again from its seed alone: what is made for them cannot be told.
        return dict.fromkeys(names, "")
    there = block_keys(catalog, plan, [name for name in names if name in known], store=store)
    return {name: there.get(name, "") for name in names}
