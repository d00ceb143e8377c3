"""The block ``text_stats``: how a product is described, not what is said."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pandas as pd

from core.features.text import has_markup
from core.types import TEXT, BlockInfo

TEXT_STATS_VERSION = 1

_COLUMNS = MappingProxyType(
    {
        "title_chars": "title length, characters",
        "title_words": "title length, words",
        "bullets_chars": "all bullet points, characters",
        "bullets_words": "all bullet points, words",
        "n_bullets": "bullet points",
        "bullet_mean_chars": "mean length of a bullet point, characters",
        "description_chars": "description length, characters",
        "description_words": "description length, words",
        "text_chars": "whole catalogue text as given, characters",
        "log_text_chars": "natural log of 1 + text_chars",
        "title_digits_share": "digits in the title, share of its characters",
        "title_capitals_share": "capitals in the title, share of its letters",
        "title_upper_words": "words of the title in capitals throughout, at least two letters",
        "title_word_mean_chars": "mean word length in the title, characters",
        "title_commas": "commas in the title",
        "title_separators": "dashes, bars and brackets in the title",
        "n_exclamations": "exclamation marks in the whole text",
        "non_ascii_share": "characters beyond ASCII, share of the whole text",
        "n_emoji": "emoji and pictographs in the whole text",
        "has_html": "1 when the text holds HTML tags or entities",
        "has_description": "1 when there is a description",
    }
)

TEXT_STATS_INFO = BlockInfo(
    name="text_stats",
    title="Text statistics",
    meaning="How long and in what manner the product is described: words, bullets, capitals, digits, emoji, HTML",
    columns=_COLUMNS,
)

_EMOJI = "[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"


def text_stats_frame(parsed: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """The block's columns, float64.

    Args:
        parsed: Frame of :func:`core.features.parse.parsed_catalog`.
        items: The catalogue's rows, in the same order, for the text as given.
    """
    title, bullets, text = parsed["title"], parsed["bullets"], items[TEXT].fillna("").astype("str")
    letters = title.str.count("[A-Za-z]")
    columns = {
        **_lengths(parsed),
        "text_chars": text.str.len(),
        "log_text_chars": np.log1p(text.str.len()),
        "title_digits_share": _share(title.str.count("[0-9]"), title.str.len()),
        "title_capitals_share": _share(title.str.count("[A-Z]"), letters),
        "title_upper_words": title.str.count(r"\b[A-Z]{2,}\b"),
        "title_word_mean_chars": _share(letters, _words(title)),
        "title_commas": title.str.count(","),
        "title_separators": title.str.count(r"[\-–—|()\[\]/]"),
        "n_exclamations": text.str.count("!"),
        "non_ascii_share": _share(text.str.count("[^\x00-\x7f]"), text.str.len()),
        "n_emoji": text.str.count(_EMOJI),
        "has_html": [has_markup(one) for one in text.tolist()],
    }
    columns["n_bullets"] = parsed["n_bullets"]
    columns["bullet_mean_chars"] = _share(bullets.str.len(), parsed["n_bullets"])
    columns["has_description"] = parsed["description"].str.len() > 0
    frame = pd.DataFrame({name: np.asarray(values, dtype=np.float64) for name, values in columns.items()})
    return frame[list(_COLUMNS)].set_axis(parsed.index, axis=0)


def _lengths(parsed: pd.DataFrame) -> dict[str, pd.Series]:
    lengths = {}
    for part in ("title", "bullets", "description"):
        lengths[f"{part}_chars"] = parsed[part].str.len()
        lengths[f"{part}_words"] = _words(parsed[part])
    return lengths


def _words(texts: pd.Series) -> pd.Series:
    """Words of cleaned text: single blanks between them."""
    return texts.str.count(r"\S+")


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part / whole.where(whole > 0)
