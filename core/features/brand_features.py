"""The evidence for each reading of a brand as named numbers, one array a feature, computed as they are asked for.

A product's readings are its title's first 1 to 6 words, names found elsewhere, and "unknown". Evidence is bounded,
so that a catalogue fifteen times as large does not shout fifteen times as loud.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from core.features.brand_names import NamedBrand
from core.features.brand_stats import MAX_BODY_CHARS, MAX_LENGTH, Openings
from core.types import BoolArray, FloatArray, IntArray

Feature: TypeAlias = tuple[str, FloatArray]

MAX_LOG = 4.0


@dataclass(frozen=True)
class BodyEvidence:
    """How often a product's own bullets and description repeat its title's opening.

    Attributes:
        times: For openings of 1 to 7 words, case ignored, (N, 7).
        lower: True when an opening of 1 to 6 words stands there in lower case, (N, 6).
    """

    times: FloatArray
    lower: BoolArray


def body_evidence(openings: Openings, bodies: Sequence[str]) -> BodyEvidence:
    """Count each opening in its own body."""
    n = len(bodies)
    times, lower = np.zeros((n, MAX_LENGTH + 1)), np.zeros((n, MAX_LENGTH), dtype=np.bool_)
    for row, body in enumerate(bodies):
        body = body[:MAX_BODY_CHARS].replace("’", "'")
        folded, phrase = body.lower(), ""
        for length, word in enumerate(openings.tokens[row].words[: MAX_LENGTH + 1]):
            phrase = f"{phrase} {word}" if phrase else word
            plain = phrase.lower().replace("’", "'")
            times[row, length] = folded.count(plain)
            if not times[row, length]:
                break
            if length < MAX_LENGTH:
                lower[row, length] = plain in body
    return BodyEvidence(times, lower)


def _shifted(values: FloatArray, missing: float, absent: BoolArray) -> FloatArray:
    """The next word's value beside each word, ``missing`` where the title ends."""
    following = np.where(absent[:, 1:], missing, values[:, 1:])
    return following[:, :MAX_LENGTH]


def prefix_features(openings: Openings, body: BodyEvidence, stated: BoolArray) -> Iterator[Feature]:
    """Evidence for each opening of 1 to 6 words, (N, 6) each.

    Args:
        stated: True where some product of the catalogue states that very name (``by X``), (N, 6).
    """
    yield from _count_features(openings)
    yield from _word_features(openings)
    yield from _flag_features(openings)
    times, following = body.times[:, :MAX_LENGTH], body.times[:, 1 : MAX_LENGTH + 1]
    yield "in_body", (times > 0).astype(np.float64)
    yield "log_in_body", np.log1p(times)
    yield "body_stops", (times - following) / (times + 0.5)
    yield "body_goes_on", following / (times + 0.5)
    yield "lower_in_body", body.lower.astype(np.float64)
    yield "stated", stated.astype(np.float64)


def _count_features(openings: Openings) -> Iterator[Feature]:
    count = openings.prefix_count[:, :MAX_LENGTH]
    longer = openings.prefix_count[:, 1 : MAX_LENGTH + 1]
    shorter = np.hstack([np.zeros((len(count), 1)), count[:, :-1]])
    absent = openings.keys == 0
    ends = absent[:, 1 : MAX_LENGTH + 1]
    log_count = np.minimum(np.log(np.maximum(count, 1.0)), MAX_LOG)
    log_shorter = np.minimum(np.log(np.maximum(shorter, 1.0)), MAX_LOG)
    # The product itself is left out: a title seen once says nothing about how it goes on elsewhere.
    goes_on = np.where(ends, 0.4, (longer - 1 + 0.2) / (np.maximum(count, 1) - 1 + 0.5))
    kept = np.where(shorter == 0, 0.4, (count - 1 + 0.2) / (np.maximum(shorter, 1) - 1 + 0.5))
    first = np.zeros_like(count)
    first[:, 0] = 1.0
    for length in range(MAX_LENGTH):
        column = np.zeros_like(count)
        column[:, length] = 1.0
        yield f"words_{length + 1}", column
    yield "log_count", log_count
    yield "log_count_one_word", log_count * first
    yield "log_branch", np.minimum(np.log(np.maximum(openings.branch[:, :MAX_LENGTH], 1.0)), MAX_LOG)
    yield "goes_on", goes_on
    yield "goes_on_sure", goes_on * np.minimum(log_count, 3.0)
    yield "kept", kept
    yield "kept_sure", kept * np.minimum(log_shorter, 3.0) * (1.0 - first)
    yield "whole_title", ends.astype(np.float64)


def _word_features(openings: Openings) -> Iterator[Feature]:
    absent = openings.keys == 0
    plain, inner, titles = openings.lower_share, openings.inner_share, openings.log_titles
    last, several = plain[:, :MAX_LENGTH], np.arange(MAX_LENGTH) > 0
    yield "plain_first", np.repeat(plain[:, :1], MAX_LENGTH, axis=1)
    yield "plain_last", last
    yield "plain_last_several", last * several
    yield "plain_mean", np.cumsum(last, axis=1) / np.arange(1, MAX_LENGTH + 1)
    yield "plain_least", np.minimum.accumulate(last, axis=1)
    yield "plain_next", _shifted(plain, 0.8, absent)
    yield "titles_last", titles[:, :MAX_LENGTH]
    yield "titles_least", np.minimum.accumulate(titles[:, :MAX_LENGTH], axis=1)
    yield "inner_first", np.repeat(inner[:, :1], MAX_LENGTH, axis=1)
    yield "inner_last_several", inner[:, :MAX_LENGTH] * several


def _flag_features(openings: Openings) -> Iterator[Feature]:
    flags, bounds = openings.flags, openings.bounds[:, :MAX_LENGTH]
    absent = openings.keys == 0
    ends = (bounds >= 1).astype(np.float64)
    several = np.arange(MAX_LENGTH) > 0
    capitals = np.minimum.accumulate(flags["upper"][:, :MAX_LENGTH], axis=1)
    generic = np.minimum.accumulate(flags["generic"][:, :MAX_LENGTH], axis=1)
    yield "generic_only", generic
    yield "generic_last", flags["generic"][:, :MAX_LENGTH]
    yield "generic_next", _shifted(flags["generic"], 1.0, absent)
    yield "trade_mark", (bounds >= 2).astype(np.float64)
    yield "bounds_crossed", np.cumsum(ends, axis=1) - ends
    yield "capitals_end", capitals * (1.0 - _shifted(flags["upper"], 1.0, absent))
    for name in ("possessive", "stop", "digit", "lower", "camel", "dot", "short"):
        yield name, flags[name][:, :MAX_LENGTH]
    yield "suffix", flags["suffix"][:, :MAX_LENGTH] * several
    for name in ("possessive", "stop", "digit", "suffix", "joiner"):
        yield f"next_{name}", _shifted(flags[name], 0.0, absent)
    yield "starts_with_the", np.repeat(flags["article"][:, :1], MAX_LENGTH, axis=1)


def named_features(
    names: Sequence[NamedBrand], plain: FloatArray, titles: FloatArray, openings: FloatArray
) -> Iterator[Feature]:
    """Evidence for each of M names found elsewhere, (M,) each.

    Args:
        plain: Mean lower-case share of the name's words.
        titles: Products that state the name.
        openings: Titles that open with the name.
    """
    for kind in ("by", "label", "mention"):
        yield f"is_{kind}", np.array([name.kind == kind for name in names], dtype=np.float64)
    mention = np.array([name.kind == "mention" for name in names], dtype=np.float64)
    yield "named_plain", plain
    yield "named_log_stated", np.minimum(np.log1p(titles), MAX_LOG)
    yield "named_log_openings", np.minimum(np.log1p(openings), MAX_LOG)
    yield "mention_words", mention * np.array([name.name.count(" ") + 1 for name in names], dtype=np.float64)
    yield "mention_in_title", mention * np.array([min(name.in_title, 1) for name in names], dtype=np.float64)
    yield "mention_in_body", mention * np.log1p(np.array([name.in_body for name in names], dtype=np.float64))


def unknown_features(openings: Openings) -> Iterator[Feature]:
    """Evidence that the brand cannot be told, (N,) each."""
    yield "unknown", np.ones(len(openings.keys))
    yield "unknown_plain_first", openings.lower_share[:, 0]
    yield "unknown_plain_second", openings.lower_share[:, 1]
    yield "unknown_generic_first", openings.flags["generic"][:, 0]
    yield "unknown_generic_two", openings.flags["generic"][:, 0] * openings.flags["generic"][:, 1]
    yield "unknown_inner_first", openings.inner_share[:, 0]
    yield "unknown_log_count", np.minimum(np.log1p(openings.prefix_count[:, 0]), MAX_LOG)


@dataclass(frozen=True)
class Support:
    """What the other rows made of the same readings in the first pass.

    Attributes:
        mass: Summed belief of the other rows in each reading's key.
        rows: Other rows that have that reading.
        share: The reading's part in the mass of all the row's readings.
    """

    mass: FloatArray
    rows: FloatArray
    share: FloatArray


def support_features(support: Support, prefix: str) -> Iterator[Feature]:
    """Evidence from the other rows, the shape of ``support.mass``; ``prefix`` tells openings from names."""
    yield f"{prefix}_log_mass", np.minimum(np.log1p(support.mass), MAX_LOG)
    yield f"{prefix}_mean_belief", (support.mass + 0.3) / (support.rows + 1.0)
    yield f"{prefix}_share", support.share
    yield f"{prefix}_alone", (support.mass < 0.3).astype(np.float64)


def group_ids(keys: Sequence[str]) -> tuple[IntArray, list[str]]:
    """Ids from 1 for distinct keys in order of appearance; 0 for ``""``."""
    ids: dict[str, int] = {"": 0}
    out = np.array([ids.setdefault(key, len(ids)) for key in keys], dtype=np.int64)
    return out, list(ids)
