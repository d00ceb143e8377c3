"""The button for what takes longer than a page may."""

from __future__ import annotations

from pages import _shell as shell

SEED = 0


def measure_button(work: shell.Workspace, key: str) -> None:
    """Start what takes longer than a page may."""
    shell.empty_state(
        "Not measured on this data yet: adversarial validation, near duplicates, the gap ladder and the leak sentinel,"
        " some seconds to minutes."
    )
    shell.start_job_button(
        "Measure",
        "diagnose",
        {"source": work.source.to_json(), "seed": SEED},
        title=f"Diagnosis, {work.catalog.name}",
        key=key,
        help="Tells train from test by text, sizes and brand, fits the ladder of settings, looks for leaks.",
    )
