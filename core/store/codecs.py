"""Values to bytes and back, in open formats only: Parquet, ``.npy``, JSON, UTF-8 text.

Each encoded value carries its codec's name, what it cost to compute and a checksum, so that a damaged one is
noticed and computed again instead of believed.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.store.keys import canonical_json

_ONE_HEADER_AT_A_TIME = threading.Lock()
MAGIC = b"SPS2"
_LABEL = struct.Struct("<4s4sd")
_CHECKSUM_BYTES = 16


class DamagedValueError(Exception):
    """The bytes are not what was written."""


@dataclass(frozen=True)
class Envelope:
    """A value's payload with the codec that reads it and the seconds that it took to make."""

    codec: str
    seconds: float
    payload: bytes


def seal(envelope: Envelope) -> bytes:
    """Header (magic, codec, seconds, BLAKE2b checksum) and payload."""
    head = _LABEL.pack(MAGIC, envelope.codec.encode(), envelope.seconds)
    return head + _checksum(head, envelope.payload) + envelope.payload


def _checksum(head: bytes, payload: bytes) -> bytes:
    """Over the label too: a damaged codec name or number of seconds is no better than a damaged payload."""
    digest = hashlib.blake2b(head, digest_size=_CHECKSUM_BYTES)
    digest.update(payload)
    return digest.digest()


def unseal(data: bytes) -> Envelope:
    """Undo :func:`seal`.

    Raises:
        DamagedValueError: Not an envelope of ours, or the checksum does not match.
    """
    if len(data) < _LABEL.size + _CHECKSUM_BYTES:
        raise DamagedValueError("shorter than its header")
    head, digest = data[: _LABEL.size], data[_LABEL.size : _LABEL.size + _CHECKSUM_BYTES]
    payload = data[_LABEL.size + _CHECKSUM_BYTES :]
    magic, codec, seconds = _LABEL.unpack(head)
    if magic != MAGIC or _checksum(head, payload) != digest:
        raise DamagedValueError("checksum does not match")
    return Envelope(codec.decode(), seconds, payload)


def encode_frame(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer, engine="pyarrow", compression="zstd")
    return buffer.getvalue()


def decode_frame(data: bytes) -> pd.DataFrame:
    return pd.read_parquet(io.BytesIO(data), engine="pyarrow")


def encode_array(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def decode_array(data: bytes) -> np.ndarray:
    # numpy reads the header with ast.literal_eval, whose recursion counter CPython 3.11 and 3.12 share between threads:
    # two at once can end in "SystemError: AST constructor recursion depth mismatch".
    with _ONE_HEADER_AT_A_TIME:
        array: np.ndarray = np.load(io.BytesIO(data), allow_pickle=False)
    return array


def encode_json(value: Any) -> bytes:
    return canonical_json(value).encode()


def decode_json(data: bytes) -> Any:
    return json.loads(data)
