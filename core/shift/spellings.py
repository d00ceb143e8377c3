"""Brands whose names are spelled alike, for the user to say which are one.

Spelling is compared on the folded key, where case, accents, punctuation and possessives are gone already (``R.ao's``
is ``rao``), with digits that pass for letters read as those. Likeness is the share of letters that stay in place by
optimal string alignment (Levenshtein's edits and swapped neighbours); a name that begins another word by word is
:data:`BEGINS_PCT` alike whatever follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, combinations

import numpy as np
import pandas as pd

from core.errors import InputError
from core.features import name_key
from core.types import FloatArray

BEGINS_PCT = 85.0
"""An outlet, a line or a legal form often follows the same name, and now and then it is another maker."""
LEAST_LIKE_PCT = 60.0
MIN_LETTERS = 6
"""Shorter names one letter apart are mostly other names (Dole and Dale)."""
TWO_EDITS_LETTERS = 10
"""Two edits in a shorter name make another name."""
BEGINS_LETTERS = 8
"""A shorter name begins too many others by chance."""
MAX_GROUP = 40

_ARTICLES = frozenset(("the", "a", "an", "la", "le", "el", "il"))
_LOOKALIKES = str.maketrans("01358", "olesb")


def nearest_brands(table: pd.DataFrame, key: str, *, limit: int = 12) -> pd.DataFrame:
    """The brands nearest to one by spelling.

    Args:
        table: :attr:`core.shift.Overlap.table` of the brands.
        key: The brand's key, one of the table's.
        limit: At most so many.

    Returns:
        Index: the key. Columns ``label``, ``like_pct`` (0 to 100), ``how`` (in words), ``train_rows``, ``test_rows``,
        ``median_price`` (train, US dollars). Nearest first, of equals those with more rows.

    Raises:
        InputError: The table has no such brand.
    """
    if key not in table.index:
        raise InputError(f"no product has the brand {key!r}.", "Choose a brand of the table.")
    keys = [str(other) for other in table.index]
    like = _likeness_pct(key, keys)
    label = str(table["label"].loc[key])
    begun = set(_beginnings(label))
    for row, other in enumerate(keys):
        if other in begun or (other.startswith(key) and key in _beginnings(str(table["label"].iloc[row]))):
            like[row] = max(like[row], BEGINS_PCT)
    found = table.assign(like_pct=like)
    found = found[(found.index != key) & (found["like_pct"] >= LEAST_LIKE_PCT)]
    rows = found["train_rows"] + found["test_rows"]
    found = found.assign(rows=rows).sort_values(["like_pct", "rows"], ascending=False, kind="stable").head(limit)
    how = [_how(key, str(other)) for other in found.index]
    columns = ["label", "like_pct", "how", "train_rows", "test_rows", "median_price"]
    return found.assign(how=pd.array(how, dtype="str"))[columns]


def suggested_merges(table: pd.DataFrame, *, limit: int = 200) -> pd.DataFrame:
    """Pairs of brands so near in spelling that they may be one, over the whole catalogue.

    The same but for digits that pass for letters or a leading article; one edit apart in names of
    :data:`MIN_LETTERS` letters, or one letter in another place in names of :data:`TWO_EDITS_LETTERS`, the first letter
    being the same, for misspellings seldom start there; or one name begins the other word by word and has
    :data:`BEGINS_LETTERS` letters. At least one of the two is in train, and the one with fewer train rows is to go
    into the other.

    Returns:
        Columns ``of`` and ``to`` (keys), ``of_label``, ``to_label``, ``how``, ``of_train_rows``, ``of_test_rows``,
        ``of_median_price`` and the same of ``to``. Most test rows of the brand that goes first.
    """
    counts = {str(key): (int(train), int(test)) for key, train, test in table[["train_rows", "test_rows"]].itertuples()}
    labels = dict(zip(counts, table["label"].astype(str).tolist(), strict=True))
    pairs = []
    for one, two in sorted({*_near_pairs(list(counts)), *_begun_pairs(labels), *_article_pairs(labels)}):
        of, to = sorted((one, two), key=lambda key: (counts[key], key))
        if counts[to][0]:
            pairs.append((of, to))
    pairs.sort(key=lambda pair: (-counts[pair[0]][1], -counts[pair[1]][1], -counts[pair[1]][0], pair))
    return _pair_table(table, pairs[:limit])


def _pair_table(table: pd.DataFrame, pairs: Sequence[tuple[str, str]]) -> pd.DataFrame:
    sides = {"of": [of for of, _ in pairs], "to": [to for _, to in pairs]}
    columns: dict[str, object] = {side: pd.array(keys, dtype="str") for side, keys in sides.items()}
    columns["how"] = pd.array([_how(of, to) for of, to in pairs], dtype="str")
    for side, keys in sides.items():
        rows = table.loc[keys, ["label", "train_rows", "test_rows", "median_price"]]
        columns |= {f"{side}_{name}": rows[name].to_numpy() for name in rows.columns}
    return pd.DataFrame(columns)


def _skeleton(key: str) -> str:
    return key.translate(_LOOKALIKES)


def _likeness_pct(key: str, others: Sequence[str]) -> FloatArray:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    shapes = [_skeleton(other) for other in others]
    found = process.cdist([_skeleton(key)], shapes, scorer=OSA.normalized_similarity, dtype=np.float64, workers=1)
    like: FloatArray = 100.0 * found[0]
    return like


def _beginnings(label: str) -> list[str]:
    """Keys of a name's first words, but for the whole name."""
    return list(accumulate(map(name_key, label.split())))[:-1]


def _near_pairs(keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs a slip of the pen apart: names that meet when up to one letter is left out of each are looked at.

    Source of the method: the deletion neighbourhoods of Mor and Fraenkel (1982).
    """
    groups: dict[str, list[str]] = {}
    for key in keys:
        shape = _skeleton(key)
        for variant in {shape, *(shape[:at] + shape[at + 1 :] for at in range(len(shape)))}:
            groups.setdefault(variant, []).append(key)
    for group in groups.values():
        if len(group) <= MAX_GROUP:
            yield from (pair for pair in combinations(sorted(group), 2) if _is_slip(*map(_skeleton, pair)))


def _is_slip(one: str, two: str) -> bool:
    from rapidfuzz.distance import OSA

    if one == two:
        return True
    letters = min(len(one), len(two))
    edits = 2 if letters >= TWO_EDITS_LETTERS else 1
    return letters >= MIN_LETTERS and one[0] == two[0] and OSA.distance(one, two, score_cutoff=edits) <= edits


def _begun_pairs(labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, label in labels.items():
        for begun in _beginnings(label):
            if len(begun) >= BEGINS_LETTERS and begun in labels and begun != key:
                yield min(key, begun), max(key, begun)


def _article_pairs(labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, label in labels.items():
        first, _, rest = label.partition(" ")
        bare = "".join(map(name_key, rest.split()))
        if first.casefold() in _ARTICLES and bare in labels and bare != key:
            yield min(key, bare), max(key, bare)


def _how(one: str, two: str) -> str:
    """In words, how two spellings differ."""
    from rapidfuzz.distance import OSA

    shapes = _skeleton(one), _skeleton(two)
    edits = OSA.distance(*shapes)
    if edits == 0:
        return "digits for letters"
    if any(one == article + two or two == article + one for article in _ARTICLES):
        return "with and without an article"
    if edits > 2 and (one.startswith(two) or two.startswith(one)):
        return "one name begins the other"
    if edits == 1 and sorted(shapes[0]) == sorted(shapes[1]):
        return "two letters swapped"
    return "one letter apart" if edits == 1 else f"{edits} letters apart"
