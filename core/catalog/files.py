"""A file's bytes, ready to be parsed: found, unpacked, told apart by content and decoded to UTF-8."""

from __future__ import annotations

import codecs
import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa

from core.errors import InputError
from core.store import hash_bytes
from core.types import Notice

_BOM = b"\xef\xbb\xbf"
_SNIFF_BYTES = 1 << 16
_PARQUET = b"PAR1"
_GZIP = b"\x1f\x8b"
_FOREIGN = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"SQLite": "a database",
}
_TABLE = "Give a CSV (UTF-8), CSV.gz or Parquet file."


@dataclass(frozen=True)
class FileContent:
    """A file as it will be parsed.

    Attributes:
        path: The file.
        data: Parquet as it is; CSV unpacked, as UTF-8 without a byte-order mark, with ``\\n`` for every CRLF.
        digest: Hash of the bytes on disk.
        notices: What decoding found.
    """

    path: Path
    kind: Literal["csv", "parquet"]
    data: bytes
    digest: str
    notices: tuple[Notice, ...] = ()

    @property
    def name(self) -> str:
        return self.path.name


def read_file(path: Path) -> FileContent:
    """Read and recognise one table file.

    Raises:
        InputError: The file is missing, a folder, unreadable, empty, damaged, or holds no table.
    """
    raw = _bytes_of(path)
    digest = hash_bytes(raw)
    if raw.startswith(_PARQUET):
        return FileContent(path, "parquet", raw, digest)
    if path.name.lower().endswith(".parquet"):
        raise InputError(f"{path.name} is not a Parquet file, whatever its name says.", _TABLE)
    data = _unpacked(path, raw) if raw.startswith(_GZIP) else raw
    _refuse_foreign(path, data)
    data = data.removeprefix(_BOM)
    if not data[:_SNIFF_BYTES].strip() and not data.strip():
        raise InputError(f"{path.name} is empty.", _TABLE)
    text, notices = _utf8(path, data)
    return FileContent(path, "csv", text.replace(b"\r\n", b"\n") if b"\r" in text else text, digest, notices)


def _bytes_of(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"There is no file {path}.", "Check the path.") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder, not a file.", "Name the file in it.") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}.", "Check its permissions and its name.") from None
    if not data:
        raise InputError(f"{path.name} is empty.", _TABLE)
    return data


def _unpacked(path: Path, raw: bytes) -> bytes:
    try:
        return gzip.decompress(raw)
    except (OSError, EOFError, zlib.error):
        raise InputError(f"{path.name} is a damaged or cut-off gzip file.", "Fetch or pack it again.") from None


def _refuse_foreign(path: Path, data: bytes) -> None:
    kind = next((name for magic, name in _FOREIGN.items() if data.startswith(magic)), None)
    if kind is None and b"\0" in data[:_SNIFF_BYTES]:
        kind = "binary data"
    if kind is not None:
        raise InputError(f"{path.name} is not a table: it holds {kind}.", _TABLE)


def _utf8(path: Path, data: bytes) -> tuple[bytes, tuple[Notice, ...]]:
    """``data`` as valid UTF-8. Bytes that are not are read as Latin-1, one by one, so that a file that is UTF-8 but
    for one slip keeps its other characters."""
    if _is_utf8(data):
        return data, ()
    places: list[int] = []

    def as_latin_1(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        places.extend(range(error.start, error.end))
        return _latin_1(error.object[error.start : error.end]), error.end

    codecs.register_error("shelfprice.latin-1", as_latin_1)
    text = data.decode(errors="shelfprice.latin-1")
    line = data.count(b"\n", 0, places[0]) + 1
    message = (
        f"{path.name}, line {line}: not UTF-8 from here on ({len(places):,} odd bytes); read as Latin-1."
        " Save the file as UTF-8 if letters look wrong."
    )
    return text.encode(), (Notice("not_utf8", message, len(places)),)


def _is_utf8(data: bytes) -> bool:
    """Arrow's check of one long text: several times as fast as decoding it, and nothing is copied."""
    ends = pa.array([0, len(data)], pa.int64()).buffers()[1]
    try:
        pa.LargeStringArray.from_buffers(1, ends, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _latin_1(data: bytes) -> str:
    """Latin-1 as it is met in life: Windows-1252, whose curly quotes stand where Latin-1 has control characters."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")
