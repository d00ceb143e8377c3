"""An open model on its device: photos or texts in, unit vectors out."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
from PIL import Image

from core.embed.models import architecture, build_model, open_tokenizer
from core.embed.spec import ModelSpec
from core.embed.weights import TowerCard, files_mark, weight_files, weights_hash
from core.errors import InputError
from core.store import canonical_json, hash_bytes
from core.types import Float32Array, Tower

# Words, numbers, units, accents, a long run: two tokenizers that cut these alike cut catalogue texts alike.
_PROBE = ("Item, 12.5 fl oz (Pack of 6) 24-1", "crème brûlée ½ lb  <b>A&B</b> 日本", "word " * 600)
# On two cores, 16 is as quick as 32 for patches and a sixth quicker for convolutions.
_MOST_PIECES = 16
_AUTOMATIC_BATCH = {"cpu": 16, "mps": 64, "cuda": 256}


class Towers:
    """Both towers of one open_clip model.

    Args:
        spec: Which model.
        device: A torch device by name, as :func:`pick_device` gives it.

    Attributes:
        precision: What the forward pass computes in; part of the vectors' key.

    Raises:
        ModelUnavailableError: It cannot be had; the message says what to do.
    """

    preprocessing_version: ClassVar[Mapping[Tower, int]] = MappingProxyType({"image": 1, "text": 2})

    def __init__(self, spec: ModelSpec, device: str) -> None:
        import torch

        self.spec = spec
        self.device = torch.device(device)
        self.precision = resolve_precision(spec, device)
        self._model = build_model(spec)
        self._weights = weights_hash(self._model)
        self._architecture = hash_bytes(canonical_json(architecture(spec)).encode())
        self._model.to(self.device)
        # Convolutions run twice as fast on this layout on CPU; for patches it makes no difference.
        self._model.visual.to(memory_format=torch.channels_last)
        self._photo_way: dict[str, Any] = dict(self._model.visual.preprocess_cfg)
        self._transform = _photo_transform(self._photo_way)
        self._pad_id = getattr(getattr(getattr(self._model, "text", None), "config", None), "pad_token_id", None)

    @functools.cached_property
    def _tokenizer(self) -> Callable[[list[str]], Any]:
        opened: Callable[[list[str]], Any] = open_tokenizer(self.spec)
        return opened

    @property
    def automatic_batch(self) -> int:
        """Batch size where none was chosen."""
        return _AUTOMATIC_BATCH[self.device.type]

    def card(self, tower: Tower) -> TowerCard:
        """What of this model goes into the key of a tower's vectors."""
        way = self._photo_way if tower == "image" else {"tokens": hash_bytes(self.tokens(_PROBE).numpy().tobytes())}
        about = canonical_json([self.preprocessing_version[tower], way])
        return TowerCard(self._dim(), self._weights, self._architecture, about, self.precision)

    def photo_tensor(self, photo: Image.Image) -> Any:
        """What the image tower sees of an RGB photo: float32, channels × height × width."""
        return self._transform(photo)

    def tokens(self, texts: Sequence[str]) -> Any:
        """Token ids, one row a text, cut at the context's length; columns that are padding in every row left out."""
        return self._trimmed(self._tokenizer(list(texts)))

    def _trimmed(self, tokens: Any) -> Any:
        if self._pad_id is None:
            return tokens
        # The attention mask hides padding, so leaving it out changes nothing but the time.
        used = (tokens != self._pad_id).any(dim=0).nonzero()
        return tokens[:, : int(used.max()) + 1] if len(used) else tokens[:, :1]

    def encode_photos(self, tensors: Sequence[Any]) -> Float32Array:
        """Unit vectors of photos from :meth:`photo_tensor`, shape ``(n, dim)``; NaN where the tower overflowed."""
        import torch

        batch = torch.stack(list(tensors)).to(self.device, memory_format=torch.channels_last)
        return self._unit(self._model.encode_image, batch)

    def encode_texts(self, texts: Sequence[str]) -> Float32Array:
        """Unit vectors of texts, shape ``(n, dim)``; NaN where the tower overflowed.

        A text longer than the context is read in pieces, and has the direction of the mean of their vectors.
        """
        tokens = self._tokenizer(list(texts))
        cut = (tokens[:, -1] != self._padding).tolist()
        if not any(cut):
            return self._unit(self._model.encode_text, self._trimmed(tokens).to(self.device))
        pieces = [self.pieces(text) if long else [text] for text, long in zip(texts, cut, strict=True)]
        flat = [piece for parts in pieces for piece in parts]
        vectors = self._unit(self._model.encode_text, self.tokens(flat).to(self.device))
        starts = np.cumsum([0, *(len(parts) for parts in pieces[:-1])])
        summed: Float32Array = np.add.reduceat(vectors, starts, axis=0)
        unit: Float32Array = summed / np.linalg.norm(summed, axis=1, keepdims=True)
        return unit

    def pieces(self, text: str) -> list[str]:
        """The text cut between words into the fewest halves of halves that the context holds; itself when it fits.

        At most :data:`_MOST_PIECES`, and a single word is never cut: what does not fit then is left out.
        """
        parts = [text]
        while len(parts) < _MOST_PIECES:
            too_long = [self._is_cut(part) and " " in part for part in parts]
            if not any(too_long):
                break
            halved = [_halves(part) if cut else (part,) for part, cut in zip(parts, too_long, strict=True)]
            parts = [half for halves in halved for half in halves]
        return parts

    def _is_cut(self, text: str) -> bool:
        """True when the tokens reach the context's end, so that something may be missing."""
        return bool(self._tokenizer([text])[0, -1] != self._padding)

    @functools.cached_property
    def _padding(self) -> int:
        return int(self._tokenizer([""])[0, -1])

    def _unit(self, encode: Callable[[Any], Any], batch: Any) -> Float32Array:
        import torch

        dtype = getattr(torch, self.precision)
        lower = self.precision != "float32"
        casting = torch.autocast(self.device.type, dtype=dtype) if lower else contextlib.nullcontext()
        with torch.inference_mode(), casting:
            features = encode(batch)
        raw: Float32Array = features.float().cpu().numpy()
        length = np.linalg.norm(raw, axis=1, keepdims=True)
        good = np.isfinite(length) & (length > 0)
        unit: Float32Array = np.full_like(raw, np.nan)
        np.divide(raw, length, out=unit, where=np.broadcast_to(good, raw.shape))
        return unit

    def _dim(self) -> int:
        return int(architecture(self.spec)["embed_dim"])


def _halves(text: str) -> tuple[str, str]:
    words = text.split(" ")
    return " ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])


def pick_device(wanted: str = "auto") -> str:
    """The device to compute on: CUDA, then MPS, then CPU.

    Raises:
        InputError: The one that was asked for is not there.
    """
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted == "auto":
        return next(name for name, here in there.items() if here)
    if not there[wanted.split(":")[0]]:
        raise InputError(f"This machine has no {wanted} device.", "Take auto or cpu.")
    return wanted


def resolve_precision(spec: ModelSpec, device: str) -> str:
    """What ``auto`` stands for on a device; bfloat16 and float16 are slower than float32 on most CPUs."""
    import torch

    if spec.precision != "auto":
        return spec.precision
    if not device.startswith("cuda"):
        return "float32"
    return "bfloat16" if torch.cuda.is_bf16_supported() else "float16"


def _photo_transform(way: dict[str, Any]) -> Callable[[Image.Image], Any]:
    from open_clip.transform import PreprocessCfg, image_transform_v2

    transform: Callable[[Image.Image], Any] = image_transform_v2(PreprocessCfg(**way), is_train=False)
    return transform


_opening = threading.Lock()


def open_towers(spec: ModelSpec, device: str = "auto") -> Towers:
    """An open model; the last one stays open, and is opened anew when its files have changed.

    Raises:
        ModelUnavailableError: It cannot be had.
        InputError: The device is not there.
    """
    files = weight_files(spec)
    mark = canonical_json(files_mark(files)) if files is not None else ""
    with _opening:
        return _open(spec, pick_device(device), mark)


@functools.lru_cache(maxsize=1)
def _open(spec: ModelSpec, device: str, mark: str) -> Towers:
    return Towers(spec, device)
