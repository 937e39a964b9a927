"""Jobs through a real Celery worker and a real broker that are killed, lost and started again."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service.db.engine import reading, writing
from service.db.tables import Job, StageResult
from service.jobs import requests
from workers.celery_app import WAKE, make_app

# Each wait has a limit of its own, which says what was waited for.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(autouse=True)
def open_gate(installation: Any) -> Iterator[None]:
    yield
    installation.go_on()


def test_killed_twice_in_mid_job_it_finishes_with_one_draft_and_no_unit_twice(installation: Any) -> None:
    before = len(installation.started_units())
    installation.hold_after(2)
    meeting_id, job_id = installation.new_meeting("paced")

    # Each time the worker is in the middle of a third unit, whose result is not saved yet.
    installation.until(lambda: len(installation.started_units()) == before + 3, 60, "a third unit begun")
    assert len(installation.saved_units(meeting_id)) == 2
    os.kill(installation.worker_child(), signal.SIGKILL)
    installation.hold_after(2)

    installation.until(lambda: len(installation.started_units()) == before + 6, 60, "two more units done")
    assert len(installation.saved_units(meeting_id)) == 4
    installation.kill("worker")
    installation.go_on()
    installation.start_worker()

    installation.until_state(job_id, "succeeded")
    units = installation.saved_units(meeting_id)
    assert len(units) == len(set(units)) > 4
    assert installation.drafts(meeting_id) == 1
    assert installation.meeting(meeting_id).state == "確認待ち"
    assert installation.job(job_id).attempt == 3
    # Only the two units in whose middle a worker was killed were begun again.
    begun = Counter(installation.started_units()[before:])
    assert set(begun) == set(units)
    assert sorted(begun.values())[-3:] == [1, 2, 2]


def test_a_broker_that_is_dead_at_upload_only_delays_the_job(installation: Any) -> None:
    installation.kill("broker")
    meeting_id, job_id = installation.new_meeting("paced")
    # Twice: what could not be published became due again.
    installation.until(lambda: installation.refused.count(job_id) >= 2, 60, "two attempts to publish")
    assert installation.job(job_id).state == "queued"
    installation.start_broker()
    installation.until_state(job_id, "succeeded", 90)
    assert installation.drafts(meeting_id) == 1


def test_a_job_that_always_kills_its_worker_fails_after_its_attempts_and_can_be_run_again(installation: Any) -> None:
    meeting_id, job_id = installation.new_meeting("deadly", max_attempts=2)
    installation.until_state(job_id, "failed")
    job = installation.job(job_id)
    assert (job.attempt, job.error_category) == (2, "crashed")
    assert "もう一度" in (job.error_public or "")
    assert installation.meeting(meeting_id).state == "失敗"
    assert installation.drafts(meeting_id) == 0

    from service.meetings.transitions import transition

    transition(installation.engine, installation.principal, meeting_id, "run_again")
    with reading(installation.engine) as session:
        newest = session.scalars(select(Job).where(Job.subject_id == meeting_id).order_by(Job.id.desc())).first()
    assert newest is not None and newest.id != job_id
    installation.until_state(newest.id, "failed")


def test_cancelling_stops_a_running_job_within_two_seconds(installation: Any) -> None:
    before = len(installation.started_units())
    installation.hold_after(2)
    meeting_id, job_id = installation.new_meeting("paced")
    installation.until(lambda: len(installation.started_units()) == before + 3, 60, "a third unit begun")
    with writing(installation.engine) as session:
        assert requests.request_cancel(session, job_id) is requests.CancelOutcome.REQUESTED
    installation.until_state(job_id, "cancelled")
    job = installation.job(job_id)
    assert job.finished_at - job.cancel_requested_at < timedelta(seconds=2)
    assert installation.meeting(meeting_id).state == "取消"
    assert len(installation.started_units()) == before + 3
    assert len(installation.saved_units(meeting_id)) == 2
    with reading(installation.engine) as session:
        stages = set(session.scalars(select(StageResult.stage).where(StageResult.subject_id == meeting_id)))
    assert "check" not in stages


def test_waking_a_job_many_times_runs_it_once(installation: Any) -> None:
    before = len(installation.started_units())
    _, job_id = installation.new_meeting("paced")
    app = make_app(installation.settings)
    for _ in range(5):
        app.send_task(WAKE, args=[job_id], queue="model", retry=False)
    installation.until_state(job_id, "succeeded")
    assert installation.job(job_id).attempt == 1
    assert max(Counter(installation.started_units()[before:]).values()) == 1


def test_an_unforeseen_error_is_tried_once_more_and_its_text_reaches_nobody(installation: Any) -> None:
    _, job_id = installation.new_meeting("refusing")
    installation.until_state(job_id, "failed")
    job = installation.job(job_id)
    assert (job.attempt, job.error_category) == (2, "internal")
    assert job.error_public is not None and "予期しない" in job.error_public
    log = (installation.folder / "worker.log").read_text()
    assert "KeyError" in log
    assert "定刻" not in log + job.error_public


def test_a_worker_asked_to_stop_gives_the_job_back_without_using_an_attempt(installation: Any) -> None:
    before = len(installation.started_units())
    installation.hold_after(2)
    meeting_id, job_id = installation.new_meeting("paced")
    installation.until(lambda: len(installation.started_units()) == before + 3, 60, "a third unit begun")
    process = installation.processes["worker"]
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=30)
    job = installation.job(job_id)
    assert (job.state, job.attempt) == ("queued", 0)
    assert len(installation.saved_units(meeting_id)) == 2
    installation.go_on()
    installation.start_worker()
    installation.until_state(job_id, "succeeded")
    assert installation.job(job_id).attempt == 1
