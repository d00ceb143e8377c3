"""An open model on its device: photos or texts in, unit vectors out."""

from __future__ import annotations

import contextlib
import copy
import functools
import threading
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
from PIL import Image

from core.embed.models import architecture, build_model, open_tokenizer
from core.embed.precision import LOWER, lowered
from core.embed.spec import TOWERS, ModelSpec
from core.embed.weights import TowerCard, weights_hash
from core.store import canonical_json, hash_bytes
from core.types import Float32Array, Tower

# Words, numbers, units, accents, a long run: two tokenizers that cut these alike cut catalogue texts alike.
_PROBE = ("Item, 12.5 fl oz (Pack of 6) 24-1", "crème brûlée ½ lb  <b>A&B</b> 日本", "word " * 600)
# On two cores, 16 is as quick as 32 for patches and a sixth quicker for convolutions.
_MOST_PIECES = 16
_AUTOMATIC_BATCH = {"cpu": 16, "mps": 64, "cuda": 256}
# A JPEG is decoded at no less than this many times what the tower sees, each side: on the ten originals at hand the
# vectors move by at most 0.004 (one minus cosine), and those of 2,000 px decode three times as fast.
_ENOUGH = 2


class Towers:
    """Both towers of one open_clip model.

    Args:
        spec: Which model.
        device: A torch device by name, as :func:`pick_device` gives it.

    Attributes:
        device: Where it computes.
        enough_pixels: Width and height below which a reduced photo does not go; part of the vectors' key.

    Raises:
        ModelUnavailableError: It cannot be had; the message says what to do.
    """

    preprocessing_version: ClassVar[Mapping[Tower, int]] = MappingProxyType({"image": 2, "text": 2})

    def __init__(self, spec: ModelSpec, device: str) -> None:
        import torch

        self.spec = spec
        self.device = torch.device(device)
        self._precision: dict[Tower, str] = dict.fromkeys(TOWERS, resolve_precision(spec, device))
        self._lowered: dict[Tower, Any] = {}
        self._cutting = threading.Lock()
        self._model = build_model(spec)
        self._weights = weights_hash(self._model)
        self._architecture = hash_bytes(canonical_json(architecture(spec)).encode())
        self._model.to(self.device)
        # Convolutions run twice as fast on this layout on CPU; for patches it makes no difference.
        self._model.visual.to(memory_format=torch.channels_last)
        self._photo_way: dict[str, Any] = dict(self._model.visual.preprocess_cfg)
        self.enough_pixels = _enough_pixels(self._photo_way["size"])
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

    def precision(self, tower: Tower) -> str:
        """What a tower's forward pass computes in."""
        return self._precision[tower]

    def compute_in(self, tower: Tower, precision: str) -> None:
        """Compute in another precision from now on; its vectors have another key."""
        self._precision[tower] = precision

    def forget_lowered(self, tower: Tower) -> None:
        """Free the copy of the weights in lower precision, and compute in float32."""
        self._precision[tower] = "float32"
        self._lowered.pop(tower, None)

    def twin(self, device: str) -> Towers:
        """The same model on another device, or once more on the same."""
        import torch

        other = copy.copy(self)
        other.device = torch.device(device)
        other._precision, other._lowered = dict(self._precision), {}
        other._model = copy.deepcopy(self._model).to(other.device)
        return other

    def card(self, tower: Tower) -> TowerCard:
        """What of this model goes into the key of a tower's vectors."""
        if tower == "image":
            way = {**self._photo_way, "enough_pixels": self.enough_pixels}
        else:
            way = {"tokens": hash_bytes(self.tokens(_PROBE).numpy().tobytes())}
        about = canonical_json([self.preprocessing_version[tower], way])
        policy = self._precision[tower] + (" weights" if self._casts_weights(tower) else "")
        return TowerCard(self._dim(), self._weights, self._architecture, about, policy)

    def photo_tensor(self, photo: Image.Image) -> Any:
        """What the image tower sees of an RGB photo: float32, channels × height × width."""
        return self._transform(photo)

    def tokens(self, texts: Sequence[str]) -> Any:
        """Token ids, one row a text, cut at the context's length; columns that are padding in every row left out."""
        return self._trimmed(self._cut(list(texts)))

    def _cut(self, texts: list[str]) -> Any:
        # Some tokenizers refuse a second thread.
        with self._cutting:
            return self._tokenizer(texts)

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
        return self._unit("image", batch.to(torch.bfloat16) if self._casts_weights("image") else batch)

    def encode_texts(self, texts: Sequence[str]) -> Float32Array:
        """Unit vectors of texts, shape ``(n, dim)``; NaN where the tower overflowed.

        A text longer than the context is read in pieces, and has the direction of the mean of their vectors.
        """
        tokens = self._cut(list(texts))
        cut = (tokens[:, -1] != self._padding).tolist()
        if not any(cut):
            return self._unit("text", self._trimmed(tokens).to(self.device))
        pieces = [self.pieces(text) if long else [text] for text, long in zip(texts, cut, strict=True)]
        flat = [piece for parts in pieces for piece in parts]
        vectors = self._unit("text", self.tokens(flat).to(self.device))
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
        return bool(self._cut([text])[0, -1] != self._padding)

    @functools.cached_property
    def _padding(self) -> int:
        return int(self._cut([""])[0, -1])

    def _casts_weights(self, tower: Tower) -> bool:
        """True where the weights themselves are in lower precision, instead of autocast's passing copies."""
        return self.device.type == "cpu" and self._precision[tower] == LOWER

    def _module(self, tower: Tower) -> Any:
        import torch

        if not self._casts_weights(tower):
            return self._model
        with self._cutting:
            if tower not in self._lowered:
                self._lowered[tower] = lowered(self._model, tower, torch.bfloat16)
            return self._lowered[tower]

    def _unit(self, tower: Tower, batch: Any) -> Float32Array:
        import torch

        precision = self._precision[tower]
        casts = precision != "float32" and not self._casts_weights(tower)
        casting = (
            torch.autocast(self.device.type, dtype=getattr(torch, precision)) if casts else contextlib.nullcontext()
        )
        model = self._module(tower)
        encode = model.encode_image if tower == "image" else model.encode_text
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


def resolve_precision(spec: ModelSpec, device: str) -> str:
    """What ``auto`` stands for on a device before :func:`core.embed.precision.settle_precision` has looked at it."""
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


def _enough_pixels(size: int | Sequence[int]) -> tuple[int, int]:
    """Width and height by the size in a preprocessing configuration, which is one side, or height and width."""
    height, width = (size, size) if isinstance(size, int) else size
    return _ENOUGH * int(width), _ENOUGH * int(height)
