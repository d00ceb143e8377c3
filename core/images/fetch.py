"""Fetch the photos of a catalogue's links into a folder: politely, within limits, and to be taken up after any kill."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import httpcore

from core.errors import StorageError
from core.event_loop import in_own_loop
from core.images.journal import Journal
from core.images.links import Link, RefusedLink, parse_link
from core.images.network import CheckedBackend, Resolver, system_resolver
from core.images.run import FetchSummary, Run
from core.images.spec import FetchSpec, check_statuses
from core.images.table import write_table
from core.types import ProgressFn, no_progress


def fetch_photos(
    links: Iterable[str],
    folder: Path,
    spec: FetchSpec | None = None,
    *,
    retry: tuple[str, ...] = (),
    report: ProgressFn = no_progress,
    resolve: Resolver = system_resolver,
    network: httpcore.AsyncNetworkBackend | None = None,
) -> FetchSummary:
    """Fetch each distinct link once; links that an earlier run has settled are not asked for again.

    What is finished is on the disk the moment it is finished. ``images_status.csv`` is written at the end, also when
    the run is stopped.

    Args:
        links: As they stand in the catalogue; blank ones are passed over.
        folder: Made if need be. A photo that lies there already under its link's name is taken, not fetched.
        retry: Settled statuses to try again (``ok`` fetches everything anew).
        report: May raise :class:`core.errors.Cancelled`; called several times a second.
        resolve: Looks names up (tests).
        network: Makes connections to checked addresses (tests).

    Raises:
        InputError: An unknown status, a folder that cannot be made, or another download that runs into it.
        StorageError: The disk is full or refuses; everything finished is kept.
    """
    check_statuses(retry)
    spec = spec or FetchSpec()
    wanted, refused = sort_links(links)
    journal = Journal(folder)
    table = True
    try:
        run = Run(wanted, refused, journal, spec, retry, report)
        backend = CheckedBackend(spec, resolve, network or httpcore.AnyIOBackend())
        in_own_loop(lambda: run.drive(backend))
        return run.summary()
    except StorageError:
        # A disk that has just refused would refuse the table, too, and hide why.
        table = False
        raise
    finally:
        try:
            if table:
                write_table(folder, journal.records.values())
        finally:
            journal.close()


def sort_links(links: Iterable[str]) -> tuple[dict[str, Link], dict[str, str]]:
    """Links that may be asked for by their one spelling, and the reasons against the others by their text."""
    wanted: dict[str, Link] = {}
    refused: dict[str, str] = {}
    for text in dict.fromkeys(links):
        if not text.strip():
            continue
        try:
            link = parse_link(text)
        except RefusedLink as error:
            refused[text.strip()] = str(error)
        else:
            wanted[link.url] = link
    return wanted, refused
