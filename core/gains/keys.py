"""What the measurements are called in the cache, found without reading a block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.embed import vector_block_key, vector_blocks
from core.encode import encoded_key, encoders, is_encoded
from core.errors import InputError
from core.features import artifact_key, side_blocks
from core.folds import FoldPlan
from core.gains.spec import GainSpec, model_spec
from core.store import ArtifactStore, cache_key
from core.train import FAMILIES, known_blocks
from core.types import Catalog

FIT_VERSION = 1
REPORT_VERSION = 2


def block_keys(catalog: Catalog, plan: FoldPlan, names: Sequence[str], *, store: ArtifactStore) -> dict[str, str]:
    """Cache key of each named block under ``plan``.

    Raises:
        InputError: A name that is no block of this catalogue.
    """
    known = known_blocks(catalog)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError(f"no feature block named {unknown[0]!r}.", f"There are {', '.join(known)}.")
    sides = {name: side.key for name, side in zip(side_blocks(catalog), catalog.sides, strict=True)}
    of_vectors = vector_blocks(catalog)
    found = {}
    for name in names:
        if known[name].uses_target:
            found[name] = encoded_key(catalog, plan, name, store=store)
        elif name in of_vectors:
            found[name] = vector_block_key(catalog, name)
        else:
            found[name] = sides[name] if name in sides else artifact_key(catalog, name)
    return found


def is_made(catalog: Catalog, plan: FoldPlan, name: str, key: str, *, store: ArtifactStore) -> bool:
    """True when the block of that name and key is read instead of computed; what the user brought is at hand anyway."""
    if name in encoders(catalog):
        return is_encoded(catalog, plan, name, store=store)
    at_hand = {*side_blocks(catalog), *(block.info.name for block in catalog.attached)}
    return name in at_hand or store.has(key)


def fit_key(blocks: frozenset[str], plan: FoldPlan, keys: Mapping[str, str], *, seed: int, rounds: int) -> str:
    """Key of one set's rows of SMAPE by the small model."""
    spec = model_spec(blocks, seed=seed, rounds=rounds)
    settings = {**spec.to_json(), "family_version": FAMILIES[spec.family].version}
    return cache_key("gains.fit", FIT_VERSION, settings, [plan.key, *(keys[name] for name in sorted(blocks))])


def report_key(catalog: Catalog, plan: FoldPlan, spec: GainSpec, keys: Mapping[str, str]) -> str:
    """Key of a whole measurement; the brands are in it because the intervals are clustered by them."""
    parents = [plan.key, artifact_key(catalog, "brands"), *(keys[name] for name in spec.everything)]
    return cache_key("gains.report", REPORT_VERSION, {**spec.to_json(), "fit_version": FIT_VERSION}, parents)


def latest_key(plan: FoldPlan) -> str:
    """Key under which the last measurement on a plan is kept, whatever it measured."""
    return cache_key("gains.latest", REPORT_VERSION, {"fit_version": FIT_VERSION}, [plan.key])
