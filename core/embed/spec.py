"""Which model, on what, how fast: the settings of the embeddings, checked on creation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from core.errors import InputError
from core.types import JsonDict, Tower

Precision: TypeAlias = Literal["auto", "float32", "bfloat16", "float16"]

TOWERS: tuple[Tower, ...] = ("image", "text")
LOCAL_DIR = "local-dir:"
HUB_REPOSITORY = "hf-hub:"
TEXT_DIR = "hf-dir:"
TEXT_REPOSITORY = "hf-text:"
_FOLDERS = (LOCAL_DIR, TEXT_DIR)
CHECKPOINT_SUFFIXES = (".safetensors", ".pt", ".pth", ".bin")
_PRECISIONS = ("auto", "float32", "bfloat16", "float16")
_DEVICES = {"auto", "cpu", "cuda", "mps"}
_MAX_NAME = 400


@dataclass(frozen=True)
class ModelSpec:
    """One open_clip model, or one text model of transformers.

    Attributes:
        tag: An architecture (``"ViT-B-32"``), a hub repository (``"hf-hub:owner/name"``) or a folder in open_clip's
            own format (``"local-dir:PATH"``, relative to the working directory). A sentence-embedding model of
            transformers is ``"hf-dir:PATH"`` or, on the hub, ``"hf-text:owner/name"``; it has no photo tower.
        pretrained: A tag of published weights, the path of a local checkpoint, or None for random weights. A hub
            repository and a folder bring their own weights, so it must be None there.
        seed: Of random weights; the same seed gives the same weights and the same keys.
        precision: ``auto`` is bfloat16 or float16 on a CUDA card, bfloat16 on a processor where a timed sample shows
            that it is faster and the vectors stay what they are, and float32 elsewhere.

    Raises:
        InputError: A setting that no model can have.
    """

    tag: str
    pretrained: str | None = None
    seed: int = 0
    precision: Precision = "auto"

    def __post_init__(self) -> None:
        for name in (self.tag, self.pretrained):
            if name is not None and (not name.strip() or len(name) > _MAX_NAME or not name.isprintable()):
                raise InputError(f"{name!r} names no model.", "Take one from the list, or type local-dir: and a path.")
        if self.brings_weights and self.pretrained is not None:
            raise InputError(
                f"{self.tag} brings its own weights, so {self.pretrained!r} cannot be used.", "Leave the weights empty."
            )
        if self.precision not in _PRECISIONS:
            raise InputError(f"{self.precision!r} is no precision.", f"Take one of {', '.join(_PRECISIONS)}.")
        if not 0 <= self.seed < 2**63:
            raise InputError(f"The seed {self.seed} is out of range.", "Take a whole number from 0.")

    @property
    def brings_weights(self) -> bool:
        """True for a folder or a hub repository."""
        return self.tag.startswith((*_FOLDERS, HUB_REPOSITORY, TEXT_REPOSITORY))

    @property
    def reads_text_only(self) -> bool:
        """True for a text model of transformers."""
        return self.tag.startswith((TEXT_DIR, TEXT_REPOSITORY))

    @property
    def towers(self) -> tuple[Tower, ...]:
        """What the model can encode."""
        return ("text",) if self.reads_text_only else TOWERS

    @property
    def random_weights(self) -> bool:
        return self.pretrained is None and not self.brings_weights

    @property
    def label(self) -> str:
        """What the screens and ``report.json`` call it."""
        if self.random_weights:
            return f"{self.tag} (random weights, seed {self.seed})"
        return self.tag if self.pretrained is None else f"{self.tag} / {self.pretrained}"

    @property
    def short_label(self) -> str:
        """The label without the way to a folder or a file."""
        kind, colon, name = self.tag.partition(":")
        named = Path(name).name if f"{kind}{colon}" in _FOLDERS else self.tag
        if self.random_weights:
            return f"{named} (random weights)"
        return named if self.pretrained is None else f"{named} / {Path(self.pretrained).name}"

    def to_json(self) -> JsonDict:
        return {"tag": self.tag, "pretrained": self.pretrained, "seed": self.seed, "precision": self.precision}

    @classmethod
    def from_json(cls, value: JsonDict) -> ModelSpec:
        """Undo :meth:`to_json`.

        Raises:
            InputError: A field is missing, unknown, or holds what no model can have.
        """
        if set(value) != set(cls.__dataclass_fields__):
            raise InputError("a model with missing or unknown settings.", "Choose it anew.")
        return cls(**value)  # type: ignore[arg-type]  # the values are checked on creation


@dataclass(frozen=True)
class EncodeOptions:
    """How to go about it; nothing here changes a vector's key.

    Attributes:
        batch_size: Items in one forward pass; 0 picks one for the device. Halved by itself when memory runs out.
        workers: Threads that decode photos or cut texts into tokens; 0 takes the configured number of threads.
        device: ``auto`` takes every CUDA card, else Apple's MPS, else the CPU; several with commas between them share
            the batches.
        make_room: Let vectors of other models go where the limit of the cache asks for it; without, the run stops
            before it begins.
    """

    batch_size: int = 0
    workers: int = 0
    device: str = "auto"
    make_room: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.batch_size <= 4096:
            raise InputError(f"A batch of {self.batch_size} is out of range.", "Take 0 (automatic) to 4096.")
        if not 0 <= self.workers <= 256:
            raise InputError(f"{self.workers} workers are out of range.", "Take 0 (automatic) to 256.")
        names = [name.strip().split(":")[0] for name in self.device.split(",")]
        if not set(names) <= _DEVICES or ("auto" in names and len(names) > 1):
            raise InputError(f"{self.device!r} is no device.", "Take auto, cpu, cuda, cuda:0,cuda:1 or mps.")


@dataclass(frozen=True)
class ModelInfo:
    """A line of the curated list.

    Attributes:
        dim: Length of a vector.
        image_px: Side of the square that the image tower sees.
        parameters_m: Millions of parameters, both towers.
        licence: Of the published weights.
        open_licence: True for MIT and Apache-2.0.
        note: Why one would take it.
    """

    spec: ModelSpec
    dim: int
    image_px: int
    parameters_m: float
    licence: str
    open_licence: bool
    note: str


def _info(name: str, weights: str, sizes: tuple[int, int, float], licence: str, note: str) -> ModelInfo:
    dim, image_px, parameters_m = sizes
    return ModelInfo(ModelSpec(name, weights), dim, image_px, parameters_m, licence, licence in _OPEN, note)


_OPEN = ("MIT", "Apache-2.0")
# Dimension, pixels and parameters are those of open_clip's configurations (a test compares the first two); the
# licences are those on the model cards of the published weights.
MODELS: tuple[ModelInfo, ...] = (
    _info("ViT-B-32", "laion2b_s34b_b79k", (512, 224, 151.3), "MIT", "The quickest that is any good; start here."),
    _info("ViT-B-32", "datacomp_xl_s13b_b90k", (512, 224, 151.3), "MIT", "As quick, trained on cleaner pairs."),
    _info("ViT-B-16", "datacomp_xl_s13b_b90k", (512, 224, 149.6), "MIT", "Sees four times as many patches."),
    _info("ViT-L-14", "laion2b_s32b_b82k", (768, 224, 427.6), "MIT", "What most of the field used; wants a GPU."),
    _info("ViT-L-14", "datacomp_xl_s13b_b90k", (768, 224, 427.6), "MIT", "The same size on cleaner pairs."),
    _info("ViT-B-16-SigLIP", "webli", (768, 224, 203.2), "Apache-2.0", "Strong for its size, squashes the photo."),
    _info("ViT-B-16-SigLIP2", "webli", (768, 224, 375.2), "Apache-2.0", "Reads many languages and print on packs."),
    _info("ViT-L-16-SigLIP2-256", "webli", (1024, 256, 881.5), "Apache-2.0", "Larger SigLIP 2; wants a GPU."),
    _info("ViT-SO400M-14-SigLIP-384", "webli", (1152, 384, 878.0), "Apache-2.0", "Best here; wants a large GPU."),
    _info("convnext_base_w", "laion2b_s13b_b82k", (640, 256, 179.4), "MIT", "Convolutions instead of patches."),
)


def check_tower(spec: ModelSpec, tower: Tower) -> None:
    """Raise :class:`InputError` when the model has no such tower."""
    if tower not in spec.towers:
        raise InputError(f"{spec.short_label} reads text only.", "Leave the photos out, or take a model with both.")


def local_folder(spec: ModelSpec, root: Path) -> Path | None:
    """The folder that ``local-dir:`` or ``hf-dir:`` names: as typed, or relative to ``root``; None for any other."""
    if not spec.tag.startswith(_FOLDERS):
        return None
    typed = Path(spec.tag.partition(":")[2]).expanduser()
    return typed if typed.is_absolute() or typed.is_dir() else root / typed


def local_checkpoint(spec: ModelSpec, root: Path) -> Path | None:
    """The checkpoint file that ``pretrained`` names, or None when it is a tag.

    Raises:
        InputError: It is a file that is not read because it could carry code.
    """
    if spec.pretrained is None:
        return None
    typed = Path(spec.pretrained).expanduser()
    for path in (typed, root / typed):
        if path.is_file():
            if path.suffix.lower() not in CHECKPOINT_SUFFIXES:
                raise InputError(
                    f"{path.name} is no checkpoint that can be read.", f"Use {', '.join(CHECKPOINT_SUFFIXES)}."
                )
            return path
    return None
