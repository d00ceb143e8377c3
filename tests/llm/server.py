"""A language model's server on this machine, as good or as bad as a test wants it."""

from __future__ import annotations

import contextlib
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

GOOD = {
    "brand": "Quillmoor",
    "category": "tea",
    "quality": ["organic"],
    "size": {"amount": 8, "unit": "ounce", "pack": 2},
}


@dataclass(frozen=True)
class Answer:
    """What is sent back.

    Attributes:
        body: JSON unless bytes.
        wait_s: Before anything is sent; cut short when the server is closed.
        promise: Bytes that are stated beyond those that come.
    """

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait_s: float = 0.0
    promise: int = 0


def says(content: Any, *, cut: bool = False, tokens: tuple[int, int] | None = (120, 30), **more: Any) -> Answer:
    """A chat completion with these words."""
    words = content if isinstance(content, str) or content is None else json.dumps(content)
    choice = {"index": 0, "finish_reason": "length" if cut else "stop", "message": {"content": words}}
    usage = {} if tokens is None else {"usage": {"prompt_tokens": tokens[0], "completion_tokens": tokens[1]}}
    return Answer({"choices": [choice], **usage}, **more)


@dataclass(frozen=True)
class Asked:
    """A request as the server saw it, and how often its text came before."""

    text: str
    body: dict[str, Any]
    headers: dict[str, str]
    path: str
    times: int

    @property
    def form(self) -> str:
        return "schema" if "response_format" in self.body else "plain" if "max_tokens" in self.body else "bare"


Behave = Callable[[Asked], Answer]


class ModelServer(ThreadingHTTPServer):
    """Answers as ``behave`` says; keeps what it was asked."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, behave: Behave) -> None:
        self.behave = behave
        self.asked: list[Asked] = []
        self.closing = threading.Event()
        self.most_at_once = 0
        self._under_way = 0
        self._times: Counter[str] = Counter()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    @contextlib.contextmanager
    def one(self, text: str, body: dict[str, Any], headers: dict[str, str], path: str) -> Iterator[Asked]:
        with self._lock:
            self._times[text] += 1
            asked = Asked(text, body, headers, path, self._times[text])
            self.asked.append(asked)
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)
        try:
            yield asked
        finally:
            with self._lock:
                self._under_way -= 1

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are the test's business."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: ModelServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        content = body["messages"][-1]["content"]
        text = content if isinstance(content, str) else content[0]["text"]
        with self.server.one(text, body, dict(self.headers.items()), self.path) as asked:
            answer = self.server.behave(asked)
            if answer.wait_s and self.server.closing.wait(answer.wait_s):
                return
            self._send(answer)

    do_GET = do_POST

    def _send(self, answer: Answer) -> None:
        data = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data) + answer.promise))
        self.end_headers()
        self.wfile.write(data)
        self.close_connection = bool(answer.promise)

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""


@contextlib.contextmanager
def model_server(behave: Behave) -> Iterator[ModelServer]:
    """A server that runs until the block ends."""
    server = ModelServer(behave)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
