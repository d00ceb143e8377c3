"""What a model's weights are called: a hash of the weights themselves, remembered beside the files they came from."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, TypeAlias

from core.config import PROJECT_ROOT
from core.embed.spec import HUB_REPOSITORY, TEXT_REPOSITORY, ModelSpec, local_checkpoint, local_folder
from core.store import ArtifactStore, cache_key
from core.store.keys import KEY_HEX
from core.types import JsonValue, Tower

VERSION = 2
# Random weights follow from the seed only within one release of these.
_LIBRARIES = ("torch", "open_clip_torch", "timm", "transformers")
_HUB_WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin", "open_clip_pytorch_model.safetensors")
_FOLDER_PARTS = (".json", ".txt", ".model", ".safetensors", ".bin", ".pth")

FilesMark: TypeAlias = list[JsonValue]


@dataclass(frozen=True)
class TowerCard:
    """What of a model goes into the key of its vectors; enough to find them again without opening the model.

    Attributes:
        dim: Length of a vector.
        weights: :func:`weights_hash` of the whole model.
        architecture: Hash of the configuration: equal weights under another activation give other vectors.
        preprocessing: What is done to a photo or a text before the tower sees it.
        precision: What it computed in when it was last open.
    """

    dim: int
    weights: str
    architecture: str
    preprocessing: str
    precision: str


def weights_hash(model: Any) -> str:
    """32 hex digits over every tensor of a torch module's state: its name, type, shape and bytes."""
    import torch

    digest = hashlib.blake2b(digest_size=KEY_HEX // 2)
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(f"{name}|{tensor.dtype}|{tuple(tensor.shape)}|".encode())
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy())
    return digest.hexdigest()


def weight_files(spec: ModelSpec) -> list[Path] | None:
    """The files that the model is made from; empty for random weights, None when they are not on this disk yet."""
    folder, checkpoint = local_folder(spec, PROJECT_ROOT), local_checkpoint(spec, PROJECT_ROOT)
    if folder is not None:
        # Beside its files, a text model says in a folder of its own how it pools.
        files = [*sorted(folder.iterdir()), *sorted(folder.glob("1_Pooling/*.json"))] if folder.is_dir() else []
        return [path for path in files if path.suffix in _FOLDER_PARTS and path.is_file()]
    if checkpoint is not None:
        return [checkpoint]
    return [] if spec.random_weights else _downloaded(spec)


def _downloaded(spec: ModelSpec) -> list[Path] | None:
    import huggingface_hub

    repository, names = hub_source(spec)
    for name in names:
        found = huggingface_hub.try_to_load_from_cache(repository, name) if repository else None
        if isinstance(found, str):
            return [Path(found).resolve()]
    return None


def hub_source(spec: ModelSpec) -> tuple[str, tuple[str, ...]]:
    """Hub repository and the file names to look for, best first; ``("", ())`` when the weights are elsewhere."""
    if spec.tag.startswith(HUB_REPOSITORY):
        return spec.tag[len(HUB_REPOSITORY) :], _HUB_WEIGHTS
    if spec.tag.startswith(TEXT_REPOSITORY):
        return spec.tag[len(TEXT_REPOSITORY) :], ("model.safetensors",)
    from open_clip.pretrained import get_pretrained_cfg

    place = str((get_pretrained_cfg(spec.tag, spec.pretrained) or {}).get("hf_hub", ""))
    repository, _, name = place.rpartition("/")
    if not name:
        return repository, _HUB_WEIGHTS
    return repository, (Path(name).with_suffix(".safetensors").name, name)


def files_mark(files: list[Path]) -> FilesMark:
    """Path, size, time of change and inode of each file: another file under the same name has another mark."""
    stats = [(path.resolve(), path.stat()) for path in files]
    return [[str(path), stat.st_size, stat.st_mtime_ns, stat.st_ino] for path, stat in stats]


def find_card(spec: ModelSpec, tower: Tower, store: ArtifactStore) -> TowerCard | None:
    """The card of a model that was open before and whose files have not changed since, or None.

    Quick: no model library is imported.
    """
    files = _known_files(spec, store)
    found = None if files is None else store.find_json(_card_key(spec, tower, files))
    return None if found is None else TowerCard(**found)


def keep_card(spec: ModelSpec, tower: Tower, card: TowerCard, store: ArtifactStore) -> None:
    """Remember a card for :func:`find_card`."""
    files = weight_files(spec)
    if files is not None:
        store.keep_json(_files_key(spec), [str(path) for path in files])
        store.keep_json(_card_key(spec, tower, files), asdict(card))


def _known_files(spec: ModelSpec, store: ArtifactStore) -> list[Path] | None:
    """:func:`weight_files`; for weights from the hub, the files that they were last read from."""
    local = local_folder(spec, PROJECT_ROOT) is not None or local_checkpoint(spec, PROJECT_ROOT) is not None
    if spec.random_weights or local:
        return weight_files(spec)
    names = store.find_json(_files_key(spec))
    files = None if names is None else [Path(name) for name in names]
    return files if files and all(path.is_file() for path in files) else None


def _files_key(spec: ModelSpec) -> str:
    return cache_key("embed.files", VERSION, {"tag": spec.tag, "pretrained": spec.pretrained})


def _card_key(spec: ModelSpec, tower: Tower, files: list[Path]) -> str:
    about = {**spec.to_json(), "tower": tower}
    versions: dict[str, JsonValue] = {name: metadata.version(name) for name in _LIBRARIES}
    return cache_key("embed.card", VERSION, {**about, "files": files_mark(files), "versions": versions})
