"""What the user has put right in a catalogue, in memory; :mod:`core.catalog` reads and writes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

OverrideField: TypeAlias = Literal["brand", "pack_count", "unit_size", "total_count", "value", "merge"]


@dataclass(frozen=True)
class Override:
    """One line of the override table: something that the user has put right.

    Attributes:
        what: What is put right; ``"merge"`` lets two spellings of a brand be one.
        to: What holds instead: a brand's name (blank: no brand), a number, a number with its unit
            (``"12 ounce"``), or the brand key that a merged one goes to.
        split, sample_id: The product; ``""`` for a merge.
        of: The brand key that is merged; ``""`` otherwise.
    """

    what: OverrideField
    to: str
    split: str = ""
    sample_id: str = ""
    of: str = ""

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What the line decides; a table decides it once."""
        return self.what, self.split, self.sample_id, self.of


@dataclass(frozen=True)
class Overrides:
    """The override table of a catalogue.

    Attributes:
        lines: In the file's order.
        key: Hash of the lines; ``""`` without any.
    """

    lines: tuple[Override, ...] = ()
    key: str = ""

    def of_rows(self, *fields: OverrideField) -> dict[tuple[str, str], dict[str, str]]:
        """``(split, sample_id)`` to what was put right there, of the fields named."""
        found: dict[tuple[str, str], dict[str, str]] = {}
        for line in self.lines:
            if line.what in fields:
                found.setdefault((line.split, line.sample_id), {})[line.what] = line.to
        return found

    def merges(self) -> dict[str, str]:
        """Each merged brand key to the key that it ends at, whatever the steps between."""
        steps = {line.of: line.to for line in self.lines if line.what == "merge"}
        ends = {}
        for start in steps:
            seen, end = {start}, steps[start]
            while end in steps and end not in seen:
                seen.add(end)
                end = steps[end]
            ends[start] = end
        return ends


NO_OVERRIDES = Overrides()
