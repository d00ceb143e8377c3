"""The few shapes that travel between stages.

A row is named by its ``sample_id`` (always ``str`` in memory), never by its position. Every table here is
indexed by it, and :meth:`SplitFrame.check_rows` is what a join calls before it trusts an order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import AlignmentError
from core.overrides import NO_OVERRIDES, Overrides

FloatArray: TypeAlias = npt.NDArray[np.float64]
Float32Array: TypeAlias = npt.NDArray[np.float32]
IntArray: TypeAlias = npt.NDArray[np.int64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
JsonDict: TypeAlias = dict[str, JsonValue]

ID = "sample_id"
TEXT = "catalog_content"
IMAGE = "image_link"
PRICE = "price"

ProgressFn: TypeAlias = Callable[[float, str], None]
"""``report(fraction, message)`` with fraction in 0..1; may raise :class:`core.errors.Cancelled`."""


def no_progress(fraction: float, message: str) -> None:
    """A :data:`ProgressFn` that tells nobody."""


def part_of(report: ProgressFn, low: float, high: float) -> ProgressFn:
    """A :data:`ProgressFn` whose 0..1 is the stretch ``low..high`` of ``report``."""

    def inner(fraction: float, message: str) -> None:
        report(low + (high - low) * fraction, message)

    return inner


@dataclass(frozen=True)
class SplitFrame:
    """The same columns for the train rows and for the test rows, each indexed by ``sample_id``.

    Raises:
        AlignmentError: The two frames differ in columns, or an index is unnamed or not unique.
    """

    train: pd.DataFrame
    test: pd.DataFrame

    def __post_init__(self) -> None:
        if list(self.train.columns) != list(self.test.columns):
            odd = set(self.train.columns) ^ set(self.test.columns)
            raise AlignmentError(f"train and test differ in columns: {sorted(map(str, odd))}")
        for side, frame in (("train", self.train), ("test", self.test)):
            if frame.index.name != ID or not frame.index.is_unique:
                raise AlignmentError(f"the {side} frame must be indexed by unique {ID}")

    @property
    def columns(self) -> list[str]:
        return [str(column) for column in self.train.columns]

    def stacked(self) -> pd.DataFrame:
        """Train rows, then test rows; the index may repeat an id that both files hold."""
        return pd.concat([self.train, self.test])

    @classmethod
    def unstacked(cls, stacked: pd.DataFrame, n_train: int) -> SplitFrame:
        """Undo :meth:`stacked`: the first ``n_train`` rows are train."""
        return cls(stacked.iloc[:n_train], stacked.iloc[n_train:])

    def check_rows(self, other: SplitFrame) -> None:
        """Raise :class:`AlignmentError` unless ``other`` names the same rows in the same order."""
        for side in ("train", "test"):
            mine, theirs = getattr(self, side).index, getattr(other, side).index
            if not mine.equals(theirs):
                raise AlignmentError(f"{side} rows differ: {len(mine)} here, {len(theirs)} there")


@dataclass(frozen=True)
class Notice:
    """Something that the user should know about the data and that does not stop the work.

    Attributes:
        code: Stable name of the check, e.g. ``"blank_text"``.
        message: What, where, and what to do, in one line.
        count: How many rows it concerns.
        sample_ids: The first rows concerned (at most 1,000).
    """

    code: str
    message: str
    count: int = 0
    sample_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class SideTable:
    """A table keyed by ``sample_id`` that the user brought: the block ``side:<name>``.

    Attributes:
        name: File stem without a ``_train``/``_test`` ending.
        frame: Numeric (float64) and ``category`` columns for every product; a row that the file lacks is missing.
        key: Hash of the files' contents.
    """

    name: str
    frame: SplitFrame
    key: str


Tower: TypeAlias = Literal["image", "text"]


@dataclass(frozen=True)
class VectorSet:
    """Vectors of every product by one tower of an image-text model.

    Attributes:
        model: What the screens and the blocks made from the vectors call the model.
        dim: Length of a vector.
        key: Moves with the vectors and with which row has which; a parent of whatever is made from them.
        load: Reads them: float32 rows of unit length in the catalogue's order, NaN where a product has none.
    """

    model: str
    tower: Tower
    dim: int
    key: str
    load: Callable[[], SplitFrame]


@dataclass(frozen=True)
class AttachedBlock:
    """A block that was made from what lies beside the catalogue's files, such as its photos; it has seen no price.

    Attributes:
        key: Moves with its values.
        load: Reads it: columns as in ``info``, rows as in the catalogue, NaN where a product has no value.
    """

    info: BlockInfo
    key: str
    load: Callable[[], SplitFrame]


@dataclass(frozen=True)
class Catalog:
    """Train and test products as read and checked.

    Attributes:
        name: What the screens call it (``"demo"``, a folder, a file name).
        items: Columns ``catalog_content`` and ``image_link`` (both ``str``; blank when missing), rows in the
            files' order.
        price: US dollars, ``float64``, indexed like ``items.train``; every value positive and finite.
        key: Hash of the two files' whole contents and of the reading options.
        notices: What the checks found, worst first.
        sides: Side tables in the order given. No part of ``key``: what is made from one has its key as a parent.
        overrides: What the user has put right. Not part of ``key``: texts, prices and folds stay as they are, and
            only what is read differently gets another key.
        vectors: Vectors that are ready, one set a model and tower. They are no part of ``key``: what is made from them
            has their keys as parents, and the fold plan stays where it is.
        attached: Blocks made from what lies beside the files, such as the photos; no part of ``key`` either.
    """

    name: str
    items: SplitFrame
    price: pd.Series
    key: str
    notices: tuple[Notice, ...] = ()
    sides: tuple[SideTable, ...] = ()
    overrides: Overrides = NO_OVERRIDES
    vectors: tuple[VectorSet, ...] = ()
    attached: tuple[AttachedBlock, ...] = ()

    def __post_init__(self) -> None:
        if not self.price.index.equals(self.items.train.index):
            raise AlignmentError("prices and train rows name different ids")

    @property
    def read_key(self) -> str:
        """Key of all that is read of the catalogue, corrections and side tables included; ``key`` itself where there
        are none."""
        return "-".join([self.key, *([self.overrides.key] if self.overrides.key else []), *(s.key for s in self.sides)])

    @property
    def n_train(self) -> int:
        return len(self.items.train)

    @property
    def n_test(self) -> int:
        return len(self.items.test)


BlockKind: TypeAlias = Literal["text", "image", "side", "price"]


@dataclass(frozen=True)
class BlockInfo:
    """What the screens and the runs need to know of a block before it is computed.

    Attributes:
        name: Stable id, e.g. ``"size"``; also the ``block`` in ``report.json``.
        title: What a screen shows.
        meaning: One line in a shopper's words.
        columns: Column name to its meaning with the unit. Empty when the columns depend on the data.
        uses_target: True when a price was seen to make it; only :mod:`core.encode` may set it.
        default_on: False for a block that has shown no gain.
        why_off: Why it is off by default, with what was measured; ``""`` for a block that is on.
        max_train_rows: Most train rows that it can be made for; None without a limit. Presets leave it out above.
    """

    name: str
    title: str
    meaning: str
    columns: Mapping[str, str] = field(default_factory=dict)
    uses_target: bool = False
    default_on: bool = True
    kind: BlockKind = "text"
    max_train_rows: int | None = None
    why_off: str = ""

    def fits(self, n_train: int) -> bool:
        """True when the block can be made for that many train rows."""
        return self.max_train_rows is None or n_train <= self.max_train_rows


@dataclass(frozen=True)
class FeatureBlock:
    """One computed block that has seen no price.

    Attributes:
        frame: Numeric or ``category`` columns, one row a product; missing is NaN.
        key: Its cache key, a parent of whatever is made from it.
        seconds: What computing it cost when it was computed.
        cached: True when it was read instead of computed.
    """

    info: BlockInfo
    frame: SplitFrame
    key: str
    seconds: float
    cached: bool

    @property
    def coverage_pct(self) -> float:
        """Share of products with at least one value, in percent."""
        frame = self.frame.stacked()
        return float(100.0 * frame.notna().any(axis=1).mean()) if len(frame) else 0.0


@dataclass(frozen=True)
class EncodedBlock:
    """One fold-aware block: ``folds[k]`` holds the columns exactly as fold ``k`` may see them.

    In ``folds[k].train`` the rows of fold ``k``'s training part carry inner out-of-fold values; its validation
    rows carry values made from the training part alone; ``folds[k].test`` likewise.
    """

    info: BlockInfo
    folds: tuple[SplitFrame, ...]
    key: str
    seconds: float
    cached: bool
