"""Kept members: the same after a restart, one catalogue's own, gone when removed or damaged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.blend import Draft, Member, Reading, Tables, forget_member, keep_members, list_members, open_member
from core.errors import InputError
from core.store import ArtifactStore
from core.types import Catalog


def _draft(catalog: Catalog, name: str = "theirs", *, test: bool = True) -> tuple[Draft, Tables]:
    rng = np.random.default_rng(1)
    known = np.log(catalog.price) + rng.normal(scale=0.3, size=catalog.n_train)
    asked = pd.Series(rng.normal(size=catalog.n_test), index=catalog.items.test.index)
    fold = pd.Series(np.arange(catalog.n_train) % 5, index=catalog.items.train.index).astype(np.int16)
    reading = Reading("log", {"price": 90.0, "log": 24.0, "log1p": 25.0}, 12.0)
    member = Member(name, known, asked if test else asked.iloc[:0])
    return Draft(name, reading, "", member), Tables("theirs.csv", known.to_frame(name), None, fold)


def test_a_member_is_the_same_after_a_restart(tiny_catalog: Catalog, tmp_path: Path):
    draft, tables = _draft(tiny_catalog)
    (record,) = keep_members([draft], tables, tiny_catalog, store=ArtifactStore(tmp_path))
    later = ArtifactStore(tmp_path)
    assert list_members(tiny_catalog.key, store=later) == [record]
    assert (record.name, record.file, record.scale, record.has_test, record.has_folds) == (
        "theirs",
        "theirs.csv",
        "log",
        True,
        True,
    )
    assert record.oof_smape_pct == pytest.approx(24.0, abs=3)
    opened = open_member(record, tiny_catalog, store=later)
    assert opened is not None
    assert draft.member is not None
    assert opened.member.name == record.key
    pd.testing.assert_series_equal(opened.member.oof_log_price, draft.member.oof_log_price, check_names=False)
    pd.testing.assert_series_equal(opened.member.test_log_price, draft.member.test_log_price, check_names=False)
    assert opened.fold is not None
    assert opened.fold.tolist() == list(np.arange(tiny_catalog.n_train) % 5)


def test_members_belong_to_one_catalogue_and_can_be_removed(tiny_catalog: Catalog, store: ArtifactStore):
    draft, tables = _draft(tiny_catalog, test=False)
    (record,) = keep_members([draft], tables, tiny_catalog, store=store)
    assert not record.has_test
    assert list_members("another", store=store) == []
    assert open_member(record, replace(tiny_catalog, key="another"), store=store) is None
    forget_member(record.key, store=store)
    assert list_members(tiny_catalog.key, store=store) == []
    assert list((store.root / "members").iterdir()) == []


def test_a_damaged_file_is_no_member(tiny_catalog: Catalog, store: ArtifactStore):
    draft, tables = _draft(tiny_catalog)
    (record,) = keep_members([draft], tables, tiny_catalog, store=store)
    path = store.root / "members" / f"{record.key}.parquet"
    frame = pd.read_parquet(path)
    frame.loc[0, "log_price"] += 1e-9
    frame.to_parquet(path, index=False)
    assert open_member(record, tiny_catalog, store=store) is None
    path.write_bytes(b"PAR1")
    assert open_member(record, tiny_catalog, store=store) is None
    path.unlink()
    assert open_member(record, tiny_catalog, store=store) is None


def test_a_name_twice_and_a_scale_unknown_keep_nothing(tiny_catalog: Catalog, store: ArtifactStore):
    draft, tables = _draft(tiny_catalog)
    with pytest.raises(InputError, match="scale of odd is not known"):
        keep_members([draft, Draft("odd", None, "may be", None)], tables, tiny_catalog, store=store)
    assert list_members(tiny_catalog.key, store=store) == []
    keep_members([draft], tables, tiny_catalog, store=store)
    with pytest.raises(InputError, match="1 of 2 members are there already: theirs"):
        keep_members([_draft(tiny_catalog, "new")[0], draft], tables, tiny_catalog, store=store)
    assert [record.name for record in list_members(tiny_catalog.key, store=store)] == ["theirs"]
