"""Cleaning of catalogue text: mojibake, HTML, entities, invisible characters, whitespace.

Most texts are plain ASCII without a tag or an entity; those take the short way. Every pattern here is a single
pass without nested repetition, so that a megabyte of hostile text costs what a megabyte of prose costs.
"""

from __future__ import annotations

import html
import re
import unicodedata

# What UTF-8 read as Latin-1 or Windows-1252 leaves behind. ftfy costs about a millisecond a text, so that only
# the few texts with such a pair are given to it.
_MOJIBAKE = re.compile(
    "[ÃÂÐâãï][\u0080-\u00bf\u20ac\u2013-\u203a\u0152\u0153\u0160-\u017e\u02c6\u02dc\u2122\u2020\u2021]"
)
_MOJIBAKE_MAX_CHARS = 200_000
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe0e\ufe0f\ufeff]"
)
# Line breaks and tabs are no control characters here; a lone surrogate cannot be written as UTF-8.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>|<!--")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")


def has_markup(text: str) -> bool:
    """True when the text holds an HTML tag or an entity."""
    return bool(("<" in text and _TAG.search(text)) or ("&" in text and _ENTITY.search(text)))


def clean_text(text: str) -> str:
    """One line of readable text: repaired, without tags and invisible characters, single spaces.

    Args:
        text: Anything, lone surrogates and control characters included.
    """
    if not text.isascii():
        text = _repair(text)
    if "&" in text:
        text = _ENTITY.sub(_unescape, text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    if not text.isprintable():
        text = _INVISIBLE.sub("", _CONTROL.sub("", text))
    return " ".join(text.split())


def _repair(text: str) -> str:
    text = _INVISIBLE.sub("", text)
    if len(text) <= _MOJIBAKE_MAX_CHARS and _MOJIBAKE.search(text):
        import ftfy

        text = ftfy.fix_encoding(text)
    return text


def _unescape(match: re.Match[str]) -> str:
    return html.unescape(match.group())


# Cyrillic and Greek letters that pass for Latin ones; listings use them to dodge word filters.
_LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјкморстухΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABESIJKMHOPCTYXaesijkmopctyxABEZHIKMNOPTYXo"
)
_POSSESSIVE = re.compile(r"'s\b")
_NOT_ALNUM = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Letters and digits alone, lower case, accents and possessives dropped: ``"R.ao's"`` gives ``"rao"``.

    The comparison key for brand spellings; what has no letter or digit folds to ``""``.
    """
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", text.translate(_LOOKALIKES).replace("’", "'"))
        text = "".join(char for char in plain if not unicodedata.combining(char))
    text = _POSSESSIVE.sub("", text.casefold().replace("`", "'"))
    return _NOT_ALNUM.sub("", text.replace("&", "and"))
