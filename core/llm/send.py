"""One request to an endpoint: bounded in time and size, redirects not followed, every failure named."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from core.llm.answers import OK, said
from core.llm.endpoint import Endpoint, SendSpec
from core.llm.key import ApiKey
from core.types import JsonDict, JsonValue

if TYPE_CHECKING:
    import httpx

Form: TypeAlias = Literal["schema", "plain", "bare"]
FORMS: Final[tuple[Form, ...]] = ("schema", "plain", "bare")
"""How much is asked of the server: the schema enforced; no schema; only model and messages, which all servers take."""

_AGENT: Final = "shelfprice-studio/0.1"


@dataclass(frozen=True)
class Reply:
    """What a request came to.

    Attributes:
        status: ``ok`` when a model has spoken, else one of :data:`core.llm.answers.FAILURES`.
        content: The model's words.
        cut: True when they reached the limit of tokens.
        tokens_in, tokens_out: As the server counts them; None when it does not say.
        retry_after_s: How long the server asks to be left alone.
    """

    status: str
    content: str = ""
    cut: bool = False
    http: int | None = None
    detail: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    retry_after_s: float = 0.0


def body_of(
    endpoint: Endpoint, messages: list[JsonValue], form: Form, *, schema: JsonDict | None, max_tokens: int
) -> bytes:
    """A request for chat completions in one of :data:`FORMS`."""
    body: JsonDict = {"model": endpoint.model, "messages": messages}
    if form != "bare":
        body |= {"temperature": 0, "max_tokens": max_tokens}
    if form == "schema" and schema is not None:
        named: JsonDict = {"name": "attributes", "strict": True, "schema": schema}
        body["response_format"] = {"type": "json_schema", "json_schema": named}
    return json.dumps(body, ensure_ascii=True).encode()


async def send(client: httpx.AsyncClient, endpoint: Endpoint, body: bytes, spec: SendSpec, key: ApiKey) -> Reply:
    """Ask once. Whatever the server says comes back without the key."""
    import httpx

    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": _AGENT,
        **key.headers(),
    }
    try:
        async with (
            asyncio.timeout(spec.total_s),
            client.stream("POST", endpoint.chat_url, content=body, headers=headers) as response,
        ):
            return await _read(response, spec, key)
    except TimeoutError:
        return Reply("timed_out", detail=f"more than {spec.total_s:g} s in all")
    except httpx.TimeoutException as error:
        waited = "no connection" if isinstance(error, httpx.ConnectTimeout) else "nothing came any more"
        return Reply("timed_out", detail=waited)
    except httpx.HTTPError as error:
        return Reply("unreachable", detail=said(key.hidden_in(str(error) or type(error).__name__)))


async def _read(response: httpx.Response, spec: SendSpec, key: ApiKey) -> Reply:
    code = response.status_code
    if 300 <= code < 400:
        return Reply("redirected", http=code, detail=f"HTTP {code}")
    data = bytearray()
    packed = response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity")
    async for chunk in response.aiter_raw():
        data += chunk
        if len(data) > spec.max_bytes:
            return Reply("too_large", http=code, detail=f"more than {spec.max_bytes:,} bytes")
    if code != 200:
        return _refusal(code, response.headers.get("retry-after", ""), key.hidden_in(data.decode(errors="replace")))
    if packed:
        return Reply("garbled", http=code, detail="packed, which was not asked for")
    return _completion(bytes(data), key)


def _refusal(code: int, retry_after: str, text: str) -> Reply:
    wait = _seconds(retry_after)
    detail = said(f"HTTP {code} {text}")
    if code == 429 or (code == 503 and wait is not None):
        return Reply("throttled", http=code, detail=detail, retry_after_s=wait or 0.0)
    if code >= 500 or code in (408, 425):
        return Reply("server_error", http=code, detail=detail, retry_after_s=wait or 0.0)
    return Reply("denied" if code in (401, 402, 403) else "rejected", http=code, detail=detail)


def _completion(data: bytes, key: ApiKey) -> Reply:
    """The model's words of a chat completion."""
    try:
        found = json.loads(data)
        choice = found["choices"][0]
        content = choice["message"]["content"]
        cut = choice.get("finish_reason") == "length"
    except (ValueError, RecursionError, KeyError, IndexError, TypeError, AttributeError):
        return Reply("garbled", http=200, detail=said(key.hidden_in(data.decode(errors="replace"))))
    usage = found.get("usage")
    tokens = [_count(usage, name) for name in ("prompt_tokens", "completion_tokens")]
    if content is None or content == "":
        status, detail = ("cut_off", "nothing before its limit") if cut else ("empty", "no words")
        return Reply(status, http=200, detail=detail, tokens_in=tokens[0], tokens_out=tokens[1])
    if not isinstance(content, str):
        return Reply("garbled", http=200, detail="the message is no text", tokens_in=tokens[0], tokens_out=tokens[1])
    words = key.hidden_in(content)
    return Reply(OK, words, cut, http=200, tokens_in=tokens[0], tokens_out=tokens[1])


def _count(usage: Any, name: str) -> int | None:
    value = usage.get(name) if isinstance(usage, dict) else None
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**9
    return value if good else None


def _seconds(value: str) -> float | None:
    """Seconds from a ``Retry-After`` field: a number or a date (RFC 9110, 10.2.3); None without a usable one."""
    text = value.strip()
    if text.replace(".", "", 1).isdecimal() and text.isascii():
        return float(text[:12])
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
