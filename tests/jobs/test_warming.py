"""The warm-up of a model: asked for when a worker starts, done in its child, told on the health page."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from minutes.errors import InputError
from service.db.engine import reading, writing
from service.db.tables import Job
from service.jobs import leases
from service.jobs.requests import JobKind
from service.jobs.warming import ModelReadiness, ModelState, model_readiness, request_warm_up
from service.settings import Settings
from workers.dispatcher import sweep_once
from workers.runner import Outcome, run_job
from workers.works import works

ROOT = Path(__file__).parents[2]
SETTINGS = Settings(heartbeat_seconds=0.2, lease_seconds=30)
MODEL = "transformers"


class Weights:
    """A model of which only the warm-up is wanted."""

    def __init__(self, warm: Callable[[], None]) -> None:
        self.warm = warm


def asked_for(engine: Engine, model: str = MODEL) -> str | None:
    with writing(engine) as session:
        job = request_warm_up(session, model)
        return None if job is None else job.id


def readiness(engine: Engine) -> ModelReadiness:
    with reading(engine) as session:
        found = model_readiness(session, MODEL)
    assert found is not None
    return found


def warmed(engine: Engine, warm: Callable[[], None]) -> Outcome:
    job_id = asked_for(engine)
    assert job_id is not None
    return run_job(engine, SETTINGS, job_id, works(lambda _: Weights(warm)))


def test_the_state_of_the_model_is_what_its_newest_warm_up_came_to(engine: Engine) -> None:
    def broken() -> None:
        raise InputError("重みのファイルが壊れています。", where="/models/current", remedy="取り込み直してください。")

    assert readiness(engine).state is ModelState.NOT_LOADED
    seen: list[ModelState] = []
    assert warmed(engine, lambda: seen.append(readiness(engine).state)) is Outcome.SUCCEEDED
    assert seen == [ModelState.LOADING]
    assert readiness(engine).state is ModelState.READY
    assert warmed(engine, broken) is Outcome.FAILED
    assert readiness(engine) == ModelReadiness(
        name=MODEL,
        state=ModelState.FAILED,
        message="/models/current: 重みのファイルが壊れています。取り込み直してください。",
    )
    asked_for(engine)
    assert readiness(engine).state is ModelState.NOT_LOADED


@pytest.mark.parametrize(
    ("error", "said"), [(RuntimeError("size mismatch"), "読み込めません"), (MemoryError(), "メモリ")]
)
def test_any_other_error_is_a_sentence_and_its_words_are_in_the_log(
    engine: Engine, caplog: pytest.LogCaptureFixture, error: Exception, said: str
) -> None:
    def broken() -> None:
        raise error

    assert warmed(engine, broken) is Outcome.FAILED
    message = readiness(engine).message
    assert message is not None and said in message and "mismatch" not in message
    assert said in caplog.text and str(error) in caplog.text


def test_a_model_that_ends_its_process_is_not_tried_for_ever(engine: Engine) -> None:
    job_id = asked_for(engine)
    assert job_id is not None
    claims = 0
    while leases.claim(engine, job_id, f"w{claims}", -1.0):
        claims += 1
    assert claims == 2
    assert [ended.job_id for ended in sweep_once(engine, works())] == [job_id]
    found = readiness(engine)
    assert found.state is ModelState.FAILED and "メモリ" in (found.message or "")
    assert "文字起こし" not in (found.message or "")


def test_one_warm_up_waits_at_a_time_for_each_model(engine: Engine) -> None:
    first = asked_for(engine)
    assert first is not None and asked_for(engine) is None
    assert asked_for(engine, "openai") is not None
    assert leases.claim(engine, first, "w", 60)
    assert asked_for(engine) is not None


def test_a_model_that_needs_no_warming_has_no_state_until_it_is_asked_for(engine: Engine) -> None:
    with reading(engine) as session:
        assert model_readiness(session, "extractive") is None
    job_id = asked_for(engine, "extractive")
    assert job_id is not None
    assert run_job(engine, SETTINGS, job_id, works()) is Outcome.SUCCEEDED


def warm_jobs(engine: Engine) -> list[Job]:
    with reading(engine) as session:
        return list(session.scalars(select(Job).where(Job.kind == JobKind.WARM).order_by(Job.id)))


def command(folder: Path) -> str:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIJIYOSHI_")}
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "model", "warm"],
        env={**kept, "GIJIYOSHI_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_a_worker_that_starts_warms_its_model_in_the_child(installation: Any) -> None:
    assert warm_jobs(installation.engine) == []  # the model of a default installation needs none
    installation.kill("worker")
    installation.more |= {"GIJIYOSHI_MODEL": MODEL, "GIJIYOSHI_TRANSFORMERS_MODEL": "weights"}
    installation.start_worker()
    installation.until(lambda: bool(warm_jobs(installation.engine)), 60, "a warm-up that nobody asked for")
    (job,) = warm_jobs(installation.engine)
    installation.until_state(job.id, "succeeded")
    note = (installation.folder / "warmed").read_text().split()
    assert note == [str(installation.worker_child())]
    assert f"model {MODEL} is ready" in (installation.folder / "worker.log").read_text()
    assert readiness(installation.engine).state is ModelState.READY


@pytest.mark.slow
def test_a_person_can_ask_for_it(installation: Any) -> None:
    installation.kill("worker")
    assert "入れました" in command(installation.folder)
    assert "すでに待っています" in command(installation.folder)
    assert [job.subject_id for job in warm_jobs(installation.engine)][-1] == "extractive"
