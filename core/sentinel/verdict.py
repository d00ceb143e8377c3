"""What a check says, and what every check is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, cast

import pandas as pd

from core.types import JsonDict

VerdictName = Literal["pass", "warn", "fail"]
_ORDER: tuple[VerdictName, ...] = ("pass", "warn", "fail")


@dataclass(frozen=True)
class CheckInfo:
    """A check's title and what to do when it does not pass."""

    title: str
    remedy: str


CHECKS: Mapping[str, CheckInfo] = MappingProxyType(
    {
        "shuffled_price": CheckInfo(
            "Shuffled prices read chance",
            "A column sees the price of the row that it describes. Make it out of fold, or drop it.",
        ),
        "own_price": CheckInfo(
            "A row's own price leaves its own columns alone",
            "Make the named column from the training rows alone, and a training row's value without that row.",
        ),
        "column_alone": CheckInfo(
            "No column alone knows the price",
            "Ask where the named column comes from. If it is known before the price is, keep it; else drop it.",
        ),
        "duplicates": CheckInfo(
            "No duplicates across folds",
            "Drop the repeated rows, or hold them in one fold, and read the score without them.",
        ),
        "id_order": CheckInfo(
            "Ids and row order say nothing",
            "Keep ids and positions out of the columns, and ask how the rows came to be in this order.",
        ),
        "fold_mismatch": CheckInfo(
            "Members share one honest fold plan",
            "Train the named member again on the fold plan of the others, without labels of its validation rows.",
        ),
    }
)
"""Every check by its name in ``report.json``, in the order in which they are shown."""


@dataclass(frozen=True)
class Finding:
    """A verdict before it has a name; ``evidence`` is one sentence with its numbers."""

    verdict: VerdictName
    evidence: str


@dataclass(frozen=True)
class Verdict:
    """What one check found.

    Attributes:
        check: Its name, one of :data:`CHECKS`.
        verdict: ``pass``; ``warn`` (look, and decide); ``fail`` (the score is not to be believed).
        evidence: One sentence with its numbers.
        title: What the check asks for.
        remedy: What to do when it does not pass.
    """

    check: str
    verdict: VerdictName
    evidence: str
    title: str
    remedy: str

    @classmethod
    def of(cls, check: str, finding: Finding) -> Verdict:
        """The finding of a named check."""
        info = CHECKS[check]
        return cls(check, finding.verdict, finding.evidence, info.title, info.remedy)

    @classmethod
    def from_json(cls, line: JsonDict) -> Verdict:
        """Undo :meth:`to_json`."""
        return cls.of(str(line["check"]), Finding(cast(VerdictName, line["verdict"]), str(line["evidence"])))

    def to_json(self) -> JsonDict:
        """A line of ``sentinel`` in ``report.json``."""
        return {"check": self.check, "verdict": self.verdict, "evidence": self.evidence}


def worst(verdicts: list[VerdictName]) -> VerdictName:
    """The gravest of them; ``pass`` of none."""
    return max(verdicts, key=_ORDER.index, default="pass")


def verdict_table(lines: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The ``sentinel`` part of a report as a screen shows it, gravest first.

    Returns:
        Columns ``check``, ``title``, ``verdict``, ``evidence``, ``remedy`` (blank for a check that passed). A line of a
        check that is not known here keeps its name as its title.
    """
    rows = []
    for line in lines:
        check, verdict = str(line.get("check", "")), str(line.get("verdict", ""))
        info = CHECKS.get(check, CheckInfo(check, ""))
        remedy = "" if verdict == "pass" else info.remedy
        rows.append((check, info.title, verdict, str(line.get("evidence", "")), remedy))
    table = pd.DataFrame(rows, columns=["check", "title", "verdict", "evidence", "remedy"])
    grave = table["verdict"].map({name: -place for place, name in enumerate(_ORDER)}).fillna(1)
    return table.iloc[grave.argsort(kind="stable")].reset_index(drop=True)
