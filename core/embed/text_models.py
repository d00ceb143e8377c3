"""A sentence-embedding model of transformers: safetensors alone, mean pooling, the text tower and no other.

What such a folder says of itself is followed: how many tokens it reads (``sentence_bert_config.json``) and how it pools
(``1_Pooling/config.json``: the mean, or the first token); without a word the mean is taken, over as many tokens as it
has places for. Its code is never run, only that of the library.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final, Literal

from core.config import PROJECT_ROOT
from core.embed.hub import hub_access
from core.embed.spec import TEXT_REPOSITORY, ModelSpec, local_folder
from core.errors import ModelUnavailableError

LONGEST: Final = 512
_NO_TOWER: Final = {"size": 1}
"""What stands in the place of a photo's preprocessing, which such a model has none of."""
_PARTS: Final = ["*.json", "*.txt", "*.model", "*.safetensors", "1_Pooling/config.json", "README.md"]
_PLACES: Final = ("_name_or_path", "transformers_version", "torch_dtype", "dtype")
WAY_OUT: Final = (
    "Connect this machine to the internet once, or take a folder (hf-dir:PATH) that you have: config.json, a tokenizer"
    " and model.safetensors."
)


@dataclass(frozen=True)
class TextModelCard:
    """What decides a text's vector beside the weights.

    Attributes:
        config: ``config.json`` without the names of places.
        pooling: The mean of the tokens' vectors, or the first's.
        context: Most tokens of a piece of text.
        dim: Length of a vector.
    """

    config: dict[str, Any]
    pooling: Literal["mean", "first"]
    context: int
    dim: int

    def architecture(self) -> dict[str, Any]:
        """What goes into the key of its vectors; ``embed_dim`` as in an open_clip configuration."""
        return {"embed_dim": self.dim, "pooling": self.pooling, "context": self.context, "hf": self.config}


def text_folder(spec: ModelSpec) -> Path:
    """The folder of the model; one on the hub is fetched, its weights only as safetensors.

    Raises:
        ModelUnavailableError: No such folder, or the hub is out of reach.
    """
    folder = local_folder(spec, PROJECT_ROOT)
    if folder is None:
        return _fetched(spec)
    if not folder.is_dir():
        raise ModelUnavailableError(f"There is no folder {folder}. Check the path behind hf-dir:.")
    return folder


def _fetched(spec: ModelSpec) -> Path:
    import httpx
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    with hub_access(needed=True) as online:
        try:
            return Path(
                snapshot_download(spec.tag[len(TEXT_REPOSITORY) :], allow_patterns=_PARTS, local_files_only=not online)
            )
        except LocalEntryNotFoundError as error:
            raise ModelUnavailableError(
                f"The model hub is out of reach and the model {spec.label} was not downloaded before. {WAY_OUT}"
            ) from error
        except (HfHubHTTPError, HFValidationError, httpx.HTTPError, OSError) as error:
            raise _unavailable(spec, error) from error


def read_card(spec: ModelSpec) -> TextModelCard:
    """The card of a folder, without opening the weights.

    Raises:
        ModelUnavailableError: It holds no text model that can be read, or the hub is out of reach.
    """
    folder = text_folder(spec)
    config = _json(folder / "config.json")
    if config is None:
        raise ModelUnavailableError(f"{folder} holds no config.json, so it is no model of transformers.")
    if not any(folder.glob("*.safetensors")):
        raise ModelUnavailableError(
            f"{folder} holds no weights as .safetensors; other formats could carry code and are not read."
        )
    if config.get("is_encoder_decoder"):
        raise ModelUnavailableError(f"{folder} holds a model that writes text. Take one that embeds sentences.")
    dim = config.get("hidden_size", config.get("dim"))
    if not isinstance(dim, int):
        raise ModelUnavailableError(f"{folder}/config.json tells no hidden_size. Take a model that embeds sentences.")
    plain = {key: value for key, value in config.items() if key not in _PLACES}
    return TextModelCard(plain, _pooling(folder), _context(folder, config), dim)


def _pooling(folder: Path) -> Literal["mean", "first"]:
    said = _json(folder / "1_Pooling" / "config.json") or {"pooling_mode_mean_tokens": True}
    ways = {name for name, value in said.items() if name.startswith("pooling_mode_") and value is True}
    if ways == {"pooling_mode_mean_tokens"}:
        return "mean"
    if ways == {"pooling_mode_cls_token"}:
        return "first"
    raise ModelUnavailableError(f"{folder} pools by {', '.join(sorted(ways)) or 'nothing'}; mean and first token work.")


def _context(folder: Path, config: dict[str, Any]) -> int:
    said = (_json(folder / "sentence_bert_config.json") or {}).get("max_seq_length")
    places = config.get("max_position_embeddings", LONGEST)
    # RoBERTa counts its places from behind the padding's.
    spare = 2 if "roberta" in str(config.get("model_type")) or config.get("model_type") == "mpnet" else 0
    return max(8, min(LONGEST, int(said or LONGEST), int(places) - spare))


def build_text_model(spec: ModelSpec) -> Any:
    """The model on the CPU in float32, in evaluation mode, with ``encode_text`` as open_clip's have it.

    Raises:
        ModelUnavailableError: It cannot be had, or its weights do not fit its configuration.
    """
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModel

    card, folder = read_card(spec), text_folder(spec)
    with hub_access(needed=False), torch.random.fork_rng(devices=[]):
        torch.manual_seed(spec.seed)
        try:
            body, told = AutoModel.from_pretrained(
                folder,
                local_files_only=True,
                use_safetensors=True,
                trust_remote_code=False,
                dtype=torch.float32,
                output_loading_info=True,
            )
            tokenizer = _tokenizer(folder)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError, SafetensorError) as error:
            raise _unavailable(spec, error) from error
    # Its pooler belongs to another task; without weights of its own it would be drawn at random.
    missing = [name for name in told["missing_keys"] if not name.startswith("pooler.")]
    if missing:
        raise ModelUnavailableError(f"The weights in {folder} lack {missing[0]} and {len(missing) - 1} more.")
    if hasattr(body, "pooler"):
        body.pooler = None
    body.config.pad_token_id = tokenizer.pad_token_id
    model = _pooled(body, card)
    model.eval()
    return model.requires_grad_(False)


def _pooled(body: Any, card: TextModelCard) -> Any:
    import torch

    class _NoPhotos(torch.nn.Module):
        preprocess_cfg: ClassVar = _NO_TOWER

    class PooledText(torch.nn.Module):
        """Token ids, padded, to one vector a text."""

        def __init__(self) -> None:
            super().__init__()
            self.text = body
            self.visual = _NoPhotos()

        def encode_text(self, tokens: Any) -> Any:
            there = tokens != self.text.config.pad_token_id
            found = self.text(input_ids=tokens, attention_mask=there.long()).last_hidden_state
            if card.pooling == "first":
                return found[:, 0]
            weight = there.unsqueeze(-1).to(found.dtype)
            return (found * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1.0)

    return PooledText()


class TextTokenizer:
    """Texts to padded token ids, as open_clip's tokenizers give them."""

    def __init__(self, spec: ModelSpec) -> None:
        """
        Raises:
            ModelUnavailableError: The folder's tokenizer cannot be read.
        """
        self._context = read_card(spec).context
        with hub_access(needed=False):
            try:
                self._cut = _tokenizer(text_folder(spec))
            except (OSError, ValueError, KeyError, TypeError, ImportError) as error:
                raise _unavailable(spec, error) from error

    def __call__(self, texts: Sequence[str]) -> Any:
        """Shape (n_texts, context)."""
        cut = self._cut(
            list(texts), padding="max_length", truncation=True, max_length=self._context, return_tensors="pt"
        )
        return cut["input_ids"]


def _tokenizer(folder: Path) -> Any:
    from transformers import AutoTokenizer

    opened = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    if opened.pad_token_id is None:
        raise ValueError("its tokenizer has no token for padding")
    opened.padding_side = "right"
    return opened


def folder_licence(spec: ModelSpec) -> str:
    """The licence that a model's folder names in the head of its ``README.md``; ``""`` where it names none."""
    folder = local_folder(spec, PROJECT_ROOT)
    readme = None if folder is None else folder / "README.md"
    if readme is None or not readme.is_file():
        return ""
    head = readme.read_text(encoding="utf-8", errors="replace")[:4000].split("---")
    lines = head[1].splitlines() if len(head) > 2 and not head[0].strip() else []
    said = [line.partition(":")[2].strip() for line in lines if line.startswith("license:")]
    return said[0][:60] if said else ""


def _json(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _unavailable(spec: ModelSpec, error: Exception) -> ModelUnavailableError:
    reason = str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
    return ModelUnavailableError(f"The model {spec.label} could not be loaded: {reason}.")
