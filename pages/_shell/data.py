"""Which catalogue the user works on, read once and kept in memory while its files stay as they are."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from core.catalog import CatalogSource, demo_source, find_data, load_catalog, overrides_path, with_overrides
from core.config import settings
from core.embed import with_known
from core.errors import InputError, ShelfpriceError
from core.images import journal_stamp, own_folder
from core.store import ArtifactStore, RecordStore, canonical_json, default_store, hash_bytes
from core.types import Catalog

DEMO = "demo"
DATA = "data"
DROP_KEY = "shell.drop_bad_prices"
_CHOICE = "shell.source"
_PARAMETER = "source"
_OWN_NAME = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Workspace:
    """What a page works on.

    Attributes:
        source: Where the catalogue came from; ``source.to_json()`` goes into a job's parameters.
        catalog: The catalogue as read and checked.
        store: The artifact cache.
        is_demo: True for the built-in demo catalogue.
    """

    source: CatalogSource
    catalog: Catalog
    store: ArtifactStore
    is_demo: bool

    @property
    def images(self) -> Path | None:
        """Folder of photos, or None."""
        return Path(self.source.images) if self.source.images else None

    @property
    def overrides(self) -> Path:
        """Where corrections and merges are kept, whether there are any or not."""
        return overrides_path(self.source)


def workspace() -> Workspace:
    """The catalogue that is chosen in the sidebar, from memory when its files are unchanged.

    Raises:
        InputError: The files cannot be used; :class:`pages._shell.page` shows why.
    """
    source = _with_photos(current_source())
    loaded = _load(canonical_json(source.to_json()), _stamps(source), str(settings().cache_dir))
    if isinstance(loaded, ShelfpriceError):
        # A fresh traceback each time: the kept object must not grow with every page that shows it.
        raise loaded.with_traceback(None)
    # The corrections are read each time: they are few, and another window may have changed them.
    corrected = with_overrides(loaded, overrides_path(source))
    store = default_store()
    return Workspace(source, with_known(corrected, store=store), store, choice() == DEMO)


def _with_photos(source: CatalogSource) -> CatalogSource:
    """The same source with the photos that a download has fetched for it, where it names no folder itself."""
    folder = own_folder(source, settings().cache_dir)
    return replace(source, images=str(folder)) if source.images is None and journal_stamp(folder) else source


def choice() -> str:
    """``"demo"``, ``"data"``, or the name of a source of the user's own; the address keeps it over a reload."""
    kept = str(st.session_state.get(_CHOICE) or st.query_params.get(_PARAMETER, ""))
    has_data = isinstance(data_folder(), CatalogSource)
    known = kept == DEMO or (kept == DATA and has_data) or _own_source(kept) is not None
    chosen = kept if known else DATA if has_data else DEMO
    st.session_state[_CHOICE] = chosen
    if st.query_params.get(_PARAMETER) != chosen:
        st.query_params[_PARAMETER] = chosen
    return chosen


def choose(name: str) -> None:
    """Work on the demo (``"demo"``) or on the data folder (``"data"``) from now on."""
    st.session_state[_CHOICE] = name


def choose_source(source: CatalogSource) -> None:
    """Work on files of the user's own from now on."""
    record = source.to_json()
    name = hash_bytes(canonical_json(record).encode())
    RecordStore("sources").put(name, record)
    choose(name)


def current_source() -> CatalogSource:
    """The source that is chosen, written first when it is the demo."""
    chosen = choice()
    if chosen == DEMO:
        return _demo(str(settings().cache_dir))
    found = data_folder() if chosen == DATA else _own_source(chosen)
    if not isinstance(found, CatalogSource):
        raise InputError("the chosen files are gone.", "Choose other data in the sidebar.")
    return replace(found, drop_bad_prices=drops_bad_prices())


def data_folder() -> CatalogSource | InputError | None:
    """What the data folder holds: a source, None when it is empty, or what is wrong with it."""
    try:
        return find_data(settings().data_dir)
    except InputError as error:
        return error


def drops_bad_prices() -> bool:
    """True when the user wants train rows without a usable price dropped."""
    return bool(st.session_state.get(DROP_KEY, False))


def _own_source(name: str) -> CatalogSource | None:
    # The name may come from the address, so anything can stand in it.
    if not _OWN_NAME.fullmatch(name):
        return None
    record = RecordStore("sources").get(name)
    return None if record is None else CatalogSource.from_json(record)


@st.cache_resource(
    show_spinner="Drawing the demo catalogue …",
    validate=lambda source: Path(source.train).is_file() and Path(source.test).is_file(),
)
def _demo(cache_dir: str) -> CatalogSource:
    return demo_source(Path(cache_dir))


@st.cache_resource(max_entries=2, show_spinner="Reading the catalogue …")
def _load(source_json: str, stamps: tuple[tuple[str, int, int], ...], cache_dir: str) -> Catalog | ShelfpriceError:
    """Read once a source, a state of its files and a cache folder; a refusal is kept like a result."""
    try:
        return load_catalog(CatalogSource.from_json(json.loads(source_json)), corrected=False)
    except ShelfpriceError as error:
        return error


def _stamps(source: CatalogSource) -> tuple[tuple[str, int, int], ...]:
    """Path, time of change in nanoseconds and size of each file: a changed file is read again."""
    stamps = []
    for path in map(Path, (source.train, source.test, *source.sides)):
        try:
            stat = path.stat()
        except OSError:
            stamps.append((str(path), 0, -1))
        else:
            stamps.append((str(path), stat.st_mtime_ns, stat.st_size))
    return tuple(stamps)
