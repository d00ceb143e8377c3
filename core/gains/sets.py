"""Which sets of blocks a measurement needs, in the order in which they are fitted."""

from __future__ import annotations

from dataclasses import dataclass

from core.gains.shapley import antithetic_orderings, prefix_sets
from core.gains.spec import GainSpec


@dataclass(frozen=True)
class Need:
    """A set to fit, and what the progress bar calls it."""

    blocks: frozenset[str]
    seed: int
    label: str


@dataclass(frozen=True)
class Pair:
    """The two sets whose difference is a gain."""

    without: frozenset[str]
    having: frozenset[str]


def alone_pair(spec: GainSpec, block: str) -> Pair:
    """The anchor without the block and with it."""
    anchor = frozenset(spec.anchor)
    return Pair(anchor - {block}, anchor | {block})


def away_pair(spec: GainSpec, block: str) -> Pair:
    """The chosen blocks without the block and with it."""
    chosen = frozenset(spec.chosen)
    return Pair(chosen - {block}, chosen | {block})


def alone_sets(spec: GainSpec) -> list[frozenset[str]]:
    """Every set that the gains alone rest on, each once."""
    pairs = [alone_pair(spec, block) for block in spec.measured]
    return list(dict.fromkeys(side for pair in pairs for side in (pair.without, pair.having)))


def away_sets(spec: GainSpec) -> list[frozenset[str]]:
    """Every set that the gains among the chosen blocks rest on, each once."""
    pairs = [away_pair(spec, block) for block in spec.measured]
    return list(dict.fromkeys(side for pair in pairs for side in (pair.without, pair.having)))


def shapley_orderings(spec: GainSpec) -> list[tuple[str, ...]]:
    """Orderings of the chosen blocks for their shares."""
    return antithetic_orderings(spec.chosen, spec.orderings, seed=spec.seed)


def needs(spec: GainSpec) -> list[Need]:
    """Every fit that is known beforehand, block by block; what the suggestion adds is not."""
    seeds = range(spec.seed, spec.seed + spec.seeds)
    found = [Need(frozenset(spec.anchor), seed, "the anchor") for seed in seeds]
    found += [Need(frozenset(spec.chosen), seed, "all chosen blocks") for seed in seeds]
    for block in spec.measured:
        for title, pair in (("alone", alone_pair(spec, block)), ("among the others", away_pair(spec, block))):
            found += [Need(side, seed, f"{block} {title}") for side in (pair.without, pair.having) for seed in seeds]
    found += [Need(part, spec.seed, "Shapley shares") for part in prefix_sets(shapley_orderings(spec))]
    first = {(need.blocks, need.seed): need for need in reversed(found) if need.blocks}
    return [need for need in found if need.blocks and first[need.blocks, need.seed] is need]
