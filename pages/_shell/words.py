"""How numbers are written on every page: money, SMAPE, changes, counts, durations."""

from __future__ import annotations

import math
import re

MINUS = "−"
MISSING = "–"
_MINUTE_S = 60
_MARKUP = re.compile(r"([\\`*_{}\[\]#$~<>|:])")


def money(price: float) -> str:
    """``$12.34``."""
    return MISSING if not math.isfinite(price) else f"${price:,.2f}"


def smape(smape_pct: float | None) -> str:
    """``53.91 %``."""
    return MISSING if smape_pct is None or not math.isfinite(smape_pct) else f"{smape_pct:.2f} %"


def interval(low_pct: float, high_pct: float, level: float) -> str:
    """``52.40 to 55.70 at 90 %``; short, because it stands below a headline number."""
    return f"{low_pct:.2f} to {high_pct:.2f} at {100 * level:.0f} %"


def delta(change: float, digits: int = 2) -> str:
    """A change with its sign: ``+0.31`` or ``−1.20``."""
    if not math.isfinite(change):
        return MISSING
    text = f"{abs(change):,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        return f"±{text}"
    return f"+{text}" if change > 0 else f"{MINUS}{text}"


def percent(share_pct: float | None, digits: int = 1) -> str:
    """A share, ``28.1 %``."""
    return MISSING if share_pct is None or not math.isfinite(share_pct) else f"{share_pct:.{digits}f} %"


def rows(count: int, noun: str = "row") -> str:
    """``6,480 rows``, ``1 row``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def seconds(duration_s: float) -> str:
    """``12.3 s``, ``2 min 05 s``."""
    if duration_s < _MINUTE_S:
        return f"{duration_s:.1f} s"
    minutes, rest = divmod(round(duration_s), _MINUTE_S)
    return f"{minutes} min {rest:02d} s"


def plain(name: str) -> str:
    """A short name of the program's own, such as ``ids_once``, as words."""
    return name.replace("_", " ")


def escaped(text: str) -> str:
    """Text from a file or a message, so that Markdown shows it as it is."""
    return _MARKUP.sub(r"\\\1", text)
