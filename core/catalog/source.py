"""Where a catalogue comes from: files named by the user, found in ``data/`` or uploaded on the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from core.errors import InputError
from core.store import hash_bytes, write_atomic
from core.types import JsonDict, JsonValue

ENDINGS = (".csv", ".csv.gz", ".parquet")
_UNSAFE = re.compile(r"[^A-Za-z0-9._+-]+")
_NAME_CHARACTERS = 80


@dataclass(frozen=True)
class ReadOptions:
    """How the files are read.

    Attributes:
        drop_bad_prices: Drop train rows whose price is missing, no number, zero or less, or infinite, instead of
            refusing the file.
    """

    drop_bad_prices: bool = False


@dataclass(frozen=True)
class CatalogSource:
    """Everything that names a catalogue, as plain JSON values, so that a job or a saved session can open it again.

    Attributes:
        train: Path of the file with prices.
        test: Path of the file without.
        sides: Paths of side tables.
        images: Folder of photos named by the last part of ``image_link``, or None.
        name: What the screens call it; the train file's folder when blank.
        drop_bad_prices: As in :class:`ReadOptions`.
    """

    train: str
    test: str
    sides: tuple[str, ...] = ()
    images: str | None = None
    name: str = ""
    drop_bad_prices: bool = False

    def __post_init__(self) -> None:
        texts = [self.train, self.test, self.name, *self.sides, *([] if self.images is None else [self.images])]
        if not all(isinstance(text, str) for text in texts) or not (self.train and self.test):
            raise InputError("A catalogue source names no train file or no test file.", "Name both files.")
        if not isinstance(self.drop_bad_prices, bool):
            raise InputError("drop_bad_prices of a catalogue source is not true or false.", "Set it to one of them.")

    def to_json(self) -> JsonDict:
        """The fields as JSON values; :meth:`from_json` undoes it."""
        sides: list[JsonValue] = list(self.sides)
        return {
            "train": self.train,
            "test": self.test,
            "sides": sides,
            "images": self.images,
            "name": self.name,
            "drop_bad_prices": self.drop_bad_prices,
        }

    @classmethod
    def from_json(cls, value: JsonDict) -> CatalogSource:
        """Undo :meth:`to_json`.

        Raises:
            InputError: A field is missing, unknown or of the wrong type.
        """
        known = set(cls.__dataclass_fields__)
        if odd := sorted(set(value) ^ known):
            raise InputError(f"A catalogue source with missing or unknown fields: {', '.join(odd)}.", "Pick it anew.")
        sides = value["sides"]
        if not isinstance(sides, list):
            raise InputError("sides of a catalogue source is no list.", "Pick the side tables anew.")
        fields = {**value, "sides": tuple(sides)}
        return cls(**fields)  # type: ignore[arg-type]  # the types are checked on creation


def find_data(data_dir: Path) -> CatalogSource | None:
    """The user's files in ``data_dir``: ``train`` and ``test`` with one of :data:`ENDINGS`, and ``images/``.

    Returns:
        None when the folder holds neither file. Side tables are taken only when the user names them.

    Raises:
        InputError: One of the two files is there without the other.
    """
    train, test = _first(data_dir, "train"), _first(data_dir, "test")
    if train is None and test is None:
        return None
    if train is None or test is None:
        there, lacking = (test, "train") if train is None else (train, "test")
        raise InputError(
            f"{data_dir.name}/ holds {there.name if there else ''} and no {lacking} file.",
            f"Put {lacking}.csv beside it.",
        )
    images = data_dir / "images"
    return CatalogSource(str(train), str(test), images=str(images) if images.is_dir() else None, name=data_dir.name)


def _first(folder: Path, stem: str) -> Path | None:
    return next((folder / f"{stem}{end}" for end in ENDINGS if (folder / f"{stem}{end}").is_file()), None)


def save_upload(data: bytes, file_name: str, cache_dir: Path) -> Path:
    """Keep an uploaded file under ``cache_dir/uploads/<hash of its content>/``; the same bytes are kept once.

    Args:
        file_name: Name that the browser gave. Only its last part and plain characters are used, so that no name
            can point elsewhere; the ending survives, because errors and side tables are named by the file.

    Raises:
        StorageError: The disk refused.
    """
    path = cache_dir / "uploads" / hash_bytes(data) / _plain_name(file_name)
    if not path.is_file() or path.stat().st_size != len(data):
        write_atomic(path, data)
    return path


def _plain_name(file_name: str) -> str:
    last = re.split(r"[/\\]", file_name)[-1]
    plain = _UNSAFE.sub("_", last).strip("._ ")
    stem, dot, ending = plain.partition(".")
    return f"{stem[:_NAME_CHARACTERS]}{dot}{ending[-_NAME_CHARACTERS:]}" if stem else "upload.csv"
