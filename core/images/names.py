"""A photo's file name: the last part of its link, made harmless, and never that of another link's photo."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256
from pathlib import PurePosixPath

from core.images.links import link_key

MAX_CHARACTERS = 120
TABLE = "images_status.csv"
_KEPT_FOR_US = frozenset({TABLE})
_UNSAFE = re.compile(r"[^\w.+\-%@=,()]")
_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,80}[A-Za-z0-9_]")
_HASH_DIGITS = 16


def plain_name(link: str) -> str:
    """The last part of a link with unsafe characters replaced; ``""`` when nothing is left of it.

    ``~`` is among the replaced: it marks :func:`own_name`.
    """
    path = link.strip().split("?", 1)[0].split("#", 1)[0].partition("://")[2].partition("/")[2]
    last = path.rstrip("/").rpartition("/")[2]
    safe = _UNSAFE.sub("_", last).lstrip(".").rstrip(". ")
    if len(safe.encode()) > MAX_CHARACTERS:
        suffix = PurePosixPath(safe).suffix[:10]
        safe = safe.encode()[: MAX_CHARACTERS - len(suffix.encode())].decode(errors="ignore") + suffix
    return "" if safe.lower() in _KEPT_FOR_US else safe


def own_name(key: str) -> str:
    """A name that no other link has: the plain one with a hash of the link's spelling ``key`` in it."""
    plain = PurePosixPath(plain_name(key) or "photo.jpg")
    return f"{plain.stem}~{sha256(key.encode()).hexdigest()[:_HASH_DIGITS]}{plain.suffix}"


def file_names(keys: Iterable[str]) -> dict[str, str]:
    """Each link's file name.

    A plain name that several links share goes to none of them: were one of them missing, its products would be shown
    the other's photo. Names that differ only in case count as shared, for disks that do not tell them apart.

    Args:
        keys: The links in their one spelling (:func:`core.images.links.link_key`).
    """
    wanting: dict[str, list[str]] = defaultdict(list)
    for key in dict.fromkeys(keys):
        wanting[plain_name(key).casefold()].append(key)
    return {
        key: plain_name(key) if name and len(group) == 1 else own_name(key)
        for name, group in wanting.items()
        for key in group
    }


def stored_names(link: str, *, with_own: bool) -> tuple[str, ...]:
    """The names under which a link's photo may lie in a folder that :func:`core.images.fetch_photos` filled.

    Args:
        with_own: False leaves :func:`own_name` out, which takes longer; for a folder without a ``~`` in it.
    """
    last = link.strip().rpartition("/")[2]
    if not with_own and _SAFE.fullmatch(last):
        return (last,)
    key = link_key(link)
    return (own_name(key), plain_name(key)) if with_own else (plain_name(key),)
