"""The sidebar: which data, what is odd about it, and the jobs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.catalog import CatalogSource, save_upload
from core.config import settings
from core.errors import InputError, ShelfpriceError
from core.types import Notice
from pages._shell import data, words
from pages._shell.blocks import sync_blocks
from pages._shell.guard import guard
from pages._shell.tray import job_tray

KINDS: Final = ("csv", "gz", "parquet")
NOTICES_SHOWN: Final = 20
_UPLOAD, _PATHS = "upload", "paths"
_STYLE: Final = Path(__file__).with_name("style.css")
"""What Streamlit's own settings cannot say: how wide a headline's card is, how dark the accent is under white words."""


def sidebar() -> None:
    """Draw the sidebar; ``app.py`` calls it once before the page."""
    with st.sidebar:
        with guard():
            _data()
        with guard():
            job_tray()
        # With something beside it, so that it stays where it is put.
        st.html(f"<style>{_STYLE.read_text()}</style><span></span>")


def _data() -> None:
    try:
        work = data.workspace()
    except ShelfpriceError as error:
        st.error(words.escaped(str(error)), icon=":material/error:")
        _chooser(expanded=True)
        return
    catalog = work.catalog
    sync_blocks(catalog.key)
    name = "Demo catalogue" if work.is_demo else catalog.name
    counts = f"{words.rows(catalog.n_train, 'train row')} · {words.rows(catalog.n_test, 'test row')}"
    st.markdown(f"**{words.escaped(name)}**  \n{counts}")
    if work.is_demo:
        st.caption("Invented products, to look around. Choose your own files below.")
    _notices(catalog.notices)
    _chooser(expanded=False)


def _notices(notices: tuple[Notice, ...]) -> None:
    if not notices:
        return
    with st.expander(words.rows(len(notices), "notice"), icon=":material/info:"):
        for notice in notices[:NOTICES_SHOWN]:
            st.caption(words.escaped(notice.message))


def _chooser(*, expanded: bool) -> None:
    with st.expander("Choose data", icon=":material/folder_open:", expanded=expanded):
        found = data.data_folder()
        if isinstance(found, InputError):
            st.warning(words.escaped(str(found)))
        if st.button("Demo catalogue", key="shell.use_demo", disabled=data.choice() == data.DEMO, width="stretch"):
            data.choose(data.DEMO)
            st.rerun()
        if isinstance(found, CatalogSource) and st.button(
            "Data folder", key="shell.use_data", disabled=data.choice() == data.DATA, width="stretch"
        ):
            data.choose(data.DATA)
            st.rerun()
        way = st.radio(
            "Your own files",
            [_UPLOAD, _PATHS],
            format_func={_UPLOAD: "Upload", _PATHS: "On this machine"}.__getitem__,
            horizontal=True,
            key="shell.way",
        )
        if way == _UPLOAD:
            _upload_form()
        else:
            _paths_form(found if isinstance(found, CatalogSource) else None)
        st.toggle(
            "Drop rows without a usable price",
            key=data.DROP_KEY,
            help="Train rows whose price is missing, no number, zero or less, or infinite. Off: the file is refused.",
        )


def _upload_form() -> None:
    with st.form("shell.upload", border=False):
        train = st.file_uploader("Train file (with prices)", type=KINDS, key="shell.train_file")
        test = st.file_uploader("Test file (without)", type=KINDS, key="shell.test_file")
        sides = st.file_uploader("Side tables", type=KINDS, accept_multiple_files=True, key="shell.side_files")
        images = st.text_input("Folder of photos on this machine", key="shell.upload_images")
        if not st.form_submit_button("Use these files", key="shell.use_upload", width="stretch"):
            return
    if train is None or test is None:
        raise InputError("a train file and a test file are needed.", "Choose both, then press the button again.")
    data.choose_source(
        CatalogSource(
            train=_kept(train),
            test=_kept(test),
            sides=tuple(_kept(side) for side in sides),
            images=_folder(images),
            name=train.name,
        )
    )
    st.rerun()


def _paths_form(found: CatalogSource | None) -> None:
    with st.form("shell.paths", border=False):
        train = st.text_input("Train file", value=found.train if found else "", key="shell.train_path")
        test = st.text_input("Test file", value=found.test if found else "", key="shell.test_path")
        sides = st.text_area("Side tables, one path a line", key="shell.side_paths", height=80)
        images = st.text_input(
            "Folder of photos", value=(found.images or "") if found else "", key="shell.paths_images"
        )
        if not st.form_submit_button("Use these files", key="shell.use_paths", width="stretch"):
            return
    data.choose_source(
        CatalogSource(
            train=_file(train, "train"),
            test=_file(test, "test"),
            sides=tuple(_file(line, "side") for line in sides.splitlines() if line.strip()),
            images=_folder(images),
            name=Path(train.strip()).name,
        )
    )
    st.rerun()


def _kept(upload: UploadedFile) -> str:
    return str(save_upload(upload.getvalue(), upload.name, settings().cache_dir))


def _file(typed: str, what: str) -> str:
    path = _absolute(typed)
    if path is None or not path.is_file():
        raise InputError(f"there is no {what} file at {typed.strip() or 'a blank path'}.", "Check the path.")
    return str(path)


def _folder(typed: str) -> str | None:
    path = _absolute(typed)
    if path is None:
        return None
    if not path.is_dir():
        raise InputError(f"there is no folder at {typed.strip()}.", "Check the path, or leave it blank.")
    return str(path)


def _absolute(typed: str) -> Path | None:
    """A typed path, without the quotes and blanks that come with copying one; None when nothing was typed."""
    plain = typed.strip().strip("\"'")
    return Path(plain).expanduser().resolve() if plain else None
