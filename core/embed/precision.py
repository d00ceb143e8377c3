"""Whether a tower computes in bfloat16 on this processor: only where a timed sample says that it pays.

Weights are cast once. Autocast would cast them in every forward pass, which costs more than it gains here: on a
processor with bfloat16 instructions ViT-B-32 encodes 2.0 times as many photos a second as in float32 with cast
weights, and 0.5 to 0.8 times as many under autocast (one thread, batches of 16 and 32).
"""

from __future__ import annotations

import copy
import platform
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image

from core.embed.spec import ModelSpec
from core.store import ArtifactStore, RecordStore, cache_key
from core.types import Float32Array, JsonDict, Tower

if TYPE_CHECKING:
    from core.embed.towers import Towers

VERSION: Final = 1
LOWER: Final = "bfloat16"
TOLERANCE: Final = 0.005
"""Largest one-minus-cosine between a vector and its float32 or fully decoded counterpart that is let pass. Photos of
different products are 0.5 apart on average under the stand-in model."""
WORTH: Final = 1.25
# A sample that takes less than this many processor seconds has nothing to gain, and its time says nothing.
_ENOUGH_S: Final = 0.02
_ITEMS: Final = 2
_ROUNDS: Final = 2


@dataclass(frozen=True)
class Choice:
    """What a tower computes in on this machine, and the sample that says so.

    Attributes:
        speedup: Times as many items a second in bfloat16 as in float32; 1 where none was timed.
        deviation: Largest one-minus-cosine between the sample's vectors in both; 0 where none was timed.
    """

    precision: str
    speedup: float
    deviation: float


def settle_precision(towers: Sequence[Towers], tower: Tower, *, store: ArtifactStore) -> Choice:
    """Let a tower compute in what is best on this machine: as remembered, or by a timed sample that is kept.

    The choice is made once a machine and model, so that a busy minute cannot split the vectors over two spaces.
    """
    first = towers[0]
    if first.device.type != "cpu" or first.spec.precision != "auto":
        return Choice(first.precision(tower), 1.0, 0.0)
    choice = find_choice(first.spec, tower, store=store)
    if choice is None:
        choice = _timed(first, tower)
        _records(store).put(_name(first.spec, tower), asdict(choice))
    for each in towers:
        each.compute_in(tower, choice.precision)
    return choice


def find_choice(spec: ModelSpec, tower: Tower, *, store: ArtifactStore) -> Choice | None:
    """What was chosen for a model on this machine's processor, or None when it was never open on it."""
    found = _records(store).get(_name(spec, tower))
    return None if found is None else Choice(**found)


def lowered(model: Any, tower: Tower, dtype: Any) -> Any:
    """A copy of an open_clip model whose one tower has its weights in ``dtype``; the other tower's are shared."""
    import torch

    photo_side = {id(tensor) for tensor in (*model.visual.parameters(), *model.visual.buffers())}

    def convert(tensor: Any) -> Any:
        mine = (id(tensor) in photo_side) == (tower == "image")
        return tensor.detach().to(dtype) if mine and tensor.is_floating_point() else tensor

    # deepcopy takes what it finds here for copied already, so no weight is ever copied in float32.
    memo: dict[int, Any] = {id(buffer): convert(buffer) for buffer in model.buffers()}
    for weight in model.parameters():
        other = convert(weight)
        memo[id(weight)] = weight if other is weight else torch.nn.Parameter(other, requires_grad=False)
    return copy.deepcopy(model, memo)


def _timed(towers: Towers, tower: Tower) -> Choice:
    """:func:`_compared` on one thread; float32 for a model of which a part cannot compute in lower precision."""
    import torch

    threads = torch.get_num_threads()
    # Threads that wait for each other spin, and on a busy machine that is most of what they are charged for.
    torch.set_num_threads(1)
    try:
        choice = _compared(towers, tower)
    except (RuntimeError, TypeError):
        choice = Choice("float32", 1.0, 0.0)
    finally:
        torch.set_num_threads(threads)
    if choice.precision == "float32":
        towers.forget_lowered(tower)
    return choice


def _compared(towers: Towers, tower: Tower) -> Choice:
    """Both precisions in turn, the least processor time of each: what else the machine does counts for neither."""
    best = {"float32": np.inf, LOWER: np.inf}
    vectors: dict[str, Float32Array] = {}
    encode = _sample(towers, tower)
    for _ in range(_ROUNDS):
        for precision in best:
            towers.compute_in(tower, precision)
            started = time.process_time()
            vectors[precision] = encode()
            best[precision] = min(best[precision], time.process_time() - started)
            if best["float32"] < _ENOUGH_S:
                return Choice("float32", 1.0, 0.0)
    speedup = float(best["float32"] / best[LOWER])
    deviation = float(np.max(1.0 - (vectors["float32"] * vectors[LOWER]).sum(axis=1)))
    good = speedup >= WORTH and deviation <= TOLERANCE
    return Choice(LOWER if good else "float32", speedup, deviation)


def _sample(towers: Towers, tower: Tower) -> Callable[[], Float32Array]:
    """Encodes a few made-up photos or texts."""
    if tower == "text":
        texts = [f"{size} ounce. Roasted almonds, lightly salted (Pack of {size})" for size in range(1, _ITEMS + 1)]
        return lambda: towers.encode_texts(texts)
    random = np.random.default_rng(0)
    patches = random.integers(0, 256, (_ITEMS, 12, 12, 3), dtype=np.uint8)
    photos = [Image.fromarray(patch).resize((256, 256), Image.Resampling.BICUBIC) for patch in patches]
    tensors = [towers.photo_tensor(photo) for photo in photos]
    return lambda: towers.encode_photos(tensors)


def _records(store: ArtifactStore) -> RecordStore:
    return RecordStore("vector-precisions", store.root)


def _name(spec: ModelSpec, tower: Tower) -> str:
    about: JsonDict = {**spec.to_json(), "seed": 0, "tower": tower, "torch": metadata.version("torch")}
    return cache_key("embed.precision", VERSION, {**about, "processor": _processor()})


def _processor() -> str:
    """The processor's name, where the system tells it."""
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return platform.processor()
