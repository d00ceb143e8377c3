"""What is asked of a model, of which products, and what a run of questions came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from core.store import cache_key
from core.types import JsonDict, JsonValue

# Raise when the same answers would be read in another way.
VERSION: Final = 1
CHARS_PER_TOKEN: Final = 4.0
"""Rule of thumb for English, where the server does not count tokens."""

Parse: TypeAlias = Callable[[str, bool], JsonDict]


@dataclass(frozen=True)
class Task:
    """What is asked of every product.

    Attributes:
        name: Part of the name of the file that keeps the answers.
        prompt: The instruction.
        parse: Makes the value of an answer's words; told whether the server cut them. Raises :class:`BadAnswer`.
        schema: JSON schema that the server is asked to keep to; None asks for plain words.
        max_tokens: Of an answer; room for models that think aloud first.
        usual_tokens: Of an answer without thoughts, for the estimate before anything is measured.
    """

    name: str
    prompt: str
    parse: Parse
    schema: JsonDict | None
    max_tokens: int
    usual_tokens: float

    def key(self, model: str) -> str:
        """Names the answers of a model to this task; moves with every word of the prompt and the schema."""
        spec = {"prompt": self.prompt, "schema": self.schema, "model": model, "max_tokens": self.max_tokens}
        return f"{self.name}-{cache_key('llm', VERSION, spec)}"


@dataclass(frozen=True)
class Question:
    """One input.

    Attributes:
        key: Hash of the text and the photo.
        messages: Makes what is sent; called when it is sent, because a photo takes memory.
        chars: Length of the text with the instruction, for the estimate of tokens.
    """

    key: str
    messages: Callable[[], list[JsonValue]]
    chars: int


@dataclass(frozen=True)
class AskSummary:
    """What a run came to.

    Attributes:
        counts: Inputs by status, ``pending`` among them: those that were not asked.
        asked: Inputs that this run brought to an end.
        requests: Requests that it made.
        tokens_in, tokens_out: That it used.
        cost: Dollars, None without prices.
        seconds: That it took.
        stopped: ``"cost"`` when the limit of the cost ended it.
    """

    counts: dict[str, int]
    asked: int
    requests: int
    tokens_in: int
    tokens_out: int
    cost: float | None
    seconds: float
    stopped: str = ""
