"""Shapley shares of blocks: what each adds, averaged over the orders in which the blocks could have come.

Orderings are sampled (Castro, Gómez and Tejada 2009) and each goes with its reverse (antithetic; Mitchell and others
2022): a block that came early in one comes late in the other, so that a pair is steadier than two draws. Within every
ordering the shares add up to the whole gain exactly, and so does their mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

LEVEL = 0.9


@dataclass(frozen=True)
class Share:
    """One block's part of the whole gain in SMAPE points.

    Attributes:
        share_pct: Mean over the orderings.
        interval_90_pct: Of the share over all orderings, from the pairs' spread; None with a single pair. Other rows
            and other fits are not in it.
    """

    share_pct: float
    interval_90_pct: tuple[float, float] | None


def antithetic_orderings(blocks: Sequence[str], count: int, *, seed: int) -> list[tuple[str, ...]]:
    """``count`` orderings of the blocks, an even number; each second one is the reverse of the one before."""
    draw = np.random.default_rng(seed)
    names = sorted(blocks)
    found: list[tuple[str, ...]] = []
    for _ in range(count // 2):
        ordering = tuple(names[place] for place in draw.permutation(len(names)))
        found += [ordering, ordering[::-1]]
    return found


def prefix_sets(orderings: Sequence[Sequence[str]]) -> list[frozenset[str]]:
    """Every set of blocks whose value the shares need, each once, in the order of first need."""
    prefixes = (frozenset(ordering[:size]) for ordering in orderings for size in range(len(ordering) + 1))
    return list(dict.fromkeys(prefixes))


def shapley_shares(orderings: Sequence[Sequence[str]], value: Callable[[frozenset[str]], float]) -> dict[str, Share]:
    """Share of each block.

    Args:
        orderings: By :func:`antithetic_orderings`.
        value: Worth of a set of blocks; more is better.
    """
    from scipy.stats import t

    if not orderings:
        return {}
    names = sorted(orderings[0])
    steps = np.zeros((len(orderings), len(names)))
    for line, ordering in enumerate(orderings):
        worth = [value(frozenset(ordering[:size])) for size in range(len(ordering) + 1)]
        for place, name in enumerate(ordering):
            steps[line, names.index(name)] = worth[place + 1] - worth[place]
    pairs = steps.reshape(len(orderings) // 2, 2, len(names)).mean(axis=1)
    shares = pairs.mean(axis=0)
    if len(pairs) < 2:
        return {name: Share(float(share), None) for name, share in zip(names, shares, strict=True)}
    half = float(t.ppf(0.5 + LEVEL / 2, len(pairs) - 1)) * pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs))
    return {
        name: Share(float(share), (float(share - step), float(share + step)))
        for name, share, step in zip(names, shares, half, strict=True)
    }
