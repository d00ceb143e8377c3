"""Members from outside before they are believed: other folds, a score or a fold too good, nothing of their own.

A member on other folds is a warning and no failure: each of its rows was still predicted by a model that did not see
it, and weights learn no more from it than from a member on these folds. A row that was seen cannot be forgiven.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from core.blend import Member
from core.folds import FoldPlan
from core.metrics import log_smape_pct, row_smape_pct, to_log_price, to_price
from core.sentinel.fold_mismatch import ALONE_PCT, BESIDE_PCT, largest_drop
from core.sentinel.verdict import CheckInfo, Finding, Verdict
from core.types import FloatArray

SUSPICIOUS_SHARE: Final = 0.75
"""Of the other members' median score; on the challenge, photo, text and table models of one team lie within a tenth."""
SUSPICIOUS_OF_CONSTANT: Final = 0.45
"""Of the score of the median price for every row, where there are no others: the best public result read 0.54 of it."""
SAME_CORRELATION: Final = 1.0 - 1e-9

MEMBER_CHECKS: Final[Mapping[str, CheckInfo]] = MappingProxyType(
    {
        "member_folds": CheckInfo(
            "The member was made on these folds",
            "Train it on this fold plan and give its folds in a column 'fold', or read its weight with that in mind.",
        ),
        "member_score": CheckInfo(
            "The member's score is believable",
            "Ask whether it was trained on rows that it predicts here, and make its predictions out of fold.",
        ),
        "member_fold_drop": CheckInfo(
            "No fold is predicted too well",
            "Train the member again without labels of its validation rows.",
        ),
        "member_own_voice": CheckInfo(
            "The member says something of its own", "Leave it out: the blend can learn nothing from it."
        ),
    }
)
"""Every check of a member from outside, in the order in which they are shown."""


@dataclass(frozen=True)
class Suspect:
    """A member to examine, and the folds in which its rows were predicted where it says so."""

    member: Member
    fold: pd.Series | None


def examine_members(
    suspects: Sequence[Suspect], others: Sequence[Member], price: pd.Series, plan: FoldPlan
) -> dict[str, list[Verdict]]:
    """Verdicts on each suspect by name, in the order of :data:`MEMBER_CHECKS`.

    Args:
        others: Members that are trusted, such as the studio's own runs; may be none.
        price: Of the train rows, in dollars.
    """
    log_price = to_log_price(price)
    everyone = {one.name: one for one in [*others, *(suspect.member for suspect in suspects)]}
    errors = {
        name: row_smape_pct(price, to_price(one.oof_log_price.to_numpy(dtype=np.float64)))
        for name, one in everyone.items()
    }
    trusted = [errors[one.name] for one in others]
    found = {}
    for suspect in suspects:
        name = suspect.member.name
        beside = trusted or [rows for other, rows in errors.items() if other != name]
        rest = [one for other, one in everyone.items() if other != name]
        findings = (
            _folds(suspect, plan),
            _score(errors[name], beside, log_price),
            _fold_drop(suspect, errors[name], beside, plan),
            _own_voice(suspect.member, rest),
        )
        found[name] = [
            Verdict(check, one.verdict, one.evidence, info.title, info.remedy)
            for (check, info), one in zip(MEMBER_CHECKS.items(), findings, strict=True)
        ]
    return found


def _folds(suspect: Suspect, plan: FoldPlan) -> Finding:
    if suspect.fold is None:
        return Finding("warn", "Its file has no column 'fold': on which folds it was made is not known.")
    pairs = pd.crosstab(suspect.fold.to_numpy(), plan.fold_of.to_numpy()).to_numpy()
    astray = int(pairs.sum() - pairs.max(axis=0).sum())
    if pairs.shape[0] == plan.n_folds and not astray:
        return Finding("pass", f"Its {plan.n_folds} folds are these.")
    return Finding(
        "warn",
        f"Its {pairs.shape[0]} folds are others: {astray:,} of {int(pairs.sum()):,} rows lie elsewhere than here.",
    )


def _score(own: FloatArray, beside: Sequence[FloatArray], log_price: FloatArray) -> Finding:
    score = float(own.mean())
    if beside:
        usual, share, what = float(np.median([rows.mean() for rows in beside])), SUSPICIOUS_SHARE, "the others"
    else:
        constant = log_smape_pct(log_price, np.full(len(log_price), np.median(log_price)))
        usual, share, what = constant, SUSPICIOUS_OF_CONSTANT, "the median price for every row"
    told = f"It reads {score:.2f} % where {what} read{'' if beside else 's'} {usual:.2f} %"
    if score < share * usual:
        return Finding("fail", f"{told}: below {100 * share:.0f} % of that.")
    return Finding("pass", f"{told}.")


def _fold_drop(suspect: Suspect, own: FloatArray, beside: Sequence[FloatArray], plan: FoldPlan) -> Finding:
    fold = (plan.fold_of if suspect.fold is None else suspect.fold).to_numpy().astype(np.int64)
    more = own - np.median(beside, axis=0) if beside else own
    limit = BESIDE_PCT if beside else ALONE_PCT.get(plan.kind, max(ALONE_PCT.values()))
    drop = largest_drop(more, fold)
    told = f"In fold {drop.fold + 1} it is better than in its others by {drop.smape_pct:.2f} SMAPE"
    if drop.alarming(limit):
        return Finding("fail", f"{told}, {drop.smape_pct / max(drop.error_pct, 1e-9):.0f} standard errors.")
    return Finding("pass", f"{told} at most ({limit:g} is let pass).")


def _own_voice(member: Member, rest: Sequence[Member]) -> Finding:
    mine = member.oof_log_price.to_numpy(dtype=np.float64)
    if not np.ptp(mine):
        return Finding("fail", "It says the same of every row.")
    told = "There is no other member."
    likest = 0.0
    for other in rest:
        theirs = other.oof_log_price.to_numpy(dtype=np.float64)
        if not np.ptp(theirs):
            continue
        alike = float(np.corrcoef(mine, theirs)[0, 1])
        if alike > SAME_CORRELATION:
            return Finding("warn", f"It says the same as '{other.name}': one model counted twice.")
        if alike >= likest:
            likest, told = alike, f"Most like '{other.name}': a correlation of {alike:.3f}."
    return Finding("pass", told)
