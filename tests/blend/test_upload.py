"""Uploaded predictions: read onto the catalogue's rows, refused with the count and the remedy, nothing kept of them."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from core.blend import MAX_MIB, Upload, draft_members, list_members, read_uploads
from core.blend.upload import MAX_MEMBERS
from core.errors import InputError
from core.store import ArtifactStore
from core.types import Catalog


def _frames(catalog: Catalog) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two models, one in dollars and one in logarithms, rows in another order than the catalogue's."""
    rng = np.random.default_rng(0)
    log_price = np.log(catalog.price.to_numpy())
    known = [log_price + rng.normal(scale=0.3, size=len(log_price)) for _ in range(2)]
    asked = [rng.normal(log_price.mean(), log_price.std(), size=catalog.n_test) for _ in range(2)]
    frames = [
        pd.DataFrame({"sample_id": index, "cents": np.exp(one), "logs": two})
        for index, (one, two) in ((catalog.items.train.index, known), (catalog.items.test.index, asked))
    ]
    oof, test = (frame.iloc[::-1].reset_index(drop=True) for frame in frames)
    return oof, test


def _csv(frame: pd.DataFrame, name: str = "theirs.csv") -> Upload:
    return Upload(name, frame.to_csv(index=False).encode())


def test_columns_come_onto_the_catalogues_rows_and_one_scale(tiny_catalog: Catalog):
    oof, test = _frames(tiny_catalog)
    oof["fold"] = np.arange(len(oof)) % 4
    tables = read_uploads(_csv(oof), _csv(test, "test.csv"), tiny_catalog)
    assert tables.fold is not None
    assert tables.fold.index.equals(tiny_catalog.items.train.index)
    one, two = draft_members(tables, tiny_catalog, said={})
    assert one.reading is not None
    assert two.reading is not None
    assert (one.name, one.reading.scale, two.name, two.reading.scale) == ("cents", "price", "logs", "log")
    assert "standard errors before the next" in one.reading.evidence
    assert one.member is not None
    assert one.member.oof_log_price.index.equals(tiny_catalog.items.train.index)
    assert one.member.test_log_price.index.equals(tiny_catalog.items.test.index)
    first = tiny_catalog.items.train.index[0]
    assert one.member.oof_log_price[first] == pytest.approx(np.log(oof.set_index("sample_id")["cents"][first]))


def test_parquet_reads_alike_and_a_submission_is_named_by_its_file(tiny_catalog: Catalog):
    oof, _ = _frames(tiny_catalog)
    buffer = io.BytesIO()
    oof[["sample_id", "cents"]].rename(columns={"cents": "price"}).to_parquet(buffer, index=False)
    tables = read_uploads(Upload("../../their best.parquet", buffer.getvalue()), None, tiny_catalog)
    (draft,) = draft_members(tables, tiny_catalog, said={})
    assert draft.name == "their_best"
    assert draft.member is not None
    assert not draft.member.has_test


def test_a_scale_that_cannot_be_told_waits_for_the_user(tiny_catalog: Catalog):
    oof, _ = _frames(tiny_catalog)
    oof["odd"] = np.log10(oof["cents"])
    tables = read_uploads(_csv(oof), None, tiny_catalog)
    *_, draft = draft_members(tables, tiny_catalog, said={})
    assert draft.member is None
    assert "is on no known scale" in draft.doubt
    *_, draft = draft_members(tables, tiny_catalog, said={"odd": "log"})
    assert draft.reading is not None
    assert draft.reading.evidence.startswith("read as log, as you said")


Frames = tuple[pd.DataFrame, pd.DataFrame]
Spoil = Callable[[pd.DataFrame, pd.DataFrame], Frames]
SPOILT: dict[str, tuple[Spoil, str]] = {
    "wrong header": (lambda o, t: (o.rename(columns={"sample_id": "id"}), t), "It needs the header sample_id"),
    "rows missing": (lambda o, t: (o, t.iloc[:-13]), "13 of 300 test rows have no prediction"),
    "NaN": (lambda o, t: (o.assign(cents=o["cents"].where(o.index % 100 != 0)), t), "3 rows without a finite number"),
    "negative": (lambda o, t: (o, t.assign(cents=t["cents"].where(t.index % 100 != 0, -1.0))), "3 zero or less"),
    "the same file twice": (lambda o, t: (o, o), "one file was given twice"),
    "train rows for test rows": (lambda o, t: (o, o.iloc[::-1]), "names 300 train rows where the test rows belong"),
    "dollars in one file, logarithms in the other": (
        lambda o, t: (o, t.assign(cents=np.log(t["cents"]))),
        "in the test file and",
    ),
    "dollars and logarithms in one column": (
        lambda o, t: (o.assign(cents=np.where(o.index % 4 == 0, np.log(o["cents"]), o["cents"])), t),
        "mixes scales",
    ),
    "ids twice": (lambda o, t: (pd.concat([o, o.iloc[:3]]), t), "3 rows repeat an id"),
    "unknown ids": (
        lambda o, t: (o.assign(sample_id=np.where(o.index < 2, "x" + o["sample_id"], o["sample_id"])), t),
        "2 ids are none of the train file's",
    ),
    "infinite": (lambda o, t: (o.assign(logs=np.inf), t), "300 rows without a finite number"),
    "strings": (lambda o, t: (o.assign(cents="$" + o["cents"].astype(str)), t), "300 rows without a finite number"),
    "no predictions": (lambda o, t: (o[["sample_id"]], t), "no column of predictions"),
    "a member without test predictions": (lambda o, t: (o, t[["sample_id", "logs"]]), "no column for 1 of 2"),
    "a name that cannot be shown": (lambda o, t: (o.rename(columns={"logs": "l" * 99}), t), "columns have no name"),
    "too many members": (
        lambda o, t: (o.assign(**{f"m{place}": o["cents"] for place in range(MAX_MEMBERS)}), t),
        f"has {MAX_MEMBERS + 2} columns of predictions",
    ),
}


@pytest.mark.parametrize("kind", list(SPOILT))
def test_broken_predictions_are_refused(kind: str, tiny_catalog: Catalog, store: ArtifactStore):
    spoil, said = SPOILT[kind]
    oof, test = spoil(*_frames(tiny_catalog))
    with pytest.raises(InputError, match=said) as raised:
        draft_members(read_uploads(_csv(oof), _csv(test), tiny_catalog), tiny_catalog, said={})
    assert raised.value.remedy
    assert list_members(tiny_catalog.key, store=store) == []


BYTES: dict[str, tuple[str, bytes, str]] = {
    "empty": ("oof.csv", b"", "is empty"),
    "a header alone": ("oof.csv", b"sample_id,m\n", "a header and no rows"),
    "a picture": ("oof.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), "a PNG picture"),
    "a pickle": ("oof.csv", b"\x80\x04\x95\x00\x00\x00\x00\x00", "binary data"),
    "packed": ("oof.csv", gzip.compress(b"sample_id,m\n1,2\n"), "packed by gzip"),
    "a broken Parquet file": ("oof.parquet", b"PAR1" + bytes(64), "damaged or cut-off"),
}


@pytest.mark.parametrize("kind", list(BYTES))
def test_what_is_no_table_is_refused(kind: str, tiny_catalog: Catalog):
    name, data, said = BYTES[kind]
    with pytest.raises(InputError, match=said):
        read_uploads(Upload(name, data), None, tiny_catalog)


def test_what_would_not_fit_is_refused_unread(tiny_catalog: Catalog):
    with pytest.raises(InputError, match=f"at most {MAX_MIB} MiB"):
        read_uploads(Upload("oof.csv", bytes((MAX_MIB + 1) << 20)), None, tiny_catalog)
    # A column of one value takes a few bytes a million rows.
    buffer = io.BytesIO()
    pd.DataFrame({f"m{place}": np.zeros(3_000_000, dtype=np.int8) for place in range(30)}).to_parquet(buffer)
    assert len(buffer.getvalue()) < 1 << 20
    with pytest.raises(InputError, match=r"3,000,000 rows of 30 columns"):
        read_uploads(Upload("oof.parquet", buffer.getvalue()), None, tiny_catalog)
