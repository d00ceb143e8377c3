"""Jobs as their users meet them: real worker processes in a cache folder of the test's own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.config import PROJECT_ROOT
from core.errors import InputError
from core.jobs import JobStatus, cancel_job, forget_job, job_status, list_jobs, pause_job, resume_job, start_job
from tests.jobs.waiting import PATIENCE_S, ended, kill_job, wait_until, worker_pid


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SHELFPRICE_CACHE", str(tmp_path))
    yield tmp_path
    for job in list_jobs():
        if job.active:
            cancel_job(job.job_id)


def running(status: JobStatus) -> bool:
    return status.state == "running"


def selftest(work: str = "sleep", steps: int = 1, step_seconds: float = 0.0, token: str = "") -> str:
    return start_job(
        "selftest", {"work": work, "steps": steps, "step_seconds": step_seconds, "token": token}, title="self-test"
    )


def test_a_finished_job_has_its_result_and_times() -> None:
    status = wait_until(selftest(steps=3), ended)
    assert (status.state, status.fraction, status.error) == ("done", 1.0, None)
    assert status.result == {"steps": 3, "from_cache": 0}
    assert status.started is not None and status.finished is not None
    assert status.created <= status.started <= status.finished


def test_an_error_for_the_user_is_its_own_message() -> None:
    status = wait_until(selftest("refuse"), ended)
    assert (status.state, status.error) == ("failed", "the self-test was asked to refuse. Ask for other work.")


def test_an_unexpected_error_is_one_line_and_its_traceback_is_in_the_log_only() -> None:
    status = wait_until(selftest("break"), ended)
    assert status.state == "failed"
    assert status.error == f"ZeroDivisionError: the self-test was asked to break. The details are in {status.log}."
    assert "Traceback" in status.log.read_text()


def test_a_wrong_parameter_fails_with_its_message() -> None:
    status = wait_until(selftest("juggle"), ended)
    assert status.error == "'juggle' is no kind of work. Use one of: sleep, hash, hold, refuse, break."


def test_an_unknown_kind_is_refused_before_anything_is_written(cache: Path) -> None:
    with pytest.raises(InputError, match="'os' is no kind of job"):
        start_job("os", {}, title="x")
    assert not (cache / "jobs").exists()


def test_the_worker_imports_nothing_outside_the_table(cache: Path) -> None:
    job_id = selftest()
    wait_until(job_id, ended)
    spec_file = cache / "jobs" / job_id / "spec.json"
    spec_file.write_text(json.dumps(json.loads(spec_file.read_bytes()) | {"kind": "os:getcwd"}))
    (cache / "jobs" / job_id / "state.json").unlink()
    subprocess.run([sys.executable, "-m", "core.jobs.worker", str(spec_file.parent)], cwd=PROJECT_ROOT, check=True)
    assert (job_status(job_id).error or "").startswith("'os:getcwd' is no kind of job")


@pytest.mark.parametrize("work", ["sleep", "hash", "hold"])
def test_cancel_stops_a_job_that_never_reports(work: str, cache: Path) -> None:
    job_id = selftest(work, steps=1, step_seconds=600.0)
    wait_until(job_id, running)
    pid = worker_pid(job_id, cache)
    status = cancel_job(job_id)
    assert (status.state, status.result) == ("cancelled", None)
    assert status.finished is not None
    with pytest.raises(ProcessLookupError):
        _await_reaped(pid)


def _await_reaped(pid: int) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        os.kill(pid, 0)
        time.sleep(0.02)


def test_cancel_between_steps_ends_at_the_next_report() -> None:
    job_id = selftest(steps=1000, step_seconds=0.02)
    wait_until(job_id, lambda status: status.fraction > 0)
    status = cancel_job(job_id)
    assert status.state == "cancelled"
    assert 0 < status.fraction < 1


def test_cancelling_an_ended_job_changes_nothing() -> None:
    job_id = selftest()
    wait_until(job_id, ended)
    assert cancel_job(job_id).state == "done"


def test_killed_reads_interrupted_and_resuming_goes_on_from_the_finished_steps(cache: Path) -> None:
    job_id = selftest(steps=4, step_seconds=0.5, token="t")
    wait_until(job_id, lambda status: status.fraction >= 0.5)
    kill_job(job_id, cache)
    assert resume_job(job_id) == job_id
    status = wait_until(job_id, ended)
    assert status.state == "done"
    assert status.result is not None and int(str(status.result["from_cache"])) >= 2


def test_a_paused_job_ends_at_its_next_report_lets_the_next_run_and_goes_on_when_resumed(cache: Path) -> None:
    job_id = selftest(steps=4, step_seconds=0.5, token="t")
    wait_until(job_id, lambda status: status.fraction >= 0.25)
    behind = selftest()
    assert pause_job(job_id).pausing
    paused = wait_until(job_id, ended)
    assert (paused.state, paused.pausing) == ("paused", False)
    assert 0 < paused.fraction < 1
    assert wait_until(behind, ended).state == "done"
    resume_job(job_id)
    status = wait_until(job_id, ended)
    assert status.state == "done"
    assert status.result is not None and int(str(status.result["from_cache"])) >= 1
    assert pause_job(job_id).state == "done"


def test_a_paused_job_that_never_reports_can_still_be_cancelled() -> None:
    job_id = selftest(steps=1, step_seconds=600)
    wait_until(job_id, running)
    assert pause_job(job_id).state == "running"
    assert cancel_job(job_id).state == "cancelled"


def test_a_cancelled_job_resumes_and_a_done_one_does_not() -> None:
    job_id = selftest(steps=2, step_seconds=0.3)
    cancel_job(job_id)
    assert job_status(job_id).state == "cancelled"
    resume_job(job_id)
    assert wait_until(job_id, ended).state == "done"
    with pytest.raises(InputError, match="nothing to resume"):
        resume_job(job_id)


def test_one_runs_at_a_time_and_the_first_asked_goes_first() -> None:
    first = selftest(steps=30, step_seconds=0.1)
    wait_until(first, running)
    second, third = selftest(), selftest()
    wait_until(third, lambda status: status.message == "waiting for the job before it")
    assert [job_status(job).state for job in (first, second, third)] == ["running", "queued", "queued"]
    assert [job.job_id for job in list_jobs()] == [third, second, first]
    cancel_job(first)
    begun = [wait_until(job, ended).started for job in (second, third)]
    assert begun[0] is not None and begun[1] is not None and begun[0] < begun[1]


def test_a_queued_job_can_be_cancelled_and_the_others_go_on() -> None:
    first = selftest(steps=30, step_seconds=0.1)
    wait_until(first, running)
    second = selftest()
    assert cancel_job(second).state == "cancelled"
    assert job_status(second).started is None
    assert job_status(first).state == "running"


def test_a_killed_job_leaves_the_place_free(cache: Path) -> None:
    first = selftest(steps=1, step_seconds=600.0)
    wait_until(first, running)
    second = selftest()
    os.kill(worker_pid(first, cache), signal.SIGKILL)
    assert wait_until(second, ended).state == "done"


def test_another_process_reads_the_same_and_the_starter_may_die(cache: Path) -> None:
    start = "from core.jobs import start_job; print(start_job('selftest', {'steps': 2}, title='from outside'))"
    shown = subprocess.run(
        [sys.executable, "-c", start], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    ).stdout
    status = wait_until(shown.strip(), ended)
    assert (status.state, status.title) == ("done", "from outside")


def test_forget_removes_an_ended_job_and_refuses_an_active_one() -> None:
    job_id = selftest(steps=1, step_seconds=600.0)
    with pytest.raises(InputError, match="still active"):
        forget_job(job_id)
    cancel_job(job_id)
    forget_job(job_id)
    assert list_jobs() == []
    with pytest.raises(InputError, match="there is no job"):
        job_status(job_id)


@pytest.mark.parametrize("name", ["../../etc", "", "20250101-000000-zz", "/tmp"])
def test_an_id_never_leads_out_of_the_folder(name: str) -> None:
    with pytest.raises(InputError, match="is no job id"):
        job_status(name)
