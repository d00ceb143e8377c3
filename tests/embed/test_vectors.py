from __future__ import annotations

import numpy as np
import pytest

from core.embed.vectors import RowContents, VectorCache, VectorSpace
from core.store import ArtifactStore, hash_bytes

SPACE = VectorSpace("0" * 32, 3)
NAMES = [hash_bytes(bytes([number])) for number in range(5)]


def filled(store: ArtifactStore, parts: list[tuple[int, int]]) -> np.ndarray:
    """One chunk for each stretch of :data:`NAMES`; returns all vectors."""
    vectors = np.arange(15, dtype=np.float32).reshape(5, 3)
    cache = VectorCache(store, SPACE)
    for first, last in parts:
        cache.add(NAMES[first:last], vectors[first:last])
        cache.save()
    return vectors


def test_vectors_come_back_by_content_in_any_order(store: ArtifactStore) -> None:
    vectors = filled(store, [(0, 2), (2, 5)])
    order = [4, 0, 2]
    got, known = VectorCache(store, SPACE).read(RowContents([NAMES[number] for number in order]))
    assert known.all()
    assert np.array_equal(got, vectors[order])


def test_what_was_never_added_is_nan_and_unknown(store: ArtifactStore) -> None:
    filled(store, [(0, 2)])
    got, known = VectorCache(store, SPACE).read(RowContents(NAMES))
    assert known.tolist() == [True, True, False, False, False]
    assert np.isnan(got[2:]).all()


def test_rows_that_share_a_content_share_its_vector(store: ArtifactStore) -> None:
    vectors = filled(store, [(0, 2)])
    rows = RowContents([NAMES[1], "", NAMES[1], NAMES[4], NAMES[4]])
    cache = VectorCache(store, SPACE)
    got, known = cache.read(rows)
    assert known.tolist() == [True, False, True, False, False]
    assert np.array_equal(got[[0, 2]], vectors[[1, 1]])
    cache.add([NAMES[4]], vectors[4:])
    cache.overlay(rows, got, known)
    assert known.tolist() == [True, False, True, True, True]
    assert np.array_equal(got[[3, 4]], vectors[[4, 4]])
    assert rows.first_row == {NAMES[1]: 0, NAMES[4]: 3}


def test_another_space_knows_nothing_of_it(store: ArtifactStore) -> None:
    filled(store, [(0, 5)])
    assert not VectorCache(store, VectorSpace("1" * 32, 3)).read(RowContents(NAMES))[1].any()


def test_a_damaged_chunk_is_dropped_and_the_others_stay(store: ArtifactStore) -> None:
    filled(store, [(0, 2), (2, 5)])
    records = sorted((store.root / "vectors" / SPACE.key).glob("*.json"))
    raw = store._cache.get(records[0].stem)
    store._cache.set(records[0].stem, raw[:-1] + bytes([raw[-1] ^ 1]))
    _, known = VectorCache(store, SPACE).read(RowContents(NAMES))
    assert known.sum() in (2, 3)
    assert len(list((store.root / "vectors" / SPACE.key).glob("*.json"))) == 1


def chunks(store: ArtifactStore) -> int:
    return len(list((store.root / "vectors" / SPACE.key).glob("*.json")))


def test_small_chunks_become_one_and_leave_nothing_behind(store: ArtifactStore) -> None:
    vectors = np.arange(15, dtype=np.float32).reshape(5, 3)
    cache = VectorCache(store, SPACE)
    for number, name in enumerate(NAMES):
        cache.add([name], vectors[number : number + 1])
        cache.save()
    assert (chunks(store), len(store._cache)) == (5, 5)
    cache.merge()
    assert (chunks(store), len(store._cache)) == (1, 1)
    got, known = VectorCache(store, SPACE).read(RowContents(NAMES))
    assert known.all()
    assert np.array_equal(got, vectors)
    cache.merge()
    assert chunks(store) == 1


def test_what_killed_runs_left_is_merged_before_the_next(store: ArtifactStore, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = filled(store, [(0, 1), (1, 2), (2, 5)])
    VectorCache(store, SPACE).tidy()
    assert chunks(store) == 3
    monkeypatch.setattr("core.embed.vectors._MANY", 2)
    VectorCache(store, SPACE).tidy()
    assert (chunks(store), len(store._cache)) == (1, 1)
    assert np.array_equal(VectorCache(store, SPACE).read(RowContents(NAMES))[0], vectors)


def test_a_merge_behind_a_readers_back_hides_nothing(store: ArtifactStore, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = np.arange(15, dtype=np.float32).reshape(5, 3)
    writer, reader = VectorCache(store, SPACE), VectorCache(ArtifactStore(store.root), SPACE)
    for first, last in ((0, 2), (2, 5)):
        writer.add(NAMES[first:last], vectors[first:last])
        writer.save()
    listed = reader._names

    def names() -> list[str]:
        found = listed()
        writer.merge()
        return found

    monkeypatch.setattr(reader, "_names", names)
    got, known = reader.read(RowContents(NAMES))
    assert known.all()
    assert np.array_equal(got, vectors)


def test_a_chunk_without_its_record_is_as_if_it_were_not(store: ArtifactStore) -> None:
    filled(store, [(0, 5)])
    for record in (store.root / "vectors" / SPACE.key).glob("*.json"):
        record.unlink()
    assert not VectorCache(store, SPACE).read(RowContents(NAMES))[1].any()


def test_two_writers_do_not_disturb_each_other(store: ArtifactStore) -> None:
    one, two = VectorCache(store, SPACE), VectorCache(ArtifactStore(store.root), SPACE)
    one.add(NAMES[:3], np.ones((3, 3), dtype=np.float32))
    two.add(NAMES[2:], np.ones((3, 3), dtype=np.float32))
    one.save()
    two.save()
    assert VectorCache(store, SPACE).read(RowContents(NAMES))[1].all()


def test_a_full_disk_costs_the_caching_only(store: ArtifactStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(key: str, value: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store._cache, "set", refuse)
    cache = VectorCache(store, SPACE)
    got, known = cache.read(RowContents(NAMES[:2]))
    cache.add(NAMES[:2], np.ones((2, 3), dtype=np.float32))
    cache.save()
    cache.overlay(RowContents(NAMES[:2]), got, known)
    assert known.all()
    assert (got == 1).all()
    assert store.write_failure is not None
    assert not VectorCache(store, SPACE).read(RowContents(NAMES))[1].any()
