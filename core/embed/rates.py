"""How fast a model was on this machine, and what a run will take."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from core.config import settings
from core.embed.encode import Outcome
from core.embed.spec import ModelSpec
from core.store import ArtifactStore, RecordStore, cache_key
from core.types import Tower

VERSION = 1
# Fewer items say more about the start than about the rate.
_ENOUGH = 16


@dataclass(frozen=True)
class Rate:
    """A measured rate.

    Attributes:
        items: How many items it was measured on.
        limit: ``decoding`` or ``computing``: what the other waited for.
        measured: When, ISO 8601 in UTC.
    """

    items_per_second: float
    items: int
    limit: str
    device: str
    measured: str

    def seconds_for(self, items: int) -> float:
        """Time that so many items would take, in seconds."""
        return items / self.items_per_second


def find_rate(spec: ModelSpec, tower: Tower, *, store: ArtifactStore) -> Rate | None:
    """The last rate of a model on this machine, or None when it was never measured."""
    found = _records(store).get(_name(spec, tower))
    return None if found is None else Rate(**found)


def keep_rate(spec: ModelSpec, tower: Tower, device: str, outcome: Outcome, store: ArtifactStore) -> None:
    """Remember the rate of a run that encoded enough to tell."""
    if outcome.items_per_second is None or outcome.encoded < _ENOUGH:
        return
    now = datetime.now(UTC).isoformat(timespec="seconds")
    rate = Rate(outcome.items_per_second, outcome.encoded, outcome.limit, device, now)
    _records(store).put(_name(spec, tower), asdict(rate))


def _records(store: ArtifactStore) -> RecordStore:
    return RecordStore("vector-rates", store.root)


def _name(spec: ModelSpec, tower: Tower) -> str:
    about = {**spec.to_json(), "seed": 0, "tower": tower, "threads": settings().threads}
    return cache_key("embed.rate", VERSION, about)
