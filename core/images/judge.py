"""A program of its own that decodes photos which nobody vouches for, with little memory and nothing to lose.

It imports nothing of the studio. For each line on its input, the path of a file as JSON, it answers with one line:
``[status, detail, width, height]``. It ends with its input.
"""

from __future__ import annotations

import json
import signal
import sys
import warnings
from pathlib import Path
from typing import Final

from PIL import Image, UnidentifiedImageError

FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
MEGA: Final = 1 << 20
# Bytes a pixel that decoding takes at most. JPEG is decoded at an eighth of its size, which reads all of the file; a
# progressive one keeps all its coefficients meanwhile.
COST: Final = {"JPEG": 1, "PNG": 4, "WEBP": 12, "GIF": 8, "BMP": 4, "TIFF": 8}
PROGRESSIVE_COST: Final = 7
# What servers send for a photo that they do not have.
BLANK_PX: Final = 2

Verdict = tuple[str, str, int, int]


def judge(path: str, max_pixels: int, memory: int) -> Verdict:
    """``ok``, ``gone`` (a blank stand-in), ``not_image``, ``truncated`` or ``too_large``, why, width and height."""
    try:
        with Path(path).open("rb") as file:
            head = file.read(32)
        size = webp_size(head)
        if size is not None and int.from_bytes(head[4:8], "little") + 8 > Path(path).stat().st_size:
            return "truncated", "the file is shorter than it says", *size
        if size is not None and size[0] * size[1] * COST["WEBP"] > memory:
            return too_large(size, max_pixels, memory)
        with Image.open(path, formats=FORMATS) as photo:
            return _decode(photo, max_pixels, memory)
    except (MemoryError, Image.DecompressionBombError, OverflowError) as error:
        return "too_large", words(error) or "more memory than a photo may take", 0, 0
    except UnidentifiedImageError:
        return "not_image", "no photo that can be read", 0, 0
    except Exception as error:  # noqa: BLE001  decoders raise whatever they like, and this process exists to hear it
        return ("truncated" if is_cut_off(error) else "not_image"), words(error), 0, 0


def _decode(photo: Image.Image, max_pixels: int, memory: int) -> Verdict:
    width, height = photo.size
    cost = PROGRESSIVE_COST if photo.info.get("progressive") else COST.get(str(photo.format), 8)
    if width * height > max_pixels or width * height * cost > memory:
        return too_large(photo.size, max_pixels, memory)
    if max(width, height) <= BLANK_PX:
        return "gone", f"a blank picture of {width} × {height} that stands for a missing one", width, height
    photo.draft(photo.mode, (max(1, width // 8), max(1, height // 8)))
    photo.load()
    return "ok", "", width, height


def too_large(size: tuple[int, int], max_pixels: int, memory: int) -> Verdict:
    """The verdict on a picture whose header is too much already."""
    width, height = size
    limit = f"{max_pixels:,} pixels" if width * height > max_pixels else f"{memory // MEGA} MiB to decode"
    return "too_large", f"{width} × {height} is more than {limit}", width, height


def webp_size(head: bytes) -> tuple[int, int] | None:
    """Width and height of a WebP by its header; its decoder would allocate everything before it tells them."""
    if len(head) < 30 or head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return None
    kind = head[12:16]
    if kind == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF


def is_cut_off(error: Exception) -> bool:
    """True when the decoder missed the end of the file."""
    return isinstance(error, EOFError) or "truncated" in str(error).lower()


def words(error: BaseException) -> str:
    """The first line of what a decoder said."""
    return (str(error).splitlines() or [""])[0][:200]


def limit_memory(memory: int) -> None:
    """Let this process have ``memory`` bytes more than it has now, where the system can hold it to that."""
    try:
        import resource

        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
    except (ImportError, OSError, ValueError):
        return


def main() -> None:
    """Answer until the input ends. Arguments: most pixels, most bytes of memory."""
    max_pixels, memory = int(sys.argv[1]), int(sys.argv[2])
    # An interrupt at the terminal is meant for the download, which ends this process in its own time.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None
    Image.init()
    limit_memory(memory + 16 * MEGA)
    for line in sys.stdin:
        verdict = judge(json.loads(line), max_pixels, memory)
        sys.stdout.write(json.dumps(verdict) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
