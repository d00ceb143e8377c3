"""From a catalogue to its vectors: read what is known, encode the rest, give every product its own."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from core.embed.crew import open_crew
from core.embed.embedding import Embedding, Gathered, assemble, row_contents
from core.embed.encode import Outcome, Work, encode_all
from core.embed.photos import photo_table
from core.embed.precision import settle_precision
from core.embed.rates import keep_rate
from core.embed.room import RoomPlan, ensure_room, label_shelf, plan_room
from core.embed.sources import Source, photo_source, text_source
from core.embed.spec import EncodeOptions, ModelSpec, check_tower
from core.embed.texts import text_table
from core.embed.towers import Towers
from core.embed.vectors import RowContents, VectorCache, VectorSpace, vector_space
from core.embed.weights import find_card, keep_card
from core.store import ArtifactStore
from core.types import Catalog, ProgressFn, SplitFrame, Tower, no_progress, part_of

_DEFAULT = EncodeOptions()
# While a card computes one batch, a second thread stacks the next one and moves it there.
_HANDS = {"cuda": 2, "mps": 1, "cpu": 1}
# Where the progress stands when the files are looked through, and when the model is open.
_LOOKED, _OPENED = 0.08, 0.1


def embed_images(
    catalog: Catalog,
    images_dir: Path,
    spec: ModelSpec,
    *,
    store: ArtifactStore,
    report: ProgressFn = no_progress,
    options: EncodeOptions = _DEFAULT,
    limit: int | None = None,
) -> Embedding:
    """Vectors of the products' photos; only content that was never seen is encoded, each content once.

    Args:
        images_dir: Folder with the photos, named as :func:`core.embed.find_photos` expects.
        limit: Encode at most so many new contents; the rest stay ``pending``. For a timed sample.

    Raises:
        InputError: No such folder, or no such device.
        CacheLimitError: The vectors would pass the limit of the cache and nobody agreed to what would go for them.
        ModelUnavailableError: The model cannot be had.
        Cancelled: From ``report``; finished vectors are kept.
    """
    rows = photo_table(catalog, images_dir, store=store, report=part_of(report, 0.0, _LOOKED))
    return _Run(photo_source(rows, images_dir), spec, store, options, report).embed(limit)


def embed_texts(
    catalog: Catalog,
    spec: ModelSpec,
    *,
    store: ArtifactStore,
    report: ProgressFn = no_progress,
    options: EncodeOptions = _DEFAULT,
    limit: int | None = None,
) -> Embedding:
    """Vectors of the products' texts, size and title first; otherwise like :func:`embed_images`."""
    report(0.0, "composing the texts")
    rows = text_table(catalog, store=store)
    return _Run(text_source(rows), spec, store, options, report).embed(limit)


def read_images(catalog: Catalog, images_dir: Path, spec: ModelSpec, *, store: ArtifactStore) -> Embedding | None:
    """What :func:`embed_images` would find in the cache, without opening the model or encoding anything.

    Returns:
        An embedding whose unseen rows are ``pending``; None when the model was never opened on this machine.
    """
    space = _known_space(spec, "image", store)
    return None if space is None else _read(photo_table(catalog, images_dir, store=store), "image", spec, space, store)


def read_texts(catalog: Catalog, spec: ModelSpec, *, store: ArtifactStore) -> Embedding | None:
    """Like :func:`read_images` for :func:`embed_texts`."""
    space = _known_space(spec, "text", store)
    return None if space is None else _read(text_table(catalog, store=store), "text", spec, space, store)


def vectors_stamp(spec: ModelSpec, tower: Tower, *, store: ArtifactStore) -> str:
    """A word that changes whenever vectors of this model are added; ``""`` when it was never opened. Quick."""
    space = _known_space(spec, tower, store)
    return "" if space is None else VectorCache(store, space).stamp()


def vectors_room(spec: ModelSpec, tower: Tower, items: int, *, store: ArtifactStore) -> RoomPlan | None:
    """What would have to go from the cache for so many new vectors; None when they fit, or the model was never opened
    here, so that nothing is known of their size."""
    space = _known_space(spec, tower, store)
    return None if space is None else plan_room(space, items, store=store)


@dataclass(frozen=True)
class _Run:
    source: Source
    spec: ModelSpec
    store: ArtifactStore
    options: EncodeOptions
    report: ProgressFn

    def embed(self, limit: int | None) -> Embedding:
        rows, tower = row_contents(self.source.rows), self.source.tower
        check_tower(self.spec, tower)
        space = _known_space(self.spec, tower, self.store)
        if space is not None:
            gathered = _gather(VectorCache(self.store, space), rows)
            if not _pending(gathered):
                label_shelf(space, self.spec.label, tower, store=self.store)
                return assemble(self.spec, tower, self.source.rows, space, gathered, Outcome())
        self.report(_LOOKED, f"opening {self.spec.label}")
        crew = open_crew(self.spec, self.options.device)
        settle_precision(crew, tower, store=self.store)
        opened = _space_of(crew[0], tower, self.store)
        cache = VectorCache(self.store, opened)
        if opened != space:
            gathered = _gather(cache, rows)
        pending = sorted(_pending(gathered), key=self.source.order)[:limit]
        ensure_room(opened, len(pending), may_evict=self.options.make_room, store=self.store)
        label_shelf(opened, self.spec.label, tower, store=self.store)
        cache.tidy()
        outcome = self._encode(crew, cache, pending)
        cache.overlay(rows, gathered.vectors, gathered.known)
        return assemble(self.spec, tower, self.source.rows, opened, gathered, outcome)

    def _encode(self, crew: tuple[Towers, ...], cache: VectorCache, pending: list[str]) -> Outcome:
        source, first = self.source, crew[0]
        work = Work(
            noun=source.noun,
            contents=pending,
            load=lambda content: source.load(first, content),
            encoders=[
                functools.partial(source.encode, towers) for towers in crew for _ in range(_HANDS[first.device.type])
            ],
            batch_size=self.options.batch_size or first.automatic_batch,
        )
        outcome = encode_all(work, cache, self.options, part_of(self.report, _OPENED, 1.0))
        device = first.device.type if len(crew) == 1 else f"{len(crew)} × {first.device.type}"
        keep_rate(self.spec, source.tower, device, outcome, self.store)
        return outcome


def _gather(cache: VectorCache, rows: RowContents) -> Gathered:
    return Gathered(rows, *cache.read(rows))


def _pending(gathered: Gathered) -> list[str]:
    return [content for content, row in gathered.rows.first_row.items() if not gathered.known[row]]


def _space_of(towers: Towers, tower: Tower, store: ArtifactStore) -> VectorSpace:
    """The space of an open model, its card remembered for the next time."""
    card = towers.card(tower)
    keep_card(towers.spec, tower, card, store)
    return vector_space(tower, card)


def _known_space(spec: ModelSpec, tower: Tower, store: ArtifactStore) -> VectorSpace | None:
    card = find_card(spec, tower, store)
    return None if card is None else vector_space(tower, card)


def _read(rows: SplitFrame, tower: Tower, spec: ModelSpec, space: VectorSpace, store: ArtifactStore) -> Embedding:
    return assemble(spec, tower, rows, space, _gather(VectorCache(store, space), row_contents(rows)), Outcome())
