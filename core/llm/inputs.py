"""The products of a catalogue as inputs of a model: each different text, with its photo, once."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import pandas as pd

from core.embed import photo_path, photo_table, small_photo
from core.llm.prompts import messages, shortened
from core.llm.task import Question, Task
from core.store import ArtifactStore, hash_bytes
from core.types import TEXT, Catalog, JsonValue, SplitFrame

PHOTO_SIDE_PX: Final = 512
_NONE: Final = ("", "")


@dataclass(frozen=True)
class Inputs:
    """What can be asked of a catalogue.

    Attributes:
        questions: By key, in the order in which they are asked: that of their keys, which is as good as drawn by lot,
            so that any beginning is a fair sample.
        keys: Column ``key``, the question of each product; ``""`` for one without text and photo.
        with_photo: Keys of questions that hold a photo.
    """

    questions: dict[str, Question]
    keys: SplitFrame
    with_photo: frozenset[str]

    @property
    def products(self) -> int:
        """Products that have a question."""
        return sum(int(side["key"].ne("").sum()) for side in (self.keys.train, self.keys.test))

    def first(self, limit: int | None) -> list[Question]:
        """The first ``limit`` questions, all of them when None."""
        return list(self.questions.values())[:limit]


def inputs_of(catalog: Catalog, task: Task, images: Path | None, *, store: ArtifactStore) -> Inputs:
    """The inputs of all products. Prices are not even looked at.

    Args:
        images: Folder of photos that are sent too, or None.

    Raises:
        InputError: There is no such folder.
    """
    photos = None if images is None else photo_table(catalog, images, store=store)
    found: dict[str, Question] = {}
    with_photo: set[str] = set()
    sides = []
    for name in ("train", "test"):
        items: pd.DataFrame = getattr(catalog.items, name)
        files = _files(None if photos is None else getattr(photos, name), len(items))
        keys = []
        for text, (file, content) in zip(items[TEXT].tolist(), files, strict=True):
            keys.append(key := _key(text, content))
            if key and key not in found:
                found[key] = _question(key, task, text, images, file)
                with_photo |= {key} if content else set()
        sides.append(pd.DataFrame({"key": pd.array(keys, dtype="str")}, index=items.index))
    ordered = {key: found[key] for key in sorted(found)}
    return Inputs(ordered, SplitFrame(*sides), frozenset(with_photo))


def _files(photos: pd.DataFrame | None, n_rows: int) -> Sequence[tuple[str, str]]:
    """File and content hash of each product's photo, blank without a sound one."""
    if photos is None:
        return [_NONE] * n_rows
    sound = photos["content"].ne("").tolist()
    pairs = zip(photos["file"].tolist(), photos["content"].tolist(), sound, strict=True)
    return [(str(file), str(content)) if good else _NONE for file, content, good in pairs]


def _key(text: str, content: str) -> str:
    if not text.strip() and not content:
        return ""
    # A text may hold half of a surrogate pair, which has no bytes of its own.
    return hash_bytes(f"{shortened(text)}\0{content}".encode("utf-8", "surrogatepass"))


def _question(key: str, task: Task, text: str, images: Path | None, file: str) -> Question:
    make = partial(_messages, task.prompt, text, images, file)
    return Question(key, make, chars=len(task.prompt) + len(shortened(text)))


def _messages(prompt: str, text: str, images: Path | None, file: str) -> list[JsonValue]:
    return messages(prompt, text, "" if images is None else data_url(images, file))


def data_url(images: Path, file: str) -> str:
    """A photo, made small, as a ``data:`` address; ``""`` for one that is gone or cannot be decoded."""
    path = photo_path(images, file)
    if path is None:
        return ""
    try:
        data = path.read_bytes()
    except OSError:
        return ""
    jpeg = small_photo(data, PHOTO_SIDE_PX)
    return "" if jpeg is None else f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
