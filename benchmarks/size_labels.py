"""Pack counts and totals of the block ``size`` against labels read by eye.

    python benchmarks/size_labels.py

The labels (``tests/features/size_labels.csv``) stand for 320 train rows of the challenge, drawn in three samples:
``bar`` (200 rows, ``train.sample(n=200, random_state=20240611)``), then of the rest ``second`` and ``third`` (60 rows
each, seeds 20240612 and 20240613). Each was read from title, bullets, description, Value and Unit, before the reader's
own answer was looked at, and by this rule:

* ``pack_count`` is the number of outer retail packages. Twelve boxes of four bars are 12; a single item is 1.
* A pack phrase counts: ``Pack of 6``, ``6 per case``, ``Set of 2``, ``2 x 14 oz``, ``6 boxes of 10``. Of a pack of
  packs (``Pack of 8``, ``Pack of 2``) the product counts, for both only bundle the same retail package.
* A bare ``N Count`` counts packages when the size of each is written and each is sold on its own (cans, cups, bags,
  bars); otherwise it is what one package holds. Pods, tea bags, gum, sweets and other things that nobody sells singly
  are always what one package holds: a box of 24 K-cups is 1, also where it is called a pack of 24.
* ``total`` is the whole offer: grams or millilitres where the text tells a weight or volume, pieces otherwise. A plain
  ounce is a volume for thin liquids (drinks, oil, vinegar, extract, syrup) and a mass for everything else; dry goods
  and thick sauces filed in fluid ounces are weighed.
* Title before Value where both cannot be right, unless Value is a whole multiple of the title's size and the title
  names no pack. Blank where the text does not tell (a bowl of noodles of ``1.0 Ounce``).

The reader was mended with ``bar`` in view, then with ``second``, then with ``third``; what it reached on a sample
before that sample was looked at is in RESULTS.md, and only that says what new rows get.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from _common import ROOT, challenge_dir

from core.features import parse_text, read_size
from core.types import ID, TEXT

LABELS = ROOT / "tests" / "features" / "size_labels.csv"
TOLERANCE = 0.02
PACK_BAR_PCT = 95.0
TOTAL_BAR_PCT = 92.0


@dataclass(frozen=True)
class Share:
    """Rows that agree, of those that have a label."""

    hits: int
    rows: int

    @property
    def pct(self) -> float:
        """Agreement, percent."""
        return 100.0 * self.hits / self.rows

    def interval_pct(self) -> tuple[float, float]:
        """95 % Wilson interval, percent."""
        z, share, n = 1.959963984540054, self.hits / self.rows, self.rows
        centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        return 100 * (centre - half), 100 * (centre + half)


def readings(folder: Path) -> pd.DataFrame:
    """The labels beside what the reader says of the same rows.

    Returns:
        One row a label: the label's columns, ``read_pack``, ``read_total`` (in the label's kind), ``read_kind`` and
        whether each is right (``pack_right``, ``total_right``: 1 or 0; NaN where there is no label).
    """
    labels = pd.read_csv(LABELS, dtype={ID: str})
    texts = pd.read_csv(folder / "train.csv", dtype=str).set_index(ID)[TEXT]
    found = [read_size(parse_text(texts[row])) for row in labels[ID]]
    totals = {
        "weight": [one.total_weight_g for one in found],
        "volume": [one.total_volume_ml for one in found],
        "count": [one.total_count for one in found],
    }
    kinds = labels["kind"].fillna("")
    read = [totals[kind][at] if kind else math.nan for at, kind in enumerate(kinds)]
    table = labels.assign(read_pack=[one.pack_count for one in found], read_total=read)
    table["read_kind"] = [one.unit_kind for one in found]
    pack_right = table["read_pack"] == table["pack_count"]
    total_right = (table["read_total"] / table["total"] - 1.0).abs() <= TOLERANCE
    table["pack_right"] = pack_right.astype(np.float64).where(table["pack_count"].notna())
    table["total_right"] = total_right.astype(np.float64).where(table["total"].notna())
    return table


def share(right: pd.Series) -> Share:
    """Count the rows that agree; those without a label are left out."""
    labelled = right.dropna()
    return Share(int(labelled.sum()), len(labelled))


def other_kind(table: pd.DataFrame) -> pd.DataFrame:
    """Misses of the total where the reader weighs what the label measures, or the other way round."""
    measured = table["kind"].isin(["weight", "volume"]) & table["read_kind"].isin(["weight", "volume"])
    return table[measured & (table["total_right"] == 0) & (table["kind"] != table["read_kind"])]


def main() -> None:
    """Print the shares with their intervals, and each miss by its id with both readings."""
    table = readings(challenge_dir())
    for name, rows in table.groupby("sample", sort=False):
        for what, bar in (("pack", PACK_BAR_PCT), ("total", TOTAL_BAR_PCT)):
            found = share(rows[f"{what}_right"])
            low, high = found.interval_pct()
            print(
                f"{name:7}{what:6} {found.hits}/{found.rows} = {found.pct:.1f} % [{low:.1f}, {high:.1f}], bar {bar:.0f}"
            )
        print(f"{name:7}totals of the other kind: {len(other_kind(rows))}")
    missed = table[(table["pack_right"] == 0) | (table["total_right"] == 0)]
    shown = ["sample", ID, "pack_count", "read_pack", "total", "read_total", "kind", "read_kind"]
    print(missed[shown].to_string(index=False))


if __name__ == "__main__":
    main()
