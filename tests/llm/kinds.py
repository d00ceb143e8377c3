"""How a model's server may behave, one kind a name, and what has to become of a row that meets it."""

from __future__ import annotations

import gzip
import json

from core.llm import OK
from tests.llm.server import GOOD, Answer, says

PACKED = gzip.compress(json.dumps(says(GOOD).body).encode())
CUT_HTTP = Answer(b'{"choices": [{"mess', promise=500)

KINDS: dict[str, tuple[Answer, str]] = {
    "good": (says(GOOD), OK),
    "slow": (says(GOOD, wait_s=30.0), "timed_out"),
    "throttles": (Answer(b"slow down", 429, {"Retry-After": "0"}), "throttled"),
    "fails": (Answer(b"oh dear", 500), "server_error"),
    "bad gateway": (Answer(b"<html>", 502), "server_error"),
    "hangs up": (CUT_HTTP, "unreachable"),
    "redirects": (Answer(b"", 307, {"Location": "http://127.0.0.1:1/v1/chat/completions"}), "redirected"),
    "refuses": (Answer({"error": "no such thing"}, 422), "rejected"),
    "is huge": (Answer(b" " * (2 << 20)), "too_large"),
    "packs": (Answer(PACKED, 200, {"Content-Encoding": "gzip"}), "garbled"),
    "garbage": (Answer(b"\x00\xff\xfe"), "garbled"),
    "html": (Answer(b"<html>welcome</html>"), "garbled"),
    "nested": (Answer(b"[" * 100_000), "garbled"),
    "no choices": (Answer({"choices": []}), "garbled"),
    "parts": (Answer({"choices": [{"message": {"content": [{"type": "text"}]}}]}), "garbled"),
    "silent": (says(None), "empty"),
    "chats": (says("What a lovely tea!"), "no_json"),
    "cuts": (says(json.dumps(GOOD)[:50], cut=True), "cut_off"),
    "cuts unsaid": (says(json.dumps(GOOD)[:50]), "cut_off"),
    "wrong schema": (says({"brand": 1}), "wrong_schema"),
}
