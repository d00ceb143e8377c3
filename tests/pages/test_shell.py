"""The frame around every page: data, notices, errors in words, the job tray."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.config import PROJECT_ROOT
from core.jobs import job_status, list_jobs, start_job
from tests.pages.conftest import TEST_ROWS, TRAIN_ROWS, Open, sound, texts, write_files

APP = str(PROJECT_ROOT / "app.py")


def test_an_empty_data_folder_opens_the_demo_and_says_so(open_page: Open) -> None:
    said = texts(open_page())
    assert "Demo catalogue" in said
    assert "Invented products" in said


def test_files_in_the_data_folder_are_taken(open_page: Open, data: Path) -> None:
    said = texts(open_page())
    assert f"{TRAIN_ROWS} train rows · {TEST_ROWS} test rows" in said
    assert "Invented products" not in said


def test_the_demo_can_be_chosen_instead_and_stays_over_a_page_change(open_page: Open, data: Path) -> None:
    app = open_page()
    sound(app.button(key="shell.use_demo").click().run())
    assert "Invented products" in texts(app)
    app.switch_page("pages/train.py")
    sound(app.run())
    assert "Invented products" in texts(app)
    assert app.query_params["source"] == "demo"


def test_typed_paths_are_taken_and_the_address_keeps_them(open_page: Open, studio: Path) -> None:
    folder = studio / "elsewhere"
    folder.mkdir()
    write_files(folder)
    app = open_page()
    app.radio(key="shell.way").set_value("paths").run()
    app.text_input(key="shell.train_path").set_value(f' "{folder / "train.csv"}" ')
    app.text_input(key="shell.test_path").set_value(str(folder / "test.csv"))
    sound(app.button(key="shell.use_paths").click().run())
    assert f"{TRAIN_ROWS} train rows" in texts(app)
    again = AppTest.from_file(APP, default_timeout=60)
    again.query_params["source"] = app.query_params["source"]
    assert f"{TRAIN_ROWS} train rows" in texts(sound(again.run()))


@pytest.mark.parametrize("name", ["x" * 300, "../../etc/passwd", "0" * 32, "é"])
def test_an_unknown_source_in_the_address_is_ignored(data: Path, name: str) -> None:
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["source"] = name
    assert f"{TRAIN_ROWS} train rows" in texts(sound(app.run()))


def test_uploaded_files_are_taken(open_page: Open, studio: Path) -> None:
    folder = studio / "elsewhere"
    folder.mkdir()
    write_files(folder)
    app = open_page()
    app.file_uploader(key="shell.train_file").set_value(("train.csv", (folder / "train.csv").read_bytes(), "text/csv"))
    app.file_uploader(key="shell.test_file").set_value(("test.csv", (folder / "test.csv").read_bytes(), "text/csv"))
    sound(app.button(key="shell.use_upload").click().run())
    assert f"{TRAIN_ROWS} train rows" in texts(app)


@pytest.mark.parametrize("name", ["overview", "train", "ensemble"])
def test_a_bad_file_is_an_error_in_words_on_every_page(open_page: Open, data: Path, name: str) -> None:
    app = open_page(name)
    (data / "test.csv").write_text("id,words\n1,x\n")
    app.run()
    assert [item.value for item in app.exception] == []
    assert len(app.error) == 2
    assert all(item.value.startswith("test.csv") and "sample" in item.value for item in app.error)


def test_a_wrong_path_says_what_and_where(open_page: Open) -> None:
    app = open_page()
    app.radio(key="shell.way").set_value("paths").run()
    app.text_input(key="shell.train_path").set_value("nowhere/train.csv")
    app.button(key="shell.use_paths").click().run()
    assert [item.value.replace("\\", "") for item in app.error] == [
        "there is no train file at nowhere/train.csv. Check the path."
    ]


def test_a_page_opened_first_in_a_new_server_has_the_sidebar(
    open_page: Open, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("train")
    monkeypatch.undo()
    for name, folder in (("CACHE", "cache"), ("DATA", "data")):
        monkeypatch.setenv(f"SHELFPRICE_{name}", str(data.parent / folder))
    assert f"{TRAIN_ROWS} train rows" in texts(sound(app.run()))


def guarded_script() -> None:
    from core.errors import InputError
    from pages import _shell as shell

    with shell.page("Title", "Question?"):
        raise InputError("test.csv, line 3: no price.", "Drop it.")


def broken_script() -> None:
    from pages import _shell as shell

    with shell.page("Title", "Question?"):
        {}["missing"]


def test_an_error_for_the_user_is_shown_as_its_message(studio: Path) -> None:
    app = AppTest.from_function(guarded_script).run()
    assert [item.value.replace("\\", "") for item in app.error] == ["test.csv, line 3: no price. Drop it."]
    assert app.header[0].value == "Question?"


def test_an_unexpected_error_is_one_line_and_its_traceback_is_in_the_log(studio: Path) -> None:
    app = AppTest.from_function(broken_script).run()
    assert len(app.exception) == 0
    assert app.error[0].value.startswith("This part of the page failed: KeyError:")
    assert "Traceback" in (studio / "cache" / "log" / "studio.log").read_text()


def test_the_tray_shows_cancels_and_dismisses_a_job(open_page: Open, data: Path) -> None:
    job_id = start_job("selftest", {"steps": 1000, "step_seconds": 0.05}, title="long work")
    app = open_page("ensemble")
    assert "long work" in texts(app)
    sound(app.button(key=f"shell.cancel.{job_id}").click().run())
    assert job_status(job_id).state == "cancelled"
    sound(app.button(key=f"shell.forget.{job_id}").click().run())
    assert list_jobs() == []
    assert "long work" not in texts(app)


def test_a_failed_job_says_why_and_can_be_resumed(open_page: Open, data: Path) -> None:
    job_id = start_job("selftest", {"work": "refuse", "step_seconds": 0.0}, title="refused work")
    while job_status(job_id).active:
        time.sleep(0.05)
    app = open_page()
    assert "the self-test was asked to refuse" in texts(app)
    sound(app.button(key=f"shell.resume.{job_id}").click().run())
    assert job_status(job_id).started != job_status(job_id).created
