"""The decoder's process: started when first needed, killed when it takes too long, started again."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from core.images.spec import FetchSpec

PROGRAM: Final = Path(__file__).with_name("judge.py")
MAGIC_BYTES: Final = 512
BROKE_DOWN: Final = ("too_large", "the decoder broke down over it", 0, 0)
_MAGIC: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM", b"II*\0", b"MM\0*")
_FOREIGN: Final = (
    (b"<!doctype html", "an HTML page"),
    (b"<html", "an HTML page"),
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "XML, perhaps an SVG drawing"),
    (b"{", "JSON"),
    (b"%pdf", "a PDF"),
    (b"\x1f\x8b", "gzip data"),
    (b"pk\x03\x04", "a zip archive"),
)


def looks_like_photo(head: bytes) -> bool:
    """True when the first bytes are those of a format that is read; the file's name and type say nothing."""
    return head.startswith(_MAGIC) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


def what_is_it(head: bytes) -> str:
    """What the first bytes of something else are, in words."""
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if plain[4:12] in (b"ftypavif", b"ftypavis", b"ftypheic", b"ftypmif1"):
        return "an AVIF or HEIC photo, which is not read here"
    return next((name for magic, name in _FOREIGN if plain.startswith(magic)), "no format of photos")


class Judge:
    """One decoder; one photo at a time, the others wait.

    A photo that crashes it, or that takes too long or too much memory, is the photo's fault, and the next photo gets a
    fresh process.
    """

    def __init__(self, spec: FetchSpec) -> None:
        self._spec = spec
        self._free = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    async def verdict(self, path: Path) -> tuple[str, str, int, int]:
        """Status, detail, width and height of the photo in a file.

        Raises:
            OSError: The decoder cannot be started.
        """
        async with self._free:
            try:
                async with asyncio.timeout(self._spec.judge_s):
                    # The first breakdown may have been somebody else's doing, the second is the photo's.
                    return await self._ask(path) or await self._ask(path) or BROKE_DOWN
            except TimeoutError:
                await self._stop()
                return "too_large", f"more than {self._spec.judge_s:g} s to decode", 0, 0
            except asyncio.CancelledError:
                await self._stop()
                raise

    async def close(self) -> None:
        """End the process."""
        await self._stop()

    async def _ask(self, path: Path) -> tuple[str, str, int, int] | None:
        """The decoder's answer, or None when it broke down instead."""
        process = self._process or await self._start()
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(str(path)).encode() + b"\n")
        with suppress(ConnectionError):
            await process.stdin.drain()
        line = await process.stdout.readline()
        if not line.endswith(b"\n"):
            await self._stop()
            return None
        status, detail, width, height = json.loads(line)
        return str(status), str(detail), int(width), int(height)

    async def _start(self) -> asyncio.subprocess.Process:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(PROGRAM),
            str(self._spec.max_pixels),
            str(self._spec.judge_memory_bytes),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        return self._process

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        # Otherwise the pipes are closed by the garbage collector, after the loop has gone.
        transport = getattr(process, "_transport", None)
        if transport is not None:
            transport.close()
