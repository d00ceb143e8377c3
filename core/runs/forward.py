"""A forward path: blocks added one by one, each time the one that lowers the quick look's score the most.

Greedy forward selection. Every score is a quick look's (:mod:`core.train.quick`), which ranks sets of blocks and reads
worse than a full run. The best of several candidates was chosen for being low, so that a step's gain is a little too
good; its interval does not know that. Looks are kept one by one, so that a stopped path goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from core.errors import InputError
from core.folds import FoldPlan
from core.gains import Change, brand_clusters, toggle_change
from core.store import ArtifactStore, cache_key
from core.train import QuickLook, QuickSpec, block_keys, gather, quick_look
from core.types import Catalog, FloatArray, ProgressFn, no_progress, part_of

VERSION = 1
_BLOCKS_UNTIL = 0.15
FIXED_SHARE = 0.6
"""Part of a look's time that does not hang on how many blocks it has."""


@dataclass(frozen=True)
class PathStep:
    """One block added.

    Attributes:
        smape_pct: Quick look with it and all before it.
        change: Against the step before; None for the first.
        tried: Candidates that it was the best of.
        seconds: What the looks of this step took when they were taken.
    """

    block: str
    smape_pct: float
    change: Change | None
    tried: int
    seconds: float


@dataclass(frozen=True)
class ForwardPath:
    """The whole path.

    Attributes:
        blocks: What it was asked for, sorted.
        steps: In the order in which the blocks were added.
        block_keys: Cache key of every block: another one means that it has changed since.
    """

    blocks: tuple[str, ...]
    steps: tuple[PathStep, ...]
    block_keys: dict[str, str]
    n_rows: int

    def first(self, count: int) -> tuple[str, ...]:
        """The blocks of the first ``count`` steps."""
        return tuple(step.block for step in self.steps[:count])

    @property
    def shortest(self) -> int:
        """The last step that is likely real: what comes after it cannot be told from noise, step by step."""
        real = [
            place
            for place, step in enumerate(self.steps, start=1)
            if step.change is None or step.change.verdict == "better"
        ]
        return real[-1] if real else 0

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> ForwardPath:
        """Undo :meth:`to_json`."""
        steps = tuple(
            PathStep(**{**step, "change": None if step["change"] is None else Change(**step["change"])})
            for step in value["steps"]
        )
        return cls(**{**value, "blocks": tuple(value["blocks"]), "steps": steps})


def measure_path(
    catalog: Catalog,
    plan: FoldPlan,
    blocks: tuple[str, ...],
    *,
    store: ArtifactStore,
    report: ProgressFn = no_progress,
    told: Callable[[int, PathStep], None] | None = None,
) -> ForwardPath:
    """Add the blocks one by one, or read the path when it was measured before.

    Args:
        told: Told of the number of blocks and of each step when it is there.

    Raises:
        InputError: No block, or an unknown one.
        Cancelled: From ``report``; finished looks stay in the cache.
    """
    if not blocks:
        raise InputError("no block to add.", "Switch some on.")
    names = tuple(sorted(set(blocks)))
    keys = block_keys(catalog, plan, names, store=store)
    gather(catalog, plan, list(names), store=store, report=part_of(report, 0.0, _BLOCKS_UNTIL))
    clusters = brand_clusters(catalog, store=store)
    steps: list[PathStep] = []
    before: FloatArray | None = None
    while len(steps) < len(names):
        taken = [step.block for step in steps]
        stretch = _stretch(report, len(taken), len(names))
        looks = _looks(catalog, plan, taken, names, store=store, report=stretch)
        block, best = min(looks.items(), key=lambda item: (item[1].smape_pct, item[0]))
        change = None if before is None else toggle_change(before, best.row_smape_pct, clusters)
        seconds = sum(look.seconds for look in looks.values())
        steps.append(PathStep(block, best.smape_pct, change, len(looks), seconds))
        before = best.row_smape_pct
        if told is not None:
            told(len(steps), steps[-1])
    found = ForwardPath(names, tuple(steps), dict(keys), catalog.n_train)
    store.keep_json(_latest_key(plan), found.to_json())
    report(1.0, "the path is measured")
    return found


def latest_path(plan: FoldPlan, *, store: ArtifactStore) -> ForwardPath | None:
    """The last path measured on ``plan``, whatever its blocks, or None."""
    kept = store.find_json(_latest_key(plan))
    return None if kept is None else ForwardPath.from_json(kept)


def path_looks(n_blocks: int) -> int:
    """Quick looks that a path of so many blocks takes."""
    return n_blocks * (n_blocks + 1) // 2


def path_seconds(n_blocks: int, look_seconds: float, before: ForwardPath | None = None) -> float:
    """About how long a path takes.

    Args:
        look_seconds: Of a look at all its blocks.
        before: A path that was measured on the same rows: it tells better, as its looks were taken one after the other.
    """
    if before is not None:
        spent = sum(step.seconds for step in before.steps)
        return spent * path_looks(n_blocks) / path_looks(len(before.steps))
    return look_seconds * sum(
        (n_blocks - size + 1) * (FIXED_SHARE + (1 - FIXED_SHARE) * size / n_blocks) for size in range(1, n_blocks + 1)
    )


def _looks(
    catalog: Catalog,
    plan: FoldPlan,
    taken: list[str],
    names: tuple[str, ...],
    *,
    store: ArtifactStore,
    report: ProgressFn,
) -> dict[str, QuickLook]:
    """A look with each block that is not taken yet."""
    left = [name for name in names if name not in taken]
    looks = {}
    for place, name in enumerate(left):
        report(place / len(left), f"{len(taken) + 1} of {len(names)} blocks, trying {name}")
        looks[name] = quick_look(catalog, plan, QuickSpec((*taken, name)), store=store)
    return looks


def _stretch(report: ProgressFn, done: int, n_blocks: int) -> ProgressFn:
    """The part of the bar of one step, as wide as the looks that it takes."""
    whole = path_looks(n_blocks)
    ends = [1.0 - path_looks(n_blocks - step) / whole for step in (done, done + 1)]
    low, high = (_BLOCKS_UNTIL + (1 - _BLOCKS_UNTIL) * end for end in ends)
    return part_of(report, low, high)


def _latest_key(plan: FoldPlan) -> str:
    return cache_key("runs.forward.latest", VERSION, {}, [plan.key])
