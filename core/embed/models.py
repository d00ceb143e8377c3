"""Opening an open_clip model: nothing is unpickled, nothing is left to a silent default, a missing hub is said at once.

open_clip starts with random weights when a folder holds none, and preprocesses a local checkpoint as if it were
OpenAI's; both are refused or put right here.
"""

from __future__ import annotations

import difflib
import pickle
from pathlib import Path
from typing import Any

from core.config import PROJECT_ROOT
from core.embed.hub import hub_access
from core.embed.spec import (
    CHECKPOINT_SUFFIXES,
    HUB_REPOSITORY,
    LOCAL_DIR,
    ModelSpec,
    local_checkpoint,
    local_folder,
)
from core.embed.text_models import TextTokenizer, build_text_model, read_card
from core.embed.weights import weight_files
from core.errors import ModelUnavailableError

_PREPROCESSING = ("mean", "std", "interpolation", "resize_mode")
_WAY_OUT = (
    "Connect this machine to the internet once, take a folder (local-dir:PATH) or a checkpoint file that you have,"
    " or try things out with random weights."
)
# What torch, open_clip, timm and transformers raise over files and settings that do not fit.
_LOADING_ERRORS = (
    RuntimeError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    AssertionError,
    ImportError,
    OSError,
    pickle.UnpicklingError,
)


def build_model(spec: ModelSpec) -> Any:
    """An open_clip model, or a text model of transformers, on the CPU in float32, in evaluation mode.

    Raises:
        ModelUnavailableError: No such model, no weights, or a hub that is out of reach; with what to do.
        InputError: A checkpoint in a format that could carry code.
    """
    if spec.reads_text_only:
        return build_text_model(spec)
    import open_clip
    import torch
    from safetensors import SafetensorError

    arguments = _arguments(spec)
    with hub_access(needed=_needs_hub(spec)) as online, torch.random.fork_rng(devices=[]):
        _refuse_unreachable(spec, online)
        torch.manual_seed(spec.seed)
        try:
            model = open_clip.create_model(device="cpu", precision="fp32", **arguments)
        except (*_LOADING_ERRORS, SafetensorError) as error:
            raise _unavailable(spec, online, error) from error
    model.eval()
    return model.requires_grad_(False)


def open_tokenizer(spec: ModelSpec) -> Any:
    """The tokenizer that belongs to the model.

    Raises:
        ModelUnavailableError: Its vocabulary is on the hub and the hub is out of reach.
    """
    if spec.reads_text_only:
        return TextTokenizer(spec)
    import open_clip

    vocabulary = _config(spec).get("text_cfg", {}).get("hf_tokenizer_name", "")
    elsewhere = local_folder(spec, PROJECT_ROOT) is None and bool(vocabulary) and not Path(vocabulary).exists()
    with hub_access(needed=elsewhere or spec.tag.startswith(HUB_REPOSITORY)) as online:
        try:
            return open_clip.get_tokenizer(_name(spec))
        except _LOADING_ERRORS as error:
            raise _unavailable(spec, online, error, part="tokenizer") from error


def architecture(spec: ModelSpec) -> dict[str, Any]:
    """The model's configuration without the names of places, which change nothing."""
    if spec.reads_text_only:
        return read_card(spec).architecture()
    config = dict(_config(spec))
    text = dict(config.get("text_cfg", {}))
    return {**config, "text_cfg": {key: value for key, value in text.items() if key not in _PLACES}}


_PLACES = ("hf_model_name", "hf_tokenizer_name")


def _arguments(spec: ModelSpec) -> dict[str, Any]:
    """Arguments of ``open_clip.create_model``."""
    arguments: dict[str, Any] = {
        "model_name": _name(spec),
        "pretrained": None if spec.brings_weights else spec.pretrained,
        "pretrained_text": False,
        "require_pretrained": not spec.random_weights,
        "weights_only": True,
    }
    folder = local_folder(spec, PROJECT_ROOT)
    if folder is not None:
        return {**arguments, **_folder_arguments(spec, folder)}
    if spec.tag.startswith(HUB_REPOSITORY):
        return arguments
    _check_names(spec)
    checkpoint = local_checkpoint(spec, PROJECT_ROOT)
    if checkpoint is not None:
        return {**arguments, "pretrained": str(checkpoint), "force_preprocess_cfg": _usual_preprocessing(spec.tag)}
    return {**arguments, "force_quick_gelu": _wants_quick_gelu(spec)}


def _folder_arguments(spec: ModelSpec, folder: Path) -> dict[str, Any]:
    if not (folder / "open_clip_config.json").is_file():
        raise ModelUnavailableError(
            f"{folder} holds no open_clip_config.json, so it is no open_clip model. Name the folder that does."
        )
    if not any(path.suffix in CHECKPOINT_SUFFIXES for path in folder.iterdir()):
        raise ModelUnavailableError(f"{folder} holds no weights (.safetensors). Put the checkpoint beside its config.")
    text = _config(spec).get("text_cfg", {})
    if "hf_model_name" not in text or not (folder / "config.json").is_file():
        return {}
    # The config may name the folder by a path that was right somewhere else; its text model is in here.
    return {"text_cfg": {**text, "hf_model_name": str(folder), "hf_model_pretrained": False}}


def _name(spec: ModelSpec) -> str:
    folder = local_folder(spec, PROJECT_ROOT)
    if folder is None:
        return spec.tag
    if not folder.is_dir():
        raise ModelUnavailableError(f"There is no folder {folder}. Check the path behind local-dir:.")
    return f"{LOCAL_DIR}{folder}"


def _config(spec: ModelSpec) -> dict[str, Any]:
    import open_clip

    with hub_access(needed=spec.tag.startswith(HUB_REPOSITORY)) as online:
        try:
            config = open_clip.get_model_config(_name(spec))
        except _LOADING_ERRORS as error:
            raise _unavailable(spec, online, error) from error
    return dict(config or {})


def _check_names(spec: ModelSpec) -> None:
    import open_clip

    names = open_clip.list_models()
    if spec.tag not in names:
        near = difflib.get_close_matches(spec.tag, names, n=3)
        raise ModelUnavailableError(
            f"open_clip has no model {spec.tag!r}. {'Did you mean ' + ', '.join(near) + '?' if near else _WAY_OUT}"
        )
    if spec.pretrained is None or local_checkpoint(spec, PROJECT_ROOT) is not None:
        return
    tags = open_clip.list_pretrained_tags_by_model(spec.tag)
    if spec.pretrained not in tags:
        known = ", ".join(tags) or "none"
        raise ModelUnavailableError(
            f"{spec.pretrained!r} is neither a file nor published weights of {spec.tag}. Published are: {known}."
        )


def _usual_preprocessing(tag: str) -> dict[str, Any] | None:
    """How all published weights of an architecture want their photos, when they agree on it."""
    import open_clip
    from open_clip.pretrained import get_pretrained_cfg

    ways = [get_pretrained_cfg(tag, name) for name in open_clip.list_pretrained_tags_by_model(tag)]
    picked = [{key: way[key] for key in _PREPROCESSING if key in way} for way in ways]
    return picked[0] if picked and all(way == picked[0] for way in picked) else None


def _wants_quick_gelu(spec: ModelSpec) -> bool:
    """OpenAI's and DFN's weights were trained with another activation than the architecture's name says."""
    from open_clip.pretrained import get_pretrained_cfg

    if spec.pretrained is None:
        return False
    return bool((get_pretrained_cfg(spec.tag, spec.pretrained) or {}).get("quick_gelu", False))


def _needs_hub(spec: ModelSpec) -> bool:
    if local_folder(spec, PROJECT_ROOT) is not None:
        return False
    if "hf_model_name" in _config(spec).get("text_cfg", {}):
        return True
    return local_checkpoint(spec, PROJECT_ROOT) is None and not spec.random_weights


def _refuse_unreachable(spec: ModelSpec, online: bool) -> None:
    """Weights at a plain address are fetched without a time limit, so they are not tried without a network."""
    if not online and weight_files(spec) is None:
        raise _unavailable(spec, online, None)


def _unavailable(spec: ModelSpec, online: bool, error: Exception | None, part: str = "model") -> ModelUnavailableError:
    local = local_folder(spec, PROJECT_ROOT) is not None or local_checkpoint(spec, PROJECT_ROOT) is not None
    if not online and not local:
        return ModelUnavailableError(
            f"The model hub is out of reach and the {part} {spec.label} was not downloaded before. {_WAY_OUT}"
        )
    reason = str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
    return ModelUnavailableError(f"The {part} {spec.label} could not be loaded: {reason}. {_WAY_OUT if online else ''}")
