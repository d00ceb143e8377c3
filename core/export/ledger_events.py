"""What the ledger's events say once they are read in their order: the submissions, and the budget."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from core.errors import InputError
from core.types import JsonDict

SMALLEST_PCT = 2.0
"""A leaderboard score below was typed as a share: even the same product sold twice differs more."""
NAME_CHARACTERS, NOTE_CHARACTERS = 120, 2_000
_HOUR_S = 3_600.0


@dataclass(frozen=True)
class Foretold:
    """A forecast with its interval, in percent of SMAPE, made before the score was known.

    Raises:
        InputError: The three are not in order within 0 to 200, or the level is no probability.
    """

    smape_pct: float
    low_pct: float
    high_pct: float
    level: float = 0.9

    def __post_init__(self) -> None:
        if not 0.0 <= self.low_pct <= self.smape_pct <= self.high_pct <= 200.0:
            raise InputError(
                f"a forecast of {self.smape_pct:g} within {self.low_pct:g} to {self.high_pct:g} is none.",
                "Give low, forecast and high in this order, each 0 to 200 percent.",
            )
        if not 0.0 < self.level < 1.0:
            raise InputError(f"the level {self.level:g} is no probability.", "Give one between 0 and 1, e.g. 0.9.")

    @property
    def se_pct(self) -> float:
        """Standard deviation that the interval stands for, in points of SMAPE."""
        from scipy.stats import norm

        return (self.high_pct - self.low_pct) / 2.0 / float(norm.ppf(0.5 + self.level / 2.0))


@dataclass(frozen=True)
class Submission:
    """What is logged of a file beside its bytes.

    Attributes:
        name: What the user calls it.
        members: Member's title to its weight in the blend; empty where that is not known.
        method: How the weights were chosen, e.g. ``"manual"``.
        validation_smape_pct: Nested out-of-fold SMAPE of the blend; None where that is not known.
        elsewhere: True for one made or submitted before this ledger; it takes nothing from the budget.

    Raises:
        InputError: A score that SMAPE cannot have, or a name or note that is too long.
    """

    name: str = ""
    note: str = ""
    members: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    method: str = ""
    validation_smape_pct: float | None = None
    forecast: Foretold | None = None
    elsewhere: bool = False

    def __post_init__(self) -> None:
        check_text("name", self.name, NAME_CHARACTERS)
        check_text("note", self.note, NOTE_CHARACTERS)
        if self.validation_smape_pct is not None:
            check_score("validation", self.validation_smape_pct)

    def to_json(self) -> JsonDict:
        """The fields as JSON values; :func:`submission_of` undoes it."""
        told = None if self.forecast is None else dict(vars(self.forecast))
        return {**vars(self), "members": dict(self.members), "forecast": told}


def submission_of(value: Mapping[str, Any]) -> Submission:
    """Undo :meth:`Submission.to_json`; fields of a later version of the ledger are left out."""
    told = value.get("forecast")
    known = {name: value[name] for name in Submission.__dataclass_fields__ if name in value}
    return Submission(**{**known, "forecast": None if told is None else Foretold(**told)})


@dataclass(frozen=True)
class Score:
    """A leaderboard score, in percent of SMAPE, as somebody typed it in; None took an earlier one back."""

    smape_pct: float | None
    typed: datetime


@dataclass(frozen=True)
class Entry:
    """A submission as the ledger knows it now.

    Attributes:
        number: From 1, in the order in which they were logged.
        entry_id: What later events name it by.
        logged: When, in UTC.
        sha256: Hash of the file's bytes.
        scores: Every score that was typed in for it, the last one holds.
        withdrawn: Logged, but not submitted after all.
    """

    number: int
    entry_id: str
    logged: datetime
    sha256: str
    n_rows: int
    submission: Submission
    scores: tuple[Score, ...] = ()
    withdrawn: bool = False

    @property
    def title(self) -> str:
        """``3 · two families``."""
        return f"{self.number} · {self.submission.name}" if self.submission.name else f"{self.number}"

    @property
    def leaderboard_smape_pct(self) -> float | None:
        """What the leaderboard said; None until somebody typed it in."""
        return self.scores[-1].smape_pct if self.scores else None

    @property
    def error_pct(self) -> float | None:
        """Forecast less leaderboard, in points of SMAPE; None without both. Negative: it came out worse."""
        told, score = self.submission.forecast, self.leaderboard_smape_pct
        return None if told is None or score is None else told.smape_pct - score


@dataclass(frozen=True)
class BudgetSpec:
    """How many submissions are left, as the competition's page says it; None where it does not.

    Attributes:
        per_day: Most on one day; days begin at 00:00 UTC.
        deadline: With its time zone.

    Raises:
        InputError: A negative number, or a deadline without a time zone.
    """

    left_today: int | None = None
    per_day: int | None = None
    left_in_all: int | None = None
    deadline: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("left_today", "per_day", "left_in_all"):
            count = getattr(self, name)
            if count is not None and count < 0:
                raise InputError(f"{name.replace('_', ' ')} is {count}.", "Give 0 or more.")
        if self.deadline is not None and self.deadline.tzinfo is None:
            raise InputError("the deadline has no time zone.", "Give it in UTC.")


@dataclass(frozen=True)
class Budget:
    """What is left at a moment; None where nothing is known of it.

    Attributes:
        left_today, left_in_all: Submissions; never below 0.
        hours_left: To the deadline; negative once it is over.
        next_day_h: Hours to the next 00:00 UTC, when a new day's submissions come.
    """

    left_today: int | None
    per_day: int | None
    left_in_all: int | None
    hours_left: float | None
    next_day_h: float

    @property
    def is_over(self) -> bool:
        """True once the deadline has passed."""
        return self.hours_left is not None and self.hours_left <= 0


def entries_of(events: Iterable[JsonDict]) -> tuple[Entry, ...]:
    """The submissions, oldest first. An event on one whose own line is damaged says nothing and is passed over."""
    found: dict[str, Entry] = {}
    for event in events:
        kind, entry_id = event.get("kind"), str(event.get("entry_id"))
        if kind == "logged":
            found[entry_id] = _logged(event, len(found) + 1)
        elif entry_id in found:
            found[entry_id] = _changed(found[entry_id], event)
    return tuple(found.values())


def budget_at(now: datetime, events: Iterable[JsonDict], entries: Iterable[Entry]) -> Budget | None:
    """What is left of the budget that was set last, less what was logged since; None while none is set."""
    last = next((event for event in reversed(list(events)) if event.get("kind") == "budget"), None)
    if last is None:
        return None
    spec, typed = budget_spec(last), _time(last["time"])
    sent = [entry.logged for entry in entries if not entry.withdrawn and not entry.submission.elsewhere]
    since = sum(logged > typed for logged in sent)
    today = sum(logged.date() == now.date() for logged in sent)
    same_day = typed.date() == now.date()
    in_all = _less(spec.left_in_all, since)
    left_today = _less(spec.left_today, since) if same_day else _less(spec.per_day, today)
    if left_today is None and same_day:
        left_today = _less(spec.per_day, today)
    if left_today is not None and in_all is not None:
        left_today = min(left_today, in_all)
    hours_left = None if spec.deadline is None else (spec.deadline - now).total_seconds() / _HOUR_S
    midnight = datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=1)
    return Budget(left_today, spec.per_day, in_all, hours_left, (midnight - now).total_seconds() / _HOUR_S)


def budget_spec(event: Mapping[str, Any]) -> BudgetSpec:
    """The budget as it was set."""
    deadline = event["deadline"]
    return BudgetSpec(
        event["left_today"], event["per_day"], event["left_in_all"], None if deadline is None else _time(deadline)
    )


def check_score(what: str, smape_pct: float) -> None:
    """Raise :class:`InputError` for a score that SMAPE cannot have, or that was typed as a share."""
    if not math.isfinite(smape_pct) or not 0 <= smape_pct <= 200:
        raise InputError(f"a {what} score of {smape_pct:g} is no SMAPE.", "SMAPE runs from 0 to 200 percent.")
    if smape_pct < SMALLEST_PCT:
        raise InputError(
            f"a {what} score of {smape_pct:g} % would mean that nearly every price was hit to the cent.",
            "Type it in percent: 45.76, not 0.4576.",
        )


def check_text(what: str, text: str, most: int) -> None:
    """Raise :class:`InputError` for a text longer than ``most`` characters."""
    if len(text) > most:
        raise InputError(f"the {what} has {len(text):,} characters.", f"Keep it to {most:,}.")


def _logged(event: Mapping[str, Any], number: int) -> Entry:
    return Entry(
        number,
        str(event["entry_id"]),
        _time(event["time"]),
        str(event["sha256"]),
        int(event["n_rows"]),
        submission_of(event["submission"]),
    )


def _changed(entry: Entry, event: Mapping[str, Any]) -> Entry:
    kind = event.get("kind")
    if kind == "score":
        return replace(entry, scores=(*entry.scores, Score(event["smape_pct"], _time(event["time"]))))
    if kind == "note":
        return replace(entry, submission=replace(entry.submission, name=event["name"], note=event["note"]))
    return replace(entry, withdrawn=bool(event["withdrawn"])) if kind == "withdrawn" else entry


def _less(count: int | None, used: int) -> int | None:
    return None if count is None else max(0, count - used)


def _time(text: object) -> datetime:
    return datetime.fromisoformat(str(text)).astimezone(UTC)
