"""Pictures for the tests: small sound ones, and some that are made to break a decoder."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image


def photo(number: int = 0, kind: str = "JPEG", side: int = 24, **options: object) -> bytes:
    """A small photo whose colours follow from its number."""
    buffer = io.BytesIO()

    picture = Image.linear_gradient("L").resize((side, side)).convert("RGB")
    picture.paste((number % 251, number // 251 % 251, 99), (4, 4, side - 4, side - 4))
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def bomb_png(side: int, *, whole: bool = False) -> bytes:
    """A small PNG whose pixels would take ``side² × 4`` bytes; ``whole``: all of them are there."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    pixels = packed(side * (1 + 4 * side) if whole else 1 << 22)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def packed(size: int, *, head: bytes = b"", gzipped: bool = False) -> bytes:
    """``head`` and then zeros, ``size`` in all, compressed piece by piece, so that they never stand in memory."""
    pack = zlib.compressobj(9, zlib.DEFLATED, 31 if gzipped else 15)
    pieces = [pack.compress(head)]
    left = size - len(head)
    while left:
        step = min(left, 1 << 20)
        pieces.append(pack.compress(bytes(step)))
        left -= step
    return b"".join([*pieces, pack.flush()])


def bomb_webp() -> bytes:
    """A WebP whose canvas is as large as the format allows."""
    real = photo(kind="WEBP")
    large = (16383).to_bytes(3, "little")
    extended = b"VP8X" + (10).to_bytes(4, "little") + bytes(4) + large + large
    body = b"WEBP" + extended + real[12:]
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def bomb_progressive() -> bytes:
    """A progressive JPEG whose header claims 7,900 pixels a side: all its coefficients would be kept at once."""
    data = bytearray(photo(progressive=True))
    at = data.index(b"\xff\xc2") + 5
    data[at : at + 4] = struct.pack(">HH", 7900, 7900)
    return bytes(data)


def pixel() -> bytes:
    """What servers send for a photo that they do not have."""
    buffer = io.BytesIO()
    Image.new("L", (1, 1)).save(buffer, "GIF")
    return buffer.getvalue()
