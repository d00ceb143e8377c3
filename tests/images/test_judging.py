"""The decoder's process, with pictures that are made to break it."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest
from PIL import Image

from core.images.judge import judge, webp_size
from core.images.judging import Judge, looks_like_photo, what_is_it
from core.images.spec import FetchSpec
from tests.images.pictures import bomb_png, bomb_progressive, bomb_webp, photo

MEMORY = 64 << 20


def verdict(tmp_path: Path, data: bytes, *, max_pixels: int = 10_000_000, memory: int = MEMORY):
    path = tmp_path / "file"
    path.write_bytes(data)
    return judge(str(path), max_pixels, memory)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"])
def test_sound_photos_and_cut_ones(tmp_path: Path, kind: str) -> None:
    whole = photo(3, kind, side=200)
    assert verdict(tmp_path, whole) == ("ok", "", 200, 200)
    assert verdict(tmp_path, whole[: len(whole) // 2])[0] == "truncated"


@pytest.mark.parametrize("options", [{"progressive": True}, {"subsampling": 0, "quality": 100}])
def test_kinds_of_jpeg(tmp_path: Path, options: dict[str, object]) -> None:
    whole = photo(3, side=300, **options)
    assert verdict(tmp_path, whole) == ("ok", "", 300, 300)
    assert verdict(tmp_path, whole[: len(whole) // 2])[0] == "truncated"


def test_too_many_pixels_are_seen_before_any_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # As the process does: its own limits are lower and say more.
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    assert verdict(tmp_path, bomb_png(30_000))[:2] == ("too_large", "30000 × 30000 is more than 10,000,000 pixels")
    assert verdict(tmp_path, bomb_webp())[:2] == ("too_large", "16384 × 16384 is more than 10,000,000 pixels")
    small = verdict(tmp_path, bomb_progressive(), max_pixels=64_000_000)
    assert small[:2] == ("too_large", "7900 × 7900 is more than 64 MiB to decode")


def test_a_blank_stand_in_is_a_missing_photo(tmp_path: Path) -> None:
    assert verdict(tmp_path, photo(side=24))[0] == "ok"
    Image.new("RGB", (1, 1)).save(tmp_path / "blank.gif")
    assert judge(str(tmp_path / "blank.gif"), 100, MEMORY)[0] == "gone"


def test_what_is_no_photo(tmp_path: Path) -> None:
    for data in (b"", b"<html>", photo()[:20] + bytes(900), b"GIF89a" + b"\xff" * 90, os.urandom(900)):
        assert verdict(tmp_path, data)[0] in ("not_image", "truncated"), data[:9]


@pytest.mark.parametrize("kind", [{}, {"lossless": True}, {"exif": b"Exif\0\0"}])
def test_the_size_of_a_webp_by_its_header(kind: dict[str, object]) -> None:
    assert webp_size(photo(kind="WEBP", side=77, **kind)[:32]) == (77, 77)
    assert webp_size(photo()[:32]) is None


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"\xef\xbb\xbf  <!DOCTYPE HTML>", "an HTML page"),
        (b"<svg xmlns", "an SVG drawing"),
        (b"<?xml ", "XML, perhaps an SVG drawing"),
        (b'{"error": 1}', "JSON"),
        (b"%PDF-1.7", "a PDF"),
        (b"\0\0\0\x20ftypavif", "an AVIF or HEIC photo, which is not read here"),
        (b"abc", "no format of photos"),
    ],
)
def test_other_things_are_named(head: bytes, what: str) -> None:
    assert not looks_like_photo(head)
    assert what_is_it(head) == what


def test_formats_are_known_by_their_first_bytes() -> None:
    for kind in ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"):
        assert looks_like_photo(photo(kind=kind))


def test_the_process_outlives_its_photos_and_a_killed_one_is_replaced(tmp_path: Path) -> None:
    good, bomb = tmp_path / "good\nname.jpg", tmp_path / "bomb.png"
    good.write_bytes(photo())
    bomb.write_bytes(bomb_png(7_000))

    async def ask() -> list[tuple[str, str, int, int]]:
        decoder = Judge(FetchSpec(max_pixels=100_000_000, judge_memory_bytes=MEMORY))
        answers = [await decoder.verdict(path) for path in (good, bomb, good)]
        process = decoder._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
        answers += [await decoder.verdict(path) for path in (good, good)]
        await decoder.close()
        return answers

    answers = asyncio.run(ask())
    assert [answer[0] for answer in answers] == ["ok", "too_large", "ok", "ok", "ok"]


def test_a_photo_that_breaks_the_decoder_twice_is_to_blame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "program.py"
    program.write_text("import os, sys\nsys.stdin.readline()\nos.kill(os.getpid(), 11)\n")
    monkeypatch.setattr("core.images.judging.PROGRAM", program)

    async def ask() -> tuple[str, str, int, int]:
        decoder = Judge(FetchSpec())
        answer = await decoder.verdict(tmp_path / "any.jpg")
        await decoder.close()
        return answer

    assert asyncio.run(ask())[:2] == ("too_large", "the decoder broke down over it")


def test_one_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.jpg"
    os.mkfifo(pipe)

    async def ask() -> tuple[str, str, int, int]:
        decoder = Judge(FetchSpec(judge_s=0.3))
        answer = await decoder.verdict(pipe)
        await decoder.close()
        return answer

    assert asyncio.run(ask())[:2] == ("too_large", "more than 0.3 s to decode")
