"""Making a run ready for edits ahead of time: what is still to be fitted, how long that takes here, and doing it.

Training leaves most of what an edit needs in the cache. Three things it does not: the catalogue's counts of words and
openings, by which a changed text's brand is read, and the weights of the two ridges. On 75,000 train rows they take a
minute and more, so that a page leaves them to a job; once kept, they are only read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.encode import row_encoders, row_fits_to_make
from core.explain.opened import check_run
from core.features import artifact_key, brand_index, brands, has_brand_index
from core.folds import FoldPlan
from core.store import ArtifactStore
from core.train import Run
from core.types import Catalog, ProgressFn, no_progress, part_of

FIT_SHARE: Final = 0.6
"""A fit for single products against making its block, which fits more of them: 0.4 to 0.64 on 6,480 and 75,000 rows."""
INDEX_SHARE: Final = 1.7
"""Counting words and openings against reading all brands: 1.5 to 1.9 on the same."""
FIT_S_A_ROW: Final = 6e-4
BRANDS_S_A_PRODUCT: Final = 1.2e-4
"""Where nothing tells how fast this machine is."""
_BRANDS = "brands"


@dataclass(frozen=True)
class WhatIfForetold:
    """What is to be made before a run can be edited.

    Attributes:
        parts: ``"brands"`` and names of blocks; empty when all is kept.
        seconds: What they take together, about.
    """

    parts: tuple[str, ...]
    seconds: float


def foretell_what_if(run: Run, catalog: Catalog, plan: FoldPlan, *, store: ArtifactStore) -> WhatIfForetold:
    """What :func:`prepare_what_if` would still have to make; nothing is made.

    Seconds come from what making the same blocks and reading the brands cost here before.
    """
    seconds: dict[str, float] = {}
    if not has_brand_index(catalog, store=store):
        products = catalog.n_train + catalog.n_test
        made = store.has(artifact_key(catalog, _BRANDS))
        read = brands(catalog, store=store).seconds if made else products * BRANDS_S_A_PRODUCT
        seconds[_BRANDS] = INDEX_SHARE * read + (0.0 if made else read)
    for name in row_fits_to_make(catalog, plan, run.spec.blocks, store=store):
        whole = run.facts.block_seconds.get(name, 0.0)
        seconds[name] = FIT_SHARE * whole if whole > 0 else FIT_S_A_ROW * catalog.n_train
    return WhatIfForetold(tuple(seconds), sum(seconds.values()))


def prepare_what_if(
    run: Run, catalog: Catalog, plan: FoldPlan, *, store: ArtifactStore, report: ProgressFn = no_progress
) -> None:
    """Make and keep all that :func:`core.explain.open_what_if` fits.

    Raises:
        InputError: The run belongs to another catalogue or plan.
        Cancelled: From ``report``; what is finished stays in the cache.
    """
    check_run(run, catalog, plan)
    report(0.0, "Learning the catalogue's brands")
    brands(catalog, store=store)
    report(0.1, "Counting the catalogue's words and openings")
    brand_index(catalog, store=store)
    row_encoders(catalog, plan, run.spec.blocks, store=store, report=part_of(report, 0.4, 1.0))
    report(1.0, "Ready for edits")
