"""The photos behind a catalogue's links: fetched politely, within limits, into a folder, and never asked for twice.

:func:`fetch_photos` fetches; :func:`link_table` tells what became of each link. Links are hostile: every address is
checked when it is connected to, every answer is cut off at its limits, every photo is decoded in a process of its own.
"""

from core.images.fetch import fetch_photos
from core.images.folder import own_folder
from core.images.names import TABLE, stored_names
from core.images.run import FetchSummary
from core.images.spec import PENDING, STATUSES, FetchSpec, Meaning
from core.images.table import count_links, journal_stamp, link_table

__all__ = [
    "PENDING",
    "STATUSES",
    "TABLE",
    "FetchSpec",
    "FetchSummary",
    "Meaning",
    "count_links",
    "fetch_photos",
    "journal_stamp",
    "link_table",
    "own_folder",
    "stored_names",
]
