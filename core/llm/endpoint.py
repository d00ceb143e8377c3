"""Where a language model is asked, in which manner, and what it costs."""

from __future__ import annotations

import ipaddress
import math
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from core.errors import InputError

_CHAT: Final = "/chat/completions"
_URL_CHARS: Final = 2000
_MODEL_CHARS: Final = 200


@dataclass(frozen=True)
class Endpoint:
    """An OpenAI-compatible server and one of its models; nothing secret is in it.

    Attributes:
        url: Address of the server or of its chat completions, ``http`` or ``https``; addresses of this machine and of
            a private network are fine, because the user typed them.
        model: The model's name as the server knows it.

    Raises:
        InputError: Another kind of address, one with a user or a query (where keys hide), or no model. The address is
            not repeated, because of what it may hold.
    """

    url: str
    model: str

    def __post_init__(self) -> None:
        parts = _split(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError("the endpoint's address is not like http://localhost:8000/v1.", "Type it in full.")
        if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
            raise InputError(
                "the endpoint's address holds a user, a query or a fragment.",
                "Leave them out; a key belongs into the environment alone.",
            )
        if not self.model.strip() or len(self.model) > _MODEL_CHARS or not self.model.isprintable():
            raise InputError("no model is named.", "Type its name as the endpoint knows it.")

    @property
    def chat_url(self) -> str:
        """The address that is asked; ``/v1`` is added to a bare host."""
        parts = _split(self.url)
        path = parts.path.rstrip("/")
        if not path.endswith(_CHAT):
            path = f"{path or '/v1'}{_CHAT}"
        return parts._replace(path=path).geturl()

    @property
    def where(self) -> str:
        """Host and port, for the screens."""
        return _split(self.url).netloc

    @property
    def readable(self) -> bool:
        """True when whatever is sent leaves this machine and can be read on the way."""
        parts = _split(self.url)
        return parts.scheme == "http" and not _is_this_machine(parts.hostname or "")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        # Reading the port checks it.
        sound = (parts.port or 1) > 0 and len(url) <= _URL_CHARS and url.isascii() and url.isprintable()
    except ValueError:
        sound = False
    if not sound or " " in url:
        raise InputError("the endpoint's address cannot be read.", "Type it like http://localhost:8000/v1.")
    return parts


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True)
class Tariff:
    """Dollars for a million tokens sent and received; None where the user has named no price.

    Raises:
        InputError: A price below 0, or one of the two without the other.
    """

    per_million_in: float | None = None
    per_million_out: float | None = None

    def __post_init__(self) -> None:
        for price in (self.per_million_in, self.per_million_out):
            if price is not None and not (math.isfinite(price) and price >= 0):
                raise InputError("a price of a million tokens is no number of 0 or more.", "Give dollars.")
        if (self.per_million_in is None) != (self.per_million_out is None):
            raise InputError("one of the two prices of tokens is missing.", "Give both, or none.")

    @property
    def known(self) -> bool:
        """True when costs can be told."""
        return self.per_million_in is not None

    def cost(self, tokens_in: float, tokens_out: float) -> float | None:
        """Dollars, or None without prices."""
        if self.per_million_in is None or self.per_million_out is None:
            return None
        return (tokens_in * self.per_million_in + tokens_out * self.per_million_out) / 1e6


@dataclass(frozen=True)
class SendSpec:
    """Limits and manners of asking.

    Attributes:
        concurrency: Requests under way at once.
        attempts: Requests for a row before its last failure stands.
        connect_s, stall_s, total_s: Longest wait for a connection, for the next bytes, for a whole answer.
        max_bytes: Of an answer.
        backoff_s, backoff_max_s: A retry waits a random part of ``backoff_s * 2 ** attempts``, at most the latter
            ("full jitter", M. Brooker, AWS Architecture Blog, 2015), and never less than the server asks for.
        retry_after_max_s: A server that asks for a longer wait is left alone: the run stops.
        gives_up: Rows in a row that nobody answered until the run stops; they are asked again by the next one.
        seed: Of the jitter.
    """

    concurrency: int = 8
    attempts: int = 4
    connect_s: float = 10.0
    stall_s: float = 120.0
    total_s: float = 180.0
    max_bytes: int = 1 << 20
    backoff_s: float = 1.0
    backoff_max_s: float = 30.0
    retry_after_max_s: float = 120.0
    gives_up: int = 20
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("concurrency", "attempts", "max_bytes", "gives_up"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} of asking a model is {getattr(self, name)}.", "Give 1 or more.")
        for name in ("connect_s", "stall_s", "total_s"):
            if not getattr(self, name) > 0:
                raise InputError(f"{name} of asking a model is {getattr(self, name)}.", "Give a number above 0.")
        for name in ("backoff_s", "backoff_max_s", "retry_after_max_s"):
            if not getattr(self, name) >= 0:
                raise InputError(f"{name} of asking a model is {getattr(self, name)}.", "Give 0 or more.")
