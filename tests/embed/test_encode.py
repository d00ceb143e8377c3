from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pytest

from core.embed.decode import DecodeFailure
from core.embed.encode import Backoff, Outcome, Work, encode_all
from core.embed.spec import EncodeOptions
from core.embed.vectors import RowContents, VectorCache, VectorSpace
from core.errors import Cancelled
from core.store import ArtifactStore, hash_bytes
from core.types import Float32Array

NAMES = sorted(hash_bytes(bytes([number])) for number in range(7))


def ones(items: Sequence[str]) -> Float32Array:
    return np.ones((len(items), 2), dtype=np.float32)


def cache_of(store: ArtifactStore) -> VectorCache:
    return VectorCache(store, VectorSpace("0" * 32, 2))


def test_progress_counts_to_the_end(store: ArtifactStore) -> None:
    told: list[tuple[float, str]] = []
    work = Work("photos", NAMES, lambda name: name, [ones], 3)
    outcome = encode_all(work, cache_of(store), EncodeOptions(workers=1), lambda f, m: told.append((f, m)))
    assert [round(fraction, 3) for fraction, _ in told] == [0.429, 0.857, 1.0]
    assert told[-1][1].startswith("photos: 7 of 7, ")
    assert "a second" in told[-1][1]
    assert outcome.encoded == 7
    assert cache_of(store).read(RowContents(NAMES))[1].all()


def test_a_cancel_keeps_the_finished_batches(store: ArtifactStore) -> None:
    def cancel(fraction: float, message: str) -> None:
        if fraction > 0.5:
            raise Cancelled

    work = Work("photos", NAMES, lambda name: name, [ones], 2)
    with pytest.raises(Cancelled):
        encode_all(work, cache_of(store), EncodeOptions(workers=1), cancel)
    assert cache_of(store).read(RowContents(NAMES))[1].tolist() == [True] * 4 + [False] * 3


def test_a_batch_is_on_disk_before_the_next_is_done(store: ArtifactStore) -> None:
    known: list[int] = []

    def count(fraction: float, message: str) -> None:
        known.append(int(cache_of(store).read(RowContents(NAMES))[1].sum()))

    work = Work("photos", NAMES, lambda name: name, [ones], 2)
    encode_all(work, cache_of(store), EncodeOptions(workers=1), count)
    assert known == [2, 4, 6, 7]


def test_batches_of_several_devices_come_back_in_their_order(store: ArtifactStore) -> None:
    def slow(items: Sequence[str]) -> Float32Array:
        time.sleep(0.02)
        return named(items)

    def named(items: Sequence[str]) -> Float32Array:
        return np.array([[NAMES.index(item), 0.0] for item in items], dtype=np.float32)

    work = Work("photos", NAMES, lambda name: name, [slow, named], 1)
    encode_all(work, cache_of(store), EncodeOptions(workers=1), lambda f, m: None)
    assert cache_of(store).read(RowContents(NAMES))[0][:, 0].tolist() == list(range(7))


def test_a_broken_item_is_remembered_and_a_changed_one_is_not(store: ArtifactStore) -> None:
    failures = {NAMES[1]: DecodeFailure("unreadable", "x"), NAMES[4]: DecodeFailure("changed", "y")}
    work = Work("photos", NAMES, lambda name: failures.get(name, name), [ones], 3)
    outcome = encode_all(work, cache_of(store), EncodeOptions(workers=1), lambda f, m: None)
    assert outcome.failures == failures
    assert outcome.encoded == 5
    vectors, known = cache_of(store).read(RowContents(NAMES))
    assert known.tolist() == [True, True, True, True, False, True, True]
    assert np.isnan(vectors[1]).all()


def test_a_vector_that_is_not_finite_is_a_failure(store: ArtifactStore) -> None:
    def overflow(items: Sequence[str]) -> Float32Array:
        vectors = ones(items)
        vectors[0] = np.nan
        return vectors

    work = Work("texts", NAMES[:2], lambda name: name, [overflow], 2)
    outcome = encode_all(work, cache_of(store), EncodeOptions(workers=1), lambda f, m: None)
    assert (outcome.encoded, outcome.failures[NAMES[0]].status) == (1, "failed")
    assert cache_of(store).read(RowContents(NAMES[:2]))[1].tolist() == [False, True]


@pytest.mark.parametrize("error", [RuntimeError("CUDA out of memory. Tried"), MemoryError()])
def test_a_batch_that_does_not_fit_is_halved_until_it_does(error: Exception) -> None:
    sizes: list[int] = []

    def fits_three(items: Sequence[int]) -> Float32Array:
        sizes.append(len(items))
        if len(items) > 3:
            raise error
        return np.array([[item] for item in items], dtype=np.float32)

    encode = Backoff(fits_three, 8)
    assert encode(list(range(8))).ravel().tolist() == list(range(8))
    assert sizes == [8, 4, 2, 2, 2, 2]
    assert encode.size == 2


def test_another_error_is_not_taken_for_memory() -> None:
    def broken(items: Sequence[int]) -> Float32Array:
        raise RuntimeError("shapes do not match")

    with pytest.raises(RuntimeError, match="shapes"):
        Backoff(broken, 4)([1, 2])


def test_one_item_that_does_not_fit_ends_it() -> None:
    def never(items: Sequence[int]) -> Float32Array:
        raise MemoryError

    with pytest.raises(MemoryError, match="not even one"):
        Backoff(never, 4)([1, 2])


def test_the_limit_is_whoever_is_waited_for() -> None:
    assert Outcome(seconds=10.0, waited_s=6.0).limit == "decoding"
    assert Outcome(seconds=10.0, waited_s=1.0).limit == "computing"
