"""Brand names outside the opening of a title: ``by X``, ``Manufacturer: X``, and names known from other rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from core.features.brand_stats import MAX_BODY_CHARS, WORD
from core.features.brand_tokens import STOP_WORDS, is_plain_name, name_key, token_key

NameKind: TypeAlias = Literal["by", "label", "mention"]

_NAME = r"((?:[A-Z0-9][\w'’.&-]{0,30}|&|of|the|and|de|in)(?: (?:[A-Z][\w'’.&-]{0,30}|&|of|the|and|de|in)){0,4})"
_BY = re.compile(r"\b[Bb][Yy] " + _NAME)
_LABEL = re.compile(r"\b(?:Brand|Brand [Nn]ame|Manufacturer|Manufactured by|Made by|Distributed by) ?[:\-] ?" + _NAME)
# Each way to write a label holds one of these; to look for them first costs a twentieth of the pattern.
_LABEL_WORDS = ("Brand", "Manufactur", "Made by", "Distributed by")
_MAX_TITLE_CHARS = 400


@dataclass(frozen=True)
class NamedBrand:
    """A possible brand that does not open the title.

    Attributes:
        kind: How it was found.
        name: As written.
        key: Its folded words joined.
        in_title: Times that the title names it.
        in_body: Times that bullets and description name it.
    """

    kind: NameKind
    name: str
    key: str
    in_title: int = 0
    in_body: int = 0


def stated_names(title: str, body: str) -> list[NamedBrand]:
    """The names after ``by`` in the title and after a brand label in the text, each once."""
    found: dict[str, NamedBrand] = {}
    kinds: tuple[tuple[NameKind, re.Match[str]], ...] = tuple(
        ("by", match) for match in _BY.finditer(title[:_MAX_TITLE_CHARS])
    )
    body = body[: 2 * MAX_BODY_CHARS]
    label = _LABEL.search(body) if any(word in body for word in _LABEL_WORDS) else None
    for kind, match in (*kinds, *((("label", label),) if label else ())):
        words = match.group(1).split()
        while words and words[-1].lower() in STOP_WORDS:
            words.pop()
        name = " ".join(words).rstrip(".")
        key = name_key(name)
        if key and key not in found and not is_plain_name(name):
            found[key] = NamedBrand(kind, name, key)
    return list(found.values())


Vocabulary: TypeAlias = Mapping[str, Sequence[tuple[tuple[str, ...], str]]]
"""First word key of a known brand to the keys of its further words and its whole key."""


def vocabulary(names: Mapping[str, str]) -> Vocabulary:
    """Index known brands (key to a spelling) by their first word."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for key, name in names.items():
        words = [token_key(word) for word in name.split()]
        if words and words[0]:
            found.setdefault(words[0], []).append((tuple(words[1:]), key))
    return found


def mentioned_names(title: str, body: str, known: Vocabulary, *, skip: frozenset[str]) -> list[NamedBrand]:
    """Known brands that title or body name in capitals; of two that overlap the longer stays.

    Args:
        skip: Keys that are candidates already.
    """
    counts: dict[str, list[int]] = {}
    spelling: dict[str, str] = {}
    for place, text in enumerate((title, body[:MAX_BODY_CHARS])):
        words = WORD.findall(text.replace(" & ", " And "))
        for at, word in enumerate(words):
            if not word[0].isupper() or (place == 0 and at == 0):
                continue
            for tail, full in known.get(token_key(word), ()):
                if full not in skip and tuple(map(token_key, words[at + 1 : at + 1 + len(tail)])) == tail:
                    counts.setdefault(full, [0, 0])[place] += 1
                    spelling[full] = " ".join(words[at : at + 1 + len(tail)]).replace(" And ", " & ").rstrip(".")
    kept: list[str] = []
    for key in sorted(counts, key=lambda one: (-len(one), one)):
        if not any(key in longer for longer in kept):
            kept.append(key)
    return [NamedBrand("mention", spelling[key], key, counts[key][0], counts[key][1]) for key in kept]
