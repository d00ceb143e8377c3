"""The limit of the cache: what would have to go for new vectors, and letting it go only when somebody said so.

Only vectors are let go, whole models at a time, those first that were not used for longest; the tower that is to be
encoded never.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from core.config import settings
from core.embed.vectors import VectorSpace, chunk_dtype
from core.errors import InputError
from core.store import ArtifactStore, RecordStore

_GIB = 1 << 30
_UNNAMED = "vectors of an earlier version"


class CacheLimitError(InputError):
    """The limit of the cache would be passed; the message says what would have to go for it."""


@dataclass(frozen=True)
class Shelf:
    """The vectors of one tower of one model.

    Attributes:
        space: Key of their space.
        model: The model's label.
        rows: Vectors.
        bytes: On disk.
        used: Day on which they were last added to or read for a run, ISO 8601 in UTC; ``""`` when it is not known.
    """

    space: str
    model: str
    tower: str
    rows: int
    bytes: int
    used: str


@dataclass(frozen=True)
class RoomPlan:
    """What new vectors need, and what would go for them.

    Attributes:
        needed_bytes: Of the new vectors.
        held_bytes: Of all that the cache holds.
        limit_bytes: What it may hold.
        going: In the order in which they would go; enough for the new vectors unless ``enough`` is False.
    """

    needed_bytes: int
    held_bytes: int
    limit_bytes: int
    going: tuple[Shelf, ...]
    enough: bool

    def words(self) -> str:
        """What it says to the user, without a remedy."""
        what = (
            f"the new vectors need {gib(self.needed_bytes)}; the cache holds {gib(self.held_bytes)} of the"
            f" {gib(self.limit_bytes)} that it may hold."
        )
        if not self.enough:
            return f"{what} Letting go of all other vectors would not make room for them."
        gone = "; ".join(
            f"{shelf.model}, {shelf.tower}, {shelf.rows:,} vectors, {gib(shelf.bytes)}"
            + (f", last used {shelf.used}" if shelf.used else "")
            for shelf in self.going
        )
        return f"{what} To make room, these would go: {gone}."


def gib(size_bytes: int) -> str:
    """``"1.25 GiB"``, or ``"3 MiB"`` where that says more."""
    return f"{size_bytes / _GIB:.2f} GiB" if size_bytes >= _GIB // 10 else f"{size_bytes / (1 << 20):.0f} MiB"


def plan_room(space: VectorSpace, items: int, *, store: ArtifactStore) -> RoomPlan | None:
    """What would have to go for ``items`` new vectors, or None when they fit or no limit is set."""
    limit = settings().cache_limit_bytes
    if limit is None or items == 0:
        return None
    needed, held = items * chunk_dtype(space.dim).itemsize, store.size_bytes()
    over = held + needed - limit
    if over <= 0:
        return None
    going: list[Shelf] = []
    for shelf in list_shelves(store=store):
        if shelf.space != space.key and over > 0:
            going.append(shelf)
            over -= shelf.bytes
    return RoomPlan(needed, held, limit, tuple(going), over <= 0)


def ensure_room(space: VectorSpace, items: int, *, may_evict: bool, store: ArtifactStore) -> None:
    """Make room for new vectors where that was agreed to.

    Raises:
        CacheLimitError: It was not, or it would not be enough; nothing has gone.
    """
    plan = plan_room(space, items, store=store)
    if plan is None:
        return
    higher = "set SHELFPRICE_CACHE_LIMIT_GB higher"
    if not plan.enough:
        raise CacheLimitError(plan.words(), f"Please {higher}.")
    if not may_evict:
        raise CacheLimitError(
            plan.words(), f"Agree to it on the page Embeddings or with --make-room of the command embed, or {higher}."
        )
    for shelf in plan.going:
        let_go(shelf, store=store)


def list_shelves(*, store: ArtifactStore) -> list[Shelf]:
    """All kept vectors, those first that were not used for longest."""
    root = store.root / "vectors"
    folders = sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []
    shelves = [_shelf(path.name, store) for path in folders]
    return sorted((shelf for shelf in shelves if shelf.rows), key=lambda shelf: (shelf.used, shelf.space))


def let_go(shelf: Shelf, *, store: ArtifactStore) -> None:
    """Remove the vectors of a shelf."""
    records = RecordStore(f"vectors/{shelf.space}", store.root)
    for name, _ in records.all():
        store.forget(name)
        records.delete(name)


def label_shelf(space: VectorSpace, model: str, tower: str, *, store: ArtifactStore) -> None:
    """Remember whose vectors these are, and that they are used today."""
    label = {"model": model, "tower": tower, "dim": space.dim, "used": datetime.now(UTC).date().isoformat()}
    labels = _labels(store)
    if labels.get(space.key) != label:
        labels.put(space.key, label)


def _shelf(key: str, store: ArtifactStore) -> Shelf:
    label = _labels(store).get(key) or {}
    records = RecordStore(f"vectors/{key}", store.root).all()
    rows = sum(int(record.get("rows", 0)) for _, record in records)
    dim = int(label.get("dim", 0)) or _dim(records[0][0] if records else "", store)
    tower = str(label.get("tower", "unknown"))
    model, used = str(label.get("model", _UNNAMED)), str(label.get("used", ""))
    return Shelf(key, model, tower, rows, rows * chunk_dtype(max(1, dim)).itemsize, used)


def _dim(name: str, store: ArtifactStore) -> int:
    """Length of the vectors in a chunk of an earlier version."""
    chunk = store.find_array(name) if name else None
    return 0 if chunk is None or "vector" not in (chunk.dtype.names or ()) else int(chunk["vector"].shape[1])


def _labels(store: ArtifactStore) -> RecordStore:
    return RecordStore("vector-spaces", store.root)
