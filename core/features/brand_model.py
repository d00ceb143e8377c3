"""The reading of brands: evidence times weights, twice, the second time with what the other rows believed.

A conditional logit over a product's readings (McFadden 1974): each reading's score is a weighted sum of its
evidence, and belief is the softmax over the product's readings. The weights stand in ``brand_weights``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.features.brand_features import (
    BodyEvidence,
    Feature,
    Support,
    body_evidence,
    group_ids,
    named_features,
    prefix_features,
    support_features,
    unknown_features,
)
from core.features.brand_names import NamedBrand, mentioned_names, stated_names, vocabulary
from core.features.brand_stats import MAX_LENGTH, Openings, lower_shares, read_openings, smoothed_share
from core.features.brand_tokens import token_key
from core.types import BoolArray, FloatArray, IntArray

# A product whose best reading is believed less than this is searched for brands known from other products.
SURE_BELIEF = 0.8
# A name is known when other products believe it this much in sum and on average.
KNOWN_MASS = 1.5
KNOWN_MEAN = 0.4
# One common word is no name to search texts for.
KNOWN_PLAIN = 0.15
# An opening of plain words alone ("Black Tea") names nobody unless more titles than this, and more than this share
# of them all, open with it.
MAX_PLAIN_TITLES = 3
MAX_PLAIN_SHARE = 3e-4


@dataclass(frozen=True)
class Readings:
    """All readings of N products.

    Attributes:
        openings: The titles' first words and their counts.
        body: How the products' own texts repeat them.
        prefix_key: Key id of each opening, (N, 6); 0 when the title is shorter.
        names: M names found elsewhere.
        name_row: The product of each.
        name_key: The key id of each.
        keys: Key by id; id 0 is ``""``.
        lower_share: Lower-case share by word key.
    """

    openings: Openings
    body: BodyEvidence
    prefix_key: IntArray
    names: list[NamedBrand]
    name_row: IntArray
    name_key: IntArray
    keys: list[str]
    lower_share: Mapping[str, float]


@dataclass(frozen=True)
class Beliefs:
    """Softmax over each product's readings: openings (N, 6), names (M,), unknown (N,)."""

    prefix: FloatArray
    named: FloatArray
    unknown: FloatArray


def find_readings(titles: Sequence[str], bodies: Sequence[str]) -> Readings:
    """The openings and the stated names of every product."""
    shares = lower_shares(bodies)
    openings = read_openings(titles, shares)
    stated = [stated_names(title, body) for title, body in zip(titles, bodies, strict=True)]
    return assemble(openings, body_evidence(openings, bodies), stated, shares)


def assemble(
    openings: Openings, body: BodyEvidence, names: Sequence[Sequence[NamedBrand]], shares: Mapping[str, float]
) -> Readings:
    """Readings from the titles' openings, what the bodies repeat of them, and each product's names found elsewhere."""
    flat = [name for row in names for name in row]
    ids, keys = group_ids(_prefix_keys(openings) + [name.key for name in flat])
    n_prefix = int(openings.prefix.max(initial=0)) + 1
    return Readings(
        openings=openings,
        body=body,
        prefix_key=ids[:n_prefix][openings.prefix[:, :MAX_LENGTH]],
        names=flat,
        name_row=np.repeat(np.arange(len(names)), [len(row) for row in names]),
        name_key=ids[n_prefix:],
        keys=keys,
        lower_share=shares,
    )


def _prefix_keys(openings: Openings) -> list[str]:
    """The joined key of each opening, by opening id."""
    keys = [""] * (int(openings.prefix.max(initial=0)) + 1)
    for length in range(MAX_LENGTH):
        ids, rows = np.unique(openings.prefix[:, length], return_index=True)
        shorter = openings.prefix[rows, length - 1] if length else np.zeros_like(ids)
        for prefix, row, stem in zip(ids.tolist(), rows.tolist(), shorter.tolist(), strict=True):
            if prefix:
                keys[prefix] = keys[stem] + token_key(openings.tokens[row].words[length])
    return keys


@dataclass(frozen=True)
class KeyCounts:
    """By key id: products that state the name, titles that open with it."""

    stated: FloatArray
    openings: FloatArray


def key_counts(readings: Readings) -> KeyCounts:
    """How often each key is stated and opens a title among these readings."""
    n_keys = len(readings.keys)
    stated = np.bincount(readings.name_key, minlength=n_keys).astype(np.float64)
    openings = np.bincount(readings.prefix_key.ravel(), minlength=n_keys).astype(np.float64)
    openings[0] = 0.0
    return KeyCounts(stated, openings)


def evidence(
    readings: Readings, counts: KeyCounts | None = None
) -> tuple[Iterable[Feature], Iterable[Feature], Iterable[Feature]]:
    """First-pass features of the openings, of the names and of "unknown".

    Args:
        counts: How often the whole catalogue has each key; counted among these readings when None.
    """
    counts = counts or key_counts(readings)
    is_stated = (counts.stated > 0)[readings.prefix_key] & (readings.prefix_key > 0)
    plain = np.array([_plain(name.name, readings.lower_share) for name in readings.names], dtype=np.float64)
    stated, openings = counts.stated[readings.name_key], counts.openings[readings.name_key]
    return (
        prefix_features(readings.openings, readings.body, is_stated),
        named_features(readings.names, plain, stated, openings),
        unknown_features(readings.openings),
    )


def _plain(name: str, shares: Mapping[str, float]) -> float:
    return float(np.mean([shares.get(token_key(word), smoothed_share(0, 0)) for word in name.split()]))


def believe(
    readings: Readings,
    weights: Mapping[str, float],
    support: tuple[Support, Support] | None = None,
    counts: KeyCounts | None = None,
) -> Beliefs:
    """Score every reading and normalise within each product; ``counts`` as for :func:`evidence`."""
    openings, names, unknown = evidence(readings, counts)
    prefix_score = _score(openings, weights, readings.prefix_key.shape)
    named_score = _score(names, weights, readings.name_key.shape)
    unknown_score = _score(unknown, weights, (len(readings.prefix_key),))
    if support:
        prefix_score += _score(support_features(support[0], "opening"), weights, prefix_score.shape)
        named_score += _score(support_features(support[1], "named"), weights, named_score.shape)
    prefix_score[(readings.prefix_key == 0) | _refused(readings.openings)] = -np.inf
    return _softmax(prefix_score, named_score, unknown_score, readings.name_row)


def _refused(openings: Openings) -> BoolArray:
    """True for openings of plain words alone: one such word, or several that are too rare to be a name, (N, 6)."""
    plain = np.minimum.accumulate(openings.flags["generic"][:, :MAX_LENGTH], axis=1) > 0
    rare = openings.prefix_count[:, :MAX_LENGTH] <= max(MAX_PLAIN_TITLES, MAX_PLAIN_SHARE * openings.n_titles)
    refused: BoolArray = plain & rare
    refused[:, 0] |= openings.flags["opening"][:, 0] > 0
    return refused


def _score(features: Iterable[Feature], weights: Mapping[str, float], shape: tuple[int, ...]) -> FloatArray:
    total = np.zeros(shape)
    for name, values in features:
        total += weights.get(name, 0.0) * values
    return total


def _softmax(prefix: FloatArray, named: FloatArray, unknown: FloatArray, row: IntArray) -> Beliefs:
    top = np.maximum(prefix.max(axis=1, initial=-np.inf), unknown)
    np.maximum.at(top, row, named)
    prefix, named, unknown = np.exp(prefix - top[:, None]), np.exp(named - top[row]), np.exp(unknown - top)
    total = prefix.sum(axis=1) + unknown
    np.add.at(total, row, named)
    return Beliefs(prefix / total[:, None], named / total[row], unknown / total)


def support_of(readings: Readings, beliefs: Beliefs) -> tuple[Support, Support]:
    """What the other rows believe of each opening and of each name; a row never supports itself."""
    n_keys = len(readings.keys)
    key = np.concatenate([readings.prefix_key.ravel(), readings.name_key])
    belief = np.concatenate([beliefs.prefix.ravel(), beliefs.named])
    row = np.concatenate([np.repeat(np.arange(len(readings.prefix_key)), MAX_LENGTH), readings.name_row])
    belief = np.where(key > 0, belief, 0.0)
    mass, rows = np.bincount(key, belief, n_keys), np.bincount(key, minlength=n_keys).astype(np.float64)
    # Within a row no key repeats but for names that are also openings; those add up to the row's own belief.
    pair, inverse = np.unique(row * n_keys + key, return_inverse=True)
    own = np.bincount(inverse.ravel(), belief, len(pair))[inverse.ravel()]
    others = np.where(key > 0, np.maximum(mass[key] - own, 0.0), 0.0)
    total = np.bincount(row, others, len(readings.prefix_key))
    share = (others + 0.05) / (total[row] + 0.2)
    found = [others, np.maximum(rows[key] - 1.0, 0.0), share]
    cut, shape = readings.prefix_key.size, readings.prefix_key.shape
    return Support(*(one[:cut].reshape(shape) for one in found)), Support(*(one[cut:] for one in found))


def with_mentions(readings: Readings, beliefs: Beliefs, titles: Sequence[str], bodies: Sequence[str]) -> Readings:
    """The readings with the known brands that the unsure products' texts mention."""
    known = vocabulary(known_names(readings, beliefs))
    names: list[list[NamedBrand]] = [[] for _ in titles]
    for row, name in zip(readings.name_row.tolist(), readings.names, strict=True):
        names[row].append(name)
    for row in np.flatnonzero(best_belief(readings, beliefs) < SURE_BELIEF).tolist():
        skip = frozenset(readings.keys[key] for key in readings.prefix_key[row].tolist())
        skip |= {name.key for name in names[row]}
        names[row] += mentioned_names(titles[row], bodies[row], known, skip=skip)
    return assemble(readings.openings, readings.body, names, readings.lower_share)


def best_belief(readings: Readings, beliefs: Beliefs) -> FloatArray:
    """The belief in each product's best reading, (N,)."""
    best: FloatArray = beliefs.prefix.max(axis=1, initial=0.0)
    np.maximum.at(best, readings.name_row, beliefs.named)
    return best


def known_names(readings: Readings, beliefs: Beliefs) -> dict[str, str]:
    """Keys that products agree on, with their commonest spelling."""
    prefix_key, n_keys = readings.prefix_key, len(readings.keys)
    key = np.concatenate([prefix_key.ravel(), readings.name_key])
    mass = np.bincount(key, np.concatenate([beliefs.prefix.ravel(), beliefs.named]), n_keys)
    rows = np.maximum(np.bincount(key, minlength=n_keys), 1)
    agreed = (mass >= KNOWN_MASS) & (mass / rows >= KNOWN_MEAN)
    spellings: dict[int, Counter[str]] = {}
    for chosen, name in chosen_names(readings, beliefs, min_belief=0.5):
        if agreed[chosen]:
            spellings.setdefault(chosen, Counter())[name] += 1
    names = {readings.keys[chosen]: counts.most_common(1)[0][0] for chosen, counts in spellings.items()}
    return {key: name for key, name in names.items() if _is_name(name, readings.lower_share)}


def _is_name(name: str, shares: Mapping[str, float]) -> bool:
    words = name.split()
    if len(words) > 1:
        return True
    return len(words[0]) >= 3 and shares.get(token_key(words[0]), smoothed_share(0, 0)) < KNOWN_PLAIN


def chosen_names(readings: Readings, beliefs: Beliefs, *, min_belief: float) -> list[tuple[int, str]]:
    """Each product's best reading as key id and spelling; ``(0, "")`` when none is believed enough."""
    n = len(readings.prefix_key)
    length = beliefs.prefix.argmax(axis=1) if n else np.zeros(0, dtype=np.int64)
    best = beliefs.prefix[np.arange(n), length]
    chosen = [
        (int(readings.prefix_key[row, length[row]]), readings.openings.words(row, int(length[row]) + 1))
        if best[row] >= min_belief
        else (0, "")
        for row in range(n)
    ]
    for at, row in enumerate(readings.name_row.tolist()):
        if beliefs.named[at] > best[row] and beliefs.named[at] >= min_belief:
            best[row] = beliefs.named[at]
            chosen[row] = (int(readings.name_key[at]), readings.names[at].name)
    return chosen


def second_pass(
    readings: Readings, titles: Sequence[str], bodies: Sequence[str], first: Mapping[str, float]
) -> tuple[Readings, tuple[Support, Support]]:
    """Readings with mentions added, and what the first pass believed of them."""
    beliefs = believe(readings, first)
    wider = with_mentions(readings, beliefs, titles, bodies)
    return wider, support_of(wider, carried(beliefs, wider))


def carried(beliefs: Beliefs, wider: Readings) -> Beliefs:
    """First-pass beliefs for the wider list of names; a mention had none."""
    named = np.zeros(len(wider.names))
    named[[name.kind != "mention" for name in wider.names]] = beliefs.named
    return replace(beliefs, named=named)
