from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.embed import CacheLimitError, EncodeOptions, ModelSpec, embed_images, read_images, vectors_room
from core.embed.room import ensure_room, gib, label_shelf, list_shelves, plan_room
from core.embed.vectors import VectorCache, VectorSpace
from core.store import ArtifactStore, RecordStore, hash_bytes
from core.types import Catalog

OLD, NEW = VectorSpace("0" * 32, 8), VectorSpace("1" * 32, 8)
ROW_BYTES = 16 + 8 * 4
Limit = Callable[[int], None]


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Limit:
    """Sets the limit of the cache in bytes."""
    return lambda size: monkeypatch.setenv("SHELFPRICE_CACHE_LIMIT_GB", f"{size / 1e9:.9f}")


def fill(store: ArtifactStore, space: VectorSpace, rows: int) -> None:
    cache = VectorCache(store, space)
    cache.add([hash_bytes(f"{space.key}{row}".encode()) for row in range(rows)], np.ones((rows, 8), np.float32))
    cache.merge()


def used(store: ArtifactStore, space: VectorSpace, day: str) -> None:
    label_shelf(space, f"model {space.key[0]}", "image", store=store)
    labels = RecordStore("vector-spaces", store.root)
    labels.put(space.key, {**(labels.get(space.key) or {}), "used": day})


def test_without_a_limit_nothing_is_asked(store: ArtifactStore) -> None:
    fill(store, OLD, 500)
    assert plan_room(NEW, 10**9, store=store) is None


def test_what_fits_is_not_asked_for(store: ArtifactStore, limit: Limit) -> None:
    limit(store.size_bytes() + 100 * ROW_BYTES)
    assert plan_room(NEW, 100, store=store) is None
    assert plan_room(NEW, 101, store=store) is not None


def test_the_least_used_would_go_first_and_never_the_model_itself(store: ArtifactStore, limit: Limit) -> None:
    third = VectorSpace("2" * 32, 8)
    for space, day in ((OLD, "2026-01-02"), (NEW, "2026-01-01"), (third, "2026-01-03")):
        fill(store, space, 500)
        used(store, space, day)
    assert [shelf.model for shelf in list_shelves(store=store)] == ["model 1", "model 0", "model 2"]
    limit(store.size_bytes())
    plan = plan_room(NEW, 100, store=store)
    assert plan is not None
    assert [(shelf.model, shelf.rows, shelf.bytes) for shelf in plan.going] == [("model 0", 500, 500 * ROW_BYTES)]
    assert plan.enough
    more = plan_room(NEW, 501, store=store)
    assert more is not None
    assert [shelf.model for shelf in more.going] == ["model 0", "model 2"]


def test_nothing_goes_before_somebody_agrees(store: ArtifactStore, limit: Limit) -> None:
    fill(store, OLD, 500)
    used(store, OLD, "2026-01-02")
    limit(store.size_bytes())
    with pytest.raises(CacheLimitError, match=r"model 0, image, 500 vectors, .*last used 2026-01-02.*--make-room"):
        ensure_room(NEW, 100, may_evict=False, store=store)
    assert [shelf.rows for shelf in list_shelves(store=store)] == [500]
    held = len(store._cache)
    ensure_room(NEW, 100, may_evict=True, store=store)
    assert list_shelves(store=store) == []
    assert len(store._cache) == held - 1


def test_what_would_not_be_enough_takes_nothing(store: ArtifactStore, limit: Limit) -> None:
    fill(store, OLD, 500)
    limit(store.size_bytes())
    with pytest.raises(CacheLimitError, match="would not make room"):
        ensure_room(NEW, 5000, may_evict=True, store=store)
    assert [(shelf.model, shelf.rows) for shelf in list_shelves(store=store)] == [
        ("vectors of an earlier version", 500)
    ]


def test_a_run_stops_before_it_encodes_and_goes_on_once_agreed(
    photos: Path, catalog: Catalog, tiny: ModelSpec, store: ArtifactStore, limit: Limit
) -> None:
    other = ModelSpec(tiny.tag, seed=1)
    embed_images(catalog, photos, tiny, store=store, options=EncodeOptions(device="cpu"))
    assert vectors_room(other, "image", 6, store=store) is None
    limit(store.size_bytes())
    with pytest.raises(CacheLimitError, match="seed 0"):
        embed_images(catalog, photos, other, store=store, options=EncodeOptions(device="cpu"))
    plan = vectors_room(other, "image", 6, store=store)
    assert plan is not None
    assert [shelf.rows for shelf in plan.going] == [6]
    made = embed_images(catalog, photos, other, store=store, options=EncodeOptions(device="cpu", make_room=True))
    assert made.encoded == 6
    gone = read_images(catalog, photos, tiny, store=store)
    assert gone is not None and gone.pending == 6


def test_sizes_in_words() -> None:
    assert [gib(size) for size in (1 << 30, 3 << 20, 5 << 28)] == ["1.00 GiB", "3 MiB", "1.25 GiB"]
