"""The fold-aware blocks.

A new one is a module with ``INFO``, ``VERSION``, ``parents`` and ``prepare``, and a line here.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.encode import brand_price, neighbours, text_size, vector_neighbours, vector_price, words
from core.encode.scheme import EncoderInputs, Scheme, inner_parts, run_scheme
from core.errors import InputError
from core.folds import FoldPlan
from core.metrics import to_log_price
from core.store import ArtifactStore, cache_key
from core.types import BlockInfo, Catalog, EncodedBlock, ProgressFn, SplitFrame, no_progress

SCHEME_VERSION = 1


@dataclass(frozen=True)
class _Encoder:
    info: BlockInfo
    version: int
    parents: Callable[[Catalog, ArtifactStore], tuple[str, ...]]
    prepare: Callable[[Catalog, ArtifactStore], EncoderInputs]


_ENCODERS: dict[str, _Encoder] = {
    module.INFO.name: _Encoder(module.INFO, module.VERSION, module.parents, module.prepare)
    for module in (brand_price, words, neighbours, text_size)
}

_OF_VECTORS = (vector_price, vector_neighbours)
"""What each set of vectors gives: modules with ``block_info``, ``VERSION``, ``parents`` and ``prepare`` of a set."""

ENCODERS: Mapping[str, BlockInfo] = MappingProxyType({name: encoder.info for name, encoder in _ENCODERS.items()})
"""Every fold-aware block that any catalogue can have, by name."""


def encoders(catalog: Catalog) -> dict[str, BlockInfo]:
    """Every fold-aware block of this catalogue by name: :data:`ENCODERS`, and one a set of vectors."""
    return {**ENCODERS, **vector_encoders(catalog)}


def vector_encoders(catalog: Catalog) -> dict[str, BlockInfo]:
    """The fold-aware blocks that the catalogue's vectors give, by name."""
    infos = [module.block_info(found) for found in catalog.vectors for module in _OF_VECTORS]
    return {info.name: info for info in infos}


def encoded_key(catalog: Catalog, plan: FoldPlan, name: str, *, store: ArtifactStore) -> str:
    """Key of an encoded block; the plan's key holds the catalogue's and so the prices."""
    encoder = _find(catalog, name)
    spec = {"scheme": SCHEME_VERSION, "inner_parts": inner_parts(catalog.n_train)}
    return cache_key(f"encode.{name}", encoder.version, spec, [*encoder.parents(catalog, store), plan.key])


def encode_block(
    catalog: Catalog, plan: FoldPlan, name: str, *, store: ArtifactStore, report: ProgressFn = no_progress
) -> EncodedBlock:
    """A fold-aware block under ``plan``, from the cache or computed and kept fold by fold.

    Raises:
        InputError: No such block.
        AlignmentError: The plan was drawn for other rows.
    """
    encoder = _find(catalog, name)
    plan.check_rows(catalog.items.train.index)
    key = encoded_key(catalog, plan, name, store=store)
    computed: list[tuple[SplitFrame, ...]] = []

    def fold_columns(fold: int) -> SplitFrame:
        if not computed:
            report(0.0, f"{encoder.info.title}: {plan.n_folds} folds")
            computed.append(
                run_scheme(
                    Scheme.of(plan),
                    encoder.prepare(catalog, store),
                    to_log_price(catalog.price),
                    train_ids=catalog.items.train.index,
                    test_ids=catalog.items.test.index,
                )
            )
        return computed[0][fold]

    found = []
    for fold in range(plan.n_folds):
        found.append(store.split_frame(_fold_key(key, fold), functools.partial(fold_columns, fold)))
    report(1.0, f"{encoder.info.title}: done")
    seconds = sum(item.seconds for item in found)
    return EncodedBlock(encoder.info, tuple(item.value for item in found), key, seconds, not computed)


def is_encoded(catalog: Catalog, plan: FoldPlan, name: str, *, store: ArtifactStore) -> bool:
    """True when :func:`encode_block` would read every fold.

    Raises:
        InputError: No such block.
    """
    key = encoded_key(catalog, plan, name, store=store)
    return all(store.has(_fold_key(key, fold)) for fold in range(plan.n_folds))


def _fold_key(key: str, fold: int) -> str:
    return cache_key("encode.fold", SCHEME_VERSION, {"fold": fold}, [key])


def _find(catalog: Catalog, name: str) -> _Encoder:
    if name in _ENCODERS:
        return _ENCODERS[name]
    for found in catalog.vectors:
        for module in _OF_VECTORS:
            if (info := module.block_info(found)).name == name:
                parents = functools.partial(module.parents, tower=found.tower, model=found.model)
                prepare = functools.partial(module.prepare, tower=found.tower, model=found.model)
                return _Encoder(info, module.VERSION, parents, prepare)
    raise InputError(f"no fold-aware block named {name!r}.", f"There are {', '.join(encoders(catalog))}.")
