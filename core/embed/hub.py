"""Whether the model hub can be asked, found out in seconds instead of the minute that its retries take."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

CONNECT_SECONDS = 3.0
_offline_lock = threading.RLock()


def hub_reachable() -> bool:
    """True when the hub answers at all within :data:`CONNECT_SECONDS`; any status counts as an answer."""
    import httpx
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return False
    try:
        httpx.head(constants.ENDPOINT, timeout=CONNECT_SECONDS, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return False
    return True


@contextmanager
def hub_access(*, needed: bool) -> Iterator[bool]:
    """Let the model libraries ask the hub only when they need it and it is there.

    Out of reach, files that were downloaded before are still used and everything else fails at once. The libraries
    keep this in one global, so two threads take turns.

    Args:
        needed: False shuts the hub off without asking: what is on this disk needs no network.

    Yields:
        True when the hub may be asked.
    """
    from huggingface_hub import constants

    with _offline_lock:
        online = needed and hub_reachable()
        before = constants.HF_HUB_OFFLINE
        constants.HF_HUB_OFFLINE = not online
        try:
            yield online
        finally:
            constants.HF_HUB_OFFLINE = before
