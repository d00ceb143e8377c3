"""Where in a product's text its quality claims and its category stand."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

from core.features.parse import ParsedText, Part
from core.features.quality import CLAIMS, NEGATED, claim_regex
from core.features.spans import Span
from core.features.taxonomy import WORDS

MAX_PART_CHARS = 20_000
_ORDER = {"title": 0, "bullet": 1, "description": 2}
_WORD = re.compile(r"[a-zñéáíóúü]+")
_LONGEST_RUN = 3


def claim_spans(parsed: ParsedText, claims: Sequence[str]) -> list[Span]:
    """The first place of each claim, title before bullets before description; denied ones are passed over.

    Args:
        claims: Names as in the block ``quality`` without their ``q_``.
    """
    texts = [(part.start, _without_denied(_raw(parsed, part))) for part in _parts(parsed, "description")]
    found = []
    for claim in claims:
        places = ((start, match) for start, text in texts for match in _claim(claim).finditer(text))
        start, match = next(places, (0, None))
        if match is not None:
            found.append(Span(start + match.start(), start + match.end(), "quality"))
    return found


def category_spans(parsed: ParsedText, sub: str) -> list[Span]:
    """The first place of each word that speaks for a sub-shelf, in title and bullets."""
    found, seen = [], set()
    for part in _parts(parsed, "bullet") if sub else ():
        for start, end, run in _runs(_raw(parsed, part), sub):
            if run not in seen:
                seen.add(run)
                found.append(Span(part.start + start, part.start + end, "category"))
    return found


def beside(first: Sequence[Span], more: Sequence[Span]) -> list[Span]:
    """``first`` and those of ``more`` that overlap none of them."""
    return [*first, *(one for one in more if all(one.end <= other.start or other.end <= one.start for other in first))]


def _parts(parsed: ParsedText, last: str) -> list[Part]:
    """The parts up to a kind in the order of :data:`_ORDER`."""
    chosen = [part for part in parsed.parts if _ORDER.get(part.kind, len(_ORDER)) <= _ORDER[last]]
    return sorted(chosen, key=lambda part: _ORDER[part.kind])


def _raw(parsed: ParsedText, part: Part) -> str:
    return parsed.text[part.start : min(part.end, part.start + MAX_PART_CHARS)]


@functools.cache
def _claim(name: str) -> re.Pattern[str]:
    pattern = next(pattern for claim, _, pattern in CLAIMS if claim == name)
    return re.compile(claim_regex(pattern), re.ASCII)


@functools.cache
def _denied() -> re.Pattern[str]:
    return re.compile(NEGATED, re.ASCII)


def _without_denied(text: str) -> str:
    return _denied().sub(lambda match: "¬" * len(match.group()), text)


def _runs(text: str, sub: str) -> Iterator[tuple[int, int, str]]:
    """Places of the sub-shelf's words; of two that overlap the longer one."""
    # Letter by letter, because some capitals have longer small forms and would move what follows.
    lowered = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    words = [(match.start(), match.end(), match.group()) for match in _WORD.finditer(lowered)]
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST_RUN, len(words) - at), 0, -1):
            run = " ".join(word for _, _, word in words[at : at + length])
            if any(shelf == sub for shelf, _ in WORDS.get(run, ())):
                yield words[at][0], words[at + length - 1][1], run
                at += length - 1
                break
        at += 1
