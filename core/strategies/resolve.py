"""A strategy's blocks on a catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType

from core.errors import InputError
from core.presets import find_preset
from core.strategies.recipe import Strategy
from core.train import TrainSpec, known_blocks
from core.types import Catalog

PRESET = "preset:"
_REMEDY: Mapping[str, str] = MappingProxyType(
    {
        "text": "Make vectors of the texts first: on the Embeddings page, or with --model.",
        "image": "Bring the photos and make their vectors first: on the Embeddings page, or with --images and --model.",
        "side": "Bring a side table, or let a language model read the attributes first.",
    }
)


def blocks_of(strategy: Strategy, catalog: Catalog) -> tuple[str, ...]:
    """Names of the blocks that the strategy uses on this catalogue, sorted.

    Raises:
        InputError: A name or pattern that no block fits, with what has to be made or brought first.
    """
    known = known_blocks(catalog)
    found: set[str] = set()
    for wanted in strategy.blocks:
        if wanted.startswith(PRESET):
            fitting = set(find_preset(wanted.removeprefix(PRESET)).blocks_for(catalog))
        else:
            fitting = {name for name in known if fnmatchcase(name, wanted) and known[name].fits(catalog.n_train)}
        if not fitting:
            raise InputError(f"no block fits {wanted!r}.", _remedy(wanted, known))
        found |= fitting
    return tuple(sorted(found))


def specs_of(strategy: Strategy, catalog: Catalog) -> list[TrainSpec]:
    """The runs that the strategy asks for, in the order of its models.

    Raises:
        InputError: As :func:`blocks_of`.
    """
    blocks = blocks_of(strategy, catalog)
    return [member.spec(blocks, seed=strategy.seed) for member in strategy.members]


def _remedy(wanted: str, known: Mapping[str, object]) -> str:
    for kind, remedy in _REMEDY.items():
        if wanted.startswith((f"{kind}@", f"{kind}_", f"{kind}:")):
            return remedy
    return f"There are {', '.join(known)}."
