"""Train against test in all: adversarial validation, the single columns, the words, and the verdict over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from core.features import BLOCKS, artifact_key, brands, compute_block, parsed_catalog, side_blocks
from core.folds import FoldPlan
from core.shift.adversarial import Adversarial
from core.shift.column_drift import ColumnDrift, DriftSpec, column_drift
from core.shift.columns import beside, columns_key, shift_columns, shift_texts
from core.shift.measured import adversarial_keys, catalog_adversarial
from core.shift.propensity import beyond_support_pct, effective_rows
from core.shift.verdict import no_shift, unseen_change, unseen_spread, verdict
from core.shift.words import WordContrast, WordsSpec, contrast_words, direction_names, read_terms
from core.store import ArtifactStore, cache_key
from core.types import Catalog, JsonDict, ProgressFn, SplitFrame, no_progress, part_of

VERSION = 1
TESTED_BLOCKS = ("size", "text_stats", "quality", "category", "brand")
"""Every block that sees no price but ``five_simple``, whose columns stand in the others."""

LOG_OF = "natural log of "
_OWN: Mapping[str, str] = MappingProxyType({"unit": "the Unit field, as read", "name": "the brand, as read"})


@dataclass(frozen=True)
class ToldApart:
    """All that tells train from test, or that nothing does.

    Attributes:
        adversarial: Cross-fitted classifier over text, sizes and brand.
        drift: Column by column, side tables included.
        words: Word by word.
        directions: What each ``text.<n>`` column of ``adversarial`` stands for, in its words.
        unseen_change: Unseen share of test minus that of the validation rows, −1 to 1.
        unseen_spread: Its standard deviation in alike files.
    """

    adversarial: Adversarial
    drift: ColumnDrift
    words: WordContrast
    directions: Mapping[str, str]
    unseen_change: float
    unseen_spread: float

    @property
    def no_shift(self) -> bool:
        """True when train and test are alike as far as this data can tell."""
        return no_shift(
            self.adversarial,
            unseen_change=self.unseen_change,
            unseen_spread=self.unseen_spread,
            drift=self.drift,
        )

    @property
    def verdict(self) -> str:
        """The same in words for a screen."""
        return verdict(
            self.adversarial,
            unseen_change=self.unseen_change,
            unseen_spread=self.unseen_spread,
            drift=self.drift,
        )

    def to_json(self) -> JsonDict:
        """The ``shift`` part of ``report.json``, without the duplicates."""
        return {
            **self.adversarial.to_json(),
            "no_shift": self.no_shift,
            "verdict": self.verdict,
            "unseen_change": self.unseen_change,
            "effective_train_rows": effective_rows(self.adversarial),
            "beyond_support_pct": beyond_support_pct(self.adversarial),
            **self.drift.to_json(),
            **self.words.to_json(),
        }


def catalog_told(
    catalog: Catalog, plan: FoldPlan, *, store: ArtifactStore, seed: int = 0, report: ProgressFn = no_progress
) -> ToldApart:
    """Compare both files of a catalogue in every way, from the cache or computed and kept."""
    found = catalog_adversarial(catalog, plan, store=store, seed=seed, report=part_of(report, 0.0, 0.6))
    report(0.6, "Comparing every column")
    drift = _drift(catalog, store=store, seed=seed)
    report(0.8, "Comparing every word")
    words, facts = _words(catalog, plan, store=store, seed=seed)
    report(1.0, "Shift: done")
    return ToldApart(found, drift, words, facts["directions"], facts["unseen_change"], facts["unseen_spread"])


def find_told(catalog: Catalog, plan: FoldPlan, *, store: ArtifactStore, seed: int = 0) -> ToldApart | None:
    """:func:`catalog_told` when it was computed before, else None; cheap either way."""
    known = told_key(catalog, plan, store=store, seed=seed) is not None
    return catalog_told(catalog, plan, store=store, seed=seed) if known else None


def told_key(catalog: Catalog, plan: FoldPlan, *, store: ArtifactStore, seed: int = 0) -> str | None:
    """Names what :func:`find_told` gives, or None where it gives nothing; quick, as nothing is read."""
    keys = [
        *adversarial_keys(catalog, plan, seed=seed),
        *_drift_keys(catalog, seed),
        *_words_keys(catalog, plan, seed),
    ]
    return cache_key("shift.told", VERSION, {}, keys) if all(map(store.has, keys)) else None


def unpriced_columns(catalog: Catalog, *, store: ArtifactStore) -> SplitFrame:
    """Every column that sees no price, named ``<block>.<column>``: all blocks, side tables, unit and brand name."""
    blocks = [*TESTED_BLOCKS, *side_blocks(catalog)]
    parts = [_prefixed(compute_block(catalog, name, store=store).frame, name) for name in blocks]
    unit = _only(parsed_catalog(catalog, store=store).value, "unit", "text.unit")
    brand = _only(brands(catalog, store=store).value, "brand", "brand.name")
    return beside([*parts, unit, brand])


def column_meaning(name: str) -> tuple[str, bool]:
    """What a column of :func:`unpriced_columns` holds, ``""`` where nobody says, and whether its logarithm is held."""
    block, _, column = name.partition(".")
    said = BLOCKS[block].columns if block in BLOCKS else _OWN
    meaning = said.get(column, "")
    inside = meaning.removeprefix(LOG_OF)
    return said.get(inside, inside), meaning.startswith(LOG_OF)


def _prefixed(frame: SplitFrame, block: str) -> SplitFrame:
    return SplitFrame(*(side.add_prefix(f"{block}.") for side in (frame.train, frame.test)))


def _only(frame: SplitFrame, column: str, name: str) -> SplitFrame:
    """One column of text under another name, a blank as a missing value."""
    sides = (side[[column]].rename(columns={column: name}) for side in (frame.train, frame.test))
    return SplitFrame(*(side.where(side != "") for side in sides))


def _drift_keys(catalog: Catalog, seed: int) -> tuple[str, str]:
    """Keys of the table and of the figures beside it."""
    parents = [artifact_key(catalog, name) for name in ("parse", "brands", *TESTED_BLOCKS)]
    parents += [side.key for side in catalog.sides]
    key = cache_key("shift.drift", VERSION, {"seed": seed}, parents)
    return key, cache_key("shift.drift.facts", VERSION, {}, [key])


def _drift(catalog: Catalog, *, store: ArtifactStore, seed: int) -> ColumnDrift:
    key, facts_key = _drift_keys(catalog, seed)
    held: list[ColumnDrift] = []

    def found() -> ColumnDrift:
        if not held:
            columns = unpriced_columns(catalog, store=store)
            logs = [name for name in columns.columns if column_meaning(name)[1]]
            held.append(column_drift(columns, logs=logs, spec=DriftSpec(seed=seed)))
        return held[0]

    facts = store.json(facts_key, lambda: [found().n_columns, found().n_tested, found().n_permuted_rows]).value
    return ColumnDrift(store.frame(key, lambda: found().table).value, *facts)


def _words_keys(catalog: Catalog, plan: FoldPlan, seed: int) -> tuple[str, str]:
    key = cache_key("shift.words", VERSION, {"seed": seed}, [columns_key(catalog, plan, seed=seed)])
    return key, cache_key("shift.words.facts", VERSION, {}, [key])


def _words(catalog: Catalog, plan: FoldPlan, *, store: ArtifactStore, seed: int) -> tuple[WordContrast, dict[str, Any]]:
    key, facts_key = _words_keys(catalog, plan, seed)
    held: list[tuple[pd.DataFrame, dict[str, Any]]] = []

    def found() -> tuple[pd.DataFrame, dict[str, Any]]:
        if not held:
            held.append(_read_words(catalog, plan, store=store, seed=seed))
        return held[0]

    facts = store.json(facts_key, lambda: found()[1]).value
    return WordContrast(store.frame(key, lambda: found()[0]).value, *facts["counts"]), facts


def _read_words(
    catalog: Catalog, plan: FoldPlan, *, store: ArtifactStore, seed: int
) -> tuple[pd.DataFrame, dict[str, Any]]:
    named = brands(catalog, store=store).value
    texts = shift_texts(parsed_catalog(catalog, store=store).value).stacked()["text"]
    spec = WordsSpec(seed=seed)
    terms = read_terms(texts, catalog.n_train, spec=spec)
    contrast = contrast_words(terms, named.stacked()["brand"], spec=spec)
    columns = shift_columns(catalog, plan, store=store, seed=seed).value.stacked()
    text = [name for name in columns.columns if str(name).startswith("text.")]
    directions = direction_names(terms, columns[text].to_numpy(dtype=np.float64))
    return contrast.table, {
        "counts": [contrast.n_terms, contrast.n_told, contrast.n_train, contrast.n_test],
        "directions": dict(zip(text, directions, strict=True)),
        "unseen_change": unseen_change(named, plan, seed=seed),
        "unseen_spread": unseen_spread(named, plan, seed=seed),
    }
