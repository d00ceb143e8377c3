"""A tower's vectors of every product of a catalogue, named by ``sample_id``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.embed.decode import DecodeFailure
from core.embed.encode import Outcome
from core.embed.spec import ModelSpec
from core.embed.vectors import RowContents, VectorSpace
from core.store import cache_key, hash_bytes
from core.types import BoolArray, Float32Array, JsonDict, SplitFrame, Tower

VERSION = 1


@dataclass(frozen=True)
class Embedding:
    """A tower's vectors of every product.

    Attributes:
        spec: The model.
        tower: ``image`` or ``text``.
        vectors: One row a product in the catalogue's order, columns ``image_000`` …, float32 of unit length; a row
            of NaN where there is no vector. Never a row of zeros.
        rows: Columns ``status`` (see ``STATUS_MEANING``), ``detail``, ``content`` and ``file`` or ``text``.
        key: Parent key for what is made from the vectors.
        encoded: Distinct contents that were encoded now.
        from_cache: Distinct contents whose vector was read from the cache.
        failed: Products whose photo or text is there and gave no vector.
        items_per_second: Of the encoding; None when nothing was encoded.
    """

    spec: ModelSpec
    tower: Tower
    vectors: SplitFrame
    rows: SplitFrame
    key: str
    encoded: int
    from_cache: int
    failed: int
    items_per_second: float | None

    @property
    def model(self) -> str:
        return self.spec.label

    @property
    def dim(self) -> int:
        return len(self.vectors.train.columns)

    @property
    def present(self) -> tuple[BoolArray, BoolArray]:
        """Which train and which test products have a vector; the mask that a model must see."""
        return self.rows.train["status"].eq("ok").to_numpy(), self.rows.test["status"].eq("ok").to_numpy()

    @property
    def present_pct(self) -> float:
        """Share of products with a vector, in percent."""
        both = np.concatenate(self.present)
        return float(100.0 * both.mean()) if len(both) else 0.0

    @property
    def pending(self) -> int:
        """Products that were not encoded yet."""
        return int(self.rows.stacked()["status"].eq("pending").sum())

    def stacked(self) -> Float32Array:
        """Train rows, then test rows, shape ``(n_train + n_test, dim)``."""
        parts = (self.vectors.train.to_numpy(dtype=np.float32), self.vectors.test.to_numpy(dtype=np.float32))
        stacked: Float32Array = np.concatenate(parts)
        return stacked

    def report(self) -> JsonDict:
        """Its entry under ``embeddings`` in ``report.json``."""
        return {
            "model": self.model,
            "tower": self.tower,
            "dim": self.dim,
            "present_pct": self.present_pct,
            "encoded": self.encoded,
            "from_cache": self.from_cache,
            "items_per_second": self.items_per_second,
            "failed": self.failed,
        }


@dataclass(frozen=True)
class Gathered:
    """What is known of the rows of a table, train rows first.

    Attributes:
        rows: The content of each row.
        vectors: Shape ``(n, dim)``; NaN where there is none.
        known: Rows whose content was encoded, now or before.
    """

    rows: RowContents
    vectors: Float32Array
    known: BoolArray


def row_contents(table: SplitFrame) -> RowContents:
    """The content of each row of a table of ours, train rows first."""
    return RowContents([*table.train["content"].tolist(), *table.test["content"].tolist()])


def assemble(
    spec: ModelSpec, tower: Tower, table: SplitFrame, space: VectorSpace, gathered: Gathered, outcome: Outcome
) -> Embedding:
    """Name each row's vector by its product, and say why the others have none."""
    n_train, columns = len(table.train), [f"{tower}_{number:03d}" for number in range(space.dim)]
    judged = SplitFrame.unstacked(_judge(table.stacked(), gathered, outcome.failures), n_train)
    has_vector = np.isfinite(gathered.vectors[:, 0])
    status = judged.stacked()["status"]
    parts = gathered.vectors[:n_train], gathered.vectors[n_train:]
    ids = table.train.index, table.test.index
    sides = [pd.DataFrame(p, index=i, columns=columns, copy=False) for p, i in zip(parts, ids, strict=True)]
    return Embedding(
        spec=spec,
        tower=tower,
        vectors=SplitFrame(sides[0], sides[1]),
        rows=judged,
        key=cache_key("embed.vectors", VERSION, {"space": space.key}, [_rows_key(judged)]),
        encoded=outcome.encoded,
        from_cache=int(has_vector[list(gathered.rows.first_row.values())].sum()) - outcome.encoded,
        failed=int((~status.isin(["ok", "pending", "missing", "blank"])).sum()),
        items_per_second=outcome.items_per_second,
    )


def _judge(table: pd.DataFrame, gathered: Gathered, failures: Mapping[str, DecodeFailure]) -> pd.DataFrame:
    """The table with the statuses that the encoding found out."""
    has_content = table["content"].ne("").to_numpy()
    has_vector = np.isfinite(gathered.vectors[:, 0])
    unreadable = gathered.known & ~has_vector
    status = table["status"].to_numpy(dtype=object)
    detail = table["detail"].to_numpy(dtype=object)
    status = np.where(has_content & ~gathered.known, "pending", np.where(unreadable, "unreadable", status))
    detail = np.where(unreadable, "it could not be decoded", detail)
    if failures:
        for row in np.flatnonzero(table["content"].isin(list(failures)).to_numpy()):
            failure = failures[table["content"].iloc[row]]
            status[row], detail[row] = failure.status, failure.detail
    judged = table.copy()
    judged["status"] = pd.Series(status, index=table.index, dtype="str")
    judged["detail"] = pd.Series(detail, index=table.index, dtype="str")
    return judged


def _rows_key(rows: SplitFrame) -> str:
    """Hash of which product has which vector."""
    parts: list[str] = []
    for frame in (rows.train, rows.test):
        kept = frame["content"].where(frame["status"].eq("ok"), "")
        parts += ["\n".join(frame.index.tolist()), "\n".join(kept.tolist())]
    return hash_bytes("\n\n".join(parts).encode())
