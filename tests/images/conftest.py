from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.images import FetchSpec
from tests.images.hostile import HostileServer, Names, RecordingNetwork, hostile_server


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with hostile_server() as running:
        yield running


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture
def network() -> RecordingNetwork:
    return RecordingNetwork()


@pytest.fixture
def spec(server: HostileServer) -> FetchSpec:
    """Short waits before a retry, small limits, and leave to ask the hostile server; patience with a busy machine."""
    return quick_spec(server)


def quick_spec(server: HostileServer) -> FetchSpec:
    return FetchSpec(
        per_host=32,
        per_host_rate=5000.0,
        attempts=3,
        max_bytes=1 << 20,
        stall_s=60.0,
        total_s=120.0,
        connect_s=60.0,
        backoff_s=0.01,
        backoff_max_s=0.05,
        retry_after_max_s=0.05,
        host_pause_max_s=0.02,
        host_gives_up=1000,
        loopback_ports=(server.port,),
    )
