"""The brand of one text, read as if it stood in the catalogue in place of one of its products.

The other products' counts and first beliefs stay as they are: the replaced text's part is taken out of them and the
new text's put in. So a product's own text reads exactly as in the catalogue, and an edited one in milliseconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.features.brand import MIN_BELIEF, joined_form
from core.features.brand_features import Support, body_evidence
from core.features.brand_index import GAP, BrandIndex
from core.features.brand_model import (
    SURE_BELIEF,
    Beliefs,
    KeyCounts,
    Readings,
    assemble,
    believe,
    best_belief,
    chosen_names,
)
from core.features.brand_names import NamedBrand, mentioned_names, stated_names
from core.features.brand_stats import (
    MAX_LENGTH,
    Openings,
    read_openings,
    smoothed_share,
    title_shares,
    title_words,
    word_uses,
)
from core.features.brand_tokens import title_tokens, token_key
from core.features.brand_weights import FIRST_PASS, SECOND_PASS
from core.types import FloatArray, IntArray


@dataclass(frozen=True)
class OneBrand:
    """A brand as read in one text; ``""``, ``""`` and 0 where it cannot be told."""

    key: str
    name: str
    confidence: float


@dataclass(frozen=True)
class _Text:
    """What one text adds to the catalogue's counts.

    Attributes:
        words: Word keys of the title.
        keys: Word keys of its opening, at most 8.
        openings: Its openings of 1 to 7 words.
        joined: The joined keys of those of 1 to 6.
    """

    title: str
    body: str
    uses: Counter[str]
    lower: Counter[str]
    words: frozenset[str]
    keys: tuple[str, ...]
    openings: tuple[str, ...]
    joined: tuple[str, ...]
    names: tuple[NamedBrand, ...]

    @classmethod
    def of(cls, title: str, body: str) -> _Text:
        uses, lower = word_uses([body])
        keys = tuple(token_key(word) for word in title_tokens(title).words)
        longest = range(1, min(len(keys), MAX_LENGTH + 1) + 1)
        return cls(
            title=title,
            body=body,
            uses=uses,
            lower=lower,
            words=frozenset(title_words(title)),
            keys=keys,
            openings=tuple(GAP.join(keys[:length]) for length in longest),
            joined=tuple("".join(keys[:length]) for length in longest)[:MAX_LENGTH],
            names=tuple(stated_names(title, body)),
        )


_NOTHING = _Text("", "", Counter(), Counter(), frozenset(), (), (), (), ())


@dataclass(frozen=True)
class _Counts:
    """The catalogue's counts with one text exchanged for another."""

    index: BrandIndex
    gone: _Text
    new: _Text
    n_titles: int

    def word(self, key: str) -> FloatArray:
        """Uses, uses in lower case, titles, titles opened; of no word, what the catalogue has for it."""
        plain = np.array(self.index.words.get(key, (0.0,) * 4))
        return plain if key == "" else plain + _of_word(self.new, key) - _of_word(self.gone, key)

    def titles(self, opening: str) -> float:
        plain = self.index.openings.get(opening, (0.0, 0.0))[0]
        return plain + (opening in self.new.openings) - (opening in self.gone.openings)

    def branch(self, length: int) -> float:
        """Different words after the new text's opening of ``length`` words."""
        opening = self.new.openings[length - 1]
        total = self.index.openings.get(opening, (0.0, 0.0))[1]
        if self.gone.openings[length - 1 : length] == (opening,) and length < len(self.gone.openings):
            total -= self.index.openings[self.gone.openings[length]][0] == 1
        if length < len(self.new.openings):
            total += self.titles(self.new.openings[length]) == 1
        return float(total)

    def name(self, keys: Sequence[str]) -> FloatArray:
        """The catalogue's own figures of joined keys, one row each; see :attr:`BrandIndex.names`."""
        return np.array([self.index.names.get(key, (0.0,) * 6) for key in keys]).reshape(-1, 6)


def _of_word(text: _Text, key: str) -> FloatArray:
    return np.array([text.uses[key], text.lower[key], key in text.words, text.keys[:1] == (key,)], dtype=np.float64)


class _Shares(Mapping[str, float]):
    """Lower-case shares of words, looked up as they are asked for."""

    def __init__(self, counts: _Counts) -> None:
        self._counts = counts

    def __getitem__(self, key: str) -> float:
        uses, lower, _, _ = self._counts.word(key)
        if uses <= 0:
            raise KeyError(key)
        return smoothed_share(float(lower), float(uses))

    def __iter__(self) -> Iterator[str]:
        return iter(self._counts.index.words)

    def __len__(self) -> int:
        return len(self._counts.index.words)


@dataclass(frozen=True)
class _Reading:
    """A text's readings and what the first pass believes of them; a mention is believed nothing yet."""

    readings: Readings
    beliefs: Beliefs

    def part(self, keys: Sequence[str]) -> tuple[FloatArray, FloatArray, FloatArray]:
        """What the text adds to each key's statements, belief and readings."""
        mass, rows = Counter[str](), Counter[str]()
        read = self.readings
        ids = [*read.prefix_key.ravel().tolist(), *read.name_key.tolist()]
        believed = [*self.beliefs.prefix.ravel().tolist(), *self.beliefs.named.tolist()]
        for key, belief in zip(ids, believed, strict=True):
            mass[read.keys[key]] += belief
            rows[read.keys[key]] += 1
        stated = Counter(name.key for name in read.names)
        return _along(stated, keys), _along(mass, keys), _along(rows, keys)


def _along(counts: Mapping[str, float], keys: Sequence[str]) -> FloatArray:
    return np.array([counts.get(key, 0.0) for key in keys], dtype=np.float64)


def read_one_brand(index: BrandIndex, title: str, body: str, *, of: tuple[str, str] | None = None) -> OneBrand:
    """The brand of one text.

    Args:
        title: Cleaned title.
        body: Bullets and description, joined by a line break.
        of: Title and body of the product whose place the text takes; None for one product more.

    Returns:
        The key and the spelling that the text itself has.
    """
    new = _Text.of(title, body)
    gone = _NOTHING if of is None else _Text.of(*of)
    n_titles = index.n_titles + (of is None)
    counts = _Counts(index, gone, new, n_titles)
    read = _first_pass(counts)
    before = None if of is None else _first_pass(replace(counts, new=gone))
    support, key_counts = _second(counts, read, before)
    beliefs = believe(read.readings, SECOND_PASS, support, key_counts)
    chosen, name = chosen_names(read.readings, beliefs, min_belief=MIN_BELIEF)[0]
    if not chosen:
        return OneBrand("", "", 0.0)
    key = joined_form(read.readings.keys[chosen], _Brands(index))
    return OneBrand(key, name, float(best_belief(read.readings, beliefs)[0]))


class _Brands:
    """The keys that are some product's brand."""

    def __init__(self, index: BrandIndex) -> None:
        self._index = index

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._index.names.get(key, (0.0,) * 6)[5] > 0


def _first_pass(counts: _Counts) -> _Reading:
    text = counts.new
    shares = _Shares(counts)
    openings = _openings(counts, shares)
    narrow = assemble(openings, body_evidence(openings, [text.body]), [text.names], shares)
    figures = counts.name(narrow.keys)
    stated = figures[:, 0] + _of_names(text, narrow.keys) - _of_names(counts.gone, narrow.keys)
    beliefs = believe(narrow, FIRST_PASS, counts=KeyCounts(stated, _opened(counts, narrow.keys, figures)))
    if best_belief(narrow, beliefs)[0] >= SURE_BELIEF:
        return _Reading(narrow, beliefs)
    skip = frozenset(narrow.keys[key] for key in narrow.prefix_key[0].tolist()) | {name.key for name in text.names}
    mentions = mentioned_names(text.title, text.body, counts.index.known, skip=skip)
    wide = assemble(openings, narrow.body, [[*text.names, *mentions]], shares)
    return _Reading(wide, replace(beliefs, named=np.concatenate([beliefs.named, np.zeros(len(mentions))])))


def _of_names(text: _Text, keys: Sequence[str]) -> FloatArray:
    return _along(Counter(name.key for name in text.names), keys)


def _opened(counts: _Counts, keys: Sequence[str], figures: FloatArray) -> FloatArray:
    """Titles that open with each key; none with key 0."""
    opened = figures[:, 2] + _along(Counter(counts.new.joined), keys) - _along(Counter(counts.gone.joined), keys)
    opened[0] = 0.0
    return opened


def _openings(counts: _Counts, shares: _Shares) -> Openings:
    """The new text's title with the catalogue's counts in place of its own."""
    alone = read_openings([counts.new.title], shares)
    words = np.array([counts.word(key) for key in ("", *counts.new.keys)])
    inner, log_titles = title_shares(words[:, 2], words[:, 3], counts.n_titles)
    # Position of each word in ``words``; absent ones read the entry of no word.
    at = np.where(alone.keys > 0, np.arange(1, alone.keys.shape[1] + 1), 0)
    at = np.minimum(at, len(words) - 1)
    count, branch = np.zeros_like(alone.prefix_count), np.zeros_like(alone.branch)
    for place, opening in enumerate(counts.new.openings):
        count[0, place], branch[0, place] = counts.titles(opening), counts.branch(place + 1)
    # Openings of 7 words are counted, what follows them is not.
    branch[0, MAX_LENGTH:] = 0.0
    return replace(
        alone,
        prefix_count=count,
        branch=branch,
        inner_share=inner[at],
        log_titles=log_titles[at],
        n_titles=counts.n_titles,
    )


def _second(counts: _Counts, read: _Reading, before: _Reading | None) -> tuple[tuple[Support, Support], KeyCounts]:
    """What the other products believed of the text's readings, and the counts of the second pass."""
    keys = read.readings.keys
    figures = counts.name(keys)
    stated, _, rows = read.part(keys)
    zero = np.zeros(len(keys))
    stated_gone, mass_gone, rows_gone = before.part(keys) if before else (zero, zero, zero)
    mass = np.maximum(figures[:, 3] - mass_gone, 0.0)
    mass[0] = 0.0
    others = np.maximum(figures[:, 4] + rows - rows_gone - 1.0, 0.0)
    total = mass[read.readings.prefix_key].sum() + mass[read.readings.name_key].sum()

    def support(key: IntArray) -> Support:
        return Support(mass[key], others[key], (mass[key] + 0.05) / (total + 0.2))

    wide = KeyCounts(figures[:, 1] + stated - stated_gone, _opened(counts, keys, figures))
    return (support(read.readings.prefix_key), support(read.readings.name_key)), wide
