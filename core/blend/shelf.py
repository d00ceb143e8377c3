"""Members from outside that are kept: Parquet beside a small record, named by the hash of what they hold.

They lie under ``members/`` in the cache folder, where nothing evicts them, and belong to one catalogue.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from core.blend.blend import Member
from core.blend.upload import Draft, Tables
from core.errors import InputError
from core.metrics import log_smape_pct, to_log_price
from core.store import ArtifactStore, RecordStore, cache_key, hash_bytes, write_atomic
from core.types import ID, Catalog

VERSION = 1
RECORDS = "members"


@dataclass(frozen=True)
class KeptMember:
    """A member's record.

    Attributes:
        key: Hash of the catalogue's key, the name, the predictions and the folds.
        file: Name of the file that it came in.
        evidence: How its scale was found.
        has_test: True when its test predictions are known.
        has_folds: True when its file said which fold each row was predicted in.
    """

    key: str
    name: str
    catalog_key: str
    file: str
    scale: str
    evidence: str
    oof_smape_pct: float
    has_test: bool
    has_folds: bool
    created: str


@dataclass(frozen=True)
class OpenMember:
    """A kept member with its predictions.

    Attributes:
        member: Named by the record's key.
        fold: The fold in which each train row was predicted, or None.
    """

    record: KeptMember
    member: Member
    fold: pd.Series | None


def keep_members(drafts: list[Draft], tables: Tables, catalog: Catalog, *, store: ArtifactStore) -> list[KeptMember]:
    """Keep every draft, or none.

    Raises:
        InputError: A scale is not known yet, or a member of that name is there.
        StorageError: The disk refused.
    """
    if waiting := [draft.name for draft in drafts if draft.member is None]:
        raise InputError(f"the scale of {', '.join(waiting)} is not known.", "Say it first.")
    taken = {record.name for record in list_members(catalog.key, store=store)}
    if again := [draft.name for draft in drafts if draft.name in taken]:
        raise InputError(
            f"{len(again)} of {len(drafts)} members are there already: {', '.join(again[:5])}.",
            "Remove those first, or give the columns other names.",
        )
    packed = [_packed(draft, tables, catalog) for draft in drafts]
    records = RecordStore(RECORDS, store.root)
    kept = []
    for record, data in packed:
        write_atomic(_file(record.key, store), data)
        records.put(record.key, {"version": VERSION, **vars(record)})
        kept.append(record)
    return kept


def list_members(catalog_key: str, *, store: ArtifactStore) -> list[KeptMember]:
    """Kept members of a catalogue, best score first."""
    found = [_record(value) for _, value in RecordStore(RECORDS, store.root).all()]
    mine = [one for one in found if one is not None and one.catalog_key == catalog_key]
    return sorted(mine, key=lambda one: (one.oof_smape_pct, one.key))


def open_member(record: KeptMember, catalog: Catalog, *, store: ArtifactStore) -> OpenMember | None:
    """The member, or None when its file is gone, damaged or of other rows."""
    try:
        frame = pd.read_parquet(io.BytesIO(_file(record.key, store).read_bytes()), engine="pyarrow")
    except (OSError, ValueError, pa.ArrowException):
        return None
    if {ID, "split", "log_price", "fold"} - set(frame.columns):
        return None
    train, test = (frame[frame["split"] == split].set_index(ID) for split in ("train", "test"))
    known, asked = train["log_price"].astype(np.float64), test["log_price"].astype(np.float64)
    fold = train["fold"].astype(np.int16) if record.has_folds else None
    if _key(catalog.key, record.name, known, asked, fold) != record.key:
        return None
    if not train.index.equals(catalog.items.train.index):
        return None
    return OpenMember(record, Member(record.key, known, asked), fold)


def forget_member(key: str, *, store: ArtifactStore) -> None:
    """Remove a member; nothing happens when there is none."""
    RecordStore(RECORDS, store.root).delete(key)
    _file(key, store).unlink(missing_ok=True)


def _packed(draft: Draft, tables: Tables, catalog: Catalog) -> tuple[KeptMember, bytes]:
    member, reading = draft.member, draft.reading
    assert member is not None
    assert reading is not None
    key = _key(catalog.key, draft.name, member.oof_log_price, member.test_log_price, tables.fold)
    fold = np.nan if tables.fold is None else tables.fold.to_numpy(dtype=np.float64)
    parts = [
        pd.DataFrame({"split": split, "log_price": side.to_numpy(), "fold": of}, index=pd.Index(side.index, name=ID))
        for split, side, of in (("train", member.oof_log_price, fold), ("test", member.test_log_price, np.nan))
        if len(side)
    ]
    buffer = io.BytesIO()
    pd.concat(parts).reset_index().to_parquet(buffer, engine="pyarrow", compression="zstd", index=False)
    score = log_smape_pct(to_log_price(catalog.price), member.oof_log_price.to_numpy(dtype=np.float64))
    record = KeptMember(
        key=key,
        name=draft.name,
        catalog_key=catalog.key,
        file=tables.file,
        scale=reading.scale,
        evidence=reading.evidence,
        oof_smape_pct=score,
        has_test=member.has_test,
        has_folds=tables.fold is not None,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    return record, buffer.getvalue()


def _key(catalog_key: str, name: str, known: pd.Series, asked: pd.Series, fold: pd.Series | None) -> str:
    held = [hash_bytes(side.to_numpy(dtype=np.float64).tobytes()) for side in (known, asked)]
    folds = "" if fold is None else hash_bytes(fold.to_numpy(dtype=np.int16).tobytes())
    return cache_key("blend.member", VERSION, {"name": name}, [catalog_key, *held, folds])


def _record(value: dict[str, Any]) -> KeptMember | None:
    fields = {name: value.get(name) for name in KeptMember.__dataclass_fields__}
    texts = [fields[name] for name in ("key", "name", "catalog_key", "file", "scale", "evidence", "created")]
    right = value.get("version") == VERSION and all(isinstance(text, str) for text in texts)
    return KeptMember(**fields) if right and isinstance(fields["oof_smape_pct"], float) else None  # type: ignore[arg-type]


def _file(key: str, store: ArtifactStore) -> Path:
    return RecordStore(RECORDS, store.root).path(key).with_suffix(".parquet")
