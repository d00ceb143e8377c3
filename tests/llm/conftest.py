from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.catalog import CatalogSource, DemoSpec, write_demo
from core.llm import KEY_VARIABLE, AskSpec, SendSpec
from tests.llm.server import Behave, ModelServer, model_server

SECRET = "sk-test-4f1c9a77e2b05d83"

Serve = Callable[[Behave], ModelServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """``serve(behave)``: a server that answers so until the test ends."""
    with ExitStack() as stack:
        yield lambda behave: stack.enter_context(model_server(behave))


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(KEY_VARIABLE, SECRET)
    return SECRET


@pytest.fixture
def quick() -> AskSpec:
    """Short waits between attempts, patience with a busy machine."""
    return AskSpec(send=SendSpec(concurrency=6, attempts=3, backoff_s=0.001, backoff_max_s=0.005))


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> CatalogSource:
    """40 + 40 demo products without photos."""
    files = write_demo(tmp_path_factory.mktemp("llm"), DemoSpec(rows=40, unseen=0.3, seed=5, photos=0))
    return CatalogSource(str(files.train), str(files.test))


def files_with(word: str, folder: Path) -> list[Path]:
    """Files below a folder whose bytes hold the word."""
    return [path for path in folder.rglob("*") if path.is_file() and word.encode() in path.read_bytes()]
