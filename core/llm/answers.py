"""What can become of a row that is sent, and the one JSON object in a model's answer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from core.types import JsonDict

OK: Final = "ok"
FAILURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "throttled": "the endpoint asked for patience until the attempts were used up",
        "server_error": "the endpoint failed each time",
        "timed_out": "it took too long",
        "unreachable": "no connection, or one that broke",
        "denied": "the endpoint wants another key, or money",
        "redirected": "sent elsewhere; redirects are not followed",
        "rejected": "the endpoint does not take the request",
        "too_large": "an answer larger than any that is asked for",
        "garbled": "what came is no chat completion",
        "empty": "the model said nothing, or declined",
        "cut_off": "the answer ends in the middle",
        "no_json": "no JSON object in the answer",
        "wrong_schema": "a JSON object of another form",
        "no_price": "not exactly one positive number",
    }
)
"""Every failure of a row, with its meaning for a screen."""

RETRIED: Final = frozenset({"throttled", "server_error", "timed_out", "unreachable"})
"""Failures that are tried again within a run."""

UNANSWERED: Final = frozenset({*RETRIED, "denied", "redirected"})
"""Failures that say something of the endpoint and nothing of the row."""

_THOUGHT: Final = re.compile(r"<think>.*?</think>", re.DOTALL | re.IGNORECASE)
_FENCE: Final = re.compile(r"^```[a-zA-Z]*\s*|\s*```$")
_DETAIL_CHARS: Final = 160
# A literal that is cut short is reported where it begins.
_LITERAL_CHARS: Final = 4


class BadAnswer(ValueError):
    """An answer that gives no value.

    Attributes:
        kind: One of :data:`FAILURES`.
    """

    def __init__(self, kind: str, detail: str = "") -> None:
        self.kind = kind
        super().__init__(detail)


def said(text: str) -> str:
    """The beginning of a text in one line."""
    # Half a surrogate pair, which an answer may hold, cannot be written anywhere.
    sound = text[: 4 * _DETAIL_CHARS].encode("utf-8", "replace").decode()
    short = " ".join(sound.split())
    return short if len(short) <= _DETAIL_CHARS else f"{short[: _DETAIL_CHARS - 1]}…"


def spoken(content: str) -> str:
    """An answer without the thoughts that some models put before it.

    Raises:
        BadAnswer: Nothing is left.
    """
    text = _THOUGHT.sub("", content).strip()
    if not text:
        raise BadAnswer("empty", "a blank answer")
    if text.lower().startswith("<think>"):
        raise BadAnswer("cut_off", "thoughts without an end")
    return text


def one_object(content: str, *, cut: bool) -> JsonDict:
    """The JSON object of an answer, alone, in a code fence or between words.

    Args:
        cut: The server says that the answer reached its limit.

    Raises:
        BadAnswer: None, more than one, one that has no end, or JSON that is no object.
    """
    text = _FENCE.sub("", spoken(content))
    if not text.lstrip().startswith("{") and "{" not in text:
        raise BadAnswer("cut_off" if cut else "no_json", said(text))
    start = text.index("{")
    try:
        value, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        unfinished = cut or error.pos >= len(text.rstrip()) - _LITERAL_CHARS or "Unterminated" in error.msg
        raise BadAnswer("cut_off" if unfinished else "no_json", said(text)) from None
    except (ValueError, RecursionError):
        raise BadAnswer("no_json", said(text)) from None
    if "{" in text[end:]:
        raise BadAnswer("wrong_schema", f"more than one object: {said(text)}")
    found: JsonDict = value
    return found


def _refuse(token: str) -> Any:
    raise ValueError(f"{token} is no JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that stands twice: which of the two is meant nobody knows."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse, object_pairs_hook=_once)
