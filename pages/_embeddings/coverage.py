"""How many products have a photo, and how many a vector."""

from __future__ import annotations

from pages import _shell as shell
from pages._embeddings.view import TOWER_TITLES, View


def draw(view: View) -> None:
    """How many products have a photo, and how many a vector."""
    catalog, files = view.work.catalog, view.files
    numbers = []
    for side, frame in (("Train", files.train if files else None), ("Test", files.test if files else None)):
        total = catalog.n_train if side == "Train" else catalog.n_test
        here = 0 if frame is None else int(frame["file"].ne("").sum())
        numbers.append(
            shell.Headline(
                f"{side} photos at hand",
                shell.percent(100.0 * here / total if total else None),
                f"{here:,} of {shell.rows(total, 'product')}",
                "Products whose photo is in the folder by name. A product without one is missing, never zero.",
            )
        )
    for tower, title in TOWER_TITLES.items():
        found = view.known.get(tower)
        note = (
            "not encoded with this model yet" if found is None else f"{found.failed:,} failed, {found.dim} numbers each"
        )
        numbers.append(
            shell.Headline(f"{title} with a vector", shell.percent(None if found is None else found.present_pct), note)
        )
    shell.headlines(numbers)
