"""The challenge's rules for models, and well-known open models beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MOST_BILLIONS: Final = 8.0
LICENCES: Final = ("Apache-2.0", "MIT")
RULES: Final = (
    "The model's licence is MIT or Apache-2.0.",
    "It has at most 8 billion parameters.",
    "No prices from outside: nothing may be looked up, and train's prices are the only ones that may be used.",
)


@dataclass(frozen=True)
class OpenModel:
    """A model whose licence and size are as its publisher states them.

    Attributes:
        billions: Parameters in billions, those of the image tower included.
        photos: True when it takes photos.
    """

    name: str
    billions: float
    licence: str
    photos: bool = False

    @property
    def why_not(self) -> str:
        """Which rule it breaks; ``""`` when it may be used."""
        reasons = []
        if self.licence not in LICENCES:
            reasons.append("licence")
        if self.billions > MOST_BILLIONS:
            reasons.append("size")
        return " and ".join(reasons)


OPEN_MODELS: Final = (
    OpenModel("Qwen2.5-7B-Instruct", 7.6, "Apache-2.0"),
    OpenModel("Mistral-7B-Instruct-v0.3", 7.2, "Apache-2.0"),
    OpenModel("OLMo-2-1124-7B-Instruct", 7.3, "Apache-2.0"),
    OpenModel("Qwen3-4B", 4.0, "Apache-2.0"),
    OpenModel("Phi-3.5-vision-instruct", 4.2, "MIT", photos=True),
    OpenModel("Phi-3.5-mini-instruct", 3.8, "MIT"),
    OpenModel("Qwen2-VL-2B-Instruct", 2.2, "Apache-2.0", photos=True),
    OpenModel("SmolLM2-1.7B-Instruct", 1.7, "Apache-2.0"),
    OpenModel("Qwen3-8B", 8.2, "Apache-2.0"),
    OpenModel("Qwen2-VL-7B-Instruct", 8.3, "Apache-2.0", photos=True),
    OpenModel("Qwen2.5-3B-Instruct", 3.1, "Qwen Research"),
    OpenModel("Llama-3.1-8B-Instruct", 8.0, "Llama 3.1 Community"),
    OpenModel("Gemma-2-2b-it", 2.6, "Gemma terms"),
)
"""Those that may be used first; then those that break a rule although their names suggest otherwise."""
