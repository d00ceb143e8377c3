from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from core.embed.decode import DecodeFailure, check_header, decode_photo, read_bounded


def encoded(photo: Image.Image, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    photo.save(buffer, kind)
    return buffer.getvalue()


def test_a_photo_comes_in_rgb() -> None:
    photo = decode_photo(encoded(Image.new("L", (3, 2), 7)))
    assert isinstance(photo, Image.Image)
    assert (photo.mode, photo.size, photo.getpixel((0, 0))) == ("RGB", (3, 2), (7, 7, 7))


def test_transparent_parts_are_white() -> None:
    photo = decode_photo(encoded(Image.new("RGBA", (2, 2), (10, 20, 30, 0))))
    assert isinstance(photo, Image.Image)
    assert photo.getpixel((0, 0)) == (255, 255, 255)


def test_a_truncated_photo_is_unreadable_and_its_header_is_not() -> None:
    data = encoded(Image.effect_noise((64, 64), 90).convert("RGB"), "JPEG")[:-400]
    assert check_header(data) is None
    failure = decode_photo(data)
    assert isinstance(failure, DecodeFailure)
    assert failure.status == "unreadable"
    assert "truncated" in failure.detail


@pytest.mark.parametrize("side", [9_000, 12_000, 30_000])
def test_a_bomb_is_refused_by_its_header(side: int, bomb_png: Callable[[int], bytes]) -> None:
    for verdict in (check_header(bomb_png(side)), decode_photo(bomb_png(side))):
        assert isinstance(verdict, DecodeFailure)
        assert verdict.status == "too_large"


@pytest.mark.parametrize("data", [b"", b"<html>gone</html>", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"])
def test_what_is_no_photo_is_unreadable(data: bytes) -> None:
    verdict = check_header(data)
    assert isinstance(verdict, DecodeFailure)
    assert verdict.status == "unreadable"


def test_a_large_file_is_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.embed.decode.MAX_FILE_BYTES", 10)
    (tmp_path / "big").write_bytes(b"x" * 11)
    (tmp_path / "small").write_bytes(b"x" * 10)
    assert read_bounded(tmp_path / "small") == b"x" * 10
    failure = read_bounded(tmp_path / "big")
    assert isinstance(failure, DecodeFailure)
    assert failure.status == "too_large"


def test_a_large_jpeg_is_decoded_no_smaller_than_asked() -> None:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((900, 1300)).convert("RGB").save(buffer, "JPEG")
    sizes = {}
    for side in (100, 224, 448, 451, 2000):
        photo = decode_photo(buffer.getvalue(), (side, side))
        assert isinstance(photo, Image.Image)
        sizes[side] = photo.size
    assert sizes == {100: (113, 163), 224: (225, 325), 448: (450, 650), 451: (900, 1300), 2000: (900, 1300)}
