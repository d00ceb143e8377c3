"""What the leak sentinel says of what is exported, and the user's reason to export it all the same."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import InputError
from core.sentinel import Verdict

LEAST_REASON = 10
MOST_REASON = 500


@dataclass(frozen=True)
class Clearance:
    """Whether the file may go out.

    Attributes:
        verdicts: Of the leak sentinel; empty when it has not looked.
        reason: Why the user exports without its pass; blank for no reason.
        binding: False for a headless run, which cannot be asked for a reason: what a reason may overrule is a warning
            then, and the decision is left to whoever reads the report.

    Raises:
        InputError: A reason that says nothing.
    """

    verdicts: tuple[Verdict, ...] = ()
    reason: str = ""
    binding: bool = True

    def __post_init__(self) -> None:
        reason = " ".join(self.reason.split())
        if reason and not LEAST_REASON <= len(reason) <= MOST_REASON:
            raise InputError(
                f"the reason {reason[:20]!r} has {len(reason)} characters.",
                f"Write {LEAST_REASON} to {MOST_REASON}: whoever reads the manifest should understand it.",
            )
        object.__setattr__(self, "reason", reason)

    @property
    def looked(self) -> bool:
        """True when the sentinel has looked."""
        return bool(self.verdicts)

    def of(self, verdict: str) -> list[Verdict]:
        """The verdicts that read so."""
        return [one for one in self.verdicts if one.verdict == verdict]
