"""The file of an answer: taken piece by piece, unpacked within limits, given up as soon as it is no photo."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

from core.errors import StorageError
from core.images.judging import MAGIC_BYTES, looks_like_photo, what_is_it
from core.images.spec import FetchSpec

_PIECE_BYTES: Final = 1 << 18


class Sink:
    """A file that takes no more than it may, and nothing that does not begin like a photo."""

    def __init__(self, part: Path, spec: FetchSpec) -> None:
        self.bytes = 0
        self._spec = spec
        self._path = part
        self._hash = sha256()
        self._head = b""
        self._known = False
        try:
            self._file = part.open("wb", buffering=0)
        except OSError as error:
            raise _no_space(part, error) from error

    def take(self, piece: bytes) -> tuple[str, str] | None:
        """Keep a piece; the status and the reason when that was one too many."""
        self.bytes += len(piece)
        if self.bytes > self._spec.max_bytes:
            return "too_large", over(self._spec)
        if not self._known:
            self._head += piece
            if len(self._head) < MAGIC_BYTES:
                return None
            if (failure := self._examine()) is not None:
                return failure
            piece, self._head = self._head, b""
        self._write(piece)
        return None

    @property
    def sha256(self) -> str:
        """Of all that was kept."""
        return self._hash.hexdigest()

    def failure(self) -> tuple[str, str] | None:
        """Why a body that came to its end is no photo, as far as its beginning tells."""
        if not self.bytes:
            return "truncated", "an empty answer"
        return None if self._known else self._examine()

    def close(self) -> None:
        """Nothing more comes; a file shorter than what is needed to know it is written now."""
        if self._head:
            self._write(self._head)
        self._file.close()

    def _examine(self) -> tuple[str, str] | None:
        self._known = looks_like_photo(self._head)
        return None if self._known else ("not_image", what_is_it(self._head))

    def _write(self, piece: bytes) -> None:
        self._hash.update(piece)
        view = memoryview(piece)
        try:
            while view:
                view = view[self._file.write(view) or 0 :]
        except OSError as error:
            raise _no_space(self._path, error) from error


class Unpacker(Protocol):
    """Undoes a ``Content-Encoding``; ``whole`` once the end has come."""

    @property
    def whole(self) -> bool:
        """True when nothing is missing."""
        ...

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """What ``chunk`` unpacks to, in pieces of bounded size."""
        ...


class _Plain:
    """Passes on what comes."""

    whole = True

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        yield chunk


class _Inflate:
    """gzip or zlib, in pieces of bounded size, so that whoever takes them can stop before memory is used up."""

    def __init__(self) -> None:
        # 32: the kind is told by its header; 15: the largest window.
        self._inflate = zlib.decompressobj(32 + 15)

    @property
    def whole(self) -> bool:
        return self._inflate.eof

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        left = chunk
        while left and not self._inflate.eof:
            yield self._inflate.decompress(left, _PIECE_BYTES)
            left = self._inflate.unconsumed_tail


def unpacker(encoding: str) -> Unpacker:
    """What undoes a ``Content-Encoding``.

    Raises:
        ValueError: One that is not undone here.
    """
    names = [name for name in (part.strip().lower() for part in encoding.split(",")) if name not in ("", "identity")]
    if not names:
        return _Plain()
    if len(names) == 1 and names[0] in ("gzip", "x-gzip", "deflate"):
        return _Inflate()
    raise ValueError(f"packed as {encoding[:40]!r}, which was not asked for")


def over(spec: FetchSpec) -> str:
    """The limit of bytes in words."""
    return f"more than {spec.max_bytes / (1 << 20):g} MiB"


def _no_space(part: Path, error: OSError) -> StorageError:
    said = error.strerror or str(error)
    return StorageError(f"{part.parent} took no more photos ({said}). Free some space and start it again.")
