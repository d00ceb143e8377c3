from __future__ import annotations

import asyncio

import pytest

from core.images import loop


def test_a_task_that_loses_its_cancellation_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "AGAIN_S", 0.01)
    asked = 0

    async def stubborn() -> None:
        nonlocal asked
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                asked += 1
                if asked == 3:
                    raise

    async def stopped() -> None:
        task = asyncio.ensure_future(stubborn())
        await asyncio.sleep(0)
        await asyncio.wait_for(loop._ended({task}), timeout=30)
        assert task.cancelled()

    asyncio.run(stopped())
    assert asked == 3
