"""Reading what a job was asked for: plain JSON, checked before it is believed."""

from __future__ import annotations

from typing import Any

from core.catalog import CatalogSource
from core.errors import InputError
from core.types import JsonDict


def source_of(params: JsonDict) -> CatalogSource:
    """The catalogue's files. Raises :class:`InputError` without them."""
    source = params.get("source")
    if not isinstance(source, dict):
        raise InputError("a job without a catalogue.", "Start it again from its page.")
    return CatalogSource.from_json(source)


def text_of(params: JsonDict, name: str) -> str:
    """A text. Raises :class:`InputError` when it is none."""
    value = params.get(name)
    if not isinstance(value, str) or not value:
        raise InputError(f"a job without {name}.", "Start it again from its page.")
    return value


def number_of(params: JsonDict, name: str) -> int:
    """A whole number. Raises :class:`InputError` when it is none."""
    value = params.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise InputError(f"a job whose {name} is no whole number.", "Start it again from its page.")
    return value


def list_of(params: JsonDict, name: str) -> list[Any]:
    """A list. Raises :class:`InputError` when it is none."""
    value = params.get(name)
    if not isinstance(value, list):
        raise InputError(f"a job whose {name} is no list.", "Start it again from its page.")
    return value
